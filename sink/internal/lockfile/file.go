package lockfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"time"

	"github.com/igsource/igsource/plugin"
)

// A File is a lock on a file that says who holds it. The lock is the system's own, which lets go of it
// when the process ends, however that happens: a file that is left behind locks nothing, and the next run
// takes it over. Nobody has to guess whether a process still lives.
type File struct {
	path string
	file *os.File
}

// errLocked says that another process, or another File of this one, holds the lock.
var errLocked = errors.New("locked")

// Path returns the path of the lock file for input beside target.
func Path(target, input string) string { return Beside(target, input, ".lock") }

// Beside returns the path of what is called after input beside target, and ends in suffix. Inputs whose names a file
// system may not hold or tell apart get a few digits of a hash.
func Beside(target, input, suffix string) string {
	name := input
	if !plainName.MatchString(input) {
		name = fmt.Sprintf("%.40s.%.4x", unsafeRunes.ReplaceAllString(input, "_"), sha256.Sum256([]byte(input)))
	}
	return target + "." + name + suffix
}

var (
	plainName   = regexp.MustCompile(`^[a-z0-9_-]{1,60}$`)
	unsafeRunes = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// Lock takes the lock for input beside target, and writes into its file who holds it since now. Where
// another run holds it, the error is Busy's; it is another *plugin.UserError where the file cannot be made.
func Lock(target, input string, now time.Time) (*File, error) {
	return LockAt(Path(target, input), input, target, now)
}

// LockAt is Lock with a path of the caller's own; where is what Busy calls the target.
func LockAt(path, input, where string, now time.Time) (*File, error) {
	l, by, err := take(path, now)
	if errors.Is(err, errLocked) {
		return nil, Busy(input, where, by)
	}
	return l, err
}

// Bounds of how long Wait waits until it looks again.
const (
	firstWait   = time.Millisecond
	longestWait = 100 * time.Millisecond
)

// Wait takes the lock at path as soon as nobody else holds it, for work that is done soon. The error is
// context.Cause(ctx), or Lock's.
func Wait(ctx context.Context, path string, now time.Time) (*File, error) {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		l, _, err := take(path, now)
		if !errors.Is(err, errLocked) {
			return l, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// take takes the lock at path, or answers errLocked and, if that is known, who holds it.
func take(path string, now time.Time) (*File, *Holder, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, nil, plugin.Userf("the lock file %s cannot be made: %w", path, bare(err))
		}
		switch err := lock(f); {
		case errors.Is(err, errLocked):
			by := read(f)
			_ = f.Close()
			return nil, by, errLocked
		case err != nil:
			_ = f.Close()
			return nil, nil, plugin.Userf("the file %s cannot be locked (%w): write to a disk that can lock files", path, bare(err))
		}
		if !current(f, path) { // its holder removed it while we waited for the lock
			_ = f.Close()
			continue
		}
		if err := write(f, Self(now)); err != nil {
			_ = f.Close()
			return nil, nil, plugin.Userf("the lock file %s cannot be written: %w", path, bare(err))
		}
		return &File{path: path, file: f}, nil, nil
	}
}

// current says whether f is still what stands at path.
func current(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

func read(f *os.File) *Holder {
	line, err := io.ReadAll(io.NewSectionReader(f, 0, 1000))
	if err != nil {
		return nil
	}
	h, ok := ParseHolder(string(line))
	if !ok {
		return nil // it is only just being written
	}
	return &h
}

func write(f *os.File, h Holder) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(h.String()+"\n"), 0)
	return err
}

// Unlock removes the file and lets go of the lock. It is called once.
func (l *File) Unlock() error {
	removed := os.Remove(l.path)
	closed := l.file.Close()
	if removed != nil && !errors.Is(removed, fs.ErrNotExist) && !keepsOpenFiles {
		return removed
	}
	return closed
}

// bare drops the operation and path that the os package puts before a cause: ours are in the sentence.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

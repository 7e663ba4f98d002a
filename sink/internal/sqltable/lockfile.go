package sqltable

import (
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

// A LockFile is a lock on a file that says who holds it. The lock is the system's own, which lets go of it
// when the process ends, however that happens: a file that is left behind locks nothing, and the next run
// takes it over. Nobody has to guess whether a process still lives.
type LockFile struct {
	path string
	file *os.File
}

// errLocked says that another process, or another LockFile of this one, holds the lock.
var errLocked = errors.New("locked")

// LockPath returns the path of the lock file for input beside target. Inputs whose names a file system may
// not hold or tell apart get a few digits of a hash.
func LockPath(target, input string) string {
	name := input
	if !plainName.MatchString(input) {
		name = fmt.Sprintf("%.40s.%.4x", unsafeRunes.ReplaceAllString(input, "_"), sha256.Sum256([]byte(input)))
	}
	return target + "." + name + ".lock"
}

var (
	plainName   = regexp.MustCompile(`^[a-z0-9_-]{1,60}$`)
	unsafeRunes = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// Lock takes the lock for input beside target, and writes into its file who holds it since now. Where
// another run holds it, the error is Busy's; it is another *plugin.UserError where the file cannot be made.
func Lock(target, input string, now time.Time) (*LockFile, error) {
	path := LockPath(target, input)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, plugin.Userf("the lock file %s cannot be made: %w", path, bare(err))
		}
		switch err := lock(f); {
		case errors.Is(err, errLocked):
			by := read(f)
			_ = f.Close()
			return nil, Busy(input, target, by)
		case err != nil:
			_ = f.Close()
			return nil, plugin.Userf("the file %s cannot be locked (%w): write to a disk that can lock files", path, bare(err))
		}
		if !current(f, path) { // its holder removed it while we waited for the lock
			_ = f.Close()
			continue
		}
		if err := write(f, Self(now)); err != nil {
			_ = f.Close()
			return nil, plugin.Userf("the lock file %s cannot be written: %w", path, bare(err))
		}
		return &LockFile{path: path, file: f}, nil
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
func (l *LockFile) Unlock() error {
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

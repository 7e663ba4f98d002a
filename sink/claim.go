package sink

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

// claimName is the file in the work folder that says which inputs the run has claimed, as JSON.
const claimName = "inputs"

// Claim implements plugin.StateKeeper: a second run of one of the inputs is refused while the first goes on. What runs
// of them that were killed have left of their work is removed.
func (f *Folder) Claim(ctx context.Context, names []string) error {
	switch {
	case f.state != open:
		return errClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	claimed := len(f.claimed)
	for _, name := range names {
		if err := f.claim(name); err != nil {
			return err
		}
	}
	if len(f.claimed) == claimed {
		return nil
	}
	f.sweep()
	return f.sign()
}

func (f *Folder) claim(name string) error {
	if f.claimed[name] {
		return nil
	}
	lock, err := lockfile.LockAt(f.lockPath(name), name, f.path, f.clock.Now())
	if err != nil {
		return err
	}
	f.locks = append(f.locks, lock)
	if f.claimed == nil {
		f.claimed = map[string]bool{}
	}
	f.claimed[name] = true
	_, _, now, err := f.look(name)
	if err != nil {
		return err
	}
	if then, told := f.seen[name]; told && then != now {
		return plugin.Userf("another run of %q has written to %s since this one began: start it again", name, f.path)
	}
	return nil
}

// sign writes what is claimed into the work folder.
func (f *Folder) sign() error {
	text, err := json.Marshal(slices.Sorted(maps.Keys(f.claimed)))
	if err != nil {
		return err
	}
	path := filepath.Join(f.work, claimName)
	if err := f.fs.RemoveAll(path); err != nil {
		return writeError("the folder "+f.path, err)
	}
	if err := f.writeFile(path, text); err != nil {
		return writeError("the folder "+f.path, err)
	}
	return nil
}

// sweep drops the work folders of runs whose inputs are all claimed by this one: those runs are over. What cannot be
// read or removed is in nobody's way.
func (f *Folder) sweep() {
	entries, _ := f.fs.ReadDir(f.path)
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), hidden+"-") {
			continue
		}
		names := f.signed(e.Name())
		if len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !f.claimed[name] }) {
			f.dropWork(e.Name())
		}
	}
}

// signed are the inputs that the run of a work folder had claimed; none where it does not say.
func (f *Folder) signed(work string) (names []string) {
	in, err := f.fs.Open(filepath.Join(f.path, work, claimName))
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, 1<<20))
	if err != nil || json.Unmarshal(text, &names) != nil {
		return nil
	}
	return names
}

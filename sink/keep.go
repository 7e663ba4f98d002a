package sink

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

var _ plugin.StateStore = (*Folder)(nil)

// Hidden names beside the files, before and after that of an input.
const (
	hidden     = ".igsource"
	keptSuffix = ".kept"
	// spoolSuffix is that of what the runner has spooled of an unfinished run.
	spoolSuffix = ".spool"
)

func (f *Folder) lockPath(input string) string {
	return lockfile.Path(filepath.Join(f.path, hidden), input)
}

// keptPath is the folder of the unfinished run of input.
func (f *Folder) keptPath(input string) string {
	return lockfile.Beside(filepath.Join(f.path, hidden), input, keptSuffix)
}

// SpoolDir implements plugin.StateKeeper: a hidden folder beside the files.
func (f *Folder) SpoolDir(name string) string {
	return lockfile.Beside(filepath.Join(f.path, hidden), name, spoolSuffix)
}

// spooled says whether the runner has left something of an input.
func (f *Folder) spooled(name string) bool {
	entries, err := f.fs.ReadDir(f.SpoolDir(name))
	return err == nil && len(entries) > 0
}

// A sight is what State saw of an input, to tell whether it has changed since.
type sight struct {
	run, finished string
	end           int64
	sum           uint32
}

// look reads all that is kept of an input. What a finished run has left behind, because it was killed before
// it could remove it, counts as nothing; works are the folders of it.
func (f *Folder) look(name string) (in inputState, l *keptLog, seen sight, err error) {
	s, err := f.readState()
	if err != nil {
		return in, nil, seen, err
	}
	in = s.Inputs[name]
	folder := f.keptPath(name)
	if l, err = loadKept(f.fs, folder); err != nil {
		return in, nil, seen, f.unreadable(name, err)
	}
	if l.run.ID != "" && l.run.ID == in.Run {
		works := l.works
		l = newKeptLog(f.fs, folder)
		l.works = works
	}
	return in, l, sight{run: l.run.ID, finished: in.Run, end: l.end, sum: l.sum}, nil
}

// there says whether the folder is. Where it is not, Begin says what is wrong, if anything is.
func (f *Folder) there() bool {
	info, err := f.fs.Stat(f.path)
	return err == nil && info.IsDir()
}

// State implements plugin.StateKeeper. Marks are those whose rows are all there.
func (f *Folder) State(ctx context.Context, name string) (plugin.State, error) {
	if err := ctx.Err(); err != nil {
		return plugin.State{}, err
	}
	if !f.there() {
		return plugin.State{}, nil
	}
	in, l, seen, err := f.look(name)
	if err != nil {
		return plugin.State{}, err
	}
	if f.seen == nil {
		f.seen = map[string]sight{}
	}
	f.seen[name] = seen
	s := l.state()
	s.Reached = maps.Clone(in.Reached)
	return s, nil
}

// States implements plugin.StateStore.
func (f *Folder) States(ctx context.Context) (map[string]plugin.State, error) {
	names, err := f.inputs(ctx)
	if err != nil {
		return nil, err
	}
	states := make(map[string]plugin.State, len(names))
	for _, name := range names {
		if states[name], err = f.State(ctx, name); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// inputs are the names of the inputs of which the folder keeps a state, sorted.
func (f *Folder) inputs(ctx context.Context) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !f.there() {
		return nil, nil
	}
	s, err := f.readState()
	if err != nil {
		return nil, err
	}
	names := s.names()
	entries, err := f.fs.ReadDir(f.path)
	if err != nil {
		return nil, plugin.Userf("the folder %s cannot be looked into: %w", f.path, bare(err))
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), hidden+".") || !strings.HasSuffix(e.Name(), keptSuffix) {
			continue
		}
		l, err := loadKept(f.fs, filepath.Join(f.path, e.Name()))
		if err != nil {
			return nil, f.unreadable(e.Name(), err)
		}
		if l.run.ID != "" && l.run.ID != s.Inputs[l.run.Input].Run && !slices.Contains(names, l.run.Input) {
			names = append(names, l.run.Input)
		}
	}
	slices.Sort(names)
	return names, nil
}

// ResetState implements plugin.StateStore: it removes all that the folder keeps of an input, what its runs have
// reached and what an unfinished one has left. The files stay.
func (f *Folder) ResetState(ctx context.Context, name string) (err error) {
	if f.state == open {
		return errors.New("this sink is in use: reset with another")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !f.there() {
		return nil
	}
	lock, err := lockfile.LockAt(f.lockPath(name), name, f.path, f.clock.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	all, err := lockfile.Wait(ctx, f.sharedLock(), f.clock.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, all.Unlock()) }()
	s, err := f.readState()
	if err != nil {
		return err
	}
	if _, ok := s.Inputs[name]; ok {
		delete(s.Inputs, name)
		if err := f.rewriteState(s); err != nil {
			return err
		}
	}
	l, err := loadKept(f.fs, f.keptPath(name))
	if err == nil {
		for _, w := range l.works {
			f.dropWork(w)
		}
	}
	if err := f.fs.RemoveAll(f.keptPath(name)); err != nil {
		return fmt.Errorf("%s cannot be removed: %w", f.keptPath(name), bare(err))
	}
	if err := f.fs.RemoveAll(f.SpoolDir(name)); err != nil {
		return fmt.Errorf("%s cannot be removed: %w", f.SpoolDir(name), bare(err))
	}
	return nil
}

// rewriteState replaces the state file, or removes it where nothing is left to keep.
func (f *Folder) rewriteState(s stateFile) error {
	path := filepath.Join(f.path, stateName)
	if len(s.Inputs) == 0 {
		if err := f.fs.Remove(path); err != nil {
			return fmt.Errorf("%s cannot be removed: %w", path, bare(err))
		}
		return nil
	}
	text, err := s.content()
	if err != nil {
		return err
	}
	return f.rewrite(path, text)
}

// rewrite replaces the file at path, whole.
func (f *Folder) rewrite(path string, content []byte) error {
	dir, err := f.fs.MkdirTemp(f.path, hidden+"-*")
	if err != nil {
		return writeError("the folder "+f.path, err)
	}
	defer func() { _ = f.fs.RemoveAll(dir) }()
	fresh := filepath.Join(dir, filepath.Base(path))
	if err := f.writeFile(fresh, content); err != nil {
		return writeError(path, err)
	}
	if err := f.fs.Rename(fresh, path); err != nil {
		return writeError(path, err)
	}
	f.fs.SyncFolder(filepath.Dir(path))
	return nil
}

// sharedLock is the path of the lock on what the runs of several inputs have in common.
func (f *Folder) sharedLock() string { return filepath.Join(f.path, hidden+".lock") }

// Settle implements plugin.StateKeeper. Each commit is kept at once.
func (f *Folder) Settle(context.Context) (bool, error) { return true, nil }

// Keep implements plugin.StateKeeper: from here on commits are kept, so that a run that does not come to its
// end can be gone on with.
func (f *Folder) Keep(ctx context.Context, runs []plugin.KeptRun) error {
	if f.kept {
		return errors.New("this sink has been told what to keep")
	}
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = r.Input
	}
	if err := f.Claim(ctx, names); err != nil {
		return err
	}
	logs := make([]*keptLog, len(runs))
	for i, r := range runs {
		var err error
		if logs[i], err = f.found(r); err != nil {
			return err
		}
	}
	for i, r := range runs {
		if err := f.keepOne(logs[i], r); err != nil {
			f.broken = err
			return err
		}
	}
	f.kept, f.runs = true, runs
	return nil
}

// found reads what there is of r's input, and says why r cannot go on with it where it should.
func (f *Folder) found(r plugin.KeptRun) (*keptLog, error) {
	_, l, _, err := f.look(r.Input)
	if err != nil {
		return nil, err
	}
	if !l.resumedBy(r) {
		return l, nil
	}
	for name, t := range l.tables {
		if o, ok := f.byName[name]; t.end > 0 && (!ok || columnsText(o.table) != t.columns) {
			return nil, plugin.Userf("the unfinished run of %q in %s has rows of table %s with other columns than now, so that this run cannot go on with it: "+
				"reset its state, or start the run with another logical start time", r.Input, f.path, name)
		}
	}
	return l, nil
}

// resumedBy says whether r goes on with l's run.
func (l *keptLog) resumedBy(r plugin.KeptRun) bool {
	return l.run.ID != "" && l.run.Start.Equal(r.Start) && l.run.Properties == r.Properties
}

// keepOne goes on with the run of l, or gives it up and begins another.
func (f *Folder) keepOne(l *keptLog, r plugin.KeptRun) error {
	works := l.works
	if !l.resumedBy(r) {
		place := l.folder
		l = newKeptLog(f.fs, filepath.Join(f.work, filepath.Base(place)))
		if err := l.create(r); err != nil {
			return writeError("the folder "+f.path, err)
		}
		// Renamed away first: it is there whole or not at all.
		gone := filepath.Join(f.work, oldFolder, filepath.Base(place))
		if err := f.fs.Rename(place, gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("%s cannot be moved away: %w", place, bare(err)), l.rest(false))
		}
		err := l.rest(false) // some systems do not rename what is open
		if err == nil {
			err = f.fs.Rename(l.folder, place)
		}
		if err != nil {
			return errors.Join(writeError("the folder "+f.path, err), f.putBack(gone, place))
		}
		l.folder = place
		_ = f.fs.RemoveAll(gone) // else it goes with the work folder
	}
	for _, w := range works {
		f.dropWork(w)
	}
	f.logs = append(f.logs, l)
	if err := l.session(filepath.Base(f.work)); err != nil {
		return writeError("the folder "+f.path, err)
	}
	return nil
}

func (f *Folder) putBack(from, to string) error {
	if err := f.fs.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.keep = true
		return fmt.Errorf("%s cannot be put back, it is now %s: %w", to, from, bare(err))
	}
	return nil
}

// dropWork removes the work folder of a run that was killed. A file of earlier runs that it had moved aside
// goes back to its place, if nothing else is there.
func (f *Folder) dropWork(name string) {
	work := filepath.Join(f.path, name)
	if work == f.work || name != filepath.Base(name) || !strings.HasPrefix(name, hidden+"-") {
		return
	}
	if _, err := f.fs.Lstat(filepath.Join(work, savedName)); err == nil {
		return // somebody was told that a file is in it
	}
	olds, _ := f.fs.ReadDir(filepath.Join(work, oldFolder))
	for _, e := range olds {
		to := filepath.Join(f.path, fromOldName(e.Name()))
		if _, err := f.fs.Lstat(to); errors.Is(err, fs.ErrNotExist) && e.Type().IsRegular() {
			_ = f.fs.Rename(filepath.Join(work, oldFolder, e.Name()), to)
		}
	}
	_ = f.fs.RemoveAll(work) // else it is in nobody's way
}

// log is where the commits of an input go. What no Keep named has a log of its own that ends with the run.
func (f *Folder) log(input string) (*keptLog, error) {
	i := slices.IndexFunc(f.logs, func(l *keptLog) bool { return l.run.Input == input })
	if i < 0 {
		l := newKeptLog(f.fs, filepath.Join(f.work, fmt.Sprintf("input-%d", len(f.logs))))
		if err := l.create(plugin.KeptRun{Input: input}); err != nil {
			return nil, writeError("the folder "+f.path, err)
		}
		i = len(f.logs)
		f.logs = append(f.logs, l)
		if err := l.session(filepath.Base(f.work)); err != nil {
			return nil, writeError("the folder "+f.path, err)
		}
	}
	if f.writing != nil && f.writing != f.logs[i] {
		if err := f.writing.rest(false); err != nil {
			return nil, writeError("the folder "+f.path, err)
		}
	}
	f.writing = f.logs[i]
	return f.writing, nil
}

// keptLogs are the logs of the runs that Keep named.
func (f *Folder) keptLogs() []*keptLog { return f.logs[:min(len(f.logs), len(f.runs))] }

// endKept lets go of the logs, those that stay durably. With done their runs are over, and without it those
// without a mark of which nothing is spooled either: there is nothing to go on from.
func (f *Folder) endKept(done bool) error {
	var errs []error
	f.writing = nil
	for _, l := range f.logs {
		if stays := !done && (len(l.marks) > 0 || f.kept && f.spooled(l.run.Input)); stays {
			if err := l.rest(true); err != nil {
				errs = append(errs, writeError("the folder "+f.path, err))
			}
			continue
		}
		_ = l.rest(false) // it goes
		// The journal first: without it there is no run. That of an input that is not kept went before.
		if err := f.fs.Remove(l.journalPath()); err != nil && !errors.Is(err, fs.ErrNotExist) && !f.noted {
			errs = append(errs, fmt.Errorf("%s cannot be removed: %w", l.journalPath(), bare(err)))
			continue
		}
		_ = f.fs.RemoveAll(l.folder) // else the next run does
	}
	f.logs, f.kept = nil, false
	return errors.Join(errs...)
}

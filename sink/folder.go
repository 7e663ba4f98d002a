package sink

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

// heldInMemory is how many bytes of rows since the last commit stay in memory, over all tables.
const heldInMemory = 8 << 20

// A Folder is a plugin.Sink that writes one file a table into a folder; the package's comment says what
// it promises. Make one with NewFolder, for one run.
type Folder struct {
	path   string
	format Format
	fs     fileSystem
	clock  clock.Clock
	limit  int64 // of held bytes in memory
	sort   int   // limit of what is sorted in memory; 0 is sortMemory

	incremental bool
	whole       []string // tables that are not

	// Of a run whose state is kept.
	seen    map[string]sight // by State
	kept    bool
	runs    []plugin.KeptRun
	claimed map[string]bool  // inputs
	locks   []*lockfile.File // of claimed
	logs    []*keptLog       // of runs, and then of inputs that are not among them
	writing *keptLog         // the one with open files
	buffer  *bufio.Writer
	noted   bool // the state file says that the runs have ended

	state   state
	created bool   // the folder was made by Begin
	work    string // the hidden folder
	outputs []*output
	byName  map[string]*output
	held    int64
	failed  error // why what was written since the last commit is not whole
	broken  error // why the files no longer hold what was committed
	keep    bool  // the work folder holds the only copy of a user's file
}

type state int

const (
	fresh state = iota
	open
	done
)

var (
	_ plugin.Sink       = (*Folder)(nil)
	_ plugin.WorkPlacer = (*Folder)(nil)
)

// A FolderOption changes how a Folder writes.
type FolderOption func(*Folder)

// Incremental says that the rows of a run are to be merged by key into those of earlier runs. A run whose
// state is kept then writes files of its own, and a manifest lists those that are current; see Manifest. A
// run without Keep writes as ever. The tables called whole are all there is each time: of them the newest file
// alone is current.
func Incremental(whole ...string) FolderOption {
	return func(f *Folder) { f.incremental, f.whole = true, whole }
}

// NewFolder returns a sink that writes tables as files of format into the folder path. It touches
// nothing before Begin.
func NewFolder(path string, format Format, opts ...FolderOption) *Folder {
	f := &Folder{path: path, format: format, fs: system{}, clock: clock.System(), limit: heldInMemory}
	for _, o := range opts {
		o(f)
	}
	return f
}

// WorkDir implements plugin.WorkPlacer: a folder that does not exist yet, inside the hidden one, and
// goes with it at the latest. It is empty before Begin.
func (f *Folder) WorkDir() string {
	if f.work == "" {
		return ""
	}
	return filepath.Join(f.work, "spool")
}

// Begin implements plugin.Sink. It makes the folder if only the last part of its path is missing.
func (f *Folder) Begin(ctx context.Context, tables []schema.Table) error {
	if f.state != fresh {
		return errors.New("this sink has had its run: open another")
	}
	f.state = done
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.announce(tables); err != nil {
		return err
	}
	if err := f.prepare(); err != nil {
		return &plugin.UserError{Err: errors.Join(err, f.clear())}
	}
	f.state = open
	return nil
}

// announce checks the tables and names their files.
func (f *Folder) announce(tables []schema.Table) error {
	if err := checkNames(tables); err != nil {
		return err
	}
	f.byName = make(map[string]*output, len(tables))
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return err
		}
		if f.format.Check != nil {
			if err := f.format.Check(t); err != nil {
				return &plugin.UserError{Err: fmt.Errorf("table %s cannot be written as %s: %w", t.Name, f.format.Extension, err)}
			}
		}
		o := &output{table: t, schema: t.Arrow(), bare: bareSchema(t), target: filepath.Join(f.path, FileName(t.Name)+"."+f.format.Extension)}
		if f.format.Beside != nil {
			var err error
			if o.beside, err = f.format.Beside(t); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
		f.outputs = append(f.outputs, o)
		f.byName[t.Name] = o
	}
	return nil
}

// prepare makes the folder, the hidden folder and the files in it.
func (f *Folder) prepare() error {
	if err := f.makeFolder(); err != nil {
		return err
	}
	for _, o := range f.outputs {
		for _, target := range o.targets() {
			if err := f.checkTarget(target); err != nil {
				return err
			}
		}
	}
	if err := f.checkManifests(); err != nil {
		return err
	}
	var err error
	if f.work, err = f.fs.MkdirTemp(f.path, hidden+"-*"); err != nil {
		return writeError("the folder "+f.path, err)
	}
	for _, sub := range []string{newFolder, oldFolder, heldFolder} {
		if err := f.fs.Mkdir(filepath.Join(f.work, sub)); err != nil {
			return writeError("the folder "+f.path, err)
		}
	}
	for _, o := range f.outputs {
		base := filepath.Base(o.target)
		o.work = filepath.Join(f.work, newFolder, base)
		o.held = held{fs: f.fs, path: filepath.Join(f.work, heldFolder, base)}
		if err := f.create(o); err != nil {
			return err
		}
	}
	return nil
}

// Names of folders in the hidden one: files as they will be, files as they were, rows not committed.
const (
	newFolder  = "new"
	oldFolder  = "old"
	heldFolder = "held"
	savedName  = "saved" // a file that is there where old holds the only copy of a user's file
)

// Write implements plugin.Sink. It keeps the record, or a copy of it in the hidden folder, until Commit
// or Abort.
func (f *Folder) Write(ctx context.Context, batch plugin.Batch) error {
	if err := f.ready(ctx); err != nil {
		return err
	}
	if batch.Record == nil {
		return nil
	}
	err := f.hold(batch)
	if err != nil {
		f.failed = err
	}
	return err
}

func (f *Folder) hold(batch plugin.Batch) error {
	o, ok := f.byName[batch.Table]
	if !ok {
		return fmt.Errorf("a batch of table %q, which was not announced", batch.Table)
	}
	rec, err := o.fit(batch.Record)
	if err != nil {
		return err
	}
	if rec.NumRows() == 0 {
		rec.Release()
		return nil
	}
	o.held.add(rec)
	if f.held += retained(rec); f.held <= f.limit {
		return nil
	}
	for _, o := range f.outputs {
		if err := o.held.spillAll(); err != nil {
			return writeError(o.target, err)
		}
	}
	f.held = 0
	return nil
}

// Commit implements plugin.Sink: the rows become part of the files, for good. After Keep they are appended,
// with the position, to what a next run can go on from; without it the position is not kept. After a failed
// Write it answers with that failure, until Abort.
func (f *Folder) Commit(ctx context.Context, at plugin.Position) error {
	if err := f.ready(ctx); err != nil {
		return err
	}
	if err := f.commit(at); err != nil {
		f.broken = err
		return err
	}
	f.held = 0
	return nil
}

func (f *Folder) commit(at plugin.Position) error {
	if f.kept {
		l, err := f.log(at.Source)
		if err != nil {
			return err
		}
		if f.buffer == nil {
			f.buffer = bufio.NewWriterSize(nil, writeBuffer)
		}
		return l.commit(f.outputs, f.buffer, at)
	}
	for _, o := range f.outputs {
		if err := o.commit(); err != nil {
			return err
		}
	}
	return nil
}

// Abort implements plugin.Sink: the rows since the last Commit are forgotten. It works after ctx has
// ended, too.
func (f *Folder) Abort(context.Context) error {
	if f.state != open {
		return errClosed
	}
	for _, o := range f.outputs {
		o.held.release()
	}
	f.held, f.failed = 0, nil
	return nil
}

var errClosed = errors.New("this sink is not open: Begin comes first, and nothing after Finish")

func (f *Folder) ready(ctx context.Context) error {
	if f.state != open {
		return errClosed
	}
	if err := cmp.Or(f.broken, f.failed); err != nil {
		return err
	}
	return ctx.Err()
}

// Finish implements plugin.Sink. Rows that were not committed are dropped. With an error, and without
// ok, the files are as Begin found them; what was committed after Keep waits, hidden, for the next run.
func (f *Folder) Finish(ctx context.Context, ok bool) error {
	if f.state != open {
		if ok {
			return errClosed
		}
		return nil
	}
	f.state = done
	var err error
	published := false
	if ok {
		if err = f.publish(ctx); err == nil {
			// The files stand. What is left of the hidden folder, should it resist, holds nothing of worth.
			f.created, published = false, true
		}
	}
	if published {
		// First, while the journals still say whose it is.
		f.release()
		_ = f.removeWork()
	}
	err = errors.Join(err, f.endKept(published))
	if e := f.clear(); !published {
		err = errors.Join(err, e)
	}
	return err
}

// publish finishes the files and puts them in place.
func (f *Folder) publish(ctx context.Context) error {
	if f.broken != nil {
		return f.broken
	}
	if f.kept {
		for _, l := range f.logs {
			if err := l.rest(false); err != nil {
				return writeError("the folder "+f.path, err)
			}
		}
		if err := f.assemble(ctx); err != nil {
			return err
		}
	}
	for _, o := range f.outputs {
		if err := o.finish(); err != nil {
			return err
		}
		for _, b := range o.beside {
			if err := f.writeFile(o.work+b.Suffix, b.Content); err != nil {
				return writeError(o.target+b.Suffix, err)
			}
		}
	}
	if !f.kept {
		return f.replace(f.fileMoves())
	}
	return f.publishKept(ctx)
}

// writeFile writes a whole new file.
func (f *Folder) writeFile(path string, content []byte) error {
	w, err := f.fs.Create(path)
	if err != nil {
		return err
	}
	if _, err = w.Write(content); err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}

// clear releases everything and removes what Begin made, but for files that stand.
func (f *Folder) clear() error {
	f.release()
	f.outputs, f.byName, f.buffer = nil, nil, nil
	err := f.removeWork()
	for _, l := range f.locks {
		err = errors.Join(err, l.Unlock())
	}
	f.locks, f.claimed = nil, nil
	if f.created && !f.keep {
		f.created = false
		// Somebody may have put a file there in the meantime; then the folder is theirs.
		_ = f.fs.Remove(f.path)
	}
	return err
}

func (f *Folder) release() {
	for _, o := range f.outputs {
		o.release()
	}
}

// removeWork removes the hidden folder, unless it holds the only copy of a user's file.
func (f *Folder) removeWork() error {
	work := f.work
	f.work = ""
	switch {
	case work == "":
	case f.keep:
		_ = f.writeFile(filepath.Join(work, savedName), nil) // so that no run removes it
	default:
		if err := f.fs.RemoveAll(work); err != nil {
			return fmt.Errorf("%s cannot be removed: %w", work, bare(err))
		}
	}
	return nil
}

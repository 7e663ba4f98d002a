package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

// CompactOptions are the options of Compact. The zero value compacts everything.
type CompactOptions struct {
	// Tables are the names of the tables to compact; none is all that have a manifest.
	Tables []string
}

// Compacted is what became of one table.
type Compacted struct {
	Table string
	// Files and RowsBefore are those that were listed; one file is left.
	Files      int
	RowsBefore int64
	// Rows are those that are left, in the file Path.
	Rows int64
	Path string
}

// Compact makes one file of the runs of each table in the folder dir, which incremental runs wrote to: of
// several rows with one key, equal nulls being equal, the one that was written last is left, in its place, and
// rows without a key all are. The formats are those of the manifests; the programs that write them must have
// registered them. Tables with a single file are left as they are and are not among the results.
//
// A table has its new file or its old ones, never both: the manifest is replaced as a whole, and only then
// are the files removed that it no longer lists. (A program that has read a manifest before that may find
// them gone: it reads the manifest again.) Runs that end meanwhile wait, and so does Compact for them. Memory
// is bounded: what is sorted beyond it goes to a hidden folder inside dir.
//
// A *plugin.UserError says what is wrong with dir, a table or a format. What was compacted before an error is
// among the results; the table that failed is as it was.
func Compact(ctx context.Context, dir string, opts CompactOptions) ([]Compacted, error) {
	return compact(ctx, NewFolder(dir, Format{}), opts)
}

func compact(ctx context.Context, f *Folder, opts CompactOptions) (done []Compacted, err error) {
	folders, err := f.manifested(opts.Tables)
	if err != nil || len(folders) == 0 {
		return nil, err
	}
	lock, err := lockfile.Wait(ctx, f.sharedLock(), f.clock.Now())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if f.work, err = f.fs.MkdirTemp(f.path, hidden+"-*"); err != nil {
		f.work = ""
		return nil, &plugin.UserError{Err: writeError("the folder "+f.path, err)}
	}
	defer func() { _ = f.fs.RemoveAll(f.work) }()
	for _, folder := range folders {
		c, err := f.compactTable(ctx, folder)
		if err != nil {
			return done, err
		}
		if c.Files > 1 {
			done = append(done, c)
		}
	}
	return done, nil
}

// manifested are the folders of the tables called names, or of all that have a manifest.
func (f *Folder) manifested(names []string) ([]string, error) {
	var folders []string
	for _, n := range names {
		folder := FileName(n)
		if _, err := f.fs.Stat(filepath.Join(f.path, folder, manifestName)); err != nil {
			return nil, plugin.Userf("there is no table %s in %s that incremental runs have written: %s cannot be found", n, f.path, filepath.Join(f.path, folder, manifestName))
		}
		folders = append(folders, folder)
	}
	if len(names) > 0 {
		return folders, nil
	}
	entries, err := f.fs.ReadDir(f.path)
	if err != nil {
		return nil, plugin.Userf("the folder %s cannot be looked into (%w): give one that runs have written to", f.path, bare(err))
	}
	for _, e := range entries {
		if _, err := f.fs.Stat(filepath.Join(f.path, e.Name(), manifestName)); err == nil && e.IsDir() && !strings.HasPrefix(e.Name(), hidden) {
			folders = append(folders, e.Name())
		}
	}
	return folders, nil
}

// A compaction is one table on its way.
type compaction struct {
	*Folder
	folder   string // of the table
	manifest *Manifest
	format   Format
	table    schema.Table // what the new file is made of
	stored   schema.Table // the same, as decoders give it
	rows     int64
}

func (f *Folder) compactTable(ctx context.Context, folder string) (Compacted, error) {
	m, err := f.readManifest(folder)
	if err != nil {
		return Compacted{}, err
	}
	c := &compaction{Folder: f, folder: filepath.Join(f.path, folder), manifest: m}
	if len(m.Files) < 2 {
		return Compacted{}, nil
	}
	if c.table, err = m.table(); err != nil {
		return Compacted{}, plugin.Userf("%s cannot be read: %w", filepath.Join(c.folder, manifestName), err)
	}
	if c.format, err = formatOf(m, f.path); err != nil {
		return Compacted{}, err
	}
	c.stored = c.table
	if c.format.Merging.Text {
		c.stored.Columns = make([]schema.Column, len(c.table.Columns))
		for i, col := range c.table.Columns {
			c.stored.Columns[i] = schema.Column{Name: col.Name, Type: arrow.BinaryTypes.Binary, Nullable: true}
		}
	}
	if err := c.merge(ctx); err != nil {
		return Compacted{}, fmt.Errorf("table %s in %s: %w", m.Table, f.path, err)
	}
	out := Compacted{Table: m.Table, Files: len(m.Files), Rows: c.rows}
	for _, e := range m.Files {
		out.RowsBefore += e.Rows
	}
	out.Path, err = c.publish()
	return out, err
}

// formatOf is the format that m's files are written in.
func formatOf(m *Manifest, path string) (Format, error) {
	s, err := Open(Options{Format: m.Format, Path: path, Incremental: true})
	if err != nil {
		return Format{}, plugin.Userf("table %s in %s: %w", m.Table, path, err)
	}
	f, ok := s.(*Folder)
	if !ok || f.format.Merging == nil {
		return Format{}, plugin.Userf("table %s in %s: files of the format %s cannot be compacted", m.Table, path, m.Format)
	}
	return f.format, nil
}

// merge writes the new file into the hidden folder.
func (c *compaction) merge(ctx context.Context) (err error) {
	drops, err := c.older(ctx)
	defer func() { drops.close() }()
	if err != nil {
		return err
	}
	o := &output{table: c.stored, work: c.newPath(), target: c.folder}
	writing := &Folder{fs: c.fs, format: c.format}
	if c.format.Merging.NewEncoder != nil {
		writing.format.NewEncoder = c.format.Merging.NewEncoder
	}
	defer o.release()
	if err := writing.create(o); err != nil {
		return err
	}
	s := c.stored.Arrow()
	err = c.each(ctx, func(rec arrow.Record, at int64) error {
		whole, err := c.align(rec, s)
		if err != nil {
			return err
		}
		defer whole.Release()
		return drops.pass(whole, at, o.encode)
	})
	if err != nil {
		return err
	}
	c.rows = o.rows
	return o.finish()
}

func (c *compaction) newPath() string {
	return filepath.Join(c.work, filepath.Base(c.folder)+"."+c.format.Extension)
}

// each gives the rows of all files to take, with the number of the first of them.
func (c *compaction) each(ctx context.Context, take func(rec arrow.Record, at int64) error) error {
	var at int64
	for _, e := range c.manifest.Files {
		n, err := c.eachOf(ctx, e, func(rec arrow.Record, from int64) error { return take(rec, at+from) })
		if err != nil {
			return fmt.Errorf("%s: %w", e.Path, err)
		}
		if n != e.Rows {
			return plugin.Userf("%s has %d rows, the manifest says %d: restore the file, or read the run again", e.Path, n, e.Rows)
		}
		at += n
	}
	return nil
}

func (c *compaction) eachOf(ctx context.Context, e ManifestFile, take func(rec arrow.Record, from int64) error) (n int64, err error) {
	in, err := c.fs.Open(filepath.Join(c.folder, filepath.FromSlash(e.Path)))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, plugin.Userf("the manifest lists it, but it is not there: restore it, or take it out of the manifest")
	}
	if err != nil {
		return 0, plugin.Userf("it cannot be read: %w", bare(err))
	}
	defer func() { _ = in.Close() }()
	d, err := c.format.Merging.NewDecoder(in, c.table)
	if err != nil {
		return 0, fmt.Errorf("it cannot be read: %w", err)
	}
	defer d.Release()
	for {
		if err := ctx.Err(); err != nil {
			return n, context.Cause(ctx)
		}
		rec, err := d.Next()
		if err == io.EOF { //nolint:errorlint // a Decoder's own
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("it cannot be read: %w", err)
		}
		if err := take(rec, n); err != nil {
			return n, err
		}
		n += rec.NumRows()
	}
}

// older finds the rows that a later one with their key replaces.
func (c *compaction) older(ctx context.Context) (*dropList, error) {
	none := new(dropList)
	if len(c.table.Key) == 0 {
		return none, nil
	}
	keys, err := keyColumns(c.stored)
	if err != nil {
		return none, err
	}
	s := newSorter(c.fs, c.newPath()+".sort", c.sortLimit())
	defer s.close()
	schema := c.stored.Arrow()
	var e rowEncoder
	err = c.each(ctx, func(rec arrow.Record, at int64) error {
		whole, err := c.align(rec, schema)
		if err != nil {
			return err
		}
		defer whole.Release()
		cells := make([]cellEncoder, len(keys))
		for i, k := range keys {
			if cells[i], err = encoderOf(whole.Column(k)); err != nil {
				return fmt.Errorf("column %s: %w", c.stored.Columns[k].Name, err)
			}
		}
		for row := range int(whole.NumRows()) {
			if err := s.add(e.keyed(cells, row, uint64(at)+uint64(row))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return none, err
	}
	drops := newSorter(c.fs, c.newPath()+".drop", c.sortLimit())
	var last trailer
	err = s.each(func(text []byte, first bool) error {
		now := readTrailer(text)
		gone := last.at
		last = now
		if first {
			return nil
		}
		return drops.add(position(gone))
	})
	if err != nil {
		drops.close()
		return none, err
	}
	return newDropList(drops)
}

// align returns rec with the columns of s; those that it lacks are null. The record is the caller's.
func (c *compaction) align(rec arrow.Record, s *arrow.Schema) (arrow.Record, error) {
	columns := make([]arrow.Array, s.NumFields())
	defer func() {
		for _, a := range columns {
			if a != nil {
				a.Release()
			}
		}
	}()
	for i, f := range s.Fields() {
		at := rec.Schema().FieldIndices(f.Name)
		if len(at) == 0 {
			columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, f.Type, int(rec.NumRows()))
			continue
		}
		col := rec.Column(at[0])
		if !arrow.TypeEqual(col.DataType(), f.Type) {
			return nil, plugin.Userf("column %s is %s in the file and %s in the manifest", f.Name, col.DataType(), f.Type)
		}
		col.Retain()
		columns[i] = col
	}
	for _, f := range rec.Schema().Fields() {
		if _, known := s.FieldsByName(f.Name); !known {
			return nil, plugin.Userf("column %s of the file is not in the manifest", f.Name)
		}
	}
	return array.NewRecord(s, columns, rec.NumRows()), nil
}

// publish puts the new file in place and lists it instead of the others. It returns the file's path.
func (c *compaction) publish() (string, error) {
	last := c.manifest.Files[0]
	for _, e := range c.manifest.Files {
		if e.Start.After(last.Start) {
			last = e
		}
	}
	file := ManifestFile{Path: c.manifest.freePath("compact="+runName(last.Start), c.format), Start: last.Start, Rows: c.rows}
	for _, e := range c.manifest.Files {
		file.Runs += e.Runs
	}
	next := *c.manifest
	next.Files = []ManifestFile{file}
	target := filepath.Join(c.folder, filepath.FromSlash(file.Path))
	moves := []*move{{from: c.newPath(), to: target}}
	if c.format.Beside != nil {
		beside, err := c.format.Beside(c.table)
		if err != nil {
			return "", err
		}
		for _, b := range beside {
			if err := c.writeFile(c.newPath()+b.Suffix, b.Content); err != nil {
				return "", writeError(target+b.Suffix, err)
			}
			moves = append(moves, &move{from: c.newPath() + b.Suffix, to: target + b.Suffix})
		}
	}
	m, err := c.stage(c.newPath()+manifestName, filepath.Join(c.folder, manifestName), next.content)
	if err != nil {
		return "", err
	}
	made, err := c.makeParents(append(moves, m))
	if err == nil {
		err = c.fs.Mkdir(filepath.Join(c.work, oldFolder))
	}
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = c.replace(append(moves, m))
	}
	if err != nil {
		c.unmake(made)
		return "", err
	}
	c.removeLayers(c.folder, c.manifest.Files, c.format)
	c.removeUnlisted(&next)
	return target, nil
}

// removeUnlisted removes what runs that were killed between two steps have left.
func (c *compaction) removeUnlisted(m *Manifest) {
	entries, err := c.fs.ReadDir(c.folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		listed := slices.ContainsFunc(m.Files, func(l ManifestFile) bool { return strings.HasPrefix(l.Path, e.Name()+"/") })
		if e.IsDir() && !listed && (strings.HasPrefix(e.Name(), "run=") || strings.HasPrefix(e.Name(), "compact=")) {
			c.removeLayer(filepath.Join(c.folder, e.Name()), c.format)
		}
	}
}

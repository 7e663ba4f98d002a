package sink

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// A keptLog is what was committed of the run of one input: in a folder of its own a journal and, for each
// table, a file of rows, to which commits are appended. The rows of a commit are one Arrow IPC stream a
// table. The journal's line is written behind them, and has their sum: what it says is there, or the line
// counts as not written.
type keptLog struct {
	fs     fileSystem
	folder string
	run    runRecord // no ID where nothing is kept

	works    []string // of all sessions
	sessions int
	marks    map[string]plugin.Mark
	coming   map[string]json.RawMessage
	order    []string // of splits
	cursor   int      // where in order the session is; -1 before its first commit
	tables   map[string]*keptTable

	end     int64 // of the journal
	sum     uint32
	journal file
}

// A keptTable is one file of rows.
type keptTable struct {
	columns string
	parts   []keptPart
	end     int64
	file    file
}

// A keptPart are rows that lie side by side in a file and belong to one split and one session.
type keptPart struct {
	split   string
	session int
	offset  int64
	bytes   int64
	rows    int64
}

func newKeptLog(fs fileSystem, folder string) *keptLog {
	return &keptLog{
		fs: fs, folder: folder, cursor: -1,
		marks: map[string]plugin.Mark{}, coming: map[string]json.RawMessage{}, tables: map[string]*keptTable{},
	}
}

const journalName = "journal"

func (l *keptLog) journalPath() string { return filepath.Join(l.folder, journalName) }
func (l *keptLog) rowsPath(table string) string {
	return filepath.Join(l.folder, FileName(table)+".rows")
}

// loadKept reads what the folder holds up to the last commit that is whole in all its files. Without a
// journal it is empty. It changes nothing.
func loadKept(fsys fileSystem, folder string) (*keptLog, error) {
	l := newKeptLog(fsys, folder)
	in, err := fsys.Open(l.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	check := checker{log: l, files: map[string]ReadFile{}}
	defer check.close()
	var bad error
	err = readJournal(in, func(r record, end int64, sum uint32) bool {
		switch {
		case r.Run != nil:
			if l.run = *r.Run; l.run.Version != journalVersion {
				bad = fmt.Errorf("it is of version %d, this program knows %d: finish the run with the program that began it, or delete %s to have it read again",
					l.run.Version, journalVersion, folder)
				return false
			}
		case l.run.ID == "":
			return false
		case r.Session != nil:
			l.begin(*r.Session)
		case r.Commit != nil:
			var whole bool
			if whole, bad = check.whole(*r.Commit); !whole {
				return false
			}
			l.add(*r.Commit)
		}
		l.end, l.sum = end, sum
		return true
	})
	return l, cmp.Or(err, bad)
}

// begin begins a session.
func (l *keptLog) begin(s sessionRecord) {
	l.works = append(l.works, s.Work)
	l.sessions++
	l.cursor = -1
}

// add takes what a commit says.
func (l *keptLog) add(c commitRecord) {
	l.place(c.Split)
	l.marks[c.Split] = c.Mark
	maps.Copy(l.coming, c.Reached)
	for _, r := range c.Rows {
		t := l.table(r.Table)
		if r.Columns != "" {
			t.columns = r.Columns
		}
		last := len(t.parts) - 1
		if last >= 0 && t.parts[last].split == c.Split && t.parts[last].session == l.sessions {
			t.parts[last].bytes += r.Bytes
			t.parts[last].rows += r.Rows
		} else {
			t.parts = append(t.parts, keptPart{split: c.Split, session: l.sessions, offset: t.end, bytes: r.Bytes, rows: r.Rows})
		}
		t.end += r.Bytes
	}
}

// place finds the split's place in the order of delivery, which each session follows: what one of them left
// out, because it failed, goes behind what is delivered before it.
func (l *keptLog) place(split string) {
	if l.cursor >= 0 && l.order[l.cursor] == split {
		return
	}
	if _, known := l.marks[split]; known {
		if i := slices.Index(l.order[l.cursor+1:], split); i >= 0 {
			l.cursor += 1 + i
		} // else the plan has another order, and the first stands
		return
	}
	l.cursor++
	l.order = slices.Insert(l.order, l.cursor, split)
}

func (l *keptLog) table(name string) *keptTable {
	t := l.tables[name]
	if t == nil {
		t = new(keptTable)
		l.tables[name] = t
	}
	return t
}

// state is what a next run goes on from.
func (l *keptLog) state() plugin.State {
	if l.run.ID == "" {
		return plugin.State{}
	}
	return plugin.State{Start: l.run.Start, Properties: l.run.Properties, Marks: maps.Clone(l.marks), Coming: maps.Clone(l.coming)}
}

// A checker compares files of rows with what the journal says, from their beginnings on.
type checker struct {
	log   *keptLog
	files map[string]ReadFile
}

// whole says whether the rows of a commit are all there. The error is the disk's: it says nothing of them.
func (c *checker) whole(commit commitRecord) (bool, error) {
	for _, r := range commit.Rows {
		f := c.files[r.Table]
		if f == nil {
			var err error
			if f, err = c.log.fs.Open(c.log.rowsPath(r.Table)); errors.Is(err, fs.ErrNotExist) {
				return false, nil
			} else if err != nil {
				return false, err
			}
			c.files[r.Table] = f
		}
		sum := crc32.New(castagnoli)
		switch _, err := io.CopyN(sum, f, r.Bytes); {
		case err == io.EOF || err == nil && sum.Sum32() != r.Sum: //nolint:errorlint // CopyN's own
			return false, nil
		case err != nil:
			return false, err
		}
	}
	return true, nil
}

func (c *checker) close() {
	for _, f := range c.files {
		_ = f.Close()
	}
}

// create makes the folder, with a journal that says what run it is of.
func (l *keptLog) create(run plugin.KeptRun) error {
	if err := l.fs.Mkdir(l.folder); err != nil {
		return err
	}
	l.run = runRecord{Version: journalVersion, ID: rand.Text(), Input: run.Input, Start: run.Start.UTC(), Properties: run.Properties}
	return l.write(record{Run: &l.run})
}

// session says that this process goes on with the run.
func (l *keptLog) session(work string) error {
	s := sessionRecord{Work: work}
	if err := l.write(record{Session: &s}); err != nil {
		return err
	}
	l.begin(s)
	return nil
}

// write appends a line to the journal, in one piece.
func (l *keptLog) write(r record) error {
	line, err := r.line()
	if err != nil {
		return err
	}
	if l.journal == nil {
		if l.journal, err = l.fs.Extend(l.journalPath(), l.end); err != nil {
			return err
		}
	}
	if _, err := l.journal.Write(line); err != nil {
		return err
	}
	l.end += int64(len(line))
	l.sum = crc32.Update(l.sum, castagnoli, line)
	return nil
}

// commit appends what the outputs hold, and then the position.
func (l *keptLog) commit(outputs []*output, buffer *bufio.Writer, at plugin.Position) error {
	c := commitRecord{Split: at.Split, Mark: at.Mark, Reached: at.Reached}
	for _, o := range outputs {
		if o.held.empty() {
			continue
		}
		t := l.table(o.table.Name)
		r, err := l.append(t, o, buffer)
		if err != nil {
			return writeError(o.target, err)
		}
		if columns := columnsText(o.table); t.columns != columns {
			r.Columns = columns
		}
		c.Rows = append(c.Rows, r)
	}
	if err := l.write(record{Commit: &c}); err != nil {
		return writeError("the folder "+filepath.Dir(l.folder), err)
	}
	l.add(c)
	return nil
}

// append appends what o holds as one stream.
func (l *keptLog) append(t *keptTable, o *output, buffer *bufio.Writer) (rowsRecord, error) {
	r := rowsRecord{Table: o.table.Name}
	if t.file == nil {
		var err error
		if t.file, err = l.fs.Extend(l.rowsPath(o.table.Name), t.end); err != nil {
			return r, err
		}
	}
	to := &summer{to: t.file, sum: crc32.New(castagnoli)}
	buffer.Reset(to)
	stream := ipc.NewWriter(buffer, ipc.WithSchema(o.bare))
	err := o.held.each(func(rec arrow.Record) error {
		r.Rows += rec.NumRows()
		return writeCopy(stream, o.bare, rec)
	})
	if e := stream.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = buffer.Flush()
	}
	r.Bytes, r.Sum = to.bytes, to.sum.Sum32()
	return r, err
}

// A summer counts and sums what it passes on.
type summer struct {
	to    io.Writer
	bytes int64
	sum   hash.Hash32
}

func (s *summer) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.bytes += int64(n)
	_, _ = s.sum.Write(p[:n])
	return n, err
}

// rest lets go of all files; with durable they are made so first, rows before what speaks of them.
func (l *keptLog) rest(durable bool) error {
	var errs []error
	files := make([]*file, 0, len(l.tables)+1)
	for _, t := range l.tables {
		files = append(files, &t.file)
	}
	for _, f := range append(files, &l.journal) {
		if *f == nil {
			continue
		}
		if durable {
			errs = append(errs, (*f).Sync())
		}
		errs = append(errs, (*f).Close())
		*f = nil
	}
	return errors.Join(errs...)
}

// each gives the rows of part of o's table to take.
func (l *keptLog) each(o *output, part keptPart, take func(arrow.Record) error) error {
	f, err := l.fs.Open(l.rowsPath(o.table.Name))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReaderSize(io.NewSectionReader(f, part.offset, part.bytes), writeBuffer)
	for {
		if _, err := in.Peek(1); err == io.EOF {
			return nil
		}
		err := readStream(in, func(rec arrow.Record) error {
			own := array.NewRecord(o.schema, rec.Columns(), rec.NumRows())
			defer own.Release()
			return take(own)
		})
		if err != nil {
			return err
		}
	}
}

// columnsText tells two tables apart whose rows do not go together.
func columnsText(t schema.Table) string {
	text := ""
	for _, c := range t.Columns {
		text += fmt.Sprintf("%q %s nullable=%t, ", c.Name, c.Type, c.Nullable)
	}
	return text
}

// bareSchema is t's Arrow schema without what rows do not need.
func bareSchema(t schema.Table) *arrow.Schema {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	}
	return arrow.NewSchema(fields, nil)
}

package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// lines is a format that writes the text of each row on a line, and "end" at the end.
func lines() Format {
	return Format{
		Extension: "txt",
		NewEncoder: func(w io.Writer, t schema.Table) (Encoder, error) {
			_, err := fmt.Fprintln(w, t.Name)
			return &lineEncoder{w: w}, err
		},
		Beside: func(t schema.Table) ([]BesideFile, error) {
			return []BesideFile{{Suffix: ".about", Content: []byte("about " + t.Name)}}, nil
		},
	}
}

type lineEncoder struct {
	w        io.Writer
	released int
}

func (e *lineEncoder) Write(rec arrow.Record) error {
	for _, s := range texts(rec) {
		if _, err := fmt.Fprintln(e.w, s); err != nil {
			return err
		}
	}
	return nil
}

func (e *lineEncoder) Close() error {
	_, err := fmt.Fprintln(e.w, "end")
	return err
}

func (e *lineEncoder) Release() {
	if e.released++; e.released > 1 {
		panic("released twice")
	}
}

func texts(rec arrow.Record) []string {
	col := rec.Column(0).(*array.String)
	out := make([]string, col.Len())
	for i := range out {
		out[i] = col.Value(i)
	}
	return out
}

func table(name string) schema.Table {
	return schema.Table{Name: name, Columns: []schema.Column{{Name: "text", Type: arrow.BinaryTypes.String}}}
}

type rig struct {
	*Folder
	t   testing.TB
	mem *memory.CheckedAllocator
	fs  *faulty
}

func newRig(t testing.TB, dir string) *rig {
	r := &rig{NewFolder(dir, lines()), t, memory.NewCheckedAllocator(memory.NewGoAllocator()), &faulty{}}
	r.Folder.fs = r.fs
	return r
}

func (r *rig) begin(names ...string) error {
	var tables []schema.Table
	for _, n := range names {
		tables = append(tables, table(n))
	}
	return r.Begin(context.Background(), tables)
}

// batch is a record of a table in the rig's memory.
func (r *rig) batch(name string, rows ...string) plugin.Batch {
	b := array.NewRecordBuilder(r.mem, table(name).Arrow())
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues(rows, nil)
	return plugin.Batch{Table: name, Record: b.NewRecord()}
}

func (r *rig) write(name string, rows ...string) error {
	b := r.batch(name, rows...)
	defer b.Record.Release()
	return r.Write(context.Background(), b)
}

func (r *rig) commit() error { return r.Commit(context.Background(), plugin.Position{}) }
func (r *rig) abort() error  { return r.Abort(context.Background()) }

// finish finishes the run and checks that nothing is held any more.
func (r *rig) finish(ok bool) error {
	err := r.Finish(context.Background(), ok)
	assert.Zero(r.t, r.mem.CurrentAlloc(), "bytes are held")
	assert.Zero(r.t, r.fs.open, "files are open")
	return err
}

// run is a whole run of one committed row for each table.
func (r *rig) run(text string, names ...string) error {
	err := r.begin(names...)
	for _, n := range names {
		err = errors.Join(err, r.write(n, text))
	}
	if err == nil {
		err = r.commit()
	}
	return errors.Join(err, r.finish(err == nil))
}

// tree returns the content of every file below dir, and "folder" for folders.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() {
			out[rel] = "folder"
			return nil
		}
		b, err := os.ReadFile(path)
		out[rel] = string(b)
		return err
	})
	require.NoError(t, err)
	return out
}

func TestFolderWritesCommittedRows(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, filepath.Join(dir, "out"))
	require.Empty(t, r.WorkDir())
	require.NoError(t, r.begin("a", "b c"))
	require.Equal(t, filepath.Join(dir, "out"), filepath.Dir(filepath.Dir(r.WorkDir())))
	require.NoDirExists(t, r.WorkDir())

	require.NoError(t, r.write("a", "1", "2"))
	require.NoError(t, r.write("a"))
	require.NoError(t, r.commit())
	require.NoError(t, r.write("a", "never"))
	require.NoError(t, r.write("b c", "never"))
	require.NoError(t, r.abort())
	require.NoError(t, r.write("a", "3"))
	require.NoError(t, r.Write(context.Background(), plugin.Batch{Mark: "m"}))
	require.NoError(t, r.commit())
	require.NoError(t, r.commit())
	require.NoError(t, r.write("a", "late"))
	require.NoError(t, r.finish(true))
	require.Equal(t, map[string]string{
		"out": "folder", "out/a.txt": "a\n1\n2\n3\nend\n", "out/a.txt.about": "about a",
		"out/b_c.txt": "b c\nend\n", "out/b_c.txt.about": "about b c",
	}, tree(t, dir))

	// A sink has one run.
	require.NoError(t, r.finish(false))
	require.ErrorIs(t, r.finish(true), errClosed)
	require.ErrorIs(t, r.write("a", "x"), errClosed)
	require.ErrorIs(t, r.commit(), errClosed)
	require.ErrorIs(t, r.abort(), errClosed)
	require.ErrorContains(t, r.begin("a"), "has had its run")
}

func TestFolderSpillsLargeGroups(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, dir)
	r.limit = 200
	require.NoError(t, r.begin("a", "b"))
	for round := range 3 {
		for i := range 20 {
			require.NoError(t, r.write("a", fmt.Sprint("never ", i)))
		}
		require.LessOrEqual(t, r.mem.CurrentAlloc(), 400, "rows are held in memory past the limit")
		require.NoError(t, r.abort())
		for i := range 20 {
			require.NoError(t, r.write("a", fmt.Sprint(round, " ", i)))
			require.NoError(t, r.write("b", fmt.Sprint(i)))
		}
		require.NoError(t, r.commit())
	}
	require.NoError(t, r.finish(true))
	want := "a\n"
	for round := range 3 {
		for i := range 20 {
			want += fmt.Sprint(round, " ", i) + "\n"
		}
	}
	require.Equal(t, want+"end\n", tree(t, dir)["a.txt"])
}

func TestFolderRefusesWhatDoesNotFit(t *testing.T) {
	r := newRig(t, t.TempDir())
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.write("a", "1"))
	require.EqualError(t, r.write("b", "x"), `a batch of table "b", which was not announced`)
	require.EqualError(t, r.commit(), `a batch of table "b", which was not announced`, "a failed write cannot be committed")
	require.NoError(t, r.abort())

	for want, s := range map[string]*arrow.Schema{
		"table a: a batch has 0 columns, want 1": arrow.NewSchema(nil, nil),
		"table a: column 1 of a batch is text int64, want text utf8": arrow.NewSchema(
			[]arrow.Field{{Name: "text", Type: arrow.PrimitiveTypes.Int64}}, nil),
		"table a: column 1 of a batch is name utf8, want text utf8": arrow.NewSchema(
			[]arrow.Field{{Name: "name", Type: arrow.BinaryTypes.String}}, nil),
	} {
		b := array.NewRecordBuilder(r.mem, s)
		rec := b.NewRecord()
		require.EqualError(t, r.Write(context.Background(), plugin.Batch{Table: "a", Record: rec}), want)
		rec.Release()
		b.Release()
		require.NoError(t, r.abort())
	}

	b := array.NewRecordBuilder(r.mem, table("a").Arrow())
	b.Field(0).AppendNull()
	rec := b.NewRecord()
	require.EqualError(t, r.Write(context.Background(), plugin.Batch{Table: "a", Record: rec}),
		"table a: column text of a batch holds a null, which the schema rules out")
	rec.Release()
	b.Release()
	require.NoError(t, r.abort())
	require.NoError(t, r.commit())
	require.NoError(t, r.finish(true))
}

func TestFolderHeedsCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := newRig(t, t.TempDir())
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.write("a", "1"))
	cancel()
	b := r.batch("a", "2")
	defer b.Record.Release()
	require.ErrorIs(t, r.Write(ctx, b), context.Canceled)
	require.ErrorIs(t, r.Commit(ctx, plugin.Position{}), context.Canceled)
	require.NoError(t, r.Abort(ctx))
	require.NoError(t, r.Finish(context.Background(), false))

	r = newRig(t, filepath.Join(t.TempDir(), "out"))
	require.ErrorIs(t, r.Begin(ctx, nil), context.Canceled)
	require.NoDirExists(t, r.path)
}

// TestEveryFault fails each operation of a run over older files in turn. Either the run fails, and the
// folder is as it was, or it succeeds, and all is there.
func TestEveryFault(t *testing.T) {
	for _, fault := range []error{syscall.ENOSPC, errBroken} {
		for n := 0; ; n++ {
			dir := t.TempDir()
			require.NoError(t, newRig(t, dir).run("old", "a", "b"))
			before := tree(t, dir)

			r := newRig(t, dir)
			r.limit = 1 // everything is spilled
			var failed string
			r.fs.fail = func(op, base string, i int) error {
				if i != n {
					return nil
				}
				failed = op + " " + base
				return fault
			}
			err := r.run("new", "a", "b", "c")
			if failed == "" {
				require.NoError(t, err)
				require.Greater(t, n, 50, "operations")
				break
			}
			r.fs.fail = nil
			if err == nil {
				require.Regexp(t, "^(link|close) ", failed, "only these may fail without a word")
				require.Equal(t, map[string]string{
					"a.txt": "a\nnew\nend\n", "b.txt": "b\nnew\nend\n", "c.txt": "c\nnew\nend\n",
					"a.txt.about": "about a", "b.txt.about": "about b", "c.txt.about": "about c",
				}, tree(t, dir), failed)
				continue
			}
			require.ErrorIs(t, err, fault, failed)
			require.ErrorContains(t, err, dir, failed)
			require.NotContains(t, err.Error(), ".igsource", "%s: a hidden path means nothing to a user", failed)
			require.Equal(t, before, tree(t, dir), "%s: %v", failed, err)
		}
	}
}

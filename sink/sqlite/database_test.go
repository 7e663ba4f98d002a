package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// readOnly makes SQLite take a database for read-only, whoever the user is: by the version that its header
// says one must know to write it.
func readOnly(t testing.TB, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b[18] = 9
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

func TestWrongTargets(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  func(t *testing.T, dir string) (path string)
		want  string
		state bool // the state cannot be read either
	}{
		{"folder", func(_ *testing.T, dir string) string { return dir }, "PATH is a folder: give the path of a database file, such as PATH/instagram.db", true},
		{
			"folder missing", func(_ *testing.T, dir string) string { return dir + "/no/a.db" },
			"PATH cannot be made, because the folder DIR/no does not exist: create it first, or give another path", false,
		},
		{"folder is a file", func(t *testing.T, dir string) string {
			require.NoError(t, os.WriteFile(dir+"/file", nil, 0o600))
			return dir + "/file/a.db"
		}, "PATH cannot be looked at (not a directory): give another path", true},
		{"no file", func(*testing.T, string) string { return os.DevNull }, "PATH is not a file that can hold a database: give another path", true},
		{"no database", func(t *testing.T, dir string) string {
			require.NoError(t, os.WriteFile(dir+"/a.db", []byte("name,value\nthis is a table of another kind\n"), 0o600))
			return dir + "/a.db"
		}, "PATH is not an SQLite database: move it away, or write to another file (", true},
		{"read-only", func(t *testing.T, dir string) string {
			change(t, dir+"/a.db", "CREATE TABLE mine (x)")
			readOnly(t, dir+"/a.db")
			return dir + "/a.db"
		}, "PATH is read-only: make it writable, or write to another file (", false},
		{"damaged", func(t *testing.T, dir string) string {
			change(t, dir+"/a.db", "CREATE TABLE mine (x)", "INSERT INTO mine VALUES (1)")
			b, err := os.ReadFile(dir + "/a.db")
			require.NoError(t, err)
			copy(b[100:], "\xff\xff\xff\xff\xff\xff\xff\xff")
			require.NoError(t, os.WriteFile(dir+"/a.db", b, 0o600))
			return dir + "/a.db"
		}, "PATH is a damaged SQLite database: put a copy of it in its place, or write to another file (", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := c.make(t, dir)
			before := content(t, dir)
			s := New(path, Options{})
			_, err := s.State(t.Context(), "in")
			var user *plugin.UserError
			if c.state {
				require.ErrorAs(t, err, &user)
				assert.Contains(t, err.Error(), replaceDir(replacePath(c.want, path), dir))
			} else {
				require.NoError(t, err)
			}
			err = s.Begin(t.Context(), []schema.Table{people()})
			require.ErrorAs(t, err, &user)
			assert.Contains(t, err.Error(), replaceDir(replacePath(c.want, path), dir))
			require.NoError(t, s.Finish(t.Context(), false))
			assert.Equal(t, before, content(t, dir), "nothing is changed")
		})
	}
}

// content is what the files in dir hold.
func content(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = string(b)
	}
	return out
}

func TestDiskFullAtTheBeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := New(path, Options{})
	s.setup = []string{"PRAGMA max_page_count = 2"}
	err := s.Begin(t.Context(), []schema.Table{people(), plugintest.Sample()})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, path+" cannot be written, the disk is full: free some space, or write to another disk (")
	assert.Empty(t, content(t, filepath.Dir(path)), "nothing is left")
}

func TestDiskFullOnTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	r := newRun(t, path, Options{Clock: newHands()})
	r.sink.setup = []string{"PRAGMA max_page_count = 24"}
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1") // at once
	r.rows("b", 10)
	r.commit("s", "2") // waits for others
	r.rows("c", 10)
	r.commit("s", "3")
	rec := plugintest.Record(people(), numbered("d", 5000)...)
	defer rec.Release()
	err := r.sink.Write(t.Context(), plugin.Batch{Table: "people", Record: rec})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, path+" cannot be written, the disk is full: ")
	again := r.sink.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "4"})
	require.Equal(t, err, again, "a commit cannot hide it")
	// SQLite takes back the whole transaction or the statement alone: either way the rows are those of a mark.
	_ = r.sink.Abort(t.Context())
	require.NoError(t, r.sink.Finish(t.Context(), false))
	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	want := map[plugin.Mark]string{"1": "10", "2": "20", "3": "30"}[state.Marks["s"]]
	assert.Equal(t, [][]string{{want}}, query(t, path, "SELECT count(*) FROM people"))
}

func TestModes(t *testing.T) {
	dir := t.TempDir()
	made, given := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	change(t, given, "CREATE TABLE mine (x)")
	for path, want := range map[string][2]string{made: {"wal", "1"}, given: {"delete", "2"}} {
		r := newRun(t, path, Options{})
		r.begin(people())
		for pragma, want := range map[string]string{"journal_mode": want[0], "synchronous": want[1]} {
			got, err := r.sink.texts(t.Context(), "PRAGMA "+pragma)
			require.NoError(t, err)
			assert.Equal(t, [][]string{{want}}, got, pragma)
		}
		r.rows("a", 3)
		r.commit("s", "1")
		r.finish(true)
		assert.Equal(t, [][]string{{"3"}}, query(t, path, "SELECT count(*) FROM people"))
	}
	assert.Len(t, content(t, dir), 2, "a database is one file when nobody has it open")
}

func TestOthersReadWhileARunWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	r.rows("a", 3)
	r.commit("s", "1")
	r.rows("b", 3)
	r.commit("s", "2") // waits for others
	assert.Equal(t, [][]string{{"3"}}, query(t, path, "SELECT count(*) FROM people"))
	r.finish(true)
	assert.Equal(t, [][]string{{"6"}}, query(t, path, "SELECT count(*) FROM people"))
}

func TestLockedByAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	change(t, path, "CREATE TABLE mine (x)")
	db, conn, err := dial(t.Context(), path, "rw")
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()); require.NoError(t, db.Close()) }()
	require.NoError(t, exec(t.Context(), conn, "BEGIN IMMEDIATE"))

	// A run that is stopped does not wait any longer.
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	require.ErrorIs(t, New(path, Options{}).Begin(ctx, []schema.Table{people()}), context.DeadlineExceeded)
	assert.Less(t, time.Since(began), 5*time.Second)

	// One that is not, waits until the other is done.
	s := New(path, Options{})
	done := make(chan error)
	go func() { done <- s.Begin(context.WithoutCancel(t.Context()), []schema.Table{people()}) }()
	require.NoError(t, exec(t.Context(), conn, "COMMIT"))
	require.NoError(t, <-done)
	require.NoError(t, s.Finish(t.Context(), true))

	explained := s.explain(exec(t.Context(), conn, "no statement"))
	require.ErrorContains(t, explained, path+" cannot be written: ")
}

func TestARuleAddedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	writeRows(t, path, people())
	change(t, path, "CREATE TRIGGER no BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'not today'); END")
	r := newRun(t, path, Options{})
	r.begin(people())
	rec := plugintest.Record(people(), numbered("a", 1)...)
	defer rec.Release()
	err := r.sink.Write(t.Context(), plugin.Batch{Table: "people", Record: rec})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, path+" refuses a row for a rule that was added to the table by hand: take the rule away, or write to another file (table people: ")
	require.NoError(t, r.sink.Abort(t.Context()))
	r.finish(false)
}

func replaceDir(text, dir string) string { return strings.ReplaceAll(text, "DIR", dir) }

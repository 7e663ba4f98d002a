//go:build duckdb_arrow

package duckdb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

func TestWrongTargets(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  func(t *testing.T, dir string) (path string)
		want  string
		state bool // the state cannot be read either
	}{
		{"folder", func(_ *testing.T, dir string) string { return dir }, "PATH is a folder: give the path of a database file, such as PATH/instagram.duckdb", true},
		{
			"folder missing", func(_ *testing.T, dir string) string { return dir + "/no/a.duckdb" },
			"PATH cannot be made, because the folder DIR/no does not exist: create it first, or give another path", false,
		},
		{"folder is a file", func(t *testing.T, dir string) string {
			require.NoError(t, os.WriteFile(dir+"/file", nil, 0o600))
			return dir + "/file/a.duckdb"
		}, "PATH cannot be looked at (not a directory): give another path", true},
		{"no file", func(*testing.T, string) string { return os.DevNull }, "PATH is not a file that can hold a database: give another path", true},
		{"link to nothing", func(t *testing.T, dir string) string {
			require.NoError(t, os.Symlink(dir+"/nothing", dir+"/a.duckdb"))
			return dir + "/a.duckdb"
		}, "PATH is a link to a file that does not exist: remove the link, or give another path", false},
		{"no database", func(t *testing.T, dir string) string {
			require.NoError(t, os.WriteFile(dir+"/a.duckdb", []byte("name,value\nthis is a table of another kind\n"), 0o600))
			return dir + "/a.duckdb"
		}, "PATH is not a DuckDB database: move it away, or write to another file (", true},
		{"another database", func(t *testing.T, dir string) string {
			require.NoError(t, os.WriteFile(dir+"/a.duckdb", append([]byte("SQLite format 3\x00"), make([]byte, 8000)...), 0o600))
			return dir + "/a.duckdb"
		}, "PATH is not a DuckDB database: move it away, or write to another file (", true},
		{"damaged", func(t *testing.T, dir string) string {
			change(t, dir+"/a.duckdb", "CREATE TABLE mine (x INTEGER)", "INSERT INTO mine VALUES (1)")
			b, err := os.ReadFile(dir + "/a.duckdb")
			require.NoError(t, err)
			for i := 4096; i < 12288; i += 100 {
				b[i] ^= 0xff
			}
			require.NoError(t, os.WriteFile(dir+"/a.duckdb", b, 0o600))
			return dir + "/a.duckdb"
		}, "PATH is a damaged DuckDB database: put a copy of it in its place, or write to another file (", true},
		{"name that the driver cuts", func(_ *testing.T, dir string) string { return dir + "/a?b.duckdb" }, `PATH cannot be opened, because DuckDB's driver takes no path that holds a "?": give another path`, false},
		{"name that hides the settings", func(_ *testing.T, dir string) string { return dir + "/a#b.duckdb" }, `PATH cannot be opened, because DuckDB's driver takes no path that holds a "#": give another path`, false},
		{"name that is no URL", func(_ *testing.T, dir string) string { return dir + "/a%zz.duckdb" }, `PATH cannot be opened, because DuckDB's driver takes no such path (invalid URL escape "%zz"): give another path`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := c.make(t, dir)
			want := strings.ReplaceAll(replacePath(c.want, path), "DIR", dir)
			before := content(t, dir)
			s := New(path, Options{})
			_, err := s.State(t.Context(), "in")
			var user *plugin.UserError
			if c.state {
				require.ErrorAs(t, err, &user)
				assert.Contains(t, err.Error(), want)
			} else {
				require.NoError(t, err)
			}
			err = s.Begin(t.Context(), []schema.Table{people()})
			require.ErrorAs(t, err, &user)
			assert.Contains(t, err.Error(), want)
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
		if os.IsNotExist(err) {
			b = []byte("a link to nothing")
		} else {
			require.NoError(t, err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

func TestOneFileWhenNobodyHasItOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.duckdb")
	r := newRun(t, path, Options{})
	r.begin(people())
	r.keep("in")
	r.rows("a", 3)
	r.commit("s", "1")
	r.finish(true)
	assert.Equal(t, [][]string{{"3"}}, query(t, path, "SELECT count(*) FROM people"))
	assert.Len(t, content(t, dir), 1)
	assert.Empty(t, files.open)
}

// Nothing of ours but tables is in the file: the views and tables that rows are held back in are elsewhere.
func TestWhatIsInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	r.keep("in")
	r.rows("a", 3)
	r.commit("s", "1")
	r.rows("b", 3)
	names := `SELECT table_name FROM information_schema.tables WHERE table_catalog = 'a' ORDER BY 1`
	want := [][]string{{"igsource_keys"}, {"igsource_state"}, {"people"}}
	assert.Equal(t, want, query(t, path, names))
	r.finish(true)
	assert.Equal(t, want, query(t, path, names))
}

func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{})
	r.begin(people())
	for setting, want := range map[string]string{
		"TimeZone": "UTC", "memory_limit": "512.0 MiB",
		"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
	} {
		got, err := r.sink.texts(t.Context(), "SELECT current_setting('"+setting+"')::VARCHAR")
		require.NoError(t, err)
		assert.Equal(t, [][]string{{want}}, got, setting)
	}
	built, err := r.sink.texts(t.Context(), "SELECT extension_name FROM duckdb_extensions() WHERE install_mode = 'STATICALLY_LINKED' AND extension_name IN ('icu', 'json') ORDER BY 1")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"icu"}, {"json"}}, built)
	r.finish(true)
}

func TestARuleAddedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	change(t, path,
		`CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT CHECK (reach < 10))`,
		`CREATE TABLE igsource_keys ("table" VARCHAR NOT NULL, "key" JSON NOT NULL)`, `INSERT INTO igsource_keys VALUES ('People', '["KIND","id"]')`)
	r := newRun(t, path, Options{})
	r.begin(people())
	r.rows("a", 20)
	err := r.sink.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "1"})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, path+" refuses a row for a rule that was added to the table by hand: take the rule away, or write to another file (Constraint Error: ")
	require.Equal(t, err, r.sink.Abort(t.Context()), "what a mark has ended is not forgotten")
	r.finish(false)
	assert.Equal(t, [][]string{{"0"}}, query(t, path, "SELECT count(*) FROM people"))
}

// The file's name is the name that DuckDB calls the database by, which may be one of its own.
func TestFileNames(t *testing.T) {
	for _, name := range []string{"temp.duckdb", "system.duckdb", "main.db", "memory", "people.x.y", "a b'c\"d.duckdb", "select"} {
		path := filepath.Join(t.TempDir(), name)
		for i := range 2 {
			writeRows(t, path, people(), []any{"a", nil, i})
		}
		assert.Equal(t, [][]string{{"a", "1"}}, query(t, path, "SELECT id, reach FROM people"), name)
	}
}

// An index by hand keeps nobody from writing.
func TestAnIndexAddedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	writeRows(t, path, people(), []any{"a", nil, 1})
	change(t, path, "CREATE INDEX mine ON people (id)")
	for i := range 3 {
		writeRows(t, path, people(), []any{"a", nil, 2 + i}, []any{"b", nil, i})
	}
	assert.Equal(t, [][]string{{"a", plugintest.Null, "4"}, {"b", plugintest.Null, "2"}}, query(t, path, "SELECT * FROM people"))
}

// What DuckDB says that is hard to bring about here.
func TestExplanations(t *testing.T) {
	s := New("a.duckdb", Options{})
	for message, want := range map[string]string{
		"IO Error: Trying to read a database file with version number 200, but we can only read versions between 64 and 68.":       "a.duckdb was made by another version of DuckDB, which this one cannot read: write to another file (",
		"IO Error: Could not write all bytes to file \"a.duckdb.wal\": wanted=2, wrote=1: No space left on device":                 "a.duckdb cannot be written, the disk is full: free some space, or write to another disk (",
		"IO Error: Cannot open file \"a.duckdb\": The process cannot access the file because it is being used by another process.": "a.duckdb is open in another program, and DuckDB lets no other process open it meanwhile: wait until that has ended, or write to another file",
		"Connection Error: Can't open a connection to same database file with a different configuration than existing connections": "a.duckdb is open in this program already, by other means than this sink: close it there, or write to another file (",
		"Out of Memory Error: could not allocate block":                                                                            "a.duckdb cannot be written: Out of Memory Error: could not allocate block",
	} {
		require.ErrorContains(t, s.explain(&duckdb.Error{Msg: message}), want)
	}
}

package sink

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

func TestBeginRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		path   string
		tables []string
		set    func(t *testing.T, dir string)
		fail   func(op, base string, n int) error
		want   string
	}{
		{name: "missing parent", path: "no/out", want: "the folder DIR/no/out cannot be made in DIR/no, which does not exist: create that first, or give another folder to write to"},
		{name: "file", path: "file", set: put("file"), want: "DIR/file is a file, not a folder: give another folder to write to"},
		{name: "under a file", path: "file/out", set: put("file"), want: "the folder DIR/file/out cannot be looked into (not a directory): give another folder to write to"},
		{name: "no permission to make", path: "out", fail: on("mkdir", "out", fs.ErrPermission), want: "the folder DIR/out cannot be made (permission denied): give another folder to write to"},
		{name: "no permission to look", path: "out", fail: on("stat", "out", fs.ErrPermission), want: "the folder DIR/out cannot be looked into (permission denied): give another folder to write to"},
		{name: "no permission to write", path: "out", fail: on("mkdirtemp", "out", fs.ErrPermission), want: "the folder DIR/out cannot be written: permission denied"},
		{name: "full", path: "out", fail: on("mkdirtemp", "out", syscall.ENOSPC), want: "the folder DIR/out cannot be written, the disk is full: free some space, or write to another disk (no space left on device)"},
		{name: "full for the folder", path: "out", fail: on("mkdir", "out", syscall.ENOSPC), want: "the folder DIR/out cannot be written, the disk is full: free some space, or write to another disk (no space left on device)"},
		{name: "full for a file", path: "out", fail: on("create", "a.txt", syscall.EDQUOT), want: "DIR/out/a.txt cannot be written, the disk is full: free some space, or write to another disk (disk quota exceeded)"},
		{name: "folder where the file goes", path: "out", set: func(t *testing.T, dir string) {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "out/a.txt"), 0o777))
		}, want: "DIR/out/a.txt is there and is no file: move it away, or give another folder to write to"},
		{name: "folder where the file beside it goes", path: "out", set: func(t *testing.T, dir string) {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "out/a.txt.about"), 0o777))
		}, want: "DIR/out/a.txt.about is there and is no file: move it away, or give another folder to write to"},
		{
			name: "unreadable older file", path: "", set: put("a.txt"), fail: on("open", "a.txt", fs.ErrPermission),
			want: "DIR/a.txt is there and cannot be read: permission denied: move it away, or give another folder to write to",
		},
		{
			name: "older file that cannot be looked at", path: "", set: put("a.txt"), fail: on("lstat", "a.txt", fs.ErrPermission),
			want: "DIR/a.txt cannot be looked at: permission denied",
		},
		{name: "one file for two tables", path: "out", tables: []string{"x y", "x/y"}, want: `the tables "x y" and "x/y" would both be written to the file x_y: rename one of them`},
		{name: "names that differ in case", path: "out", tables: []string{"Page", "page"}, want: `the tables "Page" and "page" would both be written to the file page: rename one of them`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.set != nil {
				c.set(t, dir)
			}
			before := tree(t, dir)
			r := newRig(t, filepath.Join(dir, filepath.FromSlash(c.path)))
			r.fs.fail = c.fail
			if c.tables == nil {
				c.tables = []string{"a", "b"}
			}
			err := r.begin(c.tables...)
			var user *plugin.UserError
			require.ErrorAs(t, err, &user)
			require.Equal(t, c.want, replaceAll(err.Error(), dir))
			require.NoError(t, r.finish(false))
			require.Equal(t, before, tree(t, dir))
		})
	}
}

func TestBeginRefusesTypes(t *testing.T) {
	format := lines()
	format.Check = func(schema.Table) error { return errors.New("column text: no") }
	f := NewFolder(filepath.Join(t.TempDir(), "out"), format)
	err := f.Begin(t.Context(), []schema.Table{table("a")})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.EqualError(t, err, "table a cannot be written as txt: column text: no")
	require.NoDirExists(t, f.path)
}

func TestBeginRefusesTablesThatAreNone(t *testing.T) {
	f := NewFolder(filepath.Join(t.TempDir(), "out"), lines())
	err := f.Begin(t.Context(), []schema.Table{{Name: "a", Columns: []schema.Column{{Name: "x", Type: arrow.Null}, {Name: "x", Type: arrow.Null}}}})
	require.EqualError(t, err, "table a: column x stands twice")
}

func TestFailedRunRemovesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	r := newRig(t, out)
	require.NoError(t, r.begin("a"))
	require.NoError(t, os.WriteFile(filepath.Join(out, "mine"), []byte("x"), 0o666))
	require.NoError(t, r.finish(false))
	require.Equal(t, map[string]string{"out": "folder", "out/mine": "x"}, tree(t, dir), "a folder that somebody uses is not removed")

	require.NoError(t, os.RemoveAll(out))
	r = newRig(t, out)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.finish(false))
	assert.NoDirExists(t, out)

	require.NoError(t, os.Mkdir(out, 0o777))
	r = newRig(t, out)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.finish(false))
	assert.DirExists(t, out, "it was there before")
}

func TestKilledRunsAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	dead := newRig(t, dir)
	require.NoError(t, dead.begin("a"))
	require.NoError(t, newRig(t, dir).run("new", "a"))
	require.DirExists(t, filepath.Dir(dead.WorkDir()))
	require.NoError(t, dead.finish(false))
	require.Equal(t, map[string]string{"a.txt": "a\nnew\nend\n", "a.txt.about": "about a"}, tree(t, dir))
}

func put(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o666))
	}
}

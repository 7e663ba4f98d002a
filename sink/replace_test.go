package sink

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

func replaceAll(text, dir string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, dir, "DIR"), `\`, "/")
}

// TestReplaceAllOrNone fails the move of one file after the other, with and without second names.
func TestReplaceAllOrNone(t *testing.T) {
	for _, links := range []bool{true, false} {
		for _, victim := range []string{"a.txt", "a.txt.about", "b.txt", "b.txt.about", "c.txt", "c.txt.about"} {
			dir := t.TempDir()
			require.NoError(t, newRig(t, dir).run("old", "a", "b"))
			before := tree(t, dir)
			r := newRig(t, dir)
			failed := false
			r.fs.fail = func(op, base string, _ int) error {
				switch {
				case op == "link" && !links:
					return errors.New("operation not supported")
				case op == "rename" && base == victim && !failed:
					failed = true
					return os.ErrPermission
				}
				return nil
			}
			err := r.run("new", "a", "b", "c")
			var user *plugin.UserError
			require.ErrorAs(t, err, &user)
			require.Equal(t, "DIR/"+victim+" cannot be put in place: permission denied: close what has it open, or write to another folder",
				replaceAll(err.Error(), dir))
			require.Equal(t, before, tree(t, dir))
		}
	}
}

// TestWhatCannotBePutBackIsKept fails the way back as well.
func TestWhatCannotBePutBackIsKept(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, newRig(t, dir).run("old", "a", "b"))
	r := newRig(t, dir)
	broken := false
	r.fs.fail = func(op, base string, _ int) error {
		if op == "rename" && base == "b.txt" {
			broken = true
		}
		if op == "rename" && broken && base != "a.txt.about" {
			return errBroken
		}
		return nil
	}
	err := r.run("new", "a", "b")
	require.ErrorIs(t, err, errBroken)
	require.ErrorContains(t, err, filepath.Join(dir, "a.txt")+" cannot be put back: its former content is in "+dir)
	kept, e := filepath.Glob(filepath.Join(dir, ".igsource-*", "old", "a.txt"))
	require.NoError(t, e)
	require.Len(t, kept, 1)
	require.ErrorContains(t, err, kept[0])
	content, e := os.ReadFile(kept[0])
	require.NoError(t, e)
	require.Equal(t, "a\nold\nend\n", string(content))
}

func TestSymbolicLinkIsReplaced(t *testing.T) {
	dir := t.TempDir()
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	require.NoError(t, os.WriteFile(elsewhere, []byte("mine"), 0o666))
	link := filepath.Join(dir, "a.txt")
	require.NoError(t, os.Symlink(elsewhere, link))

	r := newRig(t, dir)
	r.fs.fail = on("rename", ".about", errBroken)
	require.Error(t, r.run("new", "a"))
	to, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, elsewhere, to, "put back")

	require.NoError(t, newRig(t, dir).run("new", "a"))
	require.Equal(t, "a\nnew\nend\n", tree(t, dir)["a.txt"])
	content, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	require.Equal(t, "mine", string(content))
}

func TestTargetThatBecameAFolder(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, dir)
	require.NoError(t, r.begin("a", "b"))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "b.txt"), 0o777))
	err := r.finish(true)
	require.EqualError(t, err, filepath.Join(dir, "b.txt")+" has become a folder: move it away")
	require.Equal(t, map[string]string{"b.txt": "folder"}, tree(t, dir))
}

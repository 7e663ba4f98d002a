//go:build duckdb_arrow

package duckdb

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

// What cannot be understood can be forgotten, and so can no more than that.
func TestResetOfWhatCannotBeUnderstood(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{})
	r.begin(people())
	r.keep("in", "other")
	r.commit("s", "1")
	r.finish(false)
	change(t, path, "UPDATE igsource_state SET value = '{' WHERE kind = 'coming'")
	var user *plugin.UserError
	_, err := New(path, Options{}).States(t.Context())
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, `has a row of input "in" that cannot be understood`)
	require.NoError(t, New(path, Options{}).ResetState(t.Context(), ""))
	require.NoError(t, New(path, Options{}).ResetState(t.Context(), "in"))
	states, err := New(path, Options{}).States(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"other": {Start: runStart, Properties: "p"}}, states)

	change(t, path, "UPDATE igsource_state SET value = '2' WHERE kind = 'version'")
	err = New(path, Options{}).ResetState(t.Context(), "other")
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "comes from a newer program")
	assert.Len(t, query(t, path, "SELECT * FROM igsource_state WHERE input = 'other'"), 2)
	assert.Len(t, content(t, filepath.Dir(path)), 1, "no lock file is left")
}

func TestResetUnderWayNamesTheRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	first := newRun(t, path, Options{Clock: newHands()})
	first.begin(people())
	first.keep("in")
	err := New(path, Options{}).ResetState(t.Context(), "in")
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, `since 2026-10-15T06:00:00Z) of "in" is writing to `+path)
	require.FileExists(t, lockfile.Path(path, "in"))
	first.finish(true)
}

// A sink that has forgotten a state goes on with that.
func TestResetBeforeItsOwnRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{})
	r.begin(people())
	r.keep("in")
	r.commit("s", "1")
	r.finish(false)
	r = newRun(t, path, Options{})
	_, err := r.sink.State(t.Context(), "in")
	require.NoError(t, err)
	require.NoError(t, r.sink.ResetState(t.Context(), "in"))
	r.begin(people())
	r.keep("in")
	r.finish(true)
}

func TestStoreOfNoDatabase(t *testing.T) {
	dir := t.TempDir()
	text, mine := filepath.Join(dir, "text"), filepath.Join(dir, "mine.duckdb")
	require.NoError(t, os.WriteFile(text, []byte("no database, but long enough to be taken for one"), 0o600))
	change(t, mine, "CREATE TABLE mine (x INTEGER)")
	for _, c := range []struct{ path, want string }{
		{dir, dir + " is a folder: give the path of a database file, such as " + filepath.Join(dir, "instagram.duckdb")},
		{text, text + " is not a DuckDB database"},
	} {
		var user *plugin.UserError
		_, err := New(c.path, Options{}).States(t.Context())
		require.ErrorAs(t, err, &user)
		require.ErrorContains(t, err, c.want)
		err = New(c.path, Options{}).ResetState(t.Context(), "in")
		require.ErrorAs(t, err, &user)
		require.ErrorContains(t, err, c.want)
	}
	states, err := New(mine, Options{}).States(t.Context())
	require.NoError(t, err)
	assert.Empty(t, states)
	require.NoError(t, New(mine, Options{}).ResetState(t.Context(), "in"))
	assert.Len(t, content(t, dir), 2)
}

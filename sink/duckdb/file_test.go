//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// A file has one opening in a process, whatever names it is given.
func TestOneOpeningOfAFile(t *testing.T) {
	dir := t.TempDir()
	path, link, hard := filepath.Join(dir, "a.duckdb"), filepath.Join(dir, "link.duckdb"), filepath.Join(dir, "hard.duckdb")
	change(t, path, "CREATE TABLE mine (x INTEGER)")
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, os.Link(path, hard))
	var wg sync.WaitGroup
	for i, name := range []string{path, link, hard} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			assert.NoError(t, side(name, fmt.Sprint("in", i)))
		}()
	}
	wg.Wait()
	assert.Equal(t, [][]string{{"2400"}}, query(t, path, "SELECT count(*) FROM people"))
	assert.Empty(t, files.open)
}

// Whoever looks at the state meanwhile does not close the file under those who write.
func TestLooksWhileARunWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	done := make(chan error)
	go func() { done <- side(path, "one") }()
	for {
		select {
		case err := <-done:
			require.NoError(t, err)
			assert.Equal(t, [][]string{{"800"}}, query(t, path, "SELECT count(*) FROM people"))
			return
		default:
			_, err := New(path, Options{}).States(context.Background())
			require.NoError(t, err)
		}
	}
}

// A program that has the file open by itself, with settings of its own, is told apart from another process.
func TestFileThatThisProcessHasOpenByItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	require.NoError(t, db.Ping())
	err = New(path, Options{}).Begin(t.Context(), []schema.Table{people()})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, path+" is open in this program already, by other means than this sink: close it there, or write to another file (")
	require.NoError(t, db.Close())
	r := newRun(t, path, Options{})
	r.begin(people())
	r.finish(true)
}

// A run that is stopped while a statement of it runs leaves the transaction before it whole.
func TestStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{})
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rec := insights(0, 10)
	defer rec.Release()
	require.ErrorIs(t, r.sink.Write(ctx, plugin.Batch{Table: "people", Record: rec}), context.Canceled)
	require.ErrorIs(t, r.sink.Commit(ctx, plugin.Position{Source: "in", Split: "s", Mark: "2"}), context.Canceled)
	require.NoError(t, errors.Join(r.sink.Abort(ctx), r.sink.Finish(ctx, false)))
	assertSeen(t, path, "10", map[string]plugin.Mark{"s": "1"})
}

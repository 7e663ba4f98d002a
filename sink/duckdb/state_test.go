//go:build duckdb_arrow

package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

func TestStateTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	r.keep("in", "other")
	r.rows("a", 1)
	r.commit("s", "1")
	r.commit("s", "2")
	r.finish(false)
	const all = "SELECT input, kind, name, value FROM igsource_state ORDER BY 1, 2, 3"
	assert.Equal(t, [][]string{
		{"", "version", "", "1"},
		{"in", "coming", "s", "2"},
		{"in", "mark", "s", "2"},
		{"in", "properties", "", "p"},
		{"in", "start", "", "2026-10-15T06:00:00Z"},
		{"other", "properties", "", "p"},
		{"other", "start", "", "2026-10-15T06:00:00Z"},
	}, query(t, path, all))
	r = newRun(t, path, Options{})
	r.begin(people())
	r.keep("in")
	r.finish(true)
	assert.Equal(t, [][]string{
		{"", "version", "", "1"},
		{"in", "reached", "s", "2"},
		{"other", "properties", "", "p"},
		{"other", "start", "", "2026-10-15T06:00:00Z"},
	}, query(t, path, all))
}

func TestStateThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct{ change, want string }{
		{
			"UPDATE igsource_state SET value = '2' WHERE kind = 'version'",
			"the table igsource_state in PATH has the version 2 and comes from a newer program, this one knows versions up to 1: use the newer one, or write to another database",
		},
		{"UPDATE igsource_state SET value = 'x' WHERE kind = 'version'", `the table igsource_state in PATH has the version "x", which is none: rename that table, or write to another database`},
		{"DELETE FROM igsource_state", "the table igsource_state in PATH is not a table of states, because it does not say its version: rename"},
		{"ALTER TABLE igsource_state DROP COLUMN value", "the table igsource_state in PATH cannot be read as a table of states (Binder Error: "},
		{"UPDATE igsource_state SET value = 'yesterday' WHERE kind = 'start'", `the table igsource_state in PATH has a row of input "in" that cannot be understood (`},
		{"UPDATE igsource_state SET value = '{' WHERE kind = 'coming'", `has a row of input "in" that cannot be understood (s is not JSON): delete the rows of that input, and the next run reads everything again`},
	} {
		path := filepath.Join(t.TempDir(), "a.duckdb")
		r := newRun(t, path, Options{})
		r.begin(people())
		r.keep("in")
		r.commit("s", "1")
		r.finish(false)
		change(t, path, c.change)
		_, err := New(path, Options{}).State(t.Context(), "in")
		var user *plugin.UserError
		require.ErrorAs(t, err, &user, c.change)
		require.ErrorContains(t, err, replacePath(c.want, path))
		r = newRun(t, path, Options{})
		r.begin(people())
		err = r.sink.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: runStart, Properties: "p"}})
		require.ErrorAs(t, err, &user, c.change)
		require.ErrorContains(t, err, replacePath(c.want, path))
		r.finish(false)
	}
}

func TestSecondRunIsToldOfTheFirst(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.duckdb")
	first := newRun(t, path, Options{Clock: newHands()})
	first.begin(people())
	first.keep("in")

	require.NoError(t, os.Symlink(path, filepath.Join(dir, "link.duckdb")))
	host, err := os.Hostname()
	require.NoError(t, err)
	for _, name := range []string{path, filepath.Join(dir, "link.duckdb")} {
		second := newRun(t, name, Options{})
		second.begin(people())
		err := second.sink.Keep(t.Context(), []plugin.KeptRun{{Input: "other", Start: runStart}, {Input: "in", Start: runStart}})
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.EqualError(t, err, fmt.Sprintf("another run (process %d on host %s, since 2026-10-15T06:00:00Z) of \"in\" is writing to %s: "+
			"wait until it has ended, or give one of the two another name", os.Getpid(), host, path))
		second.finish(false)
		require.NoFileExists(t, lockfile.Path(path, "other"))
	}
	first.finish(true)
	assert.Len(t, content(t, dir), 2, "the lock file goes with the lock")
}

func TestARunThatCameBetween(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	first := newRun(t, path, Options{})
	first.begin(people())
	first.keep("in")
	first.commit("s", "1")

	second := newRun(t, path, Options{})
	state, err := second.sink.State(t.Context(), "in")
	require.NoError(t, err)
	state.Marks["s"] = "is the caller's"
	state.Coming["s"][0] = 'x'
	first.commit("s", "2")
	first.finish(true)
	second.begin(people())
	err = second.sink.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: runStart, Properties: "p"}})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.EqualError(t, err, `another run of "in" has written to `+path+` while this one began: start this one again`)
	second.finish(false)

	again := newRun(t, path, Options{})
	_, err = again.sink.State(t.Context(), "in")
	require.NoError(t, err)
	again.begin(people())
	again.keep("in")
	again.finish(true)
}

func TestStateOfAnEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	broken := New(path, Options{})
	broken.setup = []string{"no statement"}
	require.ErrorContains(t, broken.Begin(t.Context(), []schema.Table{people()}), path+" cannot be written: Parser Error: ")
	assert.Equal(t, map[string]string{"a.duckdb": ""}, content(t, filepath.Dir(path)), "it is given back as it was")
	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	assert.Zero(t, state)
	change(t, path, "CREATE TABLE mine (x INTEGER)")
	state, err = New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	assert.Zero(t, state)
	assert.Len(t, content(t, filepath.Dir(path)), 1)
}

func TestStartKeepsItsFractions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	start := time.Date(2026, 10, 15, 6, 0, 0, 123456789, time.FixedZone("x", -7*3600))
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), nil))
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: start}}))
	require.NoError(t, s.Finish(t.Context(), false))
	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	assert.Equal(t, plugin.State{Start: start.UTC()}, state)
}

// Two runs of two inputs write to one file side by side, each waiting for the other's turn.
func TestTwoInputsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	var wg sync.WaitGroup
	for _, input := range []string{"one", "two"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			assert.NoError(t, side(path, input))
		}()
	}
	wg.Wait()
	assert.Equal(t, [][]string{{"one", "800"}, {"two", "800"}}, query(t, path, "SELECT substr(id, 1, 3), count(*) FROM people GROUP BY 1 ORDER BY 1"))
	assert.Equal(t, [][]string{{"one", "reached", "s", "19"}, {"two", "reached", "s", "19"}},
		query(t, path, "SELECT * FROM igsource_state WHERE input <> '' ORDER BY 1"))
}

// side is one of two runs.
func side(path, input string) (err error) {
	ctx := context.Background()
	s := New(path, Options{})
	if _, err := s.State(ctx, input); err != nil {
		return err
	}
	if err := s.Begin(ctx, []schema.Table{people()}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Finish(ctx, err == nil)) }()
	if err := s.Keep(ctx, []plugin.KeptRun{{Input: input, Start: runStart}}); err != nil {
		return err
	}
	for i := range 20 {
		rec := plugintest.Record(people(), numbered(fmt.Sprint(input, i, "-"), 40)...)
		err := s.Write(ctx, plugin.Batch{Table: "people", Record: rec})
		rec.Release()
		if err != nil {
			return err
		}
		at := plugin.Position{Source: input, Split: "s", Mark: "m", Reached: map[string]json.RawMessage{"s": json.RawMessage(fmt.Sprint(i))}}
		if err := s.Commit(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

package sqltable

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // registers the driver

	"github.com/igsource/igsource/plugin"
)

// memory is a database in memory, which counts what it executes.
type memory struct {
	db    *sql.DB
	execs int
}

func newMemory(t testing.TB) *memory {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return &memory{db: db}
}

func (m *memory) Exec(ctx context.Context, query string, args ...any) error {
	m.execs++
	_, err := m.db.ExecContext(ctx, query, args...)
	return err
}

func (m *memory) Texts(ctx context.Context, query string, args ...any) (out [][]string, err error) {
	rows, err := m.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		row, into := make([]string, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

var testStates = States{Name: StateTable, Where: "a.db"}

// newStates is a database in memory with a table of states, and an unfinished run of each input.
func newStates(t testing.TB, inputs ...string) *memory {
	m := newMemory(t)
	require.NoError(t, testStates.Create(t.Context(), m, "TEXT"))
	for _, in := range inputs {
		require.NoError(t, testStates.Keep(t.Context(), m, []plugin.KeptRun{{Input: in, Start: lastYear, Properties: "p"}}))
	}
	return m
}

func (m *memory) rows(t testing.TB) [][]string {
	rows, err := m.Texts(t.Context(), "SELECT input, kind, name, value FROM igsource_state WHERE kind NOT IN ('version', 'start', 'properties') ORDER BY 1, 2, 3")
	require.NoError(t, err)
	return rows
}

func reached(pairs ...string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return out
}

// However many marks there are, the last of each split and the last value of each key are written, once.
func TestSettle(t *testing.T) {
	m := newStates(t, "one", "two")
	m.execs = 0
	var marks []plugin.Position
	for i := range 100 {
		marks = append(marks, plugin.Position{Source: "one", Split: "s", Mark: plugin.Mark(fmt.Sprint(i)), Reached: reached("k", fmt.Sprint(i))})
	}
	marks = append(marks,
		plugin.Position{Source: "one", Split: "t", Mark: "a", Reached: reached("", `{"lost":1}`, "other", `"x"`)},
		plugin.Position{Source: "two", Split: "s", Mark: "b"},
		plugin.Position{Source: "one", Split: "t", Mark: "c"})
	require.NoError(t, testStates.Settle(t.Context(), m, marks, nil))
	assert.Equal(t, 6, m.execs)
	assert.Equal(t, [][]string{
		{"one", "coming", "", `{"lost":1}`},
		{"one", "coming", "k", "99"},
		{"one", "coming", "other", `"x"`},
		{"one", "mark", "s", "99"},
		{"one", "mark", "t", "c"},
		{"two", "mark", "s", "b"},
	}, m.rows(t))

	// A run that ends makes final what it has reached, with what came last, but for the runner's own.
	last := []plugin.Position{{Source: "one", Split: "s", Mark: "100", Reached: reached("k", "100")}}
	require.NoError(t, testStates.Settle(t.Context(), m, last, []string{"one"}))
	assert.Equal(t, [][]string{{"one", "reached", "k", "100"}, {"one", "reached", "other", `"x"`}, {"two", "mark", "s", "b"}}, m.rows(t))
	state, err := testStates.Load(t.Context(), m, "one")
	require.NoError(t, err)
	assert.Equal(t, plugin.State{Reached: reached("k", "100", "other", `"x"`)}, state)
}

// Rows of a sink's own are none of a state: whoever has no others is not listed, and they go with a reset.
func TestLoadAllAndReset(t *testing.T) {
	m := newStates(t, "one", "two")
	for _, in := range []string{"one", "ended"} {
		require.NoError(t, m.Exec(t.Context(), "INSERT INTO igsource_state VALUES ($1, 'run', '', 'x')", in))
	}
	want := plugin.State{Start: lastYear, Properties: "p"}
	all, err := testStates.LoadAll(t.Context(), m)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"one": want, "two": want}, all)
	for _, in := range []string{"", "nobody", "one"} {
		require.NoError(t, testStates.Reset(t.Context(), m, in))
	}
	all, err = testStates.LoadAll(t.Context(), m)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.State{"two": want}, all)
	assert.Equal(t, [][]string{{"ended", "run", "", "x"}}, m.rows(t))
	require.NoError(t, testStates.Check(t.Context(), m), "the version stays")
}

func TestKnown(t *testing.T) {
	m := newStates(t, "in")
	require.NoError(t, testStates.Settle(t.Context(), m, []plugin.Position{{Source: "in", Split: "s", Mark: "1", Reached: reached("k", "1")}}, nil))
	known := new(Known)
	require.NoError(t, known.Check(t.Context(), m, testStates, "in"), "nobody asked")
	state, err := testStates.Load(t.Context(), m, "in")
	require.NoError(t, err)
	known.Remember("in", state)
	state.Marks["s"], state.Coming["k"][0] = "is the caller's", 'x'
	require.NoError(t, known.Check(t.Context(), m, testStates, "in"))
	for _, change := range []plugin.Position{{Source: "in", Split: "s", Mark: "2"}, {Source: "in", Split: "s", Mark: "1", Reached: reached("k", "2")}} {
		require.NoError(t, testStates.Settle(t.Context(), m, []plugin.Position{change}, nil))
		err = known.Check(t.Context(), m, testStates, "in")
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.EqualError(t, err, `another run of "in" has written to a.db while this one began: start this one again`)
		state, err = testStates.Load(t.Context(), m, "in")
		require.NoError(t, err)
		known.Remember("in", state)
		require.NoError(t, known.Check(t.Context(), m, testStates, "in"))
	}
	require.NoError(t, testStates.Reset(t.Context(), m, "in"))
	require.Error(t, known.Check(t.Context(), m, testStates, "in"))
	known.Remember("in", plugin.State{})
	require.NoError(t, known.Check(t.Context(), m, testStates, "in"))
}

func TestKeepForgetsOtherRuns(t *testing.T) {
	m := newStates(t, "in", "other")
	mark := func() {
		require.NoError(t, testStates.Settle(t.Context(), m, []plugin.Position{{Source: "in", Split: "s", Mark: "1"}, {Source: "other", Split: "s", Mark: "1"}}, nil))
	}
	for _, run := range []plugin.KeptRun{{Input: "in", Start: lastYear.Add(time.Second), Properties: "p"}, {Input: "in", Start: lastYear.Add(time.Second), Properties: "q"}} {
		mark()
		require.NoError(t, testStates.Keep(t.Context(), m, []plugin.KeptRun{run}))
		assert.Equal(t, [][]string{{"other", "mark", "s", "1"}}, m.rows(t))
		mark()
		require.NoError(t, testStates.Keep(t.Context(), m, []plugin.KeptRun{run}), "the same")
		assert.Len(t, m.rows(t), 2)
	}
}

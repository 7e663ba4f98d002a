package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// keeperRun drives a Keeper as the runner does.
type keeperRun struct {
	t *testing.T
	*Keeper
}

func (r keeperRun) begin(start time.Time, properties string) {
	r.t.Helper()
	ctx := context.Background()
	require.NoError(r.t, r.Begin(ctx, []schema.Table{numberTable, otherTable}))
	require.NoError(r.t, r.Keep(ctx, []plugin.KeptRun{{Input: "in", Start: start, Properties: properties}}))
}

func (r keeperRun) write(t schema.Table, rows ...[]any) {
	r.t.Helper()
	rec := Record(t, rows...)
	defer rec.Release()
	require.NoError(r.t, r.Write(context.Background(), plugin.Batch{Table: t.Name, Record: rec}))
}

func (r keeperRun) commit(split, mark string, reached ...string) error {
	at := plugin.Position{Source: "in", Split: split, Mark: plugin.Mark(mark)}
	for i := 0; i < len(reached); i += 2 {
		if at.Reached == nil {
			at.Reached = map[string]json.RawMessage{}
		}
		at.Reached[reached[i]] = json.RawMessage(reached[i+1])
	}
	return r.Commit(context.Background(), at)
}

var (
	morning = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)
	evening = morning.Add(12 * time.Hour)
)

func TestKeeperKeepsRowsAndState(t *testing.T) {
	ctx := context.Background()
	r := keeperRun{t, new(Keeper)}
	assert.Equal(t, plugin.State{}, r.Kept("in"))

	r.begin(morning, "p")
	r.write(numberTable, []any{"a", 1}, []any{"b", 2})
	r.write(otherTable, []any{"x", nil})
	require.NoError(t, r.commit("s0", "m1", "k", "1", "", `{"lost":1}`))
	r.write(numberTable, []any{"c", 3})
	require.NoError(t, r.Abort(ctx))
	r.write(numberTable, []any{"d", 4})
	require.NoError(t, r.Finish(ctx, false))
	unfinished := plugin.State{
		Start: morning, Properties: "p", Marks: map[string]plugin.Mark{"s0": "m1"},
		Coming: map[string]json.RawMessage{"k": []byte("1"), "": []byte(`{"lost":1}`)},
	}
	assert.Equal(t, unfinished, r.Kept("in"))
	assert.Equal(t, [][]string{{"a", "1"}, {"b", "2"}}, r.Committed("numbers"))

	// The same run goes on: its state stays, rows take the place of those with their key.
	r.begin(morning, "p")
	assert.Equal(t, unfinished, r.Kept("in"))
	r.write(numberTable, []any{"b", 3}, []any{"c", 4})
	require.NoError(t, r.commit("s0", "m2", "k", "2"))
	require.NoError(t, r.Finish(ctx, true))
	assert.Equal(t, plugin.State{Reached: map[string]json.RawMessage{"k": []byte("2")}}, r.Kept("in"))
	assert.Equal(t, [][]string{{"a", "1"}, {"b", "3"}, {"c", "4"}}, r.Committed("numbers"))

	// Another run, of which one of other properties knows nothing but what finished ones reached.
	r.begin(morning, "p")
	require.NoError(t, r.commit("s0", "m1", "k", "3"))
	require.NoError(t, r.Finish(ctx, false))
	r.begin(morning, "q")
	want := plugin.State{Start: morning, Properties: "q", Reached: map[string]json.RawMessage{"k": []byte("2")}}
	assert.Equal(t, want, r.Kept("in"))
	require.NoError(t, r.commit("s0", "m1"))
	require.NoError(t, r.Finish(ctx, false))
	r.begin(evening, "q")
	want.Start = evening
	assert.Equal(t, want, r.Kept("in"))
	require.NoError(t, r.Finish(ctx, true))
	assert.Equal(t, plugin.State{Reached: want.Reached}, r.Kept("in"))

	// Without Keep nothing is kept.
	require.NoError(t, r.Begin(ctx, []schema.Table{numberTable}))
	require.NoError(t, r.commit("s0", "m9", "k", "9"))
	require.NoError(t, r.Finish(ctx, true))
	assert.Equal(t, plugin.State{Reached: want.Reached}, r.Kept("in"))
	assert.Equal(t, [][]string{{"x", Null}}, r.Committed("others"))
	assert.Nil(t, r.Committed("unknown"))
}

func TestKeeperTransactions(t *testing.T) {
	ctx := context.Background()
	r := keeperRun{t, &Keeper{Transaction: 2}}
	r.begin(morning, "p")
	r.write(numberTable, []any{"a", 1})
	require.NoError(t, r.commit("s0", "m1"))
	assert.Empty(t, r.Committed("numbers"))
	r.write(numberTable, []any{"b", 1})
	require.NoError(t, r.commit("s0", "m2"))
	assert.Len(t, r.Committed("numbers"), 2)
	r.write(numberTable, []any{"c", 1})
	require.NoError(t, r.commit("s0", "m3"))

	// Killed: the third commit is lost, and nobody is answered until another run asks.
	r.Fault = func(c Call) error {
		if c.Method == "Commit" {
			return ErrKilled
		}
		return nil
	}
	require.ErrorIs(t, r.commit("s0", "m4"), ErrKilled)
	r.Fault = nil
	require.ErrorIs(t, r.commit("s0", "m4"), ErrKilled)
	require.ErrorIs(t, r.Abort(ctx), ErrKilled)
	require.ErrorIs(t, r.Finish(ctx, true), ErrKilled)
	state, err := r.State(ctx, "in")
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s0": "m2"}, state.Marks)
	assert.Len(t, r.Committed("numbers"), 2)

	// A run that only fails ends its transaction.
	r.begin(morning, "p")
	r.write(numberTable, []any{"c", 1})
	require.NoError(t, r.commit("s0", "m3"))
	r.Fault = func(Call) error { return errors.New("no") }
	require.EqualError(t, r.Finish(ctx, true), "no")
	assert.Equal(t, plugin.Mark("m3"), r.Kept("in").Marks["s0"])
	assert.Len(t, r.Committed("numbers"), 3)

	var log []string
	for _, c := range r.Calls() {
		log = append(log, c.String())
	}
	assert.Equal(t, []string{
		"Begin", "Keep in 2026-10-15T06:00:00Z p", "Write numbers 1", "Commit in s0 m1", "Write numbers 1", "Commit in s0 m2", "Write numbers 1", "Commit in s0 m3",
		"Commit in s0 m4", "State in", "Begin", "Keep in 2026-10-15T06:00:00Z p", "Write numbers 1", "Commit in s0 m3", "Finish true",
	}, log)
}

func TestKeeperAsASink(t *testing.T) {
	keepers := map[string]*Keeper{}
	s := &sinkSuite{
		open: func(_ testing.TB, dir string) plugin.Sink {
			if keepers[dir] == nil {
				keepers[dir] = new(Keeper)
			}
			return keepers[dir]
		},
		read: func(_ testing.TB, dir string, table schema.Table) [][]string {
			return keepers[dir].Committed(table.Name)
		},
		keeps: true,
	}
	for _, c := range s.checks() {
		if c.name == "target that cannot be written" { // memory always can
			continue
		}
		t.Run(c.name, func(t *testing.T) { require.NoError(t, c.check(t)) })
	}
}

//go:build duckdb_arrow

package duckdb

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// seen is what another program finds now: how many rows, and the marks of the input in.
func seen(t testing.TB, path string) (rows string, marks map[string]plugin.Mark) {
	t.Helper()
	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	return query(t, path, "SELECT count(*) FROM people")[0][0], state.Marks
}

func assertSeen(t testing.TB, path, rows string, marks map[string]plugin.Mark) {
	t.Helper()
	r, m := seen(t, path)
	assert.Equal(t, rows, r)
	assert.Equal(t, marks, m)
}

func TestMarksShareATransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	clock := newHands()
	r := newRun(t, path, Options{Clock: clock})
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1")
	assertSeen(t, path, "10", map[string]plugin.Mark{"s": "1"}) // the first waits for none
	r.rows("b", 10)
	r.commit("s", "2")
	r.rows("c", 10)
	r.commit("t", "1")
	assertSeen(t, path, "10", map[string]plugin.Mark{"s": "1"})
	clock.pass(time.Second)
	r.rows("d", 10)
	r.commit("t", "2")
	assertSeen(t, path, "40", map[string]plugin.Mark{"s": "2", "t": "2"})
	r.rows("e", 10)
	r.commit("t", "3")
	r.rows("f", sqltable.MostRows)
	assertSeen(t, path, "40", map[string]plugin.Mark{"s": "2", "t": "2"})
	r.commit("t", "4")
	assertSeen(t, path, "10050", map[string]plugin.Mark{"s": "2", "t": "4"}) // so many rows wait for none
	r.rows("g", 10)
	r.commit("t", "5")
	r.rows("h", 10) // without a mark
	r.finish(false)
	assertSeen(t, path, "10060", map[string]plugin.Mark{"s": "2", "t": "5"})
}

func TestMarksAreDurableWithoutTheNext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	clock := newHands()
	r := newRun(t, path, Options{Clock: clock})
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1")
	r.rows("b", 10)
	r.commit("s", "2")
	wait := clock.wake()
	assert.Positive(t, wait)
	assert.LessOrEqual(t, wait, time.Second)
	r.sink.waitForFlush()
	assertSeen(t, path, "20", map[string]plugin.Mark{"s": "2"})

	// A mark alone is no different.
	r.commit("s", "3")
	clock.wake()
	r.sink.waitForFlush()
	assertSeen(t, path, "20", map[string]plugin.Mark{"s": "3"})

	// Rows after the mark make it wait for the next mark, which ends the transaction for both.
	r.rows("c", 10)
	r.commit("s", "4")
	r.rows("d", 10)
	clock.wake()
	assertSeen(t, path, "20", map[string]plugin.Mark{"s": "3"})
	r.commit("s", "5")
	assertSeen(t, path, "40", map[string]plugin.Mark{"s": "5"})

	// Or until the rows are forgotten.
	r.rows("e", 10)
	r.commit("s", "6")
	r.rows("f", 10)
	clock.wake()
	require.NoError(t, r.sink.Abort(t.Context()))
	assertSeen(t, path, "50", map[string]plugin.Mark{"s": "6"})
	r.finish(true)
}

func TestSettle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	settle := func(r *run, want bool) {
		t.Helper()
		settled, err := r.sink.Settle(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, settled)
	}
	r := newRun(t, path, Options{Clock: newHands()})
	_, err := r.sink.Settle(t.Context())
	require.ErrorIs(t, err, errClosed)
	r.begin(people())
	require.NoError(t, r.sink.Claim(t.Context(), []string{"in"}))
	r.keep("in", "other")
	r.rows("a", 10)
	r.commit("s", "1")
	r.rows("b", 10)
	r.commit("s", "2") // waits for others
	assertSeen(t, path, "10", map[string]plugin.Mark{"s": "1"})
	settle(r, true)
	assertSeen(t, path, "20", map[string]plugin.Mark{"s": "2"})
	r.rows("c", 10)
	r.commit("s", "3")
	r.rows("d", 10)
	settle(r, false)
	assertSeen(t, path, "20", map[string]plugin.Mark{"s": "2"})
	require.NoError(t, r.sink.Abort(t.Context()))
	settle(r, true)
	settle(r, true)
	assertSeen(t, path, "30", map[string]plugin.Mark{"s": "3"})
	r.finish(true)
}

// waitForFlush returns when no timer is on its way to end the transaction.
func (s *Sink) waitForFlush() {
	s.mu.Lock()
	for s.tx.rows > 0 || len(s.tx.marks) > 0 {
		s.mu.Unlock()
		s.tx.timer.Wait()
		s.mu.Lock()
	}
	s.mu.Unlock()
}

func TestAbortLeavesEarlierMarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1")
	r.rows("lost", 5)
	require.NoError(t, r.sink.Abort(t.Context())) // all of it
	r.rows("b", 10)
	r.commit("s", "2")
	r.rows("lost", 5)
	require.NoError(t, r.sink.Abort(t.Context())) // to the mark
	require.NoError(t, r.sink.Abort(t.Context())) // nothing
	r.rows("c", 10)
	r.commit("s", "3")
	r.rows("lost", 5)
	r.finish(true)
	assert.Equal(t, [][]string{{"30", "0"}}, query(t, path, "SELECT count(*), count(*) FILTER (id LIKE 'lost%') FROM people"))
}

func TestWhatTheTimerCannotEndIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	clock := newHands()
	r := newRun(t, path, Options{Clock: clock})
	r.begin(people())
	r.keep("in")
	r.rows("a", 10)
	r.commit("s", "1")
	require.NoError(t, r.sink.exec(t.Context(), "DROP TABLE "+r.sink.file.table(sqltable.StateTable)))
	r.rows("b", 10)
	r.commit("s", "2")
	clock.wake()
	r.sink.tx.timer.Wait()
	err := r.sink.Finish(t.Context(), false)
	require.ErrorContains(t, err, path+" cannot be written: ")
	require.ErrorContains(t, err, "Table with name igsource_state does not exist")
	assert.Equal(t, [][]string{{"10"}}, query(t, path, "SELECT count(*) FROM people"), "rows without their mark are not kept")
}

func TestBrokenOffIsTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	r.keep("in")
	require.NoError(t, r.sink.exec(t.Context(), "DROP TABLE "+r.sink.file.table(sqltable.StateTable)))
	r.rows("a", 10)
	at := plugin.Position{Source: "in", Split: "s", Mark: "1"}
	err := r.sink.Commit(t.Context(), at)
	require.ErrorContains(t, err, "Table with name igsource_state does not exist")
	rec := plugintest.Record(people(), numbered("b", 1)...)
	defer rec.Release()
	require.Equal(t, err, r.sink.Write(t.Context(), plugin.Batch{Table: "people", Record: rec}))
	require.Equal(t, err, r.sink.Commit(t.Context(), at))
	require.Equal(t, err, r.sink.Abort(t.Context()))
	require.ErrorIs(t, r.sink.Finish(t.Context(), true), err)
	assert.Equal(t, [][]string{{"0"}}, query(t, path, "SELECT count(*) FROM people"))
}

func TestCallsOutOfTurn(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	rec := plugintest.Record(people(), numbered("a", 1)...)
	defer rec.Release()
	batch := plugin.Batch{Table: "people", Record: rec}

	s := New(path, Options{})
	for _, err := range []error{s.Write(ctx, batch), s.Commit(ctx, plugin.Position{}), s.Abort(ctx), s.Claim(ctx, nil), s.Keep(ctx, nil), s.Finish(ctx, true)} {
		require.ErrorIs(t, err, errClosed)
	}
	require.NoError(t, s.Finish(ctx, false))
	require.NoFileExists(t, path)

	r := newRun(t, path, Options{})
	r.begin(people())
	require.EqualError(t, r.sink.Begin(ctx, nil), "this sink has had its run: open another")
	require.EqualError(t, r.sink.Write(ctx, plugin.Batch{Table: "others", Record: rec}), "a batch of table others, which was not announced")
	require.NoError(t, r.sink.Abort(ctx))
	require.NoError(t, r.sink.Write(ctx, plugin.Batch{Table: "people"}), "no rows")
	r.rows("a", 0)
	r.keep("in")
	require.EqualError(t, r.sink.Keep(ctx, nil), "the state of this run is kept already")
	r.rows("a", 1)
	r.commit("s", "1")
	r.finish(true)
	require.ErrorIs(t, r.sink.Commit(ctx, plugin.Position{}), errClosed)
	require.NoError(t, r.sink.Finish(ctx, false))

	r = newRun(t, path, Options{})
	r.begin(people())
	r.rows("a", 1)
	require.EqualError(t, r.sink.Keep(ctx, nil), "the state of a run is kept from its begin on, before anything is written")
	r.finish(true)
}

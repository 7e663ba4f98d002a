package postgres

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

func TestASecondRunIsToldOfTheFirst(t *testing.T) {
	in := freshSchema(t)
	first := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	host, err := os.Hostname()
	require.NoError(t, err)
	second := New(dsn(t), Options{Schema: in})
	require.NoError(t, second.Begin(t.Context(), []schema.Table{logs}))
	require.EqualError(t, second.Keep(t.Context(), []plugin.KeptRun{{Input: "in"}}), fmt.Sprintf("another run (process %d on host %s, since 2026-10-15T06:00:00Z) "+
		"of \"in\" is writing to %s: wait until it has ended, or give one of the two another name", os.Getpid(), host, place(in)))
	require.NoError(t, second.Finish(t.Context(), false))

	elsewhere := freshSchema(t)
	third := begun(t, dsn(t), Options{Schema: elsewhere})
	require.NoError(t, third.Finish(t.Context(), true), "another schema is another target")
	require.NoError(t, first.Finish(t.Context(), true))

	change(t, in, "SELECT pg_advisory_lock("+lockKey(in, "input", "in")+")") // and lets go with its connection
	holder := admin(t, in)
	require.NoError(t, holder.simple(t.Context(), "SELECT pg_advisory_lock("+lockKey(in, "input", "in")+")"))
	fourth := New(dsn(t), Options{Schema: in})
	require.NoError(t, fourth.Begin(t.Context(), []schema.Table{logs}))
	require.ErrorContains(t, fourth.Keep(t.Context(), []plugin.KeptRun{{Input: "in"}}), `another run of "in" is writing to`, "the row is that of the first run")
	require.NoError(t, fourth.Finish(t.Context(), false))
	holder.close()
}

func TestARunThatCameBetween(t *testing.T) {
	in := freshSchema(t)
	s := New(dsn(t), Options{Schema: in})
	_, err := s.State(t.Context(), "in")
	require.NoError(t, err)
	other := begun(t, dsn(t), Options{Schema: in})
	require.NoError(t, lines(other, 0, 1))
	require.NoError(t, other.Finish(t.Context(), false))
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	require.EqualError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in"}}),
		`another run of "in" has written to `+place(in)+` while this one began: start this one again`)
	require.NoError(t, s.Finish(t.Context(), false))
}

func TestTheTableOfStates(t *testing.T) {
	in := freshSchema(t)
	s := begun(t, dsn(t), Options{Schema: in, Clock: clock.NewFake(start)})
	require.NoError(t, lines(s, 0, 2))
	require.NoError(t, s.Finish(t.Context(), false))
	assert.Equal(t, [][]string{
		{"", "version", "", "1"},
		{"in", "mark", "s", "1"},
		{"in", "properties", "", ""},
		{"in", "start", "", "2026-10-15T06:00:00Z"},
		{"two", "properties", "", ""},
		{"two", "start", "", "2026-10-15T06:00:00Z"},
	}, query(t, in, "SELECT input, kind, name, value FROM igsource_state WHERE kind NOT IN ('run', 'transaction') ORDER BY 1, 2"))
	assert.Equal(t, [][]string{{"in", "2"}, {"two", "2"}},
		query(t, in, "SELECT input, split_part(value, ' ', 2) FROM igsource_state WHERE kind = 'transaction' ORDER BY 1"))
}

// TestMarksShareATransaction has a server that takes 20 ms to end a transaction.
func TestMarksShareATransaction(t *testing.T) {
	in := freshSchema(t)
	fake := clock.NewFake(start)
	pauses := &paused{Fake: fake, wake: make(chan struct{})}
	s := begun(t, dsn(t), Options{Schema: in, Clock: pauses})
	ended := make(chan struct{}, 10)
	s.hook = func(point string) {
		switch point {
		case "commit":
			fake.Advance(20 * time.Millisecond)
		case "committed":
			ended <- struct{}{}
		}
	}
	numbers := func() [][]string { return query(t, in, "SELECT line FROM logs ORDER BY ctid") }
	require.NoError(t, lines(s, 0, 1))
	<-ended
	require.NoError(t, lines(s, 1, 3))
	assert.Len(t, numbers(), 1, "two marks wait for others")
	close(pauses.wake)
	<-ended
	require.NoError(t, s.lock(t.Context()), "until the timer has let go")
	s.unlock()
	assert.Len(t, numbers(), 3, "not longer than ten times what ending took")

	fake.Advance(time.Second)
	require.NoError(t, lines(s, 3, 4))
	<-ended
	assert.Len(t, numbers(), 4, "a mark that comes late waits for none")

	rows := make([][]any, sqltable.MostRows)
	for i := range rows {
		rows[i] = []any{"x"}
	}
	rec := plugintest.Record(logs, rows...)
	defer rec.Release()
	require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: "logs", Record: rec}))
	assert.Len(t, numbers(), 4, "rows wait for a mark")
	require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "last"}))
	<-ended
	assert.Len(t, numbers(), 4+sqltable.MostRows, "and a transaction takes no more of them")
	require.NoError(t, s.Finish(t.Context(), true))
}

// A timer that ends while rows wait for their mark leaves it to that; where the rows are forgotten instead, the
// marks before them do not wait for another.
func TestMarksDoNotWaitForForgottenRows(t *testing.T) {
	in := freshSchema(t)
	fake := clock.NewFake(start)
	pauses := &paused{Fake: fake, wake: make(chan struct{})}
	s := begun(t, dsn(t), Options{Schema: in, Clock: pauses})
	ended := make(chan struct{}, 10)
	s.hook = func(point string) {
		switch point {
		case "commit":
			fake.Advance(20 * time.Millisecond)
		case "committed":
			ended <- struct{}{}
		}
	}
	require.NoError(t, lines(s, 0, 1))
	<-ended
	require.NoError(t, lines(s, 1, 2)) // waits
	rec := plugintest.Record(logs, []any{"lost"})
	defer rec.Release()
	require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: logs.Name, Record: rec}))
	close(pauses.wake)
	s.tx.timer.Wait()
	assert.Len(t, query(t, in, "SELECT line FROM logs"), 1)
	require.NoError(t, s.Abort(t.Context()))
	<-ended
	assert.Equal(t, [][]string{{"0"}, {"1"}}, query(t, in, "SELECT line FROM logs ORDER BY ctid"))
	require.NoError(t, s.Finish(t.Context(), true))
}

// paused is a clock whose first Sleep ends when it is woken.
type paused struct {
	*clock.Fake
	wake chan struct{}
}

func (p *paused) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-p.wake:
	case <-ctx.Done():
	}
	return p.Fake.Sleep(ctx, d)
}

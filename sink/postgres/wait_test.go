package postgres

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
)

var start = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)

// A waker is a clock on which no time passes but by Sleep, which calls wake for the waits of a lost server.
type waker struct {
	*clock.Fake
	mu   sync.Mutex
	wake func()
}

func (w *waker) Sleep(ctx context.Context, d time.Duration) error {
	if d >= firstPause {
		w.mu.Lock()
		if w.wake != nil {
			w.wake()
		}
		w.mu.Unlock()
	}
	return w.Fake.Sleep(ctx, d)
}

// revive starts the server where it was stopped.
func revive(t testing.TB) {
	t.Helper()
	if !testServer.Running() {
		require.NoError(t, testServer.Start())
	}
}

func newWaker(wake func()) *waker { return &waker{Fake: clock.NewFake(start), wake: wake} }

// lines writes lines a mark each, beginning with number from, and fails as soon as the sink does.
func lines(s *Sink, from, to int) error {
	for i := from; i < to; i++ {
		rec := plugintest.Record(logs, []any{fmt.Sprint(i)})
		err := s.Write(context.Background(), plugin.Batch{Table: logs.Name, Record: rec})
		rec.Release()
		if err != nil {
			return err
		}
		if err := s.Commit(context.Background(), plugin.Position{Source: "in", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}); err != nil {
			return err
		}
	}
	return nil
}

// begun returns a sink that has begun, with its state kept.
func begun(t testing.TB, address secret.Text, opts Options) *Sink {
	t.Helper()
	s := New(address, opts)
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: start}, {Input: "two", Start: start}}))
	return s
}

// expectLines compares the lines that are there with those of one run, and the last mark.
func expectLines(t testing.TB, in string, to int) {
	t.Helper()
	want := [][]string{}
	for i := range to {
		want = append(want, []string{fmt.Sprint(i)})
	}
	assert.Equal(t, want, query(t, in, "SELECT line FROM logs ORDER BY ctid"))
	state, err := New(dsn(t), Options{Schema: in}).State(t.Context(), "in")
	require.NoError(t, err)
	if to > 0 && !state.Start.IsZero() {
		assert.Equal(t, map[string]plugin.Mark{"s": plugin.Mark(fmt.Sprint(to - 1))}, state.Marks)
	}
}

func TestAServerThatStopsAndStarts(t *testing.T) {
	dsn(t)
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		for _, point := range []string{"begin", "copy", "merge", "commit", "committed"} {
			t.Run(fmt.Sprintf("%s at %s", how, point), func(t *testing.T) {
				in := freshSchema(t)
				starts := 0
				s := begun(t, dsn(t), Options{Schema: in, Clock: newWaker(func() {
					if !testServer.Running() {
						starts++
						require.NoError(t, testServer.Start())
					}
				})})
				n := 0
				s.hook = func(p string) {
					if p == point {
						if n++; n == 2 {
							require.NoError(t, testServer.Stop(how))
						}
					}
				}
				require.NoError(t, lines(s, 0, 4))
				require.NoError(t, s.Finish(t.Context(), true))
				assert.Equal(t, 1, starts)
				expectLines(t, in, 4)
			})
		}
	}
}

func TestAServerThatStaysAway(t *testing.T) {
	in := freshSchema(t)
	s := begun(t, dsn(t), Options{Schema: in, Wait: time.Minute, Clock: newWaker(nil)})
	require.NoError(t, lines(s, 0, 2))
	t.Cleanup(func() { revive(t) })
	require.NoError(t, testServer.Stop(syscall.SIGQUIT))
	err := lines(s, 2, 3)
	require.ErrorContains(t, err, `the database "postgres" on `+testServer.Dir()+" has gone away during the run and did not come back within 1m0s: "+
		"all that was committed is whole, run again to go on from there (the database")
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.GreaterOrEqual(t, s.clock.Now().Sub(start), time.Minute)
	assert.Less(t, s.clock.Now().Sub(start), 70*time.Second)
	require.Equal(t, err, lines(s, 3, 4))
	require.Equal(t, err, s.Abort(t.Context()))
	require.NoError(t, s.Finish(t.Context(), false))
	require.NoError(t, testServer.Start())
	expectLines(t, in, 2)

	s = begun(t, dsn(t), Options{Schema: in, Clock: newWaker(nil)})
	require.NoError(t, lines(s, 2, 4))
	require.NoError(t, s.Finish(t.Context(), true))
	expectLines(t, in, 4)
}

func TestARunThatIsStoppedWhileItWaits(t *testing.T) {
	in := freshSchema(t)
	ctx, stop := context.WithCancel(t.Context())
	w := newWaker(nil)
	s := begun(t, dsn(t), Options{Schema: in, Clock: w})
	require.NoError(t, lines(s, 0, 1))
	t.Cleanup(func() { revive(t) })
	require.NoError(t, testServer.Stop(syscall.SIGINT))
	w.wake = stop
	rec := plugintest.Record(logs, []any{"1"})
	defer rec.Release()
	require.NoError(t, s.Write(ctx, plugin.Batch{Table: logs.Name, Record: rec}))
	require.ErrorIs(t, s.Commit(ctx, plugin.Position{Source: "in", Split: "s", Mark: "1"}), context.Canceled)
	require.NoError(t, testServer.Start())
	require.NoError(t, s.Abort(ctx))
	require.NoError(t, s.Finish(t.Context(), false))
	expectLines(t, in, 2)
}

func TestARunThatGoesOnAfterItWasStopped(t *testing.T) {
	for _, mode := range []string{"answer lost", "commit lost"} {
		in := freshSchema(t)
		ctx, stop := context.WithCancel(t.Context())
		w := newWaker(nil)
		dsn(t)
		s := begun(t, newProxy(t, mode, 5).dsn(), Options{Schema: in, Clock: w})
		require.NoError(t, lines(s, 0, 1))
		w.wake = stop
		rec := plugintest.Record(logs, []any{"1"})
		require.NoError(t, s.Write(ctx, plugin.Batch{Table: logs.Name, Record: rec}))
		rec.Release()
		require.ErrorIs(t, s.Commit(ctx, plugin.Position{Source: "in", Split: "s", Mark: "1"}), context.Canceled)
		require.NoError(t, lines(s, 2, 4), "what follows is not taken for a part of what may have been committed")
		require.NoError(t, s.Finish(t.Context(), true))
		expectLines(t, in, 4)
	}
}

func TestACommitWhoseAnswerIsLost(t *testing.T) {
	dsn(t)
	// The first COMMITs are those of Begin, Claim and Keep; the last is that of Finish.
	for _, mode := range []string{"answer lost", "commit lost", "half open"} {
		for lost := 4; lost <= 7; lost++ {
			t.Run(fmt.Sprint(mode, lost), func(t *testing.T) {
				in := freshSchema(t)
				p := newProxy(t, mode, lost)
				s := begun(t, p.dsn(), Options{Schema: in, Clock: clock.NewFake(start)})
				require.NoError(t, lines(s, 0, 3))
				require.NoError(t, s.Finish(t.Context(), true))
				expectLines(t, in, 3)
				state, err := New(dsn(t), Options{Schema: in}).State(t.Context(), "in")
				require.NoError(t, err)
				assert.Equal(t, plugin.State{}, state)
				assert.LessOrEqual(t, p.lost, 0, "the COMMIT was lost")
			})
		}
	}
}

func TestWithoutStateAnUnsureCommitIsTold(t *testing.T) {
	dsn(t)
	for mode, want := range map[string]string{
		"answer lost": "was lost while rows were being committed, and without a state nothing tells whether they were: run again",
	} {
		in := freshSchema(t)
		p := newProxy(t, mode, 3)
		s := New(p.dsn(), Options{Schema: in, Clock: clock.NewFake(start)})
		require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
		require.ErrorContains(t, lines(s, 0, 3), want)
		require.NoError(t, s.Finish(t.Context(), false))
	}
	in := freshSchema(t)
	s := New(dsn(t), Options{Schema: in, Clock: newWaker(func() { revive(t) })})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	n := 0
	s.hook = func(p string) {
		if n++; p == "merge" && n < 5 {
			require.NoError(t, testServer.Stop(syscall.SIGQUIT))
		}
	}
	require.NoError(t, lines(s, 0, 3), "before COMMIT it is sure")
	require.NoError(t, s.Finish(t.Context(), true))
	expectLines(t, in, 3)
}

func TestARunThatAnotherHasReplaced(t *testing.T) {
	in := freshSchema(t)
	var once sync.Once
	other := func() {
		o := begun(t, dsn(t), Options{Schema: in, Clock: newWaker(nil)})
		require.NoError(t, lines(o, 1, 2))
		require.NoError(t, o.Finish(t.Context(), false))
	}
	w := newWaker(nil)
	s := begun(t, dsn(t), Options{Schema: in, Clock: w})
	require.NoError(t, lines(s, 0, 1))
	change(t, in, fmt.Sprintf("SELECT pg_terminate_backend(%d, 10000)", s.conn.pid))
	w.wake = func() { once.Do(other) }
	err := lines(s, 1, 2)
	require.EqualError(t, err, "another run has written the state of in, two in "+place(in)+", or an older copy of it was put in place: start this run again")
	require.NoError(t, s.Finish(t.Context(), false))
	expectLines(t, in, 2)
}

func TestARunThatAnotherHasTakenTheLockOf(t *testing.T) {
	in := freshSchema(t)
	w := newWaker(nil)
	s := begun(t, dsn(t), Options{Schema: in, Clock: w})
	require.NoError(t, lines(s, 0, 1))
	change(t, in, fmt.Sprintf("SELECT pg_terminate_backend(%d, 10000)", s.conn.pid))
	var o *Sink
	w.wake = func() {
		if o == nil {
			o = begun(t, dsn(t), Options{Schema: in, Clock: newWaker(nil)})
		}
	}
	require.ErrorContains(t, lines(s, 1, 2), `another run (process `)
	require.NoError(t, s.Finish(t.Context(), false))
	require.NoError(t, lines(o, 1, 2))
	require.NoError(t, o.Finish(t.Context(), true))
	expectLines(t, in, 2)
}

func TestDeadlocksAreRepeated(t *testing.T) {
	in := freshSchema(t)
	locker := admin(t, in)
	defer locker.close()
	s := New(dsn(t), Options{Schema: in, Clock: newWaker(func() { locker.rollback(t.Context()) })})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	require.NoError(t, s.conn.simple(t.Context(), "SET lock_timeout = '10ms'"))
	require.NoError(t, locker.simple(t.Context(), "BEGIN; LOCK TABLE logs"))
	require.NoError(t, lines(s, 0, 2))
	require.NoError(t, s.Finish(t.Context(), true))
	expectLines(t, in, 2)

	s = New(dsn(t), Options{Schema: in, Wait: -1, Clock: newWaker(nil)})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	require.NoError(t, s.conn.simple(t.Context(), "SET lock_timeout = '10ms'"))
	require.NoError(t, locker.simple(t.Context(), "BEGIN; LOCK TABLE logs"))
	require.EqualError(t, lines(s, 2, 3), `the database "postgres" on `+testServer.Dir()+" is locked by another program, and that for more than 30 seconds: "+
		"end that program's transaction (canceling statement due to lock timeout)")
	locker.rollback(t.Context())
	require.NoError(t, s.Finish(t.Context(), false))
}

//go:build duckdb_arrow

package duckdb

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

var runStart = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)

// numbered are n rows of people whose ids begin with prefix.
func numbered(prefix string, n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{fmt.Sprintf("%s%06d", prefix, i), nil, i}
	}
	return rows
}

// A run drives a Sink as the runner does, and expects nothing to go wrong.
type run struct {
	t    testing.TB
	sink *Sink
}

func newRun(t testing.TB, path string, opts Options) *run { return &run{t, New(path, opts)} }

func (r *run) begin(tables ...schema.Table) {
	r.t.Helper()
	require.NoError(r.t, r.sink.Begin(context.Background(), tables))
}

func (r *run) keep(inputs ...string) {
	r.t.Helper()
	var runs []plugin.KeptRun
	for _, in := range inputs {
		runs = append(runs, plugin.KeptRun{Input: in, Start: runStart, Properties: "p"})
	}
	require.NoError(r.t, r.sink.Keep(context.Background(), runs))
}

func (r *run) rows(prefix string, n int) {
	r.t.Helper()
	rec := plugintest.Record(people(), numbered(prefix, n)...)
	defer rec.Release()
	require.NoError(r.t, r.sink.Write(context.Background(), plugin.Batch{Table: "people", Record: rec}))
}

func (r *run) commit(split, mark string) {
	r.t.Helper()
	at := plugin.Position{Source: "in", Split: split, Mark: plugin.Mark(mark), Reached: map[string]json.RawMessage{split: json.RawMessage(mark)}}
	require.NoError(r.t, r.sink.Commit(context.Background(), at))
}

func (r *run) finish(ok bool) {
	r.t.Helper()
	require.NoError(r.t, r.sink.Finish(context.Background(), ok))
}

// hands is a clock that a test moves by hand. Between two looks at it a hundredth of a second passes, so
// that ending a transaction takes so long. Who sleeps wakes when the test says so.
type hands struct {
	mu     sync.Mutex
	now    time.Time
	asleep chan sleeper
}

type sleeper struct {
	ctx  context.Context
	wake chan struct{}
	wait time.Duration
}

func newHands() *hands { return &hands{now: runStart, asleep: make(chan sleeper, 1000)} }

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(10 * time.Millisecond)
	return h.now
}

func (h *hands) Sleep(ctx context.Context, d time.Duration) error {
	s := sleeper{ctx, make(chan struct{}), d}
	h.asleep <- s
	select {
	case <-s.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass lets time pass without waking anyone.
func (h *hands) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// wake waits until somebody sleeps whom nobody has called off, wakes it, and says how long it wanted to.
func (h *hands) wake() time.Duration {
	for {
		if s := <-h.asleep; s.ctx.Err() == nil {
			h.pass(s.wait)
			close(s.wake)
			return s.wait
		}
	}
}

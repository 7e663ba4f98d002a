package plugin_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestRunProgress(t *testing.T) {
	until := noon.Add(time.Hour)
	src := source(
		script(plugintest.Step{Do: say(plugin.Calls{Requests: 2, Counted: 4}), Table: "days", Rows: [][]any{row("a", 1)}, Mark: true}),
		script(plugintest.Step{Do: say(plugin.Waiting{Until: until, Reason: "rate limit"}), Table: "days", Rows: [][]any{row("b", 1)}, Mark: true}),
	)
	var busy atomic.Bool
	var got []plugin.Progress
	opts := options(t)
	opts.Parallelism = 1
	opts.Progress = func(p plugin.Progress) {
		assert.True(t, busy.CompareAndSwap(false, true), "two calls at once")
		got = append(got, p)
		busy.Store(false)
	}
	_, err := plugin.Run(context.Background(), one(src), new(discard), opts)
	require.NoError(t, err)
	require.NotEmpty(t, got)
	assert.Equal(t, plugin.Progress{Splits: 2, Read: 2, Rows: 2, Calls: plugin.Calls{Requests: 2, Counted: 4}}, got[len(got)-1])
	for i, p := range got[1:] {
		assert.GreaterOrEqual(t, p.Rows, got[i].Rows)
		assert.GreaterOrEqual(t, p.Read, got[i].Read)
	}
}

func TestRunProgressTellsTheWaitThatEndsFirst(t *testing.T) {
	early, late := noon.Add(time.Minute), noon.Add(time.Hour)
	seen := make(chan plugin.Progress, 100)
	step := func(until time.Time, reason string, want time.Time) plugintest.Step {
		return plugintest.Step{Mark: true, Do: func(ctx context.Context, notes func(plugin.Note)) error {
			notes(plugin.Waiting{Until: until, Reason: reason})
			for {
				select {
				case p := <-seen:
					if p.Waiting.Until.Equal(want) {
						return nil
					}
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}}
	}
	// The first note's wait is not ended by the source: reading on to the next split ends it.
	src := source(script(step(late, "late", late), step(early, "early", early)), script(step(late, "late", late)))
	opts := options(t)
	opts.Parallelism = 1
	opts.Progress = func(p plugin.Progress) { seen <- p }
	_, err := plugin.Run(context.Background(), one(src), new(discard), opts)
	require.NoError(t, err)
	var last plugin.Progress
	for len(seen) > 0 {
		last = <-seen
	}
	assert.Zero(t, last.Waiting)
}

func TestRunWhoseProgressPanics(t *testing.T) {
	src, sink := source(script(batch("a", "!"))), new(plugintest.Memory)
	defer sink.Release()
	opts := options(t)
	opts.Progress = func(plugin.Progress) { panic("secret") }
	report, err := plugin.Run(context.Background(), one(src), sink, opts)
	var panicked *plugin.PanicError
	require.ErrorAs(t, err, &panicked)
	assert.Equal(t, "telling progress", panicked.What)
	assert.NotContains(t, err.Error(), "secret")
	assert.Contains(t, string(panicked.Stack), "TestRunWhoseProgressPanics")
	assert.Equal(t, plugin.StatusFailed, report.Status)
	assert.Equal(t, []bool{false}, src.Finished())
}

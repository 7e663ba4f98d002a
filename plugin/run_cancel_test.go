package plugin_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestRunCancelled(t *testing.T) {
	cause := errors.New("the user said stop")
	block := func(ctx context.Context, _ func(plugin.Note)) error { <-ctx.Done(); return ctx.Err() }
	for _, c := range []struct {
		name string
		run  func(cancel func()) (*plugintest.Source, *plugintest.Memory)
		want []string
	}{
		{"before", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			cancel()
			return source(script(batch("a", "!"))), new(plugintest.Memory)
		}, nil},
		{"while planning", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			src := source()
			src.OnPlan = func(ctx context.Context, _ plugin.PlanRequest) error { cancel(); return block(ctx, nil) }
			return src, new(plugintest.Memory)
		}, []string{"Begin", "Finish false"}},
		{"while reading", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			return source(script(batch("a", "!"), batch("b", "!"), plugintest.Step{Do: func(ctx context.Context, n func(plugin.Note)) error {
				cancel()
				return block(ctx, n)
			}}), script(plugintest.Step{Do: block})), new(plugintest.Memory)
		}, nil},
		{"while writing", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			return source(script(batch("a"), batch("b", "!"))), &plugintest.Memory{Fault: func(c plugintest.Call) error {
				if c.Method == "Write" {
					cancel()
				}
				return nil
			}}
		}, []string{"Begin", "Write days 1", "Abort", "Finish false"}},
		{"before the commit", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			return source(script(batch("a", "!"))), &plugintest.Memory{Fault: func(c plugintest.Call) error {
				if c.Method == "Write" {
					cancel()
				}
				return nil
			}}
		}, []string{"Begin", "Write days 1", "Abort", "Finish false"}},
		{"after the last commit", func(cancel func()) (*plugintest.Source, *plugintest.Memory) {
			return source(script(batch("a", "!"))), &plugintest.Memory{Fault: func(c plugintest.Call) error {
				if c.Method == "Commit" {
					cancel()
				}
				return nil
			}}
		}, []string{"Begin", "Write days 1", "Commit brand s0 step 0 last", "Finish false"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			src, sink := c.run(func() { cancel(cause) })
			defer sink.Release()
			opts := options(t)
			report, err := plugin.Run(ctx, one(src), sink, opts)
			require.ErrorIs(t, err, cause)
			assert.Equal(t, "the run was stopped: the user said stop", err.Error())
			assert.Equal(t, plugin.StatusFailed, report.Status)
			if c.want != nil || c.name == "before" {
				assert.Equal(t, c.want, calls(sink))
			} else {
				got := calls(sink)
				assert.Equal(t, "Finish false", got[len(got)-1])
			}
			assert.Equal(t, []bool{false}, src.Finished())
			now, _ := src.Reading()
			assert.Zero(t, now)
			left, err := os.ReadDir(opts.WorkDir)
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

// leaver is a sink that leaves its goroutine, as a failed assertion of a test does.
type leaver struct{ plugintest.Memory }

func (l *leaver) Write(context.Context, plugin.Batch) error { runtime.Goexit(); return nil }

func TestRunWhoseSinkLeaves(t *testing.T) {
	src, sink := source(script(batch("a", "!")), script(plugintest.Step{Do: func(ctx context.Context, _ func(plugin.Note)) error {
		<-ctx.Done()
		return ctx.Err()
	}})), new(leaver)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = plugin.Run(context.Background(), one(src), sink, options(t))
	}()
	<-done
	assert.Equal(t, []string{"Begin", "Abort", "Finish false"}, calls(&sink.Memory))
	assert.Equal(t, []bool{false}, src.Finished())
}

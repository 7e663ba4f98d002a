package plugin_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// gauge counts the bytes that live, and the most that ever did.
type gauge struct {
	memory.Allocator
	now, most atomic.Int64
}

func (g *gauge) Allocate(n int) []byte {
	now := g.now.Add(int64(n))
	for {
		most := g.most.Load()
		if now <= most || g.most.CompareAndSwap(most, now) {
			return g.Allocator.Allocate(n)
		}
	}
}

func (g *gauge) Reallocate(n int, b []byte) []byte {
	out := g.Allocate(n)
	copy(out, b)
	g.Free(b)
	return out
}

func (g *gauge) Free(b []byte) { g.now.Add(int64(-len(b))) }

// gauges gives each split a gauge.
type gauges struct {
	mu  sync.Mutex
	all map[string]*gauge
}

func (g *gauges) of(split string) memory.Allocator {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == nil {
		g.all = map[string]*gauge{}
	}
	if g.all[split] == nil {
		g.all[split] = &gauge{Allocator: memory.NewGoAllocator()}
	}
	return g.all[split]
}

func (g *gauges) live(but string) (n int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for split, a := range g.all {
		if split != but {
			n += a.now.Load()
		}
	}
	return n
}

const bigRows = 200

func bigBatch(split, batch int, mark bool) plugintest.Step {
	s := plugintest.Step{Table: "days", Mark: mark}
	for i := range bigRows {
		s.Rows = append(s.Rows, row(fmt.Sprintf("%03d-%03d-%04d", split, batch, i), i))
	}
	return s
}

// batchBytes is what a bigBatch takes, built as plugintest.Source builds it: with the room that a
// builder grows into, and its old buffers while it grows.
func batchBytes(t *testing.T) int64 {
	g := new(gauges)
	src := source(script(bigBatch(0, 0, true)))
	src.Allocator = g.of
	_, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	require.NoError(t, err)
	return g.all["s0"].most.Load()
}

// discard is a sink that keeps nothing.
type discard struct{}

func (*discard) Begin(context.Context, []schema.Table) error      { return nil }
func (*discard) Write(context.Context, plugin.Batch) error        { return nil }
func (*discard) Commit(context.Context, plugin.Position) error    { return nil }
func (*discard) Abort(context.Context) error                      { return nil }
func (*discard) Finish(ctx context.Context, succeeded bool) error { return nil }

func TestRunKeepsTwoBatchesOfASplitAtMost(t *testing.T) {
	const splits, batches = 12, 9
	limit := 2 * batchBytes(t)
	for _, marks := range []int{1, 3, batches} {
		t.Run(fmt.Sprintf("a mark every %d batches", marks), func(t *testing.T) {
			g := new(gauges)
			var scripts [][]plugintest.Step
			for s := range splits {
				var steps []plugintest.Step
				for b := range batches {
					steps = append(steps, bigBatch(s, b, (b+1)%marks == 0))
				}
				scripts = append(scripts, steps)
			}
			src := source(scripts...)
			src.Allocator = g.of
			opts := options(t)
			opts.Parallelism = 4
			report, err := plugin.Run(context.Background(), one(src), new(discard), opts)
			require.NoError(t, err)
			assert.EqualValues(t, splits*batches*bigRows, report.Tables["days"].Rows)
			for split, a := range g.all {
				assert.LessOrEqual(t, a.most.Load(), limit, split)
				assert.Zero(t, a.now.Load(), split)
			}
			_, most := src.Reading()
			assert.LessOrEqual(t, most, 4)
		})
	}
}

func TestRunHoldsNothingOfSplitsThatWait(t *testing.T) {
	g := new(gauges)
	gate := make(chan struct{})
	var waiting int64 = -1
	opts := options(t)
	opts.Parallelism = 2
	scripts := [][]plugintest.Step{{{Do: func(ctx context.Context, _ func(plugin.Note)) error {
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}, Mark: true}}}
	for s := range 40 {
		scripts = append(scripts, script(bigBatch(s, 0, true), bigBatch(s, 1, false), bigBatch(s, 2, true)))
	}
	// One worker stands in the first split, so the other has ended all others when it comes to the last.
	var spooled []os.DirEntry
	scripts = append(scripts, script(plugintest.Step{Do: func(context.Context, func(plugin.Note)) error {
		waiting = g.live("")
		runs, err := filepath.Glob(filepath.Join(opts.WorkDir, "igsource-run-*"))
		if err == nil && len(runs) == 1 {
			spooled, err = os.ReadDir(runs[0])
		}
		close(gate)
		return err
	}, Mark: true}))
	src := source(scripts...)
	src.Allocator = g.of
	report, err := plugin.Run(context.Background(), one(src), new(discard), opts)
	require.NoError(t, err)
	assert.EqualValues(t, 40*3*bigRows, report.Tables["days"].Rows)
	assert.Zero(t, waiting, "bytes of splits that wait")
	assert.Len(t, spooled, 40)
}

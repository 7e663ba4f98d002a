package loading

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// Input is the name that marks are kept under.
const Input = "bench"

// Start begins a run of a sink that has had none.
func Start(ctx context.Context, to plugin.StateKeeper) error {
	if err := to.Begin(ctx, []schema.Table{Table()}); err != nil {
		return err
	}
	return to.Keep(ctx, []plugin.KeptRun{{Input: Input, Start: time.Unix(0, 0).UTC()}})
}

// put writes a batch, the one with this index, and its mark.
func put(ctx context.Context, to plugin.Sink, i int, rec arrow.Record) error {
	if err := to.Write(ctx, plugin.Batch{Table: Table().Name, Record: rec}); err != nil {
		return err
	}
	return to.Commit(ctx, plugin.Position{Source: Input, Split: "s", Mark: plugin.Mark(strconv.Itoa(i))})
}

// Fill writes so many rows in a run of to's, and makes each batch as it goes. It calls after, if there is one, after each.
func Fill(ctx context.Context, to plugin.StateKeeper, rows int, after func()) error {
	err := Start(ctx, to)
	for i := 0; err == nil && i < rows/BatchRows; i++ {
		rec := Rows(i*BatchRows, BatchRows)
		err = put(ctx, to, i, rec)
		rec.Release()
		if after != nil {
			after()
		}
	}
	return errors.Join(err, to.Finish(ctx, err == nil))
}

// A Contest is between a sink and its statements, each with a database of its own.
type Contest struct {
	Sink plugin.StateKeeper // its run has begun, by Start
	// Durable returns the last mark that is durable in the sink's database; empty where there is none.
	Durable    func(ctx context.Context) (plugin.Mark, error)
	Statements Side
}

// Times are how long either side took in each turn.
type Times struct {
	Sink, Statements []time.Duration
	Transactions     int // on either side
}

// Add appends those of another contest.
func (t *Times) Add(more Times) {
	t.Sink, t.Statements = append(t.Sink, more.Sink...), append(t.Statements, more.Statements...)
	t.Transactions += more.Transactions
}

// Run has both sides write the same rows in turns of so many batches, from a collected heap. A turn begins with the
// sink, which ends its transactions as it likes, and the last one with the turn; the statements then have transactions
// of the same batches. Making batches and looking at what is durable take no time of either side.
func (c Contest) Run(ctx context.Context, rows, turn int) (times Times, err error) {
	for first := 0; first < rows/BatchRows; first += turn {
		n := min(turn, rows/BatchRows-first)
		took, bounds, err := c.write(ctx, first, n)
		if err != nil {
			return times, fmt.Errorf("the sink: %w", err)
		}
		bare, err := c.Statements.Take(ctx, Turn{First: first, Batches: n, Bounds: bounds})
		if err != nil {
			return times, fmt.Errorf("the statements: %w", err)
		}
		times.Sink, times.Statements = append(times.Sink, took), append(times.Statements, bare)
		times.Transactions += len(bounds)
	}
	return times, nil
}

// write is the sink's turn. Bounds are how many batches were durable at the end of each transaction.
func (c Contest) write(ctx context.Context, first, n int) (took time.Duration, bounds []int, err error) {
	list := batches(first, n)
	defer release(list)
	runtime.GC()
	durable := 0
	for i, rec := range list {
		began := time.Now()
		err := put(ctx, c.Sink, first+i, rec)
		took += time.Since(began)
		if err != nil {
			return 0, nil, err
		}
		now, err := c.durable(ctx)
		if err != nil {
			return 0, nil, err
		}
		if now -= first; now > durable {
			durable = now
			bounds = append(bounds, now)
		}
	}
	began := time.Now()
	settled, err := c.Sink.Settle(ctx)
	took += time.Since(began)
	if err == nil && !settled {
		err = errors.New("what was committed cannot be made durable now")
	}
	if durable < n {
		bounds = append(bounds, n)
	}
	return took, bounds, err
}

// durable is how many batches are durable.
func (c Contest) durable(ctx context.Context) (int, error) {
	mark, err := c.Durable(ctx)
	if err != nil || mark == "" {
		return 0, err
	}
	last, err := strconv.Atoi(string(mark))
	return last + 1, err
}

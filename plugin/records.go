package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
)

// Records returns the rows of one table of source as the reader that Arrow programs take. An empty table
// is the only one that the source has.
//
// The reader takes the source over: it plans and reads it as Run does, side by side and in order, and
// finishes it when the last row is out or the reader is released. Open the source again for another
// table. opts.State is looked up by the table; nothing else is resumed, and what the source says it has
// Reached goes nowhere. No request is made before the first Next. Records itself fails as Run does before a
// request is made, and has then finished the source.
//
// Record lends its record until the next Next or Release: Retain it to keep it. Next, Record and Err are
// for one goroutine at a time; Retain and Release for any. The last Release ends all requests before it
// returns, and must be called also after Next was false. Err is nil after a whole read; where parts were
// lost it is, after all other rows, a *PartialError; with opts.Strict and fields that the table has no column
// for, after all rows, an *UnknownFieldsError.
func Records(ctx context.Context, source Source, table string, opts RunOptions) (array.RecordReader, error) {
	inputs := []Input{{Name: table, Source: source}}
	tables, err := CheckInputs(inputs)
	var found *schema.Table
	var names []string
	for _, t := range tables {
		if t.Name == table || table == "" && len(tables) == 1 {
			found = &t
		}
		names = append(names, t.Name)
	}
	if err == nil && found == nil {
		err = Userf("the source has no table called %q; it has %s", table, strings.Join(names, ", "))
	}
	if err != nil {
		ctx, cancel := live(ctx, cleanupLimit)
		defer cancel()
		return nil, join(err, guard("the source, finishing", func() error { return source.Finish(ctx, false) }))
	}
	r := &recordReader{
		inputs: inputs, opts: opts, table: found.Name, schema: found.Arrow(),
		batches: make(chan arrow.Record), ended: make(chan struct{}),
	}
	r.inputs[0].Name = found.Name
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.refs.Store(1)
	return r, nil
}

// A PartialError says that a reader gave all rows but those that were lost.
type PartialError struct{ Report *Report }

// Error says what was lost.
func (e *PartialError) Error() string {
	return "not all rows could be read: " + strings.TrimSpace(e.Report.incomplete())
}

var errReaderReleased = errors.New("the reader was released")

// A recordReader is a run whose sink is the caller.
type recordReader struct {
	inputs []Input
	opts   RunOptions
	table  string
	schema *arrow.Schema
	refs   atomic.Int64
	start  sync.Once

	ctx     context.Context
	cancel  context.CancelCauseFunc
	batches chan arrow.Record
	ended   chan struct{} // after report and err are set
	report  *Report
	err     error

	current arrow.Record
	done    bool
}

func (r *recordReader) Retain()               { r.refs.Add(1) }
func (r *recordReader) Schema() *arrow.Schema { return r.schema }
func (r *recordReader) Record() arrow.Record  { return r.current }

func (r *recordReader) run() {
	go func() {
		r.err = errLeft
		defer close(r.ended)
		r.report, r.err = runTables(r.ctx, r.inputs, (*readerSink)(r), r.opts, []string{r.table})
	}()
}

func (r *recordReader) Next() bool {
	r.let()
	if r.done || r.refs.Load() <= 0 {
		return false
	}
	r.start.Do(r.run)
	select {
	case rec := <-r.batches:
		r.current = rec
		return true
	case <-r.ended:
		r.done = true
		return false
	}
}

// let releases the current record.
func (r *recordReader) let() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

func (r *recordReader) Err() error {
	if !r.done {
		return nil
	}
	if r.err == nil && r.report.Status == StatusPartial {
		return &PartialError{r.report}
	}
	return r.err
}

func (r *recordReader) Release() {
	if r.refs.Add(-1) != 0 {
		return
	}
	r.cancel(errReaderReleased)
	r.start.Do(r.run) // the source is to be finished in any case
	<-r.ended
	r.let()
}

// readerSink is the sink of a recordReader's run.
type readerSink recordReader

func (s *readerSink) Begin(context.Context, []schema.Table) error { return nil }

func (s *readerSink) Write(ctx context.Context, b Batch) error {
	b.Record.Retain()
	select {
	case s.batches <- b.Record:
		return nil
	case <-ctx.Done():
		b.Record.Release()
		return fmt.Errorf("nobody reads on: %w", context.Cause(ctx))
	}
}

func (s *readerSink) Commit(context.Context, Position) error { return nil }
func (s *readerSink) Abort(context.Context) error            { return nil }
func (s *readerSink) Finish(context.Context, bool) error     { return nil }

var (
	_ array.RecordReader = (*recordReader)(nil)
	_ Sink               = (*readerSink)(nil)
)

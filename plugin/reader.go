package plugin

import (
	"context"
	"fmt"
)

// read reads a lane from end to end. What ends the run is given to fail.
func (r *runner) read(run context.Context, fail context.CancelCauseFunc, l *lane) {
	in := r.inputs[l.input]
	ctx, cancel := context.WithCancelCause(run)
	defer cancel(nil)
	l.begin(cancel)
	err := errLeft
	defer func() {
		l.book.rest()
		if run.Err() != nil {
			l.stop(context.Cause(run))
		} else if fault := l.end(err); fault != nil {
			fail(fault)
		} else {
			r.progress.read()
		}
	}()
	err = guard("source "+in.Name+", reading split "+l.split.ID, func() error {
		opts := ReadOptions{Tables: r.only, Resume: l.resume, Notes: l.note}
		for b, err := range in.Source.Read(ctx, l.split, opts) {
			if err != nil {
				return r.named(in, err)
			}
			if err := r.take(ctx, l, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// take takes a batch that a source lends.
func (r *runner) take(ctx context.Context, l *lane, b Batch) error {
	if b.Record == nil {
		return r.takeMark(ctx, l, b.Mark)
	}
	t := r.byName[b.Table]
	if t == nil {
		return fmt.Errorf("%s: a batch of table %q, which is not announced; this is a bug of the source", l.name, b.Table)
	}
	rec, err := t.accept(b.Record)
	if err != nil {
		return fmt.Errorf("%s: %w; this is a bug of the source", l.name, err)
	}
	defer rec.Release()
	if rec.NumRows() == 0 {
		return r.takeMark(ctx, l, b.Mark)
	}
	return l.add(ctx, t, rec, b.Mark)
}

func (r *runner) takeMark(ctx context.Context, l *lane, m Mark) error {
	if m == "" {
		return nil
	}
	return l.add(ctx, nil, nil, m)
}

package plugin

import (
	"context"
	"fmt"
)

// deliver hands all lanes to the sink, one after the other. It is the only goroutine that calls the
// sink.
func (r *runner) deliver(ctx context.Context) error {
	for _, l := range r.lanes {
		l.takeTurn()
		for {
			it, ok, err := l.next(ctx)
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			err = r.hand(ctx, l, it)
			if e := l.done(it); err == nil && e != nil {
				err = e
			}
			if err != nil {
				if ctx.Err() == nil {
					l.blame(err)
				}
				return err
			}
		}
		l.finished = true
		r.ledger.settle(l)
		r.ledger.merge(l.book)
	}
	return nil
}

// hand writes the rows of it and commits where it carries a mark.
func (r *runner) hand(ctx context.Context, l *lane, it *item) error {
	if it.rec != nil {
		if err := r.write(ctx, l, it); err != nil {
			return err
		}
	}
	if it.mark == "" {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	at := Position{Source: r.inputs[l.input].Name, Split: l.split.ID, Mark: it.mark, Last: it.last}
	r.wrote = false
	if err := guard("the sink", func() error { return r.sink.Commit(ctx, at) }); err != nil {
		return err
	}
	var rows int64
	for _, t := range r.list {
		rows += t.rows
		if err := t.commit(); err != nil {
			return err
		}
	}
	l.commit(rows)
	r.progress.commit(rows)
	return nil
}

// write proves the rows of it and writes those that are new.
func (r *runner) write(ctx context.Context, l *lane, it *item) error {
	rec, t := it.rec, it.table
	if t.proof != nil {
		drop, dropped, err := t.proof.check(rec)
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		t.duplicates += dropped
		if dropped == rec.NumRows() {
			return nil
		}
		if dropped > 0 {
			if rec, err = without(rec, drop); err != nil {
				return err
			}
			defer rec.Release()
		}
	}
	t.rows += rec.NumRows()
	r.wrote = true
	return guard("the sink", func() error { return r.sink.Write(ctx, Batch{Table: t.Name, Record: rec}) })
}

// read reads a lane from end to end. What ends the run is given to fail.
func (r *runner) read(ctx context.Context, fail context.CancelCauseFunc, l *lane) {
	in := r.inputs[l.input]
	err := errLeft
	defer func() {
		l.book.rest()
		if ctx.Err() != nil {
			l.stop(context.Cause(ctx))
		} else if fault := l.end(err); fault != nil {
			fail(fault)
		} else {
			r.progress.read()
		}
	}()
	err = guard("source "+in.Name+", reading split "+l.split.ID, func() error {
		opts := ReadOptions{Tables: r.only, Resume: l.resume, Notes: l.book.add}
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

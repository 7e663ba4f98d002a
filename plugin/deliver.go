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

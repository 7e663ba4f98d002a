package plugin

import (
	"context"
	"errors"
	"fmt"
)

// deliver hands all lanes to the sink, one after the other. It is the only goroutine that calls the
// sink.
func (r *runner) deliver(ctx context.Context) error {
	for _, l := range r.lanes {
		l.takeTurn()
		for {
			it, ok, err := l.next(ctx, r.idle)
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			err = r.hand(ctx, l, it)
			e := l.done(it)
			if err != nil {
				err = r.lose(ctx, l, err)
			}
			if err == nil {
				err = e
			}
			if err != nil {
				if ctx.Err() == nil {
					l.blame(err)
				}
				return err
			}
		}
		if l.err != nil {
			r.headways[l.input].breaks(l.split.Key)
		}
		l.finished = true
		for _, t := range r.list {
			t.forgetLeft()
		}
		r.ledger.settle(l)
		r.ledger.merge(l.book)
	}
	return nil
}

// idle is called when there is nothing to deliver yet.
func (r *runner) idle(ctx context.Context) error {
	if r.wrote { // the rows wait for their mark
		return nil
	}
	return r.settler.settle(ctx)
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
	at := Position{
		Source: r.inputs[l.input].Name, Split: l.split.ID, Mark: it.mark, Last: it.last,
		Reached: r.headways[l.input].advance(l.split.Key, it.news, l.repeats(it)),
	}
	r.wrote = false
	if err := guard("the sink", func() error { return r.sink.Commit(ctx, at) }); err != nil {
		return err
	}
	if r.settler != nil {
		r.settler.open = true
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

// lose returns err, with which handing something of l on failed, or nil where it costs only what follows
// the lane's last commit: two different rows with one key, and a source that goes on. The sink and the
// proofs are then as they were at that commit.
func (r *runner) lose(ctx context.Context, l *lane, err error) error {
	var key *keyError
	if !errors.As(err, &key) {
		return err
	}
	in := r.inputs[l.input]
	t, ok := in.Source.(Tolerant)
	if !ok {
		return err
	}
	var goesOn bool
	if e := guard("source "+in.Name+", asked whether it goes on", func() error { goesOn = t.GoesOn(); return nil }); e != nil {
		return join(err, e)
	}
	if !goesOn {
		return err
	}
	if e := r.abort(ctx); e != nil {
		return join(err, e)
	}
	return l.giveUp(err)
}

// abort takes back what was written and proved since the last commit.
func (r *runner) abort(ctx context.Context) error {
	for _, t := range r.list {
		t.abort()
	}
	if !r.wrote {
		return nil
	}
	r.wrote = false
	ctx, cancel := live(ctx, cleanupLimit)
	defer cancel()
	return guard("the sink", func() error { return r.sink.Abort(ctx) })
}

// write proves the rows of it and writes those that are new.
func (r *runner) write(ctx context.Context, l *lane, it *item) error {
	rec, t := it.rec, it.table
	if t.proof != nil {
		drop, dropped, err := t.proof.check(rec, it.left)
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

package sqlite

import (
	"cmp"
	"context"
	"slices"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// A transaction is the one that rows are being written in.
type transaction struct {
	open  bool
	dirty bool  // rows were written since the last mark
	saved bool  // the savepoint stands, at the last mark
	rows  int64 // in the transaction
	marks []plugin.Position
	pace  sqltable.Pace
	timer sqltable.Timer
}

func (s *Sink) openTransaction(ctx context.Context) error {
	if s.tx.open {
		return nil
	}
	if err := s.patient(ctx, "BEGIN IMMEDIATE"); err != nil {
		return cmp.Or(ctx.Err(), s.explain(err))
	}
	s.tx.open = true
	return nil
}

// mark ends what was written with a mark.
func (s *Sink) mark(ctx context.Context, at plugin.Position) error {
	if slices.Contains(s.kept, at.Source) {
		s.tx.marks = append(s.tx.marks, at)
	}
	s.tx.dirty = false
	if s.tx.open && s.tx.pace.Left(s.tx.rows) > 0 {
		if err := s.save(ctx); err != nil {
			return s.breakOff(err)
		}
	}
	return s.settle(ctx)
}

// settle ends the transaction, or sees to it that its time is kept. Nothing was written since the last mark.
func (s *Sink) settle(ctx context.Context) error {
	if !s.tx.open && len(s.tx.marks) == 0 {
		return nil
	}
	left := s.tx.pace.Left(s.tx.rows)
	if left <= 0 {
		return s.flush(ctx, false)
	}
	s.tx.timer.Start(left, s.flushLate)
	return nil
}

// save moves the savepoint to here.
func (s *Sink) save(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // a mark that is taken is not half taken
	if s.tx.saved {
		if err := s.exec(ctx, "RELEASE igsource_mark"); err != nil {
			return err
		}
	}
	s.tx.saved = true
	return s.exec(ctx, "SAVEPOINT igsource_mark")
}

// unwrite takes back the rows since the last mark.
func (s *Sink) unwrite() error {
	ctx := context.Background()
	switch {
	case !s.tx.open || !s.tx.dirty:
		return nil
	case s.tx.saved:
		// SQLite has rolled back the whole transaction, the marks in it too, where this fails.
		if err := s.exec(ctx, "ROLLBACK TO igsource_mark"); err != nil {
			return s.breakOff(cmp.Or(s.failed, err))
		}
		s.tx.dirty = false
		return nil
	}
	s.rollback()
	s.tx.open, s.tx.dirty, s.tx.rows = false, false, 0
	return nil
}

// flush ends the transaction with the marks in it, and, with the run's end, makes what was reached final.
func (s *Sink) flush(ctx context.Context, ended bool) error {
	s.tx.timer.Stop()
	ended = ended && len(s.kept) > 0
	if !s.tx.open && len(s.tx.marks) == 0 && !ended {
		return nil
	}
	// Whoever stops the run must not stop the statement that the run's marks depend on.
	ctx = context.WithoutCancel(ctx)
	if err := s.openTransaction(ctx); err != nil {
		return s.breakOff(err)
	}
	since := s.now()
	var inputs []string
	if ended {
		inputs = s.kept
	}
	if err := s.states().Settle(ctx, session{s.conn}, s.tx.marks, inputs); err != nil {
		return s.breakOff(err)
	}
	if err := s.patient(ctx, "COMMIT"); err != nil {
		return s.breakOff(err)
	}
	s.tx.pace.Ended(since)
	s.tx.open, s.tx.saved, s.tx.rows = false, false, 0
	s.tx.marks = s.tx.marks[:0]
	return nil
}

// breakOff ends everything after an error that may have cost marks which were taken before: the database
// stays at the last transaction that ended well.
func (s *Sink) breakOff(err error) error {
	s.tx.timer.Stop()
	s.rollback()
	s.tx.open = false
	s.broken = s.explain(err)
	return s.tellBroken()
}

// flushLate ends a transaction for which no mark came in time.
func (s *Sink) flushLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	// What was written since the last mark waits for the next one, which is at hand, and ends the transaction
	// for both.
	if s.phase != open || s.broken != nil || s.tx.dirty {
		return
	}
	if s.flush(context.Background(), false) != nil {
		s.told = false // nobody heard of it yet
	}
}

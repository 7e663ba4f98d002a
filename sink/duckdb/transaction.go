//go:build duckdb_arrow

package duckdb

import (
	"context"
	"slices"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// A transaction is what is held back until it is written in one: the rows in the temporary tables, and the
// marks behind them. DuckDB has no savepoints, which is why it is not begun any earlier.
type transaction struct {
	dirty bool  // rows were held back since the last mark
	turn  int64 // counts the marks: the rows behind the last one are of this turn
	rows  int64 // that are held back
	marks []plugin.Position
	pace  sqltable.Pace
	timer sqltable.Timer
}

// mark ends what was written with a mark.
func (s *Sink) mark(ctx context.Context, at plugin.Position) error {
	if slices.Contains(s.kept, at.Source) {
		s.tx.marks = append(s.tx.marks, at)
	}
	s.tx.dirty = false
	s.tx.turn++
	return s.settle(ctx)
}

// settle ends the transaction, or sees to it that its time is kept. Nothing was written since the last mark.
func (s *Sink) settle(ctx context.Context) error {
	if s.tx.rows == 0 && len(s.tx.marks) == 0 {
		return nil
	}
	left := s.tx.pace.Left(s.tx.rows)
	if left <= 0 {
		return s.flush(ctx, false)
	}
	s.tx.timer.Start(left, s.flushLate)
	return nil
}

// unwrite takes back the rows since the last mark.
func (s *Sink) unwrite() error {
	if !s.tx.dirty {
		return nil
	}
	for _, t := range s.order {
		if t.dirty < s.tx.turn {
			continue
		}
		changed, err := s.conn.ExecContext(context.Background(), "DELETE FROM "+t.staging+" WHERE turn >= $1", s.tx.turn)
		if err != nil {
			return s.breakOff(err)
		}
		n, err := changed.RowsAffected()
		if err != nil {
			return s.breakOff(err)
		}
		t.rows -= n
		s.tx.rows -= n
	}
	s.tx.dirty = false
	return nil
}

// flush ends the transaction with the marks in it, and, with the run's end, makes what was reached final.
// Nothing was written since the last mark.
func (s *Sink) flush(ctx context.Context, ended bool) error {
	s.tx.timer.Stop()
	ended = ended && len(s.kept) > 0
	if s.tx.rows == 0 && len(s.tx.marks) == 0 && !ended {
		return nil
	}
	// Whoever stops the run must not stop the statement that the run's marks depend on.
	ctx = context.WithoutCancel(ctx)
	var inputs []string
	if ended {
		inputs = s.kept
	}
	since := s.now()
	err := s.transact(ctx, func() error {
		for _, t := range s.order {
			if err := s.merge(ctx, t); err != nil {
				return err
			}
		}
		return s.states(s.file).Settle(ctx, session{s.conn}, s.tx.marks, inputs)
	})
	if err != nil {
		return s.breakOff(err)
	}
	s.tx.pace.Ended(since)
	s.tx.rows = 0
	s.tx.marks = s.tx.marks[:0]
	for _, t := range s.order {
		if t.rows == 0 {
			continue
		}
		if err := s.exec(ctx, t.stageStatement()); err != nil {
			return s.breakOff(err)
		}
		t.rows = 0
	}
	return nil
}

// breakOff ends everything after an error that may have cost marks which were taken before: the database
// stays at the last transaction that ended well.
func (s *Sink) breakOff(err error) error {
	s.tx.timer.Stop()
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

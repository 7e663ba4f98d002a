package postgres

import (
	"context"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// A transaction is what the next transaction of the database will hold: the rows that the tables hold, and
// marks.
type transaction struct {
	dirty bool // rows were written since the last mark
	rows  int64
	marks []plugin.Position
	pace  sqltable.Pace
	timer sqltable.Timer
	since time.Time // when the last attempt at it began
	// unsure says that COMMIT was sent and the answer is not known.
	unsure bool
}

// mark ends what was written with a mark.
func (s *Sink) mark(ctx context.Context, at plugin.Position) error {
	if s.run.has(at.Source) {
		s.tx.marks = append(s.tx.marks, at)
	}
	s.tx.dirty = false
	for _, t := range s.list {
		t.held.mark()
	}
	if s.empty() {
		return nil
	}
	if s.tx.pace.Left(s.tx.rows) > 0 {
		s.settleLater()
		return nil
	}
	return s.flush(ctx, false, true)
}

// empty says whether there is nothing for a transaction.
func (s *Sink) empty() bool { return s.tx.rows == 0 && len(s.tx.marks) == 0 }

// settleLater sees to it that marks wait no longer than they may.
func (s *Sink) settleLater() {
	if !s.empty() {
		s.tx.timer.Start(s.tx.pace.Left(s.tx.rows), s.flushLate)
	}
}

// unwrite takes back the rows since the last mark.
func (s *Sink) unwrite() {
	s.tx.dirty, s.tx.rows = false, 0
	for _, t := range s.list {
		t.held.truncate()
		s.tx.rows += t.held.rows
	}
}

// flush runs the transaction and, with the run's end, makes what was reached final. Nothing was written since
// the last mark. Where ctx ends first, what is held stays for another flush; any other error breaks the sink.
// Without wait it returns nil where the server has gone away, and leaves everything to a later one.
func (s *Sink) flush(ctx context.Context, ended, wait bool) error {
	s.tx.timer.Stop()
	if s.empty() && !ended {
		return nil
	}
	err := s.persist(ctx, ended, wait)
	switch {
	case err == errLater: //nolint:errorlint // it is never wrapped
		return nil
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.broken = s.server.explain(err)
		return s.tellBroken()
	}
	s.tx.pace.Ended(s.tx.since)
	s.tx.rows, s.tx.marks, s.tx.unsure = 0, s.tx.marks[:0], false
	s.run.number++
	for _, t := range s.list {
		t.held.clear()
	}
	return nil
}

// makeSure finds out what has become of a transaction whose end is not known, before anything is added to what
// it held.
func (s *Sink) makeSure(ctx context.Context) error {
	if !s.tx.unsure {
		return nil
	}
	return s.flush(ctx, false, true)
}

// step tells a test where a transaction is.
func (s *Sink) step(point string) {
	if s.hook != nil {
		s.hook(point)
	}
}

// transact is one attempt at the transaction, on a connection that stands.
func (s *Sink) transact(ctx context.Context, ended bool) error {
	s.tx.since = s.clock.Now()
	s.step("begin")
	p := &pipeline{session: s.conn}
	_ = p.Exec(ctx, beginStatement)
	s.run.fence(ctx, p, s.states())
	if err := p.run(ctx); err != nil {
		return err
	}
	for _, tag := range p.tags[1:] {
		if tag.RowsAffected() != 1 {
			return s.takenOver()
		}
	}
	for _, t := range s.list {
		if t.held.rows == 0 {
			continue
		}
		s.step("copy")
		from := t.held.reader()
		_, err := s.conn.conn.CopyFrom(ctx, from, t.copyStatement())
		from.take()
		if err != nil {
			return err
		}
		_ = p.Exec(ctx, t.mergeStatement(t.held.twice))
	}
	s.step("merge")
	var inputs []string
	if ended {
		inputs = s.run.inputs
	}
	if err := s.states().Settle(ctx, p, s.tx.marks, inputs); err != nil {
		return err
	}
	if err := p.run(ctx); err != nil {
		return err
	}
	s.step("commit")
	s.tx.unsure = true
	err := s.conn.commit(ctx)
	if err != nil && !s.conn.conn.IsClosed() {
		s.tx.unsure = false // the server has said no
	}
	s.step("committed")
	return err
}

// timerLimit bounds what a timer does, during which the run waits for its turn.
const timerLimit = 10 * time.Second

// flushLate ends a transaction for which no mark came in time.
func (s *Sink) flushLate() {
	if s.lock(context.Background()) != nil {
		return
	}
	defer s.unlock()
	// What was written since the last mark waits for the next one, which is at hand, and ends the transaction
	// for both.
	if s.phase != open || s.broken != nil || s.tx.dirty {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), timerLimit)
	defer cancel()
	if s.flush(ctx, false, false) != nil {
		s.told = false // nobody heard of it yet
	}
}

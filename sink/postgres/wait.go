package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/igsource/igsource/plugin"
)

const (
	// The waits between two attempts double from the first to the longest.
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
	// stopGrace is what a transaction under way gets to end when the run is stopped.
	stopGrace = 5 * time.Second
)

// errLater says that the server has gone away and that somebody else is to wait for it.
var errLater = errors.New("the server has gone away")

// persist runs the transaction until it is known to have been committed, once: it repeats it where it surely
// was not, and waits for a server that has gone away.
func (s *Sink) persist(ctx context.Context, ended, wait bool) error {
	var first time.Time
	pause := firstPause
	for {
		again, err := s.try(ctx, ended)
		switch {
		case err == nil || !again:
			return err
		case !wait:
			return errLater
		}
		now := s.clock.Now()
		if first.IsZero() {
			first = now
		}
		left := s.opts.Wait - now.Sub(first)
		if left <= 0 {
			return s.gaveUp(err)
		}
		if err := s.clock.Sleep(ctx, min(pause, left)); err != nil {
			return err
		}
		pause = min(2*pause, longestPause)
	}
}

// gaveUp is the error of a server that did not come back, err being the last one.
func (s *Sink) gaveUp(err error) error {
	if passes(err) {
		return err
	}
	return plugin.Userf("%s has gone away during the run and did not come back within %s: all that was committed is whole, run again to go on from there (%w)",
		s.server.where, max(0, s.opts.Wait), s.server.explain(err))
}

// try is one attempt at the transaction. Again says that another may succeed, and that this one has
// certainly not.
func (s *Sink) try(ctx context.Context, ended bool) (again bool, err error) {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	if s.conn == nil {
		committed, again, err := s.reconnect(ctx)
		if err != nil || committed {
			return again, err
		}
	}
	if err = s.transact(ctx, ended); err == nil {
		return false, nil
	}
	s.conn.rollback(ctx)
	if !s.conn.conn.IsClosed() {
		return passes(err), err
	}
	s.run.lost = s.conn.pid
	s.conn.close()
	s.conn = nil
	if s.tx.unsure && len(s.run.inputs) == 0 {
		return false, plugin.Userf("the connection to %s was lost while rows were being committed, and without a state nothing tells whether they were: run again",
			s.server.where)
	}
	return true, err
}

// patient is ctx with some time more: whoever stops the run does not stop a transaction that is about to end.
func (s *Sink) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		_ = s.clock.Sleep(work, stopGrace) // it ends when the work does
		cancel()
	})
	return work, func() { stop(); cancel() }
}

// reconnect makes a connection like the one that was lost, and finds out what has become of the transaction
// whose end is not known.
func (s *Sink) reconnect(ctx context.Context) (committed, again bool, err error) {
	c, err := s.server.connect(ctx)
	if err != nil {
		return false, !hopeless(err), err
	}
	committed, again, err = s.recover(ctx, c)
	if err != nil {
		again = again || c.conn.IsClosed() || passes(err)
		c.close()
		return false, again, err
	}
	s.conn = c
	return committed, false, nil
}

func (s *Sink) recover(ctx context.Context, c *session) (committed, again bool, err error) {
	if len(s.run.inputs) > 0 {
		// The locks are free when the process that had them for us is gone: its transaction has then ended, one
		// way or the other.
		if again, err = s.relock(ctx, c); err != nil {
			return false, again, err
		}
		if committed, err = s.wasCommitted(ctx, c); err != nil {
			return false, false, err
		}
	}
	return committed, false, s.prepare(ctx, c)
}

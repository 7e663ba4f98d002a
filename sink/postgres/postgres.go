package postgres

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

func init() {
	sink.Register("postgres", func(o sink.Options) (plugin.Sink, error) {
		return New(secret.New(o.Path), Options{Schema: o.Schema, Clock: o.Clock}), nil
	})
}

// DefaultWait is how long a server that has gone away is waited for.
const DefaultWait = 2 * time.Minute

// Options are those of a Sink. The zero value is a good one.
type Options struct {
	// Schema is the schema of the tables, which must exist. Empty is the first of the search path, as a rule
	// public.
	Schema string
	// Wait is how long a server that goes away during the run is waited for, from the first failure on; 0 is
	// DefaultWait, less than 0 not at all.
	Wait time.Duration
	// Clock tells how long marks and servers are waited for; nil is the system's.
	Clock clock.Clock
}

// A Sink is a plugin.StateStore that writes into a PostgreSQL database, for one run; the package's comment
// says what it promises. Make one with New.
type Sink struct {
	dsn   secret.Text
	opts  Options
	clock clock.Clock
	hook  func(point string) // of tests: called before each step of a transaction
	old   bool               // of tests: take the server for one before PostgreSQL 15

	turn   chan struct{} // a lock that can be waited for together with a context: the run's, or the timer's
	phase  phase
	server *server
	conn   *session // nil where the server has gone away
	schema string   // as the server has it
	list   []*table
	tables map[string]*table

	tx     transaction
	failed error // why what was written since the last mark is not whole
	broken error // why the database no longer takes what is written
	told   bool  // broken was returned once
	run    run
	known  sqltable.Known
	// claimed are the inputs that are locked; those of run, as soon as there is one.
	claimed claim
}

type phase int

const (
	fresh phase = iota
	open
	done
)

// New returns a sink that writes into the database that dsn is the address of: a URL,
// postgres://user:password@host:5432/database, or words, host=… dbname=…. It touches nothing before Begin.
func New(dsn secret.Text, opts Options) *Sink {
	opts.Wait = cmp.Or(opts.Wait, DefaultWait)
	s := &Sink{dsn: dsn, opts: opts, clock: opts.Clock, turn: make(chan struct{}, 1)}
	if s.clock == nil {
		s.clock = clock.System()
	}
	s.tx.pace.Clock, s.tx.timer.Clock = s.clock, s.clock
	return s
}

// lock waits for the sink's turn, which unlock ends.
func (s *Sink) lock(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Sink) unlock() { <-s.turn }

// Begin implements plugin.Sink: it connects, and makes or widens the tables, all in one transaction.
func (s *Sink) Begin(ctx context.Context, tables []schema.Table) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	if s.phase != fresh {
		return errors.New("this sink has had its run: open another")
	}
	s.phase = done
	if err := s.announce(tables); err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		s.close()
		return s.refuse(ctx, err)
	}
	s.phase = open
	return nil
}

func (s *Sink) begin(ctx context.Context) error {
	var err error
	if s.server, err = parse(s.dsn); err != nil {
		return err
	}
	if s.conn, err = s.server.connect(ctx); err != nil {
		return err
	}
	if err := s.examine(ctx); err != nil {
		return err
	}
	return s.conn.within(ctx, func() error {
		if err := s.setupLock(ctx); err != nil {
			return err
		}
		if err := s.checkStates(ctx); err != nil {
			return err
		}
		for _, t := range s.list {
			if err := s.ensure(ctx, t); err != nil {
				return err
			}
		}
		return s.prepare(ctx, s.conn)
	})
}

// announce checks the tables without looking at the database.
func (s *Sink) announce(tables []schema.Table) error {
	if err := checkNames(tables); err != nil {
		return err
	}
	s.tables = make(map[string]*table, len(tables))
	for i, t := range tables {
		own, err := newTable(t, i)
		if err != nil {
			return err
		}
		s.tables[t.Name] = own
		s.list = append(s.list, own)
	}
	return nil
}

// Write implements plugin.Sink. It keeps nothing of the record. The rows are held back until a transaction
// takes them.
func (s *Sink) Write(ctx context.Context, batch plugin.Batch) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	if err := s.ready(ctx); err != nil {
		return err
	}
	if batch.Record == nil {
		return nil
	}
	if err := s.makeSure(ctx); err != nil {
		return err
	}
	err := s.write(ctx, batch)
	if err != nil {
		s.failed = err
	}
	return err
}

func (s *Sink) write(ctx context.Context, batch plugin.Batch) error {
	t, ok := s.tables[batch.Table]
	if !ok {
		return errors.New("a batch of table " + batch.Table + ", which was not announced")
	}
	if err := t.fit.Check(batch.Record); err != nil {
		return err
	}
	if batch.Record.NumRows() == 0 {
		return nil
	}
	s.tx.dirty = true
	s.tx.rows += batch.Record.NumRows()
	if err := t.encode(ctx, batch.Record); err != nil {
		return err
	}
	return s.spill()
}

// spill sees to it that the rows of all tables together take no more memory than those of one may.
func (s *Sink) spill() error {
	var sum int
	for _, t := range s.list {
		sum += len(t.held.mem)
	}
	if sum <= heldInMemory {
		return nil
	}
	for _, t := range s.list {
		if err := t.held.spill(); err != nil {
			return err
		}
	}
	return nil
}

// Commit implements plugin.Sink. The rows and the position go into one transaction, which the next ones may
// share: it is durable a second later at the latest, and after Finish. After a failed Write it answers with
// that failure, until Abort.
func (s *Sink) Commit(ctx context.Context, at plugin.Position) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	if err := s.ready(ctx); err != nil {
		return err
	}
	if err := s.makeSure(ctx); err != nil {
		return err
	}
	return s.mark(ctx, at)
}

// Abort implements plugin.Sink: the rows since the last Commit are forgotten. It works after ctx has ended,
// too.
func (s *Sink) Abort(ctx context.Context) error {
	if err := s.lock(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer s.unlock()
	if s.phase != open {
		return errClosed
	}
	if s.broken != nil {
		return s.tellBroken()
	}
	s.unwrite()
	s.failed = nil
	s.settleLater()
	return nil
}

var errClosed = errors.New("this sink is not open: Begin comes first, and nothing after Finish")

func (s *Sink) ready(ctx context.Context) error {
	switch {
	case s.phase != open:
		return errClosed
	case s.broken != nil:
		return s.tellBroken()
	case s.failed != nil:
		return s.failed
	}
	return ctx.Err()
}

func (s *Sink) tellBroken() error {
	s.told = true
	return s.broken
}

// Finish implements plugin.Sink. Rows that were not committed are dropped, those that were stay, with and
// without ok.
func (s *Sink) Finish(ctx context.Context, ok bool) error {
	s.tx.timer.Stop()
	if err := s.lock(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if s.phase != open {
		s.unlock()
		if ok {
			return errClosed
		}
		return nil
	}
	s.phase = done
	err := s.finish(ctx, ok)
	s.close()
	s.unlock()
	s.tx.timer.Wait()
	return err
}

func (s *Sink) finish(ctx context.Context, ok bool) error {
	if s.broken == nil {
		s.unwrite()
		if err := s.makeSure(ctx); err != nil {
			return err
		}
		return s.flush(ctx, ok && len(s.run.inputs) > 0, true)
	}
	if !ok && s.told {
		return nil // it is why the run has failed
	}
	return s.broken
}

// close lets go of everything. The server forgets its temporary tables and locks with the connection.
func (s *Sink) close() {
	for _, t := range s.list {
		t.held.close()
	}
	s.conn.close()
	s.conn = nil
}

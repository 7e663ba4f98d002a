//go:build duckdb_arrow

package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/lockfile"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

func init() {
	sink.Register("duckdb", func(o sink.Options) (plugin.Sink, error) { return New(o.Path, Options{Clock: o.Clock}), nil })
}

// Options are those of a Sink. The zero value is a good one.
type Options struct {
	// Clock tells how long a mark may wait for others, and a run for a file that another program has open;
	// nil is the system's.
	Clock clock.Clock
}

// A Sink is a plugin.StateStore that writes into a DuckDB database, for one run; the package's comment says
// what it promises. Make one with New.
type Sink struct {
	path  string
	clock clock.Clock
	setup []string // statements of tests, run on the connection of Begin

	mu     sync.Mutex // between the run and the timer
	phase  phase
	file   *file
	conn   *sql.Conn
	view   string // the name of the view of a batch
	tables map[string]*table
	order  []*table // as Begin was given them

	tx     transaction
	failed error    // why what was written since the last mark is not whole
	broken error    // why the database no longer takes what is written
	told   bool     // broken was returned once
	kept   []string // the inputs whose state is kept; nil without Keep
	asked  []string // the inputs that State was asked of
	known  sqltable.Known
	locks  map[string]*lockfile.File // of the inputs that are claimed
}

type phase int

const (
	fresh phase = iota
	open
	done
)

// New returns a sink that writes into the database file at path. It touches nothing before Begin.
func New(path string, opts Options) *Sink {
	if opts.Clock == nil {
		opts.Clock = clock.System()
	}
	s := &Sink{path: path, clock: opts.Clock}
	s.tx.pace.Clock, s.tx.timer.Clock = opts.Clock, opts.Clock
	return s
}

// Begin implements plugin.Sink: it opens or makes the database, and makes or widens its tables, all in one
// transaction.
func (s *Sink) Begin(ctx context.Context, tables []schema.Table) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != fresh {
		return errors.New("this sink has had its run: open another")
	}
	s.phase = done
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.announce(tables); err != nil {
		return err
	}
	found, err := checkTarget(s.path)
	if err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		err = s.refuse(err)
		s.restore(found)
		return cmp.Or(ctx.Err(), err)
	}
	s.phase = open
	return nil
}

func (s *Sink) begin(ctx context.Context) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	err := s.transact(ctx, func() error {
		keys, err := s.readKeys(ctx)
		if err != nil {
			return err
		}
		for _, t := range s.order {
			if err := s.ensure(ctx, t, keys); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range s.order {
		if err := s.exec(ctx, t.stageStatement()); err != nil {
			return err
		}
	}
	return nil
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
		s.tables[t.Name], s.order = own, append(s.order, own)
	}
	return nil
}

// Write implements plugin.Sink. It keeps nothing of the record. The rows are in a temporary table, which
// nobody else sees, until Commit.
func (s *Sink) Write(ctx context.Context, batch plugin.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return err
	}
	if batch.Record == nil {
		return nil
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
	rec, err := t.convert(batch.Record)
	if err != nil {
		return fmt.Errorf("table %s, %w", t.Name, err)
	}
	defer rec.Release()
	s.tx.dirty = true
	if err := s.stage(ctx, t, rec); err != nil {
		return cmp.Or(ctx.Err(), s.explain(fmt.Errorf("table %s: %w", t.Name, err)))
	}
	s.tx.rows += rec.NumRows()
	return nil
}

// Commit implements plugin.Sink. The rows and the position are in one transaction, which the next ones may
// share: it is durable a second later at the latest, and after Finish. After a failed Write it answers with
// that failure, until Abort.
func (s *Sink) Commit(ctx context.Context, at plugin.Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return err
	}
	return s.mark(ctx, at)
}

// Abort implements plugin.Sink: the rows since the last Commit are forgotten. It works after ctx has ended,
// too.
func (s *Sink) Abort(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != open {
		return errClosed
	}
	if s.broken != nil {
		return s.tellBroken()
	}
	if err := s.unwrite(); err != nil {
		return err
	}
	s.failed = nil
	return s.settle(context.Background())
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
	s.mu.Lock()
	if s.phase != open {
		s.mu.Unlock()
		if ok {
			return errClosed
		}
		return nil
	}
	s.phase = done
	err := s.finish(ctx, ok)
	err = errors.Join(err, s.close())
	s.mu.Unlock()
	s.tx.timer.Wait()
	return err
}

func (s *Sink) finish(ctx context.Context, ok bool) error {
	s.tx.timer.Stop()
	if s.broken == nil {
		if err := s.unwrite(); err != nil {
			return err
		}
		return s.flush(ctx, ok)
	}
	if !ok && s.told {
		return nil // it is why the run has failed
	}
	return s.broken
}

// close lets go of everything.
func (s *Sink) close() error {
	var errs []error
	s.tables, s.order = nil, nil
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.file != nil {
		errs = append(errs, s.file.release())
	}
	s.conn, s.file = nil, nil
	for _, l := range s.locks {
		errs = append(errs, l.Unlock())
	}
	s.locks = nil
	return errors.Join(errs...)
}

// now is the clock's.
func (s *Sink) now() time.Time { return s.clock.Now() }

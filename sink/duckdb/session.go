//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/igsource/igsource/sink/internal/lockfile"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// How long a run waits for another process to close the file, and how often it looks.
const (
	patience = 10 * time.Second
	glance   = 50 * time.Millisecond
)

// patient does what needs the file, again and again while another process has it open. It does not wait for a
// run of one of its own inputs.
func (s *Sink) patient(ctx context.Context, do func() error) error {
	for waited := time.Duration(0); ; waited += glance {
		err := do()
		if !isOpenElsewhere(err) || waited >= patience {
			return err
		}
		if busy := s.busy(); busy != nil {
			return busy
		}
		if s.clock.Sleep(ctx, glance) != nil {
			return ctx.Err()
		}
	}
}

// busy says which run of an input of this one holds the lock on it, if one does.
func (s *Sink) busy() error {
	path, err := canonical(s.path)
	if err != nil {
		return nil //nolint:nilerr // it only says more about another error
	}
	for _, name := range s.asked {
		if _, err := os.Stat(lockfile.Path(path, name)); err != nil {
			continue
		}
		l, err := lockfile.Lock(path, name, s.now())
		if err != nil {
			return err
		}
		_ = l.Unlock()
	}
	return nil
}

// views counts the views of this process: connections of one file share the schema that they are in.
var views atomic.Int64

// connect opens the connection of the run. The driver makes a view of each batch in the default schema of the
// connection: that is one in memory, so that nothing of it reaches the file.
func (s *Sink) connect(ctx context.Context) (err error) {
	err = s.patient(ctx, func() (err error) { s.file, err = openFile(ctx, s.path); return err })
	if err != nil {
		return err
	}
	if s.conn, err = s.file.connect(ctx); err != nil {
		return err
	}
	scratch := sqltable.Quote(s.file.name + " scratch")
	s.view = fmt.Sprint("batch_", views.Add(1))
	s.file.turn.Lock()
	defer s.file.turn.Unlock()
	for _, query := range append([]string{"ATTACH IF NOT EXISTS ':memory:' AS " + scratch, "USE " + scratch}, s.setup...) {
		if err := s.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// connect opens a connection of the file.
func (f *file) connect(ctx context.Context) (*sql.Conn, error) {
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := exec(ctx, conn, "SET TimeZone = 'UTC'"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// table returns the name of a table of the file as statements need it.
func (f *file) table(name string) string {
	return sqltable.Quote(f.name) + ".main." + sqltable.Quote(name)
}

// transact does do in a transaction of its own.
func (s *Sink) transact(ctx context.Context, do func() error) error {
	s.file.turn.Lock()
	defer s.file.turn.Unlock()
	return transact(ctx, s.conn, do)
}

// transact is the method for who has the turn.
func transact(ctx context.Context, conn *sql.Conn, do func() error) error {
	if err := exec(ctx, conn, "BEGIN"); err != nil {
		return err
	}
	err := do()
	if err == nil {
		err = exec(ctx, conn, "COMMIT")
	}
	if err != nil {
		_ = exec(context.Background(), conn, "ROLLBACK") // fails where DuckDB has rolled back itself
	}
	return err
}

func (s *Sink) exec(ctx context.Context, query string, args ...any) error {
	return exec(ctx, s.conn, query, args...)
}

func exec(ctx context.Context, conn *sql.Conn, query string, args ...any) error {
	_, err := conn.ExecContext(ctx, query, args...)
	return err
}

func (s *Sink) texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	return texts(ctx, s.conn, query, args...)
}

func texts(ctx context.Context, conn *sql.Conn, query string, args ...any) (out [][]string, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		row := make([]string, len(names))
		into := make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

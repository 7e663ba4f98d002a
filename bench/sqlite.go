package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/sqlite"
)

// sqliteFigures measures writing into databases in the folder dir.
func sqliteFigures(ctx context.Context, dir string) (report figures.Report, err error) {
	var times loading.Times
	for range loading.Passes {
		t, err := sqliteContest(ctx, dir, loading.Many)
		if err != nil {
			return report, err
		}
		times.Add(t)
	}
	report = times.Report("SQLite")
	memory, err := loading.Memory("SQLite", func(rows int) (peak figures.Peak, err error) {
		err = inFolder(dir, func(dir string) error {
			peak, err = askToWrite(ctx, order{SQLite: filepath.Join(dir, "peak.db"), Rows: rows})
			return err
		})
		return peak, err
	})
	report.Add(memory)
	return report, err
}

// inFolder gives do a folder in dir, which is removed afterwards.
func inFolder(dir string, do func(dir string) error) error {
	folder, err := os.MkdirTemp(dir, "")
	if err != nil {
		return err
	}
	return errors.Join(do(folder), os.RemoveAll(folder))
}

// sqliteContest writes so many rows into two databases, the one of the statements in a child.
func sqliteContest(ctx context.Context, dir string, rows int) (times loading.Times, err error) {
	err = inFolder(dir, func(dir string) (err error) {
		statements, err := startStatements(ctx, order{SQLite: filepath.Join(dir, "statements.db")})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, statements.Close()) }()
		times, err = sqliteRace(ctx, filepath.Join(dir, "sink.db"), statements, rows, loading.TurnBatches)
		return err
	})
	return times, err
}

func sqliteRace(ctx context.Context, path string, statements loading.Side, rows, turn int) (times loading.Times, err error) {
	to := sqlite.New(path, sqlite.Options{})
	if err := loading.Start(ctx, to); err != nil {
		return times, errors.Join(err, to.Finish(ctx, false))
	}
	defer func() { err = errors.Join(err, to.Finish(ctx, err == nil)) }()
	// The connections of a process have one cache of pages together: this one is to add nothing to it.
	beside, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=cache_size(1)")
	if err != nil {
		return times, err
	}
	defer func() { err = errors.Join(err, beside.Close()) }()
	last, err := beside.PrepareContext(ctx, lastMark("main"))
	if err != nil {
		return times, err
	}
	defer func() { err = errors.Join(err, last.Close()) }()
	durable := func(ctx context.Context) (plugin.Mark, error) {
		var mark string
		if err := last.QueryRowContext(ctx).Scan(&mark); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
		return plugin.Mark(mark), nil
	}
	return loading.Contest{Sink: to, Durable: durable, Statements: statements}.Run(ctx, rows, turn)
}

// sqliteStatements executes the sink's statements on a database of the sink's. It speaks to the driver, as the sink
// does, without what database/sql costs.
type sqliteStatements struct {
	db   *sql.DB
	conn *sql.Conn
	row  driver.StmtExecContext
	args []driver.NamedValue

	batches [][][]driver.Value // their rows
}

func newSQLiteStatements(ctx context.Context, path string) (s *sqliteStatements, err error) {
	if err := loading.Fill(ctx, sqlite.New(path, sqlite.Options{}), 0, nil); err != nil {
		return nil, err
	}
	s = &sqliteStatements{args: make([]driver.NamedValue, len(loading.Table().Columns))}
	for i := range s.args {
		s.args[i].Ordinal = i + 1
	}
	if s.db, err = sql.Open("sqlite", "file:"+path); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *sqliteStatements) open(ctx context.Context) (err error) {
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return err
	}
	for name, value := range loading.SQLitePragmas() {
		if _, err := s.conn.ExecContext(ctx, "PRAGMA "+name+" = "+value); err != nil {
			return err
		}
	}
	return s.conn.Raw(func(c any) error {
		prepared, err := c.(driver.ConnPrepareContext).PrepareContext(ctx, loading.SQLiteInsert)
		if err == nil {
			s.row = prepared.(driver.StmtExecContext)
		}
		return err
	})
}

func (s *sqliteStatements) close() error {
	var errs []error
	if s.row != nil {
		errs = append(errs, s.row.(driver.Stmt).Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	return errors.Join(append(errs, s.db.Close())...)
}

// Ready implements loading.Statements.
func (s *sqliteStatements) Ready(batches []arrow.Record) error {
	s.batches = nil
	for _, b := range batches {
		rows := make([][]driver.Value, b.NumRows())
		for r := range rows {
			for _, c := range b.Columns() {
				v, err := sqliteValue(c, r)
				if err != nil {
					return err
				}
				rows[r] = append(rows[r], v)
			}
		}
		s.batches = append(s.batches, rows)
	}
	return nil
}

// sqliteValue is the value of c in a row as the sink writes it, for the types of loading.Table.
func sqliteValue(c arrow.Array, row int) (driver.Value, error) {
	if c.IsNull(row) {
		return nil, nil
	}
	switch c := c.(type) {
	case *array.String:
		return c.Value(row), nil
	case *array.Date32:
		return c.Value(row).ToTime().Format(time.DateOnly), nil
	case *array.Timestamp:
		return c.Value(row).ToTime(arrow.Microsecond).Format(time.RFC3339), nil
	case *array.Int64:
		return c.Value(row), nil
	case *array.Float64:
		return c.Value(row), nil
	}
	return nil, fmt.Errorf("no value for a %s", c.DataType())
}

// Run implements loading.Statements. The driver starts no goroutines for a context that cannot end.
func (s *sqliteStatements) Run(_ context.Context, batch int) error {
	return s.conn.Raw(func(any) error {
		for _, row := range s.batches[batch] {
			for i, v := range row {
				s.args[i].Value = v
			}
			if _, err := s.row.ExecContext(context.Background(), s.args); err != nil {
				return err
			}
		}
		return nil
	})
}

// Begin implements loading.Statements.
func (s *sqliteStatements) Begin(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// Commit implements loading.Statements.
func (s *sqliteStatements) Commit(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, "COMMIT")
	return err
}

//go:build duckdb_arrow

package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	driverOf "github.com/duckdb/duckdb-go/v2"

	"github.com/igsource/igsource/arrowbridge"
	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/sink/duckdb"
)

// A statements executes the sink's statements on a database of the sink's, with batches that are bridged already.
type statements struct {
	db      *sql.DB
	conn    *sql.Conn
	name    string // of the database
	batches []v18.RecordBatch
}

// view is the name of the view that shows a batch to DuckDB.
const view = "batch"

func newStatements(ctx context.Context, path string) (s *statements, err error) {
	if err := loading.Fill(ctx, duckdb.New(path, duckdb.Options{}), 0, nil); err != nil {
		return nil, err
	}
	settings := url.Values{}
	for name, value := range loading.DuckDBSettings() {
		settings.Set(name, value)
	}
	connector, err := driverOf.NewConnector(path+"?"+settings.Encode(), nil)
	if err != nil {
		return nil, err
	}
	s = &statements{db: sql.OpenDB(connector), name: strings.TrimSuffix(filepath.Base(path), ".duckdb")}
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	// The driver makes a view in the default schema of the connection, which the sink has in memory.
	if err := s.exec(ctx, "SET TimeZone = 'UTC'", "ATTACH ':memory:' AS scratch", "USE scratch", loading.DuckDBStage); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *statements) exec(ctx context.Context, list ...string) error {
	for _, text := range list {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) close() error {
	s.release()
	var errs []error
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	return errors.Join(append(errs, s.db.Close())...)
}

func (s *statements) release() {
	for _, b := range s.batches {
		b.Release()
	}
	s.batches = nil
}

// Ready implements loading.Statements: columns are called c0, c1 and so on where rows are held back.
func (s *statements) Ready(batches []arrow.Record) error {
	s.release()
	for _, b := range batches {
		fields := b.Schema().Fields()
		for i := range fields {
			fields[i] = arrow.Field{Name: fmt.Sprint("c", i), Type: fields[i].Type, Nullable: true}
		}
		renamed := array.NewRecord(arrow.NewSchema(fields, nil), b.Columns(), b.NumRows())
		made, err := arrowbridge.Record(renamed)
		renamed.Release()
		if err != nil {
			return err
		}
		s.batches = append(s.batches, made)
	}
	return nil
}

// Begin implements loading.Statements: rows are held back outside of the transaction, as the sink does.
func (s *statements) Begin(context.Context) error { return nil }

// Run implements loading.Statements.
func (s *statements) Run(ctx context.Context, batch int) error {
	b := s.batches[batch]
	reader, err := array18.NewRecordReader(b.Schema(), []v18.RecordBatch{b})
	if err != nil {
		return err
	}
	defer reader.Release()
	return s.conn.Raw(func(c any) error {
		conn := c.(*driverOf.Conn)
		a, err := driverOf.NewArrowFromConn(conn)
		if err != nil {
			return err
		}
		release, err := a.RegisterView(reader, view)
		if err != nil {
			return err
		}
		defer release()
		_, err = conn.ExecContext(ctx, loading.DuckDBCopy(view), []driver.NamedValue{{Ordinal: 1, Value: int64(0)}})
		return err
	})
}

// Commit implements loading.Statements. The table has none of the rows, which is why none is replaced.
func (s *statements) Commit(ctx context.Context) error {
	if err := s.exec(ctx, "BEGIN", loading.DuckDBMatch(s.name)); err != nil {
		return err
	}
	var there, all int64
	if err := s.conn.QueryRowContext(ctx, loading.DuckDBCount).Scan(&there, &all); err != nil {
		return err
	}
	if there != 0 || all == 0 {
		return fmt.Errorf("of %d rows the table has %d", all, there)
	}
	return s.exec(ctx, loading.DuckDBInsert(s.name), "COMMIT", loading.DuckDBStage)
}

//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	v18 "github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"github.com/igsource/igsource/arrowbridge"
)

// stage holds back the rows of rec, which convert made: DuckDB copies them from the memory that they stand in.
// The view that shows them to it points there: it takes the turn, so that nobody looks into the catalogs, which
// might look through the view.
func (s *Sink) stage(ctx context.Context, t *table, rec arrow.Record) error {
	batch, err := arrowbridge.RecordAs(rec, t.bridge)
	if err != nil {
		return err
	}
	defer batch.Release()
	reader, err := array.NewRecordReader(t.bridge, []v18.RecordBatch{batch})
	if err != nil {
		return err
	}
	defer reader.Release()
	s.file.turn.Lock()
	defer s.file.turn.Unlock()
	err = s.conn.Raw(func(c any) error {
		conn, ok := c.(*duckdb.Conn)
		if !ok {
			return errors.New("the connection is not one of DuckDB's driver")
		}
		a, err := duckdb.NewArrowFromConn(conn)
		if err != nil {
			return err
		}
		release, err := a.RegisterView(reader, s.view)
		if err != nil {
			return err
		}
		defer release()
		_, err = conn.ExecContext(ctx, t.copyStatement(s.view), []driver.NamedValue{{Ordinal: 1, Value: s.tx.turn}})
		_, dropped := conn.ExecContext(context.Background(), "DROP VIEW "+s.view, nil)
		return errors.Join(err, dropped)
	})
	if err != nil {
		return err
	}
	t.rows += rec.NumRows()
	t.dirty = s.tx.turn
	return nil
}

// copyStatement holds back the rows of a view.
func (t *table) copyStatement(view string) string {
	return fmt.Sprintf("INSERT INTO %s SELECT $1, %s FROM %s", t.staging, t.stagingNames(""), view)
}

// merge brings the rows that are held back into the table, in the transaction that is open.
func (s *Sink) merge(ctx context.Context, t *table) error {
	if t.rows == 0 {
		return nil
	}
	if len(t.Key) == 0 {
		return s.exec(ctx, t.addStatement())
	}
	if err := s.exec(ctx, t.matchStatement()); err != nil {
		return err
	}
	var there, all int64
	if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FILTER (there), count(*) FROM "+t.matching).Scan(&there, &all); err != nil {
		return err
	}
	if replace := t.replaceStatement(); there > 0 && replace != "" {
		if err := s.exec(ctx, replace); err != nil {
			return err
		}
	}
	if there == all {
		return nil
	}
	return s.exec(ctx, t.insertStatement())
}

//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	v18 "github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"github.com/igsource/igsource/arrowbridge"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

const benchRows = 1_000_000

// viaSink writes recs through the sink, a mark each.
func viaSink(t testing.TB, path string, table schema.Table, recs []arrow.Record) time.Duration {
	began := time.Now()
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "bench", Start: time.Unix(0, 0)}}))
	for i, rec := range recs {
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: table.Name, Record: rec}))
		require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "bench", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
	}
	require.NoError(t, s.Finish(t.Context(), true))
	return time.Since(began)
}

// viaStatements executes the sink's statements on a database of the sink's, with batches that are ready in
// memory, a transaction each: no check, no bridge, no mark.
func viaStatements(t testing.TB, path string, table schema.Table, schema18 *v18.Schema, batches []v18.RecordBatch) time.Duration {
	began := time.Now()
	s := New(path, Options{})
	ctx := context.Background() // the driver's goroutines for it end at once
	require.NoError(t, s.Begin(ctx, []schema.Table{table}))
	own := s.tables[table.Name]
	for _, batch := range batches {
		reader, err := array.NewRecordReader(schema18, []v18.RecordBatch{batch})
		require.NoError(t, err)
		require.NoError(t, s.conn.Raw(func(c any) error {
			conn := c.(*duckdb.Conn)
			a, err := duckdb.NewArrowFromConn(conn)
			require.NoError(t, err)
			release, err := a.RegisterView(reader, s.view)
			require.NoError(t, err)
			defer release()
			_, err = conn.ExecContext(ctx, own.copyStatement(s.view), []driver.NamedValue{{Ordinal: 1, Value: int64(0)}})
			return err
		}))
		reader.Release()
		own.rows = batch.NumRows()
		require.NoError(t, s.transact(ctx, func() error { return s.merge(ctx, own) }))
		require.NoError(t, s.exec(ctx, own.stageStatement()))
	}
	require.NoError(t, s.Finish(ctx, true))
	return time.Since(began)
}

// BenchmarkSink measures a million rows through the sink against the same statements fed from memory, in
// turns on the same machine. The ratio is the figure to look at: at least 0.7.
func BenchmarkSink(b *testing.B) {
	table := insightsTable
	own, err := newTable(table, 0)
	require.NoError(b, err)
	var recs []arrow.Record
	var batches []v18.RecordBatch
	for i := 0; i < benchRows; i += sqltable.MostRows {
		r := insights(i, sqltable.MostRows)
		recs = append(recs, r)
		made, err := own.convert(r)
		require.NoError(b, err)
		batch, err := arrowbridge.RecordAs(made, own.bridge)
		require.NoError(b, err)
		made.Release()
		batches = append(batches, batch)
	}
	defer func() {
		for i := range recs {
			recs[i].Release()
			batches[i].Release()
		}
	}()
	var ours, bare []float64
	for i := 0; b.Loop(); i++ {
		dir := b.TempDir()
		first, second := filepath.Join(dir, "a.duckdb"), filepath.Join(dir, "b.duckdb")
		var a, c time.Duration
		if i%2 == 0 {
			a, c = viaSink(b, first, table, recs), viaStatements(b, second, table, own.bridge, batches)
		} else {
			c, a = viaStatements(b, second, table, own.bridge, batches), viaSink(b, first, table, recs)
		}
		const gist = `SELECT count(*), count(DISTINCT (account_id, period, date)), bit_xor(hash(account_insights)) FROM account_insights`
		got := query(b, first, gist)
		require.Equal(b, got, query(b, second, gist))
		require.Equal(b, []string{fmt.Sprint(benchRows), fmt.Sprint(benchRows)}, got[0][:2])
		ours, bare = append(ours, benchRows/a.Seconds()), append(bare, benchRows/c.Seconds())
	}
	slices.Sort(ours)
	slices.Sort(bare)
	o, s := ours[len(ours)/2], bare[len(bare)/2]
	b.ReportMetric(o, "rows/s")
	b.ReportMetric(s, "rows/s-statements")
	b.ReportMetric(o/s, "ratio")
	if o/s < 0.7 {
		b.Errorf("the sink writes %.0f rows a second, the same statements fed from memory %.0f", o, s)
	}
}

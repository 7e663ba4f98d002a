package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

const (
	benchBatches = 5
	benchBatch   = sqltable.MostRows // a transaction each
)

// insights is a table as account insights have it, and records of it with the same values as rows of
// arguments.
func insights() (schema.Table, []arrow.Record, [][]any) {
	t := schema.Table{Name: "account_insights", Key: []string{"account_id", "period", "date"}, Columns: []schema.Column{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
		{Name: "period", Type: arrow.BinaryTypes.String},
		{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "views", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer b.Release()
	var recs []arrow.Record
	var rows [][]any
	for range benchBatches {
		for range benchBatch {
			i := len(rows)
			id, day := strconv.FormatInt(17841405793187218+int64(i/365), 10), time.Unix(0, 0).UTC().AddDate(0, 0, 20000+i%365)
			end, reach, rate := day.AddDate(0, 0, 1), int64(i*7%10_007), float64(i)/8
			b.Field(0).(*array.StringBuilder).Append(id)
			b.Field(1).(*array.Date32Builder).Append(arrow.Date32FromTime(day))
			b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(end.UnixMicro()))
			b.Field(3).(*array.StringBuilder).Append("day")
			b.Field(4).(*array.Int64Builder).Append(reach)
			b.Field(5).AppendNull()
			b.Field(6).(*array.Float64Builder).Append(rate)
			rows = append(rows, []any{id, day.Format(time.DateOnly), end.Format(time.RFC3339), "day", reach, nil, rate})
		}
		recs = append(recs, b.NewRecord())
	}
	return t, recs, rows
}

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

// viaStatements executes the sink's statements on a database of the sink's, with values that are ready in
// memory, a transaction for each batch.
func viaStatements(t testing.TB, path string, table schema.Table, rows [][]any) time.Duration {
	began := time.Now()
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	own := s.tables[table.Name]
	ctx := context.Background() // the driver starts no goroutines for it
	row, err := s.conn.PrepareContext(ctx, own.insertStatement())
	require.NoError(t, err)
	for batch := range slices.Chunk(rows, benchBatch) {
		require.NoError(t, s.exec(ctx, "BEGIN IMMEDIATE"))
		for _, args := range batch {
			_, err := row.ExecContext(ctx, args...)
			require.NoError(t, err)
		}
		require.NoError(t, s.exec(ctx, "COMMIT"))
	}
	require.NoError(t, row.Close())
	require.NoError(t, s.Finish(ctx, true))
	return time.Since(began)
}

// BenchmarkSink measures rows a second through the sink against the same statements fed from memory, in
// turns on the same machine. The ratio is the figure to look at: at least 0.7.
func BenchmarkSink(b *testing.B) {
	table, recs, rows := insights()
	defer func() {
		for _, r := range recs {
			r.Release()
		}
	}()
	var ours, bare []float64
	for i := 0; b.Loop(); i++ {
		dir := b.TempDir()
		first, second := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
		var a, c time.Duration
		if i%2 == 0 {
			a, c = viaSink(b, first, table, recs), viaStatements(b, second, table, rows)
		} else {
			c, a = viaStatements(b, second, table, rows), viaSink(b, first, table, recs)
		}
		require.Equal(b, query(b, first, `SELECT * FROM account_insights`), query(b, second, `SELECT * FROM account_insights`))
		ours, bare = append(ours, float64(len(rows))/a.Seconds()), append(bare, float64(len(rows))/c.Seconds())
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

package postgres

import (
	"bytes"
	"fmt"
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

// insights is a table as account insights have it, and records of it.
func insights() (schema.Table, []arrow.Record) {
	t := schema.Table{Name: "account_insights", Key: []string{"account_id", "period", "date"}, Columns: []schema.Column{
		{Name: "account_id", Type: text},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
		{Name: "period", Type: text},
		{Name: "reach", Type: number, Nullable: true},
		{Name: "views", Type: number, Nullable: true},
		{Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer b.Release()
	var recs []arrow.Record
	for batch := range benchBatches {
		for row := range benchBatch {
			i := batch*benchBatch + row
			b.Field(0).(*array.StringBuilder).Append(strconv.FormatInt(17841405793187218+int64(i/365), 10))
			b.Field(1).(*array.Date32Builder).Append(arrow.Date32(20000 + i%365))
			b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp((20001 + int64(i%365)) * 86_400_000_000))
			b.Field(3).(*array.StringBuilder).Append("day")
			b.Field(4).(*array.Int64Builder).Append(int64(i * 7 % 10_007))
			b.Field(5).AppendNull()
			b.Field(6).(*array.Float64Builder).Append(float64(i) / 8)
		}
		recs = append(recs, b.NewRecord())
	}
	return t, recs
}

// viaSink writes recs through the sink, a mark each.
func viaSink(t testing.TB, in string, table schema.Table, recs []arrow.Record) time.Duration {
	began := time.Now()
	s := New(dsn(t), Options{Schema: in})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "bench", Start: time.Unix(0, 0)}}))
	for i, rec := range recs {
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: table.Name, Record: rec}))
		require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "bench", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
	}
	require.NoError(t, s.Finish(t.Context(), true))
	return time.Since(began)
}

// encoded returns what binary COPY takes for each of recs.
func encoded(t testing.TB, table schema.Table, recs []arrow.Record) [][]byte {
	t.Helper()
	own, err := newTable(table, 0)
	require.NoError(t, err)
	var out [][]byte
	for _, rec := range recs {
		require.NoError(t, own.encode(t.Context(), rec))
		out = append(out, []byte(copyHeader+string(own.held.mem)+copyTrailer))
		own.held.clear()
	}
	return out
}

// viaStatements executes the sink's COPY and merge on a table of the sink's, with bytes that are ready in
// memory, a transaction for each batch.
func viaStatements(t testing.TB, in string, table schema.Table, batches [][]byte) time.Duration {
	began := time.Now()
	s := New(dsn(t), Options{Schema: in})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	own := s.list[0]
	for _, b := range batches {
		require.NoError(t, s.conn.simple(t.Context(), beginStatement))
		_, err := s.conn.conn.CopyFrom(t.Context(), bytes.NewReader(b), own.copyStatement())
		require.NoError(t, err)
		require.NoError(t, s.conn.simple(t.Context(), own.mergeStatement(false)))
		require.NoError(t, s.conn.commit(t.Context()))
	}
	require.NoError(t, s.Finish(t.Context(), true))
	return time.Since(began)
}

// BenchmarkSink compares the sink with its own statements fed from memory, in turns: the gate is 0.7.
func BenchmarkSink(b *testing.B) {
	table, recs := insights()
	batches := encoded(b, table, recs)
	const rows = benchBatches * benchBatch
	var ours, bare []float64
	for i := 0; b.Loop(); i++ {
		first, second := freshSchema(b), freshSchema(b)
		var a, c time.Duration
		if i%2 == 0 {
			a, c = viaSink(b, first, table, recs), viaStatements(b, second, table, batches)
		} else {
			c, a = viaStatements(b, second, table, batches), viaSink(b, first, table, recs)
		}
		const sum = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY ctid)) FROM account_insights t"
		require.Equal(b, query(b, first, sum), query(b, second, sum))
		change(b, "public", "DROP SCHEMA "+first+" CASCADE", "DROP SCHEMA "+second+" CASCADE")
		ours, bare = append(ours, rows/a.Seconds()), append(bare, rows/c.Seconds())
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

// BenchmarkEncode is the sink's own part of the work.
func BenchmarkEncode(b *testing.B) {
	table, recs := insights()
	own, err := newTable(table, 0)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, own.encode(b.Context(), recs[0]))
		own.held.clear()
	}
	b.ReportMetric(benchBatch*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkMerge compares the two forms of the merge.
func BenchmarkMerge(b *testing.B) {
	table, recs := insights()
	batches := encoded(b, table, recs[:1])
	for _, twice := range []bool{false, true} {
		b.Run(fmt.Sprintf("twice=%t", twice), func(b *testing.B) {
			s := New(dsn(b), Options{Schema: freshSchema(b)})
			require.NoError(b, s.Begin(b.Context(), []schema.Table{table}))
			for b.Loop() {
				require.NoError(b, s.conn.simple(b.Context(), beginStatement))
				_, err := s.conn.conn.CopyFrom(b.Context(), bytes.NewReader(batches[0]), s.list[0].copyStatement())
				require.NoError(b, err)
				require.NoError(b, s.conn.simple(b.Context(), s.list[0].mergeStatement(twice)))
				s.conn.rollback(b.Context())
			}
			b.ReportMetric(benchBatch*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			require.NoError(b, s.Finish(b.Context(), true))
		})
	}
}

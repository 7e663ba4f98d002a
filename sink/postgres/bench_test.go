package postgres

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// What the bench command holds the sink against is what the sink executes.
func TestBenchmarkedStatements(t *testing.T) {
	in := freshSchema(t)
	s := New(dsn(t), Options{Schema: in})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{loading.Table()}))
	own := s.list[0]
	require.Equal(t, loading.PostgresStaging, own.stagingStatement())
	require.Equal(t, loading.PostgresCopy, own.copyStatement())
	require.Equal(t, loading.PostgresMerge(in), own.mergeStatement(false))
	require.Equal(t, loading.PostgresBegin, beginStatement)
	require.NoError(t, s.Finish(t.Context(), true))
}

// benchRows is how many rows the benchmarks have, a transaction's.
const benchRows = sqltable.MostRows

// BenchmarkEncode is the sink's own part of the work.
func BenchmarkEncode(b *testing.B) {
	rec := loading.Rows(0, benchRows)
	defer rec.Release()
	own, err := newTable(loading.Table(), 0)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, own.encode(b.Context(), rec))
		own.held.clear()
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkMerge compares the two forms of the merge.
func BenchmarkMerge(b *testing.B) {
	rec := loading.Rows(0, benchRows)
	defer rec.Release()
	own, err := newTable(loading.Table(), 0)
	require.NoError(b, err)
	require.NoError(b, own.encode(b.Context(), rec))
	rows := []byte(copyHeader + string(own.held.mem) + copyTrailer)
	for _, twice := range []bool{false, true} {
		b.Run(fmt.Sprintf("twice=%t", twice), func(b *testing.B) {
			s := New(dsn(b), Options{Schema: freshSchema(b)})
			require.NoError(b, s.Begin(b.Context(), []schema.Table{loading.Table()}))
			for b.Loop() {
				require.NoError(b, s.conn.simple(b.Context(), beginStatement))
				_, err := s.conn.conn.CopyFrom(b.Context(), bytes.NewReader(rows), s.list[0].copyStatement())
				require.NoError(b, err)
				require.NoError(b, s.conn.simple(b.Context(), s.list[0].mergeStatement(twice)))
				s.conn.rollback(b.Context())
			}
			b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			require.NoError(b, s.Finish(b.Context(), true))
		})
	}
}

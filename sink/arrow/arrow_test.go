package arrow

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sinktest"
)

func TestConformance(t *testing.T) {
	plugintest.TestSink(t,
		func(_ testing.TB, dir string) plugin.Sink {
			to, err := sink.Open(sink.Options{Format: "arrow", Path: dir})
			require.NoError(t, err)
			return to
		},
		func(t testing.TB, dir string, table schema.Table) [][]string {
			b, err := os.ReadFile(filepath.Join(dir, table.Name+".arrow"))
			require.NoError(t, err)
			rows := [][]string{}
			for _, rec := range read(t, b, table) {
				rows = append(rows, plugintest.Cells(rec)...)
				rec.Release()
			}
			return rows
		}, plugintest.KeepsState(), plugintest.Excludes())
}

// read returns the records of a stream whose schema must be table's, with its metadata.
func read(t require.TestingT, b []byte, table schema.Table) []arrow.Record {
	r, err := ipc.NewReader(bytes.NewReader(b))
	require.NoError(t, err)
	defer r.Release()
	require.True(t, r.Schema().Equal(table.Arrow()), r.Schema())
	back, err := schema.FromArrow("", r.Schema())
	require.NoError(t, err)
	require.True(t, back.Equal(table))
	var recs []arrow.Record
	for r.Next() {
		r.Record().Retain()
		recs = append(recs, r.Record())
	}
	require.NoError(t, r.Err())
	return recs
}

func encode(t require.TestingT, mem memory.Allocator, table schema.Table, recs ...arrow.Record) []byte {
	return sinktest.Encode(t, func(w io.Writer) (sink.Encoder, error) { return newEncoder(w, table, mem) }, recs...)
}

func TestEveryTypeComesBack(t *testing.T) {
	table := sinktest.Every()
	for _, dt := range []arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Float16, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Duration_us,
		arrow.FixedWidthTypes.MonthInterval, arrow.LargeListOf(arrow.PrimitiveTypes.Int8),
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	} {
		table.Columns = append(table.Columns, schema.Column{Name: dt.String(), Type: dt, Nullable: true})
	}
	rapid.Check(t, func(t *rapid.T) {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		rec := sinktest.Draw(t, mem, table, 0, rapid.IntRange(0, 8).Draw(t, "rows"))
		whole := encode(t, mem, table, rec)
		parts := sinktest.Cut(t, rec)
		require.Equal(t, whole, encode(t, mem, table, parts...), "other cuts, other bytes")

		got := read(t, whole, table)
		if rec.NumRows() == 0 {
			require.Empty(t, got)
		} else {
			require.Len(t, got, 1)
			require.True(t, array.RecordApproxEqual(rec, got[0], array.WithNaNsEqual(true)), "%v\n%v", rec, got[0])
			got[0].Release()
		}
		for _, p := range append(parts, rec) {
			p.Release()
		}
		require.Zero(t, mem.CurrentAlloc())
	})
}

func TestReleaseWithoutClose(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "d", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true},
	}}
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	b := array.NewRecordBuilder(mem, table.Arrow())
	defer b.Release()
	require.NoError(t, b.Field(0).AppendValueFromString("x"))
	rec := b.NewRecord()
	defer rec.Release()

	var w bytes.Buffer
	e, err := newEncoder(&w, table, mem)
	require.NoError(t, err)
	for range sink.ChunkRows + 1 {
		require.NoError(t, e.Write(rec))
	}
	written := w.Len()
	require.NotZero(t, written, "a full batch")
	e.Release()
	require.Equal(t, written, w.Len(), "Release writes nothing")
}

func TestBatchesAreCutByRows(t *testing.T) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	recs := make([]arrow.Record, 15)
	for i := range recs {
		recs[i] = rec
	}
	var rows []int64
	for _, r := range read(t, encode(t, memory.DefaultAllocator, table, recs...), table) {
		rows = append(rows, r.NumRows())
		r.Release()
	}
	require.Equal(t, []int64{32768, 32768, 32768, 32768, 18928}, rows)
}

func TestTypesThatCannotBeJoinedAreRefused(t *testing.T) {
	for want, dt := range map[string]arrow.DataType{
		"column v: batches of the type string_view cannot be joined": arrow.ListOf(arrow.BinaryTypes.StringView),
		"column v: batches of the type binary_view cannot be joined": &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.BinaryView},
	} {
		_, err := NewEncoder(io.Discard, schema.Table{Name: "t", Columns: []schema.Column{{Name: "v", Type: dt}}})
		require.EqualError(t, err, want)
	}
}

package parquet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	memory18 "github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sinktest"
)

func TestConformance(t *testing.T) {
	plugintest.TestSink(t,
		func(_ testing.TB, dir string) plugin.Sink {
			to, err := sink.Open(sink.Options{Format: "parquet", Path: dir})
			require.NoError(t, err)
			return to
		},
		func(t testing.TB, dir string, table schema.Table) [][]string {
			b, err := os.ReadFile(filepath.Join(dir, table.Name+".parquet"))
			require.NoError(t, err)
			rows := [][]string{}
			for _, rec := range back(t, read(t, b)) {
				rows = append(rows, plugintest.Cells(rec)...)
				rec.Release()
			}
			return rows
		}, plugintest.KeepsState(), plugintest.Excludes())
}

func read(t require.TestingT, b []byte) v18.Table {
	got, err := pqarrow.ReadTable(context.Background(), bytes.NewReader(b), nil, pqarrow.ArrowReadProperties{}, memory18.DefaultAllocator)
	require.NoError(t, err)
	return got
}

// back gives a table of arrow-go as our records, by way of a stream.
func back(t require.TestingT, from v18.Table) []arrow.Record {
	var b bytes.Buffer
	w := ipc18.NewWriter(&b, ipc18.WithSchema(from.Schema()))
	tr := array18.NewTableReader(from, -1)
	defer tr.Release()
	for tr.Next() {
		require.NoError(t, w.Write(tr.RecordBatch()))
	}
	require.NoError(t, w.Close())
	r, err := ipc.NewReader(&b)
	require.NoError(t, err)
	defer r.Release()
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

// A sample is random rows, whole and cut.
type sample struct {
	rec   arrow.Record
	parts []arrow.Record
}

func TestEveryTypeComesBack(t *testing.T) {
	table := sinktest.Every()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	samples := rapid.Custom(func(t *rapid.T) sample {
		rec := sinktest.Draw(t, mem, table, 0, rapid.IntRange(0, 40).Draw(t, "rows"))
		return sample{rec, sinktest.Cut(t, rec)}
	})
	for seed := range 12 { // Parquet is too slow under the race detector for rapid's hundred
		s := samples.Example(seed)
		whole := encode(t, mem, table, s.rec)
		require.Equal(t, whole, encode(t, mem, table, s.parts...), "other cuts, other bytes")

		got := read(t, whole)
		require.Equal(t, s.rec.NumRows(), got.NumRows())
		recs := back(t, got)
		for i, c := range table.Columns {
			f := got.Schema().Field(i)
			require.Equal(t, c.Name, f.Name)
			require.Equal(t, c.Nullable, f.Nullable, c.Name)
			if s.rec.NumRows() > 0 {
				require.Equal(t, values(t, s.rec.Column(i)), values(t, recs[0].Column(i)), "%s", c.Type)
				require.Equal(t, c.Type.ID(), recs[0].Column(i).DataType().ID())
			}
		}
		for _, p := range append(append(s.parts, s.rec), recs...) {
			p.Release()
		}
		got.Release()
	}
}

// values are the rows of a column as JSON: what lies beneath a null does not count.
func values(t require.TestingT, a arrow.Array) []string {
	value, err := cell.JSON(a)
	require.NoError(t, err)
	out := make([]string, a.Len())
	for i := range out {
		out[i] = string(value(nil, i))
	}
	return out
}

func TestSchemaComesBack(t *testing.T) {
	table := plugintest.Sample()
	table.Columns[0].Doc = "The key."
	f, err := file.NewParquetReader(bytes.NewReader(encode(t, memory.DefaultAllocator, table)))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	require.Zero(t, f.NumRows())
	require.Equal(t, "sample", *f.MetaData().KeyValueMetadata().FindValue("igsource.table"))
	columns, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory18.DefaultAllocator)
	require.NoError(t, err)
	got, err := columns.Schema()
	require.NoError(t, err)

	var b bytes.Buffer
	require.NoError(t, ipc18.NewWriter(&b, ipc18.WithSchema(got)).Close())
	r, err := ipc.NewReader(&b)
	require.NoError(t, err)
	defer r.Release()
	again, err := schema.FromArrow("", r.Schema())
	require.NoError(t, err)
	require.Equal(t, "The key.", again.Columns[0].Doc)
	// Parquet calls the elements of a list so, and Arrow's readers follow.
	last := len(table.Columns) - 1
	table.Columns[last].Type = arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String, Nullable: true})
	again.Columns[last].Type = arrow.ListOfField(arrow.Field{Name: "element", Type: again.Columns[last].Type.(*arrow.ListType).Elem(), Nullable: true})
	require.True(t, table.Equal(again), "%v\n%v", table, again)
}

func TestLayout(t *testing.T) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	recs := make([]arrow.Record, 15)
	for i := range recs {
		recs[i] = rec
	}
	b := encode(t, memory.DefaultAllocator, table, recs...)
	require.Equal(t, b, encode(t, memory.DefaultAllocator, table, recs...), "two runs")
	r, err := file.NewParquetReader(bytes.NewReader(b))
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()

	var rows []int64
	for i := range r.NumRowGroups() {
		rows = append(rows, r.MetaData().RowGroup(i).NumRows())
	}
	require.Equal(t, []int64{32768, 32768, 32768, 32768, 18928}, rows)
	for i := range table.Columns {
		c, err := r.MetaData().RowGroup(0).ColumnChunk(i)
		require.NoError(t, err)
		require.Equal(t, compress.Codecs.Zstd, c.Compression())
		set, err := c.StatsSet()
		require.NoError(t, err)
		require.True(t, set, table.Columns[i].Name)
	}
}

func TestTypesThatParquetLacksAreRefused(t *testing.T) {
	for _, dt := range []arrow.DataType{
		arrow.FixedWidthTypes.MonthInterval, arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String),
		arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String}}, []arrow.UnionTypeCode{0}),
	} {
		table := schema.Table{Name: "t", Columns: []schema.Column{{Name: "v", Type: dt}}}
		_, err := NewEncoder(io.Discard, table)
		require.ErrorContains(t, err, "column v has the type ")
		require.ErrorContains(t, err, ", which Parquet does not have: ")
		err = New(filepath.Join(t.TempDir(), "out")).Begin(t.Context(), []schema.Table{table})
		require.ErrorContains(t, err, "table t cannot be written as parquet: column v has the type ")
	}
}

// full takes so many bytes and no more.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, fmt.Errorf("no space left on device")
	}
	return len(p), nil
}

func TestWriteErrorsAreTold(t *testing.T) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	size := len(encode(t, memory.DefaultAllocator, table, rec))
	for left := 4; left < size; left += size/97 + 1 {
		e, err := NewEncoder(&full{left}, table)
		if err == nil {
			if err = e.Write(rec); err == nil {
				err = e.Close()
			}
			e.Release()
		}
		require.ErrorContains(t, err, "no space left on device", "after %d bytes", left)
	}
}

func BenchmarkEncode(b *testing.B) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	b.ReportAllocs()
	for b.Loop() {
		e, err := NewEncoder(io.Discard, table)
		if err == nil {
			err = e.Write(rec)
		}
		if err == nil {
			err = e.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
		e.Release()
	}
}

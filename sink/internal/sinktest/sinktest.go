// Package sinktest holds what the tests of the sinks share: a table with a column of every type that they
// take, random rows for it, the same rows cut in other places, and names that are hard to quote.
package sinktest

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

// Every returns a table with a column of every type that all formats take.
func Every() schema.Table {
	t := schema.Table{Name: "every", Key: []string{"id"}, Columns: []schema.Column{{Name: "id", Type: arrow.PrimitiveTypes.Int64, Doc: "Counts the rows."}}}
	item := arrow.StructOf(
		arrow.Field{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true},
		arrow.Field{Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	)
	for _, dt := range []arrow.DataType{
		arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeBinary,
		&arrow.FixedSizeBinaryType{ByteWidth: 3}, arrow.FixedWidthTypes.Boolean,
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
		&arrow.Decimal128Type{Precision: 38, Scale: 4},
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us,
		&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, &arrow.TimestampType{Unit: arrow.Millisecond},
		&arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"},
		arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
		arrow.ListOf(arrow.BinaryTypes.String), arrow.ListOf(item), arrow.MapOf(arrow.BinaryTypes.String, item), item,
	} {
		t.Columns = append(t.Columns, schema.Column{Name: fmt.Sprintf("c%02d %s", len(t.Columns), dt.Name()), Type: dt, Nullable: true})
	}
	return t
}

// Draw draws a record of t with n rows. The id counts on from first. The caller releases it.
func Draw(rt *rapid.T, mem memory.Allocator, t schema.Table, first, n int) arrow.Record {
	b := array.NewRecordBuilder(mem, t.Arrow())
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.Int64Builder).Append(int64(first + i))
		for _, f := range b.Fields()[1:] {
			fill(rt, f)
		}
	}
	return b.NewRecord()
}

func fill(rt *rapid.T, b array.Builder) {
	if rapid.IntRange(0, 5).Draw(rt, "null") == 0 {
		b.AppendNull()
		return
	}
	n := rapid.IntRange(0, 3).Draw(rt, "n")
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(drawText(rt))
	case *array.LargeStringBuilder:
		b.Append(drawText(rt))
	case *array.BinaryBuilder:
		b.Append([]byte(drawText(rt)))
	case *array.FixedSizeBinaryBuilder:
		b.Append([]byte{byte(n), 0, 255})
	case *array.BooleanBuilder:
		b.Append(n > 1)
	case *array.Float32Builder:
		b.Append(float32(rapid.Float32().Draw(rt, "float")))
	case *array.Float64Builder:
		b.Append(rapid.Float64().Draw(rt, "float"))
	case *array.Date32Builder:
		b.Append(arrow.Date32(rapid.Int32Range(-800_000, 2_900_000).Draw(rt, "day")))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(rapid.Int64Range(-math.MaxInt64/40_000, math.MaxInt64/40_000).Draw(rt, "instant")))
	case *array.Time32Builder:
		b.Append(arrow.Time32(rapid.Int32Range(0, 86_399_999).Draw(rt, "time")))
	case *array.Time64Builder:
		b.Append(arrow.Time64(rapid.Int64Range(0, 86_399_999_999).Draw(rt, "time")))
	case *array.ListBuilder:
		b.Append(true)
		for range n {
			fill(rt, b.ValueBuilder())
		}
	case *array.MapBuilder:
		b.Append(true)
		for i := range n {
			b.KeyBuilder().(*array.StringBuilder).Append(fmt.Sprint(drawText(rt), i))
			fill(rt, b.ItemBuilder())
		}
	case *array.StructBuilder:
		b.Append(true)
		for i := range b.NumField() {
			fill(rt, b.FieldBuilder(i))
		}
	case *array.NullBuilder:
		b.AppendNull()
	case *array.MonthIntervalBuilder:
		b.Append(arrow.MonthInterval(n))
	case *array.DurationBuilder:
		b.Append(arrow.Duration(n))
	case *array.Date64Builder:
		b.Append(arrow.Date64(n * 86_400_000))
	case *array.LargeListBuilder:
		b.Append(true)
		for range n {
			fill(rt, b.ValueBuilder())
		}
	default: // integers, decimals, dictionaries of text
		if err := b.AppendValueFromString(fmt.Sprint(rapid.Int64Range(0, 100).Draw(rt, "number"))); err != nil {
			rt.Fatalf("%s: %v", b.Type(), err)
		}
	}
}

func drawText(rt *rapid.T) string {
	return rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\n\r\t \\é漢\u2028🦊\x00<&'")), 0, 12, -1).Draw(rt, "text")
}

// Encode writes recs with an encoder and returns the file.
func Encode(t require.TestingT, newEncoder func(w io.Writer) (sink.Encoder, error), recs ...arrow.Record) []byte {
	w := new(bytes.Buffer)
	e, err := newEncoder(w)
	require.NoError(t, err)
	defer e.Release()
	for _, rec := range recs {
		require.NoError(t, e.Write(rec))
	}
	require.NoError(t, e.Close())
	return w.Bytes()
}

// Cut returns slices of rec that together are all its rows. The caller releases them.
func Cut(rt *rapid.T, rec arrow.Record) []arrow.Record {
	var out []arrow.Record
	for at := int64(0); at < rec.NumRows(); {
		to := rapid.Int64Range(at, rec.NumRows()).Draw(rt, "cut")
		out = append(out, rec.NewSlice(at, to))
		at = to
	}
	return out
}

// Golden compares got with the file testdata/name, or writes that with update.
func Golden(t testing.TB, name string, got []byte, update bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// Bench returns a table as insights have it, and 10,000 rows. The caller releases them.
func Bench() (schema.Table, arrow.Record) {
	t := schema.Table{Name: "account_insights", Key: []string{"account_id", "date"}, Columns: []schema.Column{
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
	for i := range 10_000 {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprint(17841405793187218 + int64(i/365)))
		b.Field(1).(*array.Date32Builder).Append(arrow.Date32(20000 + i%365))
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp((20001 + int64(i%365)) * 86_400_000_000))
		b.Field(3).(*array.StringBuilder).Append("day")
		b.Field(4).(*array.Int64Builder).Append(int64(i * 7 % 10_007))
		b.Field(5).AppendNull()
		b.Field(6).(*array.Float64Builder).Append(float64(i) / 8)
	}
	return t, b.NewRecord()
}

package sink

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var textSchema = arrow.NewSchema([]arrow.Field{
	{Name: "n", Type: arrow.PrimitiveTypes.Int64},
	{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.Binary), Nullable: true},
}, nil)

func drawTexts(t *rapid.T, mem memory.Allocator) arrow.Record {
	b := array.NewRecordBuilder(mem, textSchema)
	defer b.Release()
	for i := range rapid.IntRange(0, 40).Draw(t, "rows") {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		if n := rapid.IntRange(-1, 30).Draw(t, "length"); n < 0 {
			b.Field(1).AppendNull()
			b.Field(2).AppendNull()
		} else {
			b.Field(1).(*array.StringBuilder).Append(strings.Repeat("x", n))
			list := b.Field(2).(*array.ListBuilder)
			list.Append(true)
			for range n % 4 {
				list.ValueBuilder().(*array.BinaryBuilder).Append(make([]byte, n%5))
			}
		}
	}
	return b.NewRecord()
}

// chunks gives the rows of rec, cut at random, to a Chunker with small bounds and returns what it emits.
func chunks(t *rapid.T, rec arrow.Record, mem memory.Allocator, maxRows, maxBytes int64) []string {
	var out []string
	c := NewChunker(mem, textSchema, func(r arrow.Record) error {
		out = append(out, fmt.Sprint(r.NumRows(), r))
		return nil
	})
	c.maxRows, c.maxBytes = maxRows, maxBytes
	for at := int64(0); at < rec.NumRows(); {
		to := rapid.Int64Range(at, rec.NumRows()).Draw(t, "cut")
		part := rec.NewSlice(at, to)
		require.NoError(t, c.Write(part))
		part.Release()
		at = to
	}
	require.NoError(t, c.Flush())
	require.NoError(t, c.Flush())
	return out
}

func TestChunksDependOnTheRowsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		rec := drawTexts(t, mem)
		maxRows := rapid.Int64Range(1, 10).Draw(t, "max rows")
		maxBytes := rapid.Int64Range(1, 300).Draw(t, "max bytes")
		first := chunks(t, rec, mem, maxRows, maxBytes)
		require.Equal(t, first, chunks(t, rec, mem, maxRows, maxBytes))
		rec.Release()
		require.Zero(t, mem.CurrentAlloc())
	})
}

func TestChunkBounds(t *testing.T) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, textSchema)
	defer b.Release()
	for _, n := range []int{10, 10, 10, 500, 10, 10, 10, 10} { // 8 + 4 + n + 4 bytes a row
		b.Field(0).(*array.Int64Builder).Append(1)
		b.Field(1).(*array.StringBuilder).Append(strings.Repeat("x", n))
		b.Field(2).AppendNull()
	}
	rec := b.NewRecord()
	defer rec.Release()
	var got []int64
	c := NewChunker(memory.DefaultAllocator, textSchema, func(r arrow.Record) error {
		got = append(got, r.NumRows())
		return nil
	})
	c.maxRows, c.maxBytes = 3, 2*26
	require.NoError(t, c.Write(rec))
	require.NoError(t, c.Flush())
	require.Equal(t, []int64{2, 1, 1, 2, 2}, got, "two rows of 26 bytes, one past all bounds on its own")
}

func TestChunkerPassesErrorsOnAndReleases(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	b := array.NewRecordBuilder(mem, textSchema)
	defer b.Release()
	for range 3 {
		b.Field(0).(*array.Int64Builder).Append(1)
		b.Field(1).AppendNull()
		b.Field(2).AppendNull()
	}
	rec := b.NewRecord()
	defer rec.Release()
	c := NewChunker(mem, textSchema, func(arrow.Record) error { return fmt.Errorf("no room") })
	c.maxRows = 2
	defer c.Release()
	require.EqualError(t, c.Write(rec), "no room")
	c.Release()
}

//go:build duckdb_arrow

package duckdb

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/sink/internal/cell"
)

// A builder is one of Arrow's builders of values of type T.
type builder[T any] interface {
	array.Builder
	Append(T)
}

// mapped returns an array of what value gives for the rows of a that are not null. It releases b.
func mapped[T any](a arrow.Array, b builder[T], value func(row int) T) arrow.Array {
	defer b.Release()
	b.Reserve(a.Len())
	for row := range a.Len() {
		if a.IsNull(row) {
			b.AppendNull()
			continue
		}
		b.Append(value(row))
	}
	return b.NewArray()
}

// written returns an array of text of type t, which write appends for the rows of a that are not null.
func written(a arrow.Array, t arrow.DataType, write cell.Appender) arrow.Array {
	var b builder[string] = array.NewStringBuilder(memory.DefaultAllocator)
	if t.ID() == arrow.LARGE_STRING {
		b.Release()
		b = array.NewLargeStringBuilder(memory.DefaultAllocator)
	}
	var last []byte
	return mapped(a, b, func(row int) string {
		last = write(last[:0], row)
		return string(last)
	})
}

// dates returns the days of a, which may lie anywhere in them.
func dates(a *array.Date64) (arrow.Array, error) {
	const day = 24 * 60 * 60 * 1000
	for row := range a.Len() {
		if d := floorDiv(int64(a.Value(row)), day); a.IsValid(row) && (d < math.MinInt32 || d > math.MaxInt32) {
			return nil, fmt.Errorf("the date of row %d is %d days from 1970, more than DuckDB counts", row+1, d)
		}
	}
	return mapped(a, array.NewDate32Builder(memory.DefaultAllocator),
		func(row int) arrow.Date32 { return arrow.Date32(floorDiv(int64(a.Value(row)), day)) }), nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// taken returns the values that a dictionary stands for, of those that its own values were made.
func taken(d *array.Dictionary, values arrow.Array) (arrow.Array, error) {
	if d.Len() == 0 {
		return array.NewSlice(values, 0, 0), nil
	}
	null := array.MakeArrayOfNull(memory.DefaultAllocator, values.DataType(), 1)
	defer null.Release()
	parts := make([]arrow.Array, d.Len())
	defer func() {
		for _, p := range parts {
			p.Release()
		}
	}()
	for row := range parts {
		if d.IsNull(row) {
			null.Retain()
			parts[row] = null
			continue
		}
		i := int64(d.GetValueIndex(row))
		parts[row] = array.NewSlice(values, i, i+1)
	}
	return array.Concatenate(parts, memory.DefaultAllocator)
}

// validText says whether all of a text column is UTF-8.
func validText(a arrow.Array, text func(row int) string) bool {
	for row := range a.Len() {
		if !a.IsNull(row) && !utf8.ValidString(text(row)) {
			return false
		}
	}
	return true
}

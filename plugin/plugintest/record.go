package plugintest

import (
	"fmt"
	"sort"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/schema"
)

// Record builds a record of t from Go values, a slice a row: nil is null; otherwise string, bool, int,
// int64, float64, time.Time (dates and timestamps), map[string]any (its keys are sorted) and []any
// (lists; a struct's fields in order). The record is the caller's. A value that does not fit its column
// panics.
func Record(t schema.Table, rows ...[]any) arrow.Record {
	return build(memory.DefaultAllocator, t, rows)
}

func build(mem memory.Allocator, t schema.Table, rows [][]any) arrow.Record {
	b := array.NewRecordBuilder(mem, t.Arrow())
	defer b.Release()
	for _, row := range rows {
		if len(row) != len(t.Columns) {
			panic(fmt.Sprintf("plugintest: a row of %d values for table %s of %d columns", len(row), t.Name, len(t.Columns)))
		}
		for i, v := range row {
			appendValue(b.Field(i), v)
		}
	}
	return b.NewRecord()
}

func appendValue(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	ok := false
	switch b := b.(type) {
	case *array.StringBuilder:
		var s string
		if s, ok = v.(string); ok {
			b.Append(s)
		}
	case *array.BooleanBuilder:
		var x bool
		if x, ok = v.(bool); ok {
			b.Append(x)
		}
	case *array.Int64Builder:
		var n int64
		if n, ok = integer(v); ok {
			b.Append(n)
		}
	case *array.Int32Builder:
		var n int64
		if n, ok = integer(v); ok {
			b.Append(int32(n))
		}
	case *array.Float64Builder:
		var f float64
		if f, ok = v.(float64); ok {
			b.Append(f)
		}
	case *array.Date32Builder:
		var d time.Time
		if d, ok = v.(time.Time); ok {
			b.Append(arrow.Date32FromTime(d))
		}
	case *array.TimestampBuilder:
		var at time.Time
		if at, ok = v.(time.Time); ok {
			ts, err := arrow.TimestampFromTime(at, b.Type().(*arrow.TimestampType).Unit)
			if err != nil {
				panic(err)
			}
			b.Append(ts)
		}
	case *array.MapBuilder:
		var m map[string]any
		if m, ok = v.(map[string]any); ok {
			b.Append(true)
			keys := make([]string, 0, len(m))
			for k := range m {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				appendValue(b.KeyBuilder(), k)
				appendValue(b.ItemBuilder(), m[k])
			}
		}
	case *array.ListBuilder:
		var l []any
		if l, ok = v.([]any); ok {
			b.Append(true)
			for _, e := range l {
				appendValue(b.ValueBuilder(), e)
			}
		}
	case *array.StructBuilder:
		var fields []any
		if fields, ok = v.([]any); ok && len(fields) == b.NumField() {
			b.Append(true)
			for i, f := range fields {
				appendValue(b.FieldBuilder(i), f)
			}
		}
	}
	if !ok {
		panic(fmt.Sprintf("plugintest: %T does not fit a column of type %s", v, b.Type()))
	}
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

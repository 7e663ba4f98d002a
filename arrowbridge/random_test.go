package arrowbridge_test

import (
	"fmt"

	v15 "github.com/apache/arrow/go/v15/arrow"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"
	"pgregory.net/rapid"
)

// flat are the types without children.
var flat = []v15.DataType{
	v15.Null,
	v15.FixedWidthTypes.Boolean,
	v15.PrimitiveTypes.Int8, v15.PrimitiveTypes.Int16, v15.PrimitiveTypes.Int32, v15.PrimitiveTypes.Int64,
	v15.PrimitiveTypes.Uint8, v15.PrimitiveTypes.Uint16, v15.PrimitiveTypes.Uint32, v15.PrimitiveTypes.Uint64,
	v15.FixedWidthTypes.Float16, v15.PrimitiveTypes.Float32, v15.PrimitiveTypes.Float64,
	v15.BinaryTypes.String, v15.BinaryTypes.LargeString, v15.BinaryTypes.Binary, v15.BinaryTypes.LargeBinary,
	v15.BinaryTypes.StringView, v15.BinaryTypes.BinaryView,
	&v15.FixedSizeBinaryType{ByteWidth: 3},
	v15.FixedWidthTypes.Date32, v15.FixedWidthTypes.Date64,
	&v15.TimestampType{Unit: v15.Second}, &v15.TimestampType{Unit: v15.Millisecond, TimeZone: "UTC"},
	&v15.TimestampType{Unit: v15.Microsecond, TimeZone: "America/Los_Angeles"}, &v15.TimestampType{Unit: v15.Nanosecond, TimeZone: "+01:00"},
	v15.FixedWidthTypes.Time32s, v15.FixedWidthTypes.Time32ms, v15.FixedWidthTypes.Time64us, v15.FixedWidthTypes.Time64ns,
	v15.FixedWidthTypes.Duration_s, v15.FixedWidthTypes.Duration_ms, v15.FixedWidthTypes.Duration_us, v15.FixedWidthTypes.Duration_ns,
	v15.FixedWidthTypes.MonthInterval, v15.FixedWidthTypes.DayTimeInterval, v15.FixedWidthTypes.MonthDayNanoInterval,
	&v15.Decimal128Type{Precision: 38, Scale: 4}, &v15.Decimal256Type{Precision: 70, Scale: 9},
}

// drawType draws a type of at most depth levels.
func drawType(t *rapid.T, depth int) v15.DataType {
	kind := 0
	if depth > 1 {
		kind = rapid.IntRange(0, 11).Draw(t, "kind")
	}
	child := func(name string) v15.Field {
		return v15.Field{Name: name, Type: drawType(t, depth-1), Nullable: true}
	}
	switch kind {
	case 1:
		return v15.ListOfField(child("item"))
	case 2:
		return v15.LargeListOfField(child("item"))
	case 3:
		return v15.FixedSizeListOfField(int32(rapid.IntRange(1, 3).Draw(t, "width")), child("item"))
	case 4:
		return v15.ListViewOfField(child("item"))
	case 5:
		return v15.LargeListViewOfField(child("item"))
	case 6:
		m := v15.MapOf(v15.BinaryTypes.String, drawType(t, depth-1))
		m.KeysSorted = rapid.Bool().Draw(t, "sorted")
		return m
	case 7:
		return v15.StructOf(child("a"), child("b"))
	case 8:
		return &v15.DictionaryType{IndexType: v15.PrimitiveTypes.Int16, ValueType: v15.BinaryTypes.String, Ordered: rapid.Bool().Draw(t, "ordered")}
	case 9:
		return v15.RunEndEncodedOf(v15.PrimitiveTypes.Int32, v15.BinaryTypes.String)
	case 10:
		return v15.SparseUnionOf([]v15.Field{child("x"), child("y")}, []v15.UnionTypeCode{3, 7})
	case 11:
		return v15.DenseUnionOf([]v15.Field{child("x"), child("y")}, []v15.UnionTypeCode{0, 5})
	default:
		return rapid.SampledFrom(flat).Draw(t, "flat")
	}
}

func drawMetadata(t *rapid.T) v15.Metadata {
	if !rapid.Bool().Draw(t, "documented") {
		return v15.Metadata{}
	}
	return v15.NewMetadata([]string{"doc", "place"}, []string{rapid.String().Draw(t, "doc"), "1"})
}

// fill appends n values.
func fill(t *rapid.T, b array15.Builder, n int) {
	for range n {
		if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
			b.AppendNull()
			continue
		}
		fillOne(t, b)
	}
}

func fillOne(t *rapid.T, b array15.Builder) {
	n := rapid.IntRange(0, 3).Draw(t, "n")
	switch b := b.(type) {
	case *array15.ListBuilder:
		b.Append(true)
		fill(t, b.ValueBuilder(), n)
	case *array15.LargeListBuilder:
		b.Append(true)
		fill(t, b.ValueBuilder(), n)
	case *array15.FixedSizeListBuilder:
		b.Append(true)
		fill(t, b.ValueBuilder(), int(b.Type().(*v15.FixedSizeListType).Len()))
	case *array15.ListViewBuilder:
		b.AppendWithSize(true, n)
		fill(t, b.ValueBuilder(), n)
	case *array15.LargeListViewBuilder:
		b.AppendWithSize(true, n)
		fill(t, b.ValueBuilder(), n)
	case *array15.MapBuilder:
		b.Append(true)
		for i := range n {
			b.KeyBuilder().(*array15.StringBuilder).Append(fmt.Sprint("k", i))
			fill(t, b.ItemBuilder(), 1)
		}
	case *array15.StructBuilder:
		b.Append(true)
		for i := range b.NumField() {
			fill(t, b.FieldBuilder(i), 1)
		}
	case *array15.SparseUnionBuilder:
		codes := b.Type().(v15.UnionType).TypeCodes()
		which := rapid.IntRange(0, 1).Draw(t, "which")
		b.Append(codes[which])
		fill(t, b.Child(which), 1)
		b.Child(1 - which).AppendEmptyValue()
	case *array15.DenseUnionBuilder:
		which := rapid.IntRange(0, 1).Draw(t, "which")
		b.Append(b.Type().(v15.UnionType).TypeCodes()[which])
		fill(t, b.Child(which), 1)
	case *array15.RunEndEncodedBuilder:
		b.Append(uint64(n + 1))
		fill(t, b.ValueBuilder(), 1)
	case *array15.NullBuilder:
		b.AppendNull()
	case *array15.MonthIntervalBuilder:
		b.Append(v15.MonthInterval(n))
	case *array15.DayTimeIntervalBuilder:
		b.Append(v15.DayTimeInterval{Days: int32(n), Milliseconds: 5})
	case *array15.MonthDayNanoIntervalBuilder:
		b.Append(v15.MonthDayNanoInterval{Months: int32(n), Days: 2, Nanoseconds: 7})
	case *array15.BinaryBuilder:
		b.Append(make([]byte, n))
	default:
		if err := b.AppendValueFromString(drawText(t, b.Type())); err != nil {
			t.Fatalf("%s: %v", b.Type(), err)
		}
	}
}

// drawText draws what a builder of a flat type reads a value from.
func drawText(t *rapid.T, dt v15.DataType) string {
	if d, ok := dt.(*v15.DictionaryType); ok {
		dt = d.ValueType
	}
	number := func(low, high int64) string { return fmt.Sprint(rapid.Int64Range(low, high).Draw(t, "number")) }
	switch dt := dt.(type) {
	case *v15.BooleanType:
		return fmt.Sprint(rapid.Bool().Draw(t, "bool"))
	case *v15.Int8Type, *v15.Uint8Type:
		return number(0, 127)
	case *v15.Int16Type, *v15.Uint16Type, *v15.Float16Type:
		return number(0, 2000)
	case *v15.Float32Type, *v15.Float64Type, *v15.Int32Type, *v15.Uint32Type:
		return number(0, 1<<24)
	case *v15.Int64Type, *v15.Uint64Type:
		return number(0, 1<<62)
	case *v15.FixedSizeBinaryType:
		return "YWJj"
	case *v15.BinaryViewType:
		return rapid.SampledFrom([]string{"", "YQ==", "YSBsb25nIHBpZWNlIG9mIGJ5dGVzIHRoYXQgaXMgbm90IGlubGluZQ=="}).Draw(t, "bytes")
	case *v15.Date32Type, *v15.Date64Type:
		return fmt.Sprintf("20%02d-03-0%d", rapid.IntRange(0, 99).Draw(t, "year"), rapid.IntRange(1, 9).Draw(t, "day"))
	case *v15.TimestampType:
		return fmt.Sprintf("2026-03-0%d 01:02:03Z", rapid.IntRange(1, 9).Draw(t, "day"))
	case *v15.Time32Type, *v15.Time64Type:
		return fmt.Sprintf("0%d:02:03", rapid.IntRange(1, 9).Draw(t, "hour"))
	case *v15.DurationType:
		return fmt.Sprintf("%dh", rapid.IntRange(1, 9).Draw(t, "hours"))
	case v15.DecimalType:
		return number(0, 1<<40) + ".25"
	default:
		return rapid.StringN(0, 30, -1).Draw(t, "text of "+dt.String())
	}
}

// drawRecord draws a record of a column of each type. The caller releases it.
func drawRecord(t *rapid.T, mem memory15.Allocator, types ...v15.DataType) v15.Record {
	rows := rapid.IntRange(0, 12).Draw(t, "rows")
	var fields []v15.Field
	for i, dt := range types {
		fields = append(fields, v15.Field{Name: fmt.Sprint("c", i), Type: dt, Nullable: true, Metadata: drawMetadata(t)})
	}
	meta := drawMetadata(t)
	b := array15.NewRecordBuilder(mem, v15.NewSchema(fields, &meta))
	defer b.Release()
	for _, f := range b.Fields() {
		fillRows(t, f, rows)
	}
	return b.NewRecord()
}

// fillRows appends rows values; a run of one value stands for several rows.
func fillRows(t *rapid.T, b array15.Builder, rows int) {
	if r, ok := b.(*array15.RunEndEncodedBuilder); ok {
		for left := rows; left > 0; {
			run := rapid.IntRange(1, left).Draw(t, "run")
			r.Append(uint64(run))
			fill(t, r.ValueBuilder(), 1)
			left -= run
		}
		return
	}
	fill(t, b, rows)
}

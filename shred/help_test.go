package shred_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/require"
)

var (
	utf8Type  = arrow.BinaryTypes.String
	int64Type = arrow.PrimitiveTypes.Int64
	floatType = arrow.PrimitiveTypes.Float64
	boolType  = arrow.FixedWidthTypes.Boolean
	dateType  = arrow.FixedWidthTypes.Date32
	timeType  = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	listType  = arrow.ListOf(arrow.BinaryTypes.String)
	mapType   = arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)
)

// schemaOf makes a schema of name, type, name, type…; a name that ends in ! is not nullable.
func schemaOf(parts ...any) *arrow.Schema {
	var fields []arrow.Field
	for i := 0; i < len(parts); i += 2 {
		name, nullable := parts[i].(string), true
		if n := len(name) - 1; name[n] == '!' {
			name, nullable = name[:n], false
		}
		fields = append(fields, arrow.Field{Name: name, Type: parts[i+1].(arrow.DataType), Nullable: nullable})
	}
	return arrow.NewSchema(fields, nil)
}

type row = []any

// pair is an entry of a map.
type pair struct {
	Key   string
	Value int64
}

// rowsOf returns the cells of rec as Go values, times and dates as text, and releases it.
func rowsOf(t testing.TB, rec arrow.Record) []row {
	t.Helper()
	defer rec.Release()
	rows := []row{}
	for i := range int(rec.NumRows()) {
		var r row
		for _, c := range rec.Columns() {
			r = append(r, cellOf(t, c, i))
		}
		rows = append(rows, r)
	}
	return rows
}

func cellOf(t testing.TB, c arrow.Array, i int) any {
	t.Helper()
	if c.IsNull(i) {
		return nil
	}
	switch a := c.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Boolean:
		return a.Value(i)
	case *array.Date32:
		return a.Value(i).FormattedString()
	case *array.Timestamp:
		return a.Value(i).ToTime(arrow.Microsecond).Format(time.RFC3339Nano)
	case *array.List:
		list := []any{}
		from, to := a.ValueOffsets(i)
		for j := from; j < to; j++ {
			list = append(list, cellOf(t, a.ListValues(), int(j)))
		}
		return list
	case *array.Map:
		pairs := []pair{}
		from, to := a.ValueOffsets(i)
		for j := from; j < to; j++ {
			pairs = append(pairs, pair{a.Keys().(*array.String).Value(int(j)), a.Items().(*array.Int64).Value(int(j))})
		}
		return pairs
	}
	require.Failf(t, "no such type", "%v", c.DataType())
	return nil
}

func pacific(t testing.TB) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("America/Los_Angeles")
	require.NoError(t, err)
	return l
}

// day returns yyyy-mm-dd as days since 1970.
func day(t testing.TB, text string) int32 {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return int32(d.Unix() / 86400)
}

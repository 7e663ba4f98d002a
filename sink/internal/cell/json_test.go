package cell_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sinktest"
)

// column builds an array from the form in which Arrow reads JSON.
func column(t *testing.T, dt arrow.DataType, values string) arrow.Array {
	t.Helper()
	a, _, err := array.FromJSON(memory.DefaultAllocator, dt, strings.NewReader(values))
	require.NoError(t, err)
	t.Cleanup(a.Release)
	return a
}

func TestJSON(t *testing.T) {
	text, long := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	for _, c := range []struct {
		dt     arrow.DataType
		values string
		want   string
	}{
		{arrow.Null, `[null]`, `null`},
		{text, `["a\"b", null, ""]`, `"a\"b" null ""`},
		{arrow.BinaryTypes.LargeString, `["x"]`, `"x"`},
		{long, `["9223372036854775807", "-9223372036854775808", null]`, `9223372036854775807 -9223372036854775808 null`},
		{arrow.PrimitiveTypes.Uint64, `["18446744073709551615"]`, `18446744073709551615`},
		{arrow.PrimitiveTypes.Int8, `[-128]`, `-128`},
		{arrow.PrimitiveTypes.Int16, `[1]`, `1`},
		{arrow.PrimitiveTypes.Int32, `[2]`, `2`},
		{arrow.PrimitiveTypes.Uint8, `[255]`, `255`},
		{arrow.PrimitiveTypes.Uint16, `[3]`, `3`},
		{arrow.PrimitiveTypes.Uint32, `[4]`, `4`},
		{arrow.FixedWidthTypes.Float16, `[1.5]`, `1.5`},
		{arrow.PrimitiveTypes.Float32, `[0.1]`, `0.1`},
		{arrow.PrimitiveTypes.Float64, `[0.1, 1e300]`, `0.1 1e+300`},
		{arrow.FixedWidthTypes.Boolean, `[true, false]`, `true false`},
		{&arrow.Decimal128Type{Precision: 38, Scale: 2}, `["-0.05", "12345678901234567890.12"]`, `-0.05 12345678901234567890.12`},
		{&arrow.Decimal256Type{Precision: 70, Scale: 0}, `["7"]`, `7`},
		{arrow.FixedWidthTypes.Date32, `["2026-10-01"]`, `"2026-10-01"`},
		{arrow.FixedWidthTypes.Date64, `["1969-12-31"]`, `"1969-12-31"`},
		{arrow.FixedWidthTypes.Time32s, `["22:36:43"]`, `"22:36:43"`},
		{arrow.FixedWidthTypes.Time64ns, `["22:36:43.5"]`, `"22:36:43.5"`},
		{&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, `["2019-09-26T22:36:43Z"]`, `"2019-09-26T22:36:43Z"`},
		{&arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/Los_Angeles"}, `["2019-09-26T22:36:43Z"]`, `"2019-09-26T22:36:43Z"`},
		{&arrow.TimestampType{Unit: arrow.Second}, `["2019-09-26T22:36:43"]`, `"2019-09-26T22:36:43"`},
		{arrow.BinaryTypes.Binary, `["AP8="]`, `"AP8="`},
		{arrow.BinaryTypes.LargeBinary, `[""]`, `""`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 3}, `["YWJj"]`, `"YWJj"`},
		{arrow.ListOf(text), `[["a", null], [], null]`, `["a",null] [] null`},
		{arrow.LargeListOf(long), `[[1, 2]]`, `[1,2]`},
		{arrow.FixedSizeListOf(2, long), `[[1, 2], [3, 4]]`, `[1,2] [3,4]`},
		{arrow.MapOf(text, long), `[[{"key": "z", "value": 1}, {"key": "a", "value": null}], [], null]`, `{"z":1,"a":null} {} null`},
		{arrow.MapOf(long, arrow.ListOf(long)), `[[{"key": 5, "value": [1]}]]`, `{"5":[1]}`},
		{arrow.MapOf(arrow.FixedWidthTypes.Date32, long), `[[{"key": "2026-10-01", "value": 1}]]`, `{"2026-10-01":1}`},
		{
			arrow.StructOf(arrow.Field{Name: "a\"", Type: text, Nullable: true}, arrow.Field{Name: "b", Type: long}),
			`[{"a\"": null, "b": 1}, null]`, `{"a\"":null,"b":1} null`,
		},
		{arrow.StructOf(), `[{}]`, `{}`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text}, `["a", "b", "a", null]`, `"a" "b" "a" null`},
	} {
		a := column(t, c.dt, c.values)
		require.NoError(t, cell.Check(c.dt))
		value, err := cell.JSON(a)
		require.NoError(t, err, c.dt)
		var got []string
		for i := range a.Len() {
			got = append(got, string(value(nil, i)))
		}
		assert.Equal(t, c.want, strings.Join(got, " "), "%s", c.dt)

		// A slice has the same values.
		cut := array.NewSlice(a, int64(a.Len()-1), int64(a.Len()))
		value, err = cell.JSON(cut)
		require.NoError(t, err)
		assert.Equal(t, got[len(got)-1], string(value(nil, 0)), "the last of %s", c.dt)
		cut.Release()
	}
}

func TestJSONIsValid(t *testing.T) {
	table := sinktest.Every()
	rapid.Check(t, func(t *rapid.T) {
		rec := sinktest.Draw(t, memory.DefaultAllocator, table, 0, rapid.IntRange(1, 5).Draw(t, "rows"))
		defer rec.Release()
		for i, c := range rec.Columns() {
			value, err := cell.JSON(c)
			require.NoError(t, err)
			for row := range c.Len() {
				require.True(t, json.Valid(value(nil, row)), "%s: %s", table.Columns[i].Type, value(nil, row))
			}
		}
	})
}

func TestCheckNamesTheColumn(t *testing.T) {
	views := arrow.BinaryTypes.StringView
	for want, dt := range map[string]arrow.DataType{
		"column x: the type string_view has no text form here: write the table as arrow":                                arrow.ListOf(views),
		"column x: b: the type duration[s] has no text form here: write the table as arrow":                             arrow.StructOf(arrow.Field{Name: "b", Type: arrow.FixedWidthTypes.Duration_s}),
		"column x: the keys of map<float64, int64, items_nullable> cannot be the names of a JSON object: use text keys": arrow.MapOf(arrow.PrimitiveTypes.Float64, arrow.PrimitiveTypes.Int64),
	} {
		err := cell.CheckTable(schema.Table{Name: "t", Columns: []schema.Column{{Name: "ok", Type: arrow.BinaryTypes.String}, {Name: "x", Type: dt}}})
		assert.EqualError(t, err, want)
	}
	a := column(t, arrow.FixedWidthTypes.Duration_s, `[1]`)
	_, err := cell.JSON(a)
	require.Error(t, err)
}

func TestAppendDecimal(t *testing.T) {
	for _, c := range []struct {
		v     int64
		scale int
		want  string
	}{{0, 0, "0"}, {0, 2, "0.00"}, {0, -2, "0"}, {5, -2, "500"}, {-5, 3, "-0.005"}, {1234, 2, "12.34"}, {1234, 4, "0.1234"}, {-12345, 1, "-1234.5"}} {
		assert.Equal(t, "x"+c.want, string(cell.AppendDecimal([]byte("x"), big.NewInt(c.v), c.scale)))
	}
}

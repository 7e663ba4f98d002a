package plugintest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Null is what Cells writes for a null: no text is like it.
const Null = "\x00null"

// Cells returns the rows of rec as text, the same for every sink that tells the same: text as it is,
// integers in decimal, floats in their shortest form without exponent, true and false, dates as
// 2006-01-02, timestamps as RFC 3339 in UTC, maps, structs and lists as compact JSON in their order.
func Cells(rec arrow.Record) [][]string {
	rows := make([][]string, rec.NumRows())
	for i := range rows {
		row := make([]string, rec.NumCols())
		for j, col := range rec.Columns() {
			row[j] = cell(col, i)
		}
		rows[i] = row
	}
	return rows
}

func cell(arr arrow.Array, i int) string {
	if arr.IsNull(i) {
		return Null
	}
	switch a := arr.(type) {
	case *array.String:
		return strings.Clone(a.Value(i)) // Value is the array's memory
	case *array.Map, *array.List, *array.Struct:
		var b bytes.Buffer
		writeJSON(&b, arr, i)
		return b.String()
	case *array.Boolean:
		return strconv.FormatBool(a.Value(i))
	case *array.Int32:
		return strconv.FormatInt(int64(a.Value(i)), 10)
	case *array.Int64:
		return strconv.FormatInt(a.Value(i), 10)
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'f', -1, 64)
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Timestamp:
		return a.Value(i).ToTime(a.DataType().(*arrow.TimestampType).Unit).UTC().Format(time.RFC3339Nano)
	}
	panic(fmt.Sprintf("plugintest: a column of type %s", arr.DataType()))
}

func writeJSON(b *bytes.Buffer, arr arrow.Array, i int) {
	if arr.IsNull(i) {
		b.WriteString("null")
		return
	}
	switch a := arr.(type) {
	case *array.Map:
		entries := a.ListValues().(*array.Struct)
		from, to := a.ValueOffsets(i)
		b.WriteByte('{')
		for e := from; e < to; e++ {
			if e > from {
				b.WriteByte(',')
			}
			writeText(b, cell(entries.Field(0), int(e)))
			b.WriteByte(':')
			writeJSON(b, entries.Field(1), int(e))
		}
		b.WriteByte('}')
	case *array.List:
		from, to := a.ValueOffsets(i)
		b.WriteByte('[')
		for e := from; e < to; e++ {
			if e > from {
				b.WriteByte(',')
			}
			writeJSON(b, a.ListValues(), int(e))
		}
		b.WriteByte(']')
	case *array.Struct:
		b.WriteByte('{')
		for f, field := range a.DataType().(*arrow.StructType).Fields() {
			if f > 0 {
				b.WriteByte(',')
			}
			writeText(b, field.Name)
			b.WriteByte(':')
			writeJSON(b, a.Field(f), i)
		}
		b.WriteByte('}')
	case *array.Boolean, *array.Int32, *array.Int64, *array.Float64:
		b.WriteString(cell(arr, i))
	default:
		writeText(b, cell(arr, i))
	}
}

// writeText writes s as JSON, with < > & as they are.
func writeText(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)         // a string always encodes
	b.Truncate(b.Len() - 1) // the newline
}

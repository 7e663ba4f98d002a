package cell

import (
	"encoding/base64"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Text returns what gives the strings of a text column, nil for a column of any other type.
func Text(a arrow.Array) func(row int) string {
	switch a := a.(type) {
	case *array.String:
		return a.Value
	case *array.LargeString:
		return a.Value
	}
	return nil
}

// Plain returns what appends the values of a that are one word without quotes: whole numbers, booleans,
// decimals, dates, times, bytes in base64. zone follows the timestamps whose type has a zone. It is nil
// for all other types, floats among them, and undefined for rows that are null.
func Plain(a arrow.Array, zone string) Appender {
	switch a := a.(type) {
	case *array.Boolean:
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, a.Value(row)) }
	case *array.Int8:
		return signed(a.Int8Values())
	case *array.Int16:
		return signed(a.Int16Values())
	case *array.Int32:
		return signed(a.Int32Values())
	case *array.Int64:
		return signed(a.Int64Values())
	case *array.Uint8:
		return unsigned(a.Uint8Values())
	case *array.Uint16:
		return unsigned(a.Uint16Values())
	case *array.Uint32:
		return unsigned(a.Uint32Values())
	case *array.Uint64:
		return unsigned(a.Uint64Values())
	case *array.Decimal128:
		scale := int(a.DataType().(*arrow.Decimal128Type).Scale)
		return func(dst []byte, row int) []byte { return AppendDecimal(dst, a.Value(row).BigInt(), scale) }
	case *array.Decimal256:
		scale := int(a.DataType().(*arrow.Decimal256Type).Scale)
		return func(dst []byte, row int) []byte { return AppendDecimal(dst, a.Value(row).BigInt(), scale) }
	case *array.Binary:
		return func(dst []byte, row int) []byte { return base64.StdEncoding.AppendEncode(dst, a.Value(row)) }
	case *array.LargeBinary:
		return func(dst []byte, row int) []byte { return base64.StdEncoding.AppendEncode(dst, a.Value(row)) }
	case *array.FixedSizeBinary:
		return func(dst []byte, row int) []byte { return base64.StdEncoding.AppendEncode(dst, a.Value(row)) }
	}
	return moment(a, zone)
}

func moment(a arrow.Array, zone string) Appender {
	switch a := a.(type) {
	case *array.Date32:
		values := a.Date32Values()
		return func(dst []byte, row int) []byte { return AppendDate(dst, int64(values[row])) }
	case *array.Date64:
		values := a.Date64Values()
		return func(dst []byte, row int) []byte {
			return AppendDate(dst, floorDiv(int64(values[row]), secondsOfDay*1000))
		}
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		if t.TimeZone == "" {
			zone = ""
		}
		values, unit := a.TimestampValues(), t.Unit
		return func(dst []byte, row int) []byte { return AppendTimestamp(dst, int64(values[row]), unit, zone) }
	case *array.Time32:
		values, unit := a.Time32Values(), a.DataType().(*arrow.Time32Type).Unit
		return func(dst []byte, row int) []byte { return AppendTime(dst, int64(values[row]), unit) }
	case *array.Time64:
		values, unit := a.Time64Values(), a.DataType().(*arrow.Time64Type).Unit
		return func(dst []byte, row int) []byte { return AppendTime(dst, int64(values[row]), unit) }
	}
	return nil
}

func signed[T int8 | int16 | int32 | int64](values []T) Appender {
	return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(values[row]), 10) }
}

func unsigned[T uint8 | uint16 | uint32 | uint64](values []T) Appender {
	return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, uint64(values[row]), 10) }
}

package plugin

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// A cellEncoder appends a cell so that two cells of a type give the same bytes exactly when they are
// equal, and no cell's bytes begin another's.
type cellEncoder func(dst []byte, row int) []byte

// hashable says whether columns of a type can be encoded.
func hashable(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.StringType, *arrow.BinaryType, *arrow.BooleanType, *arrow.NullType,
		*arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type,
		*arrow.Float32Type, *arrow.Float64Type,
		*arrow.Date32Type, *arrow.Date64Type, *arrow.TimestampType:
		return true
	case *arrow.ListType:
		return hashable(t.Elem())
	case *arrow.MapType:
		return hashable(t.KeyType()) && hashable(t.ItemType())
	case *arrow.StructType:
		return !slices.ContainsFunc(t.Fields(), func(f arrow.Field) bool { return !hashable(f.Type) })
	}
	return false
}

// encodeColumn returns the encoder of a hashable array: a byte that tells null from a value, then the
// value.
func encodeColumn(arr arrow.Array) cellEncoder {
	value := encodeValues(arr)
	return func(dst []byte, row int) []byte {
		if arr.IsNull(row) {
			return append(dst, 0)
		}
		return value(append(dst, 1), row)
	}
}

func encodeValues(arr arrow.Array) cellEncoder {
	switch a := arr.(type) {
	case *array.String:
		return func(dst []byte, row int) []byte {
			s := a.Value(row)
			return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
		}
	case *array.Binary:
		return func(dst []byte, row int) []byte {
			s := a.Value(row)
			return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
		}
	case *array.Boolean:
		return func(dst []byte, row int) []byte {
			if a.Value(row) {
				return append(dst, 1)
			}
			return append(dst, 0)
		}
	case *array.Float32:
		return func(dst []byte, row int) []byte {
			return binary.LittleEndian.AppendUint32(dst, math.Float32bits(a.Value(row)))
		}
	case *array.Float64:
		return func(dst []byte, row int) []byte {
			return binary.LittleEndian.AppendUint64(dst, math.Float64bits(a.Value(row)))
		}
	case *array.Int8:
		return encodeInts(a.Value)
	case *array.Int16:
		return encodeInts(a.Value)
	case *array.Int32:
		return encodeInts(a.Value)
	case *array.Int64:
		return encodeInts(a.Value)
	case *array.Uint8:
		return encodeInts(a.Value)
	case *array.Uint16:
		return encodeInts(a.Value)
	case *array.Uint32:
		return encodeInts(a.Value)
	case *array.Uint64:
		return encodeInts(a.Value)
	case *array.Date32:
		return encodeInts(a.Value)
	case *array.Date64:
		return encodeInts(a.Value)
	case *array.Timestamp:
		return encodeInts(a.Value)
	case *array.Map: // before List: a Map is one, too
		return encodeMap(a)
	case *array.List:
		element := encodeColumn(a.ListValues())
		return func(dst []byte, row int) []byte {
			from, to := a.ValueOffsets(row)
			dst = binary.AppendUvarint(dst, uint64(to-from))
			for i := from; i < to; i++ {
				dst = element(dst, int(i))
			}
			return dst
		}
	case *array.Struct:
		fields := make([]cellEncoder, a.NumField())
		for i := range fields {
			fields[i] = encodeColumn(a.Field(i))
		}
		return func(dst []byte, row int) []byte {
			for _, f := range fields {
				dst = f(dst, row)
			}
			return dst
		}
	}
	return func(dst []byte, _ int) []byte { return dst } // array.Null has no values
}

func encodeInts[T ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64](value func(int) T) cellEncoder {
	return func(dst []byte, row int) []byte { return binary.LittleEndian.AppendUint64(dst, uint64(value(row))) }
}

// encodeMap puts the entries of a map into the order of their bytes: a map has none of its own.
func encodeMap(a *array.Map) cellEncoder {
	entries := a.ListValues().(*array.Struct)
	key, item := encodeColumn(entries.Field(0)), encodeColumn(entries.Field(1))
	return func(dst []byte, row int) []byte {
		from, to := a.ValueOffsets(row)
		dst = binary.AppendUvarint(dst, uint64(to-from))
		all := make([]string, 0, to-from)
		for i := from; i < to; i++ {
			all = append(all, string(item(key(nil, int(i)), int(i))))
		}
		slices.Sort(all)
		for _, e := range all {
			dst = append(dst, e...)
		}
		return dst
	}
}

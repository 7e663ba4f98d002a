package cell

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// An Appender appends the value that a column has in a row.
type Appender func(dst []byte, row int) []byte

// JSON returns what appends the values of a as JSON: numbers with all their digits, timestamps in RFC
// 3339 (in UTC, ending in Z; without an offset where the type has no zone), days as yyyy-mm-dd, times as
// hh:mm:ss, bytes in base64, lists as arrays, maps as objects with their keys in stored order and as
// strings, structs as objects, null as null.
//
// It is valid as long as a is. The error is one of Check.
func JSON(a arrow.Array) (Appender, error) {
	if a.DataType().ID() == arrow.NULL {
		return appendNull, nil
	}
	value, err := jsonValue(a)
	if err != nil || a.NullN() == 0 {
		return value, err
	}
	return func(dst []byte, row int) []byte {
		if a.IsNull(row) {
			return append(dst, "null"...)
		}
		return value(dst, row)
	}, nil
}

func appendNull(dst []byte, _ int) []byte { return append(dst, "null"...) }

// jsonValue is JSON for rows that are not null.
func jsonValue(a arrow.Array) (Appender, error) {
	if text := Text(a); text != nil {
		return func(dst []byte, row int) []byte { return AppendString(dst, text(row)) }, nil
	}
	if plain := Plain(a, "Z"); plain != nil {
		if !quoted(a.DataType()) {
			return plain, nil
		}
		return func(dst []byte, row int) []byte { return append(plain(append(dst, '"'), row), '"') }, nil
	}
	switch a := a.(type) {
	case *array.Float16:
		return func(dst []byte, row int) []byte { return AppendJSONFloat(dst, float64(a.Value(row).Float32()), 32) }, nil
	case *array.Float32:
		return func(dst []byte, row int) []byte { return AppendJSONFloat(dst, float64(a.Value(row)), 32) }, nil
	case *array.Float64:
		return func(dst []byte, row int) []byte { return AppendJSONFloat(dst, a.Value(row), 64) }, nil
	case *array.Dictionary:
		value, err := JSON(a.Dictionary())
		if err != nil {
			return nil, err
		}
		return func(dst []byte, row int) []byte { return value(dst, a.GetValueIndex(row)) }, nil
	case *array.Map:
		return jsonMap(a)
	case *array.Struct:
		return jsonStruct(a)
	case *array.List, *array.LargeList, *array.FixedSizeList:
		return jsonList(a.(array.ListLike))
	}
	return nil, Check(a.DataType())
}

func jsonList(a array.ListLike) (Appender, error) {
	item, err := JSON(a.ListValues())
	if err != nil {
		return nil, err
	}
	return func(dst []byte, row int) []byte {
		dst = append(dst, '[')
		start, end := a.ValueOffsets(row)
		for i := start; i < end; i++ {
			if i > start {
				dst = append(dst, ',')
			}
			dst = item(dst, int(i))
		}
		return append(dst, ']')
	}, nil
}

func jsonMap(a *array.Map) (Appender, error) {
	key, err := jsonKey(a.Keys())
	if err != nil {
		return nil, err
	}
	item, err := JSON(a.Items())
	if err != nil {
		return nil, err
	}
	return func(dst []byte, row int) []byte {
		dst = append(dst, '{')
		start, end := a.ValueOffsets(row)
		for i := start; i < end; i++ {
			if i > start {
				dst = append(dst, ',')
			}
			dst = append(key(dst, int(i)), ':')
			dst = item(dst, int(i))
		}
		return append(dst, '}')
	}, nil
}

// jsonKey is JSON for the keys of an object, which are strings whatever their type.
func jsonKey(a arrow.Array) (Appender, error) {
	key, err := JSON(a)
	if err != nil || isText(a.DataType()) || quoted(a.DataType()) {
		return key, err
	}
	return func(dst []byte, row int) []byte { return append(key(append(dst, '"'), row), '"') }, nil
}

func jsonStruct(a *array.Struct) (Appender, error) {
	fields := a.DataType().(*arrow.StructType).Fields()
	names := make([][]byte, len(fields))
	values := make([]Appender, len(fields))
	for i, f := range fields {
		names[i] = Name(f.Name, i == 0)
		var err error
		if values[i], err = JSON(a.Field(i)); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return func(dst []byte, row int) []byte {
		if len(values) == 0 {
			return append(dst, "{}"...)
		}
		for i, value := range values {
			dst = value(append(dst, names[i]...), row)
		}
		return append(dst, '}')
	}, nil
}

// Name is what stands before the value of a member of an object: a brace or comma, the name, a colon.
func Name(name string, first bool) []byte {
	before := byte(',')
	if first {
		before = '{'
	}
	return append(AppendString([]byte{before}, name), ':')
}

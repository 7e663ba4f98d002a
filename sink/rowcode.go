package sink

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
)

// A cellEncoder appends a cell so that two cells of a column give the same bytes exactly when they are equal,
// nulls among themselves too, and no cell's bytes begin another's.
type cellEncoder func(dst []byte, row int) []byte

func encodersOf(rec arrow.Record) ([]cellEncoder, error) {
	out := make([]cellEncoder, rec.NumCols())
	for i, c := range rec.Columns() {
		var err error
		if out[i], err = encoderOf(c); err != nil {
			return nil, fmt.Errorf("column %s: %w", rec.ColumnName(i), err)
		}
	}
	return out, nil
}

// encoderOf returns the encoder of a column: a byte that tells null from a value, then the value.
func encoderOf(a arrow.Array) (cellEncoder, error) {
	value, err := valueEncoder(a)
	if err != nil {
		return nil, err
	}
	return func(dst []byte, row int) []byte {
		if a.IsNull(row) {
			return append(dst, 0)
		}
		return value(append(dst, 1), row)
	}, nil
}

func valueEncoder(a arrow.Array) (cellEncoder, error) {
	switch a := a.(type) {
	case *array.Null:
		return func(dst []byte, _ int) []byte { return dst }, nil
	case *array.String:
		return func(dst []byte, row int) []byte { return appendSized(dst, a.Value(row)) }, nil
	case *array.LargeString:
		return func(dst []byte, row int) []byte { return appendSized(dst, a.Value(row)) }, nil
	case *array.Binary:
		return func(dst []byte, row int) []byte { return appendSized(dst, a.Value(row)) }, nil
	case *array.LargeBinary:
		return func(dst []byte, row int) []byte { return appendSized(dst, a.Value(row)) }, nil
	case *array.Boolean:
		return func(dst []byte, row int) []byte {
			if a.Value(row) {
				return append(dst, 1)
			}
			return append(dst, 0)
		}, nil
	case *array.Dictionary:
		value, err := encoderOf(a.Dictionary())
		return func(dst []byte, row int) []byte { return value(dst, a.GetValueIndex(row)) }, err
	case *array.Struct:
		fields := make([]cellEncoder, a.NumField())
		for i := range fields {
			var err error
			if fields[i], err = encoderOf(a.Field(i)); err != nil {
				return nil, err
			}
		}
		return func(dst []byte, row int) []byte {
			for _, f := range fields {
				dst = f(dst, row)
			}
			return dst
		}, nil
	case array.ListLike: // maps too, in the order of their entries
		element, err := encoderOf(a.ListValues())
		return func(dst []byte, row int) []byte {
			from, to := a.ValueOffsets(row)
			dst = binary.AppendUvarint(dst, uint64(to-from))
			for i := from; i < to; i++ {
				dst = element(dst, int(i))
			}
			return dst
		}, err
	}
	if t, ok := a.DataType().(arrow.FixedWidthDataType); ok && t.BitWidth()%8 == 0 {
		if data := a.Data(); len(data.Buffers()) == 2 {
			width, from := t.BitWidth()/8, data.Offset()
			var bytes []byte
			if data.Buffers()[1] != nil { // there is none for no rows
				bytes = data.Buffers()[1].Bytes()
			}
			return func(dst []byte, row int) []byte {
				return append(dst, bytes[(from+row)*width:(from+row+1)*width]...)
			}, nil
		}
	}
	return nil, fmt.Errorf("values of the type %s cannot be compared", a.DataType())
}

func appendSized[T string | []byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// keyColumns are the places of t's key columns.
func keyColumns(t schema.Table) ([]int, error) {
	places := make([]int, len(t.Key))
	for i, k := range t.Key {
		if _, places[i] = t.Column(k); places[i] < 0 {
			return nil, fmt.Errorf("table %s has no column %s, which is of its key", t.Name, k)
		}
	}
	return places, nil
}

// A trailer follows a key where rows are sorted: age orders the rows of one key, then at, which is the row's
// number. The hash is that of the whole row.
type trailer struct {
	age, at, hash uint64
}

const trailerBytes = 24

// A rowEncoder makes what is sorted; its results are lent until the next.
type rowEncoder struct {
	text, row []byte
	seed      maphash.Seed
	seeded    bool
}

// trailed is the key of a row and its trailer.
func (e *rowEncoder) trailed(cells []cellEncoder, keys []int, row int, age, at uint64) []byte {
	if !e.seeded {
		e.seed, e.seeded = maphash.MakeSeed(), true
	}
	e.row = e.row[:0]
	for _, c := range cells {
		e.row = c(e.row, row)
	}
	e.text = e.text[:0]
	for _, k := range keys {
		e.text = cells[k](e.text, row)
	}
	e.text = binary.BigEndian.AppendUint64(e.text, age)
	e.text = binary.BigEndian.AppendUint64(e.text, at)
	e.text = binary.BigEndian.AppendUint64(e.text, maphash.Bytes(e.seed, e.row))
	return e.text
}

// keyed is a key, made of cells alone, and the number of its row.
func (e *rowEncoder) keyed(cells []cellEncoder, row int, at uint64) []byte {
	e.text = e.text[:0]
	for _, c := range cells {
		e.text = c(e.text, row)
	}
	e.text = binary.BigEndian.AppendUint64(e.text, 0)
	e.text = binary.BigEndian.AppendUint64(e.text, at)
	return binary.BigEndian.AppendUint64(e.text, 0)
}

func readTrailer(text []byte) trailer {
	t := text[len(text)-trailerBytes:]
	return trailer{age: binary.BigEndian.Uint64(t), at: binary.BigEndian.Uint64(t[8:]), hash: binary.BigEndian.Uint64(t[16:])}
}

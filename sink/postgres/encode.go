package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// encode adds the rows of rec to those that are held. Ctx is looked at from time to time.
func (t *table) encode(ctx context.Context, rec arrow.Record) error {
	cells := make([]appender, rec.NumCols())
	for i, c := range rec.Columns() {
		var err error
		if cells[i], err = newAppender(c, t.kinds[i]); err != nil {
			return fmt.Errorf("table %s, column %s: %w", t.Name, t.Columns[i].Name, err)
		}
	}
	for _, k := range t.held.keys {
		if text := cell.Text(rec.Column(k)); text != nil {
			cells[k] = strictText(rec.Column(k), text)
		}
	}
	h := t.held
	bounds := make([]int, len(cells)+1)
	for row := range int(rec.NumRows()) {
		if row&0x3ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(h.mem) > heldInMemory {
			if err := h.spill(); err != nil {
				return err
			}
		}
		h.mem = binary.BigEndian.AppendUint16(h.mem, uint16(len(cells)))
		for i, appendCell := range cells {
			bounds[i] = len(h.mem)
			var err error
			if h.mem, err = appendCell(h.mem, row); err != nil {
				return plugin.Userf("table %s, column %s: %w", t.Name, t.Columns[i].Name, err)
			}
		}
		bounds[len(cells)] = len(h.mem)
		h.rows++
		h.see(bounds)
	}
	return nil
}

// An appender appends the value of a column in a row as binary COPY has it: its length and its bytes.
type appender func(dst []byte, row int) ([]byte, error)

const null = "\xff\xff\xff\xff"

func newAppender(a arrow.Array, kind sqltable.Kind) (appender, error) {
	if a.DataType().ID() == arrow.NULL {
		return func(dst []byte, _ int) ([]byte, error) { return append(dst, null...), nil }, nil
	}
	value, err := valueAppender(a, kind)
	if err != nil || a.NullN() == 0 {
		return value, err
	}
	return func(dst []byte, row int) ([]byte, error) {
		if a.IsNull(row) {
			return append(dst, null...), nil
		}
		return value(dst, row)
	}, nil
}

// valueAppender is newAppender for rows that are not null.
func valueAppender(a arrow.Array, kind sqltable.Kind) (appender, error) {
	if d, ok := a.(*array.Dictionary); ok {
		value, err := newAppender(d.Dictionary(), kind)
		if err != nil {
			return nil, err
		}
		return func(dst []byte, row int) ([]byte, error) { return value(dst, d.GetValueIndex(row)) }, nil
	}
	switch kind {
	case sqltable.Text:
		if text := cell.Text(a); text != nil {
			return sized(func(dst []byte, row int) ([]byte, error) { return appendText(dst, text(row)), nil }), nil
		}
	case sqltable.Integer:
		return integerAppender(a)
	case sqltable.Real:
		return floatAppender(a)
	case sqltable.Bool:
		if b, ok := a.(*array.Boolean); ok {
			return func(dst []byte, row int) ([]byte, error) {
				dst = append(dst, 0, 0, 0, 1, 0)
				if b.Value(row) {
					dst[len(dst)-1] = 1
				}
				return dst, nil
			}, nil
		}
	case sqltable.Bytes:
		if value := bytesOf(a); value != nil {
			return sized(func(dst []byte, row int) ([]byte, error) { return append(dst, value(row)...), nil }), nil
		}
	case sqltable.JSON:
		return jsonAppender(a)
	case sqltable.Digits:
		if plain := cell.Plain(a, ""); plain != nil {
			var digits []byte
			return sized(func(dst []byte, row int) ([]byte, error) {
				digits = plain(digits[:0], row)
				return appendNumeric(dst, digits), nil
			}), nil
		}
	default:
		return timeAppender(a)
	}
	return nil, errNoForm(a)
}

func errNoForm(a arrow.Array) error { return fmt.Errorf("the type %s has no form here", a.DataType()) }

// sized puts the length in front of what value appends.
func sized(value appender) appender {
	return func(dst []byte, row int) ([]byte, error) {
		at := len(dst)
		dst, err := value(appendLength(dst), row)
		if err != nil {
			return dst, err
		}
		return dst, setLength(dst, at)
	}
}

func appendInt64(dst []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, 0, 0, 0, 8), uint64(v))
}

func integerAppender(a arrow.Array) (appender, error) {
	switch a := a.(type) {
	case *array.Int8:
		return whole(a.Int8Values()), nil
	case *array.Int16:
		return whole(a.Int16Values()), nil
	case *array.Int32:
		return whole(a.Int32Values()), nil
	case *array.Int64:
		return whole(a.Int64Values()), nil
	case *array.Uint8:
		return whole(a.Uint8Values()), nil
	case *array.Uint16:
		return whole(a.Uint16Values()), nil
	case *array.Uint32:
		return whole(a.Uint32Values()), nil
	}
	return nil, errNoForm(a)
}

func whole[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](values []T) appender {
	return func(dst []byte, row int) ([]byte, error) { return appendInt64(dst, int64(values[row])), nil }
}

func floatAppender(a arrow.Array) (appender, error) {
	var value func(row int) float64
	switch a := a.(type) {
	case *array.Float16:
		value = func(row int) float64 { return float64(a.Value(row).Float32()) }
	case *array.Float32:
		value = func(row int) float64 { return float64(a.Value(row)) }
	case *array.Float64:
		value = a.Value
	default:
		return nil, errNoForm(a)
	}
	return func(dst []byte, row int) ([]byte, error) {
		return appendInt64(dst, int64(math.Float64bits(value(row)))), nil
	}, nil
}

func bytesOf(a arrow.Array) func(row int) []byte {
	switch a := a.(type) {
	case *array.Binary:
		return a.Value
	case *array.LargeBinary:
		return a.Value
	case *array.FixedSizeBinary:
		return a.Value
	}
	return nil
}

// jsonVersion is what stands in front of a jsonb that comes as text.
const jsonVersion = 1

func jsonAppender(a arrow.Array) (appender, error) {
	write, err := cell.JSON(a)
	if err != nil {
		return nil, err
	}
	return sized(func(dst []byte, row int) ([]byte, error) {
		dst = append(dst, jsonVersion)
		start := len(dst)
		return hideEscapedNUL(write(dst, row), start), nil
	}), nil
}

// strictText is for the texts of a key, which must stay apart: it refuses what appendText replaces.
func strictText(a arrow.Array, text func(int) string) appender {
	value := sized(func(dst []byte, row int) ([]byte, error) {
		v := text(row)
		if !storable(v) {
			return dst, errors.New("a text that is a part of the key holds a character U+0000 or bytes that are not UTF-8, which PostgreSQL cannot store: " +
				"leave it out, or write to SQLite or files")
		}
		return append(dst, v...), nil
	})
	return func(dst []byte, row int) ([]byte, error) {
		if a.IsNull(row) {
			return append(dst, null...), nil
		}
		return value(dst, row)
	}
}

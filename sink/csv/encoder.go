package csv

import (
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

// flushAt is how many bytes are gathered before they are written.
const flushAt = 32 << 10

type encoder struct {
	w    io.Writer
	line []byte
	// scratch is where JSON is made before it is quoted.
	scratch []byte
}

// NewEncoder starts the file of table on w with its header, for a program that has a place of its own
// to write to. The error says which column has no text form.
func NewEncoder(w io.Writer, table schema.Table) (sink.Encoder, error) {
	if err := cell.CheckTable(table); err != nil {
		return nil, err
	}
	e := &encoder{w: w}
	for i, c := range table.Columns {
		if i > 0 {
			e.line = append(e.line, ',')
		}
		e.line = appendField(e.line, c.Name)
	}
	e.line = append(e.line, '\n')
	return e, nil
}

// Write implements sink.Encoder.
func (e *encoder) Write(rec arrow.Record) error {
	cells := make([]cell.Appender, rec.NumCols())
	for i, c := range rec.Columns() {
		var err error
		if cells[i], err = e.cell(c); err != nil {
			return err
		}
	}
	for row := range int(rec.NumRows()) {
		for i, c := range cells {
			if i > 0 {
				e.line = append(e.line, ',')
			}
			e.line = c(e.line, row)
		}
		e.line = append(e.line, '\n')
		if len(e.line) >= flushAt {
			if err := e.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close implements sink.Encoder.
func (e *encoder) Close() error { return e.flush() }

// Release implements sink.Encoder.
func (e *encoder) Release() { e.line, e.scratch = nil, nil }

func (e *encoder) flush() error {
	_, err := e.w.Write(e.line)
	e.line = e.line[:0]
	return err
}

// cell returns what appends the field of a row of a.
func (e *encoder) cell(a arrow.Array) (cell.Appender, error) {
	if a.DataType().ID() == arrow.NULL {
		return appendNothing, nil
	}
	value, err := e.value(a)
	if err != nil || a.NullN() == 0 {
		return value, err
	}
	return func(dst []byte, row int) []byte {
		if a.IsNull(row) {
			return dst
		}
		return value(dst, row)
	}, nil
}

func appendNothing(dst []byte, _ int) []byte { return dst }

func (e *encoder) value(a arrow.Array) (cell.Appender, error) {
	if text := cell.Text(a); text != nil {
		return func(dst []byte, row int) []byte { return appendField(dst, text(row)) }, nil
	}
	switch a := a.(type) {
	case *array.Binary, *array.LargeBinary, *array.FixedSizeBinary:
		// No bytes at all are an empty string, not null.
		plain := cell.Plain(a, "")
		return func(dst []byte, row int) []byte {
			before := len(dst)
			if dst = plain(dst, row); len(dst) == before {
				return append(dst, '"', '"')
			}
			return dst
		}, nil
	case *array.Float16:
		return func(dst []byte, row int) []byte {
			return cell.AppendPlainFloat(dst, float64(a.Value(row).Float32()), 32)
		}, nil
	case *array.Float32:
		return func(dst []byte, row int) []byte { return cell.AppendPlainFloat(dst, float64(a.Value(row)), 32) }, nil
	case *array.Float64:
		return func(dst []byte, row int) []byte { return cell.AppendPlainFloat(dst, a.Value(row), 64) }, nil
	case *array.Dictionary:
		value, err := e.cell(a.Dictionary())
		if err != nil {
			return nil, err
		}
		return func(dst []byte, row int) []byte { return value(dst, a.GetValueIndex(row)) }, nil
	}
	if plain := cell.Plain(a, "+0000"); plain != nil {
		return plain, nil
	}
	json, err := cell.JSON(a)
	if err != nil {
		return nil, err
	}
	return func(dst []byte, row int) []byte {
		e.scratch = json(e.scratch[:0], row)
		return appendField(dst, e.scratch)
	}, nil
}

// appendField appends a field, in quotes where they are needed: an empty string has them, so that it is
// not taken for null.
func appendField[S string | []byte](dst []byte, s S) []byte {
	special := len(s) == 0
	for i := 0; i < len(s) && !special; i++ {
		switch s[i] {
		case '"', ',', '\n', '\r':
			special = true
		}
	}
	if !special {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

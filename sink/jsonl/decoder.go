package jsonl

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

// A decoder reads a file of this package back: its values as they are written, and null for null. One value
// has one text, so that they compare as the values do.
type decoder struct {
	in     *bufio.Reader
	raw    *cell.Raw
	line   []byte
	names  []string // of the first row; all have the same
	texts  []string // as they are written
	fields [][]byte
	row    int
}

func newDecoder(from sink.ReadFile, _ schema.Table) (sink.Decoder, error) {
	return &decoder{in: bufio.NewReaderSize(from, 64<<10)}, nil
}

// Next implements sink.Decoder.
func (d *decoder) Next() (arrow.Record, error) {
	for d.raw == nil || !d.raw.Full() {
		err := d.read()
		if err == io.EOF { //nolint:errorlint // our own
			break
		}
		if err == nil {
			if d.raw == nil {
				d.raw = cell.NewRaw(d.names)
			}
			err = d.raw.Add(d.fields)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", d.row, err)
		}
	}
	if d.raw != nil {
		if rec := d.raw.Take(); rec != nil {
			return rec, nil
		}
	}
	return nil, io.EOF
}

// Release implements sink.Decoder.
func (d *decoder) Release() {
	if d.raw != nil {
		d.raw.Release()
	}
}

// read reads a row into fields, or answers io.EOF.
func (d *decoder) read() error {
	d.line = d.line[:0]
	d.row++
	for {
		part, err := d.in.ReadSlice('\n')
		d.line = append(d.line, part...)
		switch {
		case err == nil:
			return d.split(d.line[:len(d.line)-1])
		case err == io.EOF && len(d.line) == 0:
			return io.EOF
		case err == io.EOF:
			return errors.New("the last line has no end")
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

var errNoRow = errors.New("the line is not as this program writes one")

// split cuts a row into its values.
func (d *decoder) split(row []byte) error {
	d.fields = d.fields[:0]
	if len(row) < 2 || row[0] != '{' || row[len(row)-1] != '}' {
		return errNoRow
	}
	row = row[1:]
	for i := 0; ; i++ {
		end := valueEnd(row)
		if end >= len(row) || row[end] != ':' {
			return errNoRow
		}
		if err := d.name(i, row[:end]); err != nil {
			return err
		}
		row = row[end+1:]
		if end = valueEnd(row); end == 0 || end >= len(row) {
			return errNoRow
		}
		value := row[:end]
		if string(value) == "null" {
			value = nil
		}
		d.fields = append(d.fields, value)
		last := row[end] == '}'
		if row = row[end+1:]; last {
			if len(row) > 0 {
				return errNoRow
			}
			return nil
		}
	}
}

// name takes the name of the value number i.
func (d *decoder) name(i int, text []byte) error {
	if d.raw != nil {
		if i >= len(d.texts) || d.texts[i] != string(text) {
			return errors.New("its columns are not those of the first row")
		}
		return nil
	}
	var name string
	if err := json.Unmarshal(text, &name); err != nil {
		return errNoRow
	}
	d.names, d.texts = append(d.names, name), append(d.texts, string(text))
	return nil
}

// valueEnd is where the value ends that text begins with: before a comma, a colon or a bracket that is not
// its own.
func valueEnd(text []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case depth > 0 && (c == '}' || c == ']'):
			depth--
		case depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']'):
			return i
		}
	}
	return len(text)
}

// A rewriter writes rows that a decoder gave.
type rewriter struct{ *encoder }

func newRewriter(w io.Writer, table schema.Table) (sink.Encoder, error) {
	e, err := NewEncoder(w, table)
	if err != nil {
		return nil, err
	}
	return rewriter{e.(*encoder)}, nil
}

// Write implements sink.Encoder.
func (e rewriter) Write(rec arrow.Record) error {
	for row := range int(rec.NumRows()) {
		for i, c := range rec.Columns() {
			e.lines = append(e.lines, e.names[i]...)
			if fields := c.(*array.Binary); fields.IsValid(row) {
				e.lines = append(e.lines, fields.Value(row)...)
			} else {
				e.lines = append(e.lines, "null"...)
			}
		}
		e.lines = append(e.lines, '}', '\n')
		if len(e.lines) >= flushAt {
			if err := e.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

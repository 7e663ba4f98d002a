package csv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

// A decoder reads a file of this package back: its fields as they are written, with their quotes, and null
// for those that have no text. One value has one text, so that they compare as the values do.
type decoder struct {
	in     *bufio.Reader
	raw    *cell.Raw
	line   []byte
	fields [][]byte
	row    int
}

func newDecoder(from sink.ReadFile, _ schema.Table) (sink.Decoder, error) {
	d := &decoder{in: bufio.NewReaderSize(from, 64<<10)}
	if err := d.read(); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file has no header")
		}
		return nil, err
	}
	names := make([]string, len(d.fields))
	for i, f := range d.fields {
		names[i] = unquoted(f)
	}
	d.raw = cell.NewRaw(names)
	return d, nil
}

func unquoted(field []byte) string {
	if len(field) < 2 || field[0] != '"' {
		return string(field)
	}
	return string(bytes.ReplaceAll(field[1:len(field)-1], []byte(`""`), []byte(`"`)))
}

// Next implements sink.Decoder.
func (d *decoder) Next() (arrow.Record, error) {
	for !d.raw.Full() {
		err := d.read()
		if err == io.EOF { //nolint:errorlint // our own
			break
		}
		if err == nil {
			err = d.raw.Add(d.fields)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", d.row, err)
		}
	}
	if rec := d.raw.Take(); rec != nil {
		return rec, nil
	}
	return nil, io.EOF
}

// Release implements sink.Decoder.
func (d *decoder) Release() { d.raw.Release() }

// read reads a row into fields, or answers io.EOF.
func (d *decoder) read() error {
	d.line = d.line[:0]
	d.row++
	for quotes := 0; ; {
		part, err := d.in.ReadSlice('\n')
		d.line = append(d.line, part...)
		quotes += bytes.Count(part, []byte{'"'})
		switch {
		case err == io.EOF && len(d.line) == 0:
			return io.EOF
		case err == io.EOF:
			return errors.New("the last line has no end")
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		case err == nil && quotes%2 == 0: // else the line goes on behind its break
			return d.split(d.line[:len(d.line)-1])
		}
	}
}

// split cuts a row into its fields.
func (d *decoder) split(row []byte) error {
	d.fields = d.fields[:0]
	for from := 0; ; {
		to, quoted := from, false
		for ; to < len(row) && (quoted || row[to] != ','); to++ {
			if row[to] == '"' {
				quoted = !quoted
			}
		}
		var field []byte
		if to > from {
			field = row[from:to]
		}
		d.fields = append(d.fields, field)
		if to == len(row) {
			return nil
		}
		from = to + 1
	}
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
			if i > 0 {
				e.line = append(e.line, ',')
			}
			if fields := c.(*array.Binary); fields.IsValid(row) {
				e.line = append(e.line, fields.Value(row)...)
			}
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

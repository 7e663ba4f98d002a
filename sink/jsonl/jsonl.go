package jsonl

import (
	"io"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
)

func init() {
	sink.Register("jsonl", func(o sink.Options) (plugin.Sink, error) { return New(o.Path, o.FolderOptions()...), nil })
}

// New returns a sink that writes into the folder path.
func New(path string, opts ...sink.FolderOption) *sink.Folder {
	return sink.NewFolder(path, sink.Format{
		Extension: "jsonl", Check: cell.CheckTable, NewEncoder: NewEncoder,
		Merging: &sink.Merging{Text: true, NewDecoder: newDecoder, NewEncoder: newRewriter},
	}, opts...)
}

// flushAt is how many bytes are gathered before they are written.
const flushAt = 32 << 10

type encoder struct {
	w     io.Writer
	names [][]byte
	lines []byte
}

// NewEncoder writes the rows of table to w, for a program that has a place of its own to write to. The
// error says which column has no form in JSON.
func NewEncoder(w io.Writer, table schema.Table) (sink.Encoder, error) {
	if err := cell.CheckTable(table); err != nil {
		return nil, err
	}
	e := &encoder{w: w}
	for i, c := range table.Columns {
		e.names = append(e.names, cell.Name(c.Name, i == 0))
	}
	return e, nil
}

// Write implements sink.Encoder.
func (e *encoder) Write(rec arrow.Record) error {
	cells := make([]cell.Appender, rec.NumCols())
	for i, c := range rec.Columns() {
		var err error
		if cells[i], err = cell.JSON(c); err != nil {
			return err
		}
	}
	for row := range int(rec.NumRows()) {
		for i, c := range cells {
			e.lines = c(append(e.lines, e.names[i]...), row)
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

// Close implements sink.Encoder.
func (e *encoder) Close() error { return e.flush() }

// Release implements sink.Encoder.
func (e *encoder) Release() { e.lines = nil }

func (e *encoder) flush() error {
	_, err := e.w.Write(e.lines)
	e.lines = e.lines[:0]
	return err
}

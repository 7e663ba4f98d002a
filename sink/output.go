package sink

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/schema"
)

// writeBuffer is how many bytes go to a file at once.
const writeBuffer = 64 << 10

// An output is the file of one table while it is written.
type output struct {
	table  schema.Table
	schema *arrow.Schema
	bare   *arrow.Schema // without key and docs, for rows that are set aside
	rows   int64         // in the file
	// seen is the last schema that a record came with, known to fit.
	seen   *arrow.Schema
	beside []BesideFile

	work   string // where it is written
	target string // where it will stand, which is what messages name
	file   file
	buffer *bufio.Writer
	enc    Encoder
	held   held
}

func (f *Folder) create(o *output) error {
	var err error
	if o.file, err = f.fs.Create(o.work); err != nil {
		return writeError(o.target, err)
	}
	o.buffer = bufio.NewWriterSize(o.file, writeBuffer)
	if o.enc, err = f.format.NewEncoder(o.buffer, o.table); err != nil {
		return writeError(o.target, err)
	}
	return nil
}

// fit returns rec under the table's own schema, retained, or says why it does not belong to the table.
func (o *output) fit(rec arrow.Record) (arrow.Record, error) {
	if s := rec.Schema(); s != o.seen {
		if s.NumFields() != o.schema.NumFields() {
			return nil, fmt.Errorf("table %s: a batch has %d columns, want %d", o.table.Name, s.NumFields(), o.schema.NumFields())
		}
		for i, want := range o.schema.Fields() {
			if got := s.Field(i); got.Name != want.Name || !arrow.TypeEqual(got.Type, want.Type) {
				return nil, fmt.Errorf("table %s: column %d of a batch is %s %s, want %s %s",
					o.table.Name, i+1, got.Name, got.Type, want.Name, want.Type)
			}
		}
		o.seen = s
	}
	for i, c := range rec.Columns() {
		if !o.schema.Field(i).Nullable && c.NullN() > 0 {
			return nil, fmt.Errorf("table %s: column %s of a batch holds a null, which the schema rules out", o.table.Name, o.schema.Field(i).Name)
		}
	}
	return array.NewRecord(o.schema, rec.Columns(), rec.NumRows()), nil
}

// commit encodes what is held, and holds nothing then.
func (o *output) commit() error {
	if err := o.held.each(o.encode); err != nil {
		return writeError(o.target, err)
	}
	return nil
}

// finish writes the end of the file and makes it durable.
func (o *output) finish() error {
	err := o.enc.Close()
	if err == nil {
		err = o.buffer.Flush()
	}
	if err == nil {
		err = o.file.Sync()
	}
	if err = errors.Join(err, o.close()); err != nil {
		return writeError(o.target, err)
	}
	return nil
}

// close closes the file once.
func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	o.file = nil
	return err
}

// release lets go of everything; what it could not write does not matter any more.
func (o *output) release() {
	o.held.release()
	if o.enc != nil {
		o.enc.Release()
		o.enc = nil
	}
	_ = o.close()
}

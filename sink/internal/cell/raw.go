package cell

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Bounds of the batches that a Raw gathers.
const (
	rawRows  = 4096
	rawBytes = 1 << 20
)

// A Raw gathers the fields of a text file, as they stand there, into batches of Binary columns.
type Raw struct {
	builder *array.RecordBuilder
	fields  []*array.BinaryBuilder
	record  arrow.Record
	rows    int
	bytes   int
}

// NewRaw returns a Raw for columns of these names.
func NewRaw(names []string) *Raw {
	fields := make([]arrow.Field, len(names))
	for i, n := range names {
		fields[i] = arrow.Field{Name: n, Type: arrow.BinaryTypes.Binary, Nullable: true}
	}
	r := &Raw{builder: array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))}
	for _, f := range r.builder.Fields() {
		r.fields = append(r.fields, f.(*array.BinaryBuilder))
	}
	return r
}

// Add adds a row, of which it copies the fields; nil is null. A row of another length is an error.
func (r *Raw) Add(fields [][]byte) error {
	if len(fields) != len(r.fields) {
		return fmt.Errorf("a row has %d fields, want %d", len(fields), len(r.fields))
	}
	for i, f := range fields {
		r.bytes += len(f)
		if f == nil {
			r.fields[i].AppendNull()
		} else {
			r.fields[i].Append(f)
		}
	}
	r.rows++
	return nil
}

// Full says that the batch has become large enough.
func (r *Raw) Full() bool { return r.rows >= rawRows || r.bytes >= rawBytes }

// Take returns the rows since the last Take, lent until the next call of a method; nil where there are none.
func (r *Raw) Take() arrow.Record {
	r.drop()
	if r.rows == 0 {
		return nil
	}
	r.record = r.builder.NewRecord()
	r.rows, r.bytes = 0, 0
	return r.record
}

func (r *Raw) drop() {
	if r.record != nil {
		r.record.Release()
		r.record = nil
	}
}

// Release lets go of everything.
func (r *Raw) Release() {
	r.drop()
	r.builder.Release()
}

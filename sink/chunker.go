package sink

import (
	"fmt"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Bounds of the batches that a Chunker gives on.
const (
	ChunkRows  = 32 << 10
	ChunkBytes = 4 << 20
)

// A Chunker joins and cuts the batches of one table so that what comes out depends on the rows alone,
// not on how they came: each batch has as many rows as stay within both bounds, and at least one. An
// encoder behind it writes the same bytes for the same rows. It keeps up to twice ChunkBytes, and what
// its last input batches take beyond the rows it needs of them.
type Chunker struct {
	emit   func(arrow.Record) error
	mem    memory.Allocator
	schema *arrow.Schema

	maxRows, maxBytes int64

	parts []arrow.Record
	rows  int64
	bytes int64
}

// NewChunker returns a Chunker for batches of schema. It allocates from mem and hands each batch to
// emit, to which it is lent.
func NewChunker(mem memory.Allocator, schema *arrow.Schema, emit func(arrow.Record) error) *Chunker {
	return &Chunker{emit: emit, mem: mem, schema: schema, maxRows: ChunkRows, maxBytes: ChunkBytes}
}

// Write takes the rows of rec, and retains it while it needs them. The error is emit's, or says that a
// type cannot be joined.
func (c *Chunker) Write(rec arrow.Record) error {
	for at := int64(0); at < rec.NumRows(); {
		n := c.room(rec, at)
		if n == 0 && c.rows > 0 {
			if err := c.Flush(); err != nil {
				return err
			}
			continue
		}
		n = max(n, 1)
		c.parts = append(c.parts, rec.NewSlice(at, at+n))
		c.rows += n
		c.bytes += rowBytes(rec, at, at+n)
		at += n
	}
	return nil
}

// room says how many rows of rec, from the one at, still fit.
func (c *Chunker) room(rec arrow.Record, at int64) int64 {
	most := min(rec.NumRows()-at, c.maxRows-c.rows)
	return int64(sort.Search(int(most), func(n int) bool {
		return c.bytes+rowBytes(rec, at, at+int64(n)+1) > c.maxBytes
	}))
}

// Flush gives on the rows that are left, if any.
func (c *Chunker) Flush() error {
	if c.rows == 0 {
		return nil
	}
	rec, err := join(c.mem, c.schema, c.parts)
	if err != nil {
		return err
	}
	defer rec.Release()
	c.Release()
	return c.emit(rec)
}

// Release forgets the rows that were not given on.
func (c *Chunker) Release() {
	for _, p := range c.parts {
		p.Release()
	}
	c.parts, c.rows, c.bytes = nil, 0, 0
}

// join copies parts into one record. One part is copied as well: a slice of a batch does not write as
// the same rows alone do, and holds on to the whole batch.
func join(mem memory.Allocator, schema *arrow.Schema, parts []arrow.Record) (arrow.Record, error) {
	columns := make([]arrow.Array, schema.NumFields())
	defer func() {
		for _, a := range columns {
			if a != nil {
				a.Release()
			}
		}
	}()
	var rows int64
	pieces := make([]arrow.Array, len(parts))
	for _, p := range parts {
		rows += p.NumRows()
	}
	for i := range columns {
		for j, p := range parts {
			pieces[j] = p.Column(i)
		}
		var err error
		if columns[i], err = array.Concatenate(pieces, mem); err != nil {
			return nil, fmt.Errorf("column %s: %w", schema.Field(i).Name, err)
		}
	}
	return array.NewRecord(schema, columns, rows), nil
}

// rowBytes is how much the rows from up to to weigh: a measure that adds up whatever the batches.
func rowBytes(rec arrow.Record, from, to int64) int64 {
	var n int64
	for _, c := range rec.Columns() {
		n += cellBytes(c, int(from), int(to))
	}
	return n
}

func cellBytes(a arrow.Array, from, to int) int64 {
	if from == to {
		return 0
	}
	rows := int64(to - from)
	switch a := a.(type) {
	case *array.String:
		return 4*rows + int64(a.ValueOffset(to-1)+len(a.Value(to-1))-a.ValueOffset(from))
	case *array.Binary:
		return 4*rows + a.ValueOffset64(to-1) + int64(a.ValueLen(to-1)) - a.ValueOffset64(from)
	case *array.LargeString:
		return 8*rows + a.ValueOffset64(to-1) + int64(len(a.Value(to-1))) - a.ValueOffset64(from)
	case *array.LargeBinary:
		return 8*rows + a.ValueOffset64(to-1) + int64(a.ValueLen(to-1)) - a.ValueOffset64(from)
	case *array.ListView, *array.LargeListView: // whose rows may share values, and lie in any order
		return 16 * rows
	case array.ListLike:
		start, _ := a.ValueOffsets(from)
		_, end := a.ValueOffsets(to - 1)
		return 4*rows + cellBytes(a.ListValues(), int(start), int(end))
	case *array.Struct:
		var n int64
		for i := range a.NumField() {
			n += cellBytes(a.Field(i), from, to)
		}
		return n
	}
	if w, ok := a.DataType().(arrow.FixedWidthDataType); ok {
		return rows * int64(max(w.BitWidth()/8, 1))
	}
	return rows
}

package plugin

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/schema"
)

// A runTable is what a run knows of one of its tables.
type runTable struct {
	schema.Table
	index  int
	schema *arrow.Schema
	bare   *arrow.Schema // without keys and docs, for the spool
	proof  *keyProof     // nil for a table without a key

	// Written since the last commit, and committed.
	rows, duplicates                   int64
	committedRows, committedDuplicates int64
}

func newRunTable(t schema.Table, keys *keyMemory) (*runTable, error) {
	bare := t
	bare.Key, bare.Columns = nil, slices.Clone(t.Columns)
	for i := range bare.Columns {
		bare.Columns[i].Doc = ""
	}
	rt := &runTable{Table: t, schema: t.Arrow(), bare: bare.Arrow()}
	if len(t.Key) > 0 {
		for _, c := range t.Columns {
			if !hashable(c.Type) {
				return nil, fmt.Errorf("table %s: column %s is %s, which rows with a key cannot hold", t.Name, c.Name, c.Type)
			}
		}
		rt.proof = newKeyProof(t, keys)
	}
	return rt, nil
}

// forgetLeft tells the proof that the split is delivered whose first rows an earlier part of the run has read.
func (t *runTable) forgetLeft() {
	if t.proof != nil {
		clear(t.proof.left)
	}
}

// accept returns rec, or its cells, under the announced schema; the record is the caller's. A record of
// another shape is the source's mistake.
func (t *runTable) accept(rec arrow.Record) (arrow.Record, error) {
	if int(rec.NumCols()) != len(t.Columns) {
		return nil, fmt.Errorf("a batch of table %s has %d columns, %d are announced", t.Name, rec.NumCols(), len(t.Columns))
	}
	for i, c := range t.Columns {
		switch {
		case rec.ColumnName(i) != c.Name:
			return nil, fmt.Errorf("column %d of a batch of table %s is called %s, %s is announced", i+1, t.Name, rec.ColumnName(i), c.Name)
		case !arrow.TypeEqual(rec.Column(i).DataType(), c.Type):
			return nil, fmt.Errorf("column %s of a batch of table %s is %s, %s is announced", c.Name, t.Name, rec.Column(i).DataType(), c.Type)
		case !c.Nullable && rec.Column(i).NullN() > 0:
			return nil, fmt.Errorf("column %s of a batch of table %s holds a null, which it may not", c.Name, t.Name)
		}
	}
	cols := slices.Clone(rec.Columns())
	for i, c := range cols {
		if !loose(c.Data()) {
			continue
		}
		tight, err := array.Concatenate([]arrow.Array{c}, memory.DefaultAllocator)
		if err != nil {
			return nil, err
		}
		defer tight.Release()
		cols[i] = tight
	}
	return array.NewRecord(t.schema, cols, rec.NumRows()), nil
}

// loose says whether d, or a child of it, is a part of larger buffers: a slice, or offsets that do not
// span their data. Arrow's IPC writer cuts the data of some of these and leaves the offsets as they are,
// and panics over others.
func loose(d arrow.ArrayData) bool {
	if d.Offset() != 0 {
		return true
	}
	switch d.DataType().ID() {
	case arrow.STRING, arrow.BINARY, arrow.LIST, arrow.MAP:
		var first, last int32
		if b := d.Buffers()[1]; b != nil && b.Len() >= (d.Len()+1)*arrow.Int32SizeBytes {
			offsets := arrow.Int32Traits.CastFromBytes(b.Bytes())
			first, last = offsets[0], offsets[d.Len()]
		}
		if first != 0 {
			return true
		}
		if len(d.Children()) > 0 {
			if int(last) != d.Children()[0].Len() {
				return true
			}
		} else if b := d.Buffers()[2]; last == 0 && b != nil && b.Len() > 0 {
			return true
		}
	}
	return slices.ContainsFunc(d.Children(), loose)
}

// withSchema returns rec's cells under s; the record is the caller's.
func withSchema(rec arrow.Record, s *arrow.Schema) arrow.Record {
	return array.NewRecord(s, rec.Columns(), rec.NumRows())
}

// without returns rec without the rows that drop says; the record is the caller's.
func without(rec arrow.Record, drop []bool) (arrow.Record, error) {
	var kept int64
	cols := make([]arrow.Array, 0, rec.NumCols())
	defer func() {
		for _, c := range cols {
			c.Release()
		}
	}()
	for _, c := range rec.Columns() {
		var parts []arrow.Array
		kept = 0
		for i := 0; i < len(drop); {
			if drop[i] {
				i++
				continue
			}
			j := i
			for j < len(drop) && !drop[j] {
				j++
			}
			parts = append(parts, array.NewSlice(c, int64(i), int64(j)))
			kept += int64(j - i)
			i = j
		}
		col, err := array.Concatenate(parts, memory.DefaultAllocator)
		for _, p := range parts {
			p.Release()
		}
		if err != nil {
			return nil, err
		}
		cols = append(cols, col)
	}
	return array.NewRecord(rec.Schema(), cols, kept), nil
}

func (t *runTable) commit() error {
	t.committedRows += t.rows
	t.committedDuplicates += t.duplicates
	t.rows, t.duplicates = 0, 0
	if t.proof == nil {
		return nil
	}
	return t.proof.commit()
}

func (t *runTable) abort() {
	t.rows, t.duplicates = 0, 0
	if t.proof != nil {
		t.proof.abort()
	}
}

func (t *runTable) close() {
	if t.proof != nil {
		t.proof.close()
	}
}

package sqltable

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// A Fit says whether records belong to a table. It is for one goroutine.
type Fit struct {
	table schema.Table
	// seen is the last schema that a record came with, known to fit.
	seen *arrow.Schema
}

// NewFit returns the Fit of t.
func NewFit(t schema.Table) *Fit { return &Fit{table: t} }

// Check says why rec does not belong to the table: another number of columns, another name or type of
// one, a null where none may be.
func (f *Fit) Check(rec arrow.Record) error {
	t := f.table
	if s := rec.Schema(); s != f.seen {
		if s.NumFields() != len(t.Columns) {
			return fmt.Errorf("table %s: a batch has %d columns, want %d", t.Name, s.NumFields(), len(t.Columns))
		}
		for i, want := range t.Columns {
			if got := s.Field(i); got.Name != want.Name || !arrow.TypeEqual(got.Type, want.Type) {
				return fmt.Errorf("table %s: column %d of a batch is %s %s, want %s %s", t.Name, i+1, got.Name, got.Type, want.Name, want.Type)
			}
		}
		f.seen = s
	}
	for i, c := range rec.Columns() {
		if !t.Columns[i].Nullable && c.NullN() > 0 {
			return fmt.Errorf("table %s: column %s of a batch holds a null, which the schema rules out", t.Name, t.Columns[i].Name)
		}
	}
	return nil
}

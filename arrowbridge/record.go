package arrowbridge

import (
	"fmt"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	v15 "github.com/apache/arrow/go/v15/arrow"
)

// Record returns rec as a record batch of arrow-go over the same memory. The caller releases it; rec
// stays the caller's and may be released before or after. The error names the column whose type has no
// place in arrow-go.
func Record(rec v15.Record) (v18.RecordBatch, error) {
	schema, err := Schema(rec.Schema())
	if err != nil {
		return nil, err
	}
	return RecordAs(rec, schema)
}

// RecordAs is Record for a caller that has many records of one schema: schema is what Schema gave for
// it, once. The error is one of a schema that does not belong to rec.
func RecordAs(rec v15.Record, schema *v18.Schema) (v18.RecordBatch, error) {
	if schema.NumFields() != int(rec.NumCols()) {
		return nil, fmt.Errorf("the record has %d columns, the schema %d", rec.NumCols(), schema.NumFields())
	}
	columns := make([]v18.Array, rec.NumCols())
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i, c := range rec.Columns() {
		f := schema.Field(i)
		made, err := data(c.Data(), f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		columns[i] = array18.MakeFromData(made)
		made.Release()
	}
	return array18.NewRecordBatch(schema, columns, rec.NumRows()), nil
}

// Array returns a as an array of arrow-go over the same memory. The caller releases it.
func Array(a v15.Array) (v18.Array, error) {
	t, err := Type(a.DataType())
	if err != nil {
		return nil, err
	}
	made, err := data(a.Data(), t)
	if err != nil {
		return nil, err
	}
	defer made.Release()
	return array18.MakeFromData(made), nil
}

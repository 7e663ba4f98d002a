//go:build duckdb_arrow

package duckdb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// stagingType is what a column of type t is to DuckDB, which has no JSON of Arrow's nested types, no floats of
// 16 bits, no decimals of 256, cuts what is below the microsecond towards 1970, and so on. Whatever it takes as
// it is stays the same.
func stagingType(t arrow.DataType, kind sqltable.Kind) arrow.DataType {
	switch kind {
	case sqltable.JSON:
		return arrow.BinaryTypes.String
	case sqltable.Digits:
		if typeName(t, kind) == "VARCHAR" {
			return arrow.BinaryTypes.String
		}
	}
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return stagingType(t.ValueType, kind)
	case *arrow.Float16Type:
		return arrow.PrimitiveTypes.Float64
	case *arrow.Date64Type:
		return arrow.FixedWidthTypes.Date32
	case *arrow.Time64Type:
		return arrow.FixedWidthTypes.Time64us
	case *arrow.TimestampType:
		if t.Unit == arrow.Nanosecond {
			return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: t.TimeZone}
		}
	}
	return t
}

// convert returns rec as the table's staged schema has it. The caller releases it. The error begins with the column.
func (t *table) convert(rec arrow.Record) (arrow.Record, error) {
	columns := make([]arrow.Array, 0, len(t.Columns))
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i, c := range rec.Columns() {
		made, err := t.column(i, c)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", t.Columns[i].Name, err)
		}
		columns = append(columns, made)
	}
	return array.NewRecord(t.staged, columns, rec.NumRows()), nil
}

// column returns the column with this index as it is staged. The caller releases it.
func (t *table) column(i int, a arrow.Array) (arrow.Array, error) {
	want := t.staged.Field(i).Type
	if d, ok := a.(*array.Dictionary); ok {
		values, err := t.column(i, d.Dictionary())
		if err != nil {
			return nil, err
		}
		defer values.Release()
		return taken(d, values)
	}
	if text := cell.Text(a); text != nil && !validText(a, text) {
		if t.isKey[i] {
			return nil, errors.New("a text that is a part of the key holds bytes that are not UTF-8, which DuckDB cannot store: " +
				"leave them out, or write to SQLite or files")
		}
		return written(a, want, func(dst []byte, row int) []byte { return append(dst, strings.ToValidUTF8(text(row), "\ufffd")...) }), nil
	}
	if arrow.TypeEqual(a.DataType(), want) {
		a.Retain()
		return a, nil
	}
	switch a := a.(type) {
	case *array.Float16:
		return mapped(a, array.NewFloat64Builder(memory.DefaultAllocator),
			func(row int) float64 { return float64(a.Value(row).Float32()) }), nil
	case *array.Date64:
		return dates(a)
	case *array.Time64:
		return mapped(a, array.NewTime64Builder(memory.DefaultAllocator, arrow.FixedWidthTypes.Time64us.(*arrow.Time64Type)),
			func(row int) arrow.Time64 { return a.Value(row) / 1000 }), nil
	case *array.Timestamp:
		return mapped(a, array.NewTimestampBuilder(memory.DefaultAllocator, want.(*arrow.TimestampType)),
			func(row int) arrow.Timestamp { return arrow.Timestamp(floorDiv(int64(a.Value(row)), 1000)) }), nil
	}
	write := cell.Plain(a, "Z")
	if t.kinds[i] == sqltable.JSON {
		var err error
		if write, err = cell.JSON(a); err != nil {
			return nil, err
		}
	}
	return written(a, want, write), nil
}

//go:build duckdb_arrow

package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	v18 "github.com/apache/arrow-go/v18/arrow"

	"github.com/igsource/igsource/arrowbridge"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// typeNames are the types as DuckDB's catalog gives them.
var typeNames = map[sqltable.Kind]string{
	sqltable.Text:     "VARCHAR",
	sqltable.Integer:  "BIGINT",
	sqltable.Real:     "DOUBLE",
	sqltable.Bool:     "BOOLEAN",
	sqltable.Date:     "DATE",
	sqltable.Time:     "TIME",
	sqltable.Instant:  "TIMESTAMP WITH TIME ZONE",
	sqltable.WallTime: "TIMESTAMP",
	sqltable.JSON:     "JSON",
	sqltable.Bytes:    "BLOB",
}

// typeName is the type of a column of values of t, which are of this kind.
func typeName(t arrow.DataType, kind sqltable.Kind) string {
	if kind != sqltable.Digits {
		return typeNames[kind]
	}
	if d, ok := t.(*arrow.DictionaryType); ok {
		t = d.ValueType
	}
	if t.ID() == arrow.UINT64 {
		return "UBIGINT"
	}
	if d, ok := t.(*arrow.Decimal128Type); ok && 0 <= d.Scale && d.Scale <= d.Precision && d.Precision <= 38 {
		return fmt.Sprintf("DECIMAL(%d,%d)", d.Precision, d.Scale)
	}
	return "VARCHAR"
}

// A table is one of the run's.
type table struct {
	schema.Table
	columns []sqltable.Column
	kinds   []sqltable.Kind
	isKey   []bool
	fit     *sqltable.Fit

	// Of the batches, as convert makes them: what they are to Arrow, on either side of the bridge.
	staged *arrow.Schema
	bridge *v18.Schema

	// The table, the temporary one that rows are held back in, and the one that says which of them take the
	// place of others, as statements name them.
	target, staging, matching string

	rows  int64 // that are held back
	dirty int64 // the turn of the last of them
}

func checkNames(tables []schema.Table) error {
	return sqltable.CheckNames(tables, sqltable.LowerASCII)
}

func newTable(t schema.Table, number int) (*table, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	own := &table{
		Table: t, fit: sqltable.NewFit(t), dirty: -1,
		staging: fmt.Sprintf("temp.staging_%d", number), matching: fmt.Sprintf("temp.matching_%d", number),
	}
	var err error
	if own.columns, own.kinds, err = sqltable.ColumnsOf(t, "DuckDB", typeNames); err != nil {
		return nil, err
	}
	var fields []arrow.Field
	for i, c := range t.Columns {
		kind := own.kinds[i]
		own.columns[i].Type = typeName(c.Type, kind)
		own.isKey = append(own.isKey, slices.Contains(t.Key, c.Name))
		fields = append(fields, arrow.Field{Name: stagingName(i), Type: stagingType(c.Type, kind), Nullable: true})
	}
	own.staged = arrow.NewSchema(fields, nil)
	if own.bridge, err = arrowbridge.Schema(own.staged); err != nil {
		return nil, plugin.Userf("table %s cannot be written to DuckDB: column %w", t.Name, err)
	}
	return own, nil
}

// stagingName is the name that the column with this index has where rows are held back: no name of a column
// is in the way of another there.
func stagingName(i int) string { return fmt.Sprint("c", i) }

// stageStatement makes the temporary table that rows are held back in, empty. DuckDB does not give back the
// memory of deleted rows, but that of the table which this one replaces.
func (t *table) stageStatement() string {
	columns := []string{"turn BIGINT"}
	for i, c := range t.columns {
		columns = append(columns, stagingName(i)+" "+c.Type)
	}
	return fmt.Sprintf("CREATE OR REPLACE TEMPORARY TABLE %s (%s)", t.staging, strings.Join(columns, ", "))
}

// stagingNames are the names of all columns where rows are held back.
func (t *table) stagingNames(of string) string {
	names := make([]string, len(t.Columns))
	for i := range names {
		names[i] = of + stagingName(i)
	}
	return strings.Join(names, ", ")
}

func (t *table) names() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return sqltable.QuoteAll(names)
}

// sameKey says that the row s, of those that are held back, and the row t of the table have one key.
func (t *table) sameKey() string {
	var parts []string
	for i, c := range t.Columns {
		if t.isKey[i] {
			parts = append(parts, fmt.Sprintf("t.%s IS NOT DISTINCT FROM s.%s", sqltable.Quote(c.Name), stagingName(i)))
		}
	}
	return strings.Join(parts, " AND ")
}

// addStatement adds all rows that are held back to a table without a key.
func (t *table) addStatement() string {
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY rowid", t.target, t.names(), t.stagingNames(""), t.staging)
}

// matchStatement finds the rows that count, which are the last of each key, and says which of these keys the
// table has.
func (t *table) matchStatement() string {
	var keys, target []string
	for i, c := range t.Columns {
		if t.isKey[i] {
			keys = append(keys, stagingName(i))
			target = append(target, sqltable.Quote(c.Name))
		}
	}
	by, here := strings.Join(keys, ", "), t.spareName()
	rows := fmt.Sprintf("SELECT max(rowid) AS source, %s FROM %s GROUP BY %s", by, t.staging, by)
	known := fmt.Sprintf("SELECT %s, true AS %s FROM %s", strings.Join(target, ", "), here, t.target)
	return fmt.Sprintf("CREATE OR REPLACE TEMPORARY TABLE %s AS SELECT s.source, t.%s IS NOT NULL AS there FROM (%s) s LEFT JOIN (%s) t ON %s",
		t.matching, here, rows, known, t.sameKey())
}

// spareName is a name that no column of the table has.
func (t *table) spareName() string {
	name := "here"
	for slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return strings.EqualFold(c.Name, name) }) {
		name += "_"
	}
	return name
}

// replaceStatement writes the rows whose keys the table has over those that have them. It is empty for a
// table that is all key.
func (t *table) replaceStatement() string {
	var sets []string
	for i, c := range t.Columns {
		if !t.isKey[i] {
			sets = append(sets, sqltable.Quote(c.Name)+" = s."+stagingName(i))
		}
	}
	if len(sets) == 0 {
		return ""
	}
	return fmt.Sprintf("UPDATE %s AS t SET %s FROM (SELECT s.* FROM %s s JOIN %s m ON s.rowid = m.source WHERE m.there) s WHERE %s",
		t.target, strings.Join(sets, ", "), t.staging, t.matching, t.sameKey())
}

// insertStatement adds the rows whose keys the table has not, in the order in which they came.
func (t *table) insertStatement() string {
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s s JOIN %s m ON s.rowid = m.source WHERE NOT m.there ORDER BY s.rowid",
		t.target, t.names(), t.stagingNames("s."), t.staging, t.matching)
}

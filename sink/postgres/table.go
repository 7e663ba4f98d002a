package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// typeNames are the types as format_type gives them.
var typeNames = map[sqltable.Kind]string{
	sqltable.Text:     "text",
	sqltable.Integer:  "bigint",
	sqltable.Digits:   "numeric",
	sqltable.Real:     "double precision",
	sqltable.Bool:     "boolean",
	sqltable.Date:     "date",
	sqltable.Time:     "time without time zone",
	sqltable.Instant:  "timestamp with time zone",
	sqltable.WallTime: "timestamp without time zone",
	sqltable.JSON:     "jsonb",
	sqltable.Bytes:    "bytea",
}

// stand is a value of each type, as a constant, that stands for null in an index where nulls cannot be equal.
var stand = map[string]string{
	"text": "''", "bigint": "0", "numeric": "0", "double precision": "0", "boolean": "false", "date": "'1970-01-01'",
	"time without time zone": "'00:00'", "timestamp with time zone": "'1970-01-01 00:00Z'", "timestamp without time zone": "'1970-01-01 00:00'",
	"jsonb": "'null'", "bytea": "''",
}

// A table is one of the run's.
type table struct {
	schema.Table
	columns []sqltable.Column
	kinds   []sqltable.Kind
	fit     *sqltable.Fit
	held    *held

	// schema is the name of the schema, target and staging are the tables as statements name them.
	target, staging string
	// conflict is what a row replaces another by: the columns or expressions of the unique index. Empty
	// without a key.
	conflict string
}

func newTable(t schema.Table, number int) (*table, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	columns, kinds, err := sqltable.ColumnsOf(t, "PostgreSQL", typeNames)
	if err != nil {
		return nil, err
	}
	// Values that differ in their bytes and are equal to the database hide a key that stands twice.
	sure := len(t.Key) > 0
	var keys []int
	for i, c := range t.Columns {
		if slices.Contains(t.Key, c.Name) {
			keys = append(keys, i)
			sure = sure && kinds[i] != sqltable.JSON && kinds[i] != sqltable.Real
		}
	}
	return &table{
		Table: t, columns: columns, kinds: kinds, fit: sqltable.NewFit(t), held: newHeld(keys, sure),
		staging: fmt.Sprintf("pg_temp.%sstaging_%d", sqltable.Reserved, number),
	}, nil
}

// nullableKey says whether a part of the key may be null.
func (t *table) nullableKey() bool {
	return slices.ContainsFunc(t.columns, func(c sqltable.Column) bool { return c.Nullable && slices.Contains(t.Key, c.Name) })
}

// keyExpressions are the parts of the key as an index needs them where PostgreSQL cannot hold nulls equal
// (before 15): two expressions for a column that may be null.
func (t *table) keyExpressions(nullable func(column string) bool) string {
	var parts []string
	for _, k := range t.Key {
		if !nullable(k) {
			parts = append(parts, quote(k))
			continue
		}
		_, i := t.Column(k)
		typ := t.columns[i].Type
		parts = append(parts, "("+quote(k)+" IS NULL)", "coalesce("+quote(k)+", "+stand[typ]+"::"+typ+")")
	}
	return strings.Join(parts, ", ")
}

func (t *table) names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// stagingStatement makes the temporary table that rows are copied into. Texts are compared by their bytes
// there, which is quick, and equal where the target's are: PostgreSQL holds no others equal by default.
func (t *table) stagingStatement() string {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = quote(c.Name) + " " + c.Type
		if c.Type == "text" {
			columns[i] += ` COLLATE "C"`
		}
	}
	return fmt.Sprintf("CREATE TEMPORARY TABLE %s (%s) ON COMMIT DELETE ROWS", t.staging, strings.Join(columns, ", "))
}

func (t *table) copyStatement() string {
	return fmt.Sprintf("COPY %s (%s) FROM STDIN (FORMAT binary)", t.staging, quoteAll(t.names()))
}

// mergeStatement moves the copied rows into the table, in the order in which they were copied. Where a key
// may stand among them twice, the last row counts.
func (t *table) mergeStatement(twice bool) string {
	names := quoteAll(t.names())
	text := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", t.target, names, names, t.staging)
	if len(t.Key) == 0 {
		return text
	}
	if twice {
		keys := quoteAll(t.Key)
		text += fmt.Sprintf(" WHERE ctid IN (SELECT DISTINCT ON (%s) ctid FROM %s ORDER BY %s, ctid DESC) ORDER BY ctid", keys, t.staging, keys)
	}
	var sets []string
	for _, c := range t.Columns {
		if !slices.Contains(t.Key, c.Name) {
			sets = append(sets, quote(c.Name)+" = excluded."+quote(c.Name))
		}
	}
	text += " ON CONFLICT (" + t.conflict + ") DO "
	if len(sets) == 0 {
		return text + "NOTHING"
	}
	return text + "UPDATE SET " + strings.Join(sets, ", ")
}

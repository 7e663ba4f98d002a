package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// typeNames are the declared types. Those of text that SQLite might take for a number hold TEXT, which
// keeps it from doing so.
var typeNames = map[sqltable.Kind]string{
	sqltable.Text:     "TEXT",
	sqltable.Integer:  "INTEGER",
	sqltable.Digits:   "DECIMAL_TEXT",
	sqltable.Real:     "REAL",
	sqltable.Bool:     "BOOLEAN",
	sqltable.Date:     "DATE",
	sqltable.Time:     "TIME",
	sqltable.Instant:  "TIMESTAMP",
	sqltable.WallTime: "DATETIME",
	sqltable.JSON:     "JSON",
	sqltable.Bytes:    "BLOB",
}

// A table is one of the run's.
type table struct {
	schema.Table
	columns []sqltable.Column
	fit     *sqltable.Fit
	key     string // what the unique index is on, and a row replaces another by

	// Of the insertion.
	row  driver.StmtExecContext
	args []driver.NamedValue
}

func checkNames(tables []schema.Table) error {
	if err := sqltable.CheckNames(tables, sqltable.LowerASCII); err != nil {
		return err
	}
	for _, t := range tables {
		if strings.HasPrefix(sqltable.LowerASCII(t.Name), "sqlite_") {
			return plugin.Userf("a table cannot be called %q in an SQLite database, which keeps names with sqlite_ for itself: rename it", t.Name)
		}
	}
	return nil
}

func newTable(t schema.Table) (*table, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	columns, _, err := sqltable.ColumnsOf(t, "SQLite", typeNames)
	if err != nil {
		return nil, err
	}
	return &table{Table: t, columns: columns, fit: sqltable.NewFit(t)}, nil
}

// ensure makes the table, or widens the one that is there.
func (s *Sink) ensure(ctx context.Context, t *table) error {
	there, err := s.texts(ctx, "SELECT type, ifnull(sql, '') FROM sqlite_master WHERE name = $1 COLLATE NOCASE", t.Name)
	if err != nil {
		return err
	}
	if len(there) == 0 {
		return s.create(ctx, t)
	}
	if kind := there[0][0]; kind != "table" {
		return plugin.Userf("%q in %s is not a table but a kind of %s: rename it there, or write to another file", t.Name, s.path, kind)
	}
	if strings.HasPrefix(strings.ToUpper(there[0][1]), "CREATE VIRTUAL") {
		return plugin.Userf("%q in %s is a virtual table: rename it there, or write to another file", t.Name, s.path)
	}
	found, err := s.columns(ctx, t.Name)
	if err != nil {
		return err
	}
	missing, err := sqltable.There{Database: s.path, Table: t.Name, Columns: found, Fold: sqltable.LowerASCII}.Missing(t.columns, t.Key)
	if err != nil {
		return err
	}
	notNull := make(map[string]bool, len(found))
	for _, f := range found {
		notNull[sqltable.LowerASCII(f.Name)] = f.NotNull
	}
	t.key = keyExpressions(t.Key, func(column string) bool { return !notNull[sqltable.LowerASCII(column)] })
	if err := s.checkKey(ctx, t); err != nil {
		return err
	}
	for _, c := range missing {
		if err := s.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", sqltable.Quote(t.Name), sqltable.Quote(c.Name), c.Type)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sink) create(ctx context.Context, t *table) error {
	var columns []string
	nullable := make(map[string]bool, len(t.columns))
	for _, c := range t.columns {
		text := sqltable.Quote(c.Name) + " " + c.Type
		if !c.Nullable {
			text += " NOT NULL"
		}
		columns = append(columns, text)
		nullable[c.Name] = c.Nullable
	}
	if err := s.exec(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", sqltable.Quote(t.Name), strings.Join(columns, ", "))); err != nil {
		return fmt.Errorf("making the table %q: %w", t.Name, err)
	}
	t.key = keyExpressions(t.Key, func(column string) bool { return nullable[column] })
	if t.key == "" {
		return nil
	}
	if err := s.exec(ctx, t.indexStatement()); err != nil {
		return fmt.Errorf("making the unique index of the table %q: %w", t.Name, err)
	}
	return nil
}

// columns returns the columns of a table that is there.
func (s *Sink) columns(ctx context.Context, name string) ([]sqltable.Found, error) {
	rows, err := s.texts(ctx, `SELECT name, type, "notnull", dflt_value IS NOT NULL, hidden FROM pragma_table_xinfo($1, 'main')`, name)
	if err != nil {
		return nil, err
	}
	found := make([]sqltable.Found, len(rows))
	for i, r := range rows {
		found[i] = sqltable.Found{Name: r[0], Type: r[1], NotNull: r[2] == "1", Default: r[3] == "1", Generated: r[4] != "0"}
	}
	return found, nil
}

// indexName is the name of the index that makes the key of a table unique.
func indexName(table string) string { return sqltable.Reserved + "key_" + table }

// keyExpressions are the columns of a key as an index needs them so that nulls are equal: two expressions
// for a column that may be null, so that a null is not equal to any value either.
func keyExpressions(key []string, nullable func(string) bool) string {
	var parts []string
	for _, k := range key {
		name := sqltable.Quote(k)
		if nullable(k) {
			parts = append(parts, "("+name+" IS NULL)", "ifnull("+name+", '')")
			continue
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

func (t *table) indexStatement() string {
	return fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s)", sqltable.Quote(indexName(t.Name)), sqltable.Quote(t.Name), t.key)
}

// checkKey refuses a table whose key is not that of the run. An index is compared by the statement that
// made it, which SQLite keeps.
func (s *Sink) checkKey(ctx context.Context, t *table) error {
	rows, err := s.texts(ctx, "SELECT ifnull(sql, '') FROM sqlite_master WHERE type = 'index' AND name = $1 COLLATE NOCASE", indexName(t.Name))
	if err != nil {
		return err
	}
	const remedy = "rename the table there, or write to another file"
	switch {
	case len(rows) == 0 && t.key == "":
		return nil
	case len(rows) == 0:
		return plugin.Userf("the table %q in %s has no unique index for its key: make it by %s; or %s", t.Name, s.path, t.indexStatement(), remedy)
	case t.key == "":
		return plugin.Userf("the table %q in %s has a key, by %s, but in this run it has none: %s", t.Name, s.path, rows[0][0], remedy)
	case !strings.EqualFold(rows[0][0], t.indexStatement()):
		return plugin.Userf("the table %q in %s has another key than in this run, by %s, where it is to be %s: %s", t.Name, s.path, rows[0][0], t.indexStatement(), remedy)
	}
	return nil
}

// insertStatement returns the statement that writes a row.
func (t *table) insertStatement() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", sqltable.Quote(t.Name), sqltable.QuoteAll(names), strings.Repeat(", ?", len(names)-1))
	if t.key == "" {
		return text
	}
	isKey := make(map[string]bool, len(t.Key))
	for _, k := range t.Key {
		isKey[k] = true
	}
	var sets []string
	for _, n := range names {
		if !isKey[n] {
			sets = append(sets, sqltable.Quote(n)+" = excluded."+sqltable.Quote(n))
		}
	}
	text += " ON CONFLICT (" + t.key + ") DO "
	if len(sets) == 0 {
		return text + "NOTHING"
	}
	return text + "UPDATE SET " + strings.Join(sets, ", ")
}

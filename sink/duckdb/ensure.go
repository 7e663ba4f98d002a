//go:build duckdb_arrow

package duckdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// keysTable says which key each table has.
const keysTable = sqltable.Reserved + "keys"

// ensure makes the table, or widens the one that is there. Keys are those that readKeys gave.
func (s *Sink) ensure(ctx context.Context, t *table, keys map[string]string) error {
	t.target = s.file.table(t.Name)
	view, err := s.texts(ctx, "SELECT view_name FROM duckdb_views() WHERE database_name = $1 AND schema_name = 'main' AND "+named("view_name", t.Name), s.file.name)
	if err != nil {
		return err
	}
	if len(view) > 0 {
		return plugin.Userf("%q in %s is not a table but a view: rename it there, or write to another file", t.Name, s.path)
	}
	found, err := s.columns(ctx, t.Name)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return s.create(ctx, t, keys)
	}
	missing, err := sqltable.There{Database: s.path, Table: t.Name, Columns: found, Fold: sqltable.LowerASCII}.Missing(t.columns, t.Key)
	if err != nil {
		return err
	}
	if err := s.checkKey(t, keys); err != nil {
		return err
	}
	for _, c := range missing {
		if err := s.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.target, sqltable.Quote(c.Name), c.Type)); err != nil {
			return fmt.Errorf("adding the column %q to the table %q: %w", c.Name, t.Name, err)
		}
		if err := s.comment(ctx, t, c.Name); err != nil {
			return err
		}
	}
	return nil
}

// named is a condition that a column holds this name, as DuckDB compares names.
func named(column, name string) string {
	return "translate(" + column + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = " + literal(sqltable.LowerASCII(name))
}

func (s *Sink) create(ctx context.Context, t *table, keys map[string]string) error {
	var columns []string
	for _, c := range t.columns {
		text := sqltable.Quote(c.Name) + " " + c.Type
		if !c.Nullable {
			text += " NOT NULL"
		}
		columns = append(columns, text)
	}
	if err := s.exec(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", t.target, strings.Join(columns, ", "))); err != nil {
		return fmt.Errorf("making the table %q: %w", t.Name, err)
	}
	for _, c := range t.Columns {
		if err := s.comment(ctx, t, c.Name); err != nil {
			return err
		}
	}
	return s.noteKey(ctx, t, keys)
}

// comment gives a column that was made its documentation.
func (s *Sink) comment(ctx context.Context, t *table, column string) error {
	c, _ := t.Column(column)
	if c.Doc == "" {
		return nil
	}
	return s.exec(ctx, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.target, sqltable.Quote(column), literal(c.Doc)))
}

// literal returns text as a constant of SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// columns returns the columns of a table that is there, none where it is not.
func (s *Sink) columns(ctx context.Context, name string) ([]sqltable.Found, error) {
	rows, err := s.texts(ctx, "SELECT column_name, data_type, is_nullable::VARCHAR, (column_default IS NOT NULL)::VARCHAR FROM duckdb_columns() "+
		"WHERE database_name = $1 AND schema_name = 'main' AND "+named("table_name", name)+" ORDER BY column_index", s.file.name)
	if err != nil {
		return nil, err
	}
	found := make([]sqltable.Found, len(rows))
	for i, r := range rows {
		found[i] = sqltable.Found{Name: r[0], Type: r[1], NotNull: r[2] == "false", Default: r[3] == "true"}
		if found[i].Default && s.isComputed(ctx, name, r[0]) {
			found[i].Generated = true
		}
	}
	return found, nil
}

// isComputed says whether a column of a table is, which the catalog shows as a default: DuckDB refuses to
// plan a statement that writes it. Nothing is executed.
func (s *Sink) isComputed(ctx context.Context, table, column string) bool {
	prepared, err := s.conn.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (NULL)", s.file.table(table), sqltable.Quote(column)))
	if err != nil {
		return says(err, "generated column")
	}
	_ = prepared.Close()
	return false
}

// hasTable says whether there is a table or view of this name.
func hasTable(ctx context.Context, db sqltable.DB, file *file, name string) (bool, error) {
	rows, err := db.Texts(ctx, "SELECT table_name FROM information_schema.tables WHERE table_catalog = $1 AND table_schema = 'main' AND "+
		named("table_name", name), file.name)
	return len(rows) > 0, err
}

// readKeys reads the table of keys: by the name of a table, in lower case, its key. Nil is that there is no
// such table.
func (s *Sink) readKeys(ctx context.Context) (map[string]string, error) {
	there, err := hasTable(ctx, session{s.conn}, s.file, keysTable)
	if err != nil || !there {
		return nil, err
	}
	rows, err := s.texts(ctx, `SELECT "table", "key"::VARCHAR FROM `+s.file.table(keysTable))
	if err != nil {
		return nil, plugin.Userf("the table %s in %s cannot be read as a table of keys (%w): rename it, or write to another file", keysTable, s.path, err)
	}
	keys := make(map[string]string, len(rows))
	for _, r := range rows {
		keys[sqltable.LowerASCII(r[0])] = r[1]
	}
	return keys, nil
}

// noteKey writes the key of a table that was made into the table of keys.
func (s *Sink) noteKey(ctx context.Context, t *table, keys map[string]string) error {
	name := s.file.table(keysTable)
	if _, dropped := keys[sqltable.LowerASCII(t.Name)]; dropped {
		if err := s.exec(ctx, "DELETE FROM "+name+" WHERE "+named(`"table"`, t.Name)); err != nil {
			return err
		}
	}
	if len(t.Key) == 0 {
		return nil
	}
	if err := s.exec(ctx, "CREATE TABLE IF NOT EXISTS "+name+` ("table" VARCHAR NOT NULL, "key" JSON NOT NULL)`); err != nil {
		return err
	}
	return s.exec(ctx, "INSERT INTO "+name+` ("table", "key") VALUES ($1, $2)`, t.Name, keyText(t.Key))
}

// keyText is a key as the table of keys has it.
func keyText(key []string) string {
	text, err := json.Marshal(key)
	if err != nil {
		panic(err) // names are text
	}
	return string(text)
}

// checkKey refuses a table whose key is not that of the run. The order of its parts is no matter.
func (s *Sink) checkKey(t *table, keys map[string]string) error {
	key, noted := keys[sqltable.LowerASCII(t.Name)]
	const remedy = "rename the table there, or write to another file"
	want := keyText(t.Key)
	switch {
	case !noted && len(t.Key) == 0:
		return nil
	case !noted:
		return plugin.Userf(`the table %q in %s has no key on record: if no two of its rows have the same %s, say so by `+
			`CREATE TABLE IF NOT EXISTS %s ("table" VARCHAR NOT NULL, "key" JSON NOT NULL); INSERT INTO %[4]s VALUES (%[5]s, %[6]s); or %[7]s`,
			t.Name, s.path, strings.Join(t.Key, ", "), keysTable, literal(t.Name), literal(want), remedy)
	case len(t.Key) == 0:
		return plugin.Userf("the table %q in %s has a key, %s, but in this run it has none: %s", t.Name, s.path, key, remedy)
	case !sameNames(key, t.Key):
		return plugin.Userf("the table %q in %s has another key than in this run, %s, where it is to be %s: %s", t.Name, s.path, key, want, remedy)
	}
	return nil
}

// sameNames says whether text, of the table of keys, names the columns of key.
func sameNames(text string, key []string) bool {
	var names []string
	if json.Unmarshal([]byte(text), &names) != nil {
		return false
	}
	fold := func(names []string) []string {
		out := make([]string, len(names))
		for i, n := range names {
			out[i] = sqltable.LowerASCII(n)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(fold(names), fold(key))
}

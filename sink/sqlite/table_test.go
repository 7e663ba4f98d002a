package sqlite

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// people is a table whose key has a part that may be null.
func people() schema.Table {
	return schema.Table{Name: "people", Key: []string{"id", "kind"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "kind", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
}

func writeRows(t testing.TB, path string, table schema.Table, rows ...[]any) {
	t.Helper()
	rec := plugintest.Record(table, rows...)
	defer rec.Release()
	write(t, path, table, rec)
}

func TestTableAsMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	writeRows(t, path, people(), []any{"a", nil, 1})
	assert.Equal(t, [][]string{
		{`CREATE TABLE "people" ("id" TEXT NOT NULL, "kind" TEXT, "reach" INTEGER)`},
		{`CREATE UNIQUE INDEX "igsource_key_people" ON "people" ("id", ("kind" IS NULL), ifnull("kind", ''))`},
	}, query(t, path, "SELECT sql FROM sqlite_master ORDER BY rootpage"))
	assert.Equal(t, [][]string{{"0"}}, query(t, path, `SELECT count(*) FROM pragma_table_list WHERE name LIKE 'igsource%'`), "no state was asked for")
}

func TestColumnAdded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	writeRows(t, path, people(), []any{"a", nil, 1}, []any{"b", "x", 2})
	wider := people()
	wider.Columns = append([]schema.Column{{Name: "since", Type: arrow.FixedWidthTypes.Boolean}}, wider.Columns...)
	writeRows(t, path, wider, []any{true, "b", "x", 3}, []any{false, "c", nil, 4})
	assert.Equal(t, [][]string{{"a", plugintest.Null, "1", plugintest.Null}, {"b", "x", "3", "1"}, {"c", plugintest.Null, "4", "0"}},
		query(t, path, "SELECT id, kind, reach, CAST(since AS INTEGER) FROM people ORDER BY rowid"))
	// A column that is no longer asked for stays, also in rows that are written again.
	writeRows(t, path, people(), []any{"b", "x", 5})
	assert.Equal(t, [][]string{{"5", "1"}}, query(t, path, "SELECT reach, CAST(since AS INTEGER) FROM people WHERE id = 'b'"))
}

func TestTableThatIsThereInOtherWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	change(t, path,
		`CREATE TABLE People (note TEXT DEFAULT 'mine', REACH integer, Id text NOT NULL, kind TEXT, twice INT GENERATED ALWAYS AS (reach * 2))`,
		`CREATE UNIQUE INDEX "igsource_key_people" ON "people" ("id", ("kind" IS NULL), ifnull("kind", ''))`)
	writeRows(t, path, people(), []any{"a", nil, 1})
	writeRows(t, path, people(), []any{"a", nil, 2})
	assert.Equal(t, [][]string{{"mine", "a", "2", "4"}}, query(t, path, "SELECT note, id, reach, twice FROM people"))
}

// A key part that the table lets be null may become one that never is: the index stays as it was.
func TestKeyPartNoLongerNull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	writeRows(t, path, people(), []any{"a", "x", 1}, []any{"a", nil, 2})
	strict := people()
	strict.Columns[1].Nullable = false
	writeRows(t, path, strict, []any{"a", "x", 3})
	assert.Equal(t, [][]string{{"x", "3"}, {plugintest.Null, "2"}}, query(t, path, "SELECT kind, reach FROM people ORDER BY rowid"))
}

func TestConflicts(t *testing.T) {
	const made = `CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach INTEGER)`
	const index = `CREATE UNIQUE INDEX "igsource_key_people" ON "people" ("id", ("kind" IS NULL), ifnull("kind", ''))`
	unkeyed := people()
	unkeyed.Key = nil
	for _, c := range []struct {
		name  string
		there []string
		table schema.Table
		want  string
	}{
		{
			"type",
			[]string{`CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach TEXT)`, index},
			people(),
			`the column "reach" of the table "people" in PATH is TEXT, but this run writes INTEGER: rename the table in the database, or write to another database`,
		},
		{"no type", []string{`CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach)`, index}, people(), `"reach" of the table "people" in PATH is of no type, but this run writes INTEGER: `},
		{"not null", []string{`CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach INTEGER NOT NULL)`, index}, people(), `"reach" of the table "people" in PATH is NOT NULL, but this run may write nulls: `},
		{
			"not null of others",
			[]string{`CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach INTEGER, x INT NOT NULL)`, index},
			people(),
			`the column "x" of the table "people" in PATH is NOT NULL without a default, and this run does not write it: give it a default, or `,
		},
		{"computed", []string{`CREATE TABLE people (id TEXT NOT NULL, kind TEXT, reach INTEGER AS (1))`, index}, people(), `"reach" of the table "people" in PATH is computed there and cannot be written: `},
		{"key column missing", []string{`CREATE TABLE people (id TEXT NOT NULL, reach INTEGER)`}, people(), `the table "people" in PATH has no column "kind", which is a part of the key of this run: `},
		{"no index", []string{made}, people(), `has no unique index for its key: make it by ` + index + `; or rename the table there, or write to another file`},
		{"index that is not unique", []string{made, `CREATE INDEX "igsource_key_people" ON "people" ("id", ("kind" IS NULL), ifnull("kind", ''))`}, people(), `has another key than in this run, by CREATE INDEX `},
		{"partial index", []string{made, index + " WHERE reach > 0"}, people(), `has another key than in this run, by ` + index + ` WHERE reach > 0, where it is to be ` + index + `: rename`},
		{"other key", []string{made, `CREATE UNIQUE INDEX "igsource_key_people" ON "people" ("id")`}, people(), `has another key than in this run, by CREATE UNIQUE INDEX "igsource_key_people" ON "people" ("id"), where it is to be ` + index + `: `},
		{"key that went", []string{made, index}, unkeyed, `has a key, by ` + index + `, but in this run it has none: `},
		{"view", []string{`CREATE VIEW people AS SELECT 1 AS id`}, people(), `"people" in PATH is not a table but a kind of view: rename it there, or write to another file`},
		{"index of that name", []string{`CREATE TABLE other (x)`, `CREATE INDEX people ON other (x)`}, people(), `"people" in PATH is not a table but a kind of index: `},
		{"virtual table", []string{`CREATE VIRTUAL TABLE people USING fts5(id, kind, reach)`}, people(), `"people" in PATH is a virtual table: `},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			change(t, path, c.there...)
			const all = "SELECT type, name, sql FROM sqlite_master"
			before := query(t, path, all)
			fine := schema.Table{Name: "fine", Columns: people().Columns}
			s := New(path, Options{})
			err := s.Begin(t.Context(), []schema.Table{fine, c.table})
			var user *plugin.UserError
			require.ErrorAs(t, err, &user)
			require.ErrorContains(t, err, replacePath(c.want, path))
			require.NoError(t, s.Finish(t.Context(), false))
			assert.Equal(t, before, query(t, path, all), "nothing is changed")
			assert.Equal(t, [][]string{{"delete"}}, query(t, path, "PRAGMA journal_mode"), "the mode of the file stays")
		})
	}
}

func TestNamesThatSQLiteCannotTellApart(t *testing.T) {
	column := schema.Column{Name: "v", Type: arrow.BinaryTypes.String}
	table := func(name string, columns ...string) schema.Table {
		t := schema.Table{Name: name}
		for _, c := range columns {
			t.Columns = append(t.Columns, schema.Column{Name: c, Type: column.Type})
		}
		return t
	}
	for _, c := range []struct {
		tables []schema.Table
		want   string
	}{
		{[]schema.Table{table("A", "v"), table("a", "v")}, `the tables "A" and "a" are one table to the database: rename one of them`},
		{[]schema.Table{table("t", "Reach", "v", "reach")}, `the columns "Reach" and "reach" of table "t" are one column to the database: rename one of them`},
		{[]schema.Table{table("IGSource_state", "v")}, `a table cannot be called "IGSource_state" in a database: names with igsource_ are kept for tables of our own, so rename it`},
		{[]schema.Table{table("sqlite_x", "v")}, `a table cannot be called "sqlite_x" in an SQLite database, which keeps names with sqlite_ for itself: rename it`},
		{[]schema.Table{table("a\x00b", "v")}, `a database cannot hold a table called "a\x00b": its name is not text`},
		{[]schema.Table{table("t", "a\xffb")}, `a database cannot hold the column "a\xffb" of table "t": its name is not text`},
		{[]schema.Table{{Name: "t", Columns: []schema.Column{{Name: "d", Type: arrow.FixedWidthTypes.Duration_s}}}}, `table t cannot be written to SQLite: column d: the type duration[s] has no text form here: write the table as arrow`},
	} {
		path := filepath.Join(t.TempDir(), "a.db")
		err := New(path, Options{}).Begin(t.Context(), c.tables)
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.EqualError(t, err, c.want)
		require.NoFileExists(t, path)
	}
	// É and é are two to SQLite.
	path := filepath.Join(t.TempDir(), "a.db")
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table("É", "Ö", "ö"), table("é", "v")}))
	require.NoError(t, s.Finish(t.Context(), true))
}

func TestTooManyColumns(t *testing.T) {
	wide := schema.Table{Name: "wide"}
	for i := range 2001 {
		wide.Columns = append(wide.Columns, schema.Column{Name: "c" + string(rune('a'+i%26)) + string(rune(0x4e00+i)), Type: arrow.PrimitiveTypes.Int64})
	}
	path := filepath.Join(t.TempDir(), "a.db")
	err := New(path, Options{}).Begin(t.Context(), []schema.Table{wide})
	require.ErrorContains(t, err, `making the table "wide"`)
	require.ErrorContains(t, err, "too many columns")
	var user *plugin.UserError
	require.True(t, errors.As(err, &user))
	require.NoFileExists(t, path)
}

func replacePath(text, path string) string { return strings.ReplaceAll(text, "PATH", path) }

//go:build duckdb_arrow

package duckdb

import (
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

// recorded makes the table of keys, with the key of people.
const recorded = `CREATE TABLE igsource_keys ("table" VARCHAR NOT NULL, "key" JSON NOT NULL); INSERT INTO igsource_keys VALUES ('people', '["id","kind"]')`

func TestTableAsMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	documented := people()
	documented.Columns[2].Doc = "How many accounts it's reached."
	writeRows(t, path, documented, []any{"a", nil, 1})
	assert.Equal(t, [][]string{
		{"igsource_keys", `CREATE TABLE igsource_keys("table" VARCHAR NOT NULL, "key" JSON NOT NULL);`},
		{"people", `CREATE TABLE people(id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT);`},
	}, query(t, path, "SELECT table_name, sql FROM duckdb_tables() WHERE database_name = 'a' ORDER BY 1"), "no state was asked for")
	assert.Equal(t, [][]string{{"people", `["id","kind"]`}}, query(t, path, "SELECT * FROM igsource_keys"))
	assert.Equal(t, [][]string{{"reach", "How many accounts it's reached."}},
		query(t, path, "SELECT column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"))
}

func TestColumnAdded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	writeRows(t, path, people(), []any{"a", nil, 1}, []any{"b", "x", 2})
	wider := people()
	wider.Columns = append([]schema.Column{{Name: "since", Type: arrow.FixedWidthTypes.Boolean, Doc: "New."}}, wider.Columns...)
	writeRows(t, path, wider, []any{true, "b", "x", 3}, []any{false, "c", nil, 4})
	assert.Equal(t, [][]string{{"a", plugintest.Null, "1", plugintest.Null}, {"b", "x", "3", "true"}, {"c", plugintest.Null, "4", "false"}},
		query(t, path, "SELECT id, kind, reach, since FROM people"))
	assert.Equal(t, [][]string{{"New."}}, query(t, path, "SELECT comment FROM duckdb_columns() WHERE column_name = 'since'"))
	// A column that is no longer asked for stays, also in rows that are written again.
	writeRows(t, path, people(), []any{"b", "x", 5})
	assert.Equal(t, [][]string{{"5", "true"}}, query(t, path, "SELECT reach, since FROM people WHERE id = 'b'"))
}

func TestTableThatIsThereInOtherWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	change(t, path, `CREATE TABLE People (note TEXT DEFAULT 'mine', REACH bigint, Id text NOT NULL, kind TEXT, twice INT GENERATED ALWAYS AS (reach * 2))`, recorded)
	writeRows(t, path, people(), []any{"a", nil, 1})
	writeRows(t, path, people(), []any{"a", nil, 2})
	assert.Equal(t, [][]string{{"mine", "a", "2", "4"}}, query(t, path, "SELECT note, id, reach, twice FROM people"))
}

// A key part that the table lets be null may become one that never is, and the parts may change places.
func TestKeyPartNoLongerNull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	writeRows(t, path, people(), []any{"a", "x", 1}, []any{"a", nil, 2})
	strict := people()
	strict.Columns[1].Nullable = false
	strict.Key = []string{"kind", "id"}
	writeRows(t, path, strict, []any{"a", "x", 3})
	assert.Equal(t, [][]string{{"x", "3"}, {plugintest.Null, "2"}}, query(t, path, "SELECT kind, reach FROM people"))
}

// A table that was dropped by hand is made anew, with the key of the run.
func TestTableDropped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	writeRows(t, path, people(), []any{"a", "x", 1})
	change(t, path, "DROP TABLE people")
	unkeyed := people()
	unkeyed.Key = nil
	writeRows(t, path, unkeyed, []any{"a", "x", 1}, []any{"a", "x", 1})
	assert.Equal(t, [][]string{{"a", "1"}, {"a", "1"}}, query(t, path, "SELECT id, reach FROM people"))
	assert.Empty(t, query(t, path, "SELECT * FROM igsource_keys"))
}

// Of rows with one key the last counts, in one batch, in one transaction, in several.
func TestTheLastRowCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	r := newRun(t, path, Options{Clock: newHands()})
	r.begin(people())
	write := func(rows ...[]any) {
		rec := plugintest.Record(people(), rows...)
		defer rec.Release()
		require.NoError(t, r.sink.Write(t.Context(), plugin.Batch{Table: "people", Record: rec}))
	}
	write([]any{"a", nil, 1}, []any{"b", nil, 1}, []any{"a", nil, 2}, []any{"c", "x", 1})
	r.commit("s", "1")
	write([]any{"b", nil, 2}, []any{"d", nil, 1})
	r.commit("s", "2")
	write([]any{"b", nil, 3}, []any{"d", nil, nil}, []any{"e", nil, 1})
	r.commit("s", "3")
	r.finish(true)
	assert.Equal(t, [][]string{{"b", plugintest.Null, "3"}, {"a", plugintest.Null, "2"}, {"c", "x", "1"}, {"d", plugintest.Null, plugintest.Null}, {"e", plugintest.Null, "1"}},
		query(t, path, "SELECT * FROM people"), "in the order in which those that count came first")
}

func TestConflicts(t *testing.T) {
	const made = `CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT)`
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
			[]string{`CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach VARCHAR)`, recorded},
			people(),
			`the column "reach" of the table "people" in PATH is VARCHAR, but this run writes BIGINT: rename the table in the database, or write to another database`,
		},
		{"not null", []string{`CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT NOT NULL)`, recorded}, people(), `"reach" of the table "people" in PATH is NOT NULL, but this run may write nulls: `},
		{
			"not null of others",
			[]string{`CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT, x INT NOT NULL)`, recorded},
			people(),
			`the column "x" of the table "people" in PATH is NOT NULL without a default, and this run does not write it: give it a default, or `,
		},
		{"computed", []string{`CREATE TABLE people (id VARCHAR NOT NULL, kind VARCHAR, reach BIGINT AS (1))`, recorded}, people(), `"reach" of the table "people" in PATH is computed there and cannot be written: `},
		{"key column missing", []string{`CREATE TABLE people (id VARCHAR NOT NULL, reach BIGINT)`, recorded}, people(), `the table "people" in PATH has no column "kind", which is a part of the key of this run: `},
		{
			"no key",
			[]string{made},
			people(),
			`the table "people" in PATH has no key on record: if no two of its rows have the same id, kind, say so by ` +
				`CREATE TABLE IF NOT EXISTS igsource_keys ("table" VARCHAR NOT NULL, "key" JSON NOT NULL); INSERT INTO igsource_keys VALUES ('people', '["id","kind"]'); ` +
				`or rename the table there, or write to another file`,
		},
		{"other key", []string{made, recorded, `UPDATE igsource_keys SET "key" = '["id"]'`}, people(), `the table "people" in PATH has another key than in this run, ["id"], where it is to be ["id","kind"]: rename`},
		{"key that cannot be understood", []string{made, recorded, `UPDATE igsource_keys SET "key" = '1'`}, people(), `has another key than in this run, 1, where it is to be ["id","kind"]: `},
		{"table of keys that is none", []string{made, `CREATE TABLE igsource_keys (x INTEGER)`}, people(), `the table igsource_keys in PATH cannot be read as a table of keys (`},
		{"key that went", []string{made, recorded}, unkeyed, `the table "people" in PATH has a key, ["id","kind"], but in this run it has none: `},
		{"view", []string{`CREATE VIEW PEOPLE AS SELECT 1 AS id`}, people(), `"people" in PATH is not a table but a view: rename it there, or write to another file`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.duckdb")
			change(t, path, c.there...)
			const all = "SELECT table_name, sql FROM duckdb_tables() UNION ALL SELECT view_name, sql FROM duckdb_views() WHERE NOT internal"
			before := query(t, path, all)
			fine := schema.Table{Name: "fine", Columns: people().Columns}
			s := New(path, Options{})
			err := s.Begin(t.Context(), []schema.Table{fine, c.table})
			var user *plugin.UserError
			require.ErrorAs(t, err, &user)
			require.ErrorContains(t, err, replacePath(c.want, path))
			require.NoError(t, s.Finish(t.Context(), false))
			assert.Equal(t, before, query(t, path, all), "nothing is changed")
		})
	}
}

func TestNamesThatDuckDBCannotTellApart(t *testing.T) {
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
		{[]schema.Table{table("a\x00b", "v")}, `a database cannot hold a table called "a\x00b": its name is not text`},
		{[]schema.Table{table("t", "a\xffb")}, `a database cannot hold the column "a\xffb" of table "t": its name is not text`},
		{[]schema.Table{{Name: "t", Columns: []schema.Column{{Name: "d", Type: arrow.FixedWidthTypes.Duration_s}}}}, `table t cannot be written to DuckDB: column d: the type duration[s] has no text form here: write the table as arrow`},
	} {
		path := filepath.Join(t.TempDir(), "a.duckdb")
		err := New(path, Options{}).Begin(t.Context(), c.tables)
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.EqualError(t, err, c.want)
		require.NoFileExists(t, path)
	}
	// É and é are two to DuckDB.
	path := filepath.Join(t.TempDir(), "a.duckdb")
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table("É", "Ö", "ö"), table("é", "v")}))
	require.NoError(t, s.Finish(t.Context(), true))
}

func replacePath(text, path string) string { return strings.ReplaceAll(text, "PATH", path) }

package sqlite

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sinktest"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// write writes recs in a run of their own, a mark each.
func write(t testing.TB, path string, table schema.Table, recs ...arrow.Record) {
	t.Helper()
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	for i, rec := range recs {
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: table.Name, Record: rec}))
		require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
	}
	require.NoError(t, s.Finish(t.Context(), true))
}

// wantText is what a column holds as text, by way of the writers of the other formats.
func wantText(t testing.TB, a arrow.Array, row int) string {
	t.Helper()
	if d, ok := a.(*array.Dictionary); ok {
		if a.IsNull(row) {
			return plugintest.Null
		}
		return wantText(t, d.Dictionary(), d.GetValueIndex(row))
	}
	if a.IsNull(row) {
		return plugintest.Null
	}
	kind, err := sqltable.KindOf(a.DataType())
	require.NoError(t, err)
	var write cell.Appender
	switch kind {
	case sqltable.Text:
		return cell.Text(a)(row)
	case sqltable.Bytes:
		b, err := cell.JSON(a)
		require.NoError(t, err)
		return string(b(nil, row)) // base64 in quotes
	case sqltable.JSON, sqltable.Real:
		write, err = cell.JSON(a)
		require.NoError(t, err)
	default:
		write = cell.Plain(a, "Z")
	}
	return string(write(nil, row))
}

func TestEveryTypeComesBack(t *testing.T) {
	sinktest.EverySample(t, 20, func(table schema.Table, whole arrow.Record, parts []arrow.Record) {
		path := filepath.Join(t.TempDir(), "a.db")
		write(t, path, table, parts...)
		got := readTable(t, path, table)
		require.Len(t, got, int(whole.NumRows()))
		for i, c := range table.Columns {
			kind, err := sqltable.KindOf(c.Type)
			require.NoError(t, err)
			for row := range got {
				g := got[row][i]
				switch {
				case kind == sqltable.Bytes && g != plugintest.Null:
					g = base64Text(g)
				case kind == sqltable.Real:
					g = plainFloat(t, c, g)
				}
				want := wantText(t, whole.Column(i), row)
				if kind == sqltable.Real && want != plugintest.Null {
					if want = wideFloat(whole.Column(i), row); want == "-0" {
						want = "0" // SQLite has no other
					}
				}
				require.Equal(t, want, g, "%s, row %d", c.Name, row)
			}
		}
	})
}

// base64Text is bytes as the other formats write them.
func base64Text(b string) string {
	bytes := array.NewBinaryBuilder(memory.DefaultAllocator, arrow.BinaryTypes.Binary)
	defer bytes.Release()
	bytes.Append([]byte(b))
	a := bytes.NewArray()
	defer a.Release()
	write, err := cell.JSON(a)
	if err != nil {
		panic(err)
	}
	return string(write(nil, 0))
}

// wideFloat is a float with 64 bits: SQLite has no others.
func wideFloat(a arrow.Array, row int) string {
	if f, ok := a.(*array.Float32); ok {
		return string(cell.AppendPlainFloat(nil, float64(f.Value(row)), 64))
	}
	return string(cell.AppendPlainFloat(nil, a.(*array.Float64).Value(row), 64))
}

func TestWhatSQLiteMakesOfThem(t *testing.T) {
	table := plugintest.Sample()
	rec := plugintest.Record(table, plugintest.SampleRows()...)
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.db")
	write(t, path, table, rec)

	assert.Equal(t, [][]string{
		{"id", "TEXT", "1"},
		{"text", "TEXT", "0"},
		{"long", "INTEGER", "0"},
		{"int", "INTEGER", "0"},
		{"float", "REAL", "0"},
		{"bool", "BOOLEAN", "0"},
		{"day", "DATE", "0"},
		{"at", "TIMESTAMP", "0"},
		{"map", "JSON", "0"},
		{"list", "JSON", "0"},
	}, query(t, path, `SELECT name, type, "notnull" FROM pragma_table_info('sample')`))
	assert.Equal(t, [][]string{{"text", "text", "integer", "integer", "real", "integer", "text", "text", "text", "text"}},
		query(t, path, `SELECT typeof(id), typeof(text), typeof(long), typeof(int), typeof(float), typeof(bool), typeof(day), typeof(at), typeof(map), typeof(list)
			FROM sample WHERE id = 'plain'`))
	assert.Equal(t, [][]string{{"1", "1569537403", "274", "2", "b"}},
		query(t, path, `SELECT bool, unixepoch(at), strftime('%j', day), map ->> '$."23"', list ->> 1 FROM sample WHERE id = 'plain'`))
	assert.Equal(t, [][]string{{"0"}}, query(t, path, `SELECT count(*) FROM sample WHERE NOT json_valid(map) OR NOT json_valid(list)`))
	assert.Equal(t, [][]string{{"0"}}, query(t, path, `SELECT count(*) FROM sample WHERE at IS NOT NULL AND unixepoch(at) IS NULL OR day IS NOT NULL AND julianday(day) IS NULL`))
	assert.Equal(t, [][]string{{"empty"}}, query(t, path, `SELECT id FROM sample WHERE text = ''`))
}

func TestFloatsThatAreNoNumbers(t *testing.T) {
	table := schema.Table{Name: "f", Columns: []schema.Column{{Name: "v", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}}
	rec := plugintest.Record(table, []any{math.NaN()}, []any{math.Inf(1)}, []any{math.Inf(-1)}, []any{1e300})
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.db")
	write(t, path, table, rec)
	assert.Equal(t, [][]string{{"null", "1"}, {"real", "1"}, {"real", "1"}, {"real", "1"}},
		query(t, path, "SELECT typeof(v), v IS NULL OR v = 9e999 OR v = -9e999 OR v = 1e300 FROM f ORDER BY rowid"))
}

// tables are those of a database.
func tables(t testing.TB, path string) sinktest.Tables {
	return sinktest.Tables{
		Write: func(table schema.Table, recs ...arrow.Record) { write(t, path, table, recs...) },
		Read:  func(table schema.Table) [][]string { return readTable(t, path, table) },
	}
}

func TestDictionariesAndNothing(t *testing.T) {
	sinktest.CheckDictionaries(t, tables(t, filepath.Join(t.TempDir(), "a.db")))
}

func TestOddNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?#%41&;'\"é.db")
	names := sinktest.OddNames()
	columns := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "rowid" }) // readTable wants it
	sinktest.CheckOddNames(t, names, columns, tables(t, path))
	assert.Len(t, query(t, path, "SELECT name FROM sqlite_master WHERE type = 'table'"), 2*len(names))
}

package sqlite

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
	table := sinktest.Every()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	samples := rapid.Custom(func(t *rapid.T) []arrow.Record {
		rec := sinktest.Draw(t, mem, table, 0, rapid.IntRange(0, 40).Draw(t, "rows"))
		return append(sinktest.Cut(t, rec), rec)
	})
	for seed := range 20 {
		recs := samples.Example(seed)
		rec, parts := recs[len(recs)-1], recs[:len(recs)-1]
		path := filepath.Join(t.TempDir(), "a.db")
		write(t, path, table, parts...)
		got := readTable(t, path, table)
		require.Len(t, got, int(rec.NumRows()))
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
				want := wantText(t, rec.Column(i), row)
				if kind == sqltable.Real && want != plugintest.Null {
					if want = wideFloat(rec.Column(i), row); want == "-0" {
						want = "0" // SQLite has no other
					}
				}
				require.Equal(t, want, g, "%s, row %d", c.Name, row)
			}
		}
		for _, r := range recs {
			r.Release()
		}
	}
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

func TestDictionariesAndNothing(t *testing.T) {
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	table := schema.Table{Name: "d", Columns: []schema.Column{{Name: "v", Type: dict, Nullable: true}, {Name: "n", Type: arrow.Null, Nullable: true}}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	for _, v := range []string{"x", "", "x"} {
		require.NoError(t, b.Field(0).(*array.BinaryDictionaryBuilder).AppendString(v))
	}
	b.Field(0).AppendNull()
	for range 4 {
		b.Field(1).AppendNull()
	}
	rec := b.NewRecord()
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.db")
	write(t, path, table, rec)
	assert.Equal(t, [][]string{{"x", plugintest.Null}, {"", plugintest.Null}, {"x", plugintest.Null}, {plugintest.Null, plugintest.Null}}, readTable(t, path, table))
}

// oddNames are hard on whoever quotes them badly.
var oddNames = []string{
	"select", `a"b`, `""`, "it's", "a b", "semi;colon", "--", "é漢字🦊", "[x]", "`tick`", "?1", "$1", "new\nline", "%s", "rowid", "*", ".", strings.Repeat("long", 100),
}

func TestOddNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?#%41&;'\"é.db")
	for _, keyed := range []bool{true, false} {
		for i, name := range oddNames {
			if !keyed && i > 3 {
				break
			}
			table := schema.Table{Name: name}
			row, again := []any{}, []any{}
			if !keyed {
				table.Name += " bare"
			}
			for i, c := range oddNames {
				if c == "rowid" {
					continue // readTable wants it
				}
				table.Columns = append(table.Columns, schema.Column{Name: c, Type: arrow.BinaryTypes.String, Nullable: i%2 == 0})
				if keyed && i < 12 {
					table.Key = append(table.Key, c)
				}
				row, again = append(row, c), append(again, c)
			}
			again[len(again)-1] = "new"
			first, second := plugintest.Record(table, row), plugintest.Record(table, again)
			write(t, path, table, first)
			write(t, path, table, second)
			want := plugintest.Cells(second)
			if !keyed {
				want = append(plugintest.Cells(first), want...)
			}
			require.Equal(t, want, readTable(t, path, table), "%q", name)
			first.Release()
			second.Release()
		}
	}
	assert.Len(t, query(t, path, "SELECT name FROM sqlite_master WHERE type = 'table'"), len(oddNames)+4)
}

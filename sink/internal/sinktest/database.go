package sinktest

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// A Tables is how a test writes into a database and reads it back.
type Tables struct {
	// Write writes records into a table in a run of their own, a mark each.
	Write func(table schema.Table, recs ...arrow.Record)
	// Read reads a table back as plugintest.Cells has it, in the order in which its rows came.
	Read func(table schema.Table) [][]string
}

// EverySample calls check with n samples of rows of Every, each whole and cut into parts. The records are lent.
func EverySample(t testing.TB, n int, check func(table schema.Table, whole arrow.Record, parts []arrow.Record)) {
	t.Helper()
	table := Every()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	samples := rapid.Custom(func(t *rapid.T) []arrow.Record {
		rec := Draw(t, mem, table, 0, rapid.IntRange(0, 40).Draw(t, "rows"))
		return append(Cut(t, rec), rec)
	})
	for seed := range n {
		recs := samples.Example(seed)
		check(table, recs[len(recs)-1], recs[:len(recs)-1])
		for _, r := range recs {
			r.Release()
		}
	}
}

// CheckDictionaries writes a column of a dictionary and one of nothing.
func CheckDictionaries(t testing.TB, in Tables) {
	t.Helper()
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
	in.Write(table, rec)
	require.Equal(t, [][]string{{"x", plugintest.Null}, {"", plugintest.Null}, {"x", plugintest.Null}, {plugintest.Null, plugintest.Null}}, in.Read(table))
}

// OddNames are names that are hard on whoever quotes them badly. Each differs from the others by more than case.
func OddNames() []string {
	return []string{
		"select", `a"b`, `""`, "it's", "a b", "semi;colon", "--", "é漢字🦊", "[x]", "`tick`", "?1", "$1", "new\nline", "%s", "rowid", "*", ".", `back\slash`,
		strings.Repeat("long", 100),
	}
}

// CheckOddNames writes twice, with a key and without, into a table of each of names, with those of columns.
func CheckOddNames(t testing.TB, names, columns []string, in Tables) {
	t.Helper()
	for _, keyed := range []bool{true, false} {
		for _, name := range names {
			table := schema.Table{Name: name}
			row, again := []any{}, []any{}
			if !keyed {
				table.Name += " bare"
			}
			for i, c := range columns {
				table.Columns = append(table.Columns, schema.Column{Name: c, Type: arrow.BinaryTypes.String, Nullable: i%2 == 0, Doc: c})
				if keyed && i < 12 {
					table.Key = append(table.Key, c)
				}
				row, again = append(row, c), append(again, c)
			}
			again[len(again)-1] = "new"
			first, second := plugintest.Record(table, row), plugintest.Record(table, again)
			in.Write(table, first)
			in.Write(table, second)
			want := plugintest.Cells(second)
			if !keyed {
				want = append(plugintest.Cells(first), want...)
			}
			require.Equal(t, want, in.Read(table), "%q", table.Name)
			first.Release()
			second.Release()
		}
	}
}

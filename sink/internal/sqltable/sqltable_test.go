package sqltable

import (
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

func TestKindOf(t *testing.T) {
	for want, types := range map[Kind][]arrow.DataType{
		Text:     {arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.Null, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
		Integer:  {arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint32},
		Digits:   {arrow.PrimitiveTypes.Uint64, &arrow.Decimal128Type{Precision: 38, Scale: 4}, &arrow.Decimal256Type{Precision: 70}},
		Real:     {arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64},
		Bool:     {arrow.FixedWidthTypes.Boolean},
		Date:     {arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64},
		Time:     {arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time64ns},
		Instant:  {&arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}},
		WallTime: {&arrow.TimestampType{Unit: arrow.Second}},
		JSON:     {arrow.ListOf(arrow.BinaryTypes.String), arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), arrow.StructOf()},
		Bytes:    {arrow.BinaryTypes.Binary, &arrow.FixedSizeBinaryType{ByteWidth: 2}},
	} {
		for _, dt := range types {
			got, err := KindOf(dt)
			require.NoError(t, err)
			assert.Equal(t, want, got, "%s", dt)
		}
	}
	for _, dt := range []arrow.DataType{arrow.FixedWidthTypes.Duration_s, arrow.FixedWidthTypes.MonthInterval, arrow.ListOf(arrow.FixedWidthTypes.Duration_s)} {
		_, err := KindOf(dt)
		require.ErrorContains(t, err, "write the table as arrow", "%s", dt)
	}
}

func TestQuote(t *testing.T) {
	assert.Equal(t, `"a"`, Quote("a"))
	assert.Equal(t, `"a""b"""`, Quote(`a"b"`))
	assert.Equal(t, `"a", "b"""`, QuoteAll([]string{"a", `b"`}))
	assert.Empty(t, QuoteAll(nil))
	assert.Equal(t, "aÀéz_0", LowerASCII("AÀéZ_0"))
}

// What CheckNames lets pass is as many names to a database that folds as fold does.
func TestCheckNamesLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune("aAbBéÉ\"_ ")), 1, 3, -1), 1, 6).Draw(t, "names")
		table := schema.Table{Name: "t"}
		folded, exact := map[string]bool{}, map[string]bool{}
		for _, n := range names {
			if exact[n] {
				continue
			}
			exact[n], folded[LowerASCII(n)] = true, true
			table.Columns = append(table.Columns, schema.Column{Name: n, Type: arrow.BinaryTypes.String})
		}
		err := CheckNames([]schema.Table{table}, LowerASCII)
		require.Equal(t, len(folded) == len(exact), err == nil, "%q: %v", names, err)
	})
}

func TestMissing(t *testing.T) {
	there := There{Database: "a.db", Table: "t", Fold: LowerASCII, Columns: []Found{
		{Name: "ID", Type: "text", NotNull: true},
		{Name: "n", Type: "INTEGER"},
		{Name: "mine", Type: "TEXT", NotNull: true, Default: true},
		{Name: "sum", Type: "INT", NotNull: true, Generated: true},
	}}
	missing, err := there.Missing([]Column{{"id", "TEXT", false}, {"x", "REAL", false}, {"n", "INTEGER", true}, {"y", "TEXT", true}}, []string{"id"})
	require.NoError(t, err)
	assert.Equal(t, []Column{{"x", "REAL", false}, {"y", "TEXT", true}}, missing)
	for _, c := range []struct {
		want []Column
		key  string
		err  string
	}{
		{[]Column{{"id", "TEXT", true}}, "id", `the column "ID" of the table "t" in a.db is NOT NULL, but this run may write nulls`},
		{[]Column{{"id", "INTEGER", false}}, "id", `the column "ID" of the table "t" in a.db is text, but this run writes INTEGER`},
		{[]Column{{"id", "TEXT", false}, {"k", "TEXT", false}}, "k", `the table "t" in a.db has no column "k", which is a part of the key of this run`},
		{[]Column{{"id", "TEXT", false}, {"sum", "INT", false}}, "id", `the column "sum" of the table "t" in a.db is computed there`},
		{[]Column{{"n", "INTEGER", false}}, "n", `the column "ID" of the table "t" in a.db is NOT NULL without a default, and this run does not write it`},
	} {
		_, err := there.Missing(c.want, []string{c.key})
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.ErrorContains(t, err, c.err)
		require.ErrorContains(t, err, "rename the table in the database, or write to another database")
	}
}

func TestFit(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "a", Type: arrow.BinaryTypes.String}, {Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
	loose := schema.Table{Name: "t", Columns: []schema.Column{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}, table.Columns[1]}}
	other := schema.Table{Name: "t", Columns: []schema.Column{table.Columns[0], {Name: "c", Type: arrow.PrimitiveTypes.Int64}}}
	fit := NewFit(table)
	for _, c := range []struct {
		of   schema.Table
		row  []any
		want string
	}{
		{table, []any{"x", nil}, ""},
		{loose, []any{"x", 1}, ""},
		{loose, []any{nil, 1}, "table t: column a of a batch holds a null, which the schema rules out"},
		{other, []any{"x", 1}, "table t: column 2 of a batch is c int64, want b int64"},
		{schema.Table{Name: "t", Columns: table.Columns[:1]}, []any{"x"}, "table t: a batch has 1 columns, want 2"},
	} {
		rec := plugintest.Record(c.of, c.row)
		if err := fit.Check(rec); c.want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, c.want)
		}
		rec.Release()
	}
}

func TestPace(t *testing.T) {
	now := clock.NewFake(time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC))
	p := &Pace{Clock: now}
	assert.Zero(t, p.Left(1), "the first waits for none")

	since := now.Now()
	now.Advance(7 * time.Millisecond)
	p.Ended(since)
	assert.Equal(t, 70*time.Millisecond, p.Left(1))
	now.Advance(30 * time.Millisecond)
	assert.Equal(t, 40*time.Millisecond, p.Left(MostRows-1))
	assert.Zero(t, p.Left(MostRows))
	now.Advance(40 * time.Millisecond)
	assert.Zero(t, p.Left(1))
	now.Advance(time.Hour)
	assert.Zero(t, p.Left(1))

	since = now.Now()
	now.Advance(time.Minute)
	p.Ended(since)
	assert.Equal(t, MostTime, p.Left(1), "however long it took")
}

//go:build duckdb_arrow

package duckdb

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/float16"
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

// wantText is what a column holds as text, by way of the writers of the other formats. Times are cut to
// microseconds.
func wantText(t testing.TB, a arrow.Array, row int) string {
	t.Helper()
	if a.IsNull(row) {
		return plugintest.Null
	}
	kind, err := sqltable.KindOf(a.DataType())
	require.NoError(t, err)
	switch kind {
	case sqltable.Text:
		return cell.Text(a)(row)
	case sqltable.Bytes:
		return string(a.(interface{ Value(int) []byte }).Value(row))
	case sqltable.Real:
		v, err := strconv.ParseFloat(a.ValueStr(row), 64)
		if f, ok := a.(*array.Float32); ok {
			v, err = float64(f.Value(row)), nil
		}
		require.NoError(t, err)
		return strconv.FormatFloat(v, 'f', -1, 64)
	case sqltable.JSON:
		write, err := cell.JSON(a)
		require.NoError(t, err)
		return string(write(nil, row))
	}
	text := string(cell.Plain(a, "Z")(nil, row))
	if whole, fraction, ok := strings.Cut(strings.TrimSuffix(text, "Z"), "."); ok && kind != sqltable.Digits && len(fraction) > 6 {
		zone := strings.Repeat("Z", strings.Count(text, "Z"))
		text = strings.TrimRight(strings.TrimRight(whole+"."+fraction[:6], "0"), ".") + zone
	}
	return text
}

func TestEveryTypeComesBack(t *testing.T) {
	sinktest.EverySample(t, 20, func(table schema.Table, whole arrow.Record, parts []arrow.Record) {
		path := filepath.Join(t.TempDir(), "a.duckdb")
		write(t, path, table, parts...)
		got := readTable(t, path, table)
		require.Len(t, got, int(whole.NumRows()))
		for i, c := range table.Columns {
			for row := range got {
				require.Equal(t, wantText(t, whole.Column(i), row), got[row][i], "%s, row %d", c.Name, row)
			}
		}
	})
}

func TestWhatDuckDBMakesOfThem(t *testing.T) {
	table := plugintest.Sample()
	rec := plugintest.Record(table, plugintest.SampleRows()...)
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	write(t, path, table, rec)

	assert.Equal(t, [][]string{
		{"id", "VARCHAR", "false"},
		{"text", "VARCHAR", "true"},
		{"long", "BIGINT", "true"},
		{"int", "BIGINT", "true"},
		{"float", "DOUBLE", "true"},
		{"bool", "BOOLEAN", "true"},
		{"day", "DATE", "true"},
		{"at", "TIMESTAMP WITH TIME ZONE", "true"},
		{"map", "JSON", "true"},
		{"list", "JSON", "true"},
	}, query(t, path, `SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = 'sample'`))
	assert.Equal(t, [][]string{{"true", "1569537403", "274", "2", "b"}},
		query(t, path, `SELECT bool, epoch("at")::BIGINT, strftime(day, '%j'), "map" ->> '23', list ->> 1 FROM sample WHERE id = 'plain'`))
	assert.Equal(t, [][]string{{"0", "1"}, {"23", "2"}},
		query(t, path, `SELECT key::INTEGER AS hour, value::BIGINT AS followers FROM sample, json_each("map") WHERE sample.id = 'plain' ORDER BY hour`))
	assert.Equal(t, [][]string{{"0"}}, query(t, path, `SELECT count(*) FROM sample WHERE NOT json_valid("map") OR NOT json_valid(list)`))
	assert.Equal(t, [][]string{{"empty"}}, query(t, path, `SELECT id FROM sample WHERE text = ''`))
}

func TestDecimalsOfEverySize(t *testing.T) {
	for _, c := range []struct {
		dt   arrow.DataType
		want string
	}{
		{arrow.PrimitiveTypes.Uint64, "UBIGINT"},
		{&arrow.Decimal128Type{Precision: 38, Scale: 4}, "DECIMAL(38,4)"},
		{&arrow.Decimal128Type{Precision: 5, Scale: 0}, "DECIMAL(5,0)"},
		{&arrow.Decimal128Type{Precision: 5, Scale: -2}, "VARCHAR"},
		{&arrow.Decimal256Type{Precision: 76, Scale: 4}, "VARCHAR"},
	} {
		table := schema.Table{Name: "d", Columns: []schema.Column{{Name: "v", Type: c.dt, Nullable: true}}}
		b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
		for _, text := range []string{"12300", "700"} {
			require.NoError(t, b.Field(0).AppendValueFromString(text))
		}
		b.Field(0).AppendNull()
		rec := b.NewRecord()
		b.Release()
		path := filepath.Join(t.TempDir(), "a.duckdb")
		write(t, path, table, rec)
		assert.Equal(t, [][]string{{c.want}}, query(t, path, "SELECT typeof(v) FROM d LIMIT 1"))
		assert.Equal(t, [][]string{{wantText(t, rec.Column(0), 0)}, {wantText(t, rec.Column(0), 1)}, {plugintest.Null}}, readTable(t, path, table), c.want)
		rec.Release()
	}
}

// What DuckDB would cut towards 1970, or not take at all.
func TestConversions(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "ns", Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "wall", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true},
		{Name: "s", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Prague"}, Nullable: true},
		{Name: "time", Type: arrow.FixedWidthTypes.Time64ns, Nullable: true},
		{Name: "day", Type: arrow.FixedWidthTypes.Date64, Nullable: true},
		{Name: "half", Type: arrow.FixedWidthTypes.Float16, Nullable: true},
	}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	b.Field(0).(*array.TimestampBuilder).Append(-1)
	b.Field(1).(*array.TimestampBuilder).Append(-1_000_000_001)
	b.Field(2).(*array.TimestampBuilder).Append(1)
	b.Field(3).(*array.Time64Builder).Append(86_399_999_999_999)
	b.Field(4).(*array.Date64Builder).Append(-1)
	b.Field(5).(*array.Float16Builder).Append(float16.New(0.5))
	for _, f := range b.Fields() {
		f.AppendNull()
	}
	rec := b.NewRecord()
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	write(t, path, table, rec)
	nulls := slices.Repeat([]string{plugintest.Null}, 6)
	assert.Equal(t, [][]string{
		{"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:58.999999", "1970-01-01T00:00:01Z", "23:59:59.999999", "1969-12-31", "0.5"}, nulls,
	}, readTable(t, path, table))
	assert.Equal(t, [][]string{{"TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIME", "DATE", "DOUBLE"}},
		query(t, path, "SELECT typeof(ns), typeof(wall), typeof(s), typeof(time), typeof(day), typeof(half) FROM t LIMIT 1"))
}

func TestDatesThatDuckDBCannotCount(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{{Name: "day", Type: arrow.FixedWidthTypes.Date64}, {Name: "s", Type: arrow.FixedWidthTypes.Timestamp_s}}}
	for want, values := range map[string][2]int64{
		"table t, column day: the date of row 1 is 2147483648 days from 1970, more than DuckDB counts": {86_400_000 << 31, 0},
		"PATH cannot be written: table t: Conversion Error: ":                                          {0, math.MaxInt64},
	} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
		b.Field(0).(*array.Date64Builder).Append(arrow.Date64(values[0]))
		b.Field(1).(*array.TimestampBuilder).Append(arrow.Timestamp(values[1]))
		rec := b.NewRecord()
		path := filepath.Join(t.TempDir(), "a.duckdb")
		s := New(path, Options{})
		require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
		err := s.Write(t.Context(), plugin.Batch{Table: "t", Record: rec})
		require.ErrorContains(t, err, replacePath(want, path))
		require.Equal(t, err, s.Commit(t.Context(), plugin.Position{}), "a commit cannot hide it")
		require.NoError(t, s.Abort(t.Context()))
		require.NoError(t, s.Finish(t.Context(), true))
		assert.Empty(t, readTable(t, path, table))
		rec.Release()
		b.Release()
	}
}

func TestTextThatIsNone(t *testing.T) {
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	table := schema.Table{Name: "t", Key: []string{"id"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "large", Type: arrow.BinaryTypes.LargeString, Nullable: true},
		{Name: "dict", Type: dict, Nullable: true},
	}}
	record := func(id string, text string) arrow.Record {
		b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
		defer b.Release()
		b.Field(0).(*array.StringBuilder).Append(id)
		b.Field(1).(*array.StringBuilder).Append(text)
		b.Field(2).(*array.LargeStringBuilder).Append(text)
		require.NoError(t, b.Field(3).(*array.BinaryDictionaryBuilder).AppendString(text))
		return b.NewRecord()
	}
	path := filepath.Join(t.TempDir(), "a.duckdb")
	good, bad := record("a\x00", "x\xff\xfey\x00z"), record("a\xff", "x")
	defer good.Release()
	defer bad.Release()
	write(t, path, table, good)
	const text = "x\ufffdy\x00z"
	assert.Equal(t, [][]string{{"a\x00", text, text, text}}, readTable(t, path, table))
	s := New(path, Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	require.EqualError(t, s.Write(t.Context(), plugin.Batch{Table: "t", Record: bad}), "table t, column id: a text that is a part of the key holds bytes that are not UTF-8, "+
		"which DuckDB cannot store: leave them out, or write to SQLite or files")
	require.NoError(t, s.Finish(t.Context(), false))
}

func TestFloatsThatAreNoNumbers(t *testing.T) {
	table := schema.Table{Name: "f", Columns: []schema.Column{{Name: "v", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}}
	rec := plugintest.Record(table, []any{math.NaN()}, []any{math.Inf(1)}, []any{math.Inf(-1)}, []any{math.Copysign(0, -1)}, []any{1e300})
	defer rec.Release()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	write(t, path, table, rec)
	assert.Equal(t, [][]string{{"nan"}, {"inf"}, {"-inf"}, {"-0.0"}, {"1e+300"}}, query(t, path, "SELECT v FROM f"))
}

// tables are those of a database.
func tables(t testing.TB, path string) sinktest.Tables {
	return sinktest.Tables{
		Write: func(table schema.Table, recs ...arrow.Record) { write(t, path, table, recs...) },
		Read:  func(table schema.Table) [][]string { return readTable(t, path, table) },
	}
}

func TestDictionariesAndNothing(t *testing.T) {
	sinktest.CheckDictionaries(t, tables(t, filepath.Join(t.TempDir(), "a.duckdb")))
}

func TestOddNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd %41&;'\"é.duckdb")
	names := append(sinktest.OddNames(), "at", "t", "s", "m", "here", "there", "c0", "turn", "source", "temp", "main")
	sinktest.CheckOddNames(t, names, names, tables(t, path))
	assert.Len(t, query(t, path, "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE 'igsource%'"), 2*len(names))
}

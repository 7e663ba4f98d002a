package postgres

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
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
func write(t testing.TB, in string, table schema.Table, recs ...arrow.Record) {
	t.Helper()
	s := New(dsn(t), Options{Schema: in})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
	for i, rec := range recs {
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: table.Name, Record: rec}))
		require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
	}
	require.NoError(t, s.Finish(t.Context(), true))
}

// rows writes rows in a run of their own.
func rows(t testing.TB, in string, table schema.Table, rows ...[]any) {
	t.Helper()
	rec := plugintest.Record(table, rows...)
	defer rec.Release()
	write(t, in, table, rec)
}

// wantText is what a column holds as text, by way of the writers of the other formats. Ticks are cut to
// microseconds, U+0000 is U+2400, and jsonb is as canonical has it.
func wantText(t testing.TB, a arrow.Array, row int) string {
	t.Helper()
	if a.IsNull(row) {
		return plugintest.Null
	}
	kind, err := sqltable.KindOf(a.DataType())
	require.NoError(t, err)
	switch kind {
	case sqltable.Text:
		return strings.ReplaceAll(cell.Text(a)(row), "\x00", "␀")
	case sqltable.Bytes:
		return string(cell.Plain(a, "")(nil, row))
	case sqltable.Real:
		return realText(a, row)
	case sqltable.JSON:
		write, err := cell.JSON(a)
		require.NoError(t, err)
		return canonical(t, strings.ReplaceAll(string(write(nil, row)), `\u0000`, "␀"))
	case sqltable.Instant, sqltable.WallTime, sqltable.Time, sqltable.Date:
		text := string(cell.Plain(a, "")(nil, row))
		if _, fraction, ok := strings.Cut(text, "."); ok && len(fraction) > 6 {
			text = text[:len(text)-len(fraction)+6]
		}
		if strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return text
	}
	return string(cell.Plain(a, "")(nil, row))
}

func realText(a arrow.Array, row int) string {
	v := 0.0
	switch a := a.(type) {
	case *array.Float32:
		v = float64(a.Value(row))
	case *array.Float64:
		v = a.Value(row)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// canonical is JSON with the keys of objects in one order.
func canonical(t testing.TB, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), text)
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// gotText brings what the server prints into the form of wantText.
func gotText(t testing.TB, kind sqltable.Kind, text string) string {
	t.Helper()
	if text == plugintest.Null {
		return text
	}
	switch kind {
	case sqltable.Bool:
		return map[string]string{"t": "true", "f": "false"}[text]
	case sqltable.Real:
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return strconv.FormatFloat(v, 'g', -1, 64)
	case sqltable.JSON:
		return canonical(t, text)
	case sqltable.Bytes:
		var raw []byte
		_, err := fmt.Sscanf(text, `\x%x`, &raw)
		if text != `\x` {
			require.NoError(t, err)
		}
		return base64.StdEncoding.EncodeToString(raw)
	case sqltable.Instant, sqltable.WallTime, sqltable.Date:
		text = strings.TrimSuffix(strings.Replace(text, " ", "T", 1), "+00")
		if rest, ok := strings.CutSuffix(text, "TBC"); ok {
			text = rest + " BC"
		}
		if rest, ok := strings.CutSuffix(text, " BC"); ok { // 1 BC is the year 0
			rest = strings.TrimSuffix(rest, "+00")
			year, err := strconv.Atoi(rest[:4])
			require.NoError(t, err)
			text = fmt.Sprintf("%04d", 1-year) + rest[4:]
			if year > 1 {
				text = fmt.Sprintf("-%04d", year-1) + rest[4:]
			}
		}
	}
	return text
}

func TestEveryTypeComesBack(t *testing.T) {
	sinktest.EverySample(t, 12, func(table schema.Table, whole arrow.Record, parts []arrow.Record) {
		in := freshSchema(t)
		write(t, in, table, parts...)
		got := query(t, in, "SELECT * FROM every ORDER BY ctid")
		require.Len(t, got, int(whole.NumRows()))
		for i, c := range table.Columns {
			kind, err := sqltable.KindOf(c.Type)
			require.NoError(t, err)
			for row := range got {
				require.Equal(t, wantText(t, whole.Column(i), row), gotText(t, kind, got[row][i]), "%s, row %d", c.Name, row)
			}
		}
	})
}

func TestWhatPostgreSQLMakesOfThem(t *testing.T) {
	in := freshSchema(t)
	table := plugintest.Sample()
	table.Columns[1].Doc = `What it says: 'quoted\'.`
	rows(t, in, table, plugintest.SampleRows()...)

	assert.Equal(t, [][]string{
		{"id", "text", "NO"},
		{"text", "text", "YES"},
		{"long", "bigint", "YES"},
		{"int", "bigint", "YES"},
		{"float", "double precision", "YES"},
		{"bool", "boolean", "YES"},
		{"day", "date", "YES"},
		{"at", "timestamp with time zone", "YES"},
		{"map", "jsonb", "YES"},
		{"list", "jsonb", "YES"},
	}, query(t, in, "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = $1 ORDER BY ordinal_position", in))
	assert.Equal(t, [][]string{{table.Columns[1].Doc, plugintest.Null}},
		query(t, in, "SELECT col_description('sample'::regclass, 2), col_description('sample'::regclass, 3)"))
	assert.Equal(t, [][]string{{"t", "1569537403", "274", "2", "b"}},
		query(t, in, `SELECT "bool", extract(epoch FROM at)::bigint, extract(doy FROM day), map ->> '23', list ->> 1 FROM sample WHERE id = 'plain'`))
	assert.Equal(t, [][]string{{"empty"}}, query(t, in, `SELECT id FROM sample WHERE text = ''`))
	assert.Equal(t, [][]string{{"PRIMARY KEY (id)"}}, query(t, in, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'sample'::regclass"))
}

func TestNumbersAtTheirEnds(t *testing.T) {
	in := freshSchema(t)
	table := schema.Table{Name: "n", Columns: []schema.Column{
		{Name: "f", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "h", Type: arrow.FixedWidthTypes.Float16, Nullable: true},
		{Name: "u", Type: arrow.PrimitiveTypes.Uint64, Nullable: true},
		{Name: "d", Type: &arrow.Decimal128Type{Precision: 38, Scale: 4}, Nullable: true},
		{Name: "z", Type: &arrow.Decimal128Type{Precision: 38, Scale: -2}, Nullable: true},
	}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	b.Field(0).(*array.Float64Builder).AppendValues([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64}, nil)
	for range 4 {
		b.Field(1).AppendNull()
	}
	b.Field(2).(*array.Uint64Builder).AppendValues([]uint64{0, 1, 10_000, math.MaxUint64}, nil)
	largest, err := decimal128.FromString("9999999999999999999999999999999999.9999", 38, 4)
	require.NoError(t, err)
	b.Field(3).(*array.Decimal128Builder).AppendValues([]decimal128.Num{decimal128.FromI64(0), decimal128.FromI64(-1), decimal128.FromI64(100_000_000), largest.Negate()}, nil)
	b.Field(4).(*array.Decimal128Builder).AppendValues([]decimal128.Num{decimal128.FromI64(0), decimal128.FromI64(5), decimal128.FromI64(-123), decimal128.FromI64(1)}, nil)
	rec := b.NewRecord()
	defer rec.Release()
	write(t, in, table, rec)
	assert.Equal(t, [][]string{
		{"NaN", plugintest.Null, "0", "0.0000", "0"},
		{"Infinity", plugintest.Null, "1", "-0.0001", "500"},
		{"-Infinity", plugintest.Null, "10000", "10000.0000", "-12300"},
		{"1.7976931348623157e+308", plugintest.Null, "18446744073709551615", "-9999999999999999999999999999999999.9999", "100"},
	}, query(t, in, "SELECT * FROM n ORDER BY ctid"))
}

// tables are those of a schema.
func tables(t testing.TB, in string) sinktest.Tables {
	return sinktest.Tables{
		Write: func(table schema.Table, recs ...arrow.Record) { write(t, in, table, recs...) },
		Read:  func(table schema.Table) [][]string { return readTable(t, in, table) },
	}
}

func TestDictionariesAndNothing(t *testing.T) {
	sinktest.CheckDictionaries(t, tables(t, freshSchema(t)))
}

func TestMomentsPostgreSQLCannotHold(t *testing.T) {
	seconds := &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}
	for _, c := range []struct {
		dt   arrow.DataType
		add  func(array.Builder)
		fits string
	}{
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(math.MaxInt32) }, ""},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(firstDay + epochDay - 1) }, ""},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(firstDay + epochDay) }, "4714-11-24 BC"},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(lastDay + epochDay) }, "5874897-12-31"},
		{seconds, func(b array.Builder) { b.(*array.TimestampBuilder).Append(math.MaxInt64) }, ""},
		{seconds, func(b array.Builder) {
			b.(*array.TimestampBuilder).Append(firstMicro/1_000_000 + epochMicro/1_000_000 - 1)
		}, ""},
		{seconds, func(b array.Builder) { b.(*array.TimestampBuilder).Append(firstMicro/1_000_000 + epochMicro/1_000_000) }, "4714-11-24 00:00:00+00 BC"},
		{seconds, func(b array.Builder) { b.(*array.TimestampBuilder).Append(lastMicro/1_000_000 + epochMicro/1_000_000) }, "294276-12-31 23:59:59+00"},
		{arrow.FixedWidthTypes.Time32s, func(b array.Builder) { b.(*array.Time32Builder).Append(86_401) }, ""},
		{arrow.FixedWidthTypes.Time32s, func(b array.Builder) { b.(*array.Time32Builder).Append(86_400) }, "24:00:00"},
		{arrow.FixedWidthTypes.Time64ns, func(b array.Builder) { b.(*array.Time64Builder).Append(-1) }, ""},
	} {
		in := freshSchema(t)
		table := schema.Table{Name: "m", Columns: []schema.Column{{Name: "at", Type: c.dt, Nullable: true}}}
		b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
		c.add(b.Field(0))
		rec := b.NewRecord()
		s := New(dsn(t), Options{Schema: in})
		require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
		err := s.Write(t.Context(), plugin.Batch{Table: "m", Record: rec})
		if c.fits == "" {
			require.ErrorContains(t, err, "table m, column at: a ")
			require.NoError(t, s.Abort(t.Context()))
			require.NoError(t, s.Finish(t.Context(), true))
			assert.Empty(t, query(t, in, "SELECT * FROM m"))
		} else {
			require.NoError(t, err)
			require.NoError(t, s.Commit(t.Context(), plugin.Position{}))
			require.NoError(t, s.Finish(t.Context(), true))
			assert.Equal(t, [][]string{{c.fits}}, query(t, in, "SELECT * FROM m"))
		}
		rec.Release()
		b.Release()
	}
}

func TestWhatTextCannotHold(t *testing.T) {
	in := freshSchema(t)
	table := schema.Table{Name: "t", Key: []string{"id"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "list", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "map", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
	}}
	rows(t, in, table, []any{"1", "a\x00b\x00", []any{"\x00", `\u0000`, `\` + "\x00", `\\u0000"`}, map[string]any{"k\x00": 1}}, []any{"2", "a\xffb", nil, nil})
	assert.Equal(t, [][]string{
		{"1", "a␀b␀", `["␀","\\u0000","\\␀","\\\\u0000\""]`, `{"k␀":1}`}, {"2", "a\ufffdb", plugintest.Null, plugintest.Null},
	}, readTable(t, in, table))

	for _, key := range []string{"a\x00", "a\xff"} {
		s := New(dsn(t), Options{Schema: in})
		require.NoError(t, s.Begin(t.Context(), []schema.Table{table}))
		rec := plugintest.Record(table, []any{"3", "x", nil, nil}, []any{key, "x", nil, nil})
		require.EqualError(t, s.Write(t.Context(), plugin.Batch{Table: "t", Record: rec}),
			"table t, column id: a text that is a part of the key holds a character U+0000 or bytes that are not UTF-8, which PostgreSQL cannot store: "+
				"leave it out, or write to SQLite or files")
		rec.Release()
		require.NoError(t, s.Finish(t.Context(), false))
	}
	assert.Len(t, query(t, in, "SELECT id FROM t"), 2)
}

func TestHideEscapedNUL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("\x00\\u0\"␀a")), 0, 20, -1).Draw(t, "text")
		out := hideEscapedNUL(cell.AppendString([]byte("before"), text), len("before"))
		require.True(t, bytes.HasPrefix(out, []byte("before")))
		var back string
		require.NoError(t, json.Unmarshal(out[len("before"):], &back))
		require.Equal(t, strings.ReplaceAll(text, "\x00", "␀"), back)
	})
}

func TestOddNames(t *testing.T) {
	in := `odd "schema'; \ é`
	change(t, "public", "DROP SCHEMA IF EXISTS "+sqltable.Quote(in)+" CASCADE", "CREATE SCHEMA "+sqltable.Quote(in))
	names := append(sinktest.OddNames(), "Case", "case", "pg_temp", strings.Repeat("long", 100)+"er", strings.Repeat("é", 32), strings.Repeat("x", 63))
	sinktest.CheckOddNames(t, names, names, tables(t, in))
	assert.Len(t, query(t, in, "SELECT tablename FROM pg_tables WHERE schemaname = $1", in), 2*len(names))
	long := strings.Repeat("long", 100)
	assert.Equal(t, [][]string{{long, long + ": " + long}}, query(t, in, fmt.Sprintf("SELECT obj_description(c.oid), col_description(c.oid, a.attnum) FROM pg_class c "+
		"JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relname = '%s' AND a.attname = '%s'", shortName(long), shortName(long))))
}

func TestShortName(t *testing.T) {
	assert.Equal(t, strings.Repeat("x", 63), shortName(strings.Repeat("x", 63)))
	assert.Equal(t, strings.Repeat("x", 54)+"_7ce10097", shortName(strings.Repeat("x", 64)))
	assert.Equal(t, strings.Repeat("漢", 18), shortName(strings.Repeat("漢", 30))[:54])
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringN(0, 80, -1).Draw(t, "a"), rapid.StringN(0, 80, -1).Draw(t, "b")
		short := shortName(a)
		require.LessOrEqual(t, len(short), 63)
		require.Equal(t, a == b, short == shortName(b))
		require.Equal(t, strings.ToValidUTF8(short, ""), short)
	})
}

package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/csv"
	"github.com/igsource/igsource/sink/internal/sinktest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConformance(t *testing.T) {
	plugintest.TestSink(t,
		func(_ testing.TB, dir string) plugin.Sink { return csv.New(dir, csv.Options{}) },
		func(t testing.TB, dir string, table schema.Table) [][]string {
			b, err := os.ReadFile(filepath.Join(dir, table.Name+".csv"))
			require.NoError(t, err)
			rows, err := parse(string(b))
			require.NoError(t, err)
			out := make([][]string, 0, len(rows))
			for _, row := range rows[1:] {
				require.Len(t, row, len(table.Columns))
				cells := make([]string, len(row))
				for i, field := range row {
					cells[i] = cellOf(t, table.Columns[i].Type, field)
				}
				out = append(out, cells)
			}
			return out
		}, plugintest.KeepsState(), plugintest.Excludes())
}

// cellOf is a field as plugintest.Cells writes it: only timestamps look different.
func cellOf(t testing.TB, dt arrow.DataType, field *string) string {
	if field == nil {
		return plugintest.Null
	}
	if dt.ID() != arrow.TIMESTAMP {
		return *field
	}
	at, err := time.Parse("2006-01-02T15:04:05.999999999-0700", *field)
	require.NoError(t, err)
	return at.UTC().Format(time.RFC3339Nano)
}

func TestGolden(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	to, err := sink.Open(sink.Options{Format: "csv", Path: dir, Incremental: true})
	require.NoError(t, err)
	table := plugintest.Sample()
	table.Columns = append(table.Columns, schema.Column{Name: `odd, "name"`, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
	rows := plugintest.SampleRows()
	for i, v := range []any{math.NaN(), nil, math.Inf(1), math.Inf(-1), 1e21, 1e-7, 100.0} {
		rows[i] = append(rows[i], v)
	}
	require.NoError(t, to.Begin(t.Context(), []schema.Table{table}))
	rec := plugintest.Record(table, rows...)
	defer rec.Release()
	require.NoError(t, to.Write(t.Context(), plugin.Batch{Table: table.Name, Record: rec}))
	require.NoError(t, to.Commit(t.Context(), plugin.Position{Last: true}))
	require.NoError(t, to.Finish(t.Context(), true))
	for _, name := range []string{"sample.csv", "sample.csv.manifest"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		sinktest.Golden(t, name, got, *update)
	}
}

func TestManifestTypes(t *testing.T) {
	got, err := csv.Manifest(sinktest.Every(), false)
	require.NoError(t, err)
	sinktest.Golden(t, "every.csv.manifest", got, *update)

	got, err = csv.Manifest(schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "<a&b>", Type: arrow.Null},
		{Name: "d", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Int64}},
	}}, true)
	require.NoError(t, err)
	require.JSONEq(t, `{"columns":["<a&b>","d"],"types":["STRING","INTEGER"],"primary_key":[],"incremental":false}`, string(got))
	require.Contains(t, string(got), "<a&b>")
}

// TestIncremental: a manifest asks for merging only where it was wanted and a key can do it.
func TestIncremental(t *testing.T) {
	id := []schema.Column{{Name: "id", Type: arrow.BinaryTypes.String}}
	tables := []schema.Table{
		{Name: "keyed", Key: []string{"id"}, Columns: id},
		{Name: "whole", Key: []string{"id"}, Columns: id},
		{Name: "keyless", Columns: id},
	}
	for _, c := range []struct {
		opts sink.Options
		want map[string]bool
	}{
		{sink.Options{}, map[string]bool{"keyed": false, "whole": false, "keyless": false}},
		{sink.Options{Incremental: true}, map[string]bool{"keyed": true, "whole": true, "keyless": false}},
		{sink.Options{Incremental: true, Whole: []string{"whole"}}, map[string]bool{"keyed": true, "whole": false, "keyless": false}},
	} {
		c.opts.Format, c.opts.Path = "csv", filepath.Join(t.TempDir(), "out")
		to, err := sink.Open(c.opts)
		require.NoError(t, err)
		require.NoError(t, to.Begin(t.Context(), tables))
		require.NoError(t, to.Finish(t.Context(), true))
		got := map[string]bool{}
		for _, table := range tables {
			b, err := os.ReadFile(filepath.Join(c.opts.Path, table.Name+".csv.manifest"))
			require.NoError(t, err)
			var m struct {
				Key         []string `json:"primary_key"`
				Incremental bool     `json:"incremental"`
			}
			require.NoError(t, json.Unmarshal(b, &m))
			require.Equal(t, append([]string{}, table.Key...), m.Key)
			got[table.Name] = m.Incremental
		}
		require.Equal(t, c.want, got)
	}
}

func encode(t require.TestingT, table schema.Table, recs ...arrow.Record) []byte {
	return sinktest.Encode(t, func(w io.Writer) (sink.Encoder, error) { return csv.NewEncoder(w, table) }, recs...)
}

func TestCells(t *testing.T) {
	text := arrow.BinaryTypes.String
	for _, c := range []struct {
		dt     arrow.DataType
		values string
		want   string
	}{
		{arrow.Null, `[null]`, ""},
		{text, `["a", "", null, "a,b", "a\"b", "a\nb", "a\rb", " a ", "'", "é"]`, "a|\"\"||\"a,b\"|\"a\"\"b\"|\"a\nb\"|\"a\rb\"| a |'|é"},
		{arrow.BinaryTypes.LargeString, `["x"]`, "x"},
		{arrow.FixedWidthTypes.Boolean, `[true, false]`, "true|false"},
		{arrow.PrimitiveTypes.Int64, `["9223372036854775807", "-9223372036854775808"]`, "9223372036854775807|-9223372036854775808"},
		{arrow.PrimitiveTypes.Uint64, `["18446744073709551615"]`, "18446744073709551615"},
		{arrow.FixedWidthTypes.Float16, `[1.5]`, "1.5"},
		{arrow.PrimitiveTypes.Float32, `[0.1]`, "0.1"},
		{arrow.PrimitiveTypes.Float64, `[100, 0.1, 1e21, 1.5e-7]`, "100|0.1|1000000000000000000000|0.00000015"},
		{&arrow.Decimal128Type{Precision: 38, Scale: 2}, `["12345678901234567890.10"]`, "12345678901234567890.10"},
		{arrow.FixedWidthTypes.Date32, `["2026-10-01"]`, "2026-10-01"},
		{arrow.FixedWidthTypes.Time32s, `["22:36:43"]`, "22:36:43"},
		{&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, `["2019-09-26T22:36:43Z", "2019-09-26T22:36:43.25Z"]`, "2019-09-26T22:36:43+0000|2019-09-26T22:36:43.25+0000"},
		{&arrow.TimestampType{Unit: arrow.Second}, `["2019-09-26T22:36:43"]`, "2019-09-26T22:36:43"},
		{arrow.BinaryTypes.Binary, `["AP8=", ""]`, `AP8=|""`},
		{arrow.ListOf(text), `[["a", "b"], [], null, ["a"]]`, `"[""a"",""b""]"|[]||"[""a""]"`},
		{arrow.MapOf(text, arrow.PrimitiveTypes.Int64), `[[{"key": "0", "value": 17}, {"key": "1", "value": 4}], []]`, `"{""0"":17,""1"":4}"|{}`},
		{
			arrow.StructOf(arrow.Field{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}}),
			`[{"at": "2019-09-26T22:36:43Z"}]`, `"{""at"":""2019-09-26T22:36:43Z""}"`,
		},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text}, `["a", "", null, "x,y"]`, `a|""||"x,y"`},
	} {
		table := schema.Table{Name: "t", Columns: []schema.Column{{Name: "v", Type: c.dt, Nullable: true}}}
		a, _, err := array.FromJSON(memory.DefaultAllocator, c.dt, strings.NewReader(c.values))
		require.NoError(t, err)
		rec := array.NewRecord(table.Arrow(), []arrow.Array{a}, int64(a.Len()))
		var want []byte
		want = append(want, "v\n"...)
		for _, line := range strings.Split(c.want, "|") {
			want = append(append(want, line...), '\n')
		}
		require.Equal(t, string(want), string(encode(t, table, rec)), "%s", c.dt)
		rec.Release()
		a.Release()
	}
}

func TestBytesDependOnTheRowsAlone(t *testing.T) {
	table := sinktest.Every()
	rapid.Check(t, func(t *rapid.T) {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		rec := sinktest.Draw(t, mem, table, 0, rapid.IntRange(0, 8).Draw(t, "rows"))
		whole := encode(t, table, rec)
		parts := sinktest.Cut(t, rec)
		require.Equal(t, string(whole), string(encode(t, table, parts...)))
		for _, p := range append(parts, rec) {
			p.Release()
		}
		require.Zero(t, mem.CurrentAlloc())

		rows, err := parse(string(whole))
		require.NoError(t, err)
		for _, row := range rows {
			require.Len(t, row, len(table.Columns))
		}
	})
}

func FuzzField(f *testing.F) {
	for _, s := range []string{"", "a", `"`, `""`, "a,b", "\n", "\r\n", "a\rb", " x ", "é\xff", "\ufeff", `\.`} {
		f.Add(s, s+"x")
	}
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "a", Type: arrow.BinaryTypes.String}, {Name: "b", Type: arrow.BinaryTypes.String},
	}}
	f.Fuzz(func(t *testing.T, a, b string) {
		rec := plugintest.Record(table, []any{a, b})
		defer rec.Release()
		got := encode(t, table, rec)
		// Go's reader turns \r\n into \n inside quotes, which RFC 4180 does not.
		std := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		rows, err := stdcsv.NewReader(bytes.NewReader(got)).ReadAll()
		require.NoError(t, err)
		require.Equal(t, [][]string{{"a", "b"}, {std(a), std(b)}}, rows)
		own, err := parse(string(got))
		require.NoError(t, err)
		require.Equal(t, [][]*string{{ptr("a"), ptr("b")}, {&a, &b}}, own)
	})
}

func ptr(s string) *string { return &s }

func TestEncoderRefusesTypes(t *testing.T) {
	table := schema.Table{Name: "t", Columns: []schema.Column{{Name: "v", Type: arrow.FixedWidthTypes.Duration_s}}}
	_, err := csv.NewEncoder(io.Discard, table)
	require.EqualError(t, err, "column v: the type duration[s] has no text form here: write the table as arrow")
	err = csv.New(filepath.Join(t.TempDir(), "out"), csv.Options{}).Begin(t.Context(), []schema.Table{table})
	require.EqualError(t, err, "table t cannot be written as csv: column v: the type duration[s] has no text form here: write the table as arrow")
}

func BenchmarkEncode(b *testing.B) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	b.ReportAllocs()
	b.SetBytes(int64(len(encode(b, table, rec))))
	for b.Loop() {
		e, err := csv.NewEncoder(io.Discard, table)
		if err == nil {
			err = e.Write(rec)
		}
		if err != nil {
			b.Fatal(err)
		}
		e.Release()
	}
}

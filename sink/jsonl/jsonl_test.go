package jsonl_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sinktest"
	"github.com/igsource/igsource/sink/jsonl"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConformance(t *testing.T) {
	plugintest.TestSink(t,
		func(_ testing.TB, dir string) plugin.Sink { return jsonl.New(dir) },
		func(t testing.TB, dir string, table schema.Table) [][]string {
			b, err := os.ReadFile(filepath.Join(dir, table.Name+".jsonl"))
			require.NoError(t, err)
			rows := [][]string{}
			for line := range strings.Lines(string(b)) {
				rows = append(rows, cells(t, table, line))
			}
			return rows
		}, plugintest.KeepsState(), plugintest.Excludes())
}

// cells reads a line, whose members must be table's columns in order, as plugintest.Cells writes it.
func cells(t require.TestingT, table schema.Table, line string) []string {
	d := json.NewDecoder(strings.NewReader(line))
	token, err := d.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('{'), token)
	row := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		name, err := d.Token()
		require.NoError(t, err)
		require.Equal(t, c.Name, name)
		var raw json.RawMessage
		require.NoError(t, d.Decode(&raw))
		row[i] = string(raw)
		switch {
		case row[i] == "null":
			row[i] = plugintest.Null
		case raw[0] == '"':
			require.NoError(t, json.Unmarshal(raw, &row[i]))
		case c.Type.ID() == arrow.FLOAT64:
			v, err := strconv.ParseFloat(row[i], 64)
			require.NoError(t, err)
			row[i] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	token, err = d.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('}'), token)
	return row
}

func TestGolden(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	to, err := sink.Open(sink.Options{Format: "jsonl", Path: dir})
	require.NoError(t, err)
	table := plugintest.Sample()
	table.Columns = append(table.Columns, schema.Column{Name: `odd "name"`, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
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
	got, err := os.ReadFile(filepath.Join(dir, "sample.jsonl"))
	require.NoError(t, err)
	sinktest.Golden(t, "sample.jsonl", got, *update)
}

func encode(t require.TestingT, table schema.Table, recs ...arrow.Record) []byte {
	return sinktest.Encode(t, func(w io.Writer) (sink.Encoder, error) { return jsonl.NewEncoder(w, table) }, recs...)
}

func TestBytesDependOnTheRowsAlone(t *testing.T) {
	table := sinktest.Every()
	rapid.Check(t, func(t *rapid.T) {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		n := rapid.IntRange(0, 8).Draw(t, "rows")
		rec := sinktest.Draw(t, mem, table, 0, n)
		whole := encode(t, table, rec)
		parts := sinktest.Cut(t, rec)
		require.Equal(t, string(whole), string(encode(t, table, parts...)))
		for _, p := range append(parts, rec) {
			p.Release()
		}
		require.Zero(t, mem.CurrentAlloc())

		require.Equal(t, n, bytes.Count(whole, []byte("\n")))
		for line := range strings.Lines(string(whole)) {
			cells(t, table, line)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", `"\`, "\n\r\x00", "é\xff", "\u2028"} {
		f.Add(s)
	}
	table := schema.Table{Name: "t", Columns: []schema.Column{
		{Name: "a", Type: arrow.BinaryTypes.String},
		{Name: "m", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.BinaryTypes.String)},
	}}
	f.Fuzz(func(t *testing.T, s string) {
		rec := plugintest.Record(table, []any{s, map[string]any{s: s}})
		defer rec.Release()
		got := encode(t, table, rec)
		require.Equal(t, 1, bytes.Count(got, []byte("\n")))
		var row struct {
			A string
			M map[string]string
		}
		require.NoError(t, json.Unmarshal(got, &row))
		want := strings.ToValidUTF8(s, "\x00bad\x00")
		if want == s {
			require.Equal(t, s, row.A)
			require.Equal(t, map[string]string{s: s}, row.M)
		} else {
			require.Contains(t, row.A, "\ufffd")
		}
	})
}

func TestEncoderRefusesTypes(t *testing.T) {
	_, err := jsonl.NewEncoder(io.Discard, schema.Table{Name: "t", Columns: []schema.Column{{Name: "v", Type: arrow.FixedWidthTypes.MonthInterval}}})
	require.EqualError(t, err, "column v: the type month_interval has no text form here: write the table as arrow")
}

func BenchmarkEncode(b *testing.B) {
	table, rec := sinktest.Bench()
	defer rec.Release()
	b.ReportAllocs()
	b.SetBytes(int64(len(encode(b, table, rec))))
	for b.Loop() {
		e, err := jsonl.NewEncoder(io.Discard, table)
		if err == nil {
			err = e.Write(rec)
		}
		if err != nil {
			b.Fatal(err)
		}
		e.Release()
	}
}

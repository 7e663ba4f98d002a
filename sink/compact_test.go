package sink_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
)

var dayStart = time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)

// daily writes rows of one table in an incremental run of its own.
func daily(t require.TestingT, opts sink.Options, start time.Time, table schema.Table, rows ...[]any) {
	require.NoError(t, tryDaily(opts, start, table, rows...))
}

func tryDaily(opts sink.Options, start time.Time, table schema.Table, rows ...[]any) error {
	ctx := context.Background()
	opts.Incremental = true
	to, err := sink.Open(opts)
	if err != nil {
		return err
	}
	sink.Unsynced(to.(*sink.Folder))
	k := to.(plugin.StateKeeper)
	if err = k.Begin(ctx, []schema.Table{table}); err == nil {
		err = k.Keep(ctx, []plugin.KeptRun{{Input: "brand", Start: start, Properties: "p"}})
	}
	if err == nil && len(rows) > 0 {
		rec := plugintest.Record(table, rows...)
		err = k.Write(ctx, plugin.Batch{Table: table.Name, Record: rec})
		rec.Release()
	}
	if err == nil {
		err = k.Commit(ctx, plugin.Position{Source: "brand", Split: "s", Mark: "m", Last: true})
	}
	return errors.Join(err, k.Finish(ctx, err == nil))
}

// plain is the file that one run of rows writes.
func plain(t require.TestingT, dir, format string, table schema.Table, rows ...[]any) []byte {
	ctx := context.Background()
	to, err := sink.Open(sink.Options{Format: format, Path: dir})
	require.NoError(t, err)
	sink.Unsynced(to.(*sink.Folder))
	require.NoError(t, to.Begin(ctx, []schema.Table{table}))
	rec := plugintest.Record(table, rows...)
	defer rec.Release()
	require.NoError(t, to.Write(ctx, plugin.Batch{Table: table.Name, Record: rec}))
	require.NoError(t, to.Commit(ctx, plugin.Position{}))
	require.NoError(t, to.Finish(ctx, true))
	b, err := os.ReadFile(filepath.Join(dir, table.Name+"."+format))
	require.NoError(t, err)
	return b
}

func wideTable(extra bool) schema.Table {
	t := schema.Table{Name: "wide", Key: []string{"name", "day"}, Columns: []schema.Column{
		{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: `na"me, x`, Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true, Doc: "What it is called."},
		{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "list", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "map", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
	}}
	if extra {
		t.Columns = append(t.Columns, schema.Column{Name: "extra", Type: arrow.PrimitiveTypes.Int64, Nullable: true})
	}
	return t
}

func drawRow(t *rapid.T) []any {
	texts := []any{nil, "", "a", "a,b", "\"", "x\ny", "null", "{}", `\`, "é漢"}
	day := any(nil)
	if n := rapid.IntRange(0, 3).Draw(t, "day"); n > 0 {
		day = dayStart.Truncate(24*time.Hour).AddDate(0, 0, n)
	}
	pick := func(label string, of []any) any { return rapid.SampledFrom(of).Draw(t, label) }
	return []any{
		day, pick("odd", texts), pick("name", texts), pick("value", []any{nil, 0.5, -1.0}),
		pick("list", []any{nil, []any{}, []any{"a", nil, "b,}"}}),
		pick("map", []any{nil, map[string]any{}, map[string]any{"k\"": 1, "l": nil}}),
	}
}

func keyText(row []any) string { return fmt.Sprintf("%v %#v", row[0], row[2]) }

// TestCompactEqualsModel: what Compact makes of some runs is, byte for byte, what one run writes of the rows
// that are the last of their keys.
func TestCompactEqualsModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		format := rapid.SampledFrom(sinkFormats).Draw(rt, "format")
		opts := sink.Options{Format: format, Path: filepath.Join(dir, "out")}
		keyless, grows := rapid.Bool().Draw(rt, "keyless"), rapid.IntRange(0, 4).Draw(rt, "grows")
		runs := rapid.IntRange(2, 4).Draw(rt, "runs")
		var all [][]any
		for i := range runs {
			table := wideTable(i >= grows)
			if keyless {
				table.Key = nil
			}
			seen := map[string]bool{}
			var rows [][]any
			for range rapid.IntRange(0, 12).Draw(rt, "rows") {
				row := drawRow(rt)
				if !keyless && seen[keyText(row)] {
					continue // the runner delivers it once
				}
				seen[keyText(row)] = true
				if i >= grows {
					row = append(row, i)
				}
				rows = append(rows, row)
			}
			daily(rt, opts, dayStart.AddDate(0, 0, i), table, rows...)
			all = append(all, rows...)
		}
		union := wideTable(runs > grows)
		if keyless {
			union.Key = nil
		}
		var want [][]any
		for i, row := range all {
			later := func(other []any) bool { return keyText(other) == keyText(row) }
			if keyless || !slices.ContainsFunc(all[i+1:], later) {
				want = append(want, append(slices.Clone(row), make([]any, len(union.Columns)-len(row))...))
			}
		}
		done, _, err := sink.CompactFailing(context.Background(), opts.Path, sink.CompactOptions{}, nil)
		require.NoError(rt, err)
		file := filepath.Join(opts.Path, "wide", "compact="+dayStart.AddDate(0, 0, runs-1).Format("20060102T150405Z"), "part."+format)
		require.Equal(rt, []sink.Compacted{{Table: "wide", Files: runs, RowsBefore: int64(len(all)), Rows: int64(len(want)), Path: file}}, done)
		got, err := os.ReadFile(file)
		require.NoError(rt, err)
		require.Equal(rt, string(plain(rt, filepath.Join(dir, "plain"), format, union, want...)), string(got))

		m, err := sink.ReadManifest(opts.Path, "wide")
		require.NoError(rt, err)
		require.Len(rt, m.Files, 1)
		require.Equal(rt, runs, m.Files[0].Runs)
		entries, err := os.ReadDir(filepath.Join(opts.Path, "wide"))
		require.NoError(rt, err)
		require.Len(rt, entries, 2, "the manifest and one folder")
		done, err = sink.Compact(context.Background(), opts.Path, sink.CompactOptions{Tables: []string{"wide"}})
		require.NoError(rt, err)
		require.Empty(rt, done, "there is nothing left to do")
	})
}

var sinkFormats = []string{"parquet", "csv", "arrow", "jsonl"}

var counts2 = schema.Table{Name: "counts", Key: []string{"name"}, Columns: []schema.Column{
	{Name: "name", Type: arrow.BinaryTypes.String},
	{Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
}}

func TestIncrementalFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	opts := sink.Options{Format: "jsonl", Path: dir, Whole: []string{"all of it"}}
	whole := counts2
	whole.Name = "all of it"
	daily(t, opts, dayStart, counts2, []any{"a", 1})
	daily(t, opts, dayStart, counts2, []any{"a", 2}) // the same start: another run all the same
	daily(t, opts, dayStart.Add(time.Millisecond), counts2)
	daily(t, opts, dayStart, whole, []any{"a", 1})
	daily(t, opts, dayStart.AddDate(0, 0, 1), whole, []any{"b", 1})
	got := visible(t, dir)
	var names []string
	for n := range got {
		names = append(names, n)
	}
	slices.Sort(names)
	require.Equal(t, []string{
		"_state.json", "all_of_it/_manifest.json", "all_of_it/run=20261016T060000Z/part.jsonl",
		"counts/_manifest.json", "counts/run=20261015T060000.001Z/part.jsonl",
		"counts/run=20261015T060000Z-2/part.jsonl", "counts/run=20261015T060000Z/part.jsonl",
	}, names)
	require.Equal(t, "{\"name\":\"a\",\"value\":2}\n", got["counts/run=20261015T060000Z-2/part.jsonl"])
	m, err := sink.ReadManifest(dir, "counts")
	require.NoError(t, err)
	for i := range m.Files {
		require.Len(t, m.Files[i].IDs, 1)
		m.Files[i].IDs = nil
	}
	m.Schema = ""
	require.Equal(t, &sink.Manifest{
		Version: 1, Table: "counts", Format: "jsonl", Key: []string{"name"},
		Columns: []sink.ManifestColumn{{Name: "name", Type: "utf8"}, {Name: "value", Type: "int64", Nullable: true}},
		Files: []sink.ManifestFile{
			{Path: "run=20261015T060000Z/part.jsonl", Start: dayStart, Rows: 1, Runs: 1, Inputs: []string{"brand"}},
			{Path: "run=20261015T060000Z-2/part.jsonl", Start: dayStart, Rows: 1, Runs: 1, Inputs: []string{"brand"}},
			{Path: "run=20261015T060000.001Z/part.jsonl", Start: dayStart.Add(time.Millisecond), Rows: 0, Runs: 1, Inputs: []string{"brand"}},
		},
	}, m)
	_, err = sink.ReadManifest(dir, "none")
	require.ErrorIs(t, err, fs.ErrNotExist)

	done, err := sink.Compact(t.Context(), dir, sink.CompactOptions{})
	require.NoError(t, err)
	require.Len(t, done, 1)
	require.Equal(t, "{\"name\":\"a\",\"value\":2}\n", visible(t, dir)["counts/compact=20261015T060000.001Z/part.jsonl"])
	// Runs go on behind it, and are compacted with it.
	daily(t, opts, dayStart.Add(time.Hour), counts2, []any{"b", 3}, []any{"a", 4})
	done, err = sink.Compact(t.Context(), dir, sink.CompactOptions{Tables: []string{"counts"}})
	require.NoError(t, err)
	require.Equal(t, []sink.Compacted{{
		Table: "counts", Files: 2, RowsBefore: 3, Rows: 2,
		Path: filepath.Join(dir, "counts", "compact=20261015T070000Z", "part.jsonl"),
	}}, done)
	m, err = sink.ReadManifest(dir, "counts")
	require.NoError(t, err)
	require.Equal(t, 4, m.Files[0].Runs)
}

// A table that does not go with the earlier ones is refused before anything is written.
func TestIncrementalRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	opts := sink.Options{Format: "csv", Path: dir}
	daily(t, opts, dayStart, counts2, []any{"a", 1})
	before := visible(t, dir)
	retyped, rekeyed := counts2, counts2
	retyped.Columns = []schema.Column{counts2.Columns[0], {Name: "value", Type: arrow.BinaryTypes.String, Nullable: true}}
	rekeyed.Key = []string{"name", "value"}
	for _, c := range []struct {
		format string
		table  schema.Table
		want   string
	}{
		{"csv", retyped, "table counts does not go with what earlier runs wrote to DIR: column value is int64 there and utf8 now: move that away, or write to another folder"},
		{"csv", rekeyed, `table counts does not go with what earlier runs wrote to DIR: its key is ["name"] there and ["name" "value"] now: move that away, or write to another folder`},
		{"arrow", counts2, "DIR holds table counts as csv: go on with that format, or write to another folder"},
	} {
		err := tryDaily(sink.Options{Format: c.format, Path: dir}, dayStart, c.table)
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.EqualError(t, err, replaceDir(c.want, filepath.Join(dir, "counts")))
		require.Equal(t, before, visible(t, dir))
		require.Empty(t, hiddenNames(t, dir))
	}
}

func replaceDir(text, dir string) string { return strings.Replace(text, "DIR", dir, 1) }

func TestCompactRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := sink.Compact(t.Context(), filepath.Join(dir, "none"), sink.CompactOptions{})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "cannot be looked into")
	_, err = sink.Compact(t.Context(), dir, sink.CompactOptions{Tables: []string{"x"}})
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "there is no table x in "+dir)

	opts := sink.Options{Format: "csv", Path: dir}
	daily(t, opts, dayStart, counts2, []any{"a", 1})
	daily(t, opts, dayStart.AddDate(0, 0, 1), counts2, []any{"b", 1})
	part := filepath.Join(dir, "counts", "run=20261015T060000Z", "part.csv")
	for text, want := range map[string]string{
		"name,value\na,1\nb,2\n": "run=20261015T060000Z/part.csv has 2 rows, the manifest says 1: restore the file, or read the run again",
		"name,value\na,1":        "run=20261015T060000Z/part.csv: it cannot be read: row 2: the last line has no end",
		"name,value\na\n":        "run=20261015T060000Z/part.csv: it cannot be read: row 2: a row has 1 fields, want 2",
		"name,other\na,1\n":      "run=20261015T060000Z/part.csv: column other of the file is not in the manifest",
		"":                       "run=20261015T060000Z/part.csv: it cannot be read: the file has no header",
	} {
		require.NoError(t, os.WriteFile(part, []byte(text), 0o666))
		before := visible(t, dir)
		_, err := sink.Compact(t.Context(), dir, sink.CompactOptions{})
		require.EqualError(t, err, "table counts in "+dir+": "+want)
		require.Equal(t, before, visible(t, dir))
	}
	require.NoError(t, os.Remove(part))
	_, err = sink.Compact(t.Context(), dir, sink.CompactOptions{})
	require.ErrorAs(t, err, &user)
	require.ErrorContains(t, err, "it is not there")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	_, err = sink.Compact(ctx, dir, sink.CompactOptions{})
	require.Error(t, err)
	require.Empty(t, hiddenNames(t, dir))
}

// TestEveryFaultOfCompact fails each operation in turn: the table is as it was, or compacted.
func TestEveryFaultOfCompact(t *testing.T) {
	for n := 0; ; n++ {
		dir := t.TempDir()
		for i := range 3 {
			var rows [][]any
			for j := range 40 {
				rows = append(rows, []any{fmt.Sprint("n", (i*20 + j)), i})
			}
			daily(t, sink.Options{Format: "csv", Path: dir}, dayStart.AddDate(0, 0, i), counts2, rows...)
		}
		before := visible(t, dir)
		failed := ""
		done, ops, err := sink.CompactFailing(t.Context(), dir, sink.CompactOptions{}, func(op, base string, i int) error {
			if i != n {
				return nil
			}
			failed = op + " " + base
			return syscall.ENOSPC
		})
		require.Empty(t, hiddenNames(t, dir))
		if err != nil {
			require.ErrorIs(t, err, syscall.ENOSPC, failed)
			require.Equal(t, before, visible(t, dir), "%s: %v", failed, err)
			continue
		}
		if failed == "" {
			require.Greater(t, len(ops), 60)
			require.Len(t, done, 1)
			require.Equal(t, int64(80), done[0].Rows)
			break
		}
		if len(done) == 0 {
			assert.Contains(t, []string{"stat _manifest.json"}, failed, "a table that cannot be seen is none")
			continue
		}
		m, err := sink.ReadManifest(dir, "counts")
		require.NoError(t, err)
		require.Len(t, m.Files, 1, failed)
	}
}

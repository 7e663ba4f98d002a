package sink_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sinktest"
)

// TestCompactKeepsEveryType: rows that nothing replaces come out, byte for byte, as one run writes them,
// whatever their types, also where they are part of the key.
func TestCompactKeepsEveryType(t *testing.T) {
	table := sinktest.Every()
	rapid.Check(t, func(rt *rapid.T) {
		format := rapid.SampledFrom(sinkFormats).Draw(rt, "format")
		table := table
		table.Key = []string{"id", table.Columns[rapid.IntRange(1, len(table.Columns)-1).Draw(rt, "key")].Name}
		n, m := rapid.IntRange(0, 5).Draw(rt, "n"), rapid.IntRange(0, 5).Draw(rt, "m")
		first := sinktest.Draw(rt, memory.DefaultAllocator, table, 0, n)
		defer first.Release()
		second := sinktest.Draw(rt, memory.DefaultAllocator, table, n, m)
		defer second.Release()
		dir := t.TempDir()
		apart, together := filepath.Join(dir, "apart"), filepath.Join(dir, "together")
		writeRecords(rt, apart, format, true, table, first)
		writeRecords(rt, apart, format, true, table, second)
		writeRecords(rt, together, format, false, table, first, second)
		// All rows come once more: the later ones are left.
		writeRecords(rt, apart, format, true, table, first, second)
		done, _, err := sink.CompactFailing(context.Background(), apart, sink.CompactOptions{}, nil)
		require.NoError(rt, err)
		require.Len(rt, done, 1)
		require.EqualValues(rt, n+m, done[0].Rows)
		got, err := os.ReadFile(done[0].Path)
		require.NoError(rt, err)
		want, err := os.ReadFile(filepath.Join(together, "every."+format))
		require.NoError(rt, err)
		require.Equal(rt, string(want), string(got))
	})
}

// writeRecords writes recs in one run, incremental where its state is kept.
func writeRecords(t require.TestingT, dir, format string, keep bool, table schema.Table, recs ...arrow.Record) {
	ctx := context.Background()
	to, err := sink.Open(sink.Options{Format: format, Path: dir, Incremental: true})
	require.NoError(t, err)
	sink.Unsynced(to.(*sink.Folder))
	require.NoError(t, to.Begin(ctx, []schema.Table{table}))
	if keep {
		require.NoError(t, to.(plugin.StateKeeper).Keep(ctx, []plugin.KeptRun{{Input: "brand", Start: dayStart, Properties: "p"}}))
	}
	for _, rec := range recs {
		require.NoError(t, to.Write(ctx, plugin.Batch{Table: table.Name, Record: rec}))
	}
	require.NoError(t, to.Commit(ctx, plugin.Position{Source: "brand", Split: "s", Mark: "m", Last: true}))
	require.NoError(t, to.Finish(ctx, true))
}

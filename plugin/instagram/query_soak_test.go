//go:build soak

package instagram_test

import (
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

// A query over ten times as many posts, most with comments and replies, holds no more of them in memory.
func TestSoakQueryMemoryIsFlat(t *testing.T) {
	w, url := soakWorld(), soakProcess(t)
	ids := w.AccountIDs()
	read := func(id string) (most uint64, rows int64) {
		to, err := sink.Open(sink.Options{Format: "jsonl", Path: filepath.Join(t.TempDir(), "out")})
		require.NoError(t, err)
		most = peakHeap(func() {
			clk := newClock()
			p := querying(q("m", "media", "id,caption,comments{text,replies{text}},insights.metric(reach,views)", "accounts", id))
			p["accessToken"], p["errorHandling"], p["maxRetryDuration"] = w.Token(graphtest.Facebook), "skipOnError", "12h"
			source, err := plugin.Open(igsource.Instagram, p, plugin.Options{
				Start: now, Environment: plugin.Environment{Clock: clk, Endpoint: url, Parallelism: 4},
			})
			require.NoError(t, err)
			report, err := plugin.Run(t.Context(), []plugin.Input{{Name: "soak", Source: source}}, to, plugin.RunOptions{Start: now, Clock: clk, Parallelism: 4})
			require.NoError(t, err)
			require.NotZero(t, report.Calls.Retries)
			for _, table := range report.Tables {
				rows += table.Rows
			}
			t.Logf("%d rows of %d posts in %d counted calls", rows, report.Tables["m_media"].Rows, report.Calls.Counted)
		})
		return most, rows
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	few, fewRows := read(ids[1])
	many, manyRows := read(ids[0])
	t.Logf("peak heap: %d rows %.1f MiB, %d rows %.1f MiB", fewRows, float64(few)/(1<<20), manyRows, float64(many)/(1<<20))
	// What grows is the proof of the keys, by design until two million rows: two hashes of 16 bytes a row in a map,
	// which is up to three times as large while it grows.
	const proof = 96
	require.LessOrEqual(t, many, few+4<<20+proof*uint64(manyRows-fewRows))
}

//go:build linux && duckdb_arrow

package duckdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// resident is how much memory the process has, in MiB.
func resident(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kib int
			_, err := fmt.Sscan(rest, &kib)
			require.NoError(t, err)
			return kib >> 10
		}
	}
	t.Fatal("the process has no memory")
	return 0
}

// Rows held back over many marks, replaced and added in turn, take no more memory than a few.
func TestMemoryIsFlat(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "a.duckdb"), Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{insightsTable}))
	require.NoError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in", Start: time.Unix(0, 0)}}))
	var early, late int
	const batches, size = 300, 2_000
	for i := range batches {
		from := i * size
		if i%3 == 2 {
			from = (i - 2) * size // again
		}
		rec := insights(from, size)
		require.NoError(t, s.Write(t.Context(), plugin.Batch{Table: insightsTable.Name, Record: rec}))
		rec.Release()
		require.NoError(t, s.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}))
		switch now := resident(t); {
		case i < batches/3:
			early = max(early, now)
		default:
			late = max(late, now)
		}
	}
	require.NoError(t, s.Finish(t.Context(), true))
	t.Logf("%d MiB at most in the first third, %d MiB after it", early, late)
	assert.Less(t, late, early+100)
}

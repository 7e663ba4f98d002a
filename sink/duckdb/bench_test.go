//go:build duckdb_arrow

package duckdb

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/schema"
)

// What the bench command holds the sink against is what the sink executes.
func TestBenchmarkedStatements(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "a.duckdb"), Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{loading.Table()}))
	own := s.order[0]
	require.Equal(t, loading.DuckDBStage, own.stageStatement())
	require.Equal(t, loading.DuckDBCopy("v"), own.copyStatement("v"))
	require.Equal(t, loading.DuckDBMatch("a"), own.matchStatement())
	require.True(t, strings.HasSuffix(loading.DuckDBCount, " FROM "+own.matching))
	require.Equal(t, loading.DuckDBInsert("a"), own.insertStatement())
	require.NoError(t, s.Finish(t.Context(), true))

	got, err := url.ParseQuery(settings(false))
	require.NoError(t, err)
	want := url.Values{}
	for name, value := range loading.DuckDBSettings() {
		want.Set(name, value)
	}
	require.Equal(t, want, got)
}

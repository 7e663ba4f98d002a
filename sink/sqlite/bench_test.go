package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/schema"
)

// What the bench command holds the sink against is what the sink executes.
func TestBenchmarkedStatements(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "a.db"), Options{})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{loading.Table()}))
	require.Equal(t, loading.SQLiteInsert, s.tables[loading.Table().Name].insertStatement())
	for name, want := range loading.SQLitePragmas() {
		var got string
		require.NoError(t, s.conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got))
		require.Equal(t, want, got, name)
	}
	require.NoError(t, s.Finish(t.Context(), true))
}

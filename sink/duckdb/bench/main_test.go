//go:build duckdb_arrow

package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource/internal/loading"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Both sides must write the same, or their speed cannot be compared.
func TestAgree(t *testing.T) {
	const rows = (loading.TurnBatches + 5) * loading.BatchRows
	dir := t.TempDir()
	first, second := filepath.Join(dir, "sink.duckdb"), filepath.Join(dir, "statements.duckdb")
	own, err := newStatements(t.Context(), second)
	require.NoError(t, err)
	times, err := contest(t.Context(), first, loading.Local{Statements: own}, rows)
	require.NoError(t, err)
	require.NoError(t, own.close())
	require.Len(t, times.Sink, 2)
	require.Len(t, times.Statements, 2)
	require.GreaterOrEqual(t, times.Transactions, 6)

	var sums []string
	for _, path := range []string{first, second} {
		db, err := sql.Open("duckdb", path)
		require.NoError(t, err)
		var n int
		var hash string
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*), bit_xor(hash(rowid, t))::VARCHAR FROM account_insights t").Scan(&n, &hash))
		require.NoError(t, db.Close())
		sums = append(sums, fmt.Sprint(n, " ", hash))
	}
	require.Regexp(t, "^55000 ", sums[0])
	require.Equal(t, sums[0], sums[1])
}

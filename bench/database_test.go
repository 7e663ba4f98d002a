package main

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/internal/pgserver"
)

// agreed is how many rows both sides of a comparison write in a test, in two turns of so many batches.
const agreed, agreedTurn = 4 * loading.BatchRows, 3

func requireTimes(t *testing.T, times loading.Times) {
	t.Helper()
	require.Len(t, times.Sink, 2)
	require.Len(t, times.Statements, 2)
	require.GreaterOrEqual(t, times.Transactions, 2)
}

func TestSQLiteAgrees(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "sink.db"), filepath.Join(t.TempDir(), "statements.db")
	statements, err := newSQLiteStatements(t.Context(), second)
	require.NoError(t, err)
	times, err := sqliteRace(t.Context(), first, loading.Local{Statements: statements}, agreed, agreedTurn)
	require.NoError(t, err)
	require.NoError(t, statements.close())
	requireTimes(t, times)

	db, err := sql.Open("sqlite", "file:"+first)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "ATTACH ? AS other", second)
	require.NoError(t, err)
	for _, query := range []string{
		"SELECT count(*) FROM main.account_insights",
		"SELECT count(*) FROM other.account_insights",
		`SELECT count(*) FROM main.account_insights a JOIN other.account_insights b ON a.rowid = b.rowid
			WHERE (a.account_id, a.date, a.end_time, a.period, a.reach, a.views, a.rate) IS (b.account_id, b.date, b.end_time, b.period, b.reach, b.views, b.rate)
			AND typeof(a.reach) = typeof(b.reach) AND typeof(a.rate) = typeof(b.rate) AND typeof(a.date) = typeof(b.date)`,
	} {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n), query)
		assert.Equal(t, agreed, n, query)
	}
	require.NoError(t, db.Close())
}

func TestPostgresAgrees(t *testing.T) {
	server, err := pgserver.New()
	if errors.Is(err, pgserver.ErrMissing) && os.Getenv("IGSOURCE_REQUIRE_POSTGRES") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	dsn := "host=" + server.Dir() + " user=igs dbname=postgres"
	err = inSchemas(t.Context(), dsn, []string{ours, bare}, func(beside *pgconn.PgConn) error {
		statements, err := newPostgresStatements(t.Context(), dsn, bare)
		require.NoError(t, err)
		times, err := postgresRace(t.Context(), dsn, beside, loading.Local{Statements: statements}, agreed, agreedTurn)
		require.NoError(t, err)
		require.NoError(t, statements.close())
		requireTimes(t, times)
		var sums []string
		for _, schema := range []string{ours, bare} {
			r, err := beside.Exec(t.Context(), "SELECT count(*) || ' ' || md5(string_agg(t::text, ',' ORDER BY ctid)) FROM "+schema+".account_insights t").ReadAll()
			require.NoError(t, err)
			sums = append(sums, string(r[0].Rows[0][0]))
		}
		assert.Regexp(t, "^4000 ", sums[0])
		assert.Equal(t, sums[0], sums[1])
		return nil
	})
	require.NoError(t, err)
}

//go:build duckdb_arrow

package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// now is when the tests happen.
var now = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)

const runFile = `plugin: instagram
properties:
  referenceName: brand
  accessToken: "${secure(instagram)}"
  requestType: account_insights
  accountId: all
  accountMetrics: reach
  period: day
  fromDate: 3 days ago
  toDate: yesterday
`

// A stage is a folder with a run file and a Graph API, in which the command is run.
type stage struct {
	dir string
	env map[string]string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccount(func(*graphtest.Account) {}), graphtest.WithAccount(func(*graphtest.Account) {}))
	server := graphtest.Start(t, world)
	s := &stage{dir: t.TempDir(), env: map[string]string{
		"IGSOURCE_SECRET_INSTAGRAM": world.Token(graphtest.Facebook), "IGSOURCE_GRAPH_URL": server.URL,
	}}
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "run.yaml"), []byte(runFile), 0o600))
	t.Chdir(s.dir)
	return s
}

func (s *stage) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = command.Main(t.Context(), args, command.System{
		Stdout: &out, Stderr: &complaints, Clock: clock.NewFake(now), Getenv: func(name string) string { return s.env[name] },
	})
	return code, out.String(), complaints.String()
}

func TestReadIntoDuckDB(t *testing.T) {
	s := newStage(t)
	for range 2 { // the second run replaces what the first has written
		code, _, stderr := s.run(t, "read", "-f", "run.yaml", "--format", "duckdb")
		require.Equal(t, command.ExitComplete, code, stderr)
		assert.Regexp(t, `^complete: account_insights 6 rows\n`, stderr)
	}
	entries, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	assert.Equal(t, "instagram.duckdb", entries[0].Name(), "where nobody says another")

	db, err := sql.Open("duckdb", "instagram.duckdb")
	require.NoError(t, err)
	var rows, accounts, reach int
	var first, last string
	require.NoError(t, db.QueryRow("SELECT count(*), count(DISTINCT account_id), min(date)::VARCHAR, max(date)::VARCHAR, count(reach) FROM account_insights").
		Scan(&rows, &accounts, &first, &last, &reach))
	require.NoError(t, db.Close())
	assert.Equal(t, []any{6, 2, "2026-11-19", "2026-11-21", 6}, []any{rows, accounts, first, last, reach})

	code, stdout, stderr := s.run(t, "state", "show", "-f", "run.yaml", "--format", "duckdb")
	require.Equal(t, command.ExitComplete, code, stderr)
	assert.Contains(t, stdout, "brand")
	code, _, stderr = s.run(t, "state", "reset", "-f", "run.yaml", "--format", "duckdb")
	require.Equal(t, command.ExitComplete, code, stderr)
}

func TestTheOtherSinksAreThere(t *testing.T) {
	s := newStage(t)
	for _, format := range []string{"parquet", "csv", "arrow", "jsonl", "sqlite"} {
		code, _, stderr := s.run(t, "read", "-f", "run.yaml", "--format", format)
		require.Equal(t, command.ExitComplete, code, stderr)
	}
}

func TestReadIntoNoDatabase(t *testing.T) {
	s := newStage(t)
	require.NoError(t, os.WriteFile("text.duckdb", []byte("this is a text of some length, and no database"), 0o600))
	code, _, stderr := s.run(t, "read", "-f", "run.yaml", "--format", "duckdb", "--out", "text.duckdb")
	assert.Equal(t, command.ExitUser, code)
	assert.Contains(t, stderr, "text.duckdb is not a DuckDB database: move it away, or write to another file (")
}

package command_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/internal/pgserver"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink/postgres"
)

// TestPostgres has a server of its own. Without PostgreSQL it is skipped, unless IGSOURCE_REQUIRE_POSTGRES is set.
func TestPostgres(t *testing.T) {
	server, err := pgserver.New()
	if errors.Is(err, pgserver.ErrMissing) && os.Getenv("IGSOURCE_REQUIRE_POSTGRES") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	for name, test := range map[string]func(*testing.T, pg){
		"Read":          testPostgresRead,
		"Paths":         testPostgresPaths,
		"Refusals":      testPostgresRefusals,
		"Resumes":       testPostgresResumes,
		"Gone":          testPostgresGone,
		"State":         testPostgresState,
		"RunUnderWay":   testPostgresRunUnderWay,
		"NoState":       testPostgresNoState,
		"ChangedByHand": func(t *testing.T, p pg) { testChangedByHand(t, p) },
		"NullKeys":      func(t *testing.T, p pg) { testNullKeys(t, p) },
	} {
		t.Run(name, func(t *testing.T) {
			p := pg{t, server, "test_" + name}
			p.exec(`DROP SCHEMA IF EXISTS "` + p.schema + `" CASCADE; CREATE SCHEMA "` + p.schema + `"`)
			test(t, p)
		})
	}
}

// A pg is a schema of a PostgreSQL server.
type pg struct {
	t      *testing.T
	server *pgserver.Server
	schema string
}

// dsn is the address, with more words.
func (p pg) dsn(words string) string {
	return "host=" + p.server.Dir() + " user=igs dbname=postgres " + words
}

// sink is the sink of a run file whose secret pg is the address.
func (p pg) sink() string {
	return `sink: {format: postgres, path: "${secure(pg)}", schema: ` + p.schema + "}\n"
}

// keeper opens a sink to look at the state.
func (p pg) keeper(*stage) plugin.StateKeeper {
	return postgres.New(secret.New(p.dsn("")), postgres.Options{Schema: p.schema})
}

// stage makes a stage know the address, and see that it is not shown.
func (p pg) stage(s *stage) *stage {
	s.setSecret("PG", p.dsn("application_name=hush-hush"))
	return s
}

// setSecret sets a secret of the environment, which is then seen nowhere, nor is the word hush-hush.
func (s *stage) setSecret(name, value string) {
	s.env["IGSOURCE_SECRET_"+name] = value
	s.hidden = append(s.hidden, value, "hush-hush")
}

func (p pg) typeOf() string { return "bigint" }

func (p pg) name() string {
	return `the schema "` + p.schema + `" of the database "postgres" on ` + p.server.Dir()
}

func (p pg) connect() *pgconn.PgConn {
	p.t.Helper()
	c, err := pgconn.Connect(context.Background(), p.dsn(""))
	require.NoError(p.t, err)
	require.NoError(p.t, c.Exec(context.Background(), `SET search_path = "`+p.schema+`"; SET timezone = 'UTC'; SET lock_timeout = '10s'`).Close())
	return c
}

// exec executes statements as the owner of the database may.
func (p pg) exec(statements string) {
	p.t.Helper()
	c := p.connect()
	defer func() { require.NoError(p.t, c.Close(context.Background())) }()
	require.NoError(p.t, c.Exec(context.Background(), statements).Close(), statements)
}

// query is the answer to a query, as text.
func (p pg) query(query string) [][]string {
	p.t.Helper()
	c := p.connect()
	defer func() { require.NoError(p.t, c.Close(context.Background())) }()
	r := c.ExecParams(context.Background(), query, nil, nil, nil, nil).Read()
	require.NoError(p.t, r.Err, query)
	out := [][]string{}
	for _, row := range r.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			if cells[i] = plugintest.Null; v != nil {
				cells[i] = string(v)
			}
		}
		out = append(out, cells)
	}
	return out
}

// insights are the rows of insights as wantRows has them.
func (p pg) insights() [][]string {
	p.t.Helper()
	return p.query(`SELECT account_id, date, to_char(end_time, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), period, reach, views, follower_count
		FROM account_insights ORDER BY account_id, date`)
}

// names are the tables and views of the schema.
func (p pg) names() [][]string {
	p.t.Helper()
	return p.query(`SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '` + p.schema + `' AND c.relkind IN ('r', 'v') ORDER BY 1`)
}

func testPostgresRead(t *testing.T, p pg) {
	s := p.stage(newStage(t))
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Chdir(s.dir)
	file := s.write("run.yaml", insights+p.sink())
	for range 2 { // and again: what is there is replaced
		r := s.run("read", "-f", file, "--report", s.path("report.json"))
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		assert.Empty(t, r.stdout)
		assert.Regexp(t, `^complete: account_insights 6 rows\n`, r.stderr)
		assert.Equal(t, s.wantRows(), p.insights())
	}
	assert.Equal(t, [][]string{{"account_insights"}, {"igsource_state"}}, p.names())
	assert.Equal(t, []string{"report.json"}, s.files(), "no default folder")
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left, "the run's work folder is the system's, and gone")
}

// The address may come from the run file, from --out, or from where PostgreSQL's programs look.
func testPostgresPaths(t *testing.T, p pg) {
	s := p.stage(newStage(t))
	t.Chdir(s.dir)
	file := s.write("run.yaml", insights)
	p.exec(`CREATE ROLE outer_user LOGIN; ALTER ROLE outer_user SET search_path = "` + p.schema + `"; GRANT ALL ON SCHEMA "` + p.schema + `" TO outer_user`)
	address := "host=" + p.server.Dir() + " user=outer_user dbname=postgres password=hush-hush"
	read := func(args ...string) {
		t.Helper()
		r := s.run(append([]string{"read", "-f", file}, args...)...)
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		assert.Equal(t, s.wantRows(), p.insights())
		assert.Empty(t, s.files())
		p.exec("DROP TABLE account_insights")
	}
	read("--format", "postgres", "--out", address)
	t.Setenv("PGHOST", p.server.Dir())
	t.Setenv("PGUSER", "outer_user")
	read("--format", "postgres", "--out", "dbname=postgres")
	s.write("run.yaml", insights+"sink: {format: parquet, path: files}\n")
	read("--format", "Postgres", "--out", address)
}

func testPostgresRefusals(t *testing.T, p pg) {
	s := p.stage(newStage(t))
	p.exec("CREATE ROLE plain_user LOGIN; GRANT USAGE ON SCHEMA \"" + p.schema + "\" TO plain_user")
	place := `the database "postgres" on ` + p.server.Dir()
	for _, c := range []struct {
		name, address, schema, want string
		state                       bool // that can be looked at
	}{
		{
			"no address", "postgres://igs:hush-hush@h/d%b", "", "the address of the PostgreSQL database cannot be read (failed to parse as URL): write it as " +
				"postgres://user:password@host:5432/database, with each %, /, @, : and ? in the password percent-encoded, or as host=… dbname=…", false,
		},
		{
			"no server", "postgres://igs:hush-hush@127.0.0.1:1/db", "", `the database "db" on 127.0.0.1:1 cannot be reached: see that the server runs, and check the sink's path ` +
				"(127.0.0.1:1 (127.0.0.1): dial error: dial tcp 127.0.0.1:1: connect: connection refused)", false,
		},
		{
			"unknown user", p.dsn("user=nobody_here password=hush-hush"), "",
			place + ` does not let the user in: check the user and the password in the sink's path (role "nobody_here" does not exist)`, false,
		},
		{
			"no database", p.dsn("dbname=nowhere password=hush-hush"), "",
			`the database "nowhere" on ` + p.server.Dir() + ` does not exist: create it, or give another one (database "nowhere" does not exist)`, false,
		},
		{"no schema", p.dsn(""), "no_schema", `there is no schema "no_schema" in ` + place + `: create it by CREATE SCHEMA "no_schema", or give another one`, true},
		{
			"no privilege", p.dsn("user=plain_user"), "",
			place + " lacks a privilege that is needed: have it granted, or use another user (permission denied for schema test_Refusals)", true,
		},
		{
			"read-only", p.dsn("options='-c default_transaction_read_only=on'"), "",
			place + " is read-only: write to the primary server, or make the database writable (cannot execute CREATE TABLE in a read-only transaction)", true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t, p.t = t, t
			s.setSecret("PG", c.address)
			in := p
			if c.schema != "" {
				in.schema = c.schema
			}
			file := s.write("run.yaml", insights+in.sink())
			assert.Equal(t, result{code: command.ExitUser, stderr: "error: " + c.want + "\n"}, s.run("read", "-f", file))
			for _, verb := range []string{"show", "reset"} {
				want := result{code: command.ExitUser, stderr: "error: " + c.want + "\n"}
				if c.state {
					want = result{stdout: map[string]string{
						"show": "the postgres database\n\nbrand\n  nothing is kept\n", "reset": "brand: nothing is kept in the postgres database\n",
					}[verb]}
				}
				assert.Equal(t, want, s.run("state", verb, "-f", file))
			}
			assert.Empty(t, p.names())
		})
	}
	assert.Zero(t, s.server.Stats().Requests)
	assert.Empty(t, s.files())
}

func testPostgresResumes(t *testing.T, p pg) {
	s := p.stage(stoppingInto(t, p.keeper))
	file, clean := s.write("run.yaml", lastDays+p.sink()), s.write("clean.yaml", relative(s.path("clean.db")))
	stopped := s.run("read", "-f", file, "--parallelism", "1")
	require.Equal(t, command.ExitFailed, stopped.code)
	assert.Regexp(t, `^failed: the run was stopped: interrupt signal received\n`, stopped.stderr)
	s.ctx = t.Context()
	require.Equal(t, command.ExitComplete, s.run("read", "-f", clean, "--parallelism", "1").code)
	want := s.query("clean.db", "SELECT account_id, date, reach, views FROM account_insights ORDER BY account_id, date")
	require.Len(t, want, 3*60)
	const all = "SELECT account_id, date, reach, views FROM account_insights ORDER BY account_id, date"
	rows := p.query(all)
	require.NotEmpty(t, rows)
	require.Less(t, len(rows), len(want))

	// A day later, today and yesterday are those of the run that is resumed.
	s.clock.Advance(24 * time.Hour)
	r := s.run("read", "-f", file, "--parallelism", "1", "--report", s.path("report.json"))
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Regexp(t, "^Resuming the run of 2026-11-22T20:00:00Z, which did not come to its end.\nIts today is not this day: run once more afterwards for what is new since.\ncomplete: ", r.stderr)
	assert.Equal(t, want, p.query(all))

	// The next run is one of its own day.
	r = s.run("read", "-f", file)
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Regexp(t, "^complete: account_insights 180 rows\n", r.stderr)
	assert.Len(t, p.query(all), 3*61)
}

// A server that goes away and stays away is a failed run, which the next one goes on with.
func testPostgresGone(t *testing.T, p pg) {
	world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccounts(3))
	var once sync.Once
	stopped := make(chan error, 1)
	var s *stage
	s = p.stage(newStageOf(t, world, graphtest.WithObserver(func(c graphtest.Call) {
		if strings.HasSuffix(c.Path, "/insights") && c.Account == slices.Max(world.AccountIDs()) {
			once.Do(func() {
				s.waitForMarksIn(p.keeper, "brand", 6)
				stopped <- p.server.Stop(syscall.SIGINT)
			})
		}
	})))
	file := s.write("run.yaml", lastDays+p.sink())
	r := s.run("read", "-f", file, "--parallelism", "1")
	require.NoError(t, <-stopped)
	require.NoError(t, p.server.Start())
	assert.Equal(t, command.ExitFailed, r.code)
	assert.Regexp(t, `(?m)^failed: the database "postgres" on \S+ has gone away during the run and did not come back within 2m0s: `+
		`all that was committed is whole, run again to go on from there \(.*\)\n`, r.stderr)
	assert.Equal(t, [][]string{{"120"}}, p.query("SELECT count(*) FROM account_insights"))
	r = s.run("read", "-f", file)
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Regexp(t, "^Resuming the run of 2026-11-22T20:00:00Z, which did not come to its end.\ncomplete: ", r.stderr)
	assert.Equal(t, [][]string{{"180"}}, p.query("SELECT count(*) FROM account_insights"))
}

func testPostgresState(t *testing.T, p pg) {
	s := p.stage(stoppingInto(t, p.keeper))
	file := s.write("run.yaml", lastDays+p.sink())
	show, reset := []string{"state", "show", "-f", file}, []string{"state", "reset", "-f", file}
	assert.Equal(t, result{stdout: "the postgres database\n\nbrand\n  nothing is kept\n"}, s.run(show...))
	assert.Equal(t, result{stdout: "brand: nothing is kept in the postgres database\n"}, s.run(reset...))
	assert.Empty(t, p.names())

	require.Equal(t, command.ExitFailed, s.run("read", "-f", file, "--parallelism", "1").code)
	s.ctx = t.Context()
	s.server.ResetStats()
	delete(s.env, "IGSOURCE_SECRET_INSTAGRAM") // no token is needed
	assert.Equal(t, result{stdout: "the postgres database\n\nbrand\n  unfinished run of 2026-11-22T20:00:00Z: 6 splits complete, 0 begun\n"}, s.run(show...))
	assert.Equal(t, result{stdout: "brand: forgotten in the postgres database: the unfinished run of 2026-11-22T20:00:00Z (6 splits complete, 0 begun)\n"}, s.run(reset...))
	assert.Equal(t, result{stdout: "the postgres database\n\nbrand\n  nothing is kept\n"}, s.run(show...))
	assert.Zero(t, s.server.Stats().Requests)
	assert.Equal(t, [][]string{{"120"}}, p.query("SELECT count(*) FROM account_insights"))
}

func testPostgresRunUnderWay(t *testing.T, p pg) {
	s := p.stage(newStage(t))
	file := s.write("run.yaml", insights+p.sink())
	to := postgres.New(secret.New(p.dsn("")), postgres.Options{Schema: p.schema, Clock: s.clock})
	require.NoError(t, to.Begin(t.Context(), nil))
	require.NoError(t, to.Keep(t.Context(), []plugin.KeptRun{{Input: "brand", Start: now, Properties: "p"}}))
	for _, args := range [][]string{{"state", "reset"}, {"read"}} {
		r := s.run(append(args, "-f", file)...)
		assert.Equal(t, command.ExitUser, r.code)
		assert.Regexp(t, `^(error|failed): another run \(process \d+ on host \S+, since 2026-11-22T20:00:00Z\) of "brand" is writing to the schema "test_RunUnderWay" of `+
			`the database "postgres" on \S+: wait until it has ended`, r.stderr)
		assert.Empty(t, r.stdout)
	}
	assert.Contains(t, s.run("state", "show", "-f", file).stdout, "unfinished run of 2026-11-22T20:00:00Z: 0 splits complete, 0 begun\n")
	require.NoError(t, to.Finish(t.Context(), false))
	assert.Equal(t, command.ExitComplete, s.run("state", "reset", "-f", file).code)
	assert.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)
}

func testPostgresNoState(t *testing.T, p pg) {
	s := p.stage(newStage(t))
	file := s.write("run.yaml", insights+p.sink())
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)
	p.exec("INSERT INTO igsource_state VALUES ('brand', 'start', '', 'yesterday')")
	for _, args := range [][]string{{"state", "show"}, {"read"}} {
		r := s.run(append(args, "-f", file)...)
		assert.Equal(t, command.ExitUser, r.code)
		assert.Contains(t, r.stderr, `has a row of input "brand" that cannot be understood`)
	}
	assert.Equal(t, result{stdout: "brand: forgotten in the postgres database, though it could not be read\n"}, s.run("state", "reset", "-f", file))
	assert.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)
	assert.Equal(t, s.wantRows(), p.insights())
}

package command_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin/plugintest"
)

// query is the answer of a database in the stage's folder, as text.
func (s *stage) query(name, query string) [][]string {
	s.t.Helper()
	db, err := sql.Open("sqlite", s.path(name))
	require.NoError(s.t, err)
	defer func() { assert.NoError(s.t, db.Close()) }()
	rows, err := db.Query(query)
	require.NoError(s.t, err)
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	require.NoError(s.t, err)
	var out [][]string
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		require.NoError(s.t, rows.Scan(into...))
		row := make([]string, len(columns))
		for i, cell := range cells {
			switch cell := cell.(type) { // the driver makes times of texts in columns of such types
			case nil:
				row[i] = plugintest.Null
			case time.Time:
				row[i] = cell.Format(time.RFC3339)
				if columns[i].DatabaseTypeName() == "DATE" {
					row[i] = cell.Format(time.DateOnly)
				}
			default:
				row[i] = fmt.Sprint(cell)
			}
		}
		out = append(out, row)
	}
	require.NoError(s.t, rows.Err())
	return out
}

const allInsights = "SELECT * FROM account_insights ORDER BY account_id, date"

func TestReadIntoDatabase(t *testing.T) {
	s := newStage(t)
	t.Chdir(s.dir)
	file := s.write("run.yaml", insights)
	for _, args := range [][]string{
		{"--format", "sqlite"}, // the file's default name
		{"--format", "SQLite", "--out", "other.db"},
		{"--format", "sqlite"}, // and again: what is there is replaced
	} {
		r := s.run(append([]string{"read", "-f", file, "--report", s.path("report.json")}, args...)...)
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		assert.Regexp(t, `^complete: account_insights 6 rows\n`, r.stderr)
	}
	require.Equal(t, []string{"instagram.db", "other.db", "report.json"}, s.files())
	assert.Equal(t, s.wantRows(), s.query("instagram.db", allInsights))
	assert.Equal(t, s.wantRows(), s.query("other.db", allInsights))

	// The run file's path is that of its own kind of target.
	s.write("run.yaml", insights+"sink: {format: sqlite, path: own.db, schema: ignored}\n")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--format", "csv").code)
	require.Equal(t, []string{"instagram.db", "other.db", "out/account_insights.csv", "out/account_insights.csv.manifest", "own.db", "report.json"}, s.files())
	s.write("run.yaml", insights+"sink: {format: csv, path: files}\n")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--format", "jsonl").code)
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--format", "sqlite").code)
	require.Contains(t, s.files(), "files/account_insights.jsonl")
}

func TestReadIntoNoDatabase(t *testing.T) {
	s := newStage(t)
	s.write("taken/x", "")
	text := s.write("text.db", "this is a text of some length, and no database")
	for _, c := range []struct{ path, want string }{
		{s.path("taken"), "error: DIR/taken is a folder: give the path of a database file, such as DIR/taken/instagram.db\n"},
		{s.path("no/a.db"), "error: DIR/no/a.db cannot be made, because the folder DIR/no does not exist: create it first, or give another path\n"},
		{text, "error: DIR/text.db is not an SQLite database"},
	} {
		r := s.run("read", "-f", s.write("run.yaml", insights+"sink: {format: sqlite, path: "+c.path+"}\n"))
		assert.Equal(t, command.ExitUser, r.code)
		assert.Contains(t, r.stderr, c.want)
	}
	assert.Empty(t, s.files())
	assert.Zero(t, s.server.Stats().Requests)
}

// Where rows land may be an argument or a secret; of a secret nothing is shown, in no message and no report.
func TestSinkMacros(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", insights+"sink: {format: sqlite, path: '"+s.dir+"/${name}.db'}\n")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--arg", "name=brand").code)
	assert.Equal(t, s.wantRows(), s.query("brand.db", allInsights))
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: DIR/run.yaml: sink.path: Argument 'name' is not defined.\n"}, s.run("read", "-f", file))

	s.write("run.yaml", insights+"sink: {format: sqlite, path: '"+s.dir+"/${secure(where)}/a.db'}\n")
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: DIR/run.yaml: sink.path: Failed to resolve macro 'secure(where)': " +
		"set the environment variable IGSOURCE_SECRET_WHERE, or name a file of secrets with --secrets.\n"}, s.run("read", "-f", file))
	s.env["IGSOURCE_SECRET_WHERE"] = "hush-hush"
	s.hidden = append(s.hidden, "hush-hush")
	for _, args := range [][]string{
		{"read", "-f", file, "--report", s.path("report.json")}, {"state", "show", "-f", file}, {"state", "reset", "-f", file},
	} {
		r := s.run(args...)
		if args[0] == "read" {
			assert.Equal(t, command.ExitUser, r.code)
			assert.Equal(t, "error: [redacted] cannot be made, because the folder [redacted] does not exist: create it first, or give another path\n", r.stderr)
			assert.Contains(t, s.read("report.json"), "the folder [redacted] does not exist")
			continue
		}
		assert.Equal(t, result{stdout: r.stdout}, r)
		assert.Contains(t, r.stdout, "[redacted]")
	}
	// A schema may be one as well.
	s.write("run.yaml", insights+"sink: {format: sqlite, path: "+s.path("brand.db")+", schema: '${schema}'}\n")
	r := s.run("read", "-f", file)
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: DIR/run.yaml: sink.schema: Argument 'schema' is not defined.\n"}, r)
	// What is no run does not look at them.
	require.Equal(t, command.ExitComplete, s.run("validate", "-f", file).code)
	assert.Equal(t, []string{"brand.db", "report.json"}, s.files())
}

// The address of a server makes no folder, which would be named after a password, and a server without an address
// is none that happens to be near.
func TestAddressesAndFormats(t *testing.T) {
	s := newStage(t)
	t.Chdir(s.dir)
	s.hidden = append(s.hidden, "hush-hush")
	s.env["IGSOURCE_SECRET_PASSWORD"] = "hush-hush"
	const address = "sink: {format: jsonl, path: 'postgresql://igs:${secure(password)}@host/db'}\n"
	for _, c := range []struct {
		file, want string
		args       []string
	}{
		{insights, "--out is the address of a PostgreSQL database, but the format is parquet: give --format postgres, or another path", []string{"--out", "postgres://igs:hush-hush@host/db"}},
		{address + insights, "DIR/run.yaml: sink.path is the address of a PostgreSQL database, but the format is csv: give --format postgres, or another path", []string{"--format", "csv"}},
		{insights, "the format postgres needs the address of the database: write it as sink.path into DIR/run.yaml, best as ${secure(pg)}, or give it with --out", []string{"--format", "Postgres"}},
	} {
		for _, verb := range [][]string{{"read"}, {"state", "show"}, {"state", "reset"}} {
			r := s.run(append(append(verb, "-f", s.write("run.yaml", c.file)), c.args...)...)
			assert.Equal(t, result{code: command.ExitUser, stderr: "error: " + c.want + "\n"}, r)
		}
	}
	assert.Empty(t, s.files())
}

// A database is what a stage's rows land in, and what its owner does with it.
type database interface {
	// stage makes a stage know the database, and sink is that of its run files.
	stage(s *stage) *stage
	sink() string
	exec(statements string)
	query(query string) [][]string
	// typeOf is the type of a column of numbers, and name what messages call the database.
	typeOf() string
	name() string
}

// sqliteFile is the database a.db of a stage.
type sqliteFile struct{ at *stage }

func (f *sqliteFile) stage(s *stage) *stage { f.at = s; return s }
func (f *sqliteFile) sink() string {
	return "sink: {format: sqlite, path: " + f.at.path("a.db") + "}\n"
}
func (f *sqliteFile) query(query string) [][]string { return f.at.query("a.db", query) }
func (f *sqliteFile) typeOf() string                { return "INTEGER" }
func (f *sqliteFile) name() string                  { return "DIR/a.db" }

func (f *sqliteFile) exec(statements string) {
	f.at.t.Helper()
	db, err := sql.Open("sqlite", f.at.path("a.db"))
	require.NoError(f.at.t, err)
	defer func() { assert.NoError(f.at.t, db.Close()) }()
	_, err = db.Exec(statements)
	require.NoError(f.at.t, err)
}

func TestChangedByHand(t *testing.T) { testChangedByHand(t, new(sqliteFile)) }

func testChangedByHand(t *testing.T, db database) {
	s := db.stage(newStage(t))
	read := func(file string) result { return s.run("read", "-f", s.write("run.yaml", file+db.sink())) }
	const all = "SELECT account_id, date, reach, views, mine FROM account_insights ORDER BY account_id, date"
	require.Equal(t, command.ExitComplete, read(insights).code)

	// A column that somebody added is theirs.
	db.exec("ALTER TABLE account_insights ADD COLUMN mine text; UPDATE account_insights SET mine = 'x', reach = 1")
	require.Equal(t, command.ExitComplete, read(insights).code)
	var want [][]string
	for _, r := range s.wantRows() {
		want = append(want, []string{r[0], r[1], r[4], r[5], "x"})
	}
	require.Equal(t, want, db.query(all))

	// A column that the run file has gained is null in rows which are not read again.
	require.Equal(t, command.ExitComplete, read(with(insights, "accountMetrics: [reach, views, follower_count, likes]", "fromDate: 2026-11-02")).code)
	assert.Equal(t, want, db.query(all))
	const likes = "SELECT date, count(likes), count(*) FROM account_insights GROUP BY date ORDER BY date"
	assert.Equal(t, [][]string{{"2026-10-31", "0", "2"}, {"2026-11-01", "0", "2"}, {"2026-11-02", "2", "2"}}, db.query(likes))

	// A column of another type is refused, before anything is asked or written.
	db.exec("ALTER TABLE account_insights DROP COLUMN reach; ALTER TABLE account_insights ADD COLUMN reach TEXT; UPDATE account_insights SET reach = 'many'")
	const states = "SELECT * FROM igsource_state ORDER BY 1, 2, 3"
	before, state := db.query(all), db.query(states)
	s.server.ResetStats()
	r := read(with(insights, "accountMetrics: [reach, views, comments]"))
	r.stderr = strings.Replace(r.stderr, " is TEXT,", " is text,", 1)
	assert.Equal(t, result{code: command.ExitUser, stderr: `error: the column "reach" of the table "account_insights" in ` + db.name() + ` is text, but this run writes ` +
		db.typeOf() + ": rename the table in the database, or write to another database\n"}, r)
	assert.Zero(t, s.server.Stats().Requests)
	assert.Equal(t, before, db.query(all))
	assert.Equal(t, state, db.query(states))
	require.Equal(t, command.ExitComplete, read(with(insights, "accountMetrics: [views]")).code, "what does not write it goes on")
	assert.Equal(t, before, db.query(all))
}

func TestNullKeys(t *testing.T) { testNullKeys(t, new(sqliteFile)) }

// A media without the metric has a row whose dimension is null, a part of the key: runs put it there once.
func testNullKeys(t *testing.T, db database) {
	s := db.stage(newStage(t, func(a *graphtest.Account) { a.Media = 40 }))
	file := s.write("run.yaml", with(without(insights, "accountMetrics", "period", "fromDate", "toDate"),
		"requestType: account_media", "mediaMetrics: [profile_activity]", "breakdown: [action_type]")+db.sink())
	const all = "SELECT media_id, action_type, profile_activity FROM account_media ORDER BY media_id, action_type"
	var first [][]string
	for range 3 {
		r := s.run("read", "-f", file)
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		rows := db.query(all)
		if first == nil {
			first = rows
		}
		require.Equal(t, first, rows)
	}
	nulls := 0
	for _, r := range first {
		if r[1] == plugintest.Null {
			nulls++
		}
	}
	assert.NotZero(t, nulls)
	assert.Less(t, nulls, len(first))
	assert.Equal(t, [][]string{{"0"}}, db.query("SELECT count(*) FROM (SELECT media_id FROM account_media WHERE action_type IS NULL GROUP BY media_id HAVING count(*) > 1) twice"))
}

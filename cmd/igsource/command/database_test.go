package command_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
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

package command_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// keboolaStage has the two accounts of the configurations in testdata, with little media.
func keboolaStage(t *testing.T, options ...graphtest.Option) *stage {
	t.Helper()
	account := func(n int, name string) func(*graphtest.Account) {
		return func(a *graphtest.Account) {
			a.ID = fmt.Sprintf("1784140000000000%d", n)
			a.PageID = fmt.Sprintf("10000000000000%d", n)
			a.Username, a.PageName = name, name+" page"
			a.Media, a.Stories, a.Tagged, a.QuietStories = 4, 2, 1, 1
			a.OddPerMille = 0
			a.CommentCount = func(m graphtest.Media) int { return m.Index + n }
			a.ReplyCount = func(c graphtest.Comment) int { return c.Index % 3 }
		}
	}
	return newStageOf(t, graphtest.NewWorld(7, graphtest.WithNow(now),
		graphtest.WithAccount(account(1, "alder.bakery")), graphtest.WithAccount(account(2, "birch.cycles"))), options...)
}

// keboolaConfig is the configuration of a case, with the token of the stage.
func (s *stage) keboolaConfig(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, "keboola", name, "config.json"))
	require.NoError(s.t, err)
	return strings.ReplaceAll(string(text), "TOKEN", s.world.Token(graphtest.Facebook))
}

// A configuration of either version runs as it is, without an environment.
func TestKeboola(t *testing.T) {
	cases, err := os.ReadDir(filepath.Join(testdata, "keboola"))
	require.NoError(t, err)
	require.Len(t, cases, 6)
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			s := keboolaStage(t)
			delete(s.env, "IGSOURCE_SECRET_INSTAGRAM")
			s.hidden = append(s.hidden, "KBC::ProjectSecure::made-up")
			file := s.write("config.json", s.keboolaConfig(c.Name()))
			schemas := s.run("schema", "-f", file, "--format", "arrow-json")
			require.Equal(t, command.ExitComplete, schemas.code, schemas.stderr)
			valid := s.run("validate", "-f", file)
			require.Equal(t, result{stdout: "The run file is good.\n", stderr: valid.stderr}, valid)
			assert.Zero(t, s.server.Stats().Requests)

			r := s.run("read", "-f", file)
			want := command.ExitComplete
			if c.Name() == "one_account_fails" {
				want = command.ExitPartial
			}
			require.Equal(t, want, r.code, r.stderr)
			for _, name := range s.files() {
				golden(t, "keboola/"+c.Name()+"/"+name, s.read(name))
			}
			golden(t, "keboola/"+c.Name()+"/stderr.txt", r.stderr)
			golden(t, "keboola/"+c.Name()+"/files.txt", strings.Join(s.files(), "\n")+"\n")

			// The flags win.
			r = s.run("read", "-f", file, "--format", "arrow", "--out", s.path("flags"))
			require.Equal(t, want, r.code, r.stderr)
			s.sameSchema(schemas.stdout, "flags")
		})
	}
}

const smallConfig = `{"parameters": {"accounts": {"17841400000000001": {"id": "17841400000000001"}}, "queries": [
  {"name": "account", "query": {"ids": "", "fields": "username"}}]},
  "authorization": {"oauth_api": {"credentials": {"#data": "KBC::ProjectSecure::madeupmadeup"}}}}`

// An encrypted token is replaced by a secret, and the warning says so.
func TestKeboolaEncrypted(t *testing.T) {
	s := keboolaStage(t)
	file := s.write("config.json", smallConfig)
	const warning = "warning: configuration: authorization.oauth_api.credentials.#data is encrypted by Keboola and can be read nowhere else; " +
		"the secret instagram takes its place. Set IGSOURCE_SECRET_INSTAGRAM to a token of your own, or name another secret with --set 'accessToken=${secure(NAME)}'.\n"
	r := s.run("read", "-f", file, "--out", s.path("flags"))
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, warning)

	delete(s.env, "IGSOURCE_SECRET_INSTAGRAM")
	s.env["IGSOURCE_SECRET_OTHER"] = s.world.Token(graphtest.Facebook)
	r = s.run("read", "-f", file, "--out", s.path("flags"))
	assert.Equal(t, result{code: command.ExitUser, stderr: warning +
		"error: keboola: accessToken: Failed to resolve macro 'secure(instagram)': set the environment variable IGSOURCE_SECRET_INSTAGRAM, or name a file of secrets with --secrets.\n"}, r)
	r = s.run("read", "-f", file, "--out", s.path("flags"), "--set", "accessToken=${secure(other)}")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.NotContains(t, r.stderr, "warning:")
}

// What is wrong with a configuration comes all at once, without a request and without a file.
func TestKeboolaFailures(t *testing.T) {
	s := keboolaStage(t)
	file := s.write("config.json", `{"parameters": {"accounts": {"1": {}}, "queries": [
		{"name": "ads", "type": "async-insights-query"}, {"name": "q", "query": {"path": "media", "ids": "", "fields": "id,comments{text"}}]}}`)
	want := "error: configuration: parameters.queries[0] (ads): the type async-insights-query asks for reports on ads, which belong to the Marketing API and are not Instagram's. " +
		"Remove it, or set disabled to true.\n"
	for _, command := range []string{"read", "validate", "schema"} {
		r := s.run(command, "-f", file)
		assert.Equal(t, 1, r.code)
		assert.Contains(t, r.stderr, want)
		assert.Contains(t, r.stderr, "error: keboola: queries: ", "the other query's brace")
	}
	assert.Zero(t, s.server.Stats().Requests)
	assert.Empty(t, s.files())

	for text, want := range map[string]string{
		"{":  "error: DIR/config.json: the configuration is not JSON: something is wrong at line 1, column 1\n",
		"[]": "error: DIR/config.json: the configuration is no JSON object: it is a list instead of an object\n",
	} {
		assert.Equal(t, result{code: command.ExitUser, stderr: want}, s.run("validate", "-f", s.write("config.json", text)))
	}
}

// Without queries the accounts are written, and listing what the token reaches needs none.
func TestKeboolaWithoutQueries(t *testing.T) {
	s := keboolaStage(t)
	file := s.write("config.json", `{"parameters": {"accounts": {"1": {"name": "A"}}}}`)
	r := s.run("read", "-f", file, "--set", "accessToken=${secure(instagram)}")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, "warning: parameters.queries: there are none, so that only the accounts are written.\n")
	assert.Equal(t, []string{"out/tables/accounts.csv", "out/tables/accounts.csv.manifest"}, s.files())
	assert.Equal(t, "id,name\n1,A\n", s.read("out/tables/accounts.csv"))
	assert.Zero(t, s.server.Stats().Requests)

	r = s.run("accounts", "-f", file)
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stdout, "17841400000000001  alder.bakery")
}

// A configuration is gone on with as well, its table of accounts included.
func TestKeboolaResumes(t *testing.T) {
	var left atomic.Int64 // calls until the run is stopped; 0 is never
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var s *stage
	s = keboolaStage(t, graphtest.WithObserver(func(graphtest.Call) {
		if left.Add(-1) == 0 {
			s.waitForMarks("a.db", "keboola", 1)
			cancel()
		}
	}))
	file := s.write("config.json", s.keboolaConfig("first_version"))
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--format", "sqlite", "--out", s.path("clean.db")).code)
	whole := s.server.Stats().Calls

	left.Store(whole - 1)
	s.ctx = ctx
	into := []string{"read", "-f", file, "--format", "sqlite", "--out", s.path("a.db"), "--parallelism", "1"}
	require.Equal(t, command.ExitFailed, s.run(into...).code)
	s.ctx = t.Context()
	s.server.ResetStats()
	r := s.run(into...)
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, "Resuming the run of 2026-11-22T20:00:00Z, which did not come to its end.\n")
	assert.NotContains(t, r.stderr, "given up")
	assert.Less(t, s.server.Stats().Calls, whole)
	const tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
	require.Equal(t, s.query("clean.db", tables), s.query("a.db", tables))
	for _, table := range s.query("clean.db", tables) {
		want, got := s.query("clean.db", "SELECT * FROM "+table[0]), s.query("a.db", "SELECT * FROM "+table[0])
		slices.SortFunc(want, slices.Compare)
		slices.SortFunc(got, slices.Compare)
		require.NotEmpty(t, want, table[0])
		assert.Equal(t, want, got, table[0])
	}
}

// A failed run leaves no folder that it made.
func TestKeboolaLeavesNoFolder(t *testing.T) {
	s := keboolaStage(t)
	s.env["IGSOURCE_SECRET_INSTAGRAM"] = "EAAUwrong"
	file := s.write("config.json", smallConfig)
	r := s.run("read", "-f", file)
	assert.Equal(t, command.ExitFailed, r.code, r.stderr)
	assert.Empty(t, s.files())
}

// The plan of a configuration costs nothing when it names its accounts.
func TestKeboolaDryRun(t *testing.T) {
	s := keboolaStage(t)
	r := s.run("read", "-f", s.write("config.json", smallConfig), "--dry-run")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stdout, "\nconfiguration: 1 split\n  accounts: 0 counted calls in 0 requests: they stand in the configuration\n")
	assert.Zero(t, s.server.Stats().Requests)
	assert.Empty(t, s.files())
}

// The answer of validate names both sources, and shows no token.
func TestKeboolaValidate(t *testing.T) {
	s := keboolaStage(t)
	s.hidden = append(s.hidden, "EAAmadeupmadeup")
	file := s.write("config.json", strings.Replace(smallConfig, `"KBC::ProjectSecure::madeupmadeup"`, `"{\"token\": \"EAAmadeupmadeup\"}"`, 1))
	r := s.run("validate", "-f", file, "--json")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	golden(t, "keboola_validate.json", r.stdout)
}

package command_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestDemo(t *testing.T) {
	s := newStage(t)
	clear(s.env)
	s.hide(graphtest.NewWorld(2010, graphtest.WithNow(now), graphtest.WithAccounts(3)))
	t.Chdir(s.dir)
	for _, format := range []string{"parquet", "csv"} {
		r := s.run("demo", "--format", format)
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		stdout := strings.ReplaceAll(filepath.ToSlash(r.stdout), "."+format, ".FORMAT")
		golden(t, "demo/stdout.txt", stdout)
		stderr := regexp.MustCompile(`http://127\.0\.0\.1:\d+|\d+\.\d kB`).ReplaceAllString(r.stderr, "X")
		golden(t, "demo/stderr.txt", stderr)
	}
	r := s.run("demo", "--format", "sqlite", "--out", "alone")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	golden(t, "demo/alone.txt", r.stdout)
	assert.Equal(t, []string{
		"alone/instagram.db", "demo/account_insights.csv", "demo/account_insights.csv.manifest", "demo/account_insights.parquet",
		"demo/account_media.csv", "demo/account_media.csv.manifest", "demo/account_media.parquet",
		"demo/account_profile.csv", "demo/account_profile.csv.manifest", "demo/account_profile.parquet",
		"demo/instagram.db",
	}, s.files())
	_, rows := readBack(t, s.path("demo/account_insights.parquet"))
	assert.Len(t, rows, 3*60)
	for _, folder := range []string{"demo", "alone"} {
		assert.Equal(t, [][]string{{"account_insights"}, {"account_media"}, {"account_profile"}},
			s.query(folder+"/instagram.db", "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"))
	}
	assert.Equal(t, rows, s.query("demo/instagram.db", "SELECT * FROM account_insights ORDER BY account_id, date"))
	assert.Zero(t, s.server.Stats().Requests)
}

// The demo says as clearly as read that it cannot write.
func TestDemoBadFolder(t *testing.T) {
	s := newStage(t)
	r := s.run("demo", "--out", s.write("file", ""))
	assert.Equal(t, command.ExitUser, r.code)
	assert.True(t, strings.HasSuffix(r.stderr, "error: DIR/file is a file, not a folder: give another folder to write to\n"), r.stderr)
	assert.Empty(t, r.stdout)
}

// Made-up accounts are not mixed with those of anybody's runs.
func TestDemoBesideADatabase(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", insights+"sink: {format: sqlite, path: "+s.path("instagram.db")+"}\n")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)
	want := s.query("instagram.db", "SELECT * FROM account_insights ORDER BY account_id, date")
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: DIR/instagram.db holds what other runs have read, which made-up accounts " +
		"should not be mixed with: give another folder with --out\n"}, s.run("demo", "--out", s.dir))
	assert.Equal(t, want, s.query("instagram.db", "SELECT * FROM account_insights ORDER BY account_id, date"))
	assert.Equal(t, []string{"instagram.db"}, s.files())
}

func TestGraphServer(t *testing.T) {
	for _, c := range []struct {
		login string
		host  graphtest.Host
	}{{"facebook", graphtest.Facebook}, {"instagram", graphtest.Instagram}} {
		t.Run(c.login, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			stdout, stderr := newWatched("\n"), newWatched("Ctrl-C.\n")
			code := make(chan int)
			go func() {
				code <- command.Main(ctx, []string{"graph-server", "--accounts", "12", "--seed", "5", "--login", c.login},
					command.System{Stdout: stdout, Stderr: stderr, Clock: clock.NewFake(now)})
			}()
			<-stdout.seen
			<-stderr.seen
			url := strings.TrimSpace(stdout.String())
			world := graphtest.NewWorld(5, graphtest.WithNow(now), graphtest.WithAccounts(12))
			assert.Equal(t, "A Graph API with made-up data (login "+c.login+"). Its token, which opens nothing else: "+world.Token(c.host)+
				"\nIts accounts: "+strings.Join(world.AccountIDs()[:10], ", ")+" and 2 more\n"+
				"Read it with --graph-url "+url+" or IGSOURCE_GRAPH_URL; stop it with Ctrl-C.\n", stderr.String())

			// It answers whoever shows its token.
			assert.Equal(t, http.StatusOK, get(t, url+"/v25.0/me?fields=id", world.Token(c.host)))
			assert.Equal(t, http.StatusBadRequest, get(t, url+"/v25.0/me?fields=id", "wrong"))

			// A run file reads it.
			s := newStage(t)
			s.hide(world)
			s.env["IGSOURCE_SECRET_INSTAGRAM"] = world.Token(c.host)
			file := s.write("run.yaml", with(insights, "login: "+c.login))
			r := s.run("read", "-f", file, "--out", s.path("out"), "--graph-url", url)
			assert.Equal(t, command.ExitComplete, r.code, r.stderr)

			stop()
			assert.Equal(t, command.ExitComplete, <-code)
			assert.Equal(t, url+"\n", stdout.String())
		})
	}
}

// get asks for a URL with a token and returns the status.
func get(t testing.TB, url, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.StatusCode
}

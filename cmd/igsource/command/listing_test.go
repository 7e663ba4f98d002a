package command_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/metrics"
)

func TestMetrics(t *testing.T) {
	s := newStage(t)
	both := s.run("metrics")
	account, media := s.run("metrics", "--object", "account"), s.run("metrics", "--object", "media")
	for _, r := range []result{both, account, media} {
		assert.Equal(t, result{stdout: r.stdout}, r)
	}
	assert.Equal(t, both.stdout, account.stdout+"\n"+media.stdout)
	for _, o := range []metrics.Object{metrics.Account, metrics.Media} {
		for _, m := range metrics.All(o) {
			if m.Status == metrics.Current {
				assert.Regexp(t, `(?m)^`+m.Name+` `, both.stdout)
			}
		}
	}

	for args, object := range map[string]metrics.Object{"--object=account": metrics.Account, "--object=media": metrics.Media} {
		r := s.run("metrics", args, "--json")
		var got []metrics.Metric
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &got))
		assert.Equal(t, metrics.All(object), got)
	}
}

// accountsFile holds no more than listing accounts needs.
const accountsFile = "plugin: instagram\nproperties:\n  accessToken: ${secure(instagram)}\n"

func TestAccounts(t *testing.T) {
	s := newStage(t, func(a *graphtest.Account) { a.Name = "A, B & C" }, func(*graphtest.Account) {}, func(a *graphtest.Account) { a.Unlinked = true })
	s.server.ResetStats()
	file := s.write("run.yaml", accountsFile)
	all := s.world.Accounts()
	first, second := all[0], all[1]
	if second.ID < first.ID {
		first, second = second, first
	}
	r := s.run("accounts", "-f", file)
	assert.Equal(t, result{stdout: r.stdout}, r)
	golden(t, "accounts/accounts.txt", r.stdout)
	r = s.run("accounts", "-f", file, "--json")
	assert.Equal(t, result{stdout: r.stdout}, r)
	golden(t, "accounts/accounts.json", r.stdout)
	var got []struct {
		ID        string
		Followers int64 `json:"followers_count"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &got))
	require.Len(t, got, 2)
	assert.Equal(t, []any{first.ID, first.Followers, second.ID, second.Followers}, []any{got[0].ID, got[0].Followers, got[1].ID, got[1].Followers})
	assert.Equal(t, int64(2), s.server.Stats().Calls)

	// Two sources with one token reach each account once.
	r = s.run("accounts", "-f", s.write("two.yaml", sources(accountsFile, accountsFile)), "--json")
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &got))
	assert.Len(t, got, 2)
}

func TestAccountsNone(t *testing.T) {
	s := newStage(t, func(a *graphtest.Account) { a.Unlinked = true })
	file := s.write("run.yaml", accountsFile)
	assert.Equal(t, result{stdout: "The token reaches no Instagram professional account.\n"}, s.run("accounts", "-f", file))
	assert.Equal(t, result{stdout: "[]\n"}, s.run("accounts", "-f", file, "--json"))

	// A run that is to read all of none is the user's to mend.
	r := s.run("read", "-f", s.write("all.yaml", insights), "--out", s.path("out"))
	assert.Equal(t, command.ExitUser, r.code)
	assert.Contains(t, r.stderr, "accountId is all, but the token reaches no Instagram professional account;")
	assert.Empty(t, s.files())
}

func TestAccountsInstagramLogin(t *testing.T) {
	world := graphtest.NewWorld(7, graphtest.WithNow(now))
	s := newStageOf(t, world, graphtest.WithHost(graphtest.Instagram))
	s.env["IGSOURCE_SECRET_INSTAGRAM"] = world.Token(graphtest.Instagram)
	a := world.Accounts()[0]
	r := s.run("accounts", "-f", s.write("run.yaml", accountsFile+"  login: instagram\n"))
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Regexp(t, fmt.Sprintf(`^id .*\n%s +%s +%s +%d\n$`, a.ID, a.Username, a.Name, a.Followers), r.stdout)
}

func TestAccountsBad(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct {
		file, want string
	}{
		{"plugin: instagram\n", "error: Required property 'accessToken' has no value.\n"},
		{accountsFile + "  login: myspace\n  apiVersion: latest\n", "error: login: 'myspace' is not a valid login. Choose one of 'facebook', 'instagram'.\n" +
			"error: apiVersion: 'latest' is not a version of the Graph API. Write it as v25.0.\n2 things to mend; nothing was read.\n"},
		{sources(accountsFile, "plugin: instagram\nproperties: {referenceName: b}"), "error: b: Required property 'accessToken' has no value.\n"},
	} {
		assert.Equal(t, result{code: command.ExitUser, stderr: c.want}, s.run("accounts", "-f", s.write("run.yaml", c.file)))
	}
	assert.Zero(t, s.server.Stats().Requests)

	s.env["IGSOURCE_SECRET_INSTAGRAM"] = "EAAUwrong"
	r := s.run("accounts", "-f", s.write("run.yaml", accountsFile))
	assert.Equal(t, command.ExitFailed, r.code)
	assert.Regexp(t, `^error: asking which accounts the token reaches: .*Set a valid access token.*\n$`, r.stderr)
}

// A long wait is told where no run tells it.
func TestAccountsWait(t *testing.T) {
	s := newStage(t)
	fault, ok := graphtest.FaultNamed("status 429 with Retry-After")
	require.True(t, ok)
	fault.RetryAfter = false // the server's own clock stands still
	s.server.SetRules(graphtest.Rule{Fault: fault, First: 1})
	r := s.run("accounts", "-f", s.write("run.yaml", accountsFile))
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	require.True(t, slices.ContainsFunc(s.clock.Slept(), func(d time.Duration) bool { return d > 5*time.Second }), "%v", s.clock.Slept())
	assert.Regexp(t, `^waiting until 20:\d\d:\d\d UTC \(.+\)\n$`, r.stderr)
}

func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "") // which the width of a help text goes by
	s := newStage(t)
	for name, args := range map[string][]string{
		"igsource": {}, "read": {"read"}, "schema": {"schema"}, "validate": {"validate"}, "metrics": {"metrics"},
		"accounts": {"accounts"}, "demo": {"demo"}, "graph-server": {"graph-server"}, "version": {"version"}, "nodes": {"nodes"},
		"templates": {"templates"}, "init": {"init"}, "state": {"state"}, "state-show": {"state", "show"}, "state-reset": {"state", "reset"},
		"compact": {"compact"},
	} {
		r := s.run(append(args, "--help")...)
		assert.Equal(t, result{stdout: r.stdout}, r)
		golden(t, "help/"+name+".txt", r.stdout)
	}
	assert.Equal(t, s.run("--help"), s.run())
	assert.Regexp(t, `^igsource .+, Graph API v25.0\n$`, s.run("version").stdout)
}

package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin/plugintest"
)

// wantRows are the rows of insights that the world of a stage holds.
func (s *stage) wantRows() [][]string {
	accounts := s.world.AccountIDs()
	slices.Sort(accounts)
	var rows [][]string
	for _, account := range accounts {
		for _, date := range []string{"2026-10-31", "2026-11-01", "2026-11-02"} {
			day, err := graphtest.ParseDay(date)
			require.NoError(s.t, err)
			row := []string{account, date, day.End().UTC().Format(time.RFC3339), "day"}
			for _, metric := range []string{"reach", "views", "follower_count"} {
				cell := plugintest.Null
				if v, ok := s.world.Daily(account, metric, day); ok {
					cell = strconv.FormatInt(v, 10)
				}
				row = append(row, cell)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestReadText(t *testing.T) {
	for _, format := range []string{"csv", "jsonl"} {
		t.Run(format, func(t *testing.T) {
			s := newStage(t, func(*graphtest.Account) {}, func(a *graphtest.Account) { a.Absent = []string{"views"} })
			file := s.write("run.yaml", strings.Replace(insights, "plugin:", "sink: {format: "+format+"}\nplugin:", 1))
			r := s.run("read", "-f", file, "--out", s.path("out"))
			require.Equal(t, command.ExitComplete, r.code, r.stderr)
			assert.Empty(t, r.stdout)
			want := []string{"out/account_insights." + format}
			if format == "csv" {
				want = append(want, "out/account_insights.csv.manifest")
			}
			require.Equal(t, want, s.files())
			for _, name := range want {
				golden(t, "read_"+format+"/"+filepath.Base(name), s.read(name))
			}
		})
	}
}

func TestReadBinary(t *testing.T) {
	for _, format := range []string{"arrow", "parquet"} {
		t.Run(format, func(t *testing.T) {
			s := newStage(t)
			r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--format", format)
			require.Equal(t, command.ExitComplete, r.code, r.stderr)
			require.Equal(t, []string{"out/account_insights." + format}, s.files())
			names, rows := readBack(t, s.path("out/account_insights."+format))
			assert.Equal(t, []string{"account_id", "date", "end_time", "period", "reach", "views", "follower_count"}, names)
			assert.Equal(t, s.wantRows(), rows)
		})
	}
}

func TestReadProfiles(t *testing.T) {
	s := newStage(t)
	r := s.run("read", "-f", s.write("run.yaml", profiles), "--out", s.path("out"), "--format", "csv")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	golden(t, "read_profiles/account_profile.csv", s.read("out/account_profile.csv"))
	golden(t, "read_profiles/account_profile.csv.manifest", s.read("out/account_profile.csv.manifest"))
}

// A table without rows is still written.
func TestReadNothing(t *testing.T) {
	s := newStage(t, func(a *graphtest.Account) { a.Absent = []string{"reach", "views", "follower_count"} })
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--format", "csv")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Equal(t, "account_id,date,end_time,period,reach,views,follower_count\n", s.read("out/account_insights.csv"))
	assert.Contains(t, r.stderr, "complete: account_insights 0 rows\n")
}

// The same bytes whatever the parallelism, in every format.
func TestReadIsTheSameAtAnyParallelism(t *testing.T) {
	s := newStage(t, func(*graphtest.Account) {}, func(*graphtest.Account) {}, func(*graphtest.Account) {})
	file := s.write("run.yaml", with(insights, "fromDate: 2026-09-18", "toDate: yesterday"))
	for _, format := range []string{"parquet", "csv", "arrow", "jsonl"} {
		var first []string
		for _, parallelism := range []string{"1", "16"} {
			out, report := s.path(format+parallelism), s.path(format+parallelism+".json")
			r := s.run("read", "-f", file, "--format", format, "--out", out, "--parallelism", parallelism, "--report", report)
			require.Equal(t, command.ExitComplete, r.code, r.stderr)
			got := []string{r.stderr, s.read(format + parallelism + "/account_insights." + format), s.read(format + parallelism + ".json")}
			if first == nil {
				first = got
			}
			for i, what := range []string{"stderr", "the file", "the report"} {
				assert.True(t, first[i] == got[i], "%s: %s differs at parallelism %s", format, what, parallelism)
			}
		}
	}
}

func TestReadDefaults(t *testing.T) {
	s := newStage(t)
	t.Chdir(s.dir)
	s.write("run.yaml", insights)
	require.Equal(t, command.ExitComplete, s.run("read", "-f", "run.yaml").code)
	require.Equal(t, []string{"out/account_insights.parquet"}, s.files())

	// The file beats the defaults, and flags beat the file.
	s.write("run.yaml", insights+"sink: {format: csv, path: here}\n")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", "run.yaml").code)
	require.Contains(t, s.files(), "here/account_insights.csv")
	require.Equal(t, command.ExitComplete, s.run("read", "-f", "run.yaml", "--format", "JSONL", "--out", "there").code)
	require.Contains(t, s.files(), "there/account_insights.jsonl")
}

func TestReadFlags(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(insights, "accountMetrics: ${metrics}", "fromDate: ${logicalStartTime(yyyy-MM-dd,1d)}", "toDate: yesterday"))
	header := func(args ...string) (string, int) {
		t.Helper()
		r := s.run(append([]string{"read", "-f", file, "--format", "csv", "--out", s.path("out")}, args...)...)
		require.Equal(t, command.ExitComplete, r.code, r.stderr)
		text := s.read("out/account_insights.csv")
		header, rows, _ := strings.Cut(text, "\n")
		require.NotEmpty(t, rows)
		return header, strings.Count(rows, "\n")
	}
	// --arg gives the macro, --logical-start-time the days, --set beats the file; the last of several counts.
	got, rows := header("--arg", "metrics=reach", "--logical-start-time", "2026-11-03T20:00:00Z")
	assert.Equal(t, "account_id,date,end_time,period,reach", got)
	assert.Equal(t, 2, rows)
	assert.Contains(t, s.read("out/account_insights.csv"), ",2026-11-02,")
	got, _ = header("--set", "accountMetrics=reach,views", "--set", "layout=wide", "--logical-start-time", "1793736000000")
	assert.Equal(t, "account_id,date,end_time,period,reach,views", got)
	assert.Contains(t, s.read("out/account_insights.csv"), ",2026-11-02,")
	got, _ = header("--set", "accountMetrics=reach", "--set", "accountMetrics=views", "--set", "accountId="+s.world.AccountIDs()[0])
	assert.Equal(t, "account_id,date,end_time,period,views", got)
}

// --graph-url beats IGSOURCE_GRAPH_URL; the environment's secrets beat those of --secrets.
func TestReadPrecedence(t *testing.T) {
	s := newStage(t)
	good := s.env["IGSOURCE_SECRET_INSTAGRAM"]
	read := []string{"read", "-f", s.write("run.yaml", insights), "--out", s.path("out")}

	s.env["IGSOURCE_GRAPH_URL"] = "http://127.0.0.1:1"
	require.Equal(t, command.ExitComplete, s.run(append(read, "--graph-url", s.server.URL)...).code)
	s.env["IGSOURCE_GRAPH_URL"] = s.server.URL

	wrong, right := s.write("wrong.yaml", "instagram: EAAUwrong\n"), s.write("right.yaml", "instagram: "+good+"\nother: 1\n")
	require.Equal(t, command.ExitComplete, s.run(append(read, "--secrets", wrong)...).code)
	delete(s.env, "IGSOURCE_SECRET_INSTAGRAM")
	require.Equal(t, command.ExitComplete, s.run(append(read, "--secrets", right)...).code)
	require.Equal(t, command.ExitFailed, s.run(append(read, "--secrets", wrong)...).code)

	// Other characters of a name are _ in its variable.
	s.env["IGSOURCE_SECRET_MY_TOKEN_1"] = good
	read[2] = s.write("named.yaml", with(insights, "accessToken: ${secure(my-token.1)}"))
	require.Equal(t, command.ExitComplete, s.run(read...).code)
}

func TestReadTwice(t *testing.T) {
	s := newStage(t)
	read := []string{"read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--format", "csv", "--report", s.path("report.json")}
	require.Equal(t, command.ExitComplete, s.run(read...).code)
	first := s.read("out/account_insights.csv")
	require.NoError(t, os.WriteFile(s.path("out/account_insights.csv"), []byte("old"), 0o644))
	require.NoError(t, os.WriteFile(s.path("report.json"), []byte("old"), 0o644))
	require.Equal(t, command.ExitComplete, s.run(read...).code)
	assert.Equal(t, first, s.read("out/account_insights.csv"))
	assert.Contains(t, s.read("report.json"), `"status": "complete"`)
}

func TestDryRun(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(insights, "fromDate: 2026-10-01", "fromDat: x"))
	r := s.run("read", "-f", file, "--dry-run", "--parallelism", "2", "--out", s.path("out"), "--report", s.path("report.json"))
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	ids := s.world.AccountIDs()
	slices.Sort(ids)
	var want strings.Builder
	fmt.Fprintln(&want, "brand: 4 splits")
	for _, id := range ids {
		fmt.Fprintf(&want, "  %s/2026-10-01..2026-10-05: 6 counted calls in 1 request: 1 for time series, 5 for totals\n", id)
		fmt.Fprintf(&want, "  %s/2026-10-06..2026-11-02: 30 counted calls in 1 request: 2 for time series, 28 for totals\n", id)
	}
	fmt.Fprintln(&want, "In all 72 counted calls in 4 requests; at parallelism 2 they take the time of 2 requests.")
	assert.Equal(t, want.String(), r.stdout)
	assert.Equal(t, "warning: fromDat: There is no property 'fromDat'; it is ignored. Did you mean 'fromDate'?\n", r.stderr)
	assert.Empty(t, s.files())
	assert.Equal(t, map[string]int64{"me/accounts": 1}, s.server.Stats().ByEndpoint)

	// What it foretold is what the run then takes, beside the accounts.
	s.server.ResetStats()
	require.Equal(t, command.ExitComplete, s.run("read", "-f", file, "--out", s.path("out")).code)
	assert.Equal(t, int64(72+1), s.server.Stats().Calls)
}

func TestStrict(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(insights, "fromDat: x", "accountId: 12x"))
	r := s.run("read", "-f", file, "--strict", "--out", s.path("out"))
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: accountId: '12x' is not an Instagram user id. An id is digits only, " +
		"such as 17841400000000001; write all for every account that the token reaches.\n" +
		"error: fromDat: There is no property 'fromDat'; it is ignored. Did you mean 'fromDate'?\n2 things to mend; nothing was read.\n"}, r)
	assert.Empty(t, s.files())
	assert.Zero(t, s.server.Stats().Requests)
	require.Equal(t, command.ExitComplete, s.run("read", "-f", s.write("run.yaml", insights), "--strict", "--out", s.path("out")).code)
}

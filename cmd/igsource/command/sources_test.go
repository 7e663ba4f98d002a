package command_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// sources is a run file of several sources, of files with one.
func sources(files ...string) string {
	var b strings.Builder
	b.WriteString("sources:\n")
	for _, f := range files {
		for i, line := range strings.Split(strings.TrimSpace(f), "\n") {
			b.WriteString(map[bool]string{true: "- ", false: "  "}[i == 0] + line + "\n")
		}
	}
	return b.String()
}

func TestSeveralSources(t *testing.T) {
	s := newStage(t)
	ids := s.world.AccountIDs()
	file := s.write("run.yaml", sources(
		with(insights, "accountId: "+ids[0]), profiles, with(insights, "referenceName: second", "accountId: "+ids[1])))
	r := s.run("read", "-f", file, "--out", s.path("out"), "--format", "csv", "--report", s.path("report.json"))
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, "complete: account_insights 6 rows, account_profile 2 rows\n")
	golden(t, "sources/report.json", s.reportOf("report.json"))

	// The rows of one table, in the order of the sources.
	want := ""
	for _, id := range ids {
		for _, row := range s.wantRows() {
			if row[0] == id {
				want += fmt.Sprintf("%s,%s,%s,%s\n", row[0], row[1], strings.Replace(row[2], "Z", "+0000", 1), strings.Join(row[3:], ","))
			}
		}
	}
	_, rows, _ := strings.Cut(s.read("out/account_insights.csv"), "\n")
	assert.Equal(t, want, rows)

	r = s.run("read", "-f", file, "--dry-run")
	slices.Sort(ids)
	assert.Contains(t, r.stdout, "brand: 1 split\n")
	assert.Contains(t, r.stdout, "profiles: 1 split\n  "+ids[0]+".."+ids[1]+": 2 counted calls in 1 request: a call for each account\nsecond: 1 split\n")
}

func TestSourcesThatDoNotFit(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{
			"other columns", sources(insights, with(insights, "referenceName: second", "accountMetrics: reach")),
			"error: second: Table account_insights of source second cannot be joined with that of source brand: only brand has views, follower_count. " +
				"Let the sources ask for the same columns, or read them in runs of their own.\n",
		},
		{
			"other keys", sources(with(insights, "layout: long"), with(insights, "referenceName: second", "layout: wide")),
			"error: second: Table account_insights of source second cannot be joined with that of source brand: only brand has metric, value; " +
				"only second has reach, views, follower_count; the key is account_id, date, metric, period in brand and account_id, period, date in second. " +
				"Let the sources ask for the same columns, or read them in runs of their own.\n",
		},
		{
			"one name", sources(insights, insights),
			"error: brand: referenceName: Two sources of this run are called \"brand\". Give each source a referenceName of its own.\n",
		},
		{
			"each something", sources(with(insights, "accountId: 12x"), with(profiles, "login: myspace")),
			"error: brand: accountId: '12x' is not an Instagram user id. An id is digits only, such as 17841400000000001; write all for every account that the token reaches.\n" +
				"error: profiles: login: 'myspace' is not a valid login. Choose one of 'facebook', 'instagram'.\n2 things to mend; nothing was read.\n",
		},
		{
			"no names", sources(without(insights, "referenceName"), without(profiles, "referenceName")),
			"error: source 1: Required property 'referenceName' has no value.\nerror: source 2: Required property 'referenceName' has no value.\n2 things to mend; nothing was read.\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			file := s.write("run.yaml", c.file)
			for _, args := range [][]string{{"read", "--out", s.path("out")}, {"read", "--dry-run"}, {"validate"}} {
				assert.Equal(t, result{code: command.ExitUser, stderr: c.want}, s.run(append(args, "-f", file)...))
			}
			assert.Empty(t, s.files())
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// A warning names its source, and is told once.
func TestWarningsOfSeveralSources(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", sources(with(insights, "colour: red"), with(profiles, "color: red"), with(insights, "referenceName: third", "colour: red")))
	want := "warning: brand: colour: There is no property 'colour'; it is ignored.\n" +
		"warning: profiles: color: There is no property 'color'; it is ignored.\n" +
		"warning: third: colour: There is no property 'colour'; it is ignored.\n"
	r := s.run("read", "-f", file, "--out", s.path("out"), "--report", s.path("report.json"))
	require.Equal(t, command.ExitComplete, r.code)
	assert.True(t, strings.HasPrefix(r.stderr, want), r.stderr)
	assert.Equal(t, 3, strings.Count(r.stderr, "warning: "), r.stderr)
	assert.Equal(t, 1, strings.Count(s.read("report.json"), `"colour: There is no property 'colour'; it is ignored."`))
}

// What YAML lets sources share.
func TestMergedProperties(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", `sources:
- plugin: instagram
  properties: &common
    referenceName: brand
    accessToken: ${secure(instagram)}
    requestType: account_profile
    accountId: `+s.world.AccountIDs()[0]+`
- plugin: instagram
  properties:
    <<: [*common, {accountId: 1, login: facebook}]
    referenceName: second
    accountId: `+s.world.AccountIDs()[1]+`
`)
	r := s.run("read", "-f", file, "--out", s.path("out"), "--format", "csv")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stderr, "complete: account_profile 2 rows\n")
	text := s.read("out/account_profile.csv")
	for _, id := range s.world.AccountIDs() {
		assert.Contains(t, text, "\n"+id+",")
	}
}

package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// The schema needs neither token nor ids nor dates, and is the same byte for byte each time.
func TestSchema(t *testing.T) {
	for _, c := range []struct{ name, file string }{
		{"insights", without(insights, "accessToken", "accountId", "fromDate", "toDate", "referenceName")},
		{"breakdown", with(without(insights, "accessToken", "accountId", "fromDate", "toDate"), "accountMetrics: [views, reach]", "breakdown: [media_product_type, follow_type]")},
		{"long", with(insights, "layout: long", "accountId: 12x", "fromDate: someday")},
		{"online", with(insights, "accountMetrics: online_followers", "period: lifetime")},
		{"macros", with(insights, "accountId: ${id}", "fromDate: ${logicalStartTime(yyyy-MM-dd)}", "accessToken: ${secure(unknown)}")},
		{"several", sources(without(insights, "accessToken", "referenceName"), without(profiles, "accessToken", "referenceName"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			clear(s.env)
			file := s.write("run.yaml", c.file)
			for format, ext := range map[string]string{"text": "txt", "cdap": "cdap.json", "arrow-json": "arrow.json"} {
				r := s.run("schema", "-f", file, "--format", format)
				require.Equal(t, result{stdout: r.stdout}, r)
				for range 3 {
					require.Equal(t, r, s.run("schema", "-f", file, "--format", format))
				}
				golden(t, "schema/"+c.name+"."+ext, r.stdout)
			}
			assert.Equal(t, s.run("schema", "-f", file), s.run("schema", "-f", file, "--format", "text"))
			assert.Empty(t, s.files())
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// A schema that macros decide is known once they have their values.
func TestSchemaOfMacros(t *testing.T) {
	s := newStage(t)
	clear(s.env)
	file := s.write("run.yaml", with(insights, "accountMetrics: ${metrics}", "layout: ${layout}", "accessToken: ${secure(x)}"))
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: the schema is not known while macros that decide it have no value " +
		"(macros stand in accountMetrics, layout): give their arguments with --arg NAME=VALUE, or the start time with --logical-start-time\n"},
		s.run("schema", "-f", file))
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: layout: Argument 'layout' is not defined.\n"},
		s.run("schema", "-f", file, "--arg", "metrics=reach,views"))
	r := s.run("schema", "-f", file, "--arg", "metrics=reach,views", "--arg", "layout=wide", "--format", "arrow-json")
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stdout, `"name": "views"`)
}

func TestSchemaFailures(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{
			"metric and period", with(insights, "accountMetrics: [reech, views]", "period: hour", "fromDate: someday", "accountId: x"),
			"error: period: 'hour' is not a valid period. Choose one of 'day', 'week', 'days_28', 'lifetime'.\n" +
				"error: accountMetrics: reech is not a metric of accounts. Use reach, which is the nearest name.\n2 things to mend; nothing was read.\n",
		},
		{"no request type", without(insights, "requestType"), "error: Required property 'requestType' has no value.\n"},
		{
			"several that do not join", sources(insights, with(insights, "referenceName: b", "accountMetrics: reach")),
			"error: b: Table account_insights of source b cannot be joined with that of source brand: only brand has views, follower_count. " +
				"Let the sources ask for the same columns, or read them in runs of their own.\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			assert.Equal(t, result{code: command.ExitUser, stderr: c.want}, s.run("schema", "-f", s.write("run.yaml", c.file)))
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// --set counts for the schema, and so does an unknown property's warning.
func TestSchemaFlags(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(without(insights, "accessToken"), "layuot: long"))
	r := s.run("schema", "-f", file, "--set", "accountMetrics=likes")
	assert.Equal(t, command.ExitComplete, r.code)
	assert.Equal(t, "warning: layuot: There is no property 'layuot'; it is ignored. Did you mean 'layout'?\n", r.stderr)
	assert.Contains(t, r.stdout, "\n  likes ")
}

// Every golden file is that of a test.
func TestSchemaGoldens(t *testing.T) {
	names, err := os.ReadDir(filepath.Join("testdata", "schema"))
	require.NoError(t, err)
	assert.Len(t, names, 3*6)
	for _, n := range names {
		text, err := os.ReadFile(filepath.Join("testdata", "schema", n.Name()))
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			assert.False(t, strings.HasSuffix(line, " \n"), "%s: a blank at the end of a line", n.Name())
		}
	}
}

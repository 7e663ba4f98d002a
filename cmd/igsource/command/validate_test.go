package command_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// All failures at once, each on its property and element, and not one request.
func TestValidateJSON(t *testing.T) {
	for _, c := range []struct {
		name, file string
		code       int
	}{
		{"good", insights, command.ExitComplete},
		{"warnings", with(insights, "toDate: 2026-12-24", "colour: red"), command.ExitComplete},
		{"failures", with(without(insights, "toDate"), "accountId: '12x, 5'", "accountMetrics: 'reach, reech, likez'",
			"fromDate: someday", "layout: tall", "login: ${login}", "colour: red"), command.ExitUser},
		{"unknown", with(insights, "accountMetrics: ${metrics}"), command.ExitComplete},
		{"secrets", with(insights, "accessToken: "+stray, "appSecret: ' ${app} "+stray+"'", "appsecre: "+stray, "fields: '<&> "+stray+"'", "referenceName: ''"), command.ExitUser},
		{"several", sources(insights, with(profiles, "accessToken: "+stray, "appSecret: '${secure(${env}-app)}'")), command.ExitComplete},
		{"one_table", sources(insights, with(insights, "referenceName: second", "accountId: 5")), command.ExitComplete},
		{"unfit", sources(insights, with(insights, "referenceName: second", "accountMetrics: reach")), command.ExitUser},
		{"named", without(insights, "referenceName"), command.ExitUser},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.hidden = append(s.hidden, stray)
			clear(s.env)
			file := s.write("run.yaml", c.file)
			r := s.run("validate", "-f", file, "--json")
			assert.Equal(t, c.code, r.code)
			assert.Empty(t, r.stderr)
			golden(t, "validate/"+c.name+".json", r.stdout)
			assert.Equal(t, r, s.run("validate", "-f", file, "--json"))
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// The secrets of a good file are not echoed, wherever they stand.
func TestValidateJSONShowsNoSecret(t *testing.T) {
	s := newStage(t)
	s.hidden = append(s.hidden, stray)
	file := s.write("run.yaml", with(insights, "accessToken: "+stray, "appSecret: '${app}"+stray+"'", "accesToken: x"+stray, "comment: my token is "+stray+"!"))
	r := s.run("validate", "-f", file, "--json")
	assert.Equal(t, command.ExitComplete, r.code, r.stdout)
	for _, want := range []string{
		`"accessToken": "[redacted]"`, `"appSecret": "[redacted]"`, `"accesToken": "[redacted]"`, `"comment": "my token is [redacted]!"`,
	} {
		assert.Contains(t, r.stdout, want)
	}
}

func TestValidateText(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct {
		name, file string
		args       []string
		want       result
	}{
		{"good", insights, nil, result{stdout: "The run file is good.\n"}},
		{"macros", with(insights, "accountMetrics: ${m}"), nil, result{stdout: "The run file is good; its schema is known once the macros have their values.\n"}},
		{"arguments", with(insights, "accountMetrics: ${m}"), []string{"--arg", "m=reach"}, result{stdout: "The run file is good.\n"}},
		{"bad argument", with(insights, "accountMetrics: ${m}"), []string{"--arg", "m=reech"}, result{code: 1, stderr: "error: accountMetrics: reech is not a metric of accounts. Use reach, which is the nearest name.\n"}},
		{"missing argument", with(insights, "accountMetrics: ${m}"), []string{"--arg", "x=y"}, result{code: 1, stderr: "error: accountMetrics: Argument 'm' is not defined.\n"}},
		{
			"logical start time", with(insights, "fromDate: ${logicalStartTime(yyyy-MM-dd)}"),
			[]string{"--logical-start-time", "2026-11-04T00:00:00Z"},
			result{code: 1, stderr: "error: fromDate 2026-11-04 is after today, 2026-11-03. Enter a day that has begun in Pacific time.\n"},
		},
		{"macro syntax", with(insights, "accountMetrics: '${m'"), nil, result{code: 1, stderr: "error: accountMetrics: Could not find enclosing '}' for macro '${m'.\n"}},
		{
			"a warning once", with(insights, "toDate: 2027-01-01"), nil,
			result{stdout: "The run file is good.\n", stderr: "warning: toDate 2027-01-01 is after today; reading to today, 2026-11-22.\n"},
		},
		{
			"one unknown beside one bad", sources(with(insights, "accountMetrics: ${m}"), with(profiles, "accountId: x")), nil,
			result{code: 1, stderr: "error: profiles: accountId: 'x' is not an Instagram user id. An id is digits only, such as 17841400000000001; write all for every account that the token reaches.\n"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := s.write("run.yaml", c.file)
			assert.Equal(t, c.want, s.run(append([]string{"validate", "-f", file}, c.args...)...))
			assert.Zero(t, s.server.Stats().Requests)
		})
	}
}

// Macros stay macros unless the user asks: a secret that is not there fails nothing until then.
func TestValidateLeavesMacros(t *testing.T) {
	s := newStage(t)
	clear(s.env)
	file := s.write("run.yaml", insights)
	assert.Equal(t, command.ExitComplete, s.run("validate", "-f", file).code)
	r := s.run("validate", "-f", file, "--logical-start-time", "2026-11-22T00:00:00Z")
	assert.Equal(t, command.ExitUser, r.code)
	assert.True(t, strings.Contains(r.stderr, "IGSOURCE_SECRET_INSTAGRAM"), r.stderr)
}

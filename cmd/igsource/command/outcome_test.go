package command_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// reportOf is a report with figures that do not depend on how an answer was compressed: the server's
// own are compared first.
func (s *stage) reportOf(name string) string {
	s.t.Helper()
	text, stats := s.read(name), s.server.Stats()
	assert.Contains(s.t, text, fmt.Sprintf(`"requests": %d,`, stats.Requests))
	assert.Contains(s.t, text, fmt.Sprintf(`"counted": %d,`, stats.Calls))
	assert.Contains(s.t, text, fmt.Sprintf(`"bytes": %d`, stats.BytesOut))
	return regexp.MustCompile(`trace [A-Za-z0-9_-]+`).ReplaceAllString(
		strings.Replace(text, fmt.Sprintf(`"bytes": %d`, stats.BytesOut), `"bytes": 0`, 1), "trace T")
}

// denied is a stage of which the second account may not be read.
func denied(t *testing.T) *stage {
	return newStage(t, func(*graphtest.Account) {}, func(a *graphtest.Account) { a.InsightsDenied = true })
}

func TestComplete(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", with(insights, "fromDate: 2026-10-20"))
	r := s.run("read", "-f", file, "--format", "csv", "--out", s.path("out"), "--report", s.path("out/report.json"))
	assert.Equal(t, command.ExitComplete, r.code)
	golden(t, "outcome/complete.json", s.reportOf("out/report.json"))
	assert.Regexp(t, `^complete: account_insights 28 rows
calls: 3 requests, 33 counted calls, \d+\.\d kB
absent: 6 values beyond reach \(follower_count\)
$`, r.stderr)
	assert.Equal(t, []string{"out/account_insights.csv", "out/account_insights.csv.manifest", "out/report.json"}, s.files())
}

func TestPartial(t *testing.T) {
	s := denied(t)
	file := s.write("run.yaml", with(insights, "errorHandling: skipOnError"))
	r := s.run("read", "-f", file, "--format", "csv", "--out", s.path("out"), "--report", s.path("report.json"))
	assert.Equal(t, command.ExitPartial, r.code)
	golden(t, "outcome/partial.json", s.reportOf("report.json"))
	assert.True(t, strings.HasPrefix(r.stderr, "partial: account_insights 3 rows\n"), r.stderr)
	assert.Contains(t, r.stderr, "Application does not have permission for this action")
	golden(t, "outcome/partial.csv", s.read("out/account_insights.csv"))
}

func TestFailed(t *testing.T) {
	s := denied(t)
	file := s.write("run.yaml", insights)
	r := s.run("read", "-f", file, "--format", "csv", "--out", s.path("out"), "--report", s.path("report.json"), "--parallelism", "1")
	assert.Equal(t, command.ExitFailed, r.code)
	golden(t, "outcome/failed.json", s.reportOf("report.json"))
	assert.True(t, strings.HasPrefix(r.stderr, "failed: reading "), r.stderr)
	assert.Equal(t, 1, strings.Count(r.stderr, "Application does not have permission for this action"), "the reason is told once")
	assert.Equal(t, []string{"report.json"}, s.files())

	// With skipOnError a run that got nothing is no partial one.
	ids := s.world.AccountIDs()
	denied := ids[slices.IndexFunc(ids, func(id string) bool { a, _ := s.world.Account(id); return a.InsightsDenied })]
	file = s.write("run.yaml", with(insights, "errorHandling: skipOnError", "accountId: "+denied))
	r = s.run("read", "-f", file, "--out", s.path("out"), "--report", s.path("report.json"))
	assert.Equal(t, command.ExitFailed, r.code)
	assert.Equal(t, []string{"report.json"}, s.files())
}

// A failed run leaves older files as they were.
func TestFailedKeepsWhatWasThere(t *testing.T) {
	s := denied(t)
	for _, format := range []string{"csv", "jsonl", "arrow", "parquet"} {
		old := s.write("out/account_insights."+format, "old")
		r := s.run("read", "-f", s.write("run.yaml", insights), "--format", format, "--out", s.path("out"), "--parallelism", "1")
		assert.Equal(t, command.ExitFailed, r.code)
		assert.Equal(t, "old", s.read("out/account_insights."+format), old)
	}
	assert.Empty(t, s.files())
}

// A report that was asked for in the folder of a run which failed is there, and nothing else.
func TestFailedReportInTheOutFolder(t *testing.T) {
	s := denied(t)
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--report", s.path("out/report.json"), "--parallelism", "1")
	assert.Equal(t, command.ExitFailed, r.code)
	assert.Equal(t, []string{"out/report.json"}, s.files())
	assert.Contains(t, s.read("out/report.json"), `"status": "failed"`)
}

// A configuration failure is in the report too.
func TestFailedReportOfAConfiguration(t *testing.T) {
	s := newStage(t)
	r := s.run("read", "-f", s.write("run.yaml", with(insights, "period: hour")), "--out", s.path("out"), "--report", s.path("report.json"))
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: period: 'hour' is not a valid period. Choose one of 'day', 'week', 'days_28', 'lifetime'.\n"}, r)
	golden(t, "outcome/configuration.json", s.read("report.json"))
	assert.Equal(t, []string{"report.json"}, s.files())
}

func TestInterrupted(t *testing.T) {
	for _, parallelism := range []string{"1", "16"} {
		t.Run(parallelism, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccounts(3))
			s := newStageOf(t, world, graphtest.WithObserver(func(c graphtest.Call) {
				if strings.HasSuffix(c.Path, "/insights") && c.Account == world.AccountIDs()[1] {
					cancel(errors.New("interrupt signal received"))
				}
			}))
			s.ctx = ctx
			file := s.write("run.yaml", with(insights, "fromDate: 2026-09-01"))
			r := s.run("read", "-f", file, "--out", s.path("out"), "--report", s.path("report.json"), "--parallelism", parallelism)
			assert.Equal(t, command.ExitFailed, r.code)
			assert.True(t, strings.HasPrefix(r.stderr, "failed: the run was stopped: interrupt signal received\n"), r.stderr)
			files := s.files()
			if parallelism != "1" { // other accounts may have been read ahead of their turn, which is kept
				files = slices.DeleteFunc(files, func(name string) bool { return strings.HasPrefix(name, "out/.igsource.brand.") })
			}
			assert.Equal(t, []string{"report.json"}, files)
			assert.Contains(t, s.read("report.json"), `"error": "the run was stopped: interrupt signal received"`)
		})
	}
}

// Interrupted before it began, a command does nothing at all.
func TestInterruptedEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newStage(t)
	s.ctx = ctx
	file := s.write("run.yaml", insights)
	for _, args := range [][]string{{"read", "--out", s.path("out")}, {"read", "--dry-run"}, {"accounts"}} {
		assert.Equal(t, result{code: command.ExitFailed, stderr: "error: stopped before the end: context canceled\n"}, s.run(append(args, "-f", file)...))
	}
	assert.Empty(t, s.files())
	assert.Zero(t, s.server.Stats().Requests)
}

// A dead token ends the run whatever errorHandling says.
func TestDeadToken(t *testing.T) {
	s := newStage(t)
	s.env["IGSOURCE_SECRET_INSTAGRAM"] = s.world.Token(graphtest.Instagram)
	for _, handling := range []string{"stopOnError", "skipOnError"} {
		r := s.run("read", "-f", s.write("run.yaml", with(insights, "errorHandling: "+handling)), "--out", s.path("out"))
		assert.Equal(t, command.ExitFailed, r.code)
		assert.Contains(t, r.stderr, "The token looks like one of Instagram Login: choose the login instagram, or a token of Facebook Login.")
		assert.Empty(t, s.files())
	}
}

package command_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// A report that can no longer be written when the run has ended is a failure, and no half of it stays.
func TestReportCannotBeWritten(t *testing.T) {
	world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccounts(1))
	var s *stage
	s = newStageOf(t, world, graphtest.WithObserver(func(c graphtest.Call) {
		if strings.HasSuffix(c.Path, "/insights") {
			_ = os.MkdirAll(s.path("report.json/taken"), 0o755)
		}
	}))
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--report", s.path("report.json"))
	assert.Equal(t, command.ExitFailed, r.code)
	assert.Regexp(t, `^error: the report DIR/report\.json cannot be written: .+\ncomplete: account_insights 3 rows\n`, r.stderr)
	assert.Equal(t, []string{"out/account_insights.parquet", "report.json/taken/"}, s.files())
}

// A link stays one: what it names is replaced.
func TestReportThroughALink(t *testing.T) {
	s := newStage(t)
	s.write("real/report.json", "old")
	require.NoError(t, os.Symlink(s.path("real/report.json"), s.path("link.json")))
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--report", s.path("link.json"))
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, s.read("real/report.json"), `"status": "complete"`)
	info, err := os.Lstat(s.path("link.json"))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
}

// A folder that was made for a report goes with it when there is none.
func TestReportFolderOfARunThatCannotBegin(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", insights)
	r := s.run("read", "-f", file, "--out", s.path("out"), "--report", s.path("out/"+strings.Repeat("x", 300)))
	assert.Equal(t, command.ExitUser, r.code)
	assert.Regexp(t, `^error: --report .* cannot be written: .*: name another file\n$`, r.stderr)
	assert.Empty(t, s.files())
	assert.Zero(t, s.server.Stats().Requests)
}

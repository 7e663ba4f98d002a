package command_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// Two incremental runs write a file each; compacted they are what one run over all days writes.
func TestCompactIncrementalRuns(t *testing.T) {
	s := newStage(t)
	days := func(last string) string {
		return with(insights, "incremental: true", "fromDate: 2026-10-20", "toDate: "+last, "accountMetrics: [reach, views]")
	}
	out := s.path("out")
	first := s.run("read", "-f", s.write("run.yaml", days("2026-10-31")), "--format", "csv", "--out", out, "--logical-start-time", "2026-11-05T09:00:00Z")
	require.Equal(t, command.ExitComplete, first.code, first.stderr)
	file := s.write("run.yaml", days("2026-11-02"))
	second := s.run("read", "-f", file, "--format", "csv", "--out", out, "--logical-start-time", "2026-11-06T09:00:00Z")
	require.Equal(t, command.ExitComplete, second.code, second.stderr)
	part := "out/account_insights/run=20261106T090000Z/part.csv"
	assert.Less(t, strings.Count(s.read(part), "\n"), strings.Count(s.read("out/account_insights/run=20261105T090000Z/part.csv"), "\n"))

	r := s.run("compact", "-f", file, "--format", "csv", "--out", out)
	assert.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Contains(t, r.stdout, "account_insights: ")
	assert.Contains(t, r.stdout, " of 2 files became 28 rows in ")
	assert.Equal(t, result{stdout: "DIR/out: no table has more than one file\n"}, s.run("compact", "-f", file, "--format", "csv", "--out", out))

	whole := s.run("read", "-f", s.write("whole.yaml", with(days("2026-11-02"), "incremental: false")), "--format", "csv", "--out", s.path("whole"))
	require.Equal(t, command.ExitComplete, whole.code, whole.stderr)
	var compacted string
	for _, name := range s.files() {
		if strings.HasSuffix(name, "part.csv") {
			compacted = name
		}
	}
	assert.ElementsMatch(t, strings.Split(s.read("whole/account_insights.csv"), "\n"), strings.Split(s.read(compacted), "\n"))

	assert.Equal(t, result{code: command.ExitUser, stderr: "error: there is nothing to compact in DIR/a.db: a database merges rows as they come\n"},
		s.run("compact", "-f", file, "--format", "sqlite", "--out", s.path("a.db")))
}

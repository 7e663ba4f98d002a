package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/sqlite"
)

// stopping is stoppingInto a.db.
func stopping(t *testing.T) *stage {
	return stoppingInto(t, func(s *stage) plugin.StateKeeper { return sqlite.New(s.path("a.db"), sqlite.Options{}) })
}

// stoppingInto is a stage of three accounts on which the first run into a target, while s.ctx is the context that
// ends, is stopped when it asks for the insights of the last one and has written those of the others: six splits.
func stoppingInto(t *testing.T, target func(*stage) plugin.StateKeeper) *stage {
	ctx, cancel := context.WithCancelCause(t.Context())
	t.Cleanup(func() { cancel(nil) })
	world := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccounts(3))
	var s *stage
	var once sync.Once
	s = newStageOf(t, world, graphtest.WithObserver(func(c graphtest.Call) {
		if strings.HasSuffix(c.Path, "/insights") && c.Account == slices.Max(world.AccountIDs()) {
			once.Do(func() {
				s.waitForMarksIn(target, "brand", 6)
				cancel(errors.New("interrupt signal received"))
			})
		}
	}))
	s.ctx = ctx
	return s
}

// waitForMarks waits until a database file keeps marks of some splits of an input.
func (s *stage) waitForMarks(name, input string, splits int) {
	s.waitForMarksIn(func(s *stage) plugin.StateKeeper { return sqlite.New(s.path(name), sqlite.Options{}) }, input, splits)
}

// waitForMarksIn is waitForMarks for any target. What was read is not written at once.
func (s *stage) waitForMarksIn(target func(*stage) plugin.StateKeeper, input string, splits int) {
	for s.ctx.Err() == nil {
		state, err := target(s).State(s.ctx, input)
		if err == nil && len(state.Marks) >= splits {
			return
		}
		runtime.Gosched()
	}
}

// lastDays are insights of days that depend on when the run is, without metrics that soon are out of reach.
var lastDays = with(insights, "accountMetrics: [reach, views]", "fromDate: 60 days ago", "toDate: yesterday")

// relative is lastDays into a database file.
func relative(path string) string { return lastDays + "sink: {format: sqlite, path: " + path + "}\n" }

func TestReadResumes(t *testing.T) {
	s := stopping(t)
	file, clean := s.write("run.yaml", relative(s.path("a.db"))), s.write("clean.yaml", relative(s.path("clean.db")))
	stopped := s.run("read", "-f", file, "--parallelism", "1")
	require.Equal(t, command.ExitFailed, stopped.code)
	assert.True(t, strings.HasPrefix(stopped.stderr, "failed: the run was stopped: interrupt signal received\n"), stopped.stderr)
	first := s.server.Stats().Calls
	s.ctx = t.Context()

	s.server.ResetStats()
	require.Equal(t, command.ExitComplete, s.run("read", "-f", clean, "--parallelism", "1").code)
	whole := s.server.Stats().Calls
	want := s.query("clean.db", allInsights)
	require.Len(t, want, 3*60)
	rows := s.query("a.db", allInsights)
	require.NotEmpty(t, rows)
	require.Less(t, len(rows), len(want))

	// A day later, today and yesterday are those of the run that is resumed.
	s.clock.Advance(24 * time.Hour)
	s.server.ResetStats()
	r := s.run("read", "-f", file, "--dry-run")
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.Equal(t, "This goes on with the run of 2026-11-22T20:00:00Z, which did not come to its end.", strings.SplitN(r.stdout, "\n", 2)[0])
	assert.Equal(t, 6, strings.Count(r.stdout, ": read before\n"), r.stdout)
	assert.Equal(t, 3, strings.Count(r.stdout, " counted calls in 1 request: "), r.stdout)

	s.server.ResetStats()
	r = s.run("read", "-f", file, "--parallelism", "1", "--report", s.path("report.json"))
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.True(t, strings.HasPrefix(r.stderr, "Resuming the run of 2026-11-22T20:00:00Z, which did not come to its end.\n"+
		"Its today is not this day: run once more afterwards for what is new since.\ncomplete: "), r.stderr)
	assert.Equal(t, want, s.query("a.db", allInsights))
	second := s.server.Stats().Calls
	assert.LessOrEqual(t, first+second, whole+31, "one slot reads again what was under way")
	assert.Less(t, second, whole/2)

	// The next run is one of its own day.
	r = s.run("read", "-f", file)
	require.Equal(t, command.ExitComplete, r.code, r.stderr)
	assert.True(t, strings.HasPrefix(r.stderr, "complete: account_insights 180 rows\n"), r.stderr)
}

// Other properties, or a start time that the user gives, begin another run; the same one is gone on with.
func TestReadDoesNotResume(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"other metrics", []string{"--set", "accountMetrics=reach"}, "because its properties changed"},
		{"another start", []string{"--logical-start-time", "2026-11-21T20:00:00Z"}, "because this run has another logical start time, 2026-11-21T20:00:00Z"},
		{"the same start", []string{"--logical-start-time", "2026-11-22T20:00:00Z"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stopping(t)
			file := s.write("run.yaml", relative(s.path("a.db")))
			require.Equal(t, command.ExitFailed, s.run("read", "-f", file, "--parallelism", "1").code)
			s.ctx = t.Context()
			s.clock.Advance(time.Hour)
			r := s.run(append([]string{"read", "-f", file}, c.args...)...)
			require.Equal(t, command.ExitComplete, r.code, r.stderr)
			assert.Equal(t, c.want == "", strings.HasPrefix(r.stderr, "Resuming the run of 2026-11-22T20:00:00Z,"), r.stderr)
			assert.Contains(t, r.stderr, c.want)
			assert.Equal(t, c.want != "", strings.Contains(r.stderr, "warning: the unfinished run of brand of 2026-11-22T20:00:00Z is given up"), r.stderr)
		})
	}
	// Where properties are bad, nothing is said of resuming.
	s := stopping(t)
	file := s.write("run.yaml", relative(s.path("a.db")))
	require.Equal(t, command.ExitFailed, s.run("read", "-f", file, "--parallelism", "1").code)
	s.ctx = t.Context()
	r := s.run("read", "-f", file, "--set", "period=hour")
	assert.Equal(t, command.ExitUser, r.code)
	assert.True(t, strings.HasPrefix(r.stderr, "error: period: 'hour' is not a valid period."), r.stderr)
}

func TestState(t *testing.T) {
	s := stopping(t)
	file := s.write("run.yaml", relative(s.path("a.db")))
	show, reset := []string{"state", "show", "-f", file}, []string{"state", "reset", "-f", file}
	assert.Equal(t, result{stdout: "DIR/a.db\n\nbrand\n  nothing is kept\n"}, s.run(show...))
	assert.Equal(t, result{stdout: "brand: nothing is kept in DIR/a.db\n"}, s.run(reset...))
	assert.Empty(t, s.files())

	require.Equal(t, command.ExitFailed, s.run("read", "-f", file, "--parallelism", "1").code)
	s.ctx = t.Context()
	s.keepOf("other", "a.db")
	s.server.ResetStats()
	delete(s.env, "IGSOURCE_SECRET_INSTAGRAM") // no token is needed
	r := s.run(show...)
	assert.Equal(t, result{stdout: r.stdout}, r)
	golden(t, "state/show.txt", r.stdout)
	r = s.run(append(show, "--json")...)
	assert.Equal(t, result{stdout: r.stdout}, r)
	golden(t, "state/show.json", r.stdout)
	assert.True(t, json.Valid([]byte(r.stdout)))

	assert.Equal(t, result{stdout: "brand: forgotten in DIR/a.db: the unfinished run of 2026-11-22T20:00:00Z (6 splits complete, 0 begun)\n"}, s.run(reset...))
	r = s.run(append(reset, "--name", "other")...)
	assert.Equal(t, result{stdout: "other: forgotten in DIR/a.db: the unfinished run of 2026-11-23T06:00:00Z (2 splits begun or complete), " +
		"and how far posts/1, posts/2 had come\n"}, r)
	assert.Equal(t, result{stdout: "DIR/a.db\n\nbrand\n  nothing is kept\n"}, s.run(show...))
	assert.Zero(t, s.server.Stats().Requests)
	assert.Len(t, s.query("a.db", allInsights), 2*60)
}

// keepOf leaves in a database what a finished run of an input has reached, and an unfinished one.
func (s *stage) keepOf(input, name string) {
	s.t.Helper()
	day := func(text string) map[string]json.RawMessage {
		return map[string]json.RawMessage{text: json.RawMessage(`{"newest":"2026-11-20T12:00:00Z"}`)}
	}
	start := now.Add(10 * time.Hour)
	for i, marks := range [][]plugin.Position{
		{{Source: input, Split: "a", Mark: "m", Reached: day("posts/1")}, {Source: input, Split: "b", Mark: "m", Reached: day("posts/2")}},
		{
			{Source: input, Split: "a", Mark: "m", Reached: day("posts/2")},
			{Source: input, Split: "b", Mark: "m", Reached: map[string]json.RawMessage{"": json.RawMessage(`{"withheld":["posts/1"],"lost":3}`)}},
		},
	} {
		to := sqlite.New(s.path(name), sqlite.Options{Clock: s.clock})
		require.NoError(s.t, to.Begin(s.t.Context(), nil))
		require.NoError(s.t, to.Keep(s.t.Context(), []plugin.KeptRun{{Input: input, Start: start, Properties: "p"}}))
		for _, at := range marks {
			require.NoError(s.t, to.Commit(s.t.Context(), at))
		}
		require.NoError(s.t, to.Finish(s.t.Context(), i == 0))
	}
}

func TestStateOfARunUnderWay(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", insights+"sink: {format: sqlite, path: "+s.path("a.db")+"}\n")
	to := sqlite.New(s.path("a.db"), sqlite.Options{Clock: s.clock})
	require.NoError(t, to.Begin(t.Context(), nil))
	require.NoError(t, to.Keep(t.Context(), []plugin.KeptRun{{Input: "brand", Start: now, Properties: "p"}}))
	for _, args := range [][]string{{"state", "reset"}, {"read"}} {
		r := s.run(append(args, "-f", file)...)
		assert.Equal(t, command.ExitUser, r.code)
		assert.Regexp(t, `^(error|failed): another run \(process \d+ on host \S+, since 2026-11-22T20:00:00Z\) of "brand" is writing to DIR/a.db: wait until it has ended`, r.stderr)
		assert.Empty(t, r.stdout)
	}
	assert.Contains(t, s.run("state", "show", "-f", file).stdout, "unfinished run of 2026-11-22T20:00:00Z: 0 splits complete, 0 begun\n")
	require.NoError(t, to.Finish(t.Context(), false))
	assert.Equal(t, command.ExitComplete, s.run("state", "reset", "-f", file).code)
}

func TestStateThatIsNoState(t *testing.T) {
	s := newStage(t)
	file := s.write("run.yaml", insights+"sink: {format: sqlite, path: "+s.path("a.db")+"}\n")
	s.keepOf("brand", "a.db")
	s.query("a.db", "UPDATE igsource_state SET value = 'yesterday' WHERE kind = 'start' RETURNING 1")
	for _, args := range [][]string{{"state", "show"}, {"read"}} {
		r := s.run(append(args, "-f", file)...)
		assert.Equal(t, command.ExitUser, r.code)
		assert.Contains(t, r.stderr, `has a row of input "brand" that cannot be understood`)
	}
	assert.Equal(t, result{stdout: "brand: forgotten in DIR/a.db, though it could not be read\n"}, s.run("state", "reset", "-f", file))
	assert.Equal(t, command.ExitComplete, s.run("read", "-f", file).code)

	assert.Equal(t, result{stdout: "out\n\nbrand\n  nothing is kept\n"}, s.run("state", "show", "-f", file, "--format", "jsonl"))
	assert.Equal(t, result{stdout: "brand: nothing is kept in out\n"}, s.run("state", "reset", "-f", file, "--format", "jsonl"))
	r := s.run("state", "reset", "-f", file, "--nam", "x")
	assert.Equal(t, result{code: command.ExitUser, stderr: "error: unknown flag --nam, did you mean \"--name\"?; see igsource state reset --help\n"}, r)
}

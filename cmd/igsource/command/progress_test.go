package command_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// A watched output tells when a text has been written to it.
type watched struct {
	output
	want string
	once sync.Once
	seen chan struct{}
}

func newWatched(want string) *watched { return &watched{want: want, seen: make(chan struct{})} }

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.output.Write(p)
	if strings.Contains(w.String(), w.want) {
		w.once.Do(func() { close(w.seen) })
	}
	return n, err
}

// A patient clock does not let a sleep end before something has been seen.
type patient struct {
	*clock.Fake
	seen <-chan struct{}
}

func (p patient) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-p.seen:
	case <-ctx.Done():
	}
	return p.Fake.Sleep(ctx, d)
}

// waiting runs a read that has to wait for the rate limit, until the output says so.
func waiting(t *testing.T, width int, env map[string]string, want string) string {
	t.Helper()
	fault, ok := graphtest.FaultNamed("error 80002 without a wait")
	require.True(t, ok)
	s := newStage(t)
	s.server.SetRules(graphtest.Rule{Fault: fault, First: 1, Path: "*/insights"})
	for name, value := range env {
		s.env[name] = value
	}
	stderr := newWatched(want)
	code := command.Main(t.Context(), []string{"read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--parallelism", "1"}, command.System{
		Stdout: &output{}, Stderr: stderr, Clock: patient{s.clock, stderr.seen},
		Getenv:   func(name string) string { return s.env[name] },
		Terminal: func() (int, bool) { return width, width > 0 },
	})
	assert.Equal(t, command.ExitComplete, code)
	s.clean("stderr", stderr.String())
	return stderr.String()
}

// Without a terminal, plain lines: a wait is told when it begins.
func TestPlainProgress(t *testing.T) {
	text := waiting(t, 0, nil, "waiting until ")
	assert.Regexp(t, `(?m)^0 of 2 splits read, 0 rows, \d calls?, waiting until 20:\d\d:\d\d UTC \(the rate limit of account \d+ is used up\)$`, text)
	assert.NotContains(t, text, "\x1b")
	assert.Regexp(t, `\ncomplete: account_insights 6 rows\ncalls: .*\n$`, text)

	// A terminal that cannot move its cursor is none.
	text = waiting(t, 80, map[string]string{"TERM": "dumb"}, "waiting until ")
	assert.NotContains(t, text, "\x1b")
}

// On a terminal, a bar: splits done, rows, calls, until when it waits and why. It leaves a clean line.
func TestBar(t *testing.T) {
	text := waiting(t, 200, nil, "waiting until ")
	assert.True(t, strings.HasPrefix(text, "planning [----------------------------] 0 rows, 0 calls\n"), text)
	assert.Regexp(t, `\n\x1b\[1A\x1b\[J0 of 2 splits read \[-{28}\] 0 rows, \d calls?, waiting until 20:\d\d:\d\d UTC \(the rate limit of account \d+ is used up\)\n`, text)
	assert.Regexp(t, `\x1b\[J2 of 2 splits read \[={28}\] 6 rows, \d+ calls\n`, text)
	for _, line := range screen(t, text) {
		assert.NotContains(t, line, "split")
	}
	assert.Equal(t, "complete: account_insights 6 rows", screen(t, text)[0])
	assert.Len(t, screen(t, text), 2)
}

// A bar never gets wider than its terminal: a line too long would not be taken away.
func TestBarFitsTheTerminal(t *testing.T) {
	for _, line := range strings.Split(regexp.MustCompile(`\x1b\[\d*[A-Z]`).ReplaceAllString(waiting(t, 60, nil, "waiting"), ""), "\n") {
		if strings.Contains(line, "[") {
			assert.LessOrEqual(t, len([]rune(line)), 60, line)
		}
	}
}

func TestNoProgress(t *testing.T) {
	s := newStage(t)
	s.width = 100
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"), "--progress", "never")
	assert.Regexp(t, `^complete: account_insights 6 rows\ncalls: .*\n$`, r.stderr)
}

// A bar goes away before the reason of a failure is told.
func TestBarOfAFailedRun(t *testing.T) {
	s := denied(t)
	s.width = 100
	r := s.run("read", "-f", s.write("run.yaml", insights), "--out", s.path("out"))
	assert.Equal(t, command.ExitFailed, r.code)
	assert.True(t, strings.HasPrefix(screen(t, r.stderr)[0], "failed: "), r.stderr)
}

// A terminal that goes away does not hold up the run.
func TestBarWithoutTerminal(t *testing.T) {
	s := newStage(t)
	var stdout output
	code := command.Main(t.Context(), []string{"read", "-f", s.write("run.yaml", insights), "--out", s.path("out")}, command.System{
		Stdout: &stdout, Stderr: broken{}, Clock: s.clock, Getenv: func(name string) string { return s.env[name] },
		Terminal: func() (int, bool) { return 100, true },
	})
	assert.Equal(t, command.ExitComplete, code)
	assert.Equal(t, []string{"out/account_insights.parquet"}, s.files())
}

var escape = regexp.MustCompile(`^\x1b\[(\d*)([A-Z])`)

// screen is what a terminal shows in the end.
func screen(t testing.TB, text string) []string {
	t.Helper()
	lines, at := []string{""}, 0
	for text != "" {
		if m := escape.FindStringSubmatch(text); m != nil {
			text = text[len(m[0]):]
			switch n, _ := strconv.Atoi(m[1]); m[2] {
			case "A":
				at -= n
			case "J":
				lines = append(lines[:at], "")
			default:
				t.Fatalf("an unknown escape %q", m[0])
			}
			continue
		}
		if text[0] == '\n' {
			at++
			if at == len(lines) {
				lines = append(lines, "")
			}
			text = text[1:]
			continue
		}
		lines[at] += text[:1]
		text = text[1:]
	}
	return lines[:len(lines)-1]
}

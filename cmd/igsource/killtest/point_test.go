//go:build unix

package killtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A point is where a run is killed, and what kind of run it is.
type point struct {
	number      int
	target      string
	incremental bool
	// started says that both runs are given the logical start time; the second must find it otherwise.
	started bool
	request int64
	stage   stage
	// change and before say at which change of the target, if that is the stage.
	change int
	before bool
}

func (p point) String() string {
	s := fmt.Sprintf("point %d of -kill.seed %d: %s, incremental %t, start time given %t, killed at request %d, %s",
		p.number, *seed, p.target, p.incremental, p.started, p.request, p.stage)
	if p.stage == changed {
		s += fmt.Sprintf(" (change %d, just before it: %t)", p.change, p.before)
	}
	return s
}

// draw draws the rest of a point from r, for a run of so many requests.
func (p *point) draw(r *rand.Rand, requests int64) {
	p.started = r.IntN(2) == 0
	p.request = 1 + r.Int64N(requests)
	p.stage = []stage{arrived, halved, answered, changed}[r.IntN(4)]
	p.before = r.IntN(2) == 0
	p.change = 1 + r.IntN(8)
	if r.IntN(5) == 0 { // in the end, which is of more changes than there are while requests are made
		p.request, p.stage = requests, changed
		p.change = 1 + r.IntN(1<<r.IntN(8))
	}
}

// A made is what a run has left behind.
type made struct {
	killed          bool
	code            int
	stderr          string
	requests, calls int64
}

// launch runs the command on a target in dir, at a time of its clock, and kills it at p, if that is not nil.
func launch(t testing.TB, to target, dir string, at time.Time, p *point, args ...string) made {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	started, over := make(chan struct{}), make(chan struct{})
	cmd := exec.Command(program, append([]string{"read", "-f", filepath.Join(dir, "run.yaml"), "--parallelism", fmt.Sprint(parallelism), "--progress", "never"}, args...)...)
	kill := sync.OnceFunc(func() {
		<-started
		_ = cmd.Process.Kill()
		<-over
	})
	var watching sync.WaitGroup
	var server *api
	switch {
	case p == nil:
		server = newAPI(0, "", nil)
	case p.stage == changed:
		server = newAPI(p.request, p.stage, func() {
			watching.Go(func() { to.watch(p.change, p.before, kill, over) })
		})
	default:
		server = newAPI(p.request, p.stage, kill)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Dir = dir
	cmd.Env = append([]string{
		childNow + "=" + at.Format(time.RFC3339), "IGSOURCE_GRAPH_URL=" + server.URL, "IGSOURCE_SECRET_INSTAGRAM=" + token(),
		"HOME=" + dir, "TMPDIR=" + filepath.Join(dir, "tmp"), "GORACE=atexit_sleep_ms=0",
	}, to.environment()...)
	require.NoError(t, cmd.Start())
	close(started)
	err = cmd.Wait()
	close(over)
	watching.Wait()
	to.settle()
	var m made
	m.requests, m.calls = server.end()
	m.stderr = stderr.String()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		m.code = exit.ExitCode()
		status, ok := exit.Sys().(syscall.WaitStatus)
		m.killed = ok && status.Signaled() && status.Signal() == syscall.SIGKILL
		return m
	}
	require.NoError(t, err)
	return m
}

// A clean run is one that nothing disturbs.
type clean struct {
	made
	content content
}

// A cleanKind is what clean runs differ by.
type cleanKind struct {
	target      string
	incremental bool
	start       time.Time
}

var cleans struct {
	sync.Mutex
	of map[cleanKind]*clean
}

// cleanRun returns what a clean run leaves; the first one of a kind makes it.
func cleanRun(t testing.TB, kind cleanKind) *clean {
	t.Helper()
	cleans.Lock()
	defer cleans.Unlock()
	if c := cleans.of[kind]; c != nil {
		return c
	}
	dir := t.TempDir()
	to := prepare(t, dir, kind.target, kind.incremental)
	defer to.close()
	c := &clean{made: launch(t, to, dir, kind.start, nil)}
	require.Zero(t, c.code, c.stderr)
	require.True(t, strings.HasPrefix(c.stderr, fmt.Sprintf("complete: account_insights %d rows, account_media %d rows\n", days*len(posts), allPosts)), c.stderr)
	c.content = look(t, to, dir)
	require.NotEmpty(t, c.content)
	if cleans.of == nil {
		cleans.of = map[cleanKind]*clean{}
	}
	cleans.of[kind] = c
	return c
}

// prepare makes a target and its run file in dir.
func prepare(t testing.TB, dir, kind string, incremental bool) target {
	t.Helper()
	sub := filepath.Join(dir, "target")
	require.NoError(t, os.Mkdir(sub, 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tmp"), 0o755))
	to := newTarget(t, kind, sub)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run.yaml"), []byte(runFile(to.sink(), incremental)), 0o644))
	return to
}

// An outcome is what became of a point.
type outcome struct {
	took  time.Duration
	clean int64 // calls of a clean run
	calls [2]int64
	// ended says that the killed run had come to its end already, so that no second one belongs to it.
	ended   bool
	resumed bool
	wrong   string // empty where all is as it must be
}

const resuming = "Resuming the run of "

// try kills a run at a point and starts it again. It is false where the run was over before that point came.
func (p point) try(t testing.TB, dir string) (outcome, bool) {
	t.Helper()
	began := time.Now()
	to := prepare(t, dir, p.target, p.incremental)
	defer to.close()
	var args []string
	if p.started {
		args = []string{"--logical-start-time", now.Format(time.RFC3339)}
	}
	want := cleanRun(t, cleanKind{p.target, p.incremental, now})
	first := launch(t, to, dir, now, &p, args...)
	if !first.killed {
		require.Zero(t, first.code, "%s: %s", p, first.stderr)
		to.drop(t)
		return outcome{}, false
	}
	o := outcome{clean: want.calls, calls: [2]int64{first.calls}}
	if first.calls >= want.calls { // it may have come to its end
		left := p.seen(t, to, dir)
		left[files] = want.content[files] // what is left over of its work does not count
		o.ended = differs(want.content, left) == ""
	}
	if !o.ended {
		second := launch(t, to, dir, later, nil, args...)
		o.calls[1] = second.calls
		o.resumed = strings.HasPrefix(second.stderr, resuming+now.Format(time.RFC3339)+",")
		start := now
		if !o.resumed && !p.started {
			start = later
		}
		switch {
		case second.code != 0:
			o.wrong = fmt.Sprintf("the second run ended with %d: %s", second.code, second.stderr)
		case !o.resumed && strings.HasPrefix(second.stderr, resuming):
			o.wrong = "the second run resumed another one: " + second.stderr
		default:
			o.wrong = differs(cleanRun(t, cleanKind{p.target, p.incremental, start}).content, look(t, to, dir))
		}
	}
	o.took = time.Since(began)
	if o.wrong == "" {
		to.drop(t)
	}
	return o, true
}

// files is where a content has what files there are.
const files = "files"

// look returns the content of a target in dir, and what files there are, temporary ones too.
func look(t testing.TB, to target, dir string) content {
	t.Helper()
	c := to.content(t)
	c[files] = namesIn(t, dir)
	return c
}

// namesIn are those of all that is in a folder.
func namesIn(t testing.TB, dir string) []string {
	t.Helper()
	names := []string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if path != dir {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
		return err
	}))
	return names
}

// seen is the content of a target that a killed run left, without a change of it.
func (p point) seen(t testing.TB, to target, dir string) content {
	t.Helper()
	if p.target == "postgres" {
		return to.content(t)
	}
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(filepath.Join(dir, "target"))))
	return newTarget(t, p.target, copied).content(t)
}

// differs says where got is not what is wanted, or is empty.
func differs(want, got content) string {
	if w, g := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(w, g) {
		return fmt.Sprintf("there are %q, and not %q", g, w)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w, g := want[name], got[name]
		for i := range min(len(w), len(g)) {
			if w[i] != g[i] {
				return fmt.Sprintf("%s, line %d, is\n\t%.1000q\nand not\n\t%.1000q", name, i, g[i], w[i])
			}
		}
		if len(w) != len(g) {
			return fmt.Sprintf("%s has %d lines, and not %d", name, len(g), len(w))
		}
	}
	return ""
}

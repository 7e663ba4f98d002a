//go:build unix

package sink_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

func init() {
	asChild = func(path string) {
		at, err := strconv.Atoi(os.Getenv(childKill))
		if err == nil {
			err = killRun(path, os.Getenv(childFormat), os.Getenv(childIncremental) == "yes", func(f *sink.Folder) {
				sink.KillAt(f, at, func() {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				})
			})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// inChild runs in another process that is killed at its step number at, and says whether it came so far.
func inChild(t testing.TB, path, format string, incremental bool, at int) (killed bool) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := osexec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childPath+"="+path, childFormat+"="+format, childKill+"="+strconv.Itoa(at))
	if incremental {
		cmd.Env = append(cmd.Env, childIncremental+"=yes")
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *osexec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	status, ok := exit.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "%v: %s", err, out)
	return true
}

// steps is how many steps on the disk a clean run takes.
func steps(t testing.TB, format string, incremental bool) (n int, want map[string]string) {
	t.Helper()
	clean := filepath.Join(t.TempDir(), "out")
	require.NoError(t, killRun(clean, format, incremental, func(f *sink.Folder) { sink.KillAt(f, -1, func() {}) }))
	want = visible(t, clean)
	n = 1
	again := filepath.Join(t.TempDir(), "out")
	require.NoError(t, killRun(again, format, incremental, func(f *sink.Folder) { sink.KillAt(f, 0, func() { n++ }) }))
	require.Equal(t, want, visible(t, again))
	require.Empty(t, hiddenNames(t, clean))
	return n, want
}

// kills kills runs at points drawn from r, up to three times in a row, and compares what the last one leaves.
func kills(t *testing.T, r *rand.Rand, runs int) {
	for i := range runs {
		format := []string{"parquet", "csv", "arrow", "jsonl"}[i%4]
		incremental := i/4%2 == 1
		all, want := steps(t, format, incremental)
		path := filepath.Join(t.TempDir(), "out")
		earlier := i%3 == 1
		if earlier { // files of an earlier run stand there
			require.NoError(t, killRun(path, format, false, nil))
		}
		at := 1 + r.IntN(all-1)
		require.True(t, inChild(t, path, format, incremental, at), "killed at step %d of %d", at, all)
		for range r.IntN(3) {
			goOn(t, format, incremental, path, func() { inChild(t, path, format, incremental, 1+r.IntN(all)) })
		}
		goOn(t, format, incremental, path, func() { require.NoError(t, killRun(path, format, incremental, nil)) })
		got := visible(t, path)
		if earlier && incremental {
			for name, text := range visible(t, path) {
				if _, ok := want[name]; !ok {
					want[name] = text // plain files, which this run does not touch
				}
			}
		}
		require.Equal(t, want, got, "%s, killed at step %d of %d", format, at, all)
	}
}

// goOn runs again what was killed, and says whether it did: a run that had come to its end is not run again,
// because an incremental one would add files.
func goOn(t testing.TB, format string, incremental bool, path string, run func()) bool {
	t.Helper()
	if m, err := sink.ReadManifest(path, "posts"); incremental && err == nil && len(m.Files) > 0 {
		to, err := sink.Open(sink.Options{Format: format, Path: path})
		require.NoError(t, err)
		some := false
		for _, in := range killInputs() {
			s, err := to.(plugin.StateKeeper).State(t.Context(), in.Name)
			require.NoError(t, err)
			some = some || s.Unfinished()
		}
		if !some {
			return false
		}
	}
	run()
	return true
}

func TestKilledAtRandomPoints(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	kills(t, rand.New(rand.NewPCG(seed, 0)), 10)
}

// TestKilledInTheEnd kills at every step of the end, in which files are put in place.
func TestKilledInTheEnd(t *testing.T) {
	all, want := steps(t, "csv", true)
	for at := all - 1; at > all-40; at -= 3 {
		path := filepath.Join(t.TempDir(), "out")
		require.True(t, inChild(t, path, "csv", true, at))
		again := goOn(t, "csv", true, path, func() { require.NoError(t, killRun(path, "csv", true, nil)) })
		require.Equal(t, want, visible(t, path), "killed at step %d of %d", at, all)
		if !again { // it had come to its end: the next run clears up
			require.NoError(t, killRun(path, "csv", false, nil))
		}
		require.Empty(t, hiddenNames(t, path), "killed at step %d of %d", at, all)
	}
}

//go:build unix && duckdb_arrow

package duckdb

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

func init() {
	children["hold"] = holdChild
	children["full"] = fullChild
	children["nobody"] = nobodyChild
}

// startChild starts a child, and returns its input and output.
func startChild(t testing.TB, path, does string) (*osexec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return startProgram(t, program, path, does, nil)
}

func startProgram(t testing.TB, program, path, does string, cred *syscall.Credential) (*osexec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	cmd := osexec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childPath+"="+path, childDoes+"="+does)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, in, bufio.NewReader(out)
}

// say ends a line of a child's, and the child where err is one.
func say(text string, err error) {
	if err != nil {
		text = "error: " + err.Error()
	}
	fmt.Println(text)
	if err != nil {
		os.Exit(0)
	}
}

// holdChild has the database open until its input ends; from its first line on under the lock of the input in.
func holdChild(path string) {
	s := New(path, Options{})
	say("begun", s.Begin(context.Background(), []schema.Table{people()}))
	in := bufio.NewReader(os.Stdin)
	if line, _ := in.ReadString('\n'); line != "" {
		say("kept", s.Keep(context.Background(), []plugin.KeptRun{{Input: "in", Start: runStart}}))
		_, _ = in.ReadString('\n')
	}
	say("ended", s.Finish(context.Background(), true))
	os.Exit(0)
}

func expectLine(t testing.TB, out *bufio.Reader, want string) {
	t.Helper()
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, want, strings.TrimSpace(line))
}

func TestFileThatAnotherProcessHasOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	cmd, in, out := startChild(t, path, "hold")
	expectLine(t, out, "begun")

	program, err := os.Executable()
	require.NoError(t, err)
	open := fmt.Sprintf("%s is open in another program (%s, process %d), and DuckDB lets no other process open it meanwhile: "+
		"wait until that has ended, or write to another file", path, program, cmd.Process.Pid)
	assertRefused := func(want, wantReset string) {
		t.Helper()
		var user *plugin.UserError
		for what, do := range map[string]func(*Sink) error{
			"state":  func(s *Sink) error { _, err := s.State(t.Context(), "in"); return err },
			"states": func(s *Sink) error { _, err := s.States(t.Context()); return err },
			"begin":  func(s *Sink) error { return s.Begin(t.Context(), []schema.Table{people()}) },
			"reset":  func(s *Sink) error { return s.ResetState(t.Context(), "in") },
		} {
			clock := clock.NewFake(runStart)
			err := do(New(path, Options{Clock: clock}))
			require.ErrorAs(t, err, &user, what)
			switch what {
			case "state":
				assert.EqualError(t, err, want, what)
			case "reset":
				assert.EqualError(t, err, wantReset, what)
			default:
				assert.EqualError(t, err, open, what)
				assert.Equal(t, runStart.Add(patience), clock.Now(), "it is waited for")
			}
		}
	}
	assertRefused(open, open)
	assert.FileExists(t, path, "nobody removes the database of another")

	_, err = io.WriteString(in, "keep\n")
	require.NoError(t, err)
	expectLine(t, out, "kept")
	lock, err := os.ReadFile(path + ".in.lock")
	require.NoError(t, err)
	busy := fmt.Sprintf("another run (%s) of \"in\" is writing to %s: wait until it has ended, or give one of the two another name", strings.TrimSpace(string(lock)), path)
	assertRefused(busy, busy)

	// Who is stopped does not wait any longer, and who waits gets the file when the other is done.
	ctx, cancel := context.WithCancel(t.Context())
	hands := newHands()
	done := make(chan error)
	go func() { done <- New(path, Options{Clock: hands}).Begin(ctx, []schema.Table{people()}) }()
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	s := New(path, Options{Clock: hands})
	go func() { done <- s.Begin(t.Context(), []schema.Table{people()}) }()
	sleeper := <-hands.asleep
	for sleeper.ctx.Err() != nil {
		sleeper = <-hands.asleep
	}
	require.NoError(t, in.Close())
	expectLine(t, out, "ended")
	require.NoError(t, cmd.Wait())
	close(sleeper.wake)
	require.NoError(t, <-done)
	require.NoError(t, s.Finish(t.Context(), true))
}

// fullChild writes until its disk, on which files can be of so many bytes, is full.
func fullChild(path string) {
	ctx := context.Background()
	s := New(path, Options{})
	say("begun", s.Begin(ctx, []schema.Table{people()}))
	say("kept", s.Keep(ctx, []plugin.KeptRun{{Input: "in", Start: runStart, Properties: "p"}}))
	signal.Ignore(syscall.SIGXFSZ) // which ends a process that goes past the limit
	var was syscall.Rlimit
	say("limit", syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	say("limited", syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: was.Max}))
	for i := range 1000 {
		rec := plugintest.Record(people(), numbered(fmt.Sprintf("%03d-", i), 10_000)...)
		err := s.Write(ctx, plugin.Batch{Table: "people", Record: rec})
		if err == nil {
			at := plugin.Position{Source: "in", Split: "s", Mark: plugin.Mark(fmt.Sprint(i))}
			err = s.Commit(ctx, at)
		}
		rec.Release()
		if err == nil {
			continue
		}
		again := s.Commit(ctx, plugin.Position{Source: "in", Split: "s", Mark: "never"})
		fmt.Println("again:", again.Error() == err.Error())
		_ = s.Abort(ctx)
		fmt.Println("finish:", s.Finish(ctx, false))
		say("", err)
	}
	os.Exit(1)
}

func TestDiskFullOnTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	cmd, _, out := startChild(t, path, "full")
	for _, line := range []string{"begun", "kept", "limit", "limited", "again: true", "finish: <nil>"} {
		expectLine(t, out, line)
	}
	rest, err := io.ReadAll(out)
	require.NoError(t, err)
	require.NoError(t, cmd.Wait())
	require.Contains(t, string(rest), "error: "+path+" cannot be written, the disk is full: free some space, or write to another disk (")

	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	rows := 0
	if mark, ok := state.Marks["s"]; ok {
		_, err := fmt.Sscan(string(mark), &rows)
		require.NoError(t, err)
		rows = (rows + 1) * 10_000
	}
	assert.Equal(t, [][]string{{fmt.Sprint(rows)}}, query(t, path, "SELECT count(*) FROM people"), "the rows are those of a mark")
}

// nobodyChild tries to write as somebody who may not.
func nobodyChild(path string) {
	s := New(path, Options{})
	_, err := s.State(context.Background(), "in")
	say("state", err)
	say("begun", s.Begin(context.Background(), []schema.Table{people()}))
	os.Exit(0)
}

// copied copies a program to a place that all may run it from.
func copied(t testing.TB, from, to string) string {
	t.Helper()
	in, err := os.Open(from)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
	return to
}

func TestFileThatMayNotBeWritten(t *testing.T) {
	dir := t.TempDir()
	program, err := os.Executable()
	require.NoError(t, err)
	var cred *syscall.Credential
	if os.Getuid() == 0 { // who may write everything, and whose folders others may not look into
		cred = &syscall.Credential{Uid: 65534, Gid: 65534}
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
		program = copied(t, program, filepath.Join(t.TempDir(), "child"))
	}
	path := filepath.Join(dir, "a.duckdb")
	change(t, path, "CREATE TABLE mine (x INTEGER)")
	require.NoError(t, os.Chmod(path, 0o444))
	require.NoError(t, os.Chmod(dir, 0o555))
	defer func() { require.NoError(t, os.Chmod(dir, 0o755)) }()
	before := content(t, dir)
	for name, want := range map[string]string{
		path:                             "cannot be opened for writing: see that the file and its folder may be written, or write to another file (",
		filepath.Join(dir, "new.duckdb"): "cannot be opened for writing: see that the file and its folder may be written, or write to another file (",
	} {
		cmd, _, out := startProgram(t, program, name, "nobody", cred)
		expectLine(t, out, "state")
		rest, err := io.ReadAll(out)
		require.NoError(t, err)
		require.NoError(t, cmd.Wait())
		assert.Contains(t, string(rest), "error: "+name+" "+want)
	}
	assert.Equal(t, before, content(t, dir), "nothing is changed")
}

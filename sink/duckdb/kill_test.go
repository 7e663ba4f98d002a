//go:build unix && duckdb_arrow

package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

// childKill, in the environment, makes a child a run which kills itself at the look at its clock that this counts
// to, or never where it is 0.
const childKill = "IGSOURCE_DUCKDB_KILL"

// notes is a table without a key: what comes twice stands twice.
var notes = schema.Table{Name: "notes", Columns: []schema.Column{{Name: "text", Type: arrow.BinaryTypes.String}}}

// killer is a clock that kills the process, as kill -9 does. The sink looks at it before and after it ends a
// transaction, and the run between its calls.
type killer struct {
	left int
	tell io.Writer // told of every look, where not nil
}

func (k *killer) Now() time.Time {
	k.look()
	return time.Now()
}

func (k *killer) look() {
	if k.tell != nil {
		_, _ = k.tell.Write([]byte{'.'})
	}
	if k.left--; k.left == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// Sleep never wakes: a timer would look at the clock too, at any time.
func (k *killer) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

const (
	killSplits = 3
	killMarks  = 6
	killRows   = 10
)

// killRun reads a source of a few splits into the database at path, from the marks that it holds on.
func killRun(path string, k *killer) (err error) {
	ctx := context.Background()
	s := New(path, Options{Clock: k})
	state, err := s.State(ctx, "in")
	if err != nil {
		return err
	}
	if err := s.Begin(ctx, []schema.Table{people(), notes}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Finish(ctx, err == nil)) }()
	if err := s.Keep(ctx, []plugin.KeptRun{{Input: "in", Start: runStart, Properties: "p"}}); err != nil {
		return err
	}
	for split := range killSplits {
		from := -1
		name := fmt.Sprint("s", split)
		if mark, ok := state.Marks[name]; ok {
			if from, err = strconv.Atoi(string(mark)); err != nil {
				return err
			}
		}
		for mark := from + 1; mark < killMarks; mark++ {
			k.look()
			for part := range 2 {
				at := (split*killMarks+mark)*2 + part
				people := plugintest.Record(people(), numbered(fmt.Sprintf("%03d-", at), killRows)...)
				err = s.Write(ctx, plugin.Batch{Table: "people", Record: people})
				people.Release()
				if err != nil {
					return err
				}
				k.look()
				note := plugintest.Record(notes, []any{fmt.Sprint(at)})
				err = s.Write(ctx, plugin.Batch{Table: "notes", Record: note})
				note.Release()
				if err != nil {
					return err
				}
			}
			at := plugin.Position{
				Source: "in", Split: name, Mark: plugin.Mark(fmt.Sprint(mark)), Last: mark == killMarks-1,
				Reached: map[string]json.RawMessage{name: json.RawMessage(fmt.Sprint(mark))},
			}
			if err := s.Commit(ctx, at); err != nil {
				return err
			}
			k.look()
		}
	}
	return nil
}

func init() { children["run"] = child }

// child is the program when it is a run.
func child(path string) {
	at, err := strconv.Atoi(os.Getenv(childKill))
	if err == nil {
		err = killRun(path, &killer{left: at, tell: os.Stdout})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// inChild runs in another process and says whether it was killed.
func inChild(t testing.TB, path string, kill int) (killed bool) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := osexec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childPath+"="+path, fmt.Sprintf("%s=%d", childKill, kill))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *osexec.ExitError
	require.ErrorAs(t, err, &exit)
	status, ok := exit.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "%v: %s", err, out)
	return true
}

// killedFromOutside runs in another process, and kills it just after so many looks at its clock, wherever it
// then is.
func killedFromOutside(t testing.TB, path string, looks int) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := osexec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childPath+"="+path, childKill+"=0")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.ReadFull(out, make([]byte, looks))
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Kill())
	_, err = io.Copy(io.Discard, out)
	require.NoError(t, err)
	_ = cmd.Wait()
}

// everything is all that a database holds.
func everything(t testing.TB, path string) map[string][][]string {
	t.Helper()
	return map[string][][]string{
		"people": query(t, path, "SELECT * FROM people"),
		"notes":  query(t, path, "SELECT * FROM notes"),
		"state":  query(t, path, "SELECT * FROM igsource_state ORDER BY 1, 2, 3"),
	}
}

func TestKilledAtAnyPoint(t *testing.T) {
	dir := t.TempDir()
	clean := filepath.Join(dir, "clean.duckdb")
	require.NoError(t, killRun(clean, new(killer)))
	want := everything(t, clean)
	require.Len(t, want["people"], killSplits*killMarks*2*killRows)
	require.Len(t, want["notes"], killSplits*killMarks*2)

	step := 11
	if testing.Short() {
		step = 40
	}
	kills := 0
	for at := 1; ; at += step {
		path := filepath.Join(dir, fmt.Sprintf("%d.duckdb", at))
		if !inChild(t, path, at) {
			assert.Equal(t, want, everything(t, path))
			break
		}
		kills++
		// Killed again, a little later than before: the second run is further by what the first has left.
		ended := assertWholeMarks(t, path)
		if !ended && inChild(t, path, at+1) {
			ended = assertWholeMarks(t, path)
			if !ended {
				require.NoError(t, killRun(path, new(killer)))
			}
		}
		require.Equal(t, want, everything(t, path), "killed at look %d", at)
	}
	require.Greater(t, kills, 2)
	t.Logf("killed %d times", kills)
}

func TestKilledFromOutside(t *testing.T) {
	dir := t.TempDir()
	clean := filepath.Join(dir, "clean.duckdb")
	require.NoError(t, killRun(clean, new(killer)))
	want := everything(t, clean)
	for looks := 3; looks < 70; looks += 15 {
		path := filepath.Join(dir, fmt.Sprintf("%d.duckdb", looks))
		killedFromOutside(t, path, looks)
		if !assertWholeMarks(t, path) {
			require.NoError(t, killRun(path, new(killer)))
		}
		require.Equal(t, want, everything(t, path), "killed after look %d", looks)
	}
}

// assertWholeMarks asserts that the rows are those up to the marks and no others, and says whether the run had
// come to its end before it was killed.
func assertWholeMarks(t testing.TB, path string) (ended bool) {
	t.Helper()
	state, err := New(path, Options{}).State(t.Context(), "in")
	require.NoError(t, err)
	if len(query(t, path, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'notes'")) == 0 {
		require.Zero(t, state)
		return false
	}
	if state.Start.IsZero() && len(state.Reached) > 0 {
		return true
	}
	rows := 0
	for split := range killSplits {
		if mark, ok := state.Marks[fmt.Sprint("s", split)]; ok {
			done, err := strconv.Atoi(string(mark))
			require.NoError(t, err)
			rows += 2 * (done + 1)
		}
	}
	require.Equal(t, [][]string{{fmt.Sprint(rows)}}, query(t, path, "SELECT count(*) FROM notes"))
	require.Equal(t, [][]string{{fmt.Sprint(rows * killRows)}}, query(t, path, "SELECT count(*) FROM people"))
	return false
}

// A lock is nobody's when its holder was killed, and the file of the killed is taken over.
func TestLockOfTheKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	require.True(t, inChild(t, path, 20))
	lock := lockfile.Path(path, "in")
	require.FileExists(t, lock)
	r := newRun(t, path, Options{})
	r.begin(people())
	r.keep("in")
	held, err := os.ReadFile(lock)
	require.NoError(t, err)
	assert.Contains(t, string(held), fmt.Sprintf("process %d on host ", os.Getpid()))
	r.finish(true)
	require.NoFileExists(t, lock)
}

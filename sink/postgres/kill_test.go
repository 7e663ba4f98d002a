package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
)

// What a child process of the tests is told: where to write, and at which step to kill itself.
const (
	childDSN    = "IGSOURCE_TEST_CHILD_DSN"
	childSchema = "IGSOURCE_TEST_CHILD_SCHEMA"
	childStep   = "IGSOURCE_TEST_CHILD_STEP"
)

// scripted is a source of three splits with rows of a table that has a key, with nulls, and of one that has
// none.
func scripted() *plugintest.Source {
	source := &plugintest.Source{Schemas: []schema.Table{posts, logs}, Properties: "p"}
	n := 0
	for i := range 3 {
		split := plugintest.Split{ID: fmt.Sprintf("s%d", i)}
		for range 4 {
			n++
			split.Steps = append(split.Steps,
				plugintest.Step{Table: "logs", Rows: [][]any{{fmt.Sprint(n)}, {"the same"}}},
				plugintest.Step{Table: "posts", Rows: [][]any{{fmt.Sprint(n), nil, n}, {fmt.Sprint(n), "", n}}, Mark: true})
		}
		source.Script = append(source.Script, split)
	}
	return source
}

func runInto(address secret.Text, in string, hook func(string)) error {
	dir, err := os.MkdirTemp("", "igsource-test-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s := New(address, Options{Schema: in, Clock: clock.NewFake(start)}) // on which no mark waits for another
	s.hook = hook
	_, err = plugin.Run(context.Background(), []plugin.Input{{Name: "in", Source: scripted()}}, s, plugin.RunOptions{Start: start, WorkDir: dir})
	return err
}

// runChild is a run that is killed.
func runChild() {
	at, err := strconv.Atoi(os.Getenv(childStep))
	if err != nil {
		panic(err)
	}
	n := 0
	err = runInto(secret.New(os.Getenv(childDSN)), os.Getenv(childSchema), func(string) {
		if n++; n == at {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // until it has come
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func TestAKilledRunGoesOn(t *testing.T) {
	dsn(t)
	clean := freshSchema(t)
	require.NoError(t, runInto(dsn(t), clean, nil))
	const posted = "SELECT id, part, likes FROM posts ORDER BY likes, part"
	wantLogs, wantPosts := query(t, clean, "SELECT line FROM logs ORDER BY ctid"), query(t, clean, posted)
	require.Len(t, wantLogs, 24)

	killed := 0
	for step := 1; ; step += 7 { // a transaction has six
		in := freshSchema(t)
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), childDSN+"="+dsn(t).Reveal(), childSchema+"="+in, childStep+"="+strconv.Itoa(step))
		out, err := child.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != -1) {
			t.Fatalf("step %d: %v\n%s", step, err, out)
		}
		if err != nil {
			killed++
			state, err := New(dsn(t), Options{Schema: in}).State(t.Context(), "in")
			require.NoError(t, err)
			if !state.Start.IsZero() { // else it was killed when it had ended
				require.NoError(t, runUntilFree(t, in), "step %d", step)
			}
		}
		assert.Equal(t, wantLogs, query(t, in, "SELECT line FROM logs ORDER BY ctid"), "step %d", step)
		assert.Equal(t, wantPosts, query(t, in, posted), "step %d", step)
		if err == nil {
			break // the run has fewer steps
		}
	}
	assert.Greater(t, killed, 8)
}

// runUntilFree runs as soon as the server has noticed that the child is gone.
func runUntilFree(t *testing.T, in string) error {
	for deadline := time.Now().Add(time.Minute); ; {
		err := runInto(dsn(t), in, nil)
		if err == nil || time.Now().After(deadline) || !strings.Contains(err.Error(), "wait until it has ended") {
			return err
		}
	}
}

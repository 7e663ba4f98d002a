package command_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	_ "github.com/igsource/igsource"
	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/cmd/igsource/command"
	"github.com/igsource/igsource/graphapi/graphtest"
	_ "github.com/igsource/igsource/sink/arrow"
	_ "github.com/igsource/igsource/sink/csv"
	_ "github.com/igsource/igsource/sink/jsonl"
	_ "github.com/igsource/igsource/sink/parquet"
	_ "github.com/igsource/igsource/sink/sqlite"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // the hour that a wait ends at is told in the user's zone
	cache, err := os.MkdirTemp("", "igsource-cache-")
	if err == nil {
		err = os.Setenv("XDG_CACHE_HOME", cache)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(cache)
		os.Exit(code)
	}))
}

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the tests happen: three weeks after the clocks went back on 1 November 2026.
var now = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)

// A stage is a folder with run files, a Graph API, and an environment, in which the command is run.
type stage struct {
	t      testing.TB
	dir    string
	inputs []string // files that the test wrote itself
	env    map[string]string
	clock  *clock.Fake
	world  *graphtest.World
	server *graphtest.Server
	width  int // of the terminal; 0 is none
	ctx    context.Context
	hidden []string // what must be seen nowhere
}

// newStage starts a server with two plain accounts, or with those that the changes make.
func newStage(t testing.TB, accounts ...func(*graphtest.Account)) *stage {
	t.Helper()
	if len(accounts) == 0 {
		accounts = []func(*graphtest.Account){func(*graphtest.Account) {}, func(*graphtest.Account) {}}
	}
	options := []graphtest.WorldOption{graphtest.WithNow(now)}
	for _, change := range accounts {
		options = append(options, graphtest.WithAccount(change))
	}
	return newStageOf(t, graphtest.NewWorld(7, options...))
}

func newStageOf(t testing.TB, world *graphtest.World, options ...graphtest.Option) *stage {
	t.Helper()
	s := &stage{
		t: t, dir: t.TempDir(), clock: clock.NewFake(now), world: world,
		server: graphtest.Start(t, world, options...), ctx: t.Context(),
	}
	s.hide(world)
	s.env = map[string]string{
		"IGSOURCE_SECRET_INSTAGRAM": world.Token(graphtest.Facebook), "IGSOURCE_GRAPH_URL": s.server.URL,
	}
	return s
}

// hide makes sure that no token of a world is seen.
func (s *stage) hide(world *graphtest.World) {
	s.hidden = append(s.hidden, world.Token(graphtest.Facebook), world.Token(graphtest.Instagram))
	for _, a := range world.Accounts() {
		s.hidden = append(s.hidden, a.PageToken, a.LoginToken)
	}
}

// path is a path in the stage's folder.
func (s *stage) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// write writes a file into the stage's folder and returns its path.
func (s *stage) write(name, text string) string {
	s.t.Helper()
	require.NoError(s.t, os.MkdirAll(filepath.Dir(s.path(name)), 0o755))
	require.NoError(s.t, os.WriteFile(s.path(name), []byte(text), 0o644))
	s.inputs = append(s.inputs, name)
	return s.path(name)
}

// A result is what a command left.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the command. In what it printed the folder is DIR and the server URL. Whatever the command
// does, it shows no token and leaves no hidden file.
func (s *stage) run(args ...string) result {
	s.t.Helper()
	var stdout, stderr output
	code := command.Main(s.ctx, args, command.System{
		Stdout: &stdout, Stderr: &stderr, Clock: s.clock,
		Getenv:   func(name string) string { return s.env[name] },
		Terminal: func() (int, bool) { return s.width, s.width > 0 },
	})
	s.clean("stdout", stdout.String())
	s.clean("stderr", stderr.String())
	for _, name := range s.files() {
		s.clean(name, s.read(name))
		assert.False(s.t, strings.HasPrefix(filepath.Base(name), "."), "%s was left", name)
	}
	names := strings.NewReplacer(s.dir+string(filepath.Separator), "DIR/", s.dir, "DIR", s.server.URL, "URL")
	return result{code, names.Replace(stdout.String()), names.Replace(stderr.String())}
}

// clean fails the test if a text holds a secret, or most of one.
func (s *stage) clean(what, text string) {
	s.t.Helper()
	for _, token := range s.hidden {
		if strings.Contains(text, token[:min(len(token), 20)]) {
			s.t.Errorf("%s shows a token", what)
		}
	}
}

// files are the files and empty folders in the stage's folder that the test did not write itself.
func (s *stage) files() []string {
	s.t.Helper()
	var names []string
	require.NoError(s.t, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.dir, path)
		name = filepath.ToSlash(name)
		if err != nil || name == "." || slices.Contains(s.inputs, name) {
			return err
		}
		if d.IsDir() {
			inside, err := os.ReadDir(path)
			if err != nil || len(inside) > 0 {
				return err
			}
			name += "/"
		}
		names = append(names, name)
		return nil
	}))
	return names
}

// read is the content of a file in the stage's folder; a folder has none.
func (s *stage) read(name string) string {
	s.t.Helper()
	if strings.HasSuffix(name, "/") {
		return ""
	}
	text, err := os.ReadFile(s.path(name))
	require.NoError(s.t, err)
	return string(text)
}

// output is a buffer that may be read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// testdata is absolute: some tests change the working directory.
var testdata, _ = filepath.Abs("testdata")

// golden compares a text with a file of testdata.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join(testdata, filepath.FromSlash(name))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "%s; refresh it with go test -update", name)
}

// insights is a run file of account insights over three days, of which one has 25 hours.
const insights = `plugin: instagram
properties:
  referenceName: brand
  accessToken: ${secure(instagram)}
  requestType: account_insights
  accountId: all
  accountMetrics: [reach, views, follower_count]
  period: day
  fromDate: 2026-10-31
  toDate: 2026-11-02
`

// profiles is a run file of account profiles.
const profiles = `plugin: instagram
properties:
  referenceName: profiles
  accessToken: ${secure(instagram)}
  requestType: account_profile
  accountId: all
`

// with is a run file with lines instead of the one that begins like each of them.
func with(file string, lines ...string) string {
	all := strings.SplitAfter(file, "\n")
	for _, line := range lines {
		name, _, _ := strings.Cut(line, ":")
		i := slices.IndexFunc(all, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), name+":") })
		if i < 0 {
			all = append(all, "  "+line+"\n")
			continue
		}
		all[i] = "  " + line + "\n"
	}
	return strings.Join(all, "")
}

// without is a run file without the lines of some properties.
func without(file string, names ...string) string {
	var out strings.Builder
	for line := range strings.Lines(file) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), ":"); !slices.Contains(names, name) {
			out.WriteString(line)
		}
	}
	return out.String()
}

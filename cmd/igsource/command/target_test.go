package command

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/sink"
)

// What the flags, the run file and the defaults name, in this order; a path is that of its kind of target.
func TestSinkOptions(t *testing.T) {
	fake := clock.NewFake(epoch)
	env := map[string]string{"IGSOURCE_SECRET_PG": "postgres://igsource:hush@db/brand", "IGSOURCE_SECRET_PASSWORD": "hush"}
	for _, c := range []struct {
		name  string
		flags sinkFlags
		spec  sinkSpec
		want  sink.Options
		shown string // of a message that holds the path
	}{
		{"nothing", sinkFlags{}, sinkSpec{}, sink.Options{Format: "parquet", Path: "out"}, "out"},
		{
			"the file",
			sinkFlags{},
			sinkSpec{format: "csv", path: "a", incremental: true, whole: []string{"t"}},
			sink.Options{Format: "csv", Path: "a", Incremental: true, Whole: []string{"t"}},
			"a",
		},
		{"the flags", sinkFlags{Out: "b", Format: "JSONL"}, sinkSpec{format: "csv", path: "a"}, sink.Options{Format: "JSONL", Path: "b"}, "b"},
		{"other files", sinkFlags{Format: "arrow"}, sinkSpec{format: "csv", path: "a"}, sink.Options{Format: "arrow", Path: "a"}, "a"},
		{"SQLite", sinkFlags{}, sinkSpec{format: "sqlite"}, sink.Options{Format: "sqlite", Path: "instagram.db"}, "instagram.db"},
		{"SQLite for files", sinkFlags{Format: "SQLite"}, sinkSpec{path: "a"}, sink.Options{Format: "SQLite", Path: "instagram.db"}, "instagram.db"},
		{"files for SQLite", sinkFlags{Format: "csv"}, sinkSpec{format: "sqlite", path: "a.db", schema: "s"}, sink.Options{Format: "csv", Path: "out"}, "out"},
		{"an argument", sinkFlags{}, sinkSpec{path: "${folder}/${logicalStartTime(yyyy)}"}, sink.Options{Format: "parquet", Path: "x/1970"}, "x/1970"},
		{"a flag is no macro", sinkFlags{Out: "${folder}"}, sinkSpec{path: "${none}"}, sink.Options{Format: "parquet", Path: "${folder}"}, "${folder}"},
		{
			"a secret",
			sinkFlags{},
			sinkSpec{format: "postgres", path: "${secure(pg)}", schema: "${folder}"},
			sink.Options{Format: "postgres", Path: "postgres://igsource:hush@db/brand", Schema: "x"},
			"[redacted]",
		},
		{
			"half a secret",
			sinkFlags{},
			sinkSpec{format: "postgres", path: "postgres://u:${secure(password)}@db/b"},
			sink.Options{Format: "postgres", Path: "postgres://u:hush@db/b"},
			"[redacted]",
		},
		{
			"an address in the clear",
			sinkFlags{},
			sinkSpec{format: "postgres", path: "postgres://u:p@db/b"},
			sink.Options{Format: "postgres", Path: "postgres://u:p@db/b"},
			"[redacted]",
		},
		{"no address", sinkFlags{Format: "postgres"}, sinkSpec{path: "a"}, sink.Options{Format: "postgres"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stderr writer
			sys := &System{Stdout: &stderr, Stderr: &stderr, Clock: fake, Getenv: func(name string) string { return env[name] }}
			opts, parent, err := c.flags.sinkOptions(sys, &runFlags{Arg: map[string]string{"folder": "x"}}, c.spec, epoch)
			require.NoError(t, err)
			c.want.Clock = fake
			assert.Equal(t, c.want, opts)
			assert.False(t, parent)
			_, err = sys.Stderr.Write([]byte(opts.Path))
			require.NoError(t, err)
			assert.Equal(t, c.shown, string(stderr))
			assert.Equal(t, c.shown, string(sys.scrubbed([]byte(opts.Path))))
		})
	}
}

var epoch = time.Unix(0, 0).UTC()

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

// A sink in front of another keeps state where that does.
func TestKeepingThrough(t *testing.T) {
	_, keeps := newInParent(&plugintest.Memory{}, t.TempDir()).(plugin.StateKeeper)
	assert.False(t, keeps)
	var keeper plugintest.Keeper
	in, keeps := newInParent(&keeper, t.TempDir()).(plugin.StateKeeper)
	require.True(t, keeps)
	run := plugin.KeptRun{Input: "in", Start: epoch, Properties: "p"}
	require.NoError(t, in.Begin(t.Context(), nil))
	require.NoError(t, in.Keep(t.Context(), []plugin.KeptRun{run}))
	require.NoError(t, in.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "1"}))
	require.NoError(t, in.Finish(t.Context(), false))
	got, err := in.State(t.Context(), "in")
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s": "1"}, got.Marks)
	_, places := in.(plugin.WorkPlacer)
	assert.True(t, places)
}

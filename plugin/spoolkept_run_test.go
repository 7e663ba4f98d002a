package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// spoolingKeeper keeps spools in a folder of the test.
func spoolingKeeper(t *testing.T) *plugintest.Keeper {
	return &plugintest.Keeper{Spools: filepath.Join(t.TempDir(), "spools"), Settles: true}
}

func filesIn(t require.TestingT, dir string) []string {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// breaksAfter breaks a split when others have been read to their end: those that call the function it returns.
func breaksAfter(others int, err error) (step plugintest.Step, ended plugintest.Step) {
	var wg sync.WaitGroup
	wg.Add(others)
	return plugintest.Step{Do: func(context.Context, func(plugin.Note)) error { wg.Wait(); return err }},
		plugintest.Step{Do: func(context.Context, func(plugin.Note)) error { wg.Done(); return nil }}
}

// untilTheEnd goes on until the run ends.
func untilTheEnd(ctx context.Context, _ func(plugin.Note)) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestWhatWasReadAheadIsKept: a run that ends before others' turn has come leaves what it read of them, and the one
// that goes on with it asks for none of it.
func TestWhatWasReadAheadIsKept(t *testing.T) {
	broken, ended := breaksAfter(2, errBroken)
	first := source(
		script(batch("a", "!"), broken),
		script(batch("b", "!"), batch("c"), batch("d", "!"), ended),
		script(batch("e", "!"), batch("f", "!"), batch("g"), ended, plugintest.Step{Do: untilTheEnd}),
	)
	sink := spoolingKeeper(t)
	_, err := plugin.Run(t.Context(), one(first), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	assert.Len(t, filesIn(t, sink.SpoolDir("brand")), 3)

	start, resumes, err := plugin.ResumeStart(t.Context(), sink, []string{"brand"})
	require.NoError(t, err)
	require.True(t, resumes)
	second := source(
		script(batch("a", "!"), batch("a2", "!")),
		script(batch("asked again", "!"), batch("asked again"), batch("asked again", "!")),
		script(batch("asked again", "!"), batch("asked again", "!"), batch("g", "h", "!")),
	)
	opts := keptOptions(t)
	opts.Start = start
	report, err := plugin.Run(t.Context(), one(second), sink, opts)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s0": "step 0", "s1": "step 2", "s2": "step 1"}, second.Resumed())
	assert.Equal(t, []string{"a", "a2", "b", "c", "d", "e", "f", "g", "h"}, ids(sink.Committed("days")))
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, []plugin.SplitReport{
		{ID: "s0", Status: plugin.StatusComplete, Rows: 2},
		{ID: "s1", Status: plugin.StatusComplete, Rows: 3},
		{ID: "s2", Status: plugin.StatusComplete, Rows: 4},
	}, report.Splits)
	assert.NoDirExists(t, sink.SpoolDir("brand"), "nobody needs it any more")
}

// TestSpoolsAloneAreGoneOnWith: the first split to be delivered came last, and nothing was committed yet.
func TestSpoolsAloneAreGoneOnWith(t *testing.T) {
	broken, ended := breaksAfter(1, errBroken)
	src := source(script(broken), script(batch("b", "!"), ended))
	sink := spoolingKeeper(t)
	_, err := plugin.Run(t.Context(), one(src), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	kept := sink.Kept("brand")
	assert.Equal(t, plugin.State{Start: at.Truncate(time.Microsecond), Properties: "p"}, kept)
	start, resumes, err := plugin.ResumeStart(t.Context(), sink, []string{"brand"})
	require.NoError(t, err)
	require.True(t, resumes)
	assert.Equal(t, kept.Start, start)
	src = source(script(batch("a", "!")), script(batch("asked again", "!")))
	resumes, err = plugin.Resumes(t.Context(), sink, one(src), start)
	require.NoError(t, err)
	assert.True(t, resumes)

	for _, c := range []struct {
		name       string
		start      time.Time
		properties string
		want       []string
	}{
		{"other properties", start, "q", []string{"a", "asked again"}},
		{"other start", start.Add(time.Hour), "p", []string{"a", "asked again"}},
		{"the same", start, "p", []string{"a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			again := spoolingKeeper(t)
			broken, ended := breaksAfter(1, errBroken)
			_, err := plugin.Run(t.Context(), one(source(script(broken), script(batch("b", "!"), ended))), again, keptOptions(t))
			require.ErrorIs(t, err, errBroken)
			src := source(script(batch("a", "!")), script(batch("asked again", "!")))
			src.Properties = c.properties
			opts := keptOptions(t)
			opts.Start = c.start
			_, err = plugin.Run(t.Context(), one(src), again, opts)
			require.NoError(t, err)
			if c.name == "the same" {
				assert.Equal(t, map[string]plugin.Mark{"s0": "", "s1": "step 0"}, src.Resumed())
			}
			assert.Equal(t, c.want, ids(again.Committed("days")))
			assert.NoDirExists(t, again.SpoolDir("brand"))
		})
	}
}

// TestSpoolsOfAResetRun: who forgets a run forgets what it had read.
func TestSpoolsOfAResetRun(t *testing.T) {
	broken, ended := breaksAfter(1, errBroken)
	sink := spoolingKeeper(t)
	_, err := plugin.Run(t.Context(), one(source(script(broken), script(batch("b", "!"), ended))), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	spool := filepath.Join(sink.SpoolDir("brand"), filesIn(t, sink.SpoolDir("brand"))[0])
	content, err := os.ReadFile(spool)
	require.NoError(t, err)
	require.NoError(t, sink.ResetState(t.Context(), "brand"))
	_, resumes, err := plugin.ResumeStart(t.Context(), sink, []string{"brand"})
	require.NoError(t, err)
	assert.False(t, resumes)
	// Even if its files were still there.
	require.NoError(t, os.MkdirAll(filepath.Dir(spool), 0o700))
	require.NoError(t, os.WriteFile(spool, content, 0o600))
	src := source(script(batch("a", "!")), script(batch("asked again", "!")))
	_, err = plugin.Run(t.Context(), one(src), sink, keptOptions(t))
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "asked again"}, ids(sink.Committed("days")))
}

// TestSpoolsOfOtherTables: a program that has other columns does not take what an older one had spooled.
func TestSpoolsOfOtherTables(t *testing.T) {
	broken, ended := breaksAfter(1, errBroken)
	sink := spoolingKeeper(t)
	_, err := plugin.Run(t.Context(), one(source(script(broken), script(batch("b", "!"), ended))), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	src := source(script(batch("a", "!")), script(batch("asked again", "!")))
	src.Schemas = append(src.Schemas, texts)
	_, err = plugin.Run(t.Context(), one(src), sink, keptOptions(t))
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "asked again"}, ids(sink.Committed("days")))
}

// TestSpoolsCutShort: what was not written whole is read again, and what a disk has lost.
func TestSpoolsCutShort(t *testing.T) {
	for _, c := range []struct {
		name   string
		harm   func([]byte) []byte
		resume plugin.Mark
	}{
		{"the last byte", func(b []byte) []byte { return b[:len(b)-1] }, "step 0"},
		{"all but the first bytes", func(b []byte) []byte { return b[:20] }, ""},
		{"a byte of the second batch", func(b []byte) []byte { b[len(b)-100] ^= 1; return b }, "step 0"},
		{"a byte of the head", func(b []byte) []byte { b[3] ^= 1; return b }, ""},
		{"zeros at the end", func(b []byte) []byte { return append(b, make([]byte, 4096)...) }, "step 1"},
		{"nothing", func(b []byte) []byte { return b }, "step 1"},
		{"everything", func([]byte) []byte { return nil }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken, ended := breaksAfter(1, errBroken)
			sink := spoolingKeeper(t)
			first := source(script(broken), script(batch("b", "!"), batch("c", "!"), ended))
			_, err := plugin.Run(t.Context(), one(first), sink, keptOptions(t))
			require.ErrorIs(t, err, errBroken)
			spool := filepath.Join(sink.SpoolDir("brand"), filesIn(t, sink.SpoolDir("brand"))[0])
			content, err := os.ReadFile(spool)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(spool, c.harm(content), 0o600))
			src := source(script(batch("a", "!")), script(batch("b", "!"), batch("c", "!"), batch("d", "!")))
			_, err = plugin.Run(t.Context(), one(src), sink, keptOptions(t))
			require.NoError(t, err)
			assert.Equal(t, c.resume, src.Resumed()["s1"])
			assert.Equal(t, []string{"a", "b", "c", "d"}, ids(sink.Committed("days")))
		})
	}
}

// TestSpoolsTellWhatWasLost: what a source said with what was spooled goes with it.
func TestSpoolsTellWhatWasLost(t *testing.T) {
	broken, ended := breaksAfter(1, errBroken)
	said := plugintest.Step{Do: say(plugin.Lost{Object: "x", Err: errBroken, Remembered: true}, plugin.Reached{Key: "k", Value: []byte(`7`)})}
	sink := spoolingKeeper(t)
	first := source(script(broken), script(said, batch("b", "!"), ended))
	first.Script[1].Key = "k"
	_, err := plugin.Run(t.Context(), one(first), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	src := source(script(batch("a", "!")), script(plugintest.Step{}, batch("asked again", "!")))
	src.Script[1].Key = "k"
	report, err := plugin.Run(t.Context(), one(src), sink, keptOptions(t))
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusPartial, report.Status)
	assert.Equal(t, []string{"the run of brand that this one goes on with had left out 1 object before"}, report.Warnings)
	assert.Equal(t, "7", string(sink.Kept("brand").Reached["k"]))
}

// TestRowsReadAheadAreProvedByTheirKeys: among themselves and with those of other splits. A split whose source
// cannot go on behind them, and begins anew, brings them again: changed ones replace them.
func TestRowsReadAheadAreProvedByTheirKeys(t *testing.T) {
	value := func(id string, n int) plugintest.Step {
		return plugintest.Step{Table: "days", Rows: [][]any{row(id, n)}, Mark: true}
	}
	for _, c := range []struct {
		name          string
		ahead         []plugintest.Step
		first, behind plugintest.Step
		want          [][]string
		err           string
	}{
		{
			"anew", script(value("b", 1), value("c", 1)), value("a", 1),
			plugintest.Step{Table: "days", Rows: [][]any{row("b", 2), row("c", 1), row("d", 1)}, Mark: true},
			[][]string{{"a", "1"}, {"b", "2"}, {"c", "1"}, {"d", "1"}},
			"",
		},
		{"among themselves", script(value("b", 1), value("b", 2)), value("a", 1), value("d", 1), nil, "two different rows of table days share the key id=b"},
		{"with another split", script(value("b", 1), value("c", 1)), value("c", 2), value("d", 1), nil, "two different rows of table days share the key id=c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken, ended := breaksAfter(1, errBroken)
			sink := spoolingKeeper(t)
			_, err := plugin.Run(t.Context(), one(source(script(broken), append(c.ahead, ended))), sink, keptOptions(t))
			require.ErrorIs(t, err, errBroken)
			src := source(script(c.first), script(value("asked again", 1), value("asked again", 1), c.behind))
			_, err = plugin.Run(t.Context(), one(src), sink, keptOptions(t))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, sink.Committed("days"))
		})
	}
}

// TestSpoolsLaw: whatever interrupts a run, and however often, in the end its target holds what one clean run
// leaves, and no split is asked for again what was marked and spooled.
func TestSpoolsLaw(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		sink := &plugintest.Keeper{
			Transaction: rapid.IntRange(1, 3).Draw(t, "transaction"), Settles: rapid.Bool().Draw(t, "settles"),
			Spools: filepath.Join(dir, fmt.Sprint(n)),
		}
		var ins []*lawInput
		for i := range rapid.IntRange(1, 2).Draw(t, "inputs") {
			ins = append(ins, drawLawInput(t, fmt.Sprint("in", i)))
		}
		clean := new(plugintest.Keeper)
		inputs := func(faults func(*lawInput) lawFaults) (out []plugin.Input) {
			for _, in := range ins {
				src := in.source(faults(in))
				for _, sp := range src.Script {
					if rapid.Bool().Draw(t, "early") {
						src.ReadFirst = append(src.ReadFirst, sp.ID)
					}
				}
				out = append(out, plugin.Input{Name: in.name, Source: src})
			}
			return out
		}
		none := func(*lawInput) lawFaults { return lawFaults{} }
		_, err := plugin.Run(context.Background(), inputs(none), clean, plugin.RunOptions{WorkDir: dir, Start: at})
		require.NoError(t, err)
		for range rapid.IntRange(0, 4).Draw(t, "runs") {
			ctx, cancel := context.WithCancel(context.Background())
			calls, stop, how := 0, rapid.IntRange(0, 30).Draw(t, "stop"), rapid.SampledFrom([]string{"fail", "kill", "cancel", ""}).Draw(t, "how")
			sink.Fault = func(plugintest.Call) error {
				if calls++; calls != stop {
					return nil
				}
				switch how {
				case "fail":
					return errBroken
				case "kill":
					return plugintest.ErrKilled
				case "cancel":
					cancel()
				}
				return nil
			}
			fatal := func(in *lawInput) lawFaults {
				return lawFaults{fatal: drawLawFaults(t, in).fatal}
			}
			_, err := plugin.Run(ctx, inputs(fatal), sink, plugin.RunOptions{WorkDir: dir, Start: at, Parallelism: rapid.SampledFrom([]int{1, 2, 8}).Draw(t, "parallelism")})
			cancel()
			if err == nil {
				break
			}
		}
		sink.Fault = nil
		_, err = plugin.Run(context.Background(), inputs(none), sink, plugin.RunOptions{WorkDir: dir, Start: at})
		require.NoError(t, err)
		for _, table := range []schema.Table{days, texts} {
			want := sorted(ids(clean.Committed(table.Name)))
			got := sorted(ids(sink.Committed(table.Name)))
			if len(table.Key) == 0 && len(got) == 2*len(want) && len(want) > 0 {
				continue // a run had come to its end before the last one
			}
			require.Equal(t, want, got, table.Name)
		}
		for _, in := range ins {
			require.NoDirExists(t, sink.SpoolDir(in.name))
		}
	})
}

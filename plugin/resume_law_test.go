package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// TestResumeLaw: a run that is interrupted any number of times, however and wherever, and then comes to its
// end leaves what one clean run leaves; each split is read on from its last durable mark; what is reached only
// grows, and never past a split that did not come to its end or past a lost object.
func TestResumeLaw(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var ins []*lawInput
		for i := range rapid.IntRange(1, 2).Draw(t, "inputs") {
			ins = append(ins, drawLawInput(t, fmt.Sprint("in", i)))
		}
		sink := &plugintest.Keeper{Transaction: rapid.IntRange(1, 3).Draw(t, "transaction")}
		was := make([]map[string]int, len(ins))
		for i := range was {
			was[i] = map[string]int{}
		}
		runs := rapid.IntRange(0, 6).Draw(t, "runs")
		for n := range runs + 1 {
			faults := make([]lawFaults, len(ins))
			stop, how := -1, ""
			if n < runs {
				for i, in := range ins {
					faults[i] = drawLawFaults(t, in)
				}
				if how = rapid.SampledFrom([]string{"", "fail", "kill", "cancel"}).Draw(t, "how"); how != "" {
					stop = rapid.IntRange(0, 30).Draw(t, "stop")
				}
			}
			lawRun(t, dir, ins, faults, sink, stop, how, n == runs)
			for i, in := range ins {
				in.check(t, sink, was[i])
			}
			wantDays, wantTexts := map[string]bool{}, []string(nil)
			for _, in := range ins {
				maps.Copy(wantDays, in.days)
				wantTexts = append(wantTexts, in.texts...)
			}
			slices.Sort(wantTexts)
			require.Equal(t, slices.Sorted(maps.Keys(wantDays)), sorted(ids(sink.Committed("days"))))
			require.Equal(t, wantTexts, sorted(ids(sink.Committed("texts"))), "each row without a key once")
		}
		clean := new(plugintest.Keeper)
		var inputs []plugin.Input
		for _, in := range ins {
			inputs = append(inputs, plugin.Input{Name: in.name, Source: in.source(lawFaults{})})
		}
		_, err := plugin.Run(context.Background(), inputs, clean, plugin.RunOptions{WorkDir: dir, Start: at})
		require.NoError(t, err)
		for _, table := range []string{"days", "texts"} {
			// Without a key a row is there once for each run that came to its end.
			require.Equal(t, sorted(ids(clean.Committed(table))), slices.Compact(sorted(ids(sink.Committed(table)))))
		}
	})
}

// lawRun is one run, stopped at a call of the sink, and holds what it did to the model.
func lawRun(t *rapid.T, dir string, ins []*lawInput, faults []lawFaults, sink *plugintest.Keeper, stop int, how string, last bool) {
	var inputs []plugin.Input
	var sources []*plugintest.Source
	var want []lawCommit
	splits, failed, fatal, lostBefore, lost := 0, 0, false, 0, false
	before := make([]map[string]int, len(ins))
	for i, in := range ins {
		src := in.source(faults[i])
		sources = append(sources, src)
		inputs = append(inputs, plugin.Input{Name: in.name, Source: src})
		commits, f := in.commits(faults[i])
		want = append(want, commits...)
		splits, failed, lostBefore = splits+len(in.splits), failed+f, lostBefore+in.lost
		for _, sp := range in.splits {
			at, ok := faults[i].fatal[sp.id]
			mark, resumed := in.marks[sp.id]
			fatal = fatal || ok && (!resumed || at > mark)
			fail, ok := faults[i].fails[sp.id]
			lost = lost || ok && (!resumed || fail > mark)
		}
		before[i] = maps.Clone(in.marks)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	acked, calls := 0, 0
	sink.Fault = func(c plugintest.Call) error {
		calls++
		if calls-1 == stop {
			switch how {
			case "fail":
				return errBroken
			case "kill":
				return plugintest.ErrKilled
			case "cancel":
				cancel()
			}
		}
		if c.Method == "Commit" {
			acked++
		}
		return nil
	}
	logged := len(sink.Calls())
	report, err := plugin.Run(ctx, inputs, sink, plugin.RunOptions{
		WorkDir: dir, Start: at.Add(time.Duration(ins[0].generation) * time.Hour), Parallelism: rapid.SampledFrom([]int{1, 2, 8}).Draw(t, "parallelism"),
	})
	if last {
		require.NoError(t, err)
	}

	var got []plugintest.Call
	for _, c := range sink.Calls()[logged:] {
		if c.Method == "Commit" {
			got = append(got, c)
		}
	}
	require.LessOrEqual(t, len(got), len(want))
	for i, c := range got {
		w := want[i]
		reached := map[string]string{}
		for k, v := range c.At.Reached {
			reached[k] = string(v)
		}
		require.Equal(t, []any{w.input.name, w.split, plugintest.StepMark(w.step), w.reached}, []any{c.At.Source, c.At.Split, c.At.Mark, reached})
	}
	for i, src := range sources {
		for split, mark := range src.Resumed() {
			step, ok := before[i][split]
			if !ok {
				require.Equal(t, plugin.Mark(""), mark)
				continue
			}
			require.Equal(t, plugintest.StepMark(step), mark, "not from the last mark")
		}
	}
	for _, in := range ins {
		if in.lost > 0 && calls > len(ins) {
			require.Equal(t, 1, count(report.Warnings, fmt.Sprintf("the run of %s that this one goes on with had left out %d object", in.name, in.lost)))
		}
	}

	durable := acked
	if errors.Is(err, plugintest.ErrKilled) {
		durable -= acked % sink.Transaction
	}
	rows := 0
	for _, w := range want[:durable] {
		w.commit()
		rows += len(w.rows)
		lost = lost || w.lost > 0
	}
	if err != nil {
		require.True(t, fatal || stop >= 0 || splits > 0 && failed == splits, "%v", err)
		require.Equal(t, plugin.StatusFailed, report.Status)
		return
	}
	require.False(t, fatal)
	require.Len(t, got, len(want))
	counted := 0
	for _, r := range report.Tables {
		counted += int(r.Rows + r.Duplicates)
	}
	require.Equal(t, rows, counted)
	status := plugin.StatusComplete
	if lost || lostBefore > 0 {
		status = plugin.StatusPartial
	}
	require.Equal(t, status, report.Status)
	for _, in := range ins {
		in.end()
	}
}

// sorted is texts in order, nil where there are none.
func sorted(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	slices.Sort(texts)
	return texts
}

// count is how many of texts begin with start.
func count(texts []string, start string) (n int) {
	for _, text := range texts {
		if strings.HasPrefix(text, start) {
			n++
		}
	}
	return n
}

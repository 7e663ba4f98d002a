package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// A law is a random script and what the sink must be told of it.
type law struct {
	src    *plugintest.Source
	name   string
	calls  []string // of Write and Commit
	rows   map[string][]string
	fatal  bool // a split ends the run
	failed int  // splits that give nothing
	lost   bool
}

var errFatal = errors.New("fatal")

func drawLaw(t *rapid.T, name string) *law {
	l := &law{name: name, rows: map[string][]string{}, src: &plugintest.Source{Schemas: []schema.Table{days, texts}, Properties: "p"}}
	for s := range rapid.IntRange(0, 6).Draw(t, "splits") {
		l.drawSplit(t, s)
	}
	return l
}

func (l *law) drawSplit(t *rapid.T, s int) {
	sp := plugintest.Split{ID: fmt.Sprintf("s%d", s)}
	type group struct {
		calls []string
		rows  map[string][]string
	}
	pending := group{rows: map[string][]string{}}
	commits := 0
	commit := func(step int) {
		l.calls = append(append(l.calls, pending.calls...), fmt.Sprintf("Commit %s %s step %d", l.name, sp.ID, step))
		for table, rows := range pending.rows {
			l.rows[table] = append(l.rows[table], rows...)
		}
		pending = group{rows: map[string][]string{}}
		commits++
	}
	end := rapid.SampledFrom([]string{"mark", "mark", "mark", "mark", "lost", "fatal"}).Draw(t, "end")
	steps := rapid.IntRange(0, 6).Draw(t, "steps")
	for i := range steps {
		step := plugintest.Step{
			Table: rapid.SampledFrom([]string{"", "days", "days", "texts"}).Draw(t, "table"),
			Mark:  rapid.Bool().Draw(t, "mark"),
		}
		if step.Table != "" {
			for r := range rapid.IntRange(0, 3).Draw(t, "rows") {
				id := fmt.Sprintf("%s-%d-%d-%d", l.name, s, i, r)
				if step.Table == "days" {
					step.Rows = append(step.Rows, row(id, nil))
				} else {
					step.Rows = append(step.Rows, []any{id})
				}
				pending.rows[step.Table] = append(pending.rows[step.Table], id)
			}
			if n := len(step.Rows); n > 0 {
				pending.calls = append(pending.calls, fmt.Sprintf("Write %s %d", step.Table, n))
			}
		}
		sp.Steps = append(sp.Steps, step)
		if step.Mark {
			commit(i)
		}
	}
	switch end {
	case "mark":
		sp.Steps = append(sp.Steps, plugintest.Step{Mark: true})
		commit(steps)
		l.calls[len(l.calls)-1] += " last"
	case "lost":
		sp.Steps = append(sp.Steps, plugintest.Step{Err: &plugin.SplitError{Err: errBroken}})
		l.lost = true
		if commits == 0 {
			l.failed++
		}
	case "fatal":
		sp.Steps = append(sp.Steps, plugintest.Step{Err: errFatal})
		l.fatal = true
	}
	l.src.Script = append(l.src.Script, sp)
}

// TestRunLaw: for all scripts, whatever the parallelism, the sink is told exactly what is marked, in
// order; when a split ends the run, a beginning of that.
func TestRunLaw(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var inputs []plugin.Input
		var laws []*law
		var want []string
		rows := map[string][]string{}
		splits, failed, fatal, lost := 0, 0, false, false
		for i := range rapid.IntRange(1, 3).Draw(t, "inputs") {
			l := drawLaw(t, fmt.Sprintf("in%d", i))
			laws = append(laws, l)
			inputs = append(inputs, plugin.Input{Name: l.name, Source: l.src})
			want = append(want, l.calls...)
			for table, r := range l.rows {
				rows[table] = append(rows[table], r...)
			}
			splits, failed, fatal, lost = splits+len(l.src.Script), failed+l.failed, fatal || l.fatal, lost || l.lost
		}
		sink := new(plugintest.Memory)
		defer sink.Release()

		report, err := plugin.Run(context.Background(), inputs, sink,
			plugin.RunOptions{WorkDir: dir, Parallelism: rapid.SampledFrom([]int{1, 2, 16}).Draw(t, "parallelism")})

		got := calls(sink)
		require.Equal(t, "Begin", got[0])
		ok := !fatal && (splits == 0 || failed < splits)
		require.Equal(t, fmt.Sprintf("Finish %t", ok), got[len(got)-1])
		got = got[1 : len(got)-1]
		for _, l := range laws {
			require.Equal(t, []bool{ok}, l.src.Finished())
		}
		if fatal {
			require.ErrorIs(t, err, errFatal)
			require.Equal(t, plugin.StatusFailed, report.Status)
			if n := len(got); n > 0 && got[n-1] == "Abort" {
				got = got[:n-1]
				require.True(t, strings.HasPrefix(got[len(got)-1], "Write "), "nothing to abort")
			} else if n > 0 {
				require.True(t, strings.HasPrefix(got[n-1], "Commit "), "rows are neither committed nor aborted")
			}
			require.LessOrEqual(t, len(got), len(want))
			require.True(t, slices.Equal(want[:len(got)], got), "want %q, got %q", want, got)
			return
		}
		require.Equal(t, len(want), len(got))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
		if !ok {
			require.ErrorIs(t, err, errBroken)
			return
		}
		require.NoError(t, err)
		status := plugin.StatusComplete
		if lost {
			status = plugin.StatusPartial
		}
		require.Equal(t, status, report.Status)
		for _, table := range []string{"days", "texts"} {
			require.Equal(t, append([]string{}, rows[table]...), ids(sink.Rows(table)))
			require.EqualValues(t, len(rows[table]), report.Tables[table].Rows)
		}
	})
}

package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// pages is a second table with a key.
var pages = schema.Table{Name: "pages", Key: days.Key, Columns: days.Columns}

// rowsOf is a step of one batch; every row is an id and a value.
func rowsOf(table string, mark bool, rows ...[]any) plugintest.Step {
	return plugintest.Step{Table: table, Rows: rows, Mark: mark}
}

// conflicting is a source of three queries over two accounts; the rows of one split conflict with those of
// an earlier one, and a later split has what was aborted because of that.
func conflicting() *plugintest.Source {
	return &plugintest.Source{Schemas: []schema.Table{days, pages, texts}, Properties: "p", Tolerant: true, Script: []plugintest.Split{
		{ID: "posts/1", Steps: script(rowsOf("days", true, row("a", 1), row("b", 1)))},
		{ID: "posts/2", Steps: script(
			rowsOf("days", true, row("c", 1), row("a", 1)), // a is equal: left out
			rowsOf("pages", false, row("p", 1)),
			rowsOf("texts", false, []any{"lost"}),
			rowsOf("days", false, row("d", 1), row("c", 1)),
			rowsOf("days", true, row("e", 1), row("b", 2), row("f", 1)), // b is another
			rowsOf("days", true, row("g", 1)),
		)},
		{ID: "tags/1", Steps: script(
			rowsOf("pages", false, row("p", 2)), rowsOf("days", true, row("d", 2), row("e", 2)),
		)},
		{ID: "tags/2", Steps: script(rowsOf("days", false, row("a", 9)), plugintest.Step{Mark: true})},
		{ID: "stories/1", Steps: script(rowsOf("texts", false, []any{"kept"}), rowsOf("days", true, row("g", 7)))},
	}}
}

func TestRunGoesOnAfterAConflict(t *testing.T) {
	for _, parallelism := range []int{1, 2, 16} {
		for _, limit := range []int{1, 3, 1000} { // how many rows are proved in memory
			t.Run(fmt.Sprintf("parallelism %d, limit %d", parallelism, limit), func(t *testing.T) {
				defer plugin.SetKeyProofLimit(limit)()
				src, sink := conflicting(), new(plugintest.Memory)
				defer sink.Release()
				opts := options(t)
				opts.Parallelism = parallelism
				report, err := plugin.Run(context.Background(), one(src), sink, opts)
				require.NoError(t, err)
				assert.Equal(t, []string{
					"Begin",
					"Write days 2", "Commit brand posts/1 step 0 last",
					"Write days 1", "Commit brand posts/2 step 0",
					"Write pages 1", "Write texts 1", "Write days 1", "Abort",
					"Write pages 1", "Write days 2", "Commit brand tags/1 step 1 last",
					"Write texts 1", "Write days 1", "Commit brand stories/1 step 1 last",
					"Finish true",
				}, calls(sink))
				assert.Equal(t, [][]string{{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "2"}, {"e", "2"}, {"g", "7"}}, sink.Rows("days"))
				assert.Equal(t, [][]string{{"p", "2"}}, sink.Rows("pages"))
				assert.Equal(t, [][]string{{"kept"}}, sink.Rows("texts"))
				assert.Equal(t, plugin.StatusPartial, report.Status)
				assert.Equal(t, map[string]plugin.TableReport{
					"days": {Rows: 6, Duplicates: 1}, "pages": {Rows: 1}, "texts": {Rows: 1},
				}, report.Tables)
				assert.Equal(t, []plugin.SplitReport{
					{ID: "posts/1", Status: plugin.StatusComplete, Rows: 2},
					{ID: "posts/2", Status: plugin.StatusPartial, Rows: 1, Error: "source brand, split posts/2: two different rows of table days share the key id=b"},
					{ID: "tags/1", Status: plugin.StatusComplete, Rows: 3},
					{ID: "tags/2", Status: plugin.StatusFailed, Error: "source brand, split tags/2: two different rows of table days share the key id=a"},
					{ID: "stories/1", Status: plugin.StatusComplete, Rows: 2},
				}, report.Splits)
				assert.Empty(t, report.Error)
				assert.Equal(t, []bool{true}, src.Finished())
			})
		}
	}
}

func TestRunDoesNotGoOnAfterAConflict(t *testing.T) {
	text := "source brand, split posts/2: two different rows of table days share the key id=b"
	src, sink := conflicting(), new(plugintest.Memory)
	defer sink.Release()
	src.Tolerant = false
	report, err := plugin.Run(context.Background(), one(src), sink, options(t))
	require.EqualError(t, err, text)
	assert.Equal(t, plugin.StatusFailed, report.Status)
	got := calls(sink)
	assert.Equal(t, []string{"Write days 1", "Abort", "Finish false"}, got[len(got)-3:])

	// Whatever else goes wrong while rows are proved and written ends the run of a tolerant source, too.
	sink2 := &plugintest.Memory{Fault: fails("Abort", errBroken)}
	defer sink2.Release()
	src = conflicting()
	_, err = plugin.Run(context.Background(), one(src), sink2, options(t))
	require.EqualError(t, err, text+"\nbroken")
	got = calls(sink2)
	assert.Equal(t, []string{"Write days 1", "Abort", "Finish false"}, got[len(got)-3:], "it is aborted once")
	assert.Equal(t, []bool{false}, src.Finished())
}

func TestRunWhoseOnlySplitConflicts(t *testing.T) {
	src, sink := source(script(batch("a"), rowsOf("days", true, row("a", 2)))), new(plugintest.Memory)
	defer sink.Release()
	src.Tolerant = true
	report, err := plugin.Run(context.Background(), one(src), sink, options(t))
	require.EqualError(t, err, "source brand, split s0: two different rows of table days share the key id=a")
	assert.Equal(t, []string{"Begin", "Write days 1", "Abort", "Finish false"}, calls(sink))
	assert.Equal(t, plugin.StatusFailed, report.Splits[0].Status)
}

// TestRunStopsReadingAfterAConflict: a split that was given up is not read on, whether its source waits
// or hurries, and what it says in its end counts.
func TestRunStopsReadingAfterAConflict(t *testing.T) {
	const conflict = "source brand, split s1: two different rows of table days share the key id=a"
	for _, c := range []struct {
		name  string
		then  error // what waiting ends with; nil is the context's cause
		last  []plugintest.Step
		fatal bool
	}{
		{name: "the cause"},
		{name: "canceled", then: fmt.Errorf("calling: %w", context.Canceled)},
		{name: "split error", then: &plugin.SplitError{Err: errBroken}},
		{name: "unmarked", last: script(batch("x"), batch("y"))},
		{name: "another error", then: errFatal, fatal: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The first split is delivered when the second has its conflict on disk and waits.
			met := make(chan struct{})
			wait := func(ctx context.Context, _ func(plugin.Note)) error {
				select {
				case <-met:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			hang := func(ctx context.Context, notes func(plugin.Note)) error {
				close(met)
				<-ctx.Done()
				notes(plugin.Calls{Requests: 1, Counted: 2})
				if c.then != nil {
					return c.then
				}
				return context.Cause(ctx)
			}
			second := append(script(batch("a", "!"), rowsOf("days", true, row("a", 2)), batch("b", "!")), c.last...)
			src := source(
				script(plugintest.Step{Do: wait, Mark: true}), append(second, plugintest.Step{Do: hang, Mark: true}), script(batch("b", "!")),
			)
			src.Tolerant = true
			sink := new(plugintest.Memory)
			defer sink.Release()
			opts := options(t)
			opts.Parallelism = 2
			report, err := plugin.Run(context.Background(), one(src), sink, opts)
			if c.fatal {
				require.ErrorIs(t, err, c.then)
				assert.Equal(t, plugin.StatusFailed, report.Status)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []plugin.SplitReport{
				{ID: "s0", Status: plugin.StatusComplete},
				{ID: "s1", Status: plugin.StatusPartial, Rows: 1, Error: conflict},
				{ID: "s2", Status: plugin.StatusComplete, Rows: 1},
			}, report.Splits)
			assert.Equal(t, []string{
				"Begin", "Commit brand s0 step 0 last", "Write days 1", "Commit brand s1 step 0",
				"Write days 1", "Commit brand s2 step 0 last", "Finish true",
			}, calls(sink))
			assert.Equal(t, plugin.CallsReport{Requests: 1, Counted: 2}, report.Calls)
		})
	}
}

// endless is a source whose first split has no end and never looks at its context.
type endless struct{ *plugintest.Source }

func (e endless) Read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	if split.ID != "s0" {
		return e.Source.Read(ctx, split, opts)
	}
	return func(yield func(plugin.Batch, error) bool) {
		for i := 0; ; i++ {
			rec := plugintest.Record(days, row("a", i))
			ok := yield(plugin.Batch{Table: "days", Record: rec, Mark: plugin.Mark(fmt.Sprint(i))}, nil)
			rec.Release()
			if !ok {
				return
			}
		}
	}
}

func TestRunStopsASourceThatHasNoEnd(t *testing.T) {
	src := endless{source(nil, script(batch("b", "!")))}
	src.Tolerant = true
	report, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	require.NoError(t, err)
	assert.Equal(t, []plugin.SplitReport{
		{ID: "s0", Status: plugin.StatusPartial, Rows: 1, Error: "source brand, split s0: two different rows of table days share the key id=a"},
		{ID: "s1", Status: plugin.StatusComplete, Rows: 1},
	}, report.Splits)
}

// asked is a source that panics when asked whether it goes on.
type asked struct{ *plugintest.Source }

func (asked) GoesOn() bool { panic("secret") }

func TestRunGuardsWhatItAsks(t *testing.T) {
	src := asked{source(script(batch("a"), rowsOf("days", true, row("a", 2))))}
	_, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	var panicked *plugin.PanicError
	require.ErrorAs(t, err, &panicked)
	assert.Equal(t, "source brand, asked whether it goes on", panicked.What)
	assert.Equal(t, []bool{false}, src.Finished())
}

// TestRunGoesOnLaw: a run of a source that goes on delivers what one after the other would, whatever
// the parallelism and however few rows are proved in memory.
func TestRunGoesOnLaw(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		defer plugin.SetKeyProofLimit(rapid.IntRange(1, 12).Draw(rt, "limit"))()
		src := &plugintest.Source{Schemas: []schema.Table{days, pages, texts}, Properties: "p", Tolerant: true}
		want := map[string][][]string{"days": {}, "pages": {}, "texts": {}}
		known := map[string]string{}
		var status []plugin.Status
		failed := 0
		for s := range rapid.IntRange(1, 8).Draw(rt, "splits") {
			sp := plugintest.Split{ID: fmt.Sprint("s", s)}
			rows, fresh := map[string][][]string{}, map[string]string{}
			commits, lost := 0, false
			steps := rapid.IntRange(0, 5).Draw(rt, "steps")
			for i := range steps + 1 {
				step := plugintest.Step{Mark: i == steps || rapid.Bool().Draw(rt, "mark")}
				if i < steps {
					step.Table = rapid.SampledFrom([]string{"days", "pages", "texts"}).Draw(rt, "table")
				}
				for range rapid.IntRange(0, 3).Draw(rt, "rows") {
					if step.Table == "" {
						break
					}
					key := fmt.Sprint(rapid.IntRange(0, 25).Draw(rt, "key"))
					if step.Table == "texts" {
						step.Rows = append(step.Rows, []any{key})
						rows["texts"] = append(rows["texts"], []string{key})
						continue
					}
					value := 1
					if rapid.IntRange(0, 9).Draw(rt, "other") == 0 {
						value = 2
					}
					step.Rows = append(step.Rows, row(key, value))
					place, text := step.Table+" "+key, fmt.Sprint(value)
					have, ok := known[place]
					if !ok {
						have, ok = fresh[place]
					}
					switch {
					case !ok:
						fresh[place] = text
						rows[step.Table] = append(rows[step.Table], []string{key, text})
					case have != text:
						lost = true
					}
				}
				sp.Steps = append(sp.Steps, step)
				if !step.Mark || lost {
					continue
				}
				commits++
				for table, r := range rows {
					want[table] = append(want[table], r...)
				}
				for k, v := range fresh {
					known[k] = v
				}
				clear(rows)
				clear(fresh)
			}
			src.Script = append(src.Script, sp)
			switch {
			case !lost:
				status = append(status, plugin.StatusComplete)
			case commits > 0:
				status = append(status, plugin.StatusPartial)
			default:
				status = append(status, plugin.StatusFailed)
				failed++
			}
		}
		sink := new(plugintest.Memory)
		defer sink.Release()
		report, err := plugin.Run(context.Background(), one(src), sink,
			plugin.RunOptions{WorkDir: dir, Parallelism: rapid.SampledFrom([]int{1, 2, 16}).Draw(rt, "parallelism")})
		var got []plugin.Status
		for _, s := range report.Splits {
			got = append(got, s.Status)
		}
		require.Equal(rt, status, got)
		if failed == len(status) {
			require.Error(rt, err)
			require.False(rt, errors.Is(err, context.Canceled))
			return
		}
		require.NoError(rt, err)
		for _, table := range []string{"days", "pages", "texts"} {
			require.Equal(rt, want[table], append([][]string{}, sink.Rows(table)...))
			require.EqualValues(rt, len(want[table]), report.Tables[table].Rows)
		}
	})
}

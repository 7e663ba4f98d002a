package plugin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// at is a logical start time with what clocks give and databases do not hold.
var at = noon.Add(1234567891 * time.Nanosecond)

func keptOptions(t *testing.T) plugin.RunOptions {
	opts := options(t)
	opts.Start = at
	return opts
}

// newCalls are the calls of k since the last State.
func newCalls(k *plugintest.Keeper) []string {
	var out []string
	for _, c := range k.Calls() {
		if c.Method == "State" {
			out = nil
			continue
		}
		out = append(out, c.String())
	}
	return out
}

// failAt fails the nth call of a method, from 1.
func failAt(method string, n int, err error) func(plugintest.Call) error {
	return func(c plugintest.Call) error {
		if c.Method == method {
			if n--; n == 0 {
				return err
			}
		}
		return nil
	}
}

func three() *plugintest.Source {
	return source(
		script(batch("a", "!"), batch("b", "!")),
		script(batch("c", "!"), batch("d"), batch("e", "!"), batch("f", "!")),
		script(batch("g", "!")),
	)
}

func TestRunGoesOnFromWhatASinkKeeps(t *testing.T) {
	sink := &plugintest.Keeper{Fault: failAt("Commit", 5, errBroken)}
	_, err := plugin.Run(context.Background(), one(three()), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	assert.Equal(t, []string{
		"Begin", "Claim brand", "Keep brand 2026-10-15T12:00:01.234567Z p",
		"Write days 1", "Commit brand s0 step 0", "Write days 1", "Commit brand s0 step 1 last",
		"Write days 1", "Commit brand s1 step 0", "Write days 1", "Write days 1", "Commit brand s1 step 2",
		"Write days 1", "Commit brand s1 step 3 last", "Finish false",
	}, newCalls(sink))
	sink.Fault = nil
	start := at.Truncate(time.Microsecond)
	unfinished := plugin.State{
		Start: start, Properties: "p", Marks: map[string]plugin.Mark{"s0": "step 1", "s1": "step 2"},
	}
	assert.Equal(t, unfinished, sink.Kept("brand"))

	start, resumes, err := plugin.ResumeStart(context.Background(), sink, []string{"brand"})
	require.NoError(t, err)
	require.True(t, resumes)
	src := three()
	src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		assert.Equal(t, unfinished, req.State)
		assert.Equal(t, start, req.Start)
		return nil
	}
	resumes, err = plugin.Resumes(context.Background(), sink, one(src), start)
	require.NoError(t, err)
	assert.True(t, resumes)
	opts := options(t)
	opts.Start = start
	report, err := plugin.Run(context.Background(), one(src), sink, opts)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s0": "step 1", "s1": "step 2", "s2": ""}, src.Resumed())
	assert.Equal(t, []string{
		"Begin", "Claim brand", "Keep brand 2026-10-15T12:00:01.234567Z p",
		"Commit brand s0 step 1 last", "Write days 1", "Commit brand s1 step 3 last", "Write days 1", "Commit brand s2 step 0 last", "Finish true",
	}, newCalls(sink))
	assert.Equal(t, []string{"a", "b", "c", "d", "e", "f", "g"}, ids(sink.Committed("days")))
	assert.Equal(t, plugin.State{}, sink.Kept("brand"))
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, map[string]plugin.TableReport{"days": {Rows: 2}}, report.Tables, "of this run")
	assert.Equal(t, []plugin.SplitReport{
		{ID: "s0", Status: plugin.StatusComplete}, {ID: "s1", Status: plugin.StatusComplete, Rows: 1}, {ID: "s2", Status: plugin.StatusComplete, Rows: 1},
	}, report.Splits)
	assert.Empty(t, report.Warnings)

	// The next run begins anew.
	src = three()
	_, err = plugin.Run(context.Background(), one(src), sink, opts)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s0": "", "s1": "", "s2": ""}, src.Resumed())
}

// anonymous does not tell what it was asked for.
type anonymous struct{ plugin.Source }

func TestRunGivesAnUnfinishedRunUp(t *testing.T) {
	const before = "the unfinished run of brand of 2026-10-15T12:00:01.234567Z is given up because "
	const after = ": what it had read is read again, where it is still asked for"
	for _, c := range []struct {
		name   string
		change func(*plugintest.Source, *plugin.RunOptions) plugin.Source
		why    string
	}{
		{"other properties", func(s *plugintest.Source, _ *plugin.RunOptions) plugin.Source { s.Properties = "q"; return s }, "its properties changed"},
		{"other start", func(s *plugintest.Source, o *plugin.RunOptions) plugin.Source { o.Start = noon; return s }, "this run has another logical start time, 2026-10-15T12:00:00Z"},
		{"anonymous", func(s *plugintest.Source, _ *plugin.RunOptions) plugin.Source { return anonymous{s} }, "the source does not tell whether its properties are the same"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sink := new(plugintest.Keeper)
			say := say(plugin.Reached{Key: "k", Value: json.RawMessage("1")})
			src := three()
			src.Script = []plugintest.Split{{ID: "s0", Key: "k", Steps: script(plugintest.Step{Do: say, Mark: true})}}
			_, err := plugin.Run(context.Background(), one(src), sink, keptOptions(t))
			require.NoError(t, err)
			src = three()
			src.Script[0].Key, src.Script[0].Steps[0].Do = "k", say
			sink.Fault = failAt("Commit", 2, errBroken)
			_, err = plugin.Run(context.Background(), one(src), sink, keptOptions(t))
			require.ErrorIs(t, err, errBroken)
			sink.Fault = nil
			require.NotEmpty(t, sink.Kept("brand").Coming)
			require.NotEmpty(t, sink.Kept("brand").Marks)

			src = three()
			reached := map[string]json.RawMessage{"k": json.RawMessage("1")}
			src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
				assert.Equal(t, plugin.State{Reached: reached}, req.State)
				return errBroken
			}
			opts := keptOptions(t)
			inputs := one(c.change(src, &opts))
			resumes, err := plugin.Resumes(context.Background(), sink, inputs, opts.Start)
			require.NoError(t, err)
			assert.False(t, resumes)
			_, err = plugin.Run(context.Background(), inputs, sink, opts)
			require.ErrorIs(t, err, errBroken)
			assert.NotEmpty(t, sink.Kept("brand").Marks, "a run that could not be planned takes nothing away")
			src.OnPlan = nil
			report, err := plugin.Run(context.Background(), inputs, sink, opts)
			require.NoError(t, err)
			assert.Equal(t, []string{before + c.why + after}, report.Warnings)
			assert.Equal(t, plugin.StatusComplete, report.Status)
			assert.Equal(t, map[string]plugin.Mark{"s0": "", "s1": "", "s2": ""}, src.Resumed())
			assert.Equal(t, []string{"a", "b", "c", "d", "e", "f", "g"}, ids(sink.Committed("days")))
			assert.Equal(t, plugin.State{Reached: reached}, sink.Kept("brand"))

			// Where nothing was committed there is nothing to give up.
			sink.Fault = fails("Commit", errBroken)
			_, err = plugin.Run(context.Background(), one(three()), sink, keptOptions(t))
			require.ErrorIs(t, err, errBroken)
			sink.Fault = nil
			require.False(t, sink.Kept("brand").Start.IsZero())
			src = three()
			opts = keptOptions(t)
			report, err = plugin.Run(context.Background(), one(c.change(src, &opts)), sink, opts)
			require.NoError(t, err)
			assert.Empty(t, report.Warnings)
		})
	}
}

func TestRunTakesTheStateItIsGiven(t *testing.T) {
	sink := &plugintest.Keeper{Fault: failAt("Commit", 2, errBroken)}
	_, err := plugin.Run(context.Background(), one(three()), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	sink.Fault = nil
	src := three()
	opts := keptOptions(t)
	opts.State = map[string]plugin.State{"brand": {Marks: map[string]plugin.Mark{"s1": "step 2"}}}
	inputs := []plugin.Input{{Name: "brand", Source: src}, {Name: "other", Source: source()}}
	_, err = plugin.Run(context.Background(), inputs, sink, opts)
	require.NoError(t, err)
	assert.Equal(t, map[string]plugin.Mark{"s0": "", "s1": "step 2", "s2": ""}, src.Resumed())
	var asked []string
	for _, c := range sink.Calls() {
		if c.Method == "State" {
			asked = append(asked, c.Input)
		}
	}
	assert.Equal(t, []string{"brand", "other"}, asked, "brand once, by the first run")
}

func TestRunWithAKeeperFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(plugintest.Call) error
		want  string
		calls []string
	}{
		{"state", fails("State", plugin.Userf("no such server")), "no such server", nil},
		{"keep", fails("Keep", errBroken), "broken", []string{"Begin", "Claim brand", "Keep brand 2026-10-15T12:00:01.234567Z p", "Finish false"}},
		{"keep panics", func(c plugintest.Call) error {
			if c.Method == "Keep" {
				panic("secret")
			}
			return nil
		}, "the sink: panic with a value of type string at resume_test.go:NN; this is a bug", []string{"Begin", "Claim brand", "Keep brand 2026-10-15T12:00:01.234567Z p", "Finish false"}},
		{"state panics", func(c plugintest.Call) error {
			if c.Method == "State" {
				panic("secret")
			}
			return nil
		}, "the sink: panic with a value of type string at resume_test.go:NN; this is a bug", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			sink := &plugintest.Keeper{Fault: c.fault}
			src := three()
			report, err := plugin.Run(context.Background(), one(src), sink, keptOptions(t))
			require.Error(t, err)
			assert.Equal(t, c.want, withoutLines(err.Error()))
			assert.Equal(t, plugin.StatusFailed, report.Status)
			assert.Equal(t, c.calls, newCalls(sink))
			assert.Equal(t, []bool{false}, src.Finished())
			assert.Empty(t, src.Resumed())
		})
	}
}

// nameless panics when asked what it was asked for.
type nameless struct{ *plugintest.Source }

func (nameless) Hash() string { panic("secret") }

func TestRunGuardsTheHash(t *testing.T) {
	inputs := one(nameless{three()})
	_, err := plugin.Run(context.Background(), inputs, new(plugintest.Keeper), keptOptions(t))
	var panicked *plugin.PanicError
	require.ErrorAs(t, err, &panicked)
	assert.Equal(t, "source brand, telling what it was asked for", panicked.What)
	_, err = plugin.Resumes(context.Background(), new(plugintest.Keeper), inputs, at)
	require.ErrorAs(t, err, &panicked)
}

func TestRunIsStoppedWhileItAsksForState(t *testing.T) {
	cause := errors.New("the user said stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	sink := &plugintest.Keeper{Fault: func(plugintest.Call) error { cancel(cause); return ctx.Err() }}
	_, err := plugin.Run(ctx, one(three()), sink, keptOptions(t))
	require.EqualError(t, err, "the run was stopped: the user said stop")
}

func TestResumeStart(t *testing.T) {
	ctx := context.Background()
	other := at.Add(time.Hour)
	marks := map[string]plugin.Mark{"s": "m"}
	for _, c := range []struct {
		name   string
		states states
		want   time.Time
	}{
		{"nothing", nil, time.Time{}},
		{"finished", states{"a": {Reached: map[string]json.RawMessage{"k": nil}}}, time.Time{}},
		{"one of two", states{"b": {Start: at, Marks: marks}}, at},
		{"both", states{"a": {Start: at, Marks: marks}, "b": {Start: at.In(time.FixedZone("", 3600)), Marks: marks}}, at},
		{"without marks", states{"a": {Start: at}}, time.Time{}},
		{"one without marks", states{"a": {Start: other}, "b": {Start: at, Marks: marks}}, at},
		{"not agreed", states{"a": {Start: other, Marks: marks}, "b": {Start: at, Marks: marks}}, time.Time{}},
		{"of another input", states{"c": {Start: other, Marks: marks}}, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			start, resumes, err := plugin.ResumeStart(ctx, c.states, []string{"a", "b"})
			require.NoError(t, err)
			assert.True(t, c.want.Equal(start), start)
			assert.Equal(t, !c.want.IsZero(), resumes)
		})
	}
	broken := &plugintest.Keeper{Fault: fails("State", errBroken)}
	_, _, err := plugin.ResumeStart(ctx, broken, []string{"a"})
	require.ErrorIs(t, err, errBroken)
	_, err = plugin.Resumes(ctx, broken, one(three()), at)
	require.ErrorIs(t, err, errBroken)

	// One of several inputs that goes on is enough; a start as a clock gives it is the one that was kept.
	kept := states{"b": {Start: at.Truncate(time.Microsecond), Properties: "p", Marks: marks}}
	inputs := []plugin.Input{{Name: "a", Source: three()}, {Name: "b", Source: three()}}
	resumes, err := plugin.Resumes(ctx, kept, inputs, at)
	require.NoError(t, err)
	assert.True(t, resumes)
	resumes, err = plugin.Resumes(ctx, kept, inputs[:1], at)
	require.NoError(t, err)
	assert.False(t, resumes)
}

// states are a keeper that is only asked.
type states map[string]plugin.State

func (s states) State(_ context.Context, name string) (plugin.State, error) { return s[name], nil }
func (states) Begin(context.Context, []schema.Table) error                  { panic("not asked") }
func (states) SpoolDir(string) string                                       { return "" }
func (states) Claim(context.Context, []string) error                        { panic("not asked") }
func (states) Settle(context.Context) (bool, error)                         { panic("not asked") }
func (states) Keep(context.Context, []plugin.KeptRun) error                 { panic("not asked") }
func (states) Write(context.Context, plugin.Batch) error                    { panic("not asked") }
func (states) Commit(context.Context, plugin.Position) error                { panic("not asked") }
func (states) Abort(context.Context) error                                  { panic("not asked") }
func (states) Finish(context.Context, bool) error                           { panic("not asked") }

// TestRunAcrossHalves: what a run that was interrupted knows of the rows before that.
func TestRunAcrossHalves(t *testing.T) {
	half := func(value int) (*plugintest.Keeper, *plugin.Report) {
		src := func() *plugintest.Source {
			return source(script(batch("a", "!")), script(batch("b", "!"), plugintest.Step{Table: "days", Rows: [][]any{row("a", value)}, Mark: true}))
		}
		sink := &plugintest.Keeper{Fault: failAt("Commit", 2, errBroken)}
		_, err := plugin.Run(context.Background(), one(src()), sink, keptOptions(t))
		require.ErrorIs(t, err, errBroken)
		sink.Fault = nil
		report, err := plugin.Run(context.Background(), one(src()), sink, keptOptions(t))
		require.NoError(t, err)
		return sink, report
	}
	sink, report := half(1)
	assert.Equal(t, [][]string{{"a", "1"}, {"b", "1"}}, sink.Committed("days"), "an equal row changes nothing")
	assert.Equal(t, map[string]plugin.TableReport{"days": {Rows: 2}}, report.Tables)
	sink, _ = half(2)
	assert.Equal(t, [][]string{{"a", "2"}, {"b", "1"}}, sink.Committed("days"), "another row is not noticed")
}

func ExampleResumeStart() {
	ctx := context.Background()
	sink := new(plugintest.Keeper) // a database in real life
	open := func(start time.Time) []plugin.Input {
		return one(source(script(batch("2026-10-14", "!")), script(batch("2026-10-15", "!")))) // of plugin.Open, with Options.Start
	}
	read := func(now time.Time) {
		start, resumes, err := plugin.ResumeStart(ctx, sink, []string{"brand"})
		if err != nil {
			fmt.Println(err)
			return
		}
		if !resumes {
			start = now
		}
		inputs := open(start)
		if resumes {
			if resumes, err = plugin.Resumes(ctx, sink, inputs, start); err == nil && !resumes {
				for _, in := range inputs {
					_ = in.Source.Finish(ctx, false)
				}
				inputs, start = open(now), now
			}
		}
		report, err := plugin.Run(ctx, inputs, sink, plugin.RunOptions{Start: start})
		fmt.Println(start.Format(time.DateOnly), "rows:", report.Tables["days"].Rows, "error:", err)
	}
	monday := time.Date(2026, 10, 12, 6, 0, 0, 0, time.UTC)
	sink.Fault = failAt("Commit", 2, errors.New("the server has gone away"))
	read(monday)
	sink.Fault = nil
	read(monday.AddDate(0, 0, 1))
	read(monday.AddDate(0, 0, 1))
	// Output:
	// 2026-10-12 rows: 1 error: the server has gone away
	// 2026-10-12 rows: 1 error: <nil>
	// 2026-10-13 rows: 2 error: <nil>
}

func TestRunWhoseKeeperLeaves(t *testing.T) {
	sink := &plugintest.Keeper{Fault: func(c plugintest.Call) error {
		if c.Method == "Keep" {
			runtime.Goexit()
		}
		return nil
	}}
	src := three()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = plugin.Run(context.Background(), one(src), sink, keptOptions(t))
	}()
	<-done
	assert.Equal(t, []string{"Begin", "Claim brand", "Keep brand 2026-10-15T12:00:01.234567Z p", "Finish false"}, newCalls(sink))
	assert.Equal(t, []bool{false}, src.Finished())
	assert.Equal(t, plugin.State{}, sink.Kept("brand"))
}

package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

var (
	days = schema.Table{Name: "days", Key: []string{"id"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
	texts = schema.Table{Name: "texts", Columns: []schema.Column{
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
	}}
	noon = time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC)
)

// row is a row of days, named after its place.
func row(id string, value any) []any { return []any{id, value} }

// batch is a step of days with one row an id; a trailing "!" marks it.
func batch(ids ...string) plugintest.Step {
	s := plugintest.Step{Table: "days"}
	for _, id := range ids {
		if id == "!" {
			s.Mark = true
			continue
		}
		s.Rows = append(s.Rows, row(id, 1))
	}
	return s
}

func script(steps ...plugintest.Step) []plugintest.Step { return steps }

// source is a script over days, with the splits s0, s1 …
func source(splits ...[]plugintest.Step) *plugintest.Source {
	s := &plugintest.Source{Schemas: []schema.Table{days}, Properties: "p"}
	for i, steps := range splits {
		s.Script = append(s.Script, plugintest.Split{ID: fmt.Sprintf("s%d", i), Steps: steps})
	}
	return s
}

func one(s plugin.Source) []plugin.Input { return []plugin.Input{{Name: "brand", Source: s}} }

func options(t *testing.T) plugin.RunOptions {
	return plugin.RunOptions{Clock: clock.NewFake(noon), WorkDir: t.TempDir()}
}

func calls(m *plugintest.Memory) []string {
	var out []string
	for _, c := range m.Calls() {
		out = append(out, c.String())
	}
	return out
}

func ids(rows [][]string) []string {
	out := []string{}
	for _, r := range rows {
		out = append(out, r[0])
	}
	return out
}

func TestRunDelivers(t *testing.T) {
	src := source(
		script(batch("a"), batch("b", "c", "!"), batch("d", "!")),
		script(plugintest.Step{Mark: true}),
		script(batch("e", "!"), plugintest.Step{Mark: true}),
	)
	sink := new(plugintest.Memory)
	defer sink.Release()
	opts := options(t)

	report, err := plugin.Run(context.Background(), one(src), sink, opts)

	require.NoError(t, err)
	assert.Equal(t, []string{
		"Begin",
		"Write days 1", "Write days 2", "Commit brand s0 step 1", "Write days 1", "Commit brand s0 step 2 last",
		"Commit brand s1 step 0 last",
		"Write days 1", "Commit brand s2 step 0", "Commit brand s2 step 1 last",
		"Finish true",
	}, calls(sink))
	assert.Equal(t, []schema.Table{days}, sink.Tables())
	assert.Equal(t, []string{"a", "b", "c", "d", "e"}, ids(sink.Rows("days")))
	assert.Equal(t, []bool{true}, src.Finished())
	text, err := json.Marshal(report)
	require.NoError(t, err)
	assert.JSONEq(t, `{"status":"complete","tables":{"days":{"rows":5,"duplicates":0}},
		"calls":{"requests":0,"counted":0,"retries":0,"wait_seconds":0,"bytes":0},"skipped":[],
		"splits":[{"id":"s0","status":"complete","rows":4},{"id":"s1","status":"complete","rows":0},
			{"id":"s2","status":"complete","rows":1}]}`, string(text))
	left, err := os.ReadDir(opts.WorkDir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestRunWithoutSplits(t *testing.T) {
	src := source()
	sink := new(plugintest.Memory)
	report, err := plugin.Run(context.Background(), one(src), sink, options(t))
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, map[string]plugin.TableReport{"days": {}}, report.Tables)
	assert.Equal(t, []string{"Begin", "Finish true"}, calls(sink))
	assert.Equal(t, []bool{true}, src.Finished())
}

// manyInputs are three inputs of different lengths, with batches of two tables, marks and notes.
func manyInputs() []plugin.Input {
	var inputs []plugin.Input
	for in, splits := range []int{7, 1, 23} {
		src := &plugintest.Source{Schemas: []schema.Table{days, texts}, Properties: "p"}
		for sp := range splits {
			var steps []plugintest.Step
			for b := range sp%4 + 1 {
				id := fmt.Sprintf("%d-%d-%d", in, sp, b)
				steps = append(steps,
					plugintest.Step{Table: "texts", Rows: [][]any{{"text of " + id}, {nil}}, Mark: sp%3 == 0},
					plugintest.Step{Table: "days", Rows: [][]any{row(id, sp), row(id+"x", nil), row(id, sp)}, Mark: b%2 == 1, Do: say(
						plugin.Skipped{Metric: "reach", Reason: "no_data", Object: id, Count: 2, From: fmt.Sprintf("2026-10-%02d", sp+1), To: fmt.Sprintf("2026-10-%02d", sp+1)},
						plugin.Calls{Requests: 1, Counted: 3, Retries: 1, Wait: 1500 * time.Millisecond, Bytes: 100},
						plugin.Warning{Text: fmt.Sprintf("warning %d", sp%2)},
					)})
			}
			steps = append(steps, plugintest.Step{Mark: true})
			src.Script = append(src.Script, plugintest.Split{ID: fmt.Sprintf("s%d", sp), Steps: steps})
		}
		inputs = append(inputs, plugin.Input{Name: fmt.Sprintf("in%d", in), Source: src})
	}
	return inputs
}

// say is a step's Do that sends notes.
func say(notes ...plugin.Note) func(context.Context, func(plugin.Note)) error {
	return func(_ context.Context, send func(plugin.Note)) error {
		for _, n := range notes {
			send(n)
		}
		return nil
	}
}

func TestRunIsTheSameWhateverTheParallelism(t *testing.T) {
	result := func(parallelism int) (log []string, data []byte, report string) {
		sink := new(plugintest.Memory)
		defer sink.Release()
		opts := options(t)
		opts.Parallelism = parallelism
		r, err := plugin.Run(context.Background(), manyInputs(), sink, opts)
		require.NoError(t, err)
		var b bytes.Buffer
		for _, table := range []schema.Table{days, texts} {
			w := ipc.NewWriter(&b, ipc.WithSchema(table.Arrow()))
			for _, rec := range sink.Records(table.Name) {
				require.NoError(t, w.Write(rec))
			}
			require.NoError(t, w.Close())
		}
		text, err := json.Marshal(r)
		require.NoError(t, err)
		return calls(sink), b.Bytes(), string(text)
	}
	log1, data1, report1 := result(1)
	for range 5 {
		log, data, report := result(16)
		assert.Equal(t, log1, log)
		assert.True(t, bytes.Equal(data1, data), "the bytes differ")
		assert.Equal(t, report1, report)
	}
	assert.Contains(t, report1, `"calls":{"requests":73,"counted":219,"retries":73,"wait_seconds":109.5,"bytes":7300}`)
	assert.Contains(t, report1, `"skipped":[{"metric":"reach","reason":"no_data","count":146,"objects":["0-0-0","0-1-0","0-1-1",`)
	assert.Contains(t, report1, `"from":"2026-10-01","to":"2026-10-23"`)
	assert.Contains(t, report1, `"warnings":["warning 0","warning 1"]`)
}

func TestRunReadsInputsSideBySide(t *testing.T) {
	// Two workers, two inputs: the second input's first split is read while the first's waits for it.
	met := make(chan struct{})
	wait := func(ctx context.Context, _ func(plugin.Note)) error {
		select {
		case <-met:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	first := source(script(plugintest.Step{Do: wait, Mark: true}), script(plugintest.Step{Mark: true}))
	second := source(script(plugintest.Step{Do: func(context.Context, func(plugin.Note)) error { close(met); return nil }, Mark: true}))
	opts := options(t)
	opts.Parallelism = 2
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "a", Source: first}, {Name: "b", Source: second}},
		new(plugintest.Memory), opts)
	require.NoError(t, err)
	assert.Equal(t, []plugin.SplitReport{
		{Source: "a", ID: "s0", Status: plugin.StatusComplete},
		{Source: "a", ID: "s1", Status: plugin.StatusComplete},
		{Source: "b", ID: "s0", Status: plugin.StatusComplete},
	}, report.Splits)
}

func TestRunResumes(t *testing.T) {
	src := source(
		script(batch("a", "!"), batch("b", "!"), batch("c", "!")),
		script(batch("d", "!")),
		script(batch("e", "!"), batch("f", "!")),
	)
	var state plugin.State
	src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		state = req.State
		assert.Equal(t, noon, req.Start)
		assert.Equal(t, noon, req.Now)
		return nil
	}
	sink := new(plugintest.Memory)
	defer sink.Release()
	opts := options(t)
	marks := map[string]plugin.Mark{"s0": plugintest.StepMark(0), "s1": plugintest.StepMark(0)}
	opts.State = map[string]plugin.State{"brand": {Marks: marks}, "other": {}}
	report, err := plugin.Run(context.Background(), one(src), sink, opts)
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, marks, state.Marks)
	assert.Equal(t, map[string]plugin.Mark{"s0": "step 0", "s1": "step 0", "s2": ""}, src.Resumed())
	assert.Equal(t, []string{
		"Begin", "Write days 1", "Commit brand s0 step 1", "Write days 1", "Commit brand s0 step 2 last",
		"Commit brand s1 step 0 last", // nothing was left of it
		"Write days 1", "Commit brand s2 step 0", "Write days 1", "Commit brand s2 step 1 last", "Finish true",
	}, calls(sink))
}

func TestRunMakesTheSinksWorkFolder(t *testing.T) {
	work := filepath.Join(t.TempDir(), "beside", "work")
	src := source(script(batch("a"), plugintest.Step{Mark: true, Do: func(context.Context, func(plugin.Note)) error {
		_, err := os.Stat(work)
		return err
	}}))
	_, err := plugin.Run(context.Background(), one(src), &plugintest.Memory{Work: work}, plugin.RunOptions{})
	require.NoError(t, err)
	assert.NoDirExists(t, work)
	assert.DirExists(t, filepath.Dir(work))
}

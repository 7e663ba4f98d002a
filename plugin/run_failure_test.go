package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

var errBroken = errors.New("broken")

func fails(method string, err error) func(plugintest.Call) error {
	return func(c plugintest.Call) error {
		if c.Method == method {
			return err
		}
		return nil
	}
}

func do(f func()) func(context.Context, func(plugin.Note)) error {
	return func(context.Context, func(plugin.Note)) error { f(); return nil }
}

// bad is a source that yields one batch as it is.
type bad struct {
	*plugintest.Source
	batch plugin.Batch
}

func (b *bad) Read(context.Context, plugin.Split, plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) { yield(b.batch, nil) }
}

func TestRunFails(t *testing.T) {
	good := script(batch("a", "!"))
	renamed := days
	renamed.Columns = append([]schema.Column{{Name: "other", Type: arrow.BinaryTypes.String}}, days.Columns[1:]...)
	renamed.Key = nil
	nullable := days
	nullable.Columns = append([]schema.Column{{Name: "id", Type: arrow.BinaryTypes.String, Nullable: true}}, days.Columns[1:]...)
	yields := func(table string, rec arrow.Record) plugin.Source {
		return &bad{source(good), plugin.Batch{Table: table, Record: rec, Mark: "m"}}
	}
	for _, c := range []struct {
		name   string
		source plugin.Source
		fault  func(plugintest.Call) error
		want   string
		calls  []string
	}{
		{
			name: "plan", source: &plugintest.Source{Schemas: []schema.Table{days}, PlanErr: errBroken},
			want: "broken", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "plan panics", source: &plugintest.Source{Schemas: []schema.Table{days}, OnPlan: func(context.Context, plugin.PlanRequest) error { panic("secret") }},
			want: "source brand, planning: panic with a value of type string at run_failure_test.go:NN; this is a bug", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "plan leaves", source: &plugintest.Source{Schemas: []schema.Table{days}, OnPlan: func(context.Context, plugin.PlanRequest) error { runtime.Goexit(); return nil }},
			want: "the run's goroutine was left before the run had ended", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "two splits of one name", source: &plugintest.Source{Schemas: []schema.Table{days}, Script: []plugintest.Split{{ID: "x"}, {ID: "x"}}},
			want: "source brand planned two splits called x; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "split without ID", source: &plugintest.Source{Schemas: []schema.Table{days}, Script: []plugintest.Split{{}}},
			want: "source brand planned a split without an ID; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "read", source: source(script(batch("a"), plugintest.Step{Err: errBroken})),
			want: "broken", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "read panics", source: source(script(batch("a"), plugintest.Step{Do: do(func() { panic(errBroken) })})),
			want: "source brand, reading split s0: panic with a value of type *errors.errorString at run_failure_test.go:NN; this is a bug", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "read leaves", source: source(script(batch("a"), plugintest.Step{Do: do(runtime.Goexit)})),
			want: "the run's goroutine was left before the run had ended", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "no mark", source: source(script(batch("a"))),
			want: "source brand, split s0: the last batch carries no mark; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "no batch", source: source(nil),
			want: "source brand, split s0: the last batch carries no mark; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "unknown table", source: yields("months", plugintest.Record(days)),
			want: `source brand, split s0: a batch of table "months", which is not announced; this is a bug of the source`, calls: []string{"Begin", "Finish false"},
		},
		{
			name: "other columns", source: yields("days", plugintest.Record(texts)),
			want: "source brand, split s0: a batch of table days has 1 columns, 2 are announced; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "other name", source: yields("days", plugintest.Record(renamed)),
			want: "source brand, split s0: column 1 of a batch of table days is called other, id is announced; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "null", source: yields("days", plugintest.Record(nullable, row("a", 1), []any{nil, 1})),
			want: "source brand, split s0: column id of a batch of table days holds a null, which it may not; this is a bug of the source", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "begin", source: source(good), fault: fails("Begin", plugin.Userf("no room")),
			want: "no room", calls: []string{"Begin", "Finish false"},
		},
		{
			name: "write", source: source(good), fault: fails("Write", errBroken),
			want: "broken", calls: []string{"Begin", "Write days 1", "Abort", "Finish false"},
		},
		{
			name: "commit", source: source(good), fault: fails("Commit", errBroken),
			want: "broken", calls: []string{"Begin", "Write days 1", "Commit brand s0 step 0 last", "Finish false"},
		},
		{
			name: "finish of the sink", source: source(good), fault: fails("Finish", errBroken),
			want: "broken", calls: []string{"Begin", "Write days 1", "Commit brand s0 step 0 last", "Finish true"},
		},
		{
			name: "sink panics", source: source(good), fault: func(c plugintest.Call) error {
				if c.Method == "Write" {
					panic("secret")
				}
				return nil
			},
			want: "the sink: panic with a value of type string at run_failure_test.go:NN; this is a bug", calls: []string{"Begin", "Write days 1", "Abort", "Finish false"},
		},
		{
			name: "key", source: source(script(batch("a", "!"), batch("b"), plugintest.Step{Table: "days", Rows: [][]any{row("c", 2), row("a", 2)}, Mark: true})),
			want:  "source brand, split s0: two different rows of table days share the key id=a",
			calls: []string{"Begin", "Write days 1", "Commit brand s0 step 0", "Write days 1", "Abort", "Finish false"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			sink := &plugintest.Memory{Fault: c.fault}
			defer sink.Release()
			opts := options(t)
			report, err := plugin.Run(context.Background(), one(c.source), sink, opts)
			require.Error(t, err)
			assert.Equal(t, c.want, withoutLines(err.Error()))
			assert.NotContains(t, err.Error(), "secret")
			assert.Equal(t, plugin.StatusFailed, report.Status)
			assert.Equal(t, err.Error(), report.Error)
			assert.Equal(t, c.calls, calls(sink))
			left, err := os.ReadDir(opts.WorkDir)
			require.NoError(t, err)
			assert.Empty(t, left)
			finished := c.source.(interface{ Finished() []bool }).Finished()
			assert.Equal(t, []bool{false}, finished)
		})
	}
}

// withoutLines replaces the line after a file name.
func withoutLines(s string) string {
	before, after, ok := strings.Cut(s, "_test.go:")
	if !ok {
		return s
	}
	return before + "_test.go:NN" + strings.TrimLeft(after, "0123456789")
}

func TestRunRefusesBadInputs(t *testing.T) {
	invalid := func(name string) *plugintest.Source {
		return &plugintest.Source{Schemas: []schema.Table{days}, Failures: []plugin.Failure{
			plugin.Fail(name+" is wrong.", "Mend it.").On("x"), plugin.Fail(name+" is wrong, too.", ""),
		}}
	}
	wide := days
	wide.Columns = append(append([]schema.Column{}, days.Columns...), schema.Column{Name: "more", Type: arrow.BinaryTypes.String})
	long := &plugintest.Source{Schemas: []schema.Table{wide}}
	typed := days
	typed.Columns = []schema.Column{days.Columns[0], {Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}
	strict := days
	strict.Columns = []schema.Column{days.Columns[0], {Name: "value", Type: arrow.PrimitiveTypes.Int64}}
	keyless := days
	keyless.Key = nil
	swapped := days
	swapped.Columns = []schema.Column{days.Columns[1], days.Columns[0]}
	with := func(t schema.Table) *plugintest.Source { return &plugintest.Source{Schemas: []schema.Table{t}} }
	stage := func(name string) []plugin.Cause {
		return []plugin.Cause{{Attributes: []plugin.Attribute{{Name: "stage", Value: name}}}}
	}
	join := func(difference string) []plugin.Failure {
		return []plugin.Failure{{
			Message:          "Table days of source b cannot be joined with that of source a: " + difference + ".",
			CorrectiveAction: "Let the sources ask for the same columns, or read them in runs of their own.", Causes: stage("b"),
		}}
	}
	type named struct {
		name   string
		source *plugintest.Source
	}
	for _, c := range []struct {
		name   string
		inputs []named
		want   []plugin.Failure
	}{
		{"one", []named{{"a", invalid("A")}}, []plugin.Failure{
			plugin.Fail("A is wrong.", "Mend it.").On("x"), plugin.Fail("A is wrong, too.", ""),
		}},
		{"all at once", []named{{"a", invalid("A")}, {"b", source()}, {"c", invalid("C")}, {"d", long}}, append([]plugin.Failure{
			plugin.Fail("A is wrong.", "Mend it.").On("x").AtStage("a"), plugin.Fail("A is wrong, too.", "").AtStage("a"),
			plugin.Fail("C is wrong.", "Mend it.").On("x").AtStage("c"), plugin.Fail("C is wrong, too.", "").AtStage("c"),
		}, plugin.Failure{
			Message:          "Table days of source d cannot be joined with that of source b: only d has more.",
			CorrectiveAction: "Let the sources ask for the same columns, or read them in runs of their own.", Causes: stage("d"),
		})},
		{"one name", []named{{"a", source()}, {"b", source()}, {"a", source()}}, []plugin.Failure{
			plugin.Fail(`Two sources of this run are called "a".`, "Give each source a referenceName of its own.").On("referenceName").AtStage("a"),
		}},
		{"type", []named{{"a", source()}, {"b", with(typed)}}, join("value is int64 in a and float64 in b")},
		{"nulls", []named{{"a", source()}, {"b", with(strict)}}, join("value may be null only in a")},
		{"key", []named{{"a", source()}, {"b", with(keyless)}}, join("the key is id in a and none in b")},
		{"order", []named{{"a", source()}, {"b", with(swapped)}}, join("the columns are in different orders")},
		{
			"tables",
			[]named{{"a", source()}, {"b", &plugintest.Source{TablesErr: &plugin.InvalidError{Failures: []plugin.Failure{plugin.Fail("No.", "")}}}}},
			[]plugin.Failure{plugin.Fail("No.", "").AtStage("b")},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var inputs []plugin.Input
			for _, in := range c.inputs {
				inputs = append(inputs, plugin.Input{Name: in.name, Source: in.source})
			}
			sink := new(plugintest.Memory)
			report, err := plugin.Run(context.Background(), inputs, sink, options(t))
			var got *plugin.InvalidError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, c.want, got.Failures)
			assert.Equal(t, plugin.StatusFailed, report.Status)
			assert.Empty(t, sink.Calls())
			for _, in := range inputs {
				assert.Equal(t, []bool{false}, in.Source.(*plugintest.Source).Finished(), in.Name)
			}
		})
	}
}

func TestInputTables(t *testing.T) {
	a, b := source(), source()
	a.Failures = []plugin.Failure{plugin.Fail("The token is missing.", "")}
	b.Schemas = []schema.Table{texts, days}
	got, err := plugin.InputTables([]plugin.Input{{Name: "a", Source: a}, {Name: "b", Source: b}})
	require.NoError(t, err, "it asks only for what decides the schema")
	assert.Equal(t, []schema.Table{days, texts}, got)
	_, err = plugin.InputTables([]plugin.Input{{Name: "a", Source: a}, {Name: "a", Source: b}})
	assert.EqualError(t, err, `referenceName: Two sources of this run are called "a". Give each source a referenceName of its own.`)
	a.TablesErr = plugin.ErrSchemaUnknown
	_, err = plugin.InputTables([]plugin.Input{{Name: "a", Source: a}, {Name: "b", Source: b}})
	require.ErrorIs(t, err, plugin.ErrSchemaUnknown)
	assert.Empty(t, a.Finished())
}

func TestRunRefusesWhatIsNoInput(t *testing.T) {
	_, err := plugin.Run(context.Background(), nil, new(plugintest.Memory), options(t))
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.EqualError(t, err, "there is nothing to read: give at least one source")

	_, err = plugin.Run(context.Background(), []plugin.Input{{Name: "a"}}, new(plugintest.Memory), options(t))
	assert.EqualError(t, err, "input 1 (a) has no source")

	unknown := &plugintest.Source{TablesErr: plugin.ErrSchemaUnknown}
	_, err = plugin.Run(context.Background(), one(unknown), new(plugintest.Memory), options(t))
	require.ErrorIs(t, err, plugin.ErrSchemaUnknown)

	twice := &plugintest.Source{Schemas: []schema.Table{days, days}}
	_, err = plugin.Run(context.Background(), one(twice), new(plugintest.Memory), options(t))
	assert.EqualError(t, err, "source brand names table days twice; this is a bug of the source")

	nameless := &plugintest.Source{Schemas: []schema.Table{{}}}
	_, err = plugin.Run(context.Background(), one(nameless), new(plugintest.Memory), options(t))
	assert.EqualError(t, err, "source brand: a table without a name; this is a bug of the source")

	decimal := days
	decimal.Columns = []schema.Column{days.Columns[0], {Name: "value", Type: &arrow.Decimal128Type{Precision: 5}}}
	_, err = plugin.Run(context.Background(), one(&plugintest.Source{Schemas: []schema.Table{decimal}}), new(plugintest.Memory), options(t))
	assert.EqualError(t, err, "table days: column value is decimal(5, 0), which rows with a key cannot hold")
}

func TestRunWithoutRoomToWork(t *testing.T) {
	blocker := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocker, nil, 0o600))
	src, sink := source(script(batch("a", "!"))), new(plugintest.Memory)
	report, err := plugin.Run(context.Background(), one(src), sink, plugin.RunOptions{WorkDir: filepath.Join(blocker, "work")})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.Contains(t, err.Error(), "the work folder cannot be made: ")
	assert.Equal(t, plugin.StatusFailed, report.Status)
	assert.Equal(t, []string{"Begin", "Finish false"}, calls(sink))
	assert.Equal(t, []bool{false}, src.Finished())
}

func TestRunWhoseWorkFolderGoes(t *testing.T) {
	opts := options(t)
	opts.Parallelism = 1
	src := source(script(batch("a"), plugintest.Step{Table: "days", Rows: [][]any{row("b", 1)}, Mark: true, Do: func(context.Context, func(plugin.Note)) error {
		runs, err := filepath.Glob(filepath.Join(opts.WorkDir, "igsource-run-*", "*.spool"))
		if err != nil {
			return err
		}
		for _, r := range runs {
			err = errors.Join(err, os.Remove(r))
		}
		return err
	}}))
	sink := new(plugintest.Memory)
	_, err := plugin.Run(context.Background(), one(src), sink, opts)
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.Contains(t, err.Error(), "the work folder cannot hold what was read: ")
	assert.Equal(t, []string{"Begin", "Finish false"}, calls(sink))
}

func TestRunPartial(t *testing.T) {
	lost := &plugin.SplitError{Err: errBroken}
	for _, c := range []struct {
		name   string
		splits [][]plugintest.Step
		status plugin.Status
		err    string
		calls  []string
		want   []plugin.SplitReport
	}{
		{
			"one of two",
			[][]plugintest.Step{
				script(batch("a", "!"), batch("b"), plugintest.Step{Err: lost}), script(batch("c", "!")),
			},
			plugin.StatusPartial, "",
			[]string{"Begin", "Write days 1", "Commit brand s0 step 0", "Write days 1", "Commit brand s1 step 0 last", "Finish true"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusPartial, Rows: 1, Error: "broken"}, {ID: "s1", Status: plugin.StatusComplete, Rows: 1}},
		},
		{
			"nothing of one",
			[][]plugintest.Step{
				script(batch("a"), plugintest.Step{Err: fmt.Errorf("account 1: %w", lost)}), script(batch("c", "!")),
			},
			plugin.StatusPartial, "",
			[]string{"Begin", "Write days 1", "Commit brand s1 step 0 last", "Finish true"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusFailed, Error: "account 1: broken"}, {ID: "s1", Status: plugin.StatusComplete, Rows: 1}},
		},
		{
			"parts of all",
			[][]plugintest.Step{
				script(batch("a", "!"), plugintest.Step{Err: lost}), script(batch("b", "!"), plugintest.Step{Err: lost}),
			},
			plugin.StatusPartial, "",
			[]string{"Begin", "Write days 1", "Commit brand s0 step 0", "Write days 1", "Commit brand s1 step 0", "Finish true"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusPartial, Rows: 1, Error: "broken"}, {ID: "s1", Status: plugin.StatusPartial, Rows: 1, Error: "broken"}},
		},
		{
			"all",
			[][]plugintest.Step{
				script(batch("a"), plugintest.Step{Err: lost}), script(plugintest.Step{Err: lost}),
			},
			plugin.StatusFailed, "all 2 splits failed, the first: broken",
			[]string{"Begin", "Finish false"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusFailed, Error: "broken"}, {ID: "s1", Status: plugin.StatusFailed, Error: "broken"}},
		},
		{
			"the only one",
			[][]plugintest.Step{script(plugintest.Step{Err: lost})},
			plugin.StatusFailed, "broken",
			[]string{"Begin", "Finish false"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusFailed, Error: "broken"}},
		},
		{
			"objects",
			[][]plugintest.Step{
				script(plugintest.Step{Do: say(plugin.Lost{Object: "1", Err: errBroken}, plugin.Lost{Object: "2", Err: errBroken}), Mark: true}),
			},
			plugin.StatusPartial, "",
			[]string{"Begin", "Commit brand s0 step 0 last", "Finish true"},
			[]plugin.SplitReport{{ID: "s0", Status: plugin.StatusPartial, Error: "left out 1: broken; 2: broken"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, sink := source(c.splits...), new(plugintest.Memory)
			defer sink.Release()
			report, err := plugin.Run(context.Background(), one(src), sink, options(t))
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, c.err)
				require.ErrorIs(t, err, errBroken)
			}
			assert.Equal(t, c.status, report.Status)
			assert.Equal(t, c.calls, calls(sink))
			assert.Equal(t, c.want, report.Splits)
			assert.Equal(t, []bool{c.err == ""}, src.Finished())
		})
	}
}

func TestRunJoinsErrorsOfFinish(t *testing.T) {
	a, b := source(script(batch("a", "!"))), source(script(plugintest.Step{Err: errBroken}))
	errA, errSink := errors.New("a cannot finish"), errors.New("the sink cannot finish")
	a.FinishErr = errA
	sink := &plugintest.Memory{Fault: fails("Finish", errSink)}
	defer sink.Release()
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "a", Source: a}, {Name: "b", Source: b}}, sink, options(t))
	require.ErrorIs(t, err, errBroken)
	require.ErrorIs(t, err, errA)
	require.ErrorIs(t, err, errSink)
	assert.Equal(t, "b: broken\nthe sink cannot finish\na: a cannot finish", err.Error())
	assert.Equal(t, err.Error(), report.Error)
	assert.Equal(t, []bool{false}, a.Finished())
	assert.Equal(t, []bool{false}, b.Finished())
}

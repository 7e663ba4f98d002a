package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// unknownInputs are two inputs whose splits meet unknown fields.
func unknownInputs() []plugin.Input {
	a := source(
		script(plugintest.Step{Do: say(
			plugin.Unknown{Table: "days", Field: "owner.username", Count: 2},
			plugin.Unknown{Table: "texts", Field: "username", Count: 1},
			plugin.Unknown{Table: "days", Field: "none", Count: 0},
		), Mark: true}),
		script(plugintest.Step{Do: say(
			plugin.Unknown{Split: "s1", Table: "days", Field: "owner.username", Count: 5},
			plugin.Warning{Text: "a warning"},
		), Table: "days", Rows: [][]any{row("a", 1)}, Mark: true}),
	)
	b := source(script(plugintest.Step{Do: say(
		plugin.Unknown{Table: "days", Field: "last", Count: 1},
		plugin.Unknown{Table: "days", Field: "owner.username", Count: 3},
	), Mark: true}))
	b.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		req.Notes(plugin.Unknown{Field: "planned", Count: 4})
		return nil
	}
	return []plugin.Input{{Name: "a", Source: a}, {Name: "b", Source: b}}
}

func TestReportOfUnknownFields(t *testing.T) {
	for _, parallelism := range []int{1, 16} {
		sink := new(plugintest.Memory)
		opts := options(t)
		opts.Parallelism = parallelism
		report, err := plugin.Run(context.Background(), unknownInputs(), sink, opts)
		require.NoError(t, err)
		assert.Equal(t, plugin.StatusComplete, report.Status)
		assert.Equal(t, []string{
			"a warning",
			"field planned came 4 times and is in no table",
			"table days: field owner.username came 10 times and is in no table",
			"table texts: field username came 1 time and is in no table",
			"table days: field last came 1 time and is in no table",
		}, report.Warnings)
		sink.Release()
	}
}

func TestRunThatIsStrict(t *testing.T) {
	inputs, sink := unknownInputs(), new(plugintest.Memory)
	defer sink.Release()
	opts := options(t)
	opts.Strict = true
	report, err := plugin.Run(context.Background(), inputs, sink, opts)
	text := "fields came that are in no table: planned (4 times), owner.username of table days (10 times), " +
		"username of table texts (1 time), last of table days (1 time); " +
		"ask for them by name to have them, or do not be strict to go on without them"
	require.EqualError(t, err, text)
	var unknown *plugin.UnknownFieldsError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, &plugin.UnknownFieldsError{Fields: []plugin.Unknown{
		{Field: "planned", Count: 4},
		{Table: "days", Field: "owner.username", Count: 10},
		{Table: "texts", Field: "username", Count: 1},
		{Table: "days", Field: "last", Count: 1},
	}}, unknown)
	assert.Equal(t, plugin.StatusFailed, report.Status)
	assert.Equal(t, text, report.Error)
	assert.Equal(t, "failed: "+text+"\n", report.Gist())
	assert.Equal(t, []plugin.SplitReport{
		{Source: "a", ID: "s0", Status: plugin.StatusComplete},
		{Source: "a", ID: "s1", Status: plugin.StatusComplete, Rows: 1},
		{Source: "b", ID: "s0", Status: plugin.StatusComplete},
	}, report.Splits)
	assert.Equal(t, []string{
		"Begin", "Commit a s0 step 0 last", "Write days 1", "Commit a s1 step 0 last", "Commit b s0 step 0 last", "Finish false",
	}, calls(sink))
	for _, in := range inputs {
		assert.Equal(t, []bool{false}, in.Source.(*plugintest.Source).Finished())
	}

	// Nothing unknown, nothing to be strict about; and what failed before is what is told.
	sink2 := new(plugintest.Memory)
	defer sink2.Release()
	report, err = plugin.Run(context.Background(), one(source(script(batch("a", "!")))), sink2, opts)
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusComplete, report.Status)
	_, err = plugin.Run(context.Background(), one(source(script(
		plugintest.Step{Do: say(plugin.Unknown{Table: "days", Field: "x", Count: 1}), Err: &plugin.SplitError{Err: errBroken}},
	))), sink2, opts)
	require.EqualError(t, err, "broken")
}

func TestReportOfUnknownFieldsWithoutEnd(t *testing.T) {
	var notes []plugin.Note
	for i := range 150 {
		notes = append(notes, plugin.Unknown{Table: "days", Field: fmt.Sprint(i), Count: 2})
	}
	src := source(
		script(plugintest.Step{Do: say(notes...), Mark: true}),
		script(plugintest.Step{Do: say(notes...), Mark: true}),
	)
	report, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
	require.NoError(t, err)
	require.Len(t, report.Warnings, 101)
	assert.Equal(t, "table days: field 0 came 4 times and is in no table", report.Warnings[0])
	assert.Equal(t, "table days: field 99 came 4 times and is in no table", report.Warnings[99])
	assert.Equal(t, "still other fields came 200 times and are in no table", report.Warnings[100])

	opts := options(t)
	opts.Strict = true
	_, err = plugin.Run(context.Background(), one(src), new(discard), opts)
	var unknown *plugin.UnknownFieldsError
	require.ErrorAs(t, err, &unknown)
	assert.Len(t, unknown.Fields, 100)
	assert.EqualValues(t, 200, unknown.More)
	assert.Equal(t, 20, strings.Count(err.Error(), " of table days (4 times)"))
	assert.Contains(t, err.Error(), "19 of table days (4 times), and still more; ask")

	_, err = plugin.Run(context.Background(), one(source(script(plugintest.Step{Do: say(notes[:23]...), Mark: true}))), new(discard), opts)
	require.ErrorContains(t, err, "19 of table days (2 times), and 3 more; ask")
}

func TestReportOfOddFieldNames(t *testing.T) {
	for name, want := range map[string]string{
		"plain_é.1":              "plain_é.1",
		"":                       `""`,
		"a b":                    `"a b"`,
		"line\nend\x1b[2J":       `"line\nend\x1b[2J"`,
		`a"b`:                    `"a\"b"`,
		"\xff":                   "�",
		strings.Repeat("é", 100): strings.Repeat("é", 100),
		strings.Repeat("é", 101): strings.Repeat("é", 100) + "…",
	} {
		src := source(script(plugintest.Step{Do: say(plugin.Unknown{Field: name, Count: 1}), Mark: true}))
		report, err := plugin.Run(context.Background(), one(src), new(discard), options(t))
		require.NoError(t, err)
		assert.Equal(t, []string{"field " + want + " came 1 time and is in no table"}, report.Warnings)
		_, err = json.Marshal(report)
		require.NoError(t, err)
	}
}

func TestRecordsThatAreStrict(t *testing.T) {
	for _, c := range []struct {
		name string
		note plugin.Unknown
		want string
	}{
		{"its own table", plugin.Unknown{Table: "days", Field: "x", Count: 1}, "x of table days (1 time); "},
		{"no table", plugin.Unknown{Field: "x", Count: 1}, ": x (1 time); "},
		{"another table", plugin.Unknown{Table: "texts", Field: "x", Count: 1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := source(script(batch("a", "!"), plugintest.Step{Do: say(c.note), Mark: true}), script(batch("b", "!")))
			src.Schemas = append(src.Schemas, texts)
			opts := options(t)
			opts.Strict = true
			r, err := plugin.Records(context.Background(), src, "days", opts)
			require.NoError(t, err)
			defer r.Release()
			assert.Equal(t, []string{"a", "b"}, drain(r))
			if c.want == "" {
				require.NoError(t, r.Err())
			} else {
				require.ErrorContains(t, r.Err(), c.want)
			}
			assert.Equal(t, []bool{c.want == ""}, src.Finished())
		})
	}
}

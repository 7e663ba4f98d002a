package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
)

// reaches is a step with a mark, before which the key's values are sent.
func reaches(key string, values ...string) plugintest.Step {
	var notes []plugin.Note
	for _, v := range values {
		notes = append(notes, plugin.Reached{Key: key, Value: json.RawMessage(v)})
	}
	return plugintest.Step{Do: say(notes...), Mark: true}
}

// tells is a step that only sends notes.
func tells(notes ...plugin.Note) plugintest.Step { return plugintest.Step{Do: say(notes...)} }

func keyed(id, key string, steps ...plugintest.Step) plugintest.Split {
	return plugintest.Split{ID: id, Key: key, Steps: steps}
}

func keyedSource(splits ...plugintest.Split) *plugintest.Source {
	return &plugintest.Source{Schemas: []schema.Table{days}, Properties: "p", Tolerant: true, Script: splits}
}

// progress are the commits of calls that reach something: the mark, and what is reached.
func progress(calls []plugintest.Call) []string {
	out := []string{}
	for _, c := range calls {
		if len(c.At.Reached) > 0 {
			text, _ := json.Marshal(c.At.Reached)
			out = append(out, fmt.Sprintf("%s %s %s", c.At.Split, c.At.Mark, text))
		}
	}
	return out
}

func TestRunHandsOnWhatIsReached(t *testing.T) {
	splitError := plugintest.Step{Err: &plugin.SplitError{Err: errBroken}}
	lost := plugin.Lost{Object: "post 1", Err: errBroken}
	remembered := plugin.Lost{Object: "post 1", Err: errBroken, Remembered: true}
	for _, c := range []struct {
		name   string
		splits []plugintest.Split
		want   []string
	}{
		{"with the next mark", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), batch("a"), tells(plugin.Reached{Key: "k", Value: []byte("2")}), batch("b"), batch("c", "!"), batch("d", "!")),
			keyed("s1", "k", reaches("k", "3")),
		}, []string{`s0 step 0 {"k":1}`, `s0 step 4 {"k":2}`, `s1 step 0 {"k":3}`}},
		{"the last of several", []plugintest.Split{keyed("s0", "k", reaches("k", "1", "2", "3"))}, []string{`s0 step 0 {"k":3}`}},
		{"after the last mark", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), tells(plugin.Reached{Key: "k", Value: []byte("2")})), keyed("s1", "k", batch("a", "!")),
		}, []string{`s0 step 0 {"k":2}`}},
		{"nothing after the last mark of a split that is lost", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), tells(plugin.Reached{Key: "k", Value: []byte("2")}), splitError),
		}, []string{`s0 step 0 {"k":1}`}},
		{"JSON without white space", []plugintest.Split{keyed("s0", "k", reaches("k", "\n{ \"day\" : \"<é>\" }"))}, []string{`s0 step 0 {"k":{"day":"\u003cé\u003e"}}`}},
		{"not past a split that is lost", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1")), keyed("s1", "k", reaches("k", "2"), batch("a"), splitError),
			keyed("s2", "other", reaches("other", "1")), keyed("s3", "k", reaches("k", "3")), keyed("s4", "", batch("b", "!")), keyed("s5", "k", reaches("k", "4")),
		}, []string{`s0 step 0 {"k":1}`, `s1 step 0 {"k":2}`, `s2 step 0 {"other":1}`}},
		{"not past a split that gives nothing", []plugintest.Split{
			keyed("s0", "k", splitError), keyed("s1", "k", reaches("k", "2")), keyed("s2", "other", reaches("other", "1")),
		}, []string{`s2 step 0 {"other":1}`}},
		{"past a lost split without a key", []plugintest.Split{keyed("s0", "", splitError), keyed("s1", "k", reaches("k", "1"))}, []string{`s1 step 0 {"k":1}`}},
		{"not past a split that is given up", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), rowsOf("days", true, row("a", 1))),
			keyed("s1", "k", reaches("k", "2"), rowsOf("days", false, row("a", 2)), reaches("k", "3")),
			keyed("s2", "k", reaches("k", "4")), keyed("s3", "other", reaches("other", "1")),
		}, []string{`s0 step 0 {"k":1}`, `s1 step 0 {"k":2}`, `s3 step 0 {"other":1}`}},
		{"not past a lost object", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), tells(lost), reaches("k", "2"), reaches("k", "3"), batch("a", "!")),
			keyed("s1", "other", reaches("other", "1")), keyed("s2", "k", reaches("k", "4")),
		}, []string{`s0 step 0 {"k":1}`, `s0 step 2 {"":{"withheld":["k"],"lost":1}}`, `s1 step 0 {"other":1}`}},
		{"nor with the mark that follows it", []plugintest.Split{
			keyed("s0", "k", tells(plugin.Reached{Key: "k", Value: []byte("1")}), tells(lost), batch("a", "!")),
		}, []string{`s0 step 2 {"":{"withheld":["k"],"lost":1}}`}},
		{"nor after the last mark", []plugintest.Split{
			keyed("s0", "k", reaches("k", "1"), tells(lost)), keyed("s1", "k", reaches("k", "2")),
		}, []string{`s0 step 0 {"":{"withheld":["k"],"lost":1}}`}},
		{"past a lost object that the source remembers", []plugintest.Split{
			keyed("s0", "k", tells(remembered), reaches("k", `{"failed":["1"]}`)), keyed("s1", "k", reaches("k", "2")),
		}, []string{`s0 step 1 {"":{"lost":1},"k":{"failed":["1"]}}`, `s1 step 0 {"k":2}`}},
		{"past a lost object without a key", []plugintest.Split{
			keyed("s0", "", tells(lost, lost), batch("a", "!")), keyed("s1", "k", reaches("k", "1")),
		}, []string{`s0 step 1 {"":{"lost":2}}`, `s1 step 0 {"k":1}`}},
		{"what is lost adds up", []plugintest.Split{
			keyed("s0", "k", tells(lost), batch("a", "!")), keyed("s1", "j", tells(lost, remembered), batch("b", "!"), reaches("j", "1")), keyed("s2", "i", reaches("i", "1")),
		}, []string{`s0 step 1 {"":{"withheld":["k"],"lost":1}}`, `s1 step 1 {"":{"withheld":["j","k"],"lost":3}}`, `s2 step 0 {"i":1}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, parallelism := range []int{1, 16} {
				sink := new(plugintest.Memory)
				opts := options(t)
				opts.Parallelism = parallelism
				// A second input has the same keys, and nothing in common.
				inputs := append([]plugin.Input{{Name: "second", Source: keyedSource(keyed("s0", "k", reaches("k", `"second"`)), keyed("s1", "k", splitError))}}, one(keyedSource(c.splits...))...)
				_, err := plugin.Run(context.Background(), inputs, sink, opts)
				require.NoError(t, err)
				assert.Equal(t, append([]string{`s0 step 0 {"k":"second"}`}, c.want...), progress(sink.Calls()))
				sink.Release()
			}
		})
	}
}

func TestRunRefusesWrongProgress(t *testing.T) {
	for _, c := range []struct{ name, key, of, value, want string }{
		{"no key", "", "", "1", `it says how far "" has come, but its key is ""`},
		{"a key of its own", "", "k", "1", `it says how far "k" has come, but its key is ""`},
		{"another key", "k", "j", "1", `it says how far "j" has come, but its key is "k"`},
		{"no JSON", "k", "k", "{", `it says how far "k" has come in what is no JSON: json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input`},
		{"null", "k", "k", "null", `it says that "k" has come nowhere`},
		{"nothing", "k", "k", "", `it says how far "k" has come in what is no JSON: json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, then := range [][]plugintest.Step{
				{batch("a", "!"), batch("b", "!")}, {}, {plugintest.Step{Err: &plugin.SplitError{Err: errBroken}}},
			} {
				steps := append(script(batch("x", "!"), tells(plugin.Reached{Key: c.of, Value: []byte(c.value)})), then...)
				sink := new(plugintest.Memory)
				report, err := plugin.Run(context.Background(), one(keyedSource(keyed("s0", c.key, steps...))), sink, options(t))
				require.EqualError(t, err, "source brand, split s0: "+c.want+"; this is a bug of the source")
				assert.Equal(t, plugin.StatusFailed, report.Status)
				assert.Empty(t, progress(sink.Calls()))
				sink.Release()
			}
		})
	}
}

func TestRunDropsWhatAPlanReaches(t *testing.T) {
	src := keyedSource(keyed("s0", "k", batch("a", "!")))
	src.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
		req.Notes(plugin.Reached{Key: "k", Value: []byte("1")})
		return nil
	}
	sink := new(plugintest.Keeper)
	_, err := plugin.Run(context.Background(), one(src), sink, options(t))
	require.NoError(t, err)
	assert.Empty(t, progress(sink.Calls()))
}

// TestRunWithholdsAfterAnInterruption: an object that was lost before stays lost for its key, also where its
// split was complete; the status and a warning say so.
func TestRunWithholdsAfterAnInterruption(t *testing.T) {
	src := func() *plugintest.Source {
		return keyedSource(
			keyed("s0", "k", tells(plugin.Lost{Object: "post 1", Err: errBroken}), batch("a", "!")),
			keyed("s1", "j", tells(plugin.Lost{Object: "post 2", Err: errBroken, Remembered: true}), reaches("j", "1")),
			keyed("s2", "k", reaches("k", "2"), batch("b"), reaches("k", "3")), keyed("s3", "j", reaches("j", "3")),
		)
	}
	sink := &plugintest.Keeper{Fault: failAt("Commit", 4, errBroken)}
	_, err := plugin.Run(context.Background(), one(src()), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	keys, lost := sink.Kept("brand").Withheld()
	assert.Equal(t, []string{"k"}, keys)
	assert.EqualValues(t, 2, lost)
	for _, more := range []string{"interrupted again", "to the end"} {
		resumed := src()
		resumed.OnPlan = func(_ context.Context, req plugin.PlanRequest) error {
			assert.NotContains(t, req.State.Coming, "", more)
			assert.Contains(t, req.State.Coming, "j", more)
			return nil
		}
		if sink.Fault = nil; more != "to the end" {
			sink.Fault = failAt("Commit", 3, errBroken)
		}
		before := len(sink.Calls())
		report, err := plugin.Run(context.Background(), one(resumed), sink, keptOptions(t))
		assert.Equal(t, []string{"the run of brand that this one goes on with had left out 2 objects before"}, report.Warnings)
		if more != "to the end" {
			require.ErrorIs(t, err, errBroken)
			assert.Empty(t, progress(sink.Calls()[before:]))
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, plugin.StatusPartial, report.Status)
		assert.Equal(t, []string{`s3 step 0 {"j":3}`}, progress(sink.Calls()[before:]))
	}
	assert.Equal(t, plugin.State{Reached: map[string]json.RawMessage{"j": []byte("3")}}, sink.Kept("brand"))

	// The next run begins without.
	next := keyedSource(keyed("s0", "k", reaches("k", "5")))
	report, err := plugin.Run(context.Background(), one(next), sink, keptOptions(t))
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, map[string]json.RawMessage{"j": []byte("3"), "k": []byte("5")}, sink.Kept("brand").Reached)
}

// TestRunHandsOnWhatWasWithheld: a split that was lost and comes to its end in a later part of the run sets
// the progress of complete ones after it free; nothing is set back otherwise.
func TestRunHandsOnWhatWasWithheld(t *testing.T) {
	src := func(fails bool) *plugintest.Source {
		first := keyed("s0", "k", reaches("k", "1"))
		if fails {
			first.Steps = append(first.Steps, plugintest.Step{Err: &plugin.SplitError{Err: errBroken}})
		} else {
			first.Steps = append(first.Steps, batch("a", "!"), reaches("k", "2"))
		}
		return keyedSource(first, keyed("s1", "k", batch("b", "!"), reaches("k", "3"), tells(plugin.Reached{Key: "k", Value: []byte("3")})),
			keyed("s2", "j", reaches("j", "1"), tells(plugin.Reached{Key: "j", Value: []byte("1")})),
			keyed("s3", "j", reaches("j", "2"), batch("c", "!")), keyed("s4", "i", reaches("i", "1")))
	}
	sink := &plugintest.Keeper{Fault: failAt("Commit", 6, errBroken)}
	_, err := plugin.Run(context.Background(), one(src(true)), sink, keptOptions(t))
	require.ErrorIs(t, err, errBroken)
	assert.Equal(t, []string{`s0 step 0 {"k":1}`, `s2 step 0 {"j":1}`, `s3 step 0 {"j":2}`}, progress(sink.Calls()))
	sink.Fault = nil
	before := len(sink.Calls())
	report, err := plugin.Run(context.Background(), one(src(false)), sink, keptOptions(t))
	require.NoError(t, err)
	assert.Equal(t, plugin.StatusComplete, report.Status)
	assert.Equal(t, []string{`s0 step 2 {"k":2}`, `s1 step 1 {"k":3}`, `s4 step 0 {"i":1}`}, progress(sink.Calls()[before:]),
		"s2 says again what s3 is past")
	assert.Equal(t, map[string]json.RawMessage{"k": []byte("3"), "j": []byte("2"), "i": []byte("1")}, sink.Kept("brand").Reached)
}

package shred_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

func TestValuesErrors(t *testing.T) {
	for _, c := range []struct {
		page, path, reason string
	}{
		{`[null]`, "[0]", "null where an insights entry was due"},
		{`[{"values":{}}]`, "[0].values", "an object where a list of values was due"},
		{`[{"values":[1]}]`, "[0].values[0]", "a number where a value with its time was due"},
		{`[{"values":[{"value":"x"}]}]`, "[0].values[0].value", "a string that holds no number where an integer was due"},
		{`[{"values":[{"value":1.5}]}]`, "[0].values[0].value", "a number with a fraction where an integer was due"},
		{`[{"values":[{"value":[]}]}]`, "[0].values[0].value", "an array where an integer was due"},
		{`[{"values":[{"value":{"a":{"b":{}}}}]}]`, "[0].values[0].value.a.b", "an object where an integer was due"},
		{`[{"values":[{"value":{"a":1,"a":2}}]}]`, "[0].values[0].value", `the key "a" stands twice in one object`},
		{`[{"values":[{"value":{"a":{"b":1,"b":2}}}]}]`, "[0].values[0].value.a", `the key "b" stands twice in one object`},
		{`[{"values":[{"end_time":"never"}]}]`, "[0].values[0].end_time", "a string that holds no time where a time was due"},
		{`[{"values":[{"d":{}}]}]`, "[0].values[0].d", "an object where a text was due"},
		{`[{"total_value":3}]`, "[0].total_value", "a number where a total was due"},
		{`[{"total_value":{"value":"x"}}]`, "[0].total_value.value", "a string that holds no number where an integer was due"},
		{`[{"total_value":{"breakdowns":{}}}]`, "[0].total_value.breakdowns", "an object where a list of breakdowns was due"},
		{`[{"total_value":{"breakdowns":[0]}}]`, "[0].total_value.breakdowns[0]", "a number where a breakdown was due"},
		{`[{"total_value":{"breakdowns":[{"dimension_keys":null}]}}]`, "[0].total_value.breakdowns[0].dimension_keys", "null where a list of dimensions was due"},
		{`[{"total_value":{"breakdowns":[{"dimension_keys":[1]}]}}]`, "[0].total_value.breakdowns[0].dimension_keys[0]", "a number where the name of a dimension was due"},
		{`[{"total_value":{"breakdowns":[{"dimension_keys":["d","d"]}]}}]`, "[0].total_value.breakdowns[0].dimension_keys[1]", `the dimension "d" stands twice in one breakdown`},
		{`[{"total_value":{"breakdowns":[{"dimension_keys":[],"results":3}]}}]`, "[0].total_value.breakdowns[0].results", "a number where a list of results was due"},
		{`[{"total_value":{"breakdowns":[{"results":[1]}]}}]`, "[0].total_value.breakdowns[0].results[0]", "a number where a result was due"},
		{`[{"total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[{"value":1}]}]}}]`, "[0].total_value.breakdowns[0].results[0]", "a result that has not as many values as the breakdown has dimensions"},
		{
			`[{"total_value":{"breakdowns":[{"dimension_keys":["d","e"],"results":[{"dimension_values":["x","y"],"value":1},{"dimension_values":["x","z"],"value":1}]}]}}]`,
			"[0].total_value.breakdowns[0].results[1]", "the breakdown is divided by a dimension that was not asked for",
		},
		{
			`[{"total_value":{"breakdowns":[{"dimension_keys":["e"],"results":[{"dimension_values":[null],"value":1},{"dimension_values":["z"],"value":1}]}]}}]`,
			"[0].total_value.breakdowns[0].results[1]", "the breakdown is divided by a dimension that was not asked for",
		},
		{`[{"name":"m","name":"n"}]`, "[0]", `the key "name" stands twice in one object`},
		{`{"paging":{}}`, "", "a list of objects without data"},
	} {
		d := plan(t, shred.RootList, insightsNode(int64Type, shred.Field{Param: "parent"}, "d")).NewDecoder()
		for range 2 {
			_, err := d.Decode([]byte(c.page))
			var e *shred.Error
			require.ErrorAs(t, err, &e, c.page)
			assert.Equal(t, [2]string{c.path, c.reason}, [2]string{e.Path, e.Reason}, c.page)
			_, got := decodePage(t, d, `[{"name":"m","values":[{"value":1}]}]`)
			assert.Equal(t, []row{{nil, nil, "m", "", "", int64(1), nil, nil, nil, nil}}, got["id"])
		}
	}
	// What a schema needs is asked for in each row.
	strict := insightsNode(int64Type, shred.Field{Param: "parent"}, "d")
	strict.Schema = schemaOf("id", utf8Type, "parent_id", utf8Type, "name!", utf8Type, "key1!", utf8Type, "key2!", utf8Type, "value!", int64Type, "period", utf8Type,
		"start_time!", timeType, "end_time!", timeType, "d!", utf8Type)
	d := plan(t, shred.RootList, strict).NewDecoder()
	const fine = `[{"name":"m","values":[{"value":1,"d":"x"}]}]`
	for _, c := range []struct{ page, want string }{
		{fine, "null where the column start_time needs a value"},
		{`[{"values":[{"value":1,"d":"x"}]}]`, "an object without what the column name needs"},
		{`[{"name":"m","values":[{"d":"x"}]}]`, "null where the column value needs a value"},
		{`[{"name":"m","values":[{"value":null,"d":"x"}]}]`, "null where the column value needs a value"},
		{`[{"name":"m","values":[]}]`, "null where the column value needs a value"},
		{`[{"name":"m","values":[{"value":1,"d":"x","end_time":7}]}]`, "null where the column start_time needs a value"},
		{`[{"name":"m","values":[{"value":1}]}]`, "null where the column d needs a value"},
	} {
		_, err := d.Decode([]byte(c.page))
		require.ErrorContains(t, err, c.want, c.page)
		for name, v := range window(t) {
			require.NoError(t, d.Set(name, v))
		}
		_, got := decodePage(t, d, fine)
		assert.Len(t, got["id"], 1)
	}
	require.NoError(t, d.Set("end", nil))
	_, err := d.Decode([]byte(fine))
	require.ErrorContains(t, err, "null where the column end_time needs a value")
}

func TestCompileRefusesValues(t *testing.T) {
	good := func() shred.Node { return insightsNode(int64Type, shred.Field{Param: "parent"}, "d", "e") }
	change := func(i int, f shred.Field) shred.Node {
		n := good()
		n.Columns[i] = f
		return n
	}
	edge := shred.Edge{Path: "e", Node: shred.Node{Table: "t", Schema: schemaOf("id", utf8Type), Columns: []shred.Field{{Path: "id"}}}}
	plain, edged, nested, unnamed := good(), good(), good(), good()
	plain.Values = false
	edged.Edges = []shred.Edge{edge}
	nested.Insights = []shred.Nested{{Path: "i", Plan: compile(t, integers("m"))}}
	unnamed.Table, unnamed.Schema, unnamed.Columns = "", nil, nil
	withSummary := func(s shred.Node) shred.Node {
		e := edge
		e.Summary = &s
		return shred.Node{Edges: []shred.Edge{e}}
	}
	for _, c := range []struct {
		root shred.Root
		node shred.Node
		want string
	}{
		{shred.RootObject, good(), "table insights: entries of insights stand in a list: its root is RootList"},
		{shred.RootByID, good(), "its root is RootList"},
		{shred.RootList, plain, "column key1: ValueKey1 is for a node with Values"},
		{shred.RootList, edged, "entries of insights have no edges"},
		{shred.RootList, nested, "entries of insights have no edges and no insights"},
		{shred.RootList, unnamed, "a node with columns or insights has no table name"},
		{shred.RootList, change(3, shred.Field{Value: 9}), "column key1: ValueSource(9) is no source"},
		{shred.RootList, change(3, shred.Field{Dimension: "d"}), "a Dimension and the Value ValueDimension stand together"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueDimension}), "a Dimension and the Value ValueDimension stand together"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueKey1, Dimension: "d"}), "stand together"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueKey1, Path: "x"}), "a Value and a Path or Parent"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueKey1, Parent: "x"}), "a Value and a Path or Parent"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueKey1, Param: "x"}), "a Value with a Param is ValueStart or ValueEnd"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueKey1, Form: shred.FormJSON}), "ValueKey1 cannot be read into a column of type utf8"},
		{shred.RootList, change(3, shred.Field{Value: shred.ValueStart}), "ValueStart cannot be read into a column of type utf8"},
		{shred.RootList, change(7, shred.Field{Value: shred.ValueNumber}), "ValueNumber cannot be read into a column of type timestamp"},
		{shred.RootList, change(4, shred.Field{Value: shred.ValueKey1}), "column key2: ValueKey1 stands twice"},
		{shred.RootList, change(10, shred.Field{Value: shred.ValueDimension, Dimension: "d"}), "column e: the dimension d stands twice"},
		{shred.RootList, change(10, shred.Field{Value: shred.ValueDimension, Dimension: "value"}), "column e: value is no dimension"},
		{shred.RootObject, withSummary(shred.Node{}), "edge e: its summary is a row of a table of its own"},
		{shred.RootObject, withSummary(good()), "edge e: its summary is a row of a table of its own"},
		{shred.RootObject, withSummary(shred.Node{Table: "s"}), "table s: it has no schema"},
	} {
		_, err := shred.Compile(c.root, c.node)
		require.ErrorContains(t, err, c.want)
	}
	assert.Equal(t, "ValueNumber", shred.ValueNumber.String())
}

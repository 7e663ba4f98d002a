package shred_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

// everything is a plan with a column of each kind, and all it can nest.
func everything(t testing.TB) *shred.Plan {
	t.Helper()
	n := everyColumn()
	n.Edges = []shred.Edge{{Path: "edge", Node: shred.Node{Table: "inner", Schema: schemaOf("id!", int64Type), Columns: []shred.Field{{Path: "id"}}}}}
	n.Insights = []shred.Nested{{Path: "insights", Plan: compile(t, []shred.Measure{
		{Name: "m"}, {Name: "d", Type: shred.Decimal}, {Name: "o", Type: shred.Map},
	})}}
	return plan(t, shred.RootObject, n)
}

// everyColumn is a table with a column of each kind.
func everyColumn() shred.Node {
	return shred.Node{
		Table: "things",
		Schema: schemaOf("text", utf8Type, "int", int64Type, "float", floatType, "bool", boolType, "time", timeType, "date", dateType,
			"json", utf8Type, "loose", utf8Type, "list", listType, "map", mapType, "owner_id", utf8Type),
		Columns: []shred.Field{
			{Path: "text"},
			{Path: "int"},
			{Path: "float"},
			{Path: "bool"},
			{Path: "time"},
			{Path: "date"},
			{Path: "json", Form: shred.FormJSON},
			{Path: "loose", Form: shred.FormLoose},
			{Path: "list"},
			{Path: "map"},
			{Path: "owner.id"},
		},
	}
}

func TestErrors(t *testing.T) {
	deep := strings.Repeat("[", 1000)
	many := `{"a0":0`
	for i := range 30 {
		many += `,"a` + strings.Repeat("x", i+1) + `":1`
	}
	for _, c := range []struct {
		page   string
		offset int
		path   string
		reason string
	}{
		// The text.
		{``, 0, "", "the page ends where an object was due"},
		{`  `, 2, "", "the page ends where an object was due"},
		{`[]`, 0, "", "an array where an object was due"},
		{"\xEF\xBB\xBF{}", 0, "", "an unexpected byte where an object was due"},
		{`{"x":"` + "\xff" + `"}`, 6, "x", "the bytes are not UTF-8"},
		{`{"x":1} {}`, 8, "", "more text follows the end of the document"},
		{"{}\x00", 2, "", "more text follows the end of the document"},
		{`{"x":1`, 6, "x", "the page ends where a comma or } was due"},
		{`{"x":1 "y":2}`, 7, "x", "a string where a comma or } was due"},
		{`{"x":1,}`, 7, "", "a comma with nothing behind it"},
		{`{,}`, 1, "", "an unexpected byte where a key was due"},
		{`{x:1}`, 1, "", "an unexpected byte where a key was due"},
		{`{1:1}`, 1, "", "a number where a key was due"},
		{`{"x"}`, 4, "x", "an unexpected byte where a colon was due"},
		{`{"x":}`, 5, "x", "an unexpected byte where a value was due"},
		{`{"x":[1,]}`, 8, "x[1]", "a comma with nothing behind it"},
		{`{"x":[1 2]}`, 8, "x[0]", "a number where a comma or ] was due"},
		{`{"x":[1}`, 7, "x[0]", "an unexpected byte where a comma or ] was due"},
		{`{"x":nul}`, 5, "x", "a word that is not JSON"},
		{`{"x":True}`, 5, "x", "an unexpected byte where a value was due"},
		{`{"x":` + deep + `]`, 1004, "", "objects and arrays are nested more than 1000 deep"},
		// Strings.
		{`{"x":"abc`, 9, "x", "the page ends inside a string"},
		{`{"x":"abc\`, 10, "x", "the page ends inside a string"},
		{`{"x":"abc\u12`, 13, "x", "the page ends inside a string"},
		{`{"text":"abc\u12`, 16, "text", "the page ends inside a string"},
		{`{"x":"a\xb"}`, 7, "x", "a bad escape in a string"},
		{`{"x":"a\u12g4"}`, 7, "x", "a bad escape in a string"},
		{`{"text":"a\u12g4 and more"}`, 10, "text", "a bad escape in a string"},
		{`{"text":"a\ud800\u12g4 and more"}`, 16, "text", "a bad escape in a string"},
		{`{"text":"a\q"}`, 10, "text", "a bad escape in a string"},
		{"{\"x\":\"a\tb\"}", 7, "x", "a control byte inside a string"},
		{"{\"text\":\"\\n a\nb\"}", 13, "text", "a control byte inside a string"},
		// Keys.
		{`{"x":1,"y":2,"x":3}`, 13, "", `the key "x" stands twice in one object`},
		{`{"text":"a","\u0074ext":"b"}`, 12, "", `the key "text" stands twice in one object`},
		{`{"y":{"a":1,"b":{"c":1},"a":2}}`, 24, "y", `the key "a" stands twice in one object`},
		{`{"y":` + many + `,"a0":9}}`, len(`{"y":`+many) + 1, "y", `the key "a0" stands twice in one object`},
		{`{"map":{"a":1,"\u0061":2}}`, 14, "map", `the key "a" stands twice in one object`},
		// Numbers.
		{`{"x":01}`, 6, "x", "a number where a digit was due"},
		{`{"x":-}`, 6, "x", "an unexpected byte where a digit was due"},
		{`{"x":1.}`, 7, "x", "an unexpected byte where a digit was due"},
		{`{"x":1e}`, 7, "x", "an unexpected byte where a digit was due"},
		{`{"x":+1}`, 5, "x", "an unexpected byte where a value was due"},
		{`{"x":.5}`, 5, "x", "an unexpected byte where a value was due"},
		{`{"int":01}`, 8, "int", "a number where a digit was due"},
		{`{"int":1.5}`, 7, "int", "a number with a fraction where an integer was due"},
		{`{"int":9223372036854775808}`, 7, "int", "an integer beyond 64 bits"},
		{`{"int":-9223372036854775809}`, 7, "int", "an integer beyond 64 bits"},
		{`{"int":1e19}`, 7, "int", "an integer beyond 64 bits"},
		{`{"int":"1x"}`, 7, "int", "a string that holds no number where an integer was due"},
		{`{"int":""}`, 7, "int", "a string that holds no number where an integer was due"},
		{`{"int":true}`, 7, "int", "a boolean where an integer was due"},
		{`{"int":[]}`, 7, "int", "an array where an integer was due"},
		{`{"float":1e999}`, 9, "float", "a number beyond a 64-bit float"},
		{`{"float":"NaN"}`, 9, "float", "a string that holds no number where a number was due"},
		{`{"float":{}}`, 9, "float", "an object where a number was due"},
		// Other columns.
		{`{"text":{}}`, 8, "text", "an object where a text was due"},
		{`{"bool":"true"}`, 8, "bool", "a string where a boolean was due"},
		{`{"bool":1}`, 8, "bool", "a number where a boolean was due"},
		{`{"time":"2019-02-29T00:00:00+0000"}`, 8, "time", "a string that holds no time where a time was due"},
		{`{"time":"yesterday"}`, 8, "time", "a string that holds no time where a time was due"},
		{`{"time":253402300800}`, 8, "time", "a time outside the years 0 to 9999"},
		{`{"time":false}`, 8, "time", "a boolean where a time was due"},
		{`{"date":"2019-13-01"}`, 8, "date", "a string that holds no time where a time was due"},
		{`{"list":"a"}`, 8, "list", "a string where a list of texts was due"},
		{`{"list":["a",["b"]]}`, 13, "list[1]", "an array where a text was due"},
		{`{"map":[]}`, 7, "map", "an array where an object of numbers was due"},
		{`{"map":{"a":"b"}}`, 12, "map.a", "a string that holds no number where an integer was due"},
		{`{"owner":[]}`, 9, "owner", "an array where an object was due"},
		{`{"edge":{"data":[{"id":1},{"id":null}]}}`, 32, "edge.data[1].id", "null where the column id needs a value"},
		{`{"edge":{"data":[{"id":1},{"i":1}]}}`, 26, "edge.data[1]", "an object without what the column id needs"},
		{`{"edge":{"paging":{}}}`, 8, "edge", "a list of objects without data"},
		{`{"edge":7}`, 8, "edge", "a number where a list of objects was due"},
		// Insights.
		{`{"insights":{}}`, 12, "insights", "an insights answer without data"},
		{`{"insights":{"error":{"message":"no"}}}`, 12, "insights", "an insights answer without data"},
		{`{"insights":{"data":[{"values":[]}]}}`, 21, "insights.data[0]", "an insights entry without a name"},
		{`{"insights":{"data":[{"name":"m","values":[{"value":{"a":1}}]}]}}`, 52, "insights.data[0].values[0].value", "an object where an integer was due"},
		{`{"insights":{"data":[{"name":"o","values":[{"value":7}]}]}}`, 52, "insights.data[0].values[0].value", "a number where an object of numbers was due"},
		{`{"insights":{"data":[{"values":[{"value":1.5}],"name":"m"}]}}`, 41, "insights.data[0].values[0].value", "a number with a fraction where an integer was due"},
		{`{"insights":{"data":[{"name":"m","values":[{"value":1,"end_time":"soon"}]}]}}`, 65, "insights.data[0].values[0].end_time", "a string that holds no time where a time was due"},
		// Keys that are no plain names.
		{`{"x y\u0000\"":{"a":01}}`, 21, `"x y\\u0000\\\"".a`, "a number where a digit was due"},
		{`{"` + strings.Repeat("é", 40) + `":-}`, 85, `"` + strings.Repeat("é", 30) + `…"`, "an unexpected byte where a digit was due"},
	} {
		d := everything(t).NewDecoder()
		_, err := d.Decode([]byte(c.page))
		var e *shred.Error
		if !assert.ErrorAs(t, err, &e, "%s", c.page) {
			continue
		}
		if e.Reason == "objects and arrays are nested more than 1000 deep" {
			e.Path = ""
		}
		assert.Equal(t, shred.Error{Offset: c.offset, Path: c.path, Reason: c.reason}, *e, "%s", c.page)
	}
}

func TestBreakdownErrors(t *testing.T) {
	for _, c := range []struct {
		page, reason string
		offset       int
	}{
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a"],"results":[{"dimension_values":["x"],"value":1}]}]}}]}`, "the breakdown is not divided by b, which was asked for", 85},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"results":[{"dimension_values":["x"],"value":1}]}]}}]}`, "the breakdown is not divided by a, which was asked for", 62},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a","b","a"]}]}}]}`, `the dimension "a" stands twice in one breakdown`, 77},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a","b"],"results":[{"dimension_values":["x"],"value":1}]}]}}]}`, "a result that has not as many values as the breakdown has dimensions", 89},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a","b"],"results":[{"value":1}]}]}}]}`, "a result that has not as many values as the breakdown has dimensions", 89},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a","c","b"],"results":[{"dimension_values":["x","1","y"],"value":1},{"dimension_values":["x","2","y"],"value":1}]}]}}]}`, "the breakdown is divided by a dimension that was not asked for", 138},
		{`{"data":[{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["a","b"],"results":[{"dimension_values":["x",{}],"value":1}]}]}}]}`, "an object where a text was due", 114},
		{`{"data":[{"name":"m","total_value":{"breakdowns":{}}}]}`, "an object where a list of breakdowns was due", 49},
		{`{"data":[{"name":"m","total_value":4}]}`, "a number where a total was due", 35},
		{`{"data":{}}`, "an object where a list of insights was due", 8},
		{`{"data":[{"name":7}]}`, "a number where the name of a metric was due", 17},
	} {
		_, err := compile(t, integers("m"), "a", "b").NewFacts().Decode([]byte(c.page), shred.Scope{})
		var e *shred.Error
		require.ErrorAs(t, err, &e, c.page)
		assert.Equal(t, c.reason, e.Reason, c.page)
		assert.Equal(t, c.offset, e.Offset, c.page)
	}
}

func TestErrorText(t *testing.T) {
	assert.EqualError(t, &shred.Error{Offset: 7, Path: "data[1].id", Reason: "null where a text was due"}, "the answer cannot be read at byte 7 (data[1].id): null where a text was due")
	assert.EqualError(t, &shred.Error{Offset: 7, Reason: "the bytes are not UTF-8"}, "the answer cannot be read at byte 7: the bytes are not UTF-8")
}

package shred_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

// insightsNode is a table of insights as queries have them, with value columns of type dt. parent is where parent_id
// comes from.
func insightsNode(dt arrow.DataType, parent shred.Field, dimensions ...string) shred.Node {
	parts := []any{
		"id", utf8Type, "parent_id", utf8Type, "name", utf8Type, "key1!", utf8Type, "key2!", utf8Type, "value", dt, "period", utf8Type,
		"start_time", timeType, "end_time", timeType,
	}
	n := shred.Node{Table: "insights", Values: true, Columns: []shred.Field{
		{Path: "id"},
		parent,
		{Path: "name"},
		{Value: shred.ValueKey1},
		{Value: shred.ValueKey2},
		{Value: shred.ValueNumber, Form: looseOf(dt)},
		{Path: "period"},
		{Value: shred.ValueStart, Param: "start"},
		{Value: shred.ValueEnd, Param: "end"},
	}}
	for _, d := range dimensions {
		parts = append(parts, d, utf8Type)
		n.Columns = append(n.Columns, shred.Field{Value: shred.ValueDimension, Dimension: d})
	}
	n.Schema = schemaOf(parts...)
	return n
}

func looseOf(dt arrow.DataType) shred.Form {
	if dt.ID() == arrow.STRING {
		return shred.FormLoose
	}
	return shred.FormText
}

// insightsOf decodes an insights answer about account.
func insightsOf(t testing.TB, page string, dt arrow.DataType, params map[string]any, dimensions ...string) []row {
	t.Helper()
	d := plan(t, shred.RootList, insightsNode(dt, shred.Field{Param: "parent"}, dimensions...)).NewDecoder()
	require.NoError(t, d.Set("parent", account))
	for name, v := range params {
		require.NoError(t, d.Set(name, v))
	}
	_, first := decodePage(t, d, page)
	_, again := decodePage(t, d, page) // with what the first one taught
	require.Equal(t, first, again)
	assert.Empty(t, d.UnknownFields())
	return first["id"]
}

const (
	windowStart = "2026-09-01T07:00:00Z"
	windowEnd   = "2026-10-01T06:59:59Z"
)

func window(t testing.TB) map[string]any {
	t.Helper()
	params := map[string]any{}
	for name, text := range map[string]string{"start": windowStart, "end": windowEnd} {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		params[name] = at
	}
	return params
}

// The shapes in which the Graph API answers insights, in its documentation's samples and in recorded answers.
func TestValueShapes(t *testing.T) {
	const entry = `"title":"T","description":"D","id":"17\/insights\/m\/day"`
	type dims = []string
	base := func(rest ...any) row { return append(row{"17/insights/m/day", account, "m"}, rest...) }
	for _, c := range []struct {
		name string
		page string
		dt   arrow.DataType
		dims dims
		want []row
	}{
		{
			name: "a time series",
			page: `{"name":"m","period":"day","values":[{"value":23,"end_time":"2026-06-22T07:00:00+0000"},{"value":0,"end_time":"2026-06-23T07:00:00+0000"}],` + entry + `}`,
			want: []row{
				base("", "", int64(23), "day", nil, "2026-06-22T07:00:00Z"),
				base("", "", int64(0), "day", nil, "2026-06-23T07:00:00Z"),
			},
		},
		{
			name: "a total",
			page: `{"name":"m","period":"day",` + entry + `,"total_value":{"value":40}}`,
			want: []row{base("", "", int64(40), "day", windowStart, windowEnd)},
		},
		{
			name: "a total with a breakdown: the undivided one is no row", dims: dims{"media_product_type"},
			page: `{"name":"m","period":"day",` + entry + `,"total_value":{"value":224,"breakdowns":[{"dimension_keys":["media_product_type"],"results":[
				{"dimension_values":["CAROUSEL_CONTAINER"],"value":100},{"dimension_values":["POST"],"value":124}]}]}}`,
			want: []row{
				base("", "", int64(100), "day", windowStart, windowEnd, "CAROUSEL_CONTAINER"),
				base("", "", int64(124), "day", windowStart, windowEnd, "POST"),
			},
		},
		{
			name: "the window asked for stands over a result's end_time", dims: dims{"d"},
			page: `{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[{"dimension_values":["x"],"value":1,"end_time":"2026-06-22T07:00:00+0000"}]}]},` + entry + `}`,
			want: []row{base("", "", int64(1), nil, windowStart, windowEnd, "x")},
		},
		{
			name: "demographics with a leading timeframe", dims: dims{"country"},
			page: `{"name":"m","period":"lifetime",` + entry + `,"total_value":{"breakdowns":[{"dimension_keys":["timeframe","country"],"results":[
				{"dimension_values":["LAST_90_DAYS","AR"],"value":1},{"dimension_values":["LAST_90_DAYS","S\u00e3o"],"value":2}]}]}}`,
			want: []row{
				base("", "", int64(1), "lifetime", windowStart, windowEnd, "AR"),
				base("", "", int64(2), "lifetime", windowStart, windowEnd, "São"),
			},
		},
		{
			name: "two dimensions in another order, results first", dims: dims{"age", "gender"},
			page: `{"total_value":{"breakdowns":[{"results":[{"value":1,"dimension_values":["F","18-24"]},{"dimension_values":["M","18-24"],"value":5}],
				"dimension_keys":["gender","age"]}]},"period":"lifetime","name":"m",` + entry + `}`,
			want: []row{
				base("", "", int64(1), "lifetime", windowStart, windowEnd, "18-24", "F"),
				base("", "", int64(5), "lifetime", windowStart, windowEnd, "18-24", "M"),
			},
		},
		{
			name: "two breakdowns", dims: dims{"age", "gender"},
			page: `{"name":"m",` + entry + `,"total_value":{"breakdowns":[{"dimension_keys":["age"],"results":[{"dimension_values":["18-24"],"value":1}]},
				{"dimension_keys":["gender"],"results":[{"dimension_values":["F"],"value":2},{"dimension_values":[null],"value":3}]}]}}`,
			want: []row{
				base("", "", int64(1), nil, windowStart, windowEnd, "18-24", nil),
				base("", "", int64(2), nil, windowStart, windowEnd, nil, "F"),
				base("", "", int64(3), nil, windowStart, windowEnd, nil, nil),
			},
		},
		{
			name: "a result without a value", dims: dims{"d"},
			page: `{"name":"m",` + entry + `,"total_value":{"breakdowns":[{"dimension_keys":["d"],"results":[{"dimension_values":["x"],"value":null},{"dimension_values":[7]}]}]}}`,
			want: []row{
				base("", "", nil, nil, windowStart, windowEnd, "x"),
				base("", "", nil, nil, windowStart, windowEnd, "7"),
			},
		},
		{
			name: "not yet published", dims: dims{"follow_type"},
			page: `{"name":"m","period":"day","total_value":{"breakdowns":[{"dimension_keys":["follow_type"]}]},` + entry + `}`,
			want: []row{base("", "", nil, "day", windowStart, windowEnd, nil)},
		},
		{
			name: "no results, but a total", dims: dims{"follow_type"},
			page: `{"name":"m","total_value":{"breakdowns":[{"dimension_keys":["follow_type"],"results":[]}],"value":3},` + entry + `}`,
			want: []row{base("", "", int64(3), nil, windowStart, windowEnd, nil)},
		},
		{
			name: "neither values nor a total",
			page: `{"name":"m","period":"day",` + entry + `}`,
			want: []row{base("", "", nil, "day", windowStart, windowEnd)},
		},
		{
			name: "no values", page: `{"name":"m","values":[],` + entry + `}`,
			want: []row{base("", "", nil, nil, windowStart, windowEnd)},
		},
		{
			name: "nulls", page: `{"name":"m","values":null,"total_value":null,` + entry + `}`,
			want: []row{base("", "", nil, nil, windowStart, windowEnd)},
		},
		{
			name: "a null total", page: `{"name":"m","total_value":{"value":null,"breakdowns":null},` + entry + `}`,
			want: []row{base("", "", nil, nil, windowStart, windowEnd)},
		},
		{
			name: "points without a value are rows",
			page: `{"name":"m","values":[{"value":null,"end_time":"2026-06-22T07:00:00+0000"},{"end_time":"2026-06-23T07:00:00+0000"},{"value":1,"end_time":null}],` + entry + `}`,
			want: []row{
				base("", "", nil, nil, nil, "2026-06-22T07:00:00Z"),
				base("", "", nil, nil, nil, "2026-06-23T07:00:00Z"),
				base("", "", int64(1), nil, windowStart, windowEnd),
			},
		},
		{
			name: "a map by hour, and an empty one",
			page: `{"name":"m","period":"lifetime","values":[{"value":{},"end_time":"2026-09-01T07:00:00+0000"},
				{"value":{"9":20,"12":100,"13":null},"end_time":"2026-09-02T07:00:00+0000"}],` + entry + `}`,
			want: []row{
				base("9", "", int64(20), "lifetime", nil, "2026-09-02T07:00:00Z"),
				base("12", "", int64(100), "lifetime", nil, "2026-09-02T07:00:00Z"),
				base("13", "", nil, "lifetime", nil, "2026-09-02T07:00:00Z"),
			},
		},
		{
			name: "nothing but empty maps",
			page: `{"name":"m","values":[{"value":{},"end_time":"2026-09-01T07:00:00+0000"},{"value":{"US":{}},"end_time":"2026-09-02T07:00:00+0000"}],` + entry + `}`,
			want: []row{base("", "", nil, nil, windowStart, windowEnd)},
		},
		{
			name: "maps in maps",
			page: `{"name":"m","values":[{"end_time":"2022-07-25T07:00:00+0000","value":{"US":{"F":1,"M":2},"DE":5,"\u00e9":{"U":null}}}],` + entry + `}`,
			want: []row{
				base("US", "F", int64(1), nil, nil, "2022-07-25T07:00:00Z"),
				base("US", "M", int64(2), nil, nil, "2022-07-25T07:00:00Z"),
				base("DE", "", int64(5), nil, nil, "2022-07-25T07:00:00Z"),
				base("é", "U", nil, nil, nil, "2022-07-25T07:00:00Z"),
			},
		},
		{
			name: "a total that is a map",
			page: `{"name":"m","total_value":{"value":{"a":1,"b":2}},` + entry + `}`,
			want: []row{base("a", "", int64(1), nil, windowStart, windowEnd), base("b", "", int64(2), nil, windowStart, windowEnd)},
		},
		{
			name: "media insights repeat the total as a point",
			page: `{"name":"m","period":"lifetime","values":[{"value":4}],` + entry + `,"total_value":{"value":4}}`,
			want: []row{base("", "", int64(4), "lifetime", windowStart, windowEnd)},
		},
		{
			name: "the same, the total first",
			page: `{"name":"m","total_value":{"value":5},"values":[{"value":4}],` + entry + `}`,
			want: []row{base("", "", int64(5), nil, windowStart, windowEnd)},
		},
		{
			name: "the same, with a breakdown", dims: dims{"action_type"},
			page: `{"name":"m","period":"lifetime","values":[{"value":4}],` + entry + `,"total_value":{"value":4,"breakdowns":[{"dimension_keys":["action_type"],"results":[
				{"dimension_values":["email"],"value":1},{"dimension_values":["text"],"value":3}]}]}}`,
			want: []row{
				base("", "", int64(1), "lifetime", windowStart, windowEnd, "email"),
				base("", "", int64(3), "lifetime", windowStart, windowEnd, "text"),
			},
		},
		{
			name: "a total without its value", dims: dims{"d"},
			page: `{"name":"m","values":[{"value":4}],"total_value":{"breakdowns":[{"dimension_keys":["d"]}]},` + entry + `}`,
			want: []row{base("", "", int64(4), nil, windowStart, windowEnd, nil)},
		},
		{
			name: "points with a time stay beside a total", dims: dims{"d"},
			page: `{"name":"m","values":[{"value":1,"end_time":"2026-06-22T07:00:00+0000"},{"value":2},{"value":3,"d":"x"},{"value":{"k":4}}],"total_value":{"value":5},` + entry + `}`,
			want: []row{
				base("", "", int64(5), nil, windowStart, windowEnd, nil),
				base("", "", int64(1), nil, nil, "2026-06-22T07:00:00Z", nil),
				base("", "", int64(3), nil, windowStart, windowEnd, "x"),
				base("k", "", int64(4), nil, windowStart, windowEnd, nil),
			},
		},
		{
			name: "dimensions beside a point's value", dims: dims{"follow_type", "media_product_type"},
			page: `{"name":"m","period":"day","values":[{"media_product_type":"REEL","value":1,"end_time":"2026-06-22T07:00:00+0000","follow_type":"FOLLOWER"},
				{"value":2,"follow_type":null},{"value":{"k":3},"follow_type":8}],` + entry + `}`,
			want: []row{
				base("", "", int64(1), "day", nil, "2026-06-22T07:00:00Z", "FOLLOWER", "REEL"),
				base("", "", int64(2), "day", windowStart, windowEnd, nil, nil),
				base("k", "", int64(3), "day", windowStart, windowEnd, "8", nil),
			},
		},
		{
			name: "decimals", dt: floatType,
			page: `{"name":"m","values":[{"value":48.4},{"value":"0.5"},{"value":3}],` + entry + `}`,
			want: []row{
				base("", "", 48.4, nil, windowStart, windowEnd),
				base("", "", 0.5, nil, windowStart, windowEnd),
				base("", "", 3.0, nil, windowStart, windowEnd),
			},
		},
		{
			name: "values of any kind", dt: utf8Type,
			page: `{"name":"m","values":[{"value":1.50},{"value":"x\n"},{"value":true},{"value":[1, 2]},{"value":{"a":{"b":{"c": 1}}}}],` + entry + `}`,
			want: []row{
				base("", "", "1.50", nil, windowStart, windowEnd),
				base("", "", "x\n", nil, windowStart, windowEnd),
				base("", "", "true", nil, windowStart, windowEnd),
				base("", "", "[1,2]", nil, windowStart, windowEnd),
				base("a", "b", `{"c":1}`, nil, windowStart, windowEnd),
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.dt == nil {
				c.dt = int64Type
			}
			assert.Equal(t, c.want, insightsOf(t, `{"data":[`+c.page+`]}`, c.dt, window(t), c.dims...))
			// A window that was not asked for is null.
			for _, r := range c.want {
				for i := 7; i < 9; i++ {
					if r[i] == windowStart || r[i] == windowEnd {
						r[i] = nil
					}
				}
			}
			if c.name == "the window asked for stands over a result's end_time" {
				c.want[0][8] = "2026-06-22T07:00:00Z"
			}
			assert.Equal(t, c.want, insightsOf(t, `[`+c.page+`]`, c.dt, nil, c.dims...))
		})
	}
}

// A page of account insights: many metrics, and a paging that moves the window.
func TestValuesAtTheRoot(t *testing.T) {
	p := plan(t, shred.RootList, insightsNode(int64Type, shred.Field{Param: "parent"}))
	d := p.NewDecoder()
	for round := range 3 {
		page, got := decodePage(t, d, fmt.Sprintf(`{"data":[
			{"name":"reach","period":"day","values":[{"value":%d,"end_time":"2017-05-04T07:00:00+0000"}],"title":"Reach","description":"D","id":"1%d\/insights\/reach\/day"},
			{"name":"views","period":"day","title":"Views","description":"D","total_value":{"value":%d},"id":"1%d\/insights\/views\/day"},
			{"period":"day","id":"","values":[{"value":"7"}]}],
			"paging":{"previous":"https://graph.example/p","next":"https://graph.example/n","cursors":{"after":"X"}}}`, round, round, round-1, round))
		assert.False(t, page.More)
		assert.Empty(t, page.After)
		assert.Empty(t, page.Open)
		n := int64(round)
		assert.Equal(t, []row{
			{fmt.Sprintf("1%d/insights/reach/day", round), nil, "reach", "", "", n, "day", nil, "2017-05-04T07:00:00Z"},
			{fmt.Sprintf("1%d/insights/views/day", round), nil, "views", "", "", n - 1, "day", nil, nil},
			{"", nil, nil, "", "", int64(7), "day", nil, nil},
		}, got["id"])
	}
	_, got := decodePage(t, d, `{"data":[],"paging":3}`)
	assert.Empty(t, got["id"])
	assert.Empty(t, d.UnknownFields())
}

// Templates are of what was read, so params that change between pages are seen.
func TestValuesAfterParamsChange(t *testing.T) {
	n := insightsNode(int64Type, shred.Field{Param: "parent"})
	n.Columns[0].Param = "id"
	d := plan(t, shred.RootList, n).NewDecoder()
	const page = `{"data":[{"name":"m","values":[{"value":1}],"id":"17\/insights\/m"},{"name":"m","values":[{"value":2}],"id":"18\/insights\/m"}]}`
	for range 2 {
		for _, c := range []struct {
			params map[string]any
			want   []row
		}{
			{map[string]any{"id": nil, "parent": "a", "start": nil, "end": nil}, []row{
				{"17/insights/m", "a", "m", "", "", int64(1), nil, nil, nil}, {"18/insights/m", "a", "m", "", "", int64(2), nil, nil, nil},
			}},
			{map[string]any{"id": "I", "parent": "b", "end": window(t)["end"]}, []row{
				{"I", "b", "m", "", "", int64(1), nil, nil, windowEnd}, {"I", "b", "m", "", "", int64(2), nil, nil, windowEnd},
			}},
			{map[string]any{"parent": nil, "start": window(t)["start"]}, []row{
				{"I", nil, "m", "", "", int64(1), nil, windowStart, windowEnd}, {"I", nil, "m", "", "", int64(2), nil, windowStart, windowEnd},
			}},
		} {
			for name, v := range c.params {
				require.NoError(t, d.Set(name, v))
			}
			_, got := decodePage(t, d, page)
			assert.Equal(t, c.want, got["id"])
		}
	}
}

// What a table does not take of a value is checked all the same.
func TestValuesWithFewColumns(t *testing.T) {
	d := plan(t, shred.RootList, shred.Node{
		Table: "names", Values: true, Schema: schemaOf("name", utf8Type, "deep", int64Type, "raw", utf8Type, "hidden", utf8Type),
		Columns: []shred.Field{{Path: "name"}, {Path: "more.deep"}, {Path: "values", Form: shred.FormJSON}, {Param: "never"}},
	}).NewDecoder()
	for range 2 {
		_, got := decodePage(t, d, `[{"name":"a","values":[{"value": 1},{"value":{"k":"x"}}],"more":{"deep":3,"odd":1},"id":"7"},{"total_value":{"value":[2]}}]`)
		assert.Equal(t, []row{{"a", int64(3), `[{"value":1},{"value":{"k":"x"}}]`, nil}, {"a", int64(3), `[{"value":1},{"value":{"k":"x"}}]`, nil}, {nil, nil, nil, nil}}, got["name"])
	}
	assert.Equal(t, []shred.Count{{Table: "names", Name: "more.odd", Times: 2}}, d.UnknownFields())
	_, err := d.Decode([]byte(`[{"values":[{"value":{"k":1,"k":2}}]}]`))
	require.ErrorContains(t, err, `the key "k" stands twice`)
}

func TestValuesUnknownFields(t *testing.T) {
	d := plan(t, shred.RootList, insightsNode(int64Type, shred.Field{Param: "parent"}, "d")).NewDecoder()
	for range 3 {
		decodePage(t, d, `{"data":[
			{"name":"m","title":"T","surprise":[{"x":1}],"values":[{"value":1,"odd":null,"follow_type":"F"}]},
			{"name":"n","values":[{"value":1,"odd":2}]},
			{"name":"o","values":[{"value":1,"odd":2}],"total_value":{"value":1,"more":{}}},
			{"name":"p","total_value":{"breakdowns":[{"a":1,"dimension_keys":["d"],"results":[{"b":2,"dimension_values":["x"],"value":1}]}]}}],"extra":0}`)
	}
	const table = "insights"
	assert.ElementsMatch(t, []shred.Count{
		{Table: table, Name: "surprise", Times: 3},
		{Table: table, Name: "values.odd", Times: 9},
		{Table: table, Name: "values.follow_type", Times: 3},
		{Table: table, Name: "total_value.more", Times: 3},
		{Table: table, Name: "total_value.breakdowns.a", Times: 3},
		{Table: table, Name: "total_value.breakdowns.results.b", Times: 3},
		{Table: table, Name: "extra", Times: 3},
	}, d.UnknownFields())
}

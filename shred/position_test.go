package shred_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

// queryTree is a table for each position of a query: an account, its media and their comments and replies with their
// summaries, insights of the account and of media, and media of another account.
func queryTree() shred.Node {
	basic := func(table string, edges ...shred.Edge) shred.Node {
		return shred.Node{
			Table:  table,
			Schema: schemaOf(table, utf8Type, "ex_account_id!", utf8Type, "fb_graph_node!", utf8Type, "parent_id", utf8Type, "absent", floatType),
			Columns: []shred.Field{
				{Path: "id"}, {Param: "account"}, {Param: "node " + table}, {Parent: "id"}, {Param: "never"},
			},
			Edges: edges,
		}
	}
	under := func(parent string, n shred.Node) shred.Node {
		n.Columns[3] = shred.Field{Parent: parent}
		return n
	}
	summary := func(table, parent string) *shred.Node {
		return &shred.Node{
			Table: table, Schema: schemaOf(table, int64Type, "order", utf8Type, "parent_id", utf8Type, "id", utf8Type),
			Columns: []shred.Field{{Path: "total_count"}, {Path: "order"}, {Parent: parent}, {Param: "never"}},
		}
	}
	insights := func(table, parent string, dimensions ...string) shred.Node {
		n := insightsNode(int64Type, shred.Field{Parent: parent}, dimensions...)
		n.Table = table
		parts := []any{table, utf8Type}
		for _, f := range n.Schema.Fields()[1:] {
			parts = append(parts, f.Name+map[bool]string{false: "!"}[f.Nullable], f.Type)
		}
		n.Schema = schemaOf(parts...)
		return n
	}
	replies := under("comments", basic("replies"))
	comments := under("media", basic("comments", shred.Edge{Path: "replies", Node: replies, Summary: summary("replies_summary", "comments")}))
	media := under("page", basic("media",
		shred.Edge{Path: "comments", Node: comments, Summary: summary("comments_summary", "media")},
		shred.Edge{Path: "insights", Node: insights("media_insights", "media")},
		shred.Edge{Path: "split", Node: insights("split", "media", "action_type")},
	))
	// Media of another account hang on an object on the way, whose id is read and not delivered.
	others := under("discovered", basic("others"))
	page := basic("page",
		shred.Edge{Path: "media", Node: media},
		shred.Edge{Path: "insights", Node: insights("insights", "page")},
		shred.Edge{Path: "business_discovery.media", Node: others, CursorOnly: true},
	)
	page.Columns[3] = shred.Field{Param: "account"}
	page.Schema = schemaOf("page", utf8Type, "ex_account_id!", utf8Type, "fb_graph_node!", utf8Type, "parent_id", utf8Type, "absent", floatType, "discovered", utf8Type)
	page.Columns = append(page.Columns, shred.Field{Path: "business_discovery.id"})
	return page
}

func TestPositions(t *testing.T) {
	p := plan(t, shred.RootObject, queryTree())
	tables := []string{
		"page", "media", "comments", "replies", "replies_summary", "comments_summary", "media_insights", "split", "insights", "others",
	}
	require.Equal(t, tables, p.Tables())
	d := p.NewDecoder()
	require.NoError(t, d.Set("account", account))
	for _, table := range []string{"page", "media", "comments", "replies", "others"} {
		require.NoError(t, d.Set("node "+table, "node_"+table))
	}
	const insight = `{"name":"%s","period":"lifetime","values":[{"value":%d}],"title":"T","description":"D","id":"%s\/insights\/%s\/lifetime"}`
	entries := func(id string, values ...int) string {
		var list []string
		for i, v := range values {
			metric := []string{"reach", "views"}[i]
			list = append(list, fmt.Sprintf(insight, metric, v, id, metric))
		}
		return `{"data":[` + strings.Join(list, ",") + `],"paging":{"next":"n","cursors":{"after":"Z"}}}`
	}
	body := `{"media":{"data":[
		{"insights":` + entries("1", 6, 5) + `,"comments":{"summary":{"total_count":3,"order":"ranked"},"data":[
			{"id":"11","replies":{"data":[{"id":"111"},{"id":"112"}],"summary":{"total_count":2},"paging":{"cursors":{"after":"R"},"next":"n"}}},
			{"replies":{"data":[{"id":"121"}]},"id":"12"}],"paging":{"cursors":{"after":"C"},"next":"n"}},"id":"1"},
		{"id":"2","comments":{"data":[],"summary":{"total_count":0,"order":null}},"insights":` + entries("2", 7, 8) + `,
			"split":{"data":[{"id":"2\/insights\/profile_activity\/lifetime","name":"profile_activity","values":[{"value":4}],"total_value":{"value":4,"breakdowns":[
				{"dimension_keys":["action_type"],"results":[{"dimension_values":["email"],"value":1},{"dimension_values":["text"],"value":3}]}]}}]}},
		{"id":"3","comments":{"summary":{"total_count":9}},"insights":null},
		{"comments":{"data":[{"id":"41"}],"summary":null},"id":"4","insights":` + entries("4", 9) + `}],
		"paging":{"cursors":{"after":"M"},"next":"n"}},
		"insights":{"data":[{"name":"reach","period":"day","values":[{"value":1,"end_time":"2017-05-04T07:00:00+0000"},{"value":2,"end_time":"2017-05-05T07:00:00+0000"}],"id":"i"}],"paging":{"next":"n"}},
		"business_discovery":{"media":{"data":[{"id":"b1"},{"id":"b2"}],"paging":{"cursors":{"after":"B"}}},"id":"other"},
		"id":"` + account + `"}`
	in := func(id, owner, metric string, value int64) row {
		return row{id + "/insights/" + metric + "/lifetime", owner, metric, "", "", value, "lifetime", nil, nil}
	}
	obj := func(id, table string, parent any, rest ...any) row {
		return append(row{id, account, "node_" + table, parent, nil}, rest...)
	}
	for range 3 {
		page, got := decodePage(t, d, body)
		assert.Equal(t, map[string][]row{
			"page":             {obj(account, "page", account, "other")},
			"media":            {obj("1", "media", account), obj("2", "media", account), obj("3", "media", account), obj("4", "media", account)},
			"comments":         {obj("11", "comments", "1"), obj("12", "comments", "1"), obj("41", "comments", "4")},
			"replies":          {obj("111", "replies", "11"), obj("112", "replies", "11"), obj("121", "replies", "12")},
			"replies_summary":  {{int64(2), nil, "11", nil}},
			"comments_summary": {{int64(3), "ranked", "1", nil}, {int64(0), nil, "2", nil}, {int64(9), nil, "3", nil}},
			"media_insights": {
				in("1", "1", "reach", 6), in("1", "1", "views", 5), in("2", "2", "reach", 7), in("2", "2", "views", 8), in("4", "4", "reach", 9),
			},
			"split": {
				{"2/insights/profile_activity/lifetime", "2", "profile_activity", "", "", int64(1), nil, nil, nil, "email"},
				{"2/insights/profile_activity/lifetime", "2", "profile_activity", "", "", int64(3), nil, nil, nil, "text"},
			},
			"insights": {
				{"i", account, "reach", "", "", int64(1), "day", nil, "2017-05-04T07:00:00Z"},
				{"i", account, "reach", "", "", int64(2), "day", nil, "2017-05-05T07:00:00Z"},
			},
			"others": {obj("b1", "others", "other"), obj("b2", "others", "other")},
		}, got)
		var open []string
		for _, o := range page.Open {
			open = append(open, strings.Join([]string{o.Table, o.Edge, o.Parent, o.After}, " "))
		}
		assert.Equal(t, []string{"replies replies 11 R", "comments comments 1 C", "media media " + account + " M", "others business_discovery.media " + account + " B"}, open)
	}
	assert.Empty(t, d.UnknownFields())
	_, err := d.Decode([]byte(`{"media":{"data":[{"id":"1","comments":{"paging":{},"summary":null}}]}}`))
	require.ErrorContains(t, err, "(media.data[0].comments): a list of objects without data")
	_, err = d.Decode([]byte(`{"media":{"data":[{"id":"1","comments":{"data":[],"summary":[]}}]}}`))
	require.ErrorContains(t, err, "(media.data[0].comments.summary): an array where an object was due")
	_, err = d.Decode([]byte(`{"media":{"summary":{}}}`))
	require.ErrorContains(t, err, "(media): a list of objects without data")
	page, err := d.Decode([]byte(`{"media":{"data":[],"summary":{"total_count":1}}}`))
	require.NoError(t, err)
	page.Release()
	assert.Contains(t, d.UnknownFields(), shred.Count{Table: "page", Name: "media.summary", Times: 2}, "a summary that was not asked for")
}

// Positions may be as deep as pages may: an object in a list in an object takes three of the thousand brackets.
func TestDeepPositions(t *testing.T) {
	const depth = 333
	node := shred.Node{}
	for i := depth; i > 0; i-- {
		n := shred.Node{Table: fmt.Sprint("t", i), Schema: schemaOf("id", utf8Type), Columns: []shred.Field{{Path: "id"}}}
		if i > 1 {
			n.Schema = schemaOf("id", utf8Type, "parent_id", utf8Type)
			n.Columns = append(n.Columns, shred.Field{Parent: "id"})
		}
		if i < depth {
			n.Edges = []shred.Edge{{Path: "e", Node: node}}
		}
		node = n
	}
	d := plan(t, shred.RootObject, node).NewDecoder()
	var b strings.Builder
	for i := 1; i <= depth; i++ {
		fmt.Fprintf(&b, `{"id":"%d"`, i)
		if i < depth {
			b.WriteString(`,"e":{"data":[`)
		}
	}
	b.WriteString("}" + strings.Repeat("]}}", depth-1))
	page, err := d.Decode([]byte(b.String()))
	require.NoError(t, err)
	for i, rec := range page.Records {
		want := row{fmt.Sprint(i + 1)}
		if i > 0 {
			want = append(want, fmt.Sprint(i))
		}
		assert.Equal(t, []row{want}, rowsOf(t, rec))
	}
	_, err = d.Decode([]byte(strings.Repeat(`{"e":{"data":[`, depth) + `{`))
	require.ErrorContains(t, err, "the page ends")
	_, err = d.Decode([]byte(strings.Repeat(`{"e":{"data":[`, depth+1)))
	require.ErrorContains(t, err, "nested more than 1000 deep")
}

// An entry at the deepest place that a page has is read by its text, and so is one that is a bracket too deep.
func TestValuesAtTheDeepestPlace(t *testing.T) {
	node := insightsNode(int64Type, shred.Field{Parent: "id"})
	node.Table = "values"
	const depth = 997
	path := strings.TrimSuffix(strings.Repeat("x.", depth-2), ".")
	d := plan(t, shred.RootObject, shred.Node{
		Table: "t", Schema: schemaOf("id", utf8Type), Columns: []shred.Field{{Path: "id"}},
		Edges: []shred.Edge{{Path: path, Node: node}},
	}).NewDecoder()
	page := func(list string) []byte {
		return []byte(strings.Repeat(`{"x":`, depth-2) + list + strings.Repeat("}", depth-2))
	}
	const entry = `{"name":"m","values":[{"value":1}]}`
	for range 2 {
		p, err := d.Decode(page(`[` + entry + `,` + entry + `]`))
		require.NoError(t, err)
		require.EqualValues(t, 2, p.Records[1].NumRows())
		p.Release()
		p, err = d.Decode(page(`{"data":[` + entry + `]}`))
		require.NoError(t, err)
		p.Release()
	}
	d = plan(t, shred.RootObject, shred.Node{
		Table: "t", Schema: schemaOf("id", utf8Type), Columns: []shred.Field{{Path: "id"}},
		Edges: []shred.Edge{{Path: "x." + path, Node: node}},
	}).NewDecoder()
	deeper := func(list string) []byte {
		return append(append([]byte(`{"x":`), page(list)...), '}')
	}
	for range 2 {
		p, err := d.Decode(deeper(`[` + entry + `,` + entry + `]`))
		require.NoError(t, err)
		p.Release()
		_, err = d.Decode(deeper(`{"data":[` + entry + `]}`))
		require.ErrorContains(t, err, "nested more than 1000 deep")
	}
}

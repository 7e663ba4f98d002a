package tables_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
)

// drawFields draws fields that node has, edges and objects with fields of their own in some, and a few that it
// does not have.
func drawFields(t *rapid.T, node nodes.Node, depth int) string {
	var items []string
	var names []string
	for _, f := range node.Fields {
		if f.Secret || f.RemovedIn != "" || f.OnlyIn != "" || f.Login == "instagram" {
			continue
		}
		names = append(names, f.Name)
	}
	for _, e := range node.Edges {
		if e.Login != "instagram" {
			names = append(names, e.Name)
		}
	}
	names = append(names, "shoe_size", "end-time", "value", "insights")
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		items = append(items, drawItem(t, node, rapid.SampledFrom(names).Draw(t, "name"), depth))
	}
	return strings.Join(items, ",")
}

func drawItem(t *rapid.T, node nodes.Node, name string, depth int) string {
	item := name
	f, _ := node.Field(name)
	e, edge := node.Edge(name)
	if f.Argument != "" {
		item += "." + f.Argument + "(1)"
	}
	if name == "insights" {
		item += ".metric(" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"reach", "views", "reels_skip_rate", "smiles"}), 1, 3).Draw(t, "metrics"), ",") + ")"
		item += rapid.SampledFrom([]string{"", ".period(day)", ".period(day,week).since(today)", ".metric_type(total_value).breakdown(follow_type,age).until(now)"}).Draw(t, "how")
		return item + rapid.SampledFrom([]string{"", "{}", "{name,values}", "{total_value,title}"}).Draw(t, "braces")
	}
	if rapid.IntRange(0, 4).Draw(t, "alias") == 0 {
		item += ".as(" + rapid.SampledFrom([]string{"media", "comments", "a", "b_c", "key1", "parent_id", "summary"}).Draw(t, "as") + ")"
	}
	inner := e.Node
	if edge {
		item += rapid.SampledFrom([]string{"", ".limit(5)", ".summary(true)", ".summary(total_count,order).limit(0)"}).Draw(t, "edge")
	} else if inner = f.Node; f.Type != nodes.Object {
		return item
	}
	if depth == 0 {
		return item
	}
	n, _ := nodes.Lookup(inner)
	if text := drawFields(t, n, depth-1); text != "" {
		item += "{" + text + "}"
	}
	return item
}

func drawQuery(t *rapid.T) query {
	o := query{
		Name:     rapid.SampledFrom([]string{"q", "brand_media", "media_comments", "page", "a b"}).Draw(t, "query"),
		Endpoint: rapid.SampledFrom([]string{"", "media", "stories", "tags", "insights?metric=reach&period=day", "content_publishing_limit", "agencies"}).Draw(t, "endpoint"),
		Accounts: true, Several: rapid.Bool().Draw(t, "several"), Windowed: rapid.Bool().Draw(t, "windowed"),
		Unkeyed: rapid.IntRange(0, 9).Draw(t, "unkeyed") == 0,
	}
	node := "IGUser"
	if o.Endpoint != "" {
		name, _, _ := strings.Cut(o.Endpoint, "?")
		user, _ := nodes.Lookup("IGUser")
		edge, _ := user.Edge(name)
		node = edge.Node
	}
	if o.Endpoint != "insights?metric=reach&period=day" {
		n, _ := nodes.Lookup(node)
		o.Fields = drawFields(t, n, 3)
	}
	if o.Endpoint == "" && rapid.Bool().Draw(t, "without accounts") {
		o.Endpoint, o.Accounts, o.Several = rapid.SampledFrom([]string{"178", "178/media", "me/accounts"}).Draw(t, "path"), false, false
	}
	return o
}

// The tables of every layout can be, and the positions fill them as they stand.
func TestQueryLayoutsHoldTogether(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		o := drawQuery(t)
		l, failures, warnings := tables.Query(o)
		for _, r := range slices.Concat(failures, warnings) {
			require.Contains(t, []string{"endpoint", "fields"}, r.Element)
			require.Regexp(t, `\.$`, r.Message)
			require.Regexp(t, `\.$`, r.Action)
		}
		if len(failures) > 0 {
			require.Nil(t, l)
			return
		}
		made++
		again, _, _ := tables.Query(o)
		require.Equal(t, l, again, "the same query has the same layout")
		names := map[string]bool{}
		for _, table := range l.Tables {
			require.NoError(t, table.Check())
			require.False(t, names[table.Name])
			names[table.Name] = true
			require.Regexp(t, `^[A-Za-z0-9._-]+$`, table.Name)
			require.Equal(t, []string{"id", "ex_account_id", "fb_graph_node", "parent_id"}, columnNames(table)[:4])
			if !o.Unkeyed {
				require.Equal(t, "parent_id", table.Key[0])
			} else {
				require.Empty(t, table.Key)
			}
		}
		require.NotEmpty(t, l.Tables)
		filled := map[int]int{}
		checkPosition(t, l, l.Root, nil, filled)
		require.Len(t, filled, len(l.Tables), "every table has a position")
		require.Empty(t, l.Root.Path)
		text := l.Root.Item.Fields.String()
		parsed, err := fields.Parse(text)
		require.NoError(t, err)
		require.Equal(t, text, parsed.String())
	})
	require.Positive(t, made, "some of the queries can be")
}

func columnNames(t schema.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

func checkPosition(t *rapid.T, l *tables.QueryLayout, p, above *tables.Position, filled map[int]int) {
	if p.Table >= 0 {
		table := l.Tables[p.Table]
		filled[p.Table]++
		require.GreaterOrEqual(t, len(p.Columns), len(table.Columns))
		for i, c := range table.Columns {
			require.Equal(t, c.Name, p.Columns[i].Name)
			require.True(t, arrow.TypeEqual(c.Type, p.Columns[i].Type), c.Name)
			require.Equal(t, c.Nullable, p.Columns[i].Nullable, c.Name)
			require.True(t, c.Nullable || p.Columns[i].Role != tables.QueryAbsent, c.Name)
		}
		require.Equal(t, tables.QueryGraphNode, p.Columns[2].Role)
		if filled[p.Table] > 1 && len(table.Key) > 0 {
			require.Contains(t, table.Key, "fb_graph_node")
		}
	}
	seen := map[string]bool{}
	for _, c := range p.Columns {
		require.False(t, seen[c.Name], c.Name)
		seen[c.Name] = true
		switch c.Role {
		case tables.QueryField:
			require.NotEmpty(t, c.Path)
		case tables.QueryDimension:
			require.Contains(t, p.Dimensions, c.Dimension)
		}
	}
	if above == nil {
		require.Empty(t, p.ParentColumn)
	} else if p.ParentColumn != "" {
		i := slices.IndexFunc(above.Columns, func(c tables.QueryColumn) bool { return c.Name == p.ParentColumn })
		require.GreaterOrEqual(t, i, 0, p.ParentColumn)
		require.Contains(t, []tables.QueryRole{tables.QueryID, tables.QueryField, tables.QueryParent}, above.Columns[i].Role)
		require.Equal(t, "utf8", above.Columns[i].Type.String())
	}
	for _, child := range p.Children {
		require.True(t, strings.HasPrefix(child.GraphNode, p.GraphNode+"_"))
		require.NotEmpty(t, child.Path)
		segments := strings.Count(child.Path, ".") + 1
		if child.Kind == tables.SummaryPosition {
			segments--
		}
		require.Len(t, child.Via, segments-1)
		checkPosition(t, l, child, p, filled)
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("media", "id,comments.limit(5).summary(true){text,from},insights.metric(reach)", true, "facebook")
	f.Add("", "business_discovery.username(x){media{id}},insights.metric(a,b).breakdown(c).metric_type(total_value)", true, "")
	f.Add("ig_hashtag_search/top_media?q=a%20b&limit=5", "caption", true, "instagram")
	f.Add("me/accounts?x=%", "access_token{a{b}}", false, "")
	f.Add("178_2/insights?metric=reach", "name.as(x),values", false, "")
	f.Fuzz(func(t *testing.T, endpoint, text string, accounts bool, login string) {
		l, failures, _ := tables.Query(query{
			Name: "fuzz_media", Endpoint: endpoint, Fields: text, Accounts: accounts, Several: true, Windowed: true, Login: login,
		})
		require.Equal(t, len(failures) == 0, l != nil)
		if l == nil {
			return
		}
		require.NotEmpty(t, l.Tables)
		for _, table := range l.Tables {
			require.NoError(t, table.Check())
		}
		_, err := fields.Parse(l.Root.Item.Fields.String())
		require.NoError(t, err)
	})
}

// A query must cost nothing beside what it reads.
func BenchmarkQuery(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		tables.Query(query{
			Name: "brand", Endpoint: "media", Accounts: true, Login: "facebook",
			Fields: "id,caption,like_count,timestamp,owner{id},comments.limit(50){text,timestamp,from{id,username},replies{text,timestamp}}," +
				"insights.metric(reach,views,saved,shares,likes,comments,total_interactions){name,values},children{media_type,media_url}",
		})
	}
}

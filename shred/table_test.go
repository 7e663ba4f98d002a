package shred_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/shred"
)

func plan(t testing.TB, root shred.Root, node shred.Node) *shred.Plan {
	t.Helper()
	p, err := shred.Compile(root, node)
	require.NoError(t, err)
	return p
}

// decodePage decodes one page and returns the rows of each table.
func decodePage(t testing.TB, d *shred.Decoder, page string) (*shred.Page, map[string][]row) {
	t.Helper()
	p, err := d.Decode([]byte(page))
	require.NoError(t, err)
	rows := map[string][]row{}
	for _, rec := range p.Records {
		rec.Retain()
		rows[rec.Schema().Field(0).Name] = rowsOf(t, rec)
	}
	p.Release()
	return p, rows
}

func TestValues(t *testing.T) {
	d := everything(t).NewDecoder()
	for _, c := range []struct {
		column int
		value  string
		want   any
	}{
		// text
		{0, `"plain"`, "plain"},
		{0, `""`, ""},
		{0, `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{0, `"\u0041\u00e9\u20AC\ud83d\ude0d"`, "Aé€😍"},
		{0, `"é€😍 as they are"`, "é€😍 as they are"},
		{0, `"long enough for two words \u0C95 and then some more \n\n"`, "long enough for two words ಕ and then some more \n\n"},
		{0, `"\ud83d"`, "\uFFFD"},
		{0, `"\ude0d"`, "\uFFFD"},
		{0, `"\ud83dx"`, "\uFFFDx"},
		{0, `"\ud83d\n"`, "\uFFFD\n"},
		{0, `"\ud83d\u0041"`, "\uFFFDA"},
		{0, `"\ud83d\ud83d\ude0d"`, "\uFFFD😍"},
		{0, `"\u0000"`, "\x00"},
		{0, `17841400000000001`, "17841400000000001"},
		{0, `-1.50e+3`, "-1.50e+3"},
		{0, `true`, "true"},
		{0, `null`, nil},
		// int
		{1, `0`, int64(0)},
		{1, `-0`, int64(0)},
		{1, `9223372036854775807`, int64(9223372036854775807)},
		{1, `-9223372036854775808`, int64(-9223372036854775808)},
		{1, `1.0`, int64(1)},
		{1, `1e3`, int64(1000)},
		{1, `12.5E1`, int64(125)},
		{1, `1000e-3`, int64(1)},
		{1, `0e999999999999999999999`, int64(0)},
		{1, `100000000000000000000000e-20`, int64(1000)},
		{1, `9.223372036854775807e18`, int64(9223372036854775807)},
		{1, `"42"`, int64(42)},
		{1, `"-4.20e1"`, int64(-42)},
		{1, `null`, nil},
		// float
		{2, `0.1`, 0.1},
		{2, `-12.25`, -12.25},
		{2, `3`, 3.0},
		{2, `1e-3`, 0.001},
		{2, `123456789.123456789`, 123456789.123456789},
		{2, `"0.5"`, 0.5},
		{2, `null`, nil},
		// bool
		{3, `true`, true},
		{3, `false`, false},
		{3, `null`, nil},
		// time
		{4, `"2019-09-26T22:36:43+0000"`, "2019-09-26T22:36:43Z"},
		{4, `"2019-09-26T22:36:43-0730"`, "2019-09-27T06:06:43Z"},
		{4, `"2019-09-26T22:36:43Z"`, "2019-09-26T22:36:43Z"},
		{4, `"2019-09-26t22:36:43z"`, "2019-09-26T22:36:43Z"},
		{4, `"2019-09-26T22:36:43.5+02:00"`, "2019-09-26T20:36:43.5Z"},
		{4, `"2019-09-26T22:36:43.123456789Z"`, "2019-09-26T22:36:43.123456Z"},
		{4, `"2019-09-26T22:36:43\u002b0000"`, "2019-09-26T22:36:43Z"},
		{4, `"1969-12-31T23:59:59+0000"`, "1969-12-31T23:59:59Z"},
		{4, `"2024-02-29T00:00:00+0000"`, "2024-02-29T00:00:00Z"},
		{4, `1569537403`, "2019-09-26T22:36:43Z"},
		{4, `null`, nil},
		// date
		{5, `"2019-09-26"`, "2019-09-26"},
		{5, `"2019-09-26T22:36:43+0000"`, "2019-09-26"},
		{5, `"1969-12-31T23:36:43+0000"`, "1969-12-31"},
		{5, `null`, nil},
		// json
		{6, `"a\u00e9 b"`, `"a\u00e9 b"`},
		{6, `{ "a" : [ 1 , "x y\" z" , { } ] }`, `{"a":[1,"x y\" z",{}]}`},
		{6, "[\n\t1.0,\r\n true ]", `[1.0,true]`},
		{6, `1e5`, `1e5`},
		{6, `null`, nil},
		// loose
		{7, `"a\u00e9 b"`, "aé b"},
		{7, `[ 1, 2 ]`, "[1,2]"},
		{7, `{"a" :1}`, `{"a":1}`},
		{7, `12`, "12"},
		{7, `false`, "false"},
		{7, `null`, nil},
		// list
		{8, `[]`, []any{}},
		{8, `["a", null ,1,true,"\u00e9"]`, []any{"a", nil, "1", "true", "é"}},
		{8, `null`, nil},
		// map
		{9, `{}`, []pair{}},
		{9, `{"b":2,"a":1,"n":null,"\u00e9":"3"}`, []pair{{"b", 2}, {"a", 1}, {"é", 3}}},
		{9, `null`, nil},
	} {
		keys := []string{"text", "int", "float", "bool", "time", "date", "json", "loose", "list", "map"}
		_, got := decodePage(t, d, fmt.Sprintf(` { "%s" : %s , "other":[{}] } `, keys[c.column], c.value))
		want := make(row, 11)
		want[c.column] = c.want
		assert.Equal(t, []row{want}, got["text"], "%s: %s", keys[c.column], c.value)
	}
}

func TestFloatsAreTheNearest(t *testing.T) {
	d := everything(t).NewDecoder()
	for _, v := range []float64{0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 123456.789, 0.30000000000000004, 9007199254740993, 1e22, 1e23} {
		for _, format := range []string{"%v", "%f", "%e", "%.12f"} {
			text := fmt.Sprintf(format, v)
			var want float64
			_, err := fmt.Sscan(text, &want)
			require.NoError(t, err)
			_, got := decodePage(t, d, `{"float":`+text+`}`)
			assert.Equal(t, want, got["text"][0][2], text)
		}
	}
}

var profileSchema = schemaOf("account_id!", utf8Type, "username", utf8Type, "followers_count", int64Type, "retrieved_at!", timeType)

func TestProfile(t *testing.T) {
	p := plan(t, shred.RootObject, shred.Node{
		Table: "account_profile", Schema: profileSchema,
		Columns: []shred.Field{{Param: "account_id"}, {Path: "username"}, {Path: "followers_count"}, {Param: "retrieved_at"}},
	})
	assert.Equal(t, []string{"account_profile"}, p.Tables())
	d := p.NewDecoder()
	_, err := d.Decode([]byte(`{}`))
	require.EqualError(t, err, "column account_id of table account_profile wants the param account_id: call Set before Decode")
	require.NoError(t, d.Set("account_id", account))
	require.NoError(t, d.Set("retrieved_at", time.Date(2026, 11, 22, 7, 0, 0, 0, time.FixedZone("", 3600))))
	require.EqualError(t, d.Set("account", "1"), "no column has the param account")
	require.EqualError(t, d.Set("account_id", 7), "param account_id, column account_id of table account_profile: a int does not fit the column")
	for i, page := range []string{`{"username":"one","followers_count":23354,"id":"1"}`, `{"id":"2"}`} {
		_, got := decodePage(t, d, page)
		want := []row{{account, "one", int64(23354), "2026-11-22T06:00:00Z"}}
		if i == 1 {
			want = []row{{account, nil, nil, "2026-11-22T06:00:00Z"}}
		}
		assert.Equal(t, want, got["account_id"])
	}
	assert.Equal(t, []shred.Count{{Table: "account_profile", Name: "id", Times: 2}}, d.UnknownFields())
}

// posts is a tree of three tables, with insights.
func posts(t testing.TB, root shred.Root) *shred.Plan {
	return plan(t, root, shred.Node{
		Table:  "media",
		Schema: schemaOf("media_id!", utf8Type, "account_id", utf8Type, "timestamp", timeType, "owner", utf8Type),
		Columns: []shred.Field{
			{Path: "id"}, {Path: "owner.id", Param: "account_id"}, {Path: "timestamp"}, {Path: "owner", Form: shred.FormJSON},
		},
		Insights: []shred.Nested{{Path: "insights", Plan: compile(t, integers("reach", "views"))}},
		Edges: []shred.Edge{
			{Path: "comments", Node: shred.Node{
				Table:   "comments",
				Schema:  schemaOf("comment_id!", int64Type, "media_id!", utf8Type, "text", utf8Type, "account_id", utf8Type, "posted", timeType),
				Columns: []shred.Field{{Path: "id"}, {Parent: "media_id"}, {Path: "text"}, {Parent: "account_id"}, {Parent: "timestamp"}},
				Edges: []shred.Edge{{Path: "replies", Node: shred.Node{
					Table:   "replies",
					Schema:  schemaOf("reply_id!", utf8Type, "comment_id!", int64Type, "media_id!", utf8Type, "account_id", utf8Type),
					Columns: []shred.Field{{Path: "id"}, {Parent: "comment_id"}, {Parent: "media_id"}, {Parent: "account_id"}},
				}}},
			}},
			{Path: "wrapped.tags", CursorOnly: true, Node: shred.Node{
				Table: "tags", Schema: schemaOf("tag", utf8Type), Columns: []shred.Field{{Path: "id"}},
			}},
		},
	})
}

const postsData = `[
	{"comments":{"data":[
			{"text":"hi","id":"11","replies":{"data":[{"id":"111"},{"id":"112"}],"paging":{"cursors":{"after":"R"},"next":"https://graph.example/?access_token=SECRET"}}},
			{"id":12,"text":"\u00e9","replies":{"data":[]}}],
		"paging":{"cursors":{"before":"B","after":"C"},"next":"https://graph.example/"}},
	 "owner":{"id":"7","username":"u"},
	 "insights":{"data":[{"name":"views","values":[{"value":5}]},{"name":"reach","values":[{"value":6}]}],"paging":null},
	 "timestamp":"2019-09-26T22:36:43+0000","id":"1"},
	{"id":2,"comments":null,"wrapped":{"tags":{"data":[{"id":"a"},{"id":null}],"paging":{"cursors":{"after":"T"}}},"more":1}},
	{"id":"3","owner":null,"comments":[{"id":31,"replies":null}],"insights":null,"wrapped":{"tags":{"data":[],"paging":{"cursors":{"after":"X"}}}}}
]`

func TestTree(t *testing.T) {
	p := posts(t, shred.RootList)
	assert.Equal(t, []string{"media", "comments", "replies", "tags"}, p.Tables())
	d := p.NewDecoder()
	for range 2 {
		page, got := decodePage(t, d, `{"paging":{"cursors":{"after":"NEXT"},"next":"https://graph.example/?access_token=SECRET"},"data":`+postsData+`}`)
		assert.Equal(t, "NEXT", page.After)
		assert.True(t, page.More)
		assert.Equal(t, map[string][]row{
			"media_id": {
				{"1", "7", "2019-09-26T22:36:43Z", `{"id":"7","username":"u"}`},
				{"2", nil, nil, nil},
				{"3", nil, nil, nil},
			},
			"comment_id": {
				{int64(11), "1", "hi", "7", "2019-09-26T22:36:43Z"},
				{int64(12), "1", "é", "7", "2019-09-26T22:36:43Z"},
				{int64(31), "3", nil, nil, nil},
			},
			"reply_id": {{"111", int64(11), "1", "7"}, {"112", int64(11), "1", "7"}},
			"tag":      {{"a"}, {nil}},
		}, got)
		opened := page.Open
		require.Len(t, opened, 3)
		for i, want := range [][4]string{{"replies", "replies", "11", "R"}, {"comments", "comments", "1", "C"}, {"tags", "wrapped.tags", "2", "T"}} {
			o := opened[i]
			assert.Equal(t, want, [4]string{o.Table, o.Edge, o.Parent, o.After})
		}
		assert.NotContains(t, fmt.Sprintf("%+v", page), "SECRET")

		f := page.Facts[0]
		assert.True(t, f.HasRow(0, 0))
		assert.True(t, f.HasRow(0, 1))
		assert.False(t, f.HasRow(1, 0))
		assert.False(t, f.HasRow(99, 0))
		assert.False(t, f.HasRow(0, 2))
	}
	assert.Equal(t, []shred.Count{{Table: "media", Name: "owner.username", Times: 2}, {Table: "media", Name: "wrapped.more", Times: 2}}, d.UnknownFields())
}

func TestParamWinsOverPath(t *testing.T) {
	d := posts(t, shred.RootList).NewDecoder()
	require.NoError(t, d.Set("account_id", account))
	_, got := decodePage(t, d, `{"data":`+postsData+`}`)
	for _, table := range []struct {
		name   string
		column int
	}{{"media_id", 1}, {"comment_id", 3}, {"reply_id", 3}} {
		for _, r := range got[table.name] {
			assert.Equal(t, account, r[table.column])
		}
	}
	require.NoError(t, d.Set("account_id", nil))
	_, got = decodePage(t, d, `{"data":`+postsData+`}`)
	assert.Equal(t, "7", got["media_id"][0][1])
}

func TestByID(t *testing.T) {
	d := posts(t, shred.RootByID).NewDecoder()
	page, got := decodePage(t, d, `{"1":{"id":"1"},"9":null,"3":{"comments":{"data":[{"id":5}]},"id":"3"}}`)
	assert.Equal(t, []row{{"1", nil, nil, nil}, {"3", nil, nil, nil}}, got["media_id"])
	assert.Equal(t, []row{{int64(5), "3", nil, nil, nil}}, got["comment_id"])
	assert.Empty(t, page.After)
	assert.False(t, page.More)
	_, err := d.Decode([]byte(`{"1":{"id":"1"},"1":{"id":"1"}}`))
	require.ErrorContains(t, err, `the key "1" stands twice`)
}

func TestListWithoutPaging(t *testing.T) {
	d := posts(t, shred.RootList).NewDecoder()
	for _, text := range []string{`{"data":[]}`, `{"data":[],"paging":null}`, `[]`, `{"data":[],"paging":{"cursors":null,"next":null}}`} {
		page, got := decodePage(t, d, text)
		assert.Empty(t, got["media_id"])
		assert.False(t, page.More)
		assert.Empty(t, page.After)
	}
}

func TestEdgesAlone(t *testing.T) {
	d := plan(t, shred.RootObject, shred.Node{Edges: []shred.Edge{{
		Path: "business_discovery.media", CursorOnly: true,
		Node: shred.Node{Table: "media", Schema: schemaOf("media_id", utf8Type), Columns: []shred.Field{{Path: "id"}}},
	}}}).NewDecoder()
	page, got := decodePage(t, d, `{"business_discovery":{"media":{"data":[{"id":"1"},{"id":"2"}],"paging":{"cursors":{"after":"A"}}},"id":"8"},"id":"7"}`)
	assert.Equal(t, []row{{"1"}, {"2"}}, got["media_id"])
	require.Len(t, page.Open, 1)
	assert.Equal(t, "business_discovery.media", page.Open[0].Edge)
	assert.Empty(t, page.Open[0].Parent)
}

// A page that fails leaves nothing behind, and the Decoder goes on.
func TestDecoderGoesOnAfterAnError(t *testing.T) {
	d := posts(t, shred.RootList).NewDecoder()
	for range 3 {
		_, err := d.Decode([]byte(`{"data":` + strings.TrimSuffix(postsData, "]") + `,{"id":"4","insights":{"data":[{"name":"reach","values":[{"value":1}]}]},"comments":{"data":[{"id":"x"}]}}]}`))
		require.ErrorContains(t, err, "data[3].comments.data[0].id")
		page, got := decodePage(t, d, `{"data":`+postsData+`}`)
		assert.Len(t, got["media_id"], 3)
		assert.Len(t, got["comment_id"], 3)
		assert.Equal(t, 2, page.Facts[0].Len())
	}
	e := everything(t).NewDecoder()
	for range 2 {
		_, err := e.Decode([]byte(`{"text":"a","int":1,"float":2,"bool":true,"time":1,"date":"2019-01-01","json":1,"loose":2,"list":["a"],"map":{"a":1},"owner":{"id":1},"x":?}`))
		require.Error(t, err)
		_, got := decodePage(t, e, `{"bool":false,"list":["b"],"map":{"b":2}}`)
		assert.Equal(t, []row{{nil, nil, nil, false, nil, nil, nil, nil, []any{"b"}, []pair{{"b", 2}}, nil}}, got["text"])
	}
}

// Records stay as they are when the Decoder goes on and the page's buffer is used again.
func TestRecordsOutliveTheirPage(t *testing.T) {
	d := posts(t, shred.RootList).NewDecoder()
	buffer := []byte(`{"data":` + postsData + `}`)
	first, err := d.Decode(buffer)
	require.NoError(t, err)
	for i := range buffer {
		buffer[i] = ' '
	}
	copy(buffer, `{"data":[{"id":"9","comments":[{"id":99,"text":"zz"}]}]}`)
	second, err := d.Decode(buffer)
	require.NoError(t, err)
	assert.Equal(t, "1", rowsOf(t, first.Records[0])[0][0])
	assert.Equal(t, "hi", rowsOf(t, first.Records[1])[0][2])
	assert.Equal(t, "9", rowsOf(t, second.Records[0])[0][0])
}

func TestManyRowsAndColumns(t *testing.T) {
	const columns = 200
	var parts []any
	var fields []shred.Field
	for i := range columns {
		parts = append(parts, fmt.Sprintf("c%d", i), int64Type)
		fields = append(fields, shred.Field{Path: fmt.Sprintf("c%d", i)})
	}
	d := plan(t, shred.RootList, shred.Node{Table: "t", Schema: schemaOf(parts...), Columns: fields}).NewDecoder()
	var page strings.Builder
	page.WriteString(`{"data":[`)
	want := []row{}
	for i := range 50 {
		r := make(row, columns)
		if i > 0 {
			page.WriteByte(',')
		}
		page.WriteString(`{"y":0`)
		for j := range 300 {
			c := (j*7 + i) % 300
			if c%5 == i%5 {
				continue
			}
			fmt.Fprintf(&page, `,"c%d":%d`, c, i+c)
			if c < columns {
				r[c] = int64(i + c)
			}
		}
		page.WriteByte('}')
		want = append(want, r)
	}
	page.WriteString(`]}`)
	for range 2 {
		_, got := decodePage(t, d, page.String())
		assert.Equal(t, want, got["c0"])
	}
	unknown := d.UnknownFields()
	assert.Equal(t, "…", unknown[len(unknown)-1].Name)
	_, err := d.Decode([]byte(strings.Replace(page.String(), `{"y":0,`, `{"y":0,"c299":7,`, 2)))
	require.ErrorContains(t, err, `the key "c299" stands twice`)
}

func TestParentsOfAllKinds(t *testing.T) {
	parts := []any{"text", utf8Type, "int", int64Type, "float", floatType, "bool", boolType, "time", timeType, "date", dateType, "list", listType, "map", mapType}
	var parents []shred.Field
	var paths []shred.Field
	for i := 0; i < len(parts); i += 2 {
		paths = append(paths, shred.Field{Path: parts[i].(string)})
		parents = append(parents, shred.Field{Parent: parts[i].(string)})
	}
	childParts := append([]any{"child", int64Type}, parts...)
	d := plan(t, shred.RootList, shred.Node{
		Table: "up", Schema: schemaOf(parts...), Columns: paths,
		Edges: []shred.Edge{{Path: "down", Node: shred.Node{Table: "down", Schema: schemaOf(childParts...), Columns: append([]shred.Field{{Path: "n"}}, parents...)}}},
	}).NewDecoder()
	_, got := decodePage(t, d, `{"data":[
		{"text":"a","int":1,"float":0.5,"bool":true,"time":0,"date":"1970-01-02","list":["x",null],"map":{"k":9},"down":[{"n":1},{"n":2}]},
		{"down":[{"n":3}]},
		{"down":[{"n":4}],"bool":false,"list":[],"map":{},"text":""}]}`)
	first := row{"a", int64(1), 0.5, true, "1970-01-01T00:00:00Z", "1970-01-02", []any{"x", nil}, []pair{{"k", 9}}}
	assert.Equal(t, []row{
		append(row{int64(1)}, first...), append(row{int64(2)}, first...),
		{int64(3), nil, nil, nil, nil, nil, nil, nil, nil},
		{int64(4), "", nil, nil, false, nil, nil, []any{}, []pair{}},
	}, got["child"])
}

func TestParamsOfAllKinds(t *testing.T) {
	d := plan(t, shred.RootList, shred.Node{
		Table:  "t",
		Schema: schemaOf("text", utf8Type, "int", int64Type, "float", floatType, "bool", boolType, "time", timeType, "date", dateType, "none", utf8Type),
		Columns: []shred.Field{
			{Param: "text"}, {Param: "int"}, {Param: "float"}, {Param: "bool"}, {Param: "time"}, {Param: "date"}, {Param: "none"},
		},
	}).NewDecoder()
	at := time.Date(2026, 3, 4, 23, 0, 0, 0, time.FixedZone("", -3600))
	for name, v := range map[string]any{"text": "x", "int": int64(1), "float": 2.5, "bool": true, "time": at, "date": at} {
		require.NoError(t, d.Set(name, v))
		for _, wrong := range []any{1, []byte("x"), nil} {
			if wrong != nil {
				require.ErrorContains(t, d.Set(name, wrong), "does not fit")
			}
		}
	}
	_, got := decodePage(t, d, `{"data":[{},{}]}`)
	want := row{"x", int64(1), 2.5, true, "2026-03-05T00:00:00Z", "2026-03-04", nil}
	assert.Equal(t, []row{want, want}, got["text"])
}

func TestCompileRefuses(t *testing.T) {
	s := schemaOf("id", utf8Type)
	ok := []shred.Field{{Path: "id"}}
	deep := shred.Node{Table: "t", Schema: s, Columns: ok}
	for _, c := range []struct {
		root shred.Root
		node shred.Node
		want string
	}{
		{9, deep, "root 9 is none of"},
		{0, shred.Node{}, "a tree without a table"},
		{0, shred.Node{Columns: ok}, "no table name"},
		{0, shred.Node{Table: "t"}, "table t: it has no schema"},
		{0, shred.Node{Table: "t", Schema: s}, "0 fields for a schema of 1 columns"},
		{0, shred.Node{Table: "t", Schema: s, Columns: []shred.Field{{}}}, "table t: column id: it has neither Path nor Param nor Parent"},
		{0, shred.Node{Table: "t", Schema: s, Columns: []shred.Field{{Path: "a..b"}}}, "the path has an empty part"},
		{0, shred.Node{Table: "t", Schema: s, Columns: []shred.Field{{Parent: "x"}}}, "no table above has a column x"},
		{0, shred.Node{Table: "t", Schema: s, Columns: []shred.Field{{Parent: "x", Path: "y"}}}, "a Parent and a Path"},
		{0, shred.Node{Table: "t", Schema: s, Columns: []shred.Field{{Path: "x", Form: 7}}}, "form 7 is none of"},
		{0, shred.Node{Table: "t", Schema: schemaOf("n", int64Type), Columns: []shred.Field{{Path: "x", Form: shred.FormJSON}}}, "a form is for utf8 columns"},
		{0, shred.Node{Table: "t", Schema: schemaOf("n", arrow.PrimitiveTypes.Int8), Columns: ok}, "its type int8 cannot be read"},
		{0, shred.Node{Table: "t", Schema: s, Columns: ok, Edges: []shred.Edge{{Path: "e", Node: deep}}}, "table t: the name stands twice"},
		{0, shred.Node{Table: "t", Schema: s, Columns: ok, Edges: []shred.Edge{{Path: "", Node: shred.Node{Table: "u", Schema: s, Columns: ok}}}}, "edge : the path has an empty part"},
		{0, shred.Node{Table: "t", Schema: s, Columns: ok, Insights: []shred.Nested{{Path: "i"}}}, "the insights i have no plan"},
		{0, shred.Node{Table: "t", Schema: s, Columns: ok, Edges: []shred.Edge{{Path: "e", Node: shred.Node{Table: "u", Schema: schemaOf("id", int64Type), Columns: []shred.Field{{Parent: "id"}}}}}}, "id of table t is utf8, not int64"},
	} {
		_, err := shred.Compile(c.root, c.node)
		require.ErrorContains(t, err, c.want)
	}
	var parts []any
	var fields []shred.Field
	for i := range 300 {
		parts, fields = append(parts, fmt.Sprint(i), utf8Type), append(fields, shred.Field{Path: fmt.Sprint(i)})
	}
	_, err := shred.Compile(0, shred.Node{Table: "t", Schema: schemaOf(parts...), Columns: fields})
	require.ErrorContains(t, err, "more than 240 fields of one object")
}

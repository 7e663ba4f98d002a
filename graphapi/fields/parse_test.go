package fields_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/fields"
)

func parse(t *testing.T, text string) fields.List {
	t.Helper()
	list, err := fields.Parse(text)
	require.NoError(t, err)
	return list
}

func TestParseGivesTheTree(t *testing.T) {
	text := "id, comments . limit( 2 ).as(c)\n{ text,replies{} }"
	assert.Equal(t, fields.List{
		{Name: "id", Column: 1},
		{
			Name: "comments", Column: 5, Braces: true,
			Modifiers: []fields.Modifier{{Name: "limit", Args: "2", Column: 16}, {Name: "as", Args: "c", Column: 27}},
			Fields: fields.List{
				{Name: "text", Column: 35},
				{Name: "replies", Column: 40, Braces: true},
			},
		},
	}, parse(t, text))
}

func TestParseCountsColumnsInCharacters(t *testing.T) {
	list := parse(t, "a.q(größe\n\"€\"),\u00a0b.as(ü),c")
	assert.Equal(t, []int{1, 17, 25}, []int{list[0].Column, list[1].Column, list[2].Column})
	assert.Equal(t, 19, list[1].Modifiers[0].Column)
}

func TestParseOfNothing(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t\r\n \u00a0\u2028"} {
		list, err := fields.Parse(text)
		assert.NoError(t, err)
		assert.Empty(t, list)
		assert.Equal(t, "", list.String())
	}
}

func TestParsedTextsPrintWithoutWhiteSpace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"id", "id"},
		{" id ,\tname\r\n", "id,name"},
		{"_a-b2,C", "_a-b2,C"},
		{"media{}", "media{}"},
		{"media { }", "media{}"},
		{"comments{replies{timestamp,like_count,user,text}}", "comments{replies{timestamp,like_count,user,text}}"},
		{"insights . metric ( impressions, reach,\n total_interactions )", "insights.metric(impressions, reach,\n total_interactions)"},
		{"insights.since(30 days ago).period(day).metric(reach)", "insights.since(30 days ago).period(day).metric(reach)"},
		{"insights.since(%%days:-5%%) {name}", "insights.since(%%days:-5%%){name}"},
		{"insights.time_range({'since':'x', 'until':\"y\"})", "insights.time_range({'since':'x', 'until':\"y\"})"},
		{"a.b(),c.d( )", "a.b(),c.d()"},
		{"a.b(((1)[2]{3}))", "a.b(((1)[2]{3}))"},
		{"a.b(')'),c", "a.b(')'),c"},
		{`a.b("(\")"),c`, `a.b("(\")"),c`},
		{`a.b(['}',"]", ')']),c`, `a.b(['}',"]", ')']),c`},
		{"ig_hashtag_search.q(l'oreal),name.q(men's)", "ig_hashtag_search.q(l'oreal),name.q(men's)"},
		{"a.q(x='it)s'),b", "a.q(x='it)s'),b"},
		{`a.b(c:\d)`, `a.b(c:\d)`},
		{"business_discovery.username(x){media.limit(5).after(QVFI=){id}},id", "business_discovery.username(x){media.limit(5).after(QVFI=){id}},id"},
		{"id,id,a.limit(1).limit(2)", "id,id,a.limit(1).limit(2)"},
		{"a.b(\xff)", "a.b(\xff)"},
	} {
		assert.Equal(t, c.want, parse(t, c.text).String(), c.text)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		reason string
	}{
		{"a,,b", 3, `expected a field name, found "," in "a,,b"; there is a comma too many`},
		{"a, b ,", 7, `expected a field name, found the end of the text in "a, b ,"; there is a comma too many`},
		{"media{id, }", 11, `expected a field name, found "}" in "media{id, }"; there is a comma too many`},
		{",a", 1, `expected a field name, found "," in ",a"`},
		{"media{,id}", 7, `expected a field name, found "," in "media{,id}"`},
		{"{id}", 1, `expected a field name, found "{" in "{id}"`},
		{"}", 1, `expected a field name, found "}" in "}"`},
		{"a,2b", 3, `expected a field name, found "2b" in "a,2b"; a name begins with a letter from a to z or an underscore`},
		{"größe", 3, `expected a comma, ".", "{" or the end of the text, found "öße" in "größe"`},
		{"öl", 1, `expected a field name, found "öl" in "öl"; a name begins with a letter from a to z or an underscore`},
		{"id username", 4, `expected a comma, ".", "{" or the end of the text, found "username" in "id username"`},
		{"id;username", 3, `expected a comma, ".", "{" or the end of the text, found ";" in "id;username"`},
		{`"id"`, 1, `expected a field name, found '"' in "\"id\""`},
		{"id\n\x00", 4, `expected a comma, ".", "{" or the end of the text, found "\x00" in "id\n\x00"`},
		{"id}", 3, `expected a comma, ".", "{" or the end of the text, found "}" in "id}"; there is a closing brace too many`},
		{"a{b}}", 5, `expected a comma or the end of the text, found "}" in "a{b}}"; there is a closing brace too many`},
		{"id)", 3, `expected a comma, ".", "{" or the end of the text, found ")" in "id)"; there is a closing parenthesis too many`},
		{"insights(reach)", 9, `expected a comma, ".", "{" or the end of the text, found "(" in "insights(reach)"; arguments belong to a modifier, as in "insights.limit(10)"`},
		{"a{b}c", 5, `expected a comma or the end of the text, found "c" in "a{b}c"`},
		{"a{b} {c}", 6, `expected a comma or the end of the text, found "{" in "a{b} {c}"`},
		{"a{b}.limit(1)", 5, `expected a comma or the end of the text, found "." in "a{b}.limit(1)"; modifiers stand before the braces`},
		{"a{b{c} d}", 8, `expected a comma or "}", which closes the "{" at column 2, found "d" in "a{b{c} d}"`},
		{"a{b{c}", 7, `expected a comma or "}", which closes the "{" at column 2, found the end of the text in "a{b{c}"`},
		{"a{b", 4, `expected a comma, ".", "{" or "}", which closes the "{" at column 2, found the end of the text in "a{b"`},
		{"id,a{ ", 7, `expected a field name or "}", which closes the "{" at column 5, found the end of the text in "id,a{ "`},
		{"a.", 3, `expected the name of a modifier, found the end of the text in "a."`},
		{"a..limit(1)", 3, `expected the name of a modifier, found "." in "a..limit(1)"`},
		{"a.1(2)", 3, `expected the name of a modifier, found "1" in "a.1(2)"; a name begins with a letter from a to z or an underscore`},
		{"a.limit", 8, `expected "(" and the arguments of "limit", found the end of the text in "a.limit"`},
		{"a.limit{b}", 8, `expected "(" and the arguments of "limit", found "{" in "a.limit{b}"`},
		{"a.limit (1", 11, `expected ")", which closes the "(" at column 9, found the end of the text in "a.limit (1"`},
		{"a.limit(1}", 10, `expected ")", which closes the "(" at column 8, found "}" in "a.limit(1}"`},
		{"a.b([1)]", 7, `expected "]", which closes the "[" at column 5, found ")" in "a.b([1)]"`},
		{"a.b({'c':'d})", 14, `expected "'", which closes the "'" at column 10, found the end of the text in "a.b({'c':'d})"`},
		{`a.b("c)`, 8, `expected '"', which closes the '"' at column 5, found the end of the text in "a.b(\"c)"`},
		{"a.limit(1)(2)", 11, `expected a comma, ".", "{" or the end of the text, found "(" in "a.limit(1)(2)"`},
		{
			"a.q(ü" + strings.Repeat("x", 40) + ")," + strings.Repeat("y", 40) + ", ," + strings.Repeat("z", 40), 90,
			`expected a field name, found "," in "…yyyyyyyyyyyyyyyyyyyyyyyyyyyy, ,zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…"; there is a comma too many`,
		},
		{"a " + strings.Repeat("é", 40), 3, `expected a comma, ".", "{" or the end of the text, found "éééééééééééééééééééééééééééééé"… in "a ééééééééééééééééééééééééééééééé…"`},
	} {
		list, err := fields.Parse(c.text)
		assert.Nil(t, list, c.text)
		var e *fields.SyntaxError
		if assert.ErrorAs(t, err, &e, c.text) {
			assert.Equal(t, c.column, e.Column, c.text)
			assert.Equal(t, c.reason, e.Reason(), c.text)
			assert.Equal(t, c.text, e.Text)
		}
	}
	_, err := fields.Parse("a,,b")
	assert.EqualError(t, err, `column 3 of fields: expected a field name, found "," in "a,,b"; there is a comma too many`)
}

// deep nests n levels of braces.
func deep(n int) string { return strings.Repeat("a{", n) + "b" + strings.Repeat("}", n) }

func TestParseBoundsTheDepth(t *testing.T) {
	list := parse(t, deep(fields.MaxDepth))
	assert.Equal(t, deep(fields.MaxDepth), list.String())
	list = parse(t, "a.b("+strings.Repeat("[", fields.MaxDepth)+strings.Repeat("]", fields.MaxDepth)+")")
	assert.Len(t, list[0].Modifiers[0].Args, 2*fields.MaxDepth)

	for _, n := range []int{51, 1000, 1_000_000} {
		_, err := fields.Parse(deep(n))
		var e *fields.SyntaxError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 102, e.Column)
		assert.Contains(t, e.Error(), `column 102 of fields: expected no more than 50 levels of braces, found one more, "{", in "…`)
		assert.Less(t, len(e.Error()), 200)

		_, err = fields.Parse("a.b(" + strings.Repeat("(", n) + strings.Repeat(")", n) + ")")
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 55, e.Column)
		assert.Equal(t, "no more than 50 levels of brackets in arguments", e.Expected)
	}
}

func TestParseTakesLongTextsInOneGo(t *testing.T) {
	const n = 200_000
	list := parse(t, strings.TrimSuffix(strings.Repeat("a.b(c,'d').e(f), ", n), ", "))
	assert.Len(t, list, n)
	assert.Equal(t, (n-1)*17+1, list[n-1].Column)
	_, err := fields.Parse(strings.Repeat("a,", n))
	var e *fields.SyntaxError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 2*n+1, e.Column)
	_, err = fields.Parse("a.b('" + strings.Repeat("c'd", n))
	assert.Error(t, err)
}

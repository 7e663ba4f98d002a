package plugin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

// withCondition is a descriptor with properties a, b, c and target, and one filter that shows target.
func withCondition(condition string) (*plugin.Descriptor, error) {
	property := func(name string) string {
		return `"` + name + `": {"name": "` + name + `", "description": "D.", "type": "string", "required": false, "macroSupported": true, "macroEscapingEnabled": false}`
	}
	widget := func(name string) string { return `{"widget-type": "textbox", "label": "L", "name": "` + name + `"}` }
	return plugin.ParseDescriptor([]byte(`{"name": "Filtered", "type": "batchsource", "description": "D.",
		"properties": {` + property("a") + `,` + property("b") + `,` + property("c") + `,` + property("target") + `},
		"metadata": {"spec-version": "1.5"},
		"configuration-groups": [{"label": "One", "properties": [` + widget("a") + `,` + widget("b") + `,` + widget("c") + `]},
			{"label": "Two", "properties": [` + widget("target") + `]}],
		"filters": [{"name": "f", "condition": ` + condition + `, "show": [{"name": "Two", "type": "group"}]}]}`))
}

func expressionJSON(expression string) string {
	text, _ := json.Marshal(map[string]string{"expression": expression})
	return string(text)
}

func TestFilterExpressions(t *testing.T) {
	for _, c := range []struct {
		expression string
		values     string // a=1;b=2
		want       bool
	}{
		{"a == 'x'", "a=x", true},
		{`a == "x"`, "a=y", false},
		{"a == 'x'", "", false},
		{"a != 'x'", "", true},
		{"a != 'x'", "a=x", false},
		{`a == 'it\'s'`, "a=it's", true},
		{`a == 'a\\b'`, `a=a\b`, true},
		// What is asked about one macro alone is true.
		{"a == 'x'", "a=${m}", true},
		{"a == 'x' && b == 'y'", "a=${m};b=z", true},
		{"!(a == 'x')", "a=${m}", true},
		{"a == 'x'", "a=m${m}", false},
		{"a == 'x'", "b=${m}", false},
		// Types as the pages infer them.
		{"a == 5", "a=5", true},
		{"a == 5", "a=5.0", true},
		{"a == '5'", "a=5", true},
		{"a == 5", "a=0x5", true},
		{"a == 0", "a=", true},
		{"a == 0", "", false},
		{"a == -1", "a=-1", true},
		{"a == 1.5", "a=15e-1", true},
		{"a == 'inf'", "a=inf", true},
		{"a == '1_0'", "a=1_0", true},
		{"a == true", "a=true", true},
		{"a == true", "a=false", false},
		{"a == true", "a=TRUE", false},
		{"a == false", "a=false", true},
		{"a", "a=true", true},
		{"a", "a=0", false},
		{"a", "a=", false},
		{"a", "a=x", true},
		{"!a", "", true},
		{"!!a", "a=1", true},
		{"a == b", "", true},
		{"a == b", "a=1;b=1.0", true},
		// Comparisons.
		{"a > 3", "a=4", true},
		{"a >= 4", "a=4", true},
		{"a < 3", "a=4", false},
		{"a <= 4", "a=4", true},
		{"a < 3", "", false},
		{"a > 'm'", "a=n", true},
		{"a > 3", "a=n", false},
		{"a > b == true", "a=2;b=1", true}, // one rank, from left to right
		// Membership.
		{"a in ['x', 'y']", "a=y", true},
		{"a in ['x', 'y']", "a=z", false},
		{"a in []", "a=z", false},
		{"a in [1, 2]", "a=2", true},
		{"a in [b, 'q']", "a=2;b=2", true},
		{"'x' in a", "a=wxyz", true},
		{"'x' in a", "a=abc", false},
		{"3 in a", "a=1,3", true},
		{"'x' in a", "", false},
		{"!(a in ['x'])", "a=y", true},
		// Numbers as JavaScript reads and prints them.
		{"a == 8", "a=0o10", true},
		{"a == 2", "a= 0b10 ", true},
		{"a == '0xg'", "a=0xg", true},
		{"a == '0x1_0'", "a=0x1_0", true},
		{"a > 1", "a=Infinity", true},
		{"a < 1", "a=-Infinity", true},
		{"a > 1", "a=1e999", true},
		{"a == '1e'", "a=1e", true},
		{"a in 'it is Infinity'", "a=Infinity", true},
		{"a in 'it is -Infinity'", "a=-Infinity", true},
		{"a in '1e+21'", "a=1000000000000000000000", true},
		{"a in '1e-7'", "a=0.0000001", true},
		{"a in '0.5'", "a=.50", true},
		{"a in '-0'", "a=-0", true},
		{"a in 'true'", "a=true", true},
		{"a in 'undefined'", "", true},
		// Joints.
		{"a == 1 && b == 2", "a=1;b=2", true},
		{"a == 1 && b == 2", "a=1;b=3", false},
		{"a == 1 || b == 2 || c == 3", "c=3", true},
		{"a == 1 || b == 2 || c == 3", "c=4", false},
		{"(a == 1 || b == 2) && c == 3", "a=1;c=3", true},
		{"a == 1 || (b == 2 && c == 3)", "b=2;c=3", true},
		{"a == 1 || (b == 2 && c == 3)", "b=2", false},
		{"!a == 1", "a=0", true}, // (!a) == 1
		{"( ( a ) )==1", "a=1", true},
	} {
		t.Run(c.expression+" of "+c.values, func(t *testing.T) {
			d, err := withCondition(expressionJSON(c.expression))
			require.NoError(t, err)
			visible := d.Visible(parseValues(c.values))
			assert.Equal(t, c.want, visible("target"))
			assert.True(t, visible("a"))
			assert.True(t, visible("no property at all"))
		})
	}
}

func parseValues(text string) map[string]string {
	values := map[string]string{}
	for pair := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			values[name] = value
		}
	}
	return values
}

func TestFilterOperators(t *testing.T) {
	for _, c := range []struct {
		condition, values string
		want              bool
	}{
		{`{"property": "a", "operator": "equal to", "value": "x"}`, "a=x", true},
		{`{"property": "a", "operator": "equal to", "value": "x"}`, "a=y", false},
		{`{"property": "a", "operator": "equal to", "value": ""}`, "", false},
		{`{"property": "a", "operator": "equal to", "value": 5}`, "a=5", true},
		{`{"property": "a", "operator": "equal to", "value": 5}`, "a=5.0", false}, // texts, not numbers
		{`{"property": "a", "operator": "equal to", "value": true}`, "a=true", true},
		{`{"property": "a", "operator": "equal to", "value": "x"}`, "a=${m}", false}, // a macro is nothing special
		{`{"property": "a", "operator": "not equal to", "value": "x"}`, "", true},
		{`{"property": "a", "operator": "not equal to", "value": "x"}`, "a=x", false},
		{`{"property": "a", "operator": "exists"}`, "a=0", true},
		{`{"property": "a", "operator": "exists"}`, "a=", false},
		{`{"property": "a", "operator": "exists"}`, "", false},
		{`{"property": "a", "operator": "does not exist"}`, "", true},
		{`{"property": "a", "operator": "does not exist"}`, "a=x", false},
		{`{"expression": "", "property": "a", "operator": "exists"}`, "a=x", true},
	} {
		t.Run(c.condition+" of "+c.values, func(t *testing.T) {
			d, err := withCondition(c.condition)
			require.NoError(t, err)
			assert.Equal(t, c.want, d.Visible(parseValues(c.values))("target"))
		})
	}
}

func TestFilterExpressionErrors(t *testing.T) {
	for expression, want := range map[string]string{
		"a == 'x' || b == 'y' && c":   `expression "a == 'x' || b == 'y' && c": && and || stand side by side; put parentheses around what belongs together, found "&&" at column 22`,
		"a === 'x'":                   `expression "a === 'x'": expected an operator, found "===" at column 3`,
		"a = 'x'":                     `expression "a = 'x'": expected an operator, found "=" at column 3`,
		"a !== 'x'":                   `expression "a !== 'x'": expected an operator, found "!==" at column 3`,
		"a + 1":                       `expression "a + 1": expected an operator, found "+" at column 3`,
		"a ? 1 : 2":                   `expression "a ? 1 : 2": expected an operator, found "?" at column 3`,
		"a.b":                         `expression "a.b": expected an operator, found "." at column 2`,
		"a ==":                        `expression "a ==" ends too early: expected a property, a text in quotes, a number, true, false or (`,
		"(a":                          `expression "(a" ends too early: expected )`,
		"a)":                          `expression "a)": expected an operator, found ")" at column 2`,
		"a == 'x":                     `expression "a == 'x": a text has no closing quote, found "'x" at column 6`,
		"a == [1]":                    `expression "a == [1]": an array stands only after in, found "[" at column 6`,
		"a in [1":                     `expression "a in [1" ends too early: expected , or ] in an array`,
		"a in [1 2]":                  `expression "a in [1 2]": expected , or ] in an array, found "2" at column 9`,
		"a == 5x":                     `expression "a == 5x": expected a number, found "5x" at column 6`,
		"a in":                        `expression "a in" ends too early: expected a property, a text in quotes, a number, true, false or (`,
		"a == -'x'":                   `expression "a == -'x'": expected a number, found "'x'" at column 7`,
		"é == 1":                      `expression "é == 1": expected a property, a text in quotes, a number, true, false or (, found "é" at column 1`,
		"a == 'true'":                 `expression "a == 'true'": a property that is true or false is compared with true or false, not with the text, which never equals it, found "'true'" at column 6`,
		"a && in":                     `expression "a && in": expected a property, a text in quotes, a number, true, false or (, found "in" at column 6`,
		strings.Repeat("(", 60):       `expression "` + strings.Repeat("(", 60) + `" has more than 50 parentheses in one another`,
		strings.Repeat("!", 60) + "a": `expression "` + strings.Repeat("!", 60) + `a": too many ! in a row, found "!" at column 52`,
	} {
		_, err := withCondition(expressionJSON(expression))
		require.Error(t, err, expression)
		assert.EqualError(t, err, "plugin descriptor: filter f: condition: "+want)
	}
}

func TestVisibleNeedsAllFiltersThatNameAProperty(t *testing.T) {
	text := strings.Replace(shopJSON, `[{"name": "limit"}]`, `[{"name": "limit"}, {"name": "columns"}]`, 1)
	d, err := plugin.ParseDescriptor([]byte(text))
	require.NoError(t, err)
	assert.False(t, d.Visible(map[string]string{"mode": "orders"})("columns"))
	assert.False(t, d.Visible(map[string]string{"mode": "stock"})("columns"))
	assert.True(t, d.Visible(map[string]string{"mode": "orders"})("orderId"))
	assert.True(t, d.Visible(map[string]string{"mode": "${mode}"})("columns"), "one is a macro's, the other not equal to orders")
}

func FuzzFilterExpression(f *testing.F) {
	for _, seed := range []string{"a == 'x' && (b in [1, 'y'] || !c)", "a>=1.5e3", "'a\\'", "((((", "a in b in c", "--1"} {
		f.Add(seed, "1")
	}
	f.Fuzz(func(t *testing.T, expression, value string) {
		d, err := withCondition(expressionJSON(expression))
		if err != nil {
			return
		}
		visible := d.Visible(map[string]string{"a": value, "b": value})
		again := d.Visible(map[string]string{"a": value, "b": value})
		if visible("target") != again("target") {
			t.Fatal("not the same twice")
		}
	})
}

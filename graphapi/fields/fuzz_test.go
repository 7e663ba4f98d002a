package fields_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/fields"
)

// FuzzParse holds any text to what every caller counts on: no panic; either a list under the laws of printing, or an
// error of bounded length that points into the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", " \n", "id", "id, caption ,\ncomments.limit(10){text,replies.as(r){}}", "insights.metric(reach, views).since(30 days ago){name,values}",
		"insights.time_range({'since':'x','until':\"y)\"})", "a.since(%%days:-5%%)", "a.q(l'oreal),b.q(men's)", `a.b('\'),c`, "a,,b", "a{b", "a.b(c]", "a.b(\"c",
		"größe", "a.q(größe),\u00a0b\u2028", "a{b}.limit(1)", "\xff", "a.b(\xff\xfe)", strings.Repeat("a{", 60), "a.b(" + strings.Repeat("[", 60),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := fields.Parse(text)
		if err == nil {
			requireLaws(t, text, list)
			return
		}
		require.Nil(t, list)
		var e *fields.SyntaxError
		require.True(t, errors.As(err, &e))
		require.GreaterOrEqual(t, e.Column, 1)
		require.LessOrEqual(t, e.Column, utf8.RuneCountInString(text)+1)
		require.Equal(t, e.Column == utf8.RuneCountInString(text)+1, e.Found == "the end of the text")
		require.NotEmpty(t, e.Expected)
		require.Less(t, len(e.Error()), 1500)
		require.True(t, utf8.ValidString(e.Error()) || !utf8.ValidString(text))
		require.NotContains(t, e.Error(), "\n")
	})
}

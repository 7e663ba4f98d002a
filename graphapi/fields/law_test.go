package fields_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/graphapi/fields"
)

// withoutColumns is a copy of the list as if it had been made.
func withoutColumns(l fields.List) fields.List {
	out := append(fields.List(nil), l...)
	for n := range out {
		out[n].Column = 0
		out[n].Modifiers = append([]fields.Modifier(nil), out[n].Modifiers...)
		for m := range out[n].Modifiers {
			out[n].Modifiers[m].Column = 0
		}
		out[n].Fields = withoutColumns(out[n].Fields)
	}
	return out
}

// requireLaws holds an accepted text to what printing and parsing promise.
func requireLaws(t require.TestingT, text string, list fields.List) {
	printed := list.String()
	require.Equal(t, noSpace(text), noSpace(printed), "printing changes nothing but white space")
	again, err := fields.Parse(printed)
	require.NoError(t, err)
	require.Equal(t, withoutColumns(list), withoutColumns(again))
	require.Equal(t, printed, again.String())
	characters := []rune(text)
	for i := range list.All() {
		require.False(t, strings.ContainsFunc(i.Name, unicode.IsSpace))
		require.Equal(t, i.Name, string(characters[i.Column-1:i.Column-1+len(i.Name)]))
		for _, m := range i.Modifiers {
			require.Equal(t, strings.TrimSpace(m.Args), m.Args)
			require.Equal(t, m.Name, string(characters[m.Column-1:m.Column-1+len(m.Name)]))
		}
	}
}

func noSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

var (
	name  = rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_-]{0,6}`)
	space = rapid.StringMatching(`[ \t\r\n\x{a0}]{0,2}`)
	args  = rapid.SampledFrom([]string{
		"", "1", "reach,views", "reach, \n views", "30 days ago", "%%days:-5%%", "{'since':'x','until': \"}\"}", "[(a){b}]",
		"l'oreal", `'it\'s ('`, "größe €", "QVFIUm==", ".", "a.b(c)", "=", `\`, "x='(' y",
	})
)

// drawn draws a list, and the text of it in pieces between which white space may stand; each argument is one piece.
func drawn(t *rapid.T, depth int) (list fields.List, pieces []string) {
	for n := rapid.IntRange(min(depth, 1), 3).Draw(t, "items"); n > 0; n-- {
		if list != nil {
			pieces = append(pieces, ",")
		}
		i := fields.Item{Name: name.Draw(t, "name")}
		pieces = append(pieces, i.Name)
		for range rapid.IntRange(0, 2).Draw(t, "modifiers") {
			m := fields.Modifier{Name: name.Draw(t, "modifier"), Args: args.Draw(t, "args")}
			i.Modifiers = append(i.Modifiers, m)
			pieces = append(pieces, ".", m.Name, "(", m.Args, ")")
		}
		if i.Braces = depth < 4 && rapid.Bool().Draw(t, "braces"); i.Braces {
			var inner []string
			if rapid.IntRange(0, 5).Draw(t, "empty") > 0 {
				i.Fields, inner = drawn(t, depth+1)
			}
			pieces = append(append(append(pieces, "{"), inner...), "}")
		}
		list = append(list, i)
	}
	return list, pieces
}

func TestWhiteSpaceBetweenTokensMeansNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, pieces := drawn(t, 0)
		var text strings.Builder
		text.WriteString(space.Draw(t, "space"))
		for _, piece := range pieces {
			text.WriteString(piece)
			text.WriteString(space.Draw(t, "space"))
		}
		list, err := fields.Parse(text.String())
		require.NoError(t, err, text.String())
		assert.Equal(t, withoutColumns(want), withoutColumns(list))
		assert.Equal(t, strings.Join(pieces, ""), list.String())
		requireLaws(t, text.String(), list)
	})
}

func TestDamagedTextsPointAtTheDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, pieces := drawn(t, 1)
		// A comma too many behind any name that stands alone, or in front of the text.
		at := rapid.IntRange(0, len(pieces)-1).Draw(t, "at")
		for at > 0 && pieces[at] != "," {
			at--
		}
		before := strings.Join(pieces[:at], "")
		if at > 0 {
			before += ","
		}
		text := before + "," + strings.Join(pieces[at:], "")
		_, err := fields.Parse(text)
		var e *fields.SyntaxError
		require.ErrorAs(t, err, &e, text)
		assert.Equal(t, len([]rune(before))+1, e.Column, text)
		assert.Equal(t, `","`, e.Found)
		assert.Equal(t, "a field name", e.Expected)
	})
}

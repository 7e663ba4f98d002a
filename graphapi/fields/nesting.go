package fields

import (
	"strings"
	"unicode"
)

// nesting follows the brackets and quotes of arguments, a character at a time.
type nesting struct {
	open    []bracket // outermost first
	quote   bracket   // the quote that is open; its zero value if none is
	escaped bool      // the next character of a quoted text stands for itself
	last    rune      // the last character that is no white space
}

// A bracket is an opening bracket or quote, and where it stands.
type bracket struct {
	mark   rune
	column int
}

// closing is what ends what b begins.
func (b bracket) closing() rune {
	switch b.mark {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	}
	return b.mark
}

// outside says whether the next character stands in neither brackets nor quotes.
func (n *nesting) outside() bool { return len(n.open) == 0 && n.quote.mark == 0 }

// take takes in the next character. It returns false, and takes nothing in, for a closing bracket that does not
// fit the last open one.
func (n *nesting) take(r rune, column int) bool {
	switch {
	case n.quote.mark != 0:
		switch {
		case n.escaped:
			n.escaped = false
		case r == '\\':
			n.escaped = true
		case r == n.quote.mark:
			n.quote = bracket{}
		}
	case (r == '\'' || r == '"') && n.beginsValue():
		n.quote = bracket{r, column}
	case r == '(' || r == '[' || r == '{':
		n.open = append(n.open, bracket{r, column})
	case r == ')' || r == ']' || r == '}':
		last := len(n.open) - 1
		if last < 0 || n.open[last].closing() != r {
			return false
		}
		n.open = n.open[:last]
	}
	if !unicode.IsSpace(r) {
		n.last = r
	}
	return true
}

// beginsValue says whether a value may begin here. A quote elsewhere is an apostrophe: q(l'oreal).
func (n *nesting) beginsValue() bool { return n.last == 0 || strings.ContainsRune("([{,:=", n.last) }

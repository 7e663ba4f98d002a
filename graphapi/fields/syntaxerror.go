package fields

import (
	"fmt"
	"strconv"
	"strings"
)

// A SyntaxError says where a text stops being a field expression.
type SyntaxError struct {
	// Text is all of the text.
	Text string
	// Column is where it goes wrong, in characters from 1, line breaks counted as characters. It is one past the
	// last where the text ends too early.
	Column int
	// Found is what stands there: a character or word in quotes, or "the end of the text".
	Found string
	// Expected is what should: "a field name".
	Expected string
	// Hint is what most likely went wrong, or empty.
	Hint string
}

// Error gives one sentence with the column, what was expected, what was found, and a piece of the text.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("column %d of fields: %s", e.Column, e.Reason())
}

// Reason is the sentence without the column.
func (e *SyntaxError) Reason() string {
	reason := fmt.Sprintf("expected %s, found %s in %s", e.Expected, e.Found, e.excerpt())
	if e.Hint != "" {
		reason += "; " + e.Hint
	}
	return reason
}

// excerpt is the text in quotes, or the piece of it around the column.
func (e *SyntaxError) excerpt() string {
	const around = 30 // characters on either side
	begin, end, column := -1, len(e.Text), 0
	for at := range e.Text {
		column++
		if begin < 0 && column >= e.Column-around {
			begin = at
		}
		if column > e.Column+around {
			end = at
			break
		}
	}
	begin = max(begin, 0)
	quoted := strconv.Quote(e.Text[begin:end])
	if begin > 0 {
		quoted = `"…` + quoted[1:]
	}
	if end < len(e.Text) {
		quoted = quoted[:len(quoted)-1] + `…"`
	}
	return quoted
}

// shown is a piece of a text in quotes, cut when long.
func shown(piece string) string {
	const most = 30
	if runes := []rune(piece[:min(len(piece), 4*most+4)]); len(runes) > most {
		return strconv.Quote(string(runes[:most])) + "…"
	}
	if strings.Contains(piece, `"`) {
		return "'" + piece + "'"
	}
	return strconv.Quote(piece)
}

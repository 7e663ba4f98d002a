package timeexpr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A SyntaxError says which word of a date expression cannot be taken, and what could.
type SyntaxError struct {
	Text     string // the whole expression, as given
	Offset   int    // the byte of Text at which Word begins
	Word     string // the word, or several, to blame; empty where Text is
	Problem  string // what is wrong, in words that follow the word: "is not understood"
	Expected string // what would do instead: "a unit such as day, week, month or year"
}

// Error gives one sentence that names the expression, the word, and its column, counted in characters from 1.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "date expression %q", clipped(e.Text))
	if e.Word != "" && e.Word != e.Text {
		column := utf8.RuneCountInString(e.Text[:e.Offset]) + 1
		fmt.Fprintf(&b, ": %q at column %d", clipped(e.Word), column)
	}
	b.WriteString(" " + e.Problem + "; expected " + e.Expected)
	return b.String()
}

// clipped keeps a long text from filling the message.
func clipped(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

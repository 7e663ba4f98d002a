package timeexpr

import (
	"fmt"
	"strings"
)

// A SyntaxError says which word of a date expression is not understood, and what would be.
type SyntaxError struct {
	Text     string // the whole expression, as given
	Offset   int    // the byte at which Word begins
	Word     string // the word not understood; empty at the end of Text
	Problem  string // what is wrong with it, such as "is no word of a date"
	Expected string // what would be understood, such as "a unit: day, week, month"
}

// Error gives one sentence: the word, its column (counted in characters from 1), and what would do.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	if e.Word == "" {
		fmt.Fprintf(&b, "date expression %q ends too early", e.Text)
	} else {
		column := len([]rune(e.Text[:e.Offset])) + 1
		fmt.Fprintf(&b, "date expression %q: %q at column %d", e.Text, e.Word, column)
	}
	if e.Problem != "" {
		b.WriteString(" " + e.Problem)
	}
	if e.Expected != "" {
		b.WriteString("; expected " + e.Expected)
	}
	return b.String()
}

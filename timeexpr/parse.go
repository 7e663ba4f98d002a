package timeexpr

import (
	"strings"
	"time"
)

// Parse returns the instant that a strtotime expression means when base is now, in base's zone: what the expression
// leaves open comes from base, and it is read by the clocks of base's zone unless it names another. The error is a
// *SyntaxError; a result beyond the years -9999 to 9999 is one too.
func Parse(text string, base time.Time) (time.Time, error) {
	p, err := scan(text)
	if err != nil {
		return time.Time{}, err
	}
	t := p.resolve(base)
	if year := t.Year(); year < -farthestYear || year > farthestYear {
		word := strings.TrimSpace(text)
		return time.Time{}, &SyntaxError{
			Text: text, Offset: strings.Index(text, word), Word: word,
			Problem: beyondYears.problem, Expected: beyondYears.expected,
		}
	}
	return t, nil
}

const farthestYear = 9999

var beyondYears = &fault{"reaches beyond the years -9999 to 9999", "a date within them"}

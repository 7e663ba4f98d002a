package timeexpr

import "time"

// Parse returns the instant that a strtotime expression means at base, in base's zone. The error is a *SyntaxError.
func Parse(text string, base time.Time) (time.Time, error) {
	p, err := scan(text)
	if err != nil {
		return time.Time{}, err
	}
	t := p.resolve(base)
	if year := t.Year(); year < -9999 || year > 9999 {
		return time.Time{}, &SyntaxError{Text: text, Word: text, Problem: beyondYears.problem, Expected: beyondYears.expected}
	}
	return t, nil
}

var beyondYears = &fault{"reaches beyond the years -9999 to 9999", "a date within them"}

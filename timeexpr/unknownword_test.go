package timeexpr_test

import (
	"strings"
	"testing"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePointsAtTheWord(t *testing.T) {
	const (
		anything = "a date such as 2026-10-01, a time such as 14:30, or words such as 30 days ago, last month or first day of next month"
		unit     = "a unit such as day, week, month, year, hour or weekday"
		which    = "a unit or a day such as week, month, year or monday"
		zone     = "a zone such as UTC, EST, +02:00 or Europe/Prague"
	)
	for _, c := range []struct {
		text              string
		offset            int
		word              string
		problem, expected string
	}{
		{"", 0, "", "is empty", anything},
		{"foo", 0, "foo", "is not understood", anything},
		{"fortnightly", 0, "fortnightly", "is not understood", anything},
		{"today foo", 6, "foo", "is not understood", anything},
		{"tomorow", 0, "tomorow", `is not understood (did you mean "tomorrow"?)`, anything},
		{"14 Setember 2026", 3, "Setember", `is not understood (did you mean "september"?)`, unit},
		{"mondayfoo", 0, "mondayfoo", "is not understood", anything},
		{"the first day of the month", 0, "the", "is not understood", anything},
		{"first day of the month", 13, "the", "is not understood", anything},
		{"30 dys ago", 3, "dys", `is not understood (did you mean "days"?)`, unit},
		{"30dys ago", 0, "30dys", "is not understood", anything},
		{"14:30 foo", 6, "foo", "is not understood", anything},
		{"1.5 days", 4, "days", "counts nothing here", "a whole number or one of last, this and next before it"},
		{"days", 0, "days", "counts nothing here", "a whole number or one of last, this and next before it"},
		{"5", 0, "5", "is a number without a unit", unit},
		{"2026-10-01 5", 11, "5", "is a number without a unit", unit},
		{"1764000000", 0, "1764000000", "is a bare number", "@1764000000 if these are unix seconds"},
		{"last", 0, "last", "needs a unit after it", which},
		{"noon next", 5, "next", "needs a unit after it", which},
		{"last moth", 5, "moth", `is not understood (did you mean "month"?)`, which},
		{"first mnoday of june", 6, "mnoday", `is not understood (did you mean "monday"?)`, which},
		{"noon Foo/Bar", 5, "Foo/Bar", "is no time zone", zone},
		{"noon Europe/Praha today", 5, "Europe/Praha", "is no time zone", zone},
		{"noon (Xyz)", 6, "Xyz", "is not understood", anything},
		{"May 5 14:30:15 Foo/Bar", 15, "Foo/Bar", "is no time zone", zone},
		{"May 5 14:30.15", 6, "14:30.15", "is not understood", anything},
		{"noon EST PST CET", 13, "CET", "is one zone too many", "one zone only"},
		{"2026-10-01 3 Oct 2026", 11, "3 Oct 2026", "is a second date", "one date only"},
		{"noon 14:30", 5, "14:30", "is a second time of day", "one time of day only"},
		{"10:00 3pm today", 6, "3pm", "is a second time of day", "one time of day only"},
		{"2026-13-45", 0, "2026-13-45", "is not understood", anything},
		{"%%days:-5%%", 0, "%%days:-5%%", "is not understood", anything},
		{"now()", 0, "now()", "is not understood", anything},
		{"kolem poledne žádné", 14, "žádné", "is not understood", anything},
		{"today \xff", 6, "\xff", "is not understood", anything},
		{"@1.", 0, "@1.", "ends in a point", "digits after it, or none"},
		{"+99999 years", 0, "+99999 years", "reaches beyond the years -9999 to 9999", "a date within them"},
		{"today +9999999999999 weeks", 6, "+9999999999999 weeks", "reaches beyond the years -9999 to 9999", "a date within them"},
		{"+9999999999999-01-01", 0, "+9999999999999-01-01", "reaches beyond the years -9999 to 9999", "a date within them"},
	} {
		_, err := timeexpr.Parse(c.text, evening)
		var syntax *timeexpr.SyntaxError
		require.ErrorAs(t, err, &syntax, c.text)
		assert.Equal(t, timeexpr.SyntaxError{Text: c.text, Offset: c.offset, Word: c.word, Problem: c.problem, Expected: c.expected}, *syntax)
	}
}

func TestSyntaxErrorIsOneSentence(t *testing.T) {
	_, err := timeexpr.Parse("žádné datum", evening)
	assert.ErrorContains(t, err, `date expression "žádné datum": "žádné" at column 1 is not understood; expected a date`)
	_, err = timeexpr.Parse("2026-10-01 \u00a0 dnes", evening)
	assert.ErrorContains(t, err, `"dnes" at column 14 is not understood`)
	_, err = timeexpr.Parse("today "+strings.Repeat("x", 300), evening)
	assert.ErrorContains(t, err, strings.Repeat("x", 80)+`…" at column 7`)
	assert.NotContains(t, err.Error(), strings.Repeat("x", 81))

	_, err = timeexpr.Parse(strings.Repeat("+1 day ", 71)+"ago", evening)
	require.NoError(t, err, "500 bytes are not too long")
	_, err = timeexpr.Parse(strings.Repeat("+1 day ", 71)+" ago", evening)
	assert.ErrorContains(t, err, `"+1 day +1 day +1 day +1 day +1 day +1 da" at column 1 begins a text that is too long; expected at most 500 bytes`)
}

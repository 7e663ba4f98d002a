package timeexpr

import (
	"strconv"
	"strings"
	"time"
)

// ParseDay reads a day as fromDate and toDate take it, in loc's calendar:
//
//   - yyyy-mm-dd, strictly: 2026-02-30 is refused, though strtotime would make it 2 March;
//   - unix seconds, nine digits or more: the day they fall in;
//   - any other expression that [Parse] understands, relative to base: the day its result falls in.
//
// Eight digits are yyyymmdd. Fewer are refused (a bare year is no day, and strtotime would take it for
// an hour and a minute), as are thirteen and more, which are milliseconds: to mean an early second, write @86400.
// The error is a *SyntaxError.
func ParseDay(text string, base time.Time, loc *time.Location) (Day, error) {
	word := strings.TrimSpace(text)
	offset := strings.Index(text, word)
	refuse := func(problem, expected string) (Day, error) {
		return 0, &SyntaxError{Text: text, Offset: offset, Word: word, Problem: problem, Expected: expected}
	}
	switch {
	case word == "":
		return refuse("", expectedDay)
	case looksISO(word):
		return parseISODay(word, refuse)
	case isDigits(word):
		switch n := len(word); {
		case n == 4:
			return refuse("is a year, not a day", "a day such as "+word+"-01-01")
		case n == 8:
			return parseISODay(word[:4]+"-"+word[4:6]+"-"+word[6:], refuse)
		case n < 8:
			return refuse("is too short for unix seconds", "nine digits or more, "+expectedDay)
		case n > 12:
			return refuse("is too long for unix seconds (are these milliseconds?)", "nine to twelve digits, "+expectedDay)
		}
		seconds, _ := strconv.ParseInt(word, 10, 64) // twelve digits always fit
		if t := time.Unix(seconds, 0).In(loc); t.Year() <= 9999 {
			return DayOf(t, loc), nil
		}
		return refuse("is beyond the year 9999", expectedDay)
	}
	t, err := Parse(text, base.In(loc))
	if err != nil {
		return 0, err
	}
	if year := t.In(loc).Year(); year < 0 || year > 9999 {
		return refuse("is not within the years 0000 to 9999", expectedDay)
	}
	return DayOf(t, loc), nil
}

const expectedDay = "a day as yyyy-mm-dd, unix seconds, or an expression such as 30 days ago or last month"

func parseISODay(word string, refuse func(problem, expected string) (Day, error)) (Day, error) {
	year, _ := strconv.Atoi(word[:4])
	month, _ := strconv.Atoi(word[5:7])
	day, _ := strconv.Atoi(word[8:])
	if month < 1 || month > 12 {
		return refuse("has no such month", "a month from 01 to 12")
	}
	if last := daysIn(year, month); day < 1 || day > last {
		return refuse("is not in the calendar", "a day from 01 to "+strconv.Itoa(last)+" in that month")
	}
	return dayOfCivil(year, time.Month(month), day), nil
}

// looksISO tells whether word has the shape dddd-dd-dd.
func looksISO(word string) bool {
	return len(word) == 10 && word[4] == '-' && word[7] == '-' &&
		isDigits(word[:4]) && isDigits(word[5:7]) && isDigits(word[8:])
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

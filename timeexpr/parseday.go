package timeexpr

import (
	"strconv"
	"strings"
	"time"
)

// ParseDay reads a day as the properties fromDate and toDate take it, in loc's calendar:
//
//   - yyyy-mm-dd, strictly: 2026-02-30 is refused, though strtotime would make 2 March of it;
//   - eight digits: yyyymmdd, as strictly;
//   - nine to twelve digits: unix seconds, the day they fall in;
//   - any other expression that [Parse] understands, with base as now: the day that its result falls in.
//
// Other bare numbers are refused, because what strtotime would take them for is not what was meant: a year for an hour
// and a minute of today. To mean a second before 1973, write @86400. The error is a *SyntaxError.
func ParseDay(text string, base time.Time, loc *time.Location) (Day, error) {
	word := strings.TrimSpace(text)
	var problem string
	expected := expectedDay
	switch {
	case word == "":
		problem = "is empty"
	case isISODay(word):
		day, missing := civilDay(word[:4], word[5:7], word[8:])
		if missing == "" {
			return day, nil
		}
		problem, expected = "is not in the calendar", missing
	case allDigits(word):
		switch digits := len(word); {
		case digits == 4:
			problem, expected = "is a year, not a day", "a day such as "+word+"-01-01"
		case digits == 8:
			day, missing := civilDay(word[:4], word[4:6], word[6:])
			if missing == "" {
				return day, nil
			}
			problem, expected = "is not in the calendar as yyyymmdd", missing
		case digits < 9:
			problem = "is too short for unix seconds"
		case digits > 12:
			problem = "is too long for unix seconds (are they milliseconds?)"
		default:
			return dayWithin(text, time.Unix(atoi(word), 0), loc)
		}
	default:
		t, err := Parse(text, base.In(loc))
		if err != nil {
			return 0, err
		}
		return dayWithin(text, t, loc)
	}
	return 0, &SyntaxError{Text: text, Offset: strings.Index(text, word), Word: word, Problem: problem, Expected: expected}
}

const expectedDay = "a day as yyyy-mm-dd, unix seconds, or words such as 30 days ago or last month"

// dayWithin returns t's day if it can be written as yyyy-mm-dd.
func dayWithin(text string, t time.Time, loc *time.Location) (Day, error) {
	if year := t.In(loc).Year(); year < 0 || year > farthestYear {
		return 0, &SyntaxError{Text: text, Word: text, Problem: "is not within the years 0000 to 9999", Expected: expectedDay}
	}
	return DayOf(t, loc), nil
}

// civilDay returns the day of a date of digits; of one that is not in the calendar, what would be.
func civilDay(yyyy, mm, dd string) (day Day, missing string) {
	year, month, dayOfMonth := int(atoi(yyyy)), int(atoi(mm)), int(atoi(dd))
	if month < 1 || month > 12 {
		return 0, "a month from 01 to 12"
	}
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if dayOfMonth < 1 || dayOfMonth > last {
		return 0, "a day from 01 to " + strconv.Itoa(last) + " in that month"
	}
	return dayOfCivil(year, time.Month(month), dayOfMonth), ""
}

func isISODay(word string) bool {
	return len(word) == 10 && word[4] == '-' && word[7] == '-' && allDigits(word[:4]+word[5:7]+word[8:])
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

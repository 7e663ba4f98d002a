package timeexpr

import "strings"

// A unit is what a number or an ordinal counts in a relative expression.
type unit int

const (
	microseconds unit = iota
	seconds
	minutes
	hours
	days
	months
	years
	weekday  // "next monday": the multiplier is the day, 0 for Sunday
	workdays // "3 weekdays": Monday to Friday
)

// A unitWord is one way to write a unit; a week is seven days.
type unitWord struct {
	unit       unit
	multiplier int64
}

var unitWords = map[string]unitWord{
	"ms": {microseconds, 1000}, "msec": {microseconds, 1000}, "msecs": {microseconds, 1000},
	"millisecond": {microseconds, 1000}, "milliseconds": {microseconds, 1000},
	"µs": {microseconds, 1}, "µsec": {microseconds, 1}, "µsecs": {microseconds, 1},
	"usec": {microseconds, 1}, "usecs": {microseconds, 1},
	"microsecond": {microseconds, 1}, "microseconds": {microseconds, 1},
	"sec": {seconds, 1}, "secs": {seconds, 1}, "second": {seconds, 1}, "seconds": {seconds, 1},
	"min": {minutes, 1}, "mins": {minutes, 1}, "minute": {minutes, 1}, "minutes": {minutes, 1},
	"hour": {hours, 1}, "hours": {hours, 1},
	"day": {days, 1}, "days": {days, 1}, "week": {days, 7}, "weeks": {days, 7},
	"fortnight": {days, 14}, "fortnights": {days, 14}, "forthnight": {days, 14}, "forthnights": {days, 14},
	"month": {months, 1}, "months": {months, 1}, "year": {years, 1}, "years": {years, 1},
	"sunday": {weekday, 0}, "sundays": {weekday, 0}, "sun": {weekday, 0},
	"monday": {weekday, 1}, "mondays": {weekday, 1}, "mon": {weekday, 1},
	"tuesday": {weekday, 2}, "tuesdays": {weekday, 2}, "tue": {weekday, 2},
	"wednesday": {weekday, 3}, "wednesdays": {weekday, 3}, "wed": {weekday, 3},
	"thursday": {weekday, 4}, "thursdays": {weekday, 4}, "thu": {weekday, 4},
	"friday": {weekday, 5}, "fridays": {weekday, 5}, "fri": {weekday, 5},
	"saturday": {weekday, 6}, "saturdays": {weekday, 6}, "sat": {weekday, 6},
	"weekday": {workdays, 1}, "weekdays": {workdays, 1},
}

// An ordinal is a word in the place of a number.
type ordinal struct {
	amount int64
	rule   weekdayRule
}

var ordinals = map[string]ordinal{
	"last": {-1, notToday}, "previous": {-1, notToday}, "this": {0, orToday}, "next": {1, notToday},
	"first": {1, notToday}, "second": {2, notToday}, "third": {3, notToday}, "fourth": {4, notToday},
	"fifth": {5, notToday}, "sixth": {6, notToday}, "seventh": {7, notToday}, "eight": {8, notToday},
	"eighth": {8, notToday}, "ninth": {9, notToday}, "tenth": {10, notToday}, "eleventh": {11, notToday},
	"twelfth": {12, notToday},
}

var monthNames = [...]string{
	"january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december",
}

var romanMonths = [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}

// monthNumber returns the month that a word names, in full, by three letters (or sept), or in Roman numerals; else 0.
func monthNumber(word string) int64 {
	lower := strings.ToLower(word)
	if lower == "sept" {
		return 9
	}
	for i, name := range monthNames {
		if lower == name || lower == name[:3] || strings.EqualFold(word, romanMonths[i]) {
			return int64(i) + 1
		}
	}
	return 0
}

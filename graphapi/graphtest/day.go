package graphtest

import (
	"fmt"
	"time"
	_ "time/tzdata" // the Pacific zone must be there on hosts without a zone database
)

// Pacific is America/Los_Angeles, in whose calendar days the API counts (facts §3.3).
var Pacific = func() *time.Location {
	loc, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic("graphtest: embedded zone America/Los_Angeles: " + err.Error())
	}
	return loc
}()

// A Day is a Pacific calendar day, counted from 1970-01-01: the number that Arrow's date32 holds.
type Day int32

// Date returns the day of a year, month and day of the month, which are normalised as time.Date does.
func Date(year int, month time.Month, day int) Day {
	return Day(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

// DayOf returns the Pacific day that t falls in.
func DayOf(t time.Time) Day {
	year, month, day := t.In(Pacific).Date()
	return Date(year, month, day)
}

// ParseDay reads yyyy-mm-dd.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("graphtest: %q is not a day of the form yyyy-mm-dd", text)
	}
	return Date(t.Date()), nil
}

// Start returns the day's first instant, Pacific midnight.
func (d Day) Start() time.Time {
	year, month, day := time.Unix(int64(d)*86400, 0).UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, Pacific)
}

// End returns the next day's first instant, which is the day's end_time: 07:00 or 08:00 UTC (facts §3.3).
func (d Day) End() time.Time { return (d + 1).Start() }

// String gives yyyy-mm-dd.
func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

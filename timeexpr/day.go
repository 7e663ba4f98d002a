package timeexpr

import (
	"fmt"
	"time"
)

const secondsPerDay = 24 * 60 * 60

// A Day is a calendar day without a zone: the days since 1970-01-01, as Arrow's date32 counts them.
type Day int32

// DayOf returns the day that t falls in where the clocks of loc hang.
func DayOf(t time.Time, loc *time.Location) Day {
	year, month, day := t.In(loc).Date()
	return dayOfCivil(year, month, day)
}

// dayOfCivil returns the day of a date; values out of range carry over, as in time.Date.
func dayOfCivil(year int, month time.Month, day int) Day {
	return Day(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay))
}

// Add returns the day n days later.
func (d Day) Add(n int) Day { return d + Day(n) }

// Time returns 00:00 UTC of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// Midnight returns the instant at which the day begins in loc. That is 00:00, the earlier one where
// the clocks are put back over it; the first instant after it where they are put forward over it;
// and, for a day that loc left out altogether, the beginning of the next.
func (d Day) Midnight(loc *time.Location) time.Time {
	local := int64(d) * secondsPerDay
	// No zone is further than a day from UTC, so the day begins after this.
	for t := time.Unix(local-secondsPerDay-1, 0).In(loc); ; {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		begins := time.Unix(max(local-int64(offset), t.Unix()), 0).In(loc)
		if end.IsZero() || begins.Before(end) {
			return begins
		}
		t = end
	}
}

// String returns the day as yyyy-mm-dd.
func (d Day) String() string {
	year, month, day := d.Time().Date()
	if year < 0 {
		return fmt.Sprintf("-%04d-%02d-%02d", -year, month, day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

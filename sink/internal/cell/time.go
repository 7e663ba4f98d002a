package cell

import (
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
)

const secondsOfDay = 24 * 60 * 60

// AppendDate appends the day that is days after 1970-01-01 as 2026-10-01. Years before 0 have a minus,
// years past 9999 the digits they need.
func AppendDate(dst []byte, days int64) []byte {
	year, month, day := civil(days)
	if year < 0 {
		dst = append(dst, '-')
		year = -year
	}
	dst = appendPadded(dst, year, 4)
	dst = appendPadded(append(dst, '-'), month, 2)
	return appendPadded(append(dst, '-'), day, 2)
}

// civil is the Gregorian date of a day counted from 1970-01-01. It counts years from March, which puts
// the leap day at their end, in the cycle of 400 years that all have the same number of days.
func civil(days int64) (year, month, day int64) {
	const daysOf400 = 146097
	days += 719468 // 0000-03-01
	cycle := floorDiv(days, daysOf400)
	d := days - cycle*daysOf400
	y := (d - d/1460 + d/36524 - d/(daysOf400-1)) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153
	day = d - (153*m+2)/5 + 1
	year = y + cycle*400
	if m < 10 {
		return year, m + 3, day
	}
	return year + 1, m - 9, day
}

// AppendTimestamp appends an instant as 2019-09-26T22:36:43 and suffix. Digits below the second appear
// only where they are not zero, without zeros at their end.
func AppendTimestamp(dst []byte, v int64, unit arrow.TimeUnit, suffix string) []byte {
	per := perSecond(unit)
	seconds := floorDiv(v, per)
	days := floorDiv(seconds, secondsOfDay)
	dst = append(AppendDate(dst, days), 'T')
	dst = appendClock(dst, seconds-days*secondsOfDay, v-seconds*per, per)
	return append(dst, suffix...)
}

// AppendTime appends a time of day as 22:36:43.
func AppendTime(dst []byte, v int64, unit arrow.TimeUnit) []byte {
	per := perSecond(unit)
	seconds := floorDiv(v, per)
	return appendClock(dst, seconds, v-seconds*per, per)
}

func appendClock(dst []byte, seconds, fraction, per int64) []byte {
	dst = appendPadded(dst, seconds/3600, 2)
	dst = appendPadded(append(dst, ':'), seconds/60%60, 2)
	dst = appendPadded(append(dst, ':'), seconds%60, 2)
	if fraction == 0 {
		return dst
	}
	dst = append(dst, '.')
	for fraction != 0 {
		per /= 10
		dst = append(dst, byte('0'+fraction/per))
		fraction %= per
	}
	return dst
}

func perSecond(unit arrow.TimeUnit) int64 {
	switch unit {
	case arrow.Millisecond:
		return 1e3
	case arrow.Microsecond:
		return 1e6
	case arrow.Nanosecond:
		return 1e9
	default:
		return 1
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func appendPadded(dst []byte, v int64, width int) []byte {
	for limit := int64(10); width > 1; width-- {
		if v < limit {
			for range width - 1 {
				dst = append(dst, '0')
			}
			break
		}
		limit *= 10
	}
	return strconv.AppendInt(dst, v, 10)
}

package timeexpr

import "time"

// resolve applies the parts to base, in the order that makes strtotime's results: the day that a "… of"
// form counts from, then the weekday, then all that is added, then working days; and only then the zone.
func (p *parts) resolve(base time.Time) time.Time {
	wall := p.startingPoint(base)
	if p.haveWeekday {
		wall = p.toWeekday(wall)
	}
	wall = p.shifted(wall)
	if p.special == someWorkdays {
		wall = addWorkdays(wall, p.workdays)
	}
	return p.instant(wall, base).In(base.Location())
}

// startingPoint fills what the expression left open from base, and goes to the day that it counts from. The
// result, as all up to the last step, is what calendar and clock on the wall show, written as if in UTC.
func (p *parts) startingPoint(base time.Time) time.Time {
	if p.dated && p.timed == 0 {
		p.hour, p.minute, p.second, p.micros = 0, 0, 0, 0
	}
	nanos := int64(base.Nanosecond())
	for _, part := range []int64{p.year, p.month, p.day, p.hour, p.minute, p.second} {
		if part != unset {
			nanos = 0
		}
	}
	if p.micros != unset {
		nanos = p.micros * 1000
	}
	year, month, day := base.Date()
	hour, minute, second := base.Clock()
	y, m, d := or(p.year, year), or(p.month, int(month)), or(p.day, day)

	switch p.special {
	case weekdayOfMonth:
		d, m = 1, m+int(p.shift[months])
		p.shift[months] = 0
	case lastWeekdayOfMonth:
		d, m = 1, m+int(p.shift[months])+1
		p.shift[months] = 0
	}
	m, d = p.dayOf.of(m, d)
	return time.Date(y, time.Month(m), d, or(p.hour, hour), or(p.minute, minute), or(p.second, second), int(nanos), time.UTC)
}

// toWeekday moves to the weekday asked for.
func (p *parts) toWeekday(wall time.Time) time.Time {
	today, wanted := int64(wall.Weekday()), p.weekday
	if p.rule == withinWeek {
		// A week begins on Monday: its Sunday is the day after Saturday, not the one before Monday.
		switch {
		case today == 0 && wanted != 0:
			wanted -= 7
		case today != 0 && wanted == 0:
			wanted = 7
		}
		return wall.AddDate(0, 0, int(wanted-today))
	}
	if wanted < 0 {
		return wall.AddDate(0, 0, int(-wanted-today-7))
	}
	distance := wanted - today
	if back := p.shift[days] < 0; back && distance < 0 || !back && distance <= -int64(p.rule) {
		distance += 7
	}
	return wall.AddDate(0, 0, int(distance))
}

// shifted adds all units at once, so that only the sum is carried over: a month after 31 January is 3 March.
func (p *parts) shifted(wall time.Time) time.Time {
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	m, d := p.dayOf.of(int(month)+int(p.shift[months]), day+int(p.shift[days]))
	date := time.Date(year+int(p.shift[years]), time.Month(m), d, hour, minute, second, 0, time.UTC)
	micros := p.shift[microseconds]
	clock := 3600*p.shift[hours] + 60*p.shift[minutes] + p.shift[seconds] + micros/1e6
	return time.Unix(date.Unix()+clock, int64(wall.Nanosecond())+micros%1e6*1000).UTC()
}

// of returns the month and day of month asked for, where one was: day 0 is the last of the month before.
func (of dayOf) of(month, day int) (int, int) {
	switch of {
	case firstDayOf:
		return month, 1
	case lastDayOf:
		return month + 1, 0
	}
	return month, day
}

// addWorkdays counts days from Monday to Friday on, or back. A count that ends on a weekend day ends on the
// working day before it instead, counting back on the one after it.
func addWorkdays(wall time.Time, count int64) time.Time {
	weeks, rest := count/5, count%5
	distance := 7*weeks + rest
	today := int64(wall.Weekday())
	switch {
	case count > 0 && rest == 0:
		distance -= map[int64]int64{0: 2, 6: 1}[today]
	case count > 0 && today == 6:
		distance++
	case count > 0 && today+rest > 5:
		distance += 2
	case count > 0:
	case rest == 0:
		distance += map[int64]int64{0: 1, 6: 2}[today]
	case today == 0:
		distance--
	case today+rest < 1:
		distance -= 2
	}
	return wall.AddDate(0, 0, int(distance))
}

func or(part int64, base int) int {
	if part == unset {
		return base
	}
	return int(part)
}

package timeexpr

func takeAmerican(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.month, p.day = r.value(2), r.value(2)
	if r.at("/") {
		p.year = r.year()
	}
	return nil
}

func takeISODate(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.signed(4), r.value(2), r.value(2)
	return nil
}

func takeLongYearDate(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.signed(19), r.value(2), r.value(2)
	if p.year > farthest[years] || p.year < -farthest[years] {
		return beyondYears
	}
	return nil
}

func takeYearMonthDay(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.year(), r.value(2), r.value(2)
	return nil
}

func takeYearMonth(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), r.value(2), 1
	return nil
}

func takeDayMonthNameYear(p *parts, r *reader) *fault {
	if f := takeDayMonthName(p, r); f != nil {
		return f
	}
	p.year = r.year()
	return nil
}

func takeDayMonthName(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.day = r.value(2)
	r.skipDaySuffix()
	p.month = r.month()
	return nil
}

func takeDayMonthYear(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.day, p.month, p.year = r.value(2), r.value(2), r.value(4)
	return nil
}

func takeDayMonthShortYear(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.day, p.month, p.year = r.value(2), r.value(2), r.year()
	return nil
}

func takeMonthNameYear(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.month, p.year, p.day = r.month(), r.value(4), 1
	return nil
}

func takeYearMonthName(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), r.month(), 1
	return nil
}

// takeMonthNameDay takes May 5, 2026 and, leaving the year open, May 5.
func takeMonthNameDay(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.month, p.day, p.year = r.month(), r.value(2), r.year()
	return nil
}

func takeYearMonthNameDay(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.year(), r.month(), r.value(2)
	return nil
}

func takeEightDigits(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), r.value(2), r.value(2)
	return nil
}

func takeDayOfYear(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), 1, r.value(3)
	return nil
}

func takeISOWeekDay(p *parts, r *reader) *fault {
	if f := takeISOWeek(p, r); f != nil {
		return f
	}
	p.shift[days] += r.value(1) - 1
	return nil
}

// takeISOWeek goes to the Monday of an ISO week: the days from 1 January to it are something added, as in PHP,
// and replace what was added before.
func takeISOWeek(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), 1, 1
	week := r.value(2)
	newYear := int64(dayOfCivil(int(p.year), 1, 1).Time().Weekday())
	if newYear > 4 {
		newYear -= 7 // from Friday on, 1 January is in the year before's last week
	}
	p.shift[days] = 7*(week-1) + 1 - newYear
	return nil
}

// takeMonthName takes a month alone: the day stays open.
func takeMonthName(p *parts, r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.month = r.month()
	return nil
}

// takeYear takes a year alone. It may follow a date.
func takeYear(p *parts, r *reader) *fault {
	p.year = r.value(4)
	return nil
}

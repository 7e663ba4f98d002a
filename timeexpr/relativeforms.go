package timeexpr

func takeNothing(*parts, *reader) *fault { return nil }

func takeYesterday(p *parts, _ *reader) *fault {
	p.resetTime()
	p.shift[days] = -1
	return nil
}

func takeTomorrow(p *parts, _ *reader) *fault {
	p.resetTime()
	p.shift[days] = 1
	return nil
}

func takeUnix(p *parts, r *reader) *fault {
	_, f := p.takeEpoch(r)
	return f
}

func takeUnixFraction(p *parts, r *reader) *fault {
	negative := len(r.rest) > 1 && r.rest[1] == '-'
	first, f := p.takeEpoch(r)
	if f != nil || !first {
		return f
	}
	if r.rest == "." {
		return &fault{"ends in a point", "digits after it, or none"}
	}
	p.shift[microseconds] = r.micros()
	if negative {
		p.shift[microseconds] *= -1
	}
	return nil
}

// takeEpoch goes to 1970-01-01 00:00 UTC and adds the seconds after the @; first tells whether it could, as the
// expression named no zone before.
func (p *parts) takeEpoch(r *reader) (first bool, f *fault) {
	p.dated = false
	p.year, p.month, p.day = 0, 0, 0
	p.resetTime()
	if first, f = p.takeZone(); !first {
		return false, f
	}
	p.year, p.month, p.day = 1970, 1, 1
	p.zone = &zone{}
	return true, p.addTo(seconds, r.signed(24))
}

func takeDayOf(p *parts, r *reader) *fault {
	p.dayOf = firstDayOf
	if r.at("lL") {
		p.dayOf = lastDayOf
	}
	return nil
}

// takeWeekdayOf takes "second monday of" and "last monday of", the month following.
func takeWeekdayOf(p *parts, r *reader) *fault {
	which := r.ordinal()
	p.special = lastWeekdayOfMonth
	if which.amount > 0 {
		p.special, which.rule = weekdayOfMonth, orToday
	}
	p.resetTime()
	return p.add(which.amount, r.unit(), which.rule)
}

// takeNumberUnit takes "+2 weeks" and "3 monday", which keep the time of day.
func takeNumberUnit(p *parts, r *reader) *fault {
	return p.add(r.signed(24), r.unit(), orToday)
}

// takeOrdinalUnit takes "next month" and, at midnight, "next monday".
func takeOrdinalUnit(p *parts, r *reader) *fault {
	which, what := r.ordinal(), r.unit()
	if what.unit == weekday || what.unit == workdays {
		p.resetTime()
	}
	return p.add(which.amount, what, which.rule)
}

// takeWhichWeek takes "last week": of that week the weekday named, else its Monday.
func takeWhichWeek(p *parts, r *reader) *fault {
	which := r.ordinal()
	p.rule = withinWeek
	if !p.haveWeekday {
		p.haveWeekday, p.weekday = true, 1
	}
	return p.addTo(days, 7*which.amount)
}

func takeDayText(p *parts, r *reader) *fault {
	p.resetTime()
	p.haveWeekday, p.weekday = true, r.unit().multiplier // "weekday" alone is Monday, as in PHP
	if p.rule != withinWeek {
		p.rule = orToday
	}
	return nil
}

func takeAgo(p *parts, _ *reader) *fault {
	p.ago()
	return nil
}

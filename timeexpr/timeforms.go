package timeexpr

func takeNow(*parts, *reader) *fault { return nil }

func takeToday(p *parts, _ *reader) *fault {
	p.resetTime()
	return nil
}

func takeNoon(p *parts, _ *reader) *fault {
	p.resetTime()
	p.timed, p.hour = 1, 12
	return nil
}

// takeAroundHour takes "back of 7pm", a quarter past, and "front of 7pm", a quarter to. As in PHP, a capital B is no back.
func takeAroundHour(p *parts, r *reader) *fault {
	p.resetTime()
	p.timed = 1
	back := r.at("b")
	p.hour, p.minute = r.value(2), 15
	if !back {
		p.hour, p.minute = p.hour-1, 45
	}
	if r.rest != "" {
		p.hour += r.meridian(p.hour)
	}
	return nil
}

func takeTime12(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	p.takeClock(r)
	p.hour += r.meridian(p.hour)
	return nil
}

func takeTime12Fraction(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	p.takeClock(r)
	p.micros = r.micros()
	p.hour += r.meridian(p.hour)
	return nil
}

func takeTime24(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	p.takeClock(r)
	if r.at(".") {
		p.micros = r.micros()
	}
	return nil
}

// takeClock takes an hour and, as far as they follow, minute and second.
func (p *parts) takeClock(r *reader) {
	p.hour = r.value(2)
	if r.at(":.") {
		p.minute = r.value(2)
		if r.at(":.") {
			p.second = r.value(2)
		}
	}
}

// takeFourDigits takes 1430 as a time of day; where there is one already, as a year.
func takeFourDigits(p *parts, r *reader) *fault {
	switch p.timed {
	case 0:
		p.hour, p.minute, p.second = r.value(2), r.value(2), 0
	case 1:
		p.year = r.value(4)
	default:
		return &fault{"is a second time of day", "one time of day only"}
	}
	p.timed++
	return nil
}

func takeSixDigits(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	p.hour, p.minute, p.second = r.value(2), r.value(2), r.value(2)
	return nil
}

// takeDateTime takes a date and a time in one, year first.
func takeDateTime(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	if f := p.takeDate(); f != nil {
		return f
	}
	p.year, p.month, p.day = r.value(4), r.value(2), r.value(2)
	p.hour, p.minute, p.second = r.value(2), r.value(2), r.value(2)
	if !r.at(".") {
		return nil
	}
	p.micros = r.micros()
	return p.takeTrailingZone(r)
}

// takeLogTime takes what web servers write: 10/Oct/2000:13:55:36 -0700.
func takeLogTime(p *parts, r *reader) *fault {
	if f := p.takeTime(); f != nil {
		return f
	}
	if f := p.takeDate(); f != nil {
		return f
	}
	p.day, p.month, p.year = r.value(2), r.month(), r.value(4)
	p.hour, p.minute, p.second = r.value(2), r.value(2), r.value(2)
	return p.takeTrailingZone(r)
}

func takeMonthDayTime12(p *parts, r *reader) *fault {
	if f := p.takeMonthDay(r); f != nil {
		return f
	}
	p.takeClock(r)
	p.hour += r.meridian(p.hour)
	return nil
}

func takeMonthDayTime24(p *parts, r *reader) *fault {
	if f := p.takeMonthDay(r); f != nil {
		return f
	}
	p.hour, p.minute = r.value(2), r.value(2)
	if r.at(":") {
		p.second = r.value(2)
	}
	return p.takeTrailingZone(r)
}

// takeMonthDay takes the month and day of a form that goes on with a time.
func (p *parts) takeMonthDay(r *reader) *fault {
	if f := p.takeDate(); f != nil {
		return f
	}
	p.month, p.day = r.month(), r.value(2)
	return p.takeTime()
}

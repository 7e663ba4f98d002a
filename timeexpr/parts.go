package timeexpr

import "math"

// unset marks a part of the date or time that the expression leaves to the base time.
const unset int64 = math.MinInt64

// parts is what the words of an expression say, gathered from left to right; the base time comes in only
// when all are read (resolve.go).
type parts struct {
	year, month, day             int64
	hour, minute, second, micros int64

	dated bool // a date was given
	timed int  // 1 once a time was given, 2 once a bare year followed it

	zone  *zone
	zones int // how many words named one

	shift       [years + 1]int64 // what to add, by unit
	haveWeekday bool
	weekday     int64 // 0 is Sunday; negative after "ago"
	rule        weekdayRule
	special     special
	workdays    int64 // how many, for someWorkdays
	dayOf       dayOf
}

func newParts() *parts {
	return &parts{
		year: unset, month: unset, day: unset,
		hour: unset, minute: unset, second: unset, micros: unset,
	}
}

// A weekdayRule says from where a day of the week is looked for.
type weekdayRule int64

const (
	notToday   weekdayRule = iota // after the day reached so far
	orToday                       // that day included
	withinWeek                    // in that day's week, Monday to Sunday
)

// A special is a count that needs more than adding days.
type special int

const (
	someWorkdays       special = iota + 1 // days from Monday to Friday
	weekdayOfMonth                        // "second monday of": counted from the month's first day
	lastWeekdayOfMonth                    // "last monday of": counted back from the next month's first day
)

// dayOf is what "first day of" and "last day of" ask for.
type dayOf int

const (
	firstDayOf dayOf = iota + 1
	lastDayOf
)

// A fault is why a form that was recognised cannot be taken.
type fault struct {
	problem, expected string
}

// takeDate makes room for a date.
func (p *parts) takeDate() *fault {
	if p.dated {
		return &fault{"is a second date", "one date only"}
	}
	p.dated = true
	return nil
}

// takeTime makes room for a time of day.
func (p *parts) takeTime() *fault {
	if p.timed > 0 {
		return &fault{"is a second time of day", "one time of day only"}
	}
	p.resetTime()
	p.timed = 1
	return nil
}

// resetTime goes back to midnight; a time may follow.
func (p *parts) resetTime() {
	p.hour, p.minute, p.second, p.micros = 0, 0, 0, 0
	p.timed = 0
}

// takeZone makes room for a zone. A second one is passed over, as PHP does; a third is a fault.
func (p *parts) takeZone() (first bool, err *fault) {
	p.zones++
	if p.zones > 2 {
		return false, &fault{"is one zone too many", "one zone only"}
	}
	return p.zones == 1, nil
}

// add counts amount units on.
func (p *parts) add(amount int64, word unitWord, rule weekdayRule) *fault {
	switch word.unit {
	case weekday:
		p.haveWeekday, p.weekday, p.rule = true, word.multiplier, rule
		if amount > 0 {
			amount-- // the first one is the next there is
		}
		return p.addTo(days, 7*amount)
	case workdays:
		p.special, p.workdays = someWorkdays, amount
		return nil
	}
	return p.addTo(word.unit, amount*word.multiplier)
}

func (p *parts) addTo(u unit, amount int64) *fault {
	sum := p.shift[u] + amount
	if amount > farthest[u] || amount < -farthest[u] || sum > farthest[u] || sum < -farthest[u] {
		return beyondYears
	}
	p.shift[u] = sum
	return nil
}

// farthest is how much of each unit is counted: far more than Parse's results span, as a later word may take it
// back, and little enough that nothing overflows.
var farthest = [...]int64{
	microseconds: 1e18, seconds: 1e17, minutes: 1e15, hours: 1e13, days: 1e12, months: 1e11, years: 1e10,
}

// ago turns all that was counted so far into the past. Microseconds stay, as in PHP.
func (p *parts) ago() {
	for u := seconds; u <= years; u++ {
		p.shift[u] = -p.shift[u]
	}
	p.workdays = -p.workdays
	if p.weekday = -p.weekday; p.weekday == 0 {
		p.weekday = -7
	}
}

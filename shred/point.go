package shred

import "math"

// points reads values, [{"value": …, "end_time": …}…].
func (r *entryReader) points(s *scanner, measure int, e *entryState) bool {
	if null, ok := s.null(); null || !ok {
		return ok
	}
	e.values = true
	if len(r.place) > 0 {
		return s.skip()
	}
	if !s.array("a list of values") {
		return false
	}
	e.from = len(r.facts.list)
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if !ok {
			return false
		}
		if done {
			e.out.Empty = first
			e.to = len(r.facts.list)
			return true
		}
		if !r.point(s, measure, e) {
			return false
		}
	}
}

func (r *entryReader) point(s *scanner, measure int, e *entryState) bool {
	f := r.facts
	if !s.object("a value with its time") {
		return false
	}
	c := fact{object: r.object, tuple: -1, measure: uint16(measure)}
	entries, maps, keys := len(f.entries), len(f.maps), len(f.keys)
	present, timed := false, false
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.pointKeys.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch k {
		case keyValue:
			present, ok = r.value(s, &c)
		case keyEnd:
			c.end, timed, ok = s.timestamp()
		default:
			e.odd = true
			ok = r.pointKeys.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if !present {
		e.out.Nulls++
		return true
	}
	if timed {
		c.day, c.series, c.window = r.zone.dayBefore(c.end), true, -1
		if c.day < r.from || c.day > r.to {
			e.out.Outside++
			f.entries, f.maps, f.keys = f.entries[:entries], f.maps[:maps], f.keys[:keys]
			return true
		}
	} else {
		c.day, c.end, c.window = r.day, r.dayEnd, r.window
		e.untimed = s.buf[r.valueAt.from] != '"' && r.facts.plan.measures[measure].Type != Map
	}
	e.out.Facts++
	if c.empty {
		e.out.EmptyMaps++
	}
	f.list = append(f.list, c)
	return true
}

// value reads the value of a fact of c's measure into c. present is false for null.
func (r *entryReader) value(s *scanner, c *fact) (present, ok bool) {
	r.valueAt.from = s.pos
	switch r.facts.plan.measures[c.measure].Type {
	case Integer:
		var v int64
		v, present, ok = s.integer()
		c.value = uint64(v)
	case Decimal:
		var v float64
		v, present, ok = s.decimal()
		c.value = math.Float64bits(v)
	case Map:
		if null, ok := s.null(); null || !ok {
			return false, ok
		}
		return r.mapValue(s, c)
	}
	r.valueAt.to = s.pos
	return present, ok
}

// total reads total_value, {"value": …, "breakdowns": […]}.
func (r *entryReader) total(s *scanner, measure int, e *entryState) bool {
	if null, ok := s.null(); null || !ok {
		return ok
	}
	if !s.object("a total") {
		return false
	}
	divided := len(r.place) > 0
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.totalKeys.key(s, k, &m); !ok {
			return false
		}
		if done {
			return true
		}
		switch {
		case k == keyValue && divided:
			e.total = true
			ok = s.skip()
		case k == keyValue:
			ok = r.undivided(s, measure, e)
		case k == keyBreakdowns && divided:
			ok = r.breakdowns(s, measure, e)
		default:
			e.odd = e.odd || k != keyBreakdowns
			ok = r.totalKeys.skip(s, k)
		}
		if !ok {
			return false
		}
	}
}

// undivided reads the value of a total.
func (r *entryReader) undivided(s *scanner, measure int, e *entryState) bool {
	e.total = true
	c := fact{object: r.object, tuple: -1, measure: uint16(measure), day: r.day, end: r.dayEnd, window: r.window}
	present, ok := r.value(s, &c)
	if !ok {
		return false
	}
	if !present {
		e.out.Nulls++
		return true
	}
	e.taken, e.untimed = true, s.buf[r.valueAt.from] != '"' && r.facts.plan.measures[measure].Type != Map
	e.out.Facts++
	if c.empty {
		e.out.EmptyMaps++
	}
	r.facts.list = append(r.facts.list, c)
	return true
}

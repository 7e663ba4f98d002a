package shred

import "math"

// A template is how the last entry of a measure was written, with a hole where its value stood and one for the
// digits its id began with. Entries of one metric differ in little else, so most need only be compared with it. What
// a template matches is as well formed as the entry it was taken from: the holes hold a number and digits, as there.
type template struct {
	text  []byte
	parts [3]span // of text: before, between and behind the holes
	holes int
	value int // which hole is the value, 0 or 1
}

// keysOfEntry is how many keys the entries of a template may have: those asked for and those known to be skipped.
const keysOfEntry = 7

// maxTemplate bounds how long an entry may be that is taken as a template.
const maxTemplate = 4096

// keyID is an entry's id, as entryReader counts its keys.
const keyID = 6

// written is where in the page an entry's parts stand, as far as templates need them.
type written struct {
	value, id span
	odd       bool // it has a key that no template may have
}

// learn takes the entry in page[from:to], which gave one untimed value, as the template.
func (t *template) learn(page []byte, from, to int, w written) {
	t.holes, t.value = 0, 0
	if to-from > maxTemplate {
		return
	}
	t.text = append(t.text[:0], page[from:to]...)
	holes := [2]span{{w.value.from - from, w.value.to - from}}
	n := 1
	if w.id.to > 0 {
		digits := w.id.from + 1
		if end := digitsEnd(page, digits); end > digits {
			holes[1], n = span{digits - from, end - from}, 2
			if digits < w.value.from {
				holes[0], holes[1], t.value = holes[1], holes[0], 1
			}
		}
	}
	at := 0
	for i := range n {
		t.parts[i] = span{at, holes[i].from}
		at = holes[i].to
	}
	t.parts[n], t.holes = span{at, len(t.text)}, n
}

// matches reads the entry at pos of s by the template: value is the text of its value, id the digits its id begins
// with. If it does not match, nothing was read.
func (t *template) matches(s *scanner) (value, id span, ok bool) {
	b, i := s.buf, s.pos
	for h := 0; ; h++ {
		p := t.parts[h]
		part := t.text[p.from:p.to]
		if len(b)-i < len(part) || string(b[i:i+len(part)]) != string(part) {
			return value, id, false
		}
		i += len(part)
		if h == t.holes {
			s.pos = i
			return value, id, true
		}
		from := i
		if h == t.value {
			if i < len(b) && b[i] == '-' {
				i++
			}
			digits := i
			if i = digitsEnd(b, i); i == digits || i-digits > 18 || b[digits] == '0' && i > digits+1 {
				return value, id, false
			}
			if i < len(b) && b[i] == '.' {
				point := i + 1
				if i = digitsEnd(b, point); i == point {
					return value, id, false
				}
			}
			value = span{from, i}
			continue
		}
		if i = digitsEnd(b, i); i == from {
			return value, id, false
		}
		id = span{from, i}
	}
}

// quick reads the entry at pos by the template of the measure that is expected there.
func (r *entryReader) quick(s *scanner, prev int) (measure int, ok bool) {
	measure = int(r.nextMeasure[max(prev, unnamed)+1])
	t := &r.templates[measure]
	if t.holes == 0 {
		return 0, false
	}
	from := s.pos
	at, _, ok := t.matches(s)
	if !ok {
		return 0, false
	}
	c := fact{object: r.object, tuple: -1, measure: uint16(measure), day: r.day, end: r.dayEnd, window: r.window}
	text := s.buf[at.from:at.to]
	if r.facts.plan.measures[measure].Type == Integer {
		v, plain := plainInteger(text)
		if !plain {
			s.pos = from
			return 0, false
		}
		c.value = uint64(v)
	} else {
		v, short := shortDecimal(text)
		if !short {
			s.pos = from
			return 0, false
		}
		c.value = math.Float64bits(v)
	}
	r.facts.list = append(r.facts.list, c)
	r.outcomes[measure].Entries++
	r.outcomes[measure].Facts++
	return measure, true
}

// plainInteger is the value of up to 18 digits with a sign or without.
func plainInteger(text []byte) (int64, bool) {
	var u int64
	neg := text[0] == '-'
	if neg {
		text = text[1:]
	}
	for _, c := range text {
		if c -= '0'; c > 9 {
			return 0, false
		}
		u = u*10 + int64(c)
	}
	if neg {
		u = -u
	}
	return u, true
}

package shred

import (
	"bytes"
	"slices"
	"sort"
)

// breakdowns reads [{"dimension_keys": […], "results": […]}…].
func (r *entryReader) breakdowns(s *scanner, measure int, e *entryState) bool {
	if null, ok := s.null(); null || !ok {
		return ok
	}
	if !s.array("a list of breakdowns") {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		e.breakdown = true
		if !r.breakdown(s, measure, e) {
			return false
		}
	}
}

func (r *entryReader) breakdown(s *scanner, measure int, e *entryState) bool {
	if !s.object("a breakdown") {
		return false
	}
	r.width = -1 // dimension_keys have not come yet
	resultsAt, results := -1, false
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.breakdownKeys.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch {
		case k == keyDimensions:
			ok = r.dimensions(s)
		case k == keyResults && r.width >= 0:
			results, ok = r.results(s, measure, e)
		case k == keyResults:
			resultsAt = s.pos
			results, ok = s.peek() != 'n', s.skip()
		default:
			ok = r.breakdownKeys.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if !results {
		e.out.Pending = true
		return true
	}
	if resultsAt >= 0 {
		end := s.pos
		s.pos = resultsAt
		if r.width < 0 {
			r.width = 0
			r.missing()
		}
		if _, ok := r.results(s, measure, e); !ok {
			return false
		}
		s.pos = end
	}
	return true
}

// missing marks all dimensions as not there.
func (r *entryReader) missing() {
	for i := range r.place {
		r.place[i] = -1
	}
	r.extra = r.extra[:0]
}

// dimensions reads dimension_keys and finds in it the dimensions asked for.
func (r *entryReader) dimensions(s *scanner) bool {
	if !s.array("a list of dimensions") {
		return false
	}
	r.missing()
	for n, first := 0, true; ; n, first = n+1, false {
		done, ok := s.more(']', first)
		if !ok {
			return false
		}
		if done {
			r.width = n
			return true
		}
		at := s.pos
		if s.peek() != '"' {
			return s.unexpected("the name of a dimension")
		}
		text, _, ok := s.textView()
		if !ok {
			return false
		}
		d := slices.IndexFunc(r.facts.plan.dimensions, func(d string) bool { return d == string(text) })
		switch {
		case d < 0:
			r.extra = append(r.extra, n)
		case r.place[d] >= 0:
			return s.fail(at, "the dimension "+showKey(text)+" stands twice in one breakdown")
		default:
			r.place[d] = n
		}
	}
}

// results reads [{"dimension_values": […], "value": …}…]; came is false for null.
func (r *entryReader) results(s *scanner, measure int, e *entryState) (came, ok bool) {
	if null, ok := s.null(); null || !ok {
		return false, ok
	}
	if !s.array("a list of results") {
		return true, false
	}
	r.text, r.extraFirst = r.text[:0], r.extraFirst[:0]
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if !ok {
			return true, false
		}
		if done {
			e.out.Empty = e.out.Empty || first
			return true, true
		}
		if first {
			if d := slices.Index(r.place, -1); d >= 0 {
				return true, s.fail(s.pos, "the breakdown is not divided by "+r.facts.plan.dimensions[d]+", which was asked for")
			}
		}
		if !r.result(s, measure, e) {
			return true, false
		}
	}
}

func (r *entryReader) result(s *scanner, measure int, e *entryState) bool {
	f := r.facts
	at := s.pos
	if !s.object("a result") {
		return false
	}
	c := fact{object: r.object, measure: uint16(measure), day: r.day, end: r.dayEnd, window: r.window}
	keep := len(r.text)
	present := false
	r.values = r.values[:0]
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.resultKeys.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch k {
		case keyTuple:
			ok = r.dimensionValues(s)
		case keyResult:
			present, ok = r.value(s, &c)
		default:
			ok = r.resultKeys.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if len(r.values) != r.width {
		return s.fail(at, "a result that has not as many values as the breakdown has dimensions")
	}
	first := len(r.extraFirst) == 0
	if !r.sameExtra(s, at) {
		return false
	}
	r.tuple = r.tuple[:0]
	for _, p := range r.place {
		if v := r.values[p]; v.from < 0 {
			r.tuple = appendTupleNull(r.tuple)
		} else {
			r.tuple = appendTupleValue(r.tuple, r.text[v.from:v.to])
		}
	}
	if !first || len(r.extra) == 0 { // the first result's extra values stay, to be compared with
		r.text = r.text[:keep]
	}
	if !present {
		e.out.Nulls++
		return true
	}
	c.tuple = f.tuples.id(r.tuple)
	e.out.Facts++
	f.list = append(f.list, c)
	return true
}

// sameExtra checks that a dimension that was not asked for, as timeframe is, has one value throughout: else its
// results would be told as one.
func (r *entryReader) sameExtra(s *scanner, at int) bool {
	if len(r.extra) == 0 {
		return true
	}
	if len(r.extraFirst) == 0 {
		for _, p := range r.extra {
			r.extraFirst = append(r.extraFirst, r.values[p])
		}
		return true
	}
	for i, p := range r.extra {
		a, b := r.extraFirst[i], r.values[p]
		if (a.from < 0) != (b.from < 0) || a.from >= 0 && !bytes.Equal(r.text[a.from:a.to], r.text[b.from:b.to]) {
			return s.fail(at, "the breakdown is divided by a dimension that was not asked for")
		}
	}
	return true
}

// dimensionValues reads dimension_values into values: strings, or numbers and booleans by their text.
func (r *entryReader) dimensionValues(s *scanner) bool {
	if !s.array("a list of dimension values") {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		from := len(r.text)
		var present bool
		if r.text, present, ok = s.scalarText(r.text); !ok {
			return false
		}
		if present {
			r.values = append(r.values, span{from, len(r.text)})
		} else {
			r.values = append(r.values, span{-1, -1})
		}
	}
}

// mapValue reads an object of integers into c. Keys with a null are left out. Its entries are put in order:
// by number when all keys are numbers, as hours are, else bytewise.
func (r *entryReader) mapValue(s *scanner, c *fact) (present, ok bool) {
	f := r.facts
	if !s.object("an object of numbers") {
		return false, false
	}
	from, base, numeric := len(f.entries), s.names.open(), true
	for first := true; ; first = false {
		done, ok := s.more('}', first)
		if !ok {
			return false, false
		}
		if done {
			break
		}
		key, ok := s.freeKey(base)
		if !ok {
			return false, false
		}
		e := mapEntry{from: int32(len(f.keys))}
		f.keys = append(f.keys, key...)
		e.to = int32(len(f.keys))
		numeric = numeric && isHour(key)
		var has bool
		if e.value, has, ok = s.integer(); !ok {
			return false, false
		}
		if has {
			f.entries = append(f.entries, e)
		} else {
			f.keys = f.keys[:e.from]
		}
	}
	if !s.closeNames(base) {
		return false, false
	}
	entries := f.entries[from:]
	sort.Slice(entries, func(i, j int) bool {
		x, y := f.keys[entries[i].from:entries[i].to], f.keys[entries[j].from:entries[j].to]
		if numeric {
			if a, b := hour(x), hour(y); a != b {
				return a < b
			}
		}
		return bytes.Compare(x, y) < 0
	})
	c.value, c.empty = uint64(len(f.maps)), from == len(f.entries)
	f.maps = append(f.maps, mapSpan{int32(from), int32(len(f.entries))})
	return true, true
}

// isHour says whether key is a number of up to 18 digits.
func isHour(key []byte) bool {
	return len(key) > 0 && len(key) <= 18 && digitsEnd(key, 0) == len(key)
}

func hour(key []byte) (n int64) {
	for _, c := range key {
		n = n*10 + int64(c-'0')
	}
	return n
}

package shred

import (
	"bytes"
	"slices"
)

// total reads total_value, {"value": …, "breakdowns": […]}. Its value is a row unless a breakdown gives any.
func (d *Decoder) total(v *valuesReader) bool {
	s := &d.s
	if null, ok := s.null(); null || !ok {
		return ok
	}
	at := s.pos
	if !s.object("a total") {
		return false
	}
	if v.table.rows > v.first {
		// Media insights say the total again as a point, which is no row: the points wait until it is known.
		v.dropClosed(v.first)
		v.again = true
	}
	first, valueAt := v.table.rows, -1
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = v.totals.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch k {
		case keyValue:
			valueAt = s.pos
			ok = s.skip()
		case keyBreakdowns:
			ok = d.breakdowns(v)
		default:
			v.odd = true
			ok = v.totals.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if v.table.rows == first && valueAt >= 0 && s.buf[valueAt] != 'n' {
		end := s.pos
		s.pos = valueAt
		if v.undivided(); !d.number(v) {
			return false
		}
		v.close(at, first, ownTime{})
		s.pos = end
	}
	v.totalRows += v.table.rows - first
	return true
}

// breakdowns reads [{"dimension_keys": […], "results": […]}…].
func (d *Decoder) breakdowns(v *valuesReader) bool {
	s := &d.s
	v.odd = true
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
		if !d.breakdown(v) {
			return false
		}
	}
}

func (d *Decoder) breakdown(v *valuesReader) bool {
	s := &d.s
	if !s.object("a breakdown") {
		return false
	}
	v.width = -1 // dimension_keys have not come yet
	resultsAt := -1
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = v.breakdowns.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch {
		case k == keyDimensions:
			ok = v.readDimensions(s)
		case k == keyResults && v.width >= 0:
			ok = d.results(v)
		case k == keyResults:
			resultsAt = s.pos
			ok = s.skip()
		default:
			ok = v.breakdowns.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if resultsAt < 0 {
		return true
	}
	end := s.pos
	s.pos = resultsAt
	if v.width < 0 {
		v.width = 0
		v.missing()
	}
	if !d.results(v) {
		return false
	}
	s.pos = end
	return true
}

// missing marks all dimensions as not there.
func (v *valuesReader) missing() {
	for i := range v.place {
		v.place[i] = -1
	}
	v.extra = v.extra[:0]
}

// readDimensions reads dimension_keys and finds in it the dimensions of the table.
func (v *valuesReader) readDimensions(s *scanner) bool {
	if !s.array("a list of dimensions") {
		return false
	}
	v.missing()
	for n, first := 0, true; ; n, first = n+1, false {
		done, ok := s.more(']', first)
		if !ok {
			return false
		}
		if done {
			v.width = n
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
		d := slices.IndexFunc(v.plan.dimensions, func(d dimensionPlan) bool { return d.name == string(text) })
		switch {
		case d < 0:
			v.extra = append(v.extra, n)
		case v.place[d] >= 0:
			return s.fail(at, "the dimension "+showKey(text)+" stands twice in one breakdown")
		default:
			v.place[d] = n
		}
	}
}

// results reads [{"dimension_values": […], "value": …}…], or null.
func (d *Decoder) results(v *valuesReader) bool {
	s := &d.s
	if null, ok := s.null(); null || !ok {
		return ok
	}
	if !s.array("a list of results") {
		return false
	}
	v.extraText, v.extraFirst = v.extraText[:0], v.extraFirst[:0]
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		if !d.result(v) {
			return false
		}
	}
}

func (d *Decoder) result(v *valuesReader) bool {
	s := &d.s
	at, first := s.pos, v.table.rows
	if !s.object("a result") {
		return false
	}
	var own ownTime
	came := false
	v.text, v.values = v.text[:0], v.values[:0]
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = v.results.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		switch k {
		case keyTuple:
			ok = v.dimensionValues(s)
		case keyResult:
			came = true
			ok = d.number(v)
		case keyResultEnd:
			own.micros, own.is, ok = s.timestamp()
		default:
			ok = v.results.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if len(v.values) != v.width {
		return s.fail(at, "a result that has not as many values as the breakdown has dimensions")
	}
	if !v.sameExtra(s, at) {
		return false
	}
	if !came {
		v.noValue(at)
	}
	for i, p := range v.place {
		if v.tuple[i] = (span{-1, -1}); p >= 0 {
			v.tuple[i] = v.values[p]
		}
	}
	// The window that was asked for counts, and what the result says only where none was.
	own.is = own.is && v.end != nil && v.end.param == nil
	v.close(at, first, own)
	return true
}

// sameExtra checks that a dimension that the table does not have, as timeframe, has one value throughout: else its
// results would be told as one.
func (v *valuesReader) sameExtra(s *scanner, at int) bool {
	if len(v.extra) > 0 && len(v.extraFirst) == 0 {
		for _, p := range v.extra {
			first := v.values[p]
			if first.from >= 0 {
				text := v.text[first.from:first.to]
				first = span{len(v.extraText), len(v.extraText) + len(text)}
				v.extraText = append(v.extraText, text...)
			}
			v.extraFirst = append(v.extraFirst, first)
		}
		return true
	}
	for i, p := range v.extra {
		a, b := v.extraFirst[i], v.values[p]
		if (a.from < 0) != (b.from < 0) || a.from >= 0 && !bytes.Equal(v.extraText[a.from:a.to], v.text[b.from:b.to]) {
			return s.fail(at, "the breakdown is divided by a dimension that was not asked for")
		}
	}
	return true
}

// dimensionValues reads dimension_values into values: strings, or numbers and booleans by their text.
func (v *valuesReader) dimensionValues(s *scanner) bool {
	if !s.array("a list of dimension values") {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		value, ok := v.dimensionText(s)
		if !ok {
			return false
		}
		v.values = append(v.values, value)
	}
}

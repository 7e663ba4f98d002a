package shred

import (
	"math"
	"slices"
	"time"
)

// The keys of an insights answer, as the shapes below count them.
const (
	keyData = 0

	keyName, keyValues, keyTotal = 0, 1, 2

	keyValue, keyEnd = 0, 1

	keyBreakdowns = 1

	keyDimensions, keyResults = 0, 1

	keyTuple, keyResult = 0, 1
)

const (
	unnamed = -1 // the metric's name has not come yet
	foreign = -2 // it is none of the plan's
)

// maxForeign is how many metrics that the plan does not have are told by name.
const maxForeign = 16

// An entryReader reads the entries of insights answers, {"name": …, "values": …}, into Facts.
type entryReader struct {
	facts *Facts
	own   scanner // of Facts.Decode; nested insights come with their page's

	top, entryKeys, pointKeys, totalKeys, breakdownKeys, resultKeys *shape

	// What the answer is about.
	object, day, from, to, window int32
	dayEnd                        int64
	zone                          zone

	outcomes []Outcome
	unknown  []Count

	nextMeasure []int16  // by measure+1, the one whose entry followed last
	memos       [][]byte // by measure and key of the entry, the last text skipped there
	templates   []template
	valueAt     span // where the last value stands in the page

	// The breakdown being read: place is, for each dimension asked, its position in dimension_values, extra the
	// other positions, with what stood there first.
	width      int
	place      []int
	extra      []int
	extraFirst []span
	text       []byte
	values     []span
	tuple      []byte
}

// span is bytes [from, to) of a text; from is -1 for null.
type span struct{ from, to int }

// memoKeys is how many keys of an entry have a memo for each measure.
const memoKeys = 12

func (r *entryReader) init(f *Facts) {
	r.facts = f
	r.top = newShape([]string{"data"}, "paging")
	r.entryKeys = newShape([]string{"name", "values", "total_value"}, "period", "title", "description", "id")
	r.pointKeys = newShape([]string{"value", "end_time"})
	r.totalKeys = newShape([]string{"value", "breakdowns"})
	r.breakdownKeys = newShape([]string{"dimension_keys", "results"})
	r.resultKeys = newShape([]string{"dimension_values", "value"}, "end_time")
	n := len(f.plan.measures)
	r.outcomes = make([]Outcome, n)
	r.nextMeasure = make([]int16, n+1)
	for i := range r.nextMeasure {
		r.nextMeasure[i] = int16(min(i, n-1))
	}
	r.memos = make([][]byte, n*memoKeys)
	r.templates = make([]template, n)
	r.place = make([]int, len(f.plan.dimensions))
}

func (r *entryReader) unknownFields() []Count {
	var c []Count
	for _, h := range []*shape{r.top, r.entryKeys, r.pointKeys, r.totalKeys, r.breakdownKeys, r.resultKeys} {
		c = h.unknown(c)
	}
	return c
}

// begin makes r ready for an answer about s.
func (r *entryReader) begin(s Scope) {
	f := r.facts
	clear(r.outcomes)
	r.unknown = r.unknown[:0]
	r.object = f.objects.id([]byte(s.Object))
	r.from, r.to, r.day = s.From, s.To, s.Day
	r.zone.set(s.Location)
	r.dayEnd = r.zone.midnightAfter(s.Day)
	w := window{micros(s.Start), micros(s.End)}
	if n := len(f.windows); n == 0 || f.windows[n-1] != w {
		f.windows = append(f.windows, w)
	}
	r.window = int32(len(f.windows) - 1)
}

// beginRows makes r ready for the answers nested in the rows of a page: all points are kept, and what has no time of
// its own belongs to day 0.
func (r *entryReader) beginRows() {
	clear(r.outcomes)
	r.unknown = r.unknown[:0]
	r.from, r.to, r.day = math.MinInt32, math.MaxInt32, 0
	r.dayEnd, r.window = never, -1
}

// never stands for a time that was not given.
const never = math.MinInt64

func micros(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixMicro()
}

// page reads {"data": [entry…], …}.
func (r *entryReader) page(s *scanner) bool {
	s.next()
	at := s.pos
	if !s.object("an insights answer") {
		return false
	}
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.top.key(s, k, &m); !ok {
			return false
		}
		if done {
			break
		}
		if k == keyData {
			ok = r.entries(s)
		} else {
			ok = r.top.skip(s, k)
		}
		if !ok {
			return false
		}
	}
	if m.bits&(1<<keyData) == 0 {
		return s.fail(at, "an insights answer without data")
	}
	return true
}

// entries reads [entry…].
func (r *entryReader) entries(s *scanner) bool {
	if !s.array("a list of insights") {
		return false
	}
	for prev, first := unnamed, true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		if prev, ok = r.entry(s, prev); !ok {
			return false
		}
	}
}

// entry reads one entry and returns its measure. prev is the measure of the entry before.
func (r *entryReader) entry(s *scanner, prev int) (measure int, ok bool) {
	if measure, ok := r.quick(s, prev); ok {
		return measure, true
	}
	if !s.object("an insights entry") {
		return 0, false
	}
	start := s.pos - 1
	measure = unnamed
	valuesAt, totalAt := -1, -1 // what waits for the name
	var e entryState
	var w written
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = r.entryKeys.key(s, k, &m); !ok {
			return 0, false
		}
		if done {
			break
		}
		w.odd = w.odd || uint(k) >= keysOfEntry
		at := s.pos
		switch {
		case k == keyName:
			measure, ok = r.name(s, prev)
		case k == keyValues && measure >= 0:
			ok = r.points(s, measure, &e)
		case k == keyTotal && measure >= 0:
			ok = r.total(s, measure, &e)
		case k == keyValues:
			valuesAt = s.pos
			ok = s.skip()
		case k == keyTotal:
			totalAt = s.pos
			ok = s.skip()
		case measure >= 0 && k >= 0 && k < memoKeys && s.peek() == '"':
			ok = s.skipMemo(&r.memos[measure*memoKeys+k])
			if k == keyID {
				w.id = span{at, s.pos}
			}
		default:
			ok = r.entryKeys.skip(s, k)
		}
		if !ok {
			return 0, false
		}
	}
	switch measure {
	case foreign:
		return measure, true
	case unnamed:
		return 0, s.fail(start, "an insights entry without a name")
	}
	end := s.pos
	if valuesAt >= 0 {
		if s.pos = valuesAt; !r.points(s, measure, &e) {
			return 0, false
		}
	}
	if totalAt >= 0 {
		if s.pos = totalAt; !r.total(s, measure, &e) {
			return 0, false
		}
	}
	s.pos = end
	if one := (Outcome{Facts: 1}); e.out == one && !w.odd && !e.odd && e.untimed && valuesAt < 0 && totalAt < 0 {
		w.value = r.valueAt
		r.templates[measure].learn(s.buf, start, end, w)
	}
	r.settle(measure, &e)
	return measure, true
}

// entryState is what one entry held.
type entryState struct {
	out       Outcome
	from, to  int  // where its points are, in the list of facts
	values    bool // a list of points came
	total     bool // an undivided total came, null or not
	breakdown bool // a breakdown came
	taken     bool // the undivided total is a fact
	untimed   bool // the last value is a number, and has no time of its own
	odd       bool // a key came that nobody expects
}

// settle decides what an entry with both points and a total stands for, and books its outcome. Media
// insights repeat the total as a point without a time: that is one value.
func (r *entryReader) settle(measure int, e *entryState) {
	f, o := r.facts, &r.outcomes[measure]
	if e.taken && e.to > e.from {
		e.out.Facts -= e.to - e.from
		f.list = slices.Delete(f.list, e.from, e.to)
	}
	if len(r.place) > 0 {
		e.out.Undivided = !e.breakdown && (e.values || e.total)
		e.out.Bare = !e.breakdown && !e.values && !e.total
	} else {
		e.out.Bare = !e.values && !e.total
	}
	o.Entries++
	o.Facts += e.out.Facts
	o.EmptyMaps += e.out.EmptyMaps
	o.Outside += e.out.Outside
	o.Nulls += e.out.Nulls
	o.Pending = o.Pending || e.out.Pending
	o.Empty = o.Empty || e.out.Empty
	o.Bare = o.Bare || e.out.Bare
	o.Undivided = o.Undivided || e.out.Undivided
}

// name reads the metric's name.
func (r *entryReader) name(s *scanner, prev int) (measure int, ok bool) {
	if s.peek() != '"' {
		return 0, s.unexpected("the name of a metric")
	}
	text, _, ok := s.textView()
	if !ok {
		return 0, false
	}
	measures := r.facts.plan.measures
	guess := &r.nextMeasure[max(prev, unnamed)+1]
	if g := int(*guess); measures[g].Name == string(text) {
		return g, true
	}
	for i := range measures {
		if measures[i].Name == string(text) {
			*guess = int16(i)
			return i, true
		}
	}
	r.unknown = countName(r.unknown, text, maxForeign)
	return foreign, true
}

// countName counts name among the first limit names of counts, or else under "…".
func countName(counts []Count, name []byte, limit int) []Count {
	for i := range counts {
		if counts[i].Name == string(name) {
			counts[i].Times++
			return counts
		}
	}
	if len(counts) >= limit {
		return countName(counts, []byte("…"), limit+1)
	}
	return append(counts, Count{Name: string(name), Times: 1})
}

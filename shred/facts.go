package shred

import (
	"math"
	"slices"
	"time"
)

// Facts are values read from insights answers, in the long form: one fact a value, of one object, measure, day
// and tuple of dimension values. They gather over any number of answers until Reset. Facts keep their memory for
// the next answers; they are for one goroutine at a time.
//
// A fact that comes again, from whichever answer, takes the place of the one before: a window may be read twice.
type Facts struct {
	plan *Insights
	list []fact

	objects interner
	tuples  interner // see appendTuple
	windows []window
	keys    []byte // of maps
	entries []mapEntry
	maps    []mapSpan

	reader entryReader
	index  index
	room   gridRoom
	byRow  bool // objects are rows of a page's table
}

// fact is one value.
type fact struct {
	value uint64 // int64, the bits of a float64, or an index of maps
	end   int64  // the end of the day, or of the series' own bucket, microseconds

	object, tuple, day, window int32
	measure                    uint16
	series                     bool // end is the answer's own
	empty                      bool // an empty map
}

// window is what was asked for.
type window struct{ start, end int64 }

// mapEntry is a key, bytes [from, to) of keys, and its value.
type mapEntry struct {
	from, to int32
	value    int64
}

// mapSpan is a map: entries [from, to).
type mapSpan struct{ from, to int32 }

// size is how much Facts hold.
type size struct{ list, objects, tuples, windows, keys, entries, maps int }

func (f *Facts) size() size {
	return size{len(f.list), f.objects.len(), f.tuples.len(), len(f.windows), len(f.keys), len(f.entries), len(f.maps)}
}

// truncate takes f back to where it was when it had size z.
func (f *Facts) truncate(z size) {
	f.list, f.windows = f.list[:z.list], f.windows[:z.windows]
	f.objects.truncate(z.objects)
	f.tuples.truncate(z.tuples)
	f.keys, f.entries, f.maps = f.keys[:z.keys], f.entries[:z.entries], f.maps[:z.maps]
	f.index.stale = true
}

// Reset forgets all facts and objects.
func (f *Facts) Reset() { f.truncate(size{}) }

// Len returns how many facts there are, those that later ones took the place of included.
func (f *Facts) Len() int { return len(f.list) }

// A Scope says what an answer is about, as far as the answer itself does not.
type Scope struct {
	// Object is the id of the object whose insights were asked for.
	Object string
	// Location is where days begin and end; nil is UTC.
	Location *time.Location
	// From and To are the first and last day, counted from 1970-01-01, that are kept of a time series.
	From, To int32
	// Day is the day that values without a time of their own belong to: totals, and the lifetime values of
	// media. Read for a range, it is the first day of the window, so that windows stay apart until
	// Layout.Range adds them up.
	Day int32
	// Start and End are the window asked for, which RoleWindowStart and RoleWindowEnd give back for totals.
	// Both may be zero.
	Start, End time.Time
}

// An Answer says what one insights answer held, so that a caller can tell why a value is absent.
type Answer struct {
	// Measures has an Outcome for each measure, as compiled.
	Measures []Outcome
	// Unknown are metrics in the answer that the plan does not have.
	Unknown []Count
}

// An Outcome says what one answer held of one measure. A measure that the answer does not mention has the zero
// Outcome.
type Outcome struct {
	// Entries are the times the metric was named in the answer; one is usual.
	Entries int
	// Facts are the values that were taken, empty maps among them.
	Facts int
	// EmptyMaps are the maps without a key.
	EmptyMaps int
	// Outside are the points of a time series that do not belong to the days kept.
	Outside int
	// Nulls are points and totals whose value is null.
	Nulls int
	// Pending says that a breakdown came without results: its day is not yet published.
	Pending bool
	// Empty says that a list of points or results came with nothing in it.
	Empty bool
	// Bare says that the metric was named with neither points nor a total.
	Bare bool
	// Undivided says that dimensions were asked and the value came without a breakdown.
	Undivided bool
}

// Decode adds the facts of page, an insights answer about s.Object, and says what came. When it fails, f is as it
// was; the error is an *Error. The page is not kept.
func (f *Facts) Decode(page []byte, s Scope) (Answer, error) {
	before := f.size()
	r := &f.reader
	r.begin(s)
	sc := &r.own
	if !sc.start(page) || !r.page(sc) || !sc.end() {
		f.truncate(before)
		return Answer{}, sc.err()
	}
	f.index.stale = true
	return Answer{Measures: slices.Clone(r.outcomes), Unknown: append([]Count(nil), r.unknown...)}, nil
}

// Has says whether object has a value of measure number measure on day. An empty map is no value.
func (f *Facts) Has(object string, measure int, day int32) bool {
	return f.lookup(object, measure, day)&hasValue != 0
}

// HasRow is Has for the Facts of a Page: row counts the rows of the table that the insights are nested in.
func (f *Facts) HasRow(row, measure int) bool {
	if !f.byRow || row < 0 || row > math.MaxInt32 || measure < 0 || measure >= len(f.plan.measures) {
		return false
	}
	return f.index.at(f, int32(row), measure, 0)&hasValue != 0
}

// EmptyMap says whether all that object has of measure number measure on day is an empty map.
func (f *Facts) EmptyMap(object string, measure int, day int32) bool {
	return f.lookup(object, measure, day) == hasEmpty
}

func (f *Facts) lookup(object string, measure int, day int32) uint8 {
	o := f.objects.find([]byte(object))
	if o < 0 || measure < 0 || measure >= len(f.plan.measures) {
		return 0
	}
	return f.index.at(f, o, measure, day)
}

// UnknownFields returns the fields that insights answers had beside those that are known to be there, with how
// often they came since the Facts were made: the first few hundred by name, the others together as "…".
func (f *Facts) UnknownFields() []Count { return f.reader.unknownFields() }

const (
	hasValue = 1 << iota
	hasEmpty
)

// maxIndex is the most bytes an index is made of; beyond that, lookups go through the facts.
const maxIndex = 1 << 22

// An index answers lookups: a byte for each object, measure and day.
type index struct {
	stale      bool
	dense      bool
	first      int32 // day
	days       int
	measures   int
	cells      []uint8
	everything int // facts indexed
}

func (x *index) build(f *Facts) {
	*x = index{cells: x.cells[:0], measures: len(f.plan.measures), everything: len(f.list)}
	if len(f.list) == 0 {
		return
	}
	first, last, objects := f.bounds()
	x.first, x.days = first, int(last)-int(first)+1
	if x.days > maxIndex || x.days*x.measures > maxIndex || x.days*x.measures*objects > maxIndex {
		return
	}
	x.dense = true
	n := x.days * x.measures * objects
	x.cells = slices.Grow(x.cells, n)[:n]
	clear(x.cells)
	for i := range f.list {
		c := &f.list[i]
		x.cells[(int(c.object)*x.measures+int(c.measure))*x.days+int(c.day-first)] |= c.presence()
	}
}

func (c *fact) presence() uint8 {
	if c.empty {
		return hasEmpty
	}
	return hasValue
}

func (x *index) at(f *Facts, object int32, measure int, day int32) uint8 {
	if x.stale || x.everything != len(f.list) {
		x.build(f)
	}
	if !x.dense {
		var p uint8
		for i := range f.list {
			if c := &f.list[i]; c.object == object && int(c.measure) == measure && c.day == day {
				p |= c.presence()
			}
		}
		return p
	}
	d := int(day) - int(x.first)
	at := (int(object)*x.measures+measure)*x.days + d
	if d < 0 || d >= x.days || at >= len(x.cells) {
		return 0
	}
	return x.cells[at]
}

// bounds returns the first and last day of the facts, and a number above that of every object.
func (f *Facts) bounds() (first, last int32, objects int) {
	first, last = math.MaxInt32, math.MinInt32
	for i := range f.list {
		c := &f.list[i]
		first, last, objects = min(first, c.day), max(last, c.day), max(objects, int(c.object)+1)
	}
	return first, last, objects
}

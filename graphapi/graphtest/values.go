package graphtest

// A Tuple is one row of a breakdown: the values of the dimensions, in the order they were asked for, and
// the figure.
type Tuple struct {
	Dimensions []string
	Value      int64
}

// share is one value of a dimension and its part of the whole, in percent.
type share struct {
	value   string
	percent int64
}

// dimensions are the values of the breakdowns of dated metrics (facts §3.2), in the order the server
// writes them, which is not the alphabet's: a reader must sort for itself.
var dimensions = map[string][]share{
	byProduct: {{"POST", 28}, {"CAROUSEL_CONTAINER", 20}, {"REEL", 36}, {"STORY", 14}, {"AD", 2}},
	byFollow:  {{"FOLLOWER", 58}, {"NON_FOLLOWER", 40}, {"UNKNOWN", 2}},
	byContact: {{"TEXT", 10}, {"CALL", 25}, {"EMAIL", 20}, {"DIRECTION", 30}, {"BOOK_NOW", 12}, {"INSTANT_EXPERIENCE", 2}, {"UNDEFINED", 1}},
}

// Daily returns the figure of one Pacific day: a time series' point, or a total over that day alone. It
// is false when the API gives none: an unknown account or metric, a day after today, beyond the metric's
// reach or without data, a metric the account lacks. follows_and_unfollows has no undivided figure; ask
// Tuples. Today's figure grows through the day.
func (w *World) Daily(account, metric string, day Day) (int64, bool) {
	a, m, now := w.byID[account], metricByName[metric], w.moment()
	if a == nil || m == nil || m.demographic() || m.hidden() || m.name == followsUn || m.name == online || !w.visible(a, m, day, now) {
		return 0, false
	}
	return w.daily(a, m, day, now), true
}

// Total returns the figure of the days from to to, both included, as one total_value. Days without data
// count nothing; it is false when none of them has any. A metric that counts people (reach,
// accounts_engaged) is less than the sum of its days.
func (w *World) Total(account, metric string, from, to Day) (int64, bool) {
	a, m := w.byID[account], metricByName[metric]
	if a == nil || m == nil || m.demographic() || !m.total || m.name == followsUn {
		return 0, false
	}
	return w.total(a, m, from, to, w.moment())
}

// Rolling returns the figure of as many days as asked that end with day, as periods week (7) and days_28
// (28) of reach have it.
func (w *World) Rolling(account, metric string, day Day, days int) (int64, bool) {
	a, m, now := w.byID[account], metricByName[metric], w.moment()
	if a == nil || m == nil || !contains(m.periods, "week") || !w.visible(a, m, day, now) {
		return 0, false
	}
	return w.total(a, m, day-Day(days)+1, day, now)
}

// Tuples returns a total of the days from and to, and all between, divided by dimensions of the metric, without the tuples
// that are zero. For additive metrics they sum to Total. It is false when the API gives nothing;
// follows_and_unfollows while it is not yet published is true without tuples.
func (w *World) Tuples(account, metric string, from, to Day, dims ...string) ([]Tuple, bool) {
	a, m := w.byID[account], metricByName[metric]
	if a == nil || m == nil || m.demographic() || len(dims) == 0 {
		return nil, false
	}
	for _, d := range dims {
		if !contains(m.breakdowns, d) {
			return nil, false
		}
	}
	return w.tuples(a, m, from, to, dims, w.moment())
}

// moment is the instant a question is answered at: figures of one answer must not straddle midnight.
type moment struct {
	today           Day
	elapsed, length int64 // seconds of today so far, and in all
}

func (w *World) moment() moment {
	now := w.clock.Now()
	today := DayOf(now)
	start := today.Start().Unix()
	return moment{today: today, elapsed: now.Unix() - start, length: today.End().Unix() - start}
}

// visible says whether the API gives a figure of the metric for the day.
func (w *World) visible(a *Account, m *metric, day Day, now moment) bool {
	today := now.today
	oldest, newest := today-Day(w.history), today
	if m.reach > 0 {
		oldest, newest = today-Day(m.reach), today-1
	}
	return day >= oldest && day <= newest && !a.absent[m.name] && !a.withoutData[day] && (!m.needsHundred || !a.tooFew())
}

// daily sums the leaves of a day, so that every breakdown of it adds up.
func (w *World) daily(a *Account, m *metric, day Day, now moment) int64 {
	var sum int64
	for i := range leafCount(m) {
		sum += leaf(a, m, day, i, now)
	}
	return sum
}

func leafCount(m *metric) int {
	n := 1
	for _, d := range m.breakdowns {
		n *= len(dimensions[d])
	}
	return n
}

// leaf is the figure of one combination of all the metric's dimensions on one day; i counts them with
// the last dimension running fastest.
func leaf(a *Account, m *metric, day Day, i int, now moment) int64 {
	if a.Figures != nil {
		return a.Figures(m.name, day, nameTuple(m.breakdowns, i)...)
	}
	if m.name == followsUn {
		return followLeaf(a, day, i, now)
	}
	part, whole, rest := int64(1), int64(1), i
	for d := len(m.breakdowns) - 1; d >= 0; d-- {
		values := dimensions[m.breakdowns[d]]
		part *= values[rest%len(values)].percent
		whole *= 100
		rest /= len(values)
	}
	return figure(a, m, day, uint64(i), part, whole, now)
}

// followLeaf gives follows_and_unfollows: FOLLOWER is who came, the same figure as follower_count, and
// NON_FOLLOWER who went (facts §3.2).
func followLeaf(a *Account, day Day, i int, now moment) int64 {
	switch i {
	case 0:
		return figure(a, metricByName[followers], day, 0, 1, 1, now)
	case 1:
		return figure(a, metricByName[followsUn], day, 1, 2, 5, now)
	}
	return 0
}

// figure is part/whole of the metric's usual size for the account, times 0.5 to 1.5, rounded at random so
// that small accounts have sparse breakdowns rather than none. Today's grows from nothing.
func figure(a *Account, m *metric, day Day, leaf uint64, part, whole int64, now moment) int64 {
	h := mix(a.hash ^ m.index*0x9fb21c651e98df25 ^ uint64(uint32(day))*0xd6e8feb86659fd93 ^ leaf<<56)
	size := min(a.Followers+50, 100_000_000)
	scaled := size * m.perMille * part / whole * int64(512+h&1023) / 1000 // in 1/1024
	value := (scaled + int64(h>>10&1023)) >> 10
	if day == now.today {
		value = value * now.elapsed / now.length
	}
	return value
}

func (w *World) total(a *Account, m *metric, from, to Day, now moment) (int64, bool) {
	var t tally
	for day := from; day <= to; day++ {
		if w.visible(a, m, day, now) {
			t.add(w.daily(a, m, day, now))
		}
	}
	return t.value(m), t.days > 0
}

func (w *World) tuples(a *Account, m *metric, from, to Day, dims []string, now moment) ([]Tuple, bool) {
	n := 1
	for _, d := range dims {
		n *= len(dimensions[d])
	}
	tallies, seen := make([]tally, n), false
	place := placeLeaves(m, dims)
	sums := make([]int64, n)
	for day := from; day <= to; day++ {
		if !w.visible(a, m, day, now) {
			continue
		}
		seen = true
		if m.name == followsUn && pending(a, day, now) {
			continue
		}
		clear(sums)
		for i, at := range place {
			sums[at] += leaf(a, m, day, i, now)
		}
		for i := range tallies {
			tallies[i].add(sums[i])
		}
	}
	var out []Tuple
	for i := range tallies {
		if v := tallies[i].value(m); v > 0 {
			out = append(out, Tuple{Dimensions: nameTuple(dims, i), Value: v})
		}
	}
	return out, seen
}

// placeLeaves says for every leaf of the metric which tuple of dims it belongs to.
func placeLeaves(m *metric, dims []string) []int {
	place := make([]int, leafCount(m))
	for i := range place {
		at := map[string]int{}
		rest := i
		for d := len(m.breakdowns) - 1; d >= 0; d-- {
			name := m.breakdowns[d]
			at[name] = rest % len(dimensions[name])
			rest /= len(dimensions[name])
		}
		for _, d := range dims {
			place[i] = place[i]*len(dimensions[d]) + at[d]
		}
	}
	return place
}

func nameTuple(dims []string, i int) []string {
	names := make([]string, len(dims))
	for d := len(dims) - 1; d >= 0; d-- {
		values := dimensions[dims[d]]
		names[d] = values[i%len(values)].value
		i /= len(values)
	}
	return names
}

// pending says that follows_and_unfollows of the day is not published yet (facts §3.3).
func pending(a *Account, day Day, now moment) bool {
	return a.PendingFollows > 0 && day >= now.today-Day(a.PendingFollows)
}

// tally adds up days.
type tally struct {
	sum, max int64
	days     int
}

func (t *tally) add(v int64) { t.sum, t.max, t.days = t.sum+v, max(t.max, v), t.days+1 }

// value of a metric that counts people: most of a later day's people came before.
func (t *tally) value(m *metric) int64 {
	if m.unique {
		return t.max + (t.sum-t.max)*2/5
	}
	return t.sum
}

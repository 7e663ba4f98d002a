package instagram

import (
	"time"

	"github.com/igsource/igsource/timeexpr"
)

// staged cuts calls into those to make first and those that wait for what the first tell: what ended before the API's
// history began, as far as is known, need not be asked at all once that is refused.
func (a *accountAsker) staged(calls []call) (first, later []call) {
	edge := keptSince(a.now)
	newest := -1
	for _, c := range calls {
		if c.span == nil || c.span.since.IsZero() || c.span.until.After(edge) {
			first = append(first, c)
			continue
		}
		if newest < 0 || c.span.since.After(later[newest].span.since) {
			newest = len(later)
		}
		later = append(later, c)
	}
	if len(first) == 0 && newest >= 0 {
		first = later[newest : newest+1 : newest+1]
		later = append(later[:newest:newest], later[newest+1:]...)
	}
	return first, later
}

// late is the time by the clock: reading may take hours, and go on with a plan of yesterday, while what is kept grows
// older.
func (a *accountAsker) late() time.Time { return maxTime(a.now, a.clock.Now()) }

// reachable turns a call whose since is older than what the API keeps into those for the days that may be kept, and
// notes the others as refused. Where the history begins is known to the day or so: what lies before is asked for too,
// by a day that tells of all older ones. Should it begin elsewhere, it is sought by halves. Some parts are left for later.
func (a *accountAsker) reachable(f refusal) []call {
	if f.span.since.IsZero() {
		a.refused(f.call, f.err) // which days it would be, the API knows
		return nil
	}
	days := f.daysOf()
	begin := keptSince(a.late())
	at := timeexpr.DayOf(begin, timeexpr.Pacific)
	inside := begin.Add(spanSlack).Truncate(time.Second)
	crosses := f.narrowed == 0 && days.From-1 <= at && at <= days.To && f.span.since.Before(inside)
	f.narrowed++
	switch {
	case !f.series() && f.days == nil && crosses && at < days.To && f.keep != nil:
		// A query's total: one of the whole days that are left.
		rest, newer := f.call, f.call
		from := midnight(at + 1).UTC()
		rest.keep = &span{f.kept().since, from}
		a.refused(rest, f.err)
		newer.span, newer.keep = &span{from, f.span.until}, &span{from, f.kept().until}
		return []call{newer}
	case !f.series(), f.days == nil && f.keep == nil:
		a.refused(f.call, f.err) // part of a day, or of a range, would pass for the whole
		return nil
	case crosses:
		out := []call{f.part(window{max(days.From, at), days.To}, inside)}
		// The day in which the history begins comes or not, by which of its instants the API goes. In a query a value
		// that comes twice stands there twice.
		edge := at
		if f.days == nil {
			edge--
		}
		if edge >= days.From {
			out = append(out, f.part(window{edge, edge}, midnight(edge)))
		}
		if edge > days.From {
			a.later = append(a.later, f.part(window{days.From, edge - 1}, midnight(days.From)))
		}
		return out
	case a.horizon.gone(maxTime(midnight(days.To), f.kept().since)) != nil:
		a.refused(f.call, f.err)
		return nil
	case days.days() > 1:
		newer := window{days.From + (days.To-days.From+1)/2, days.To}
		if f.narrowed == 1 && at > days.To {
			newer.From = days.To // the newest day tells of all others
		}
		a.later = append(a.later, f.part(window{days.From, newer.From - 1}, midnight(days.From)))
		return []call{f.part(newer, midnight(newer.From))}
	case f.span.since.Before(midnight(days.From)):
		return []call{f.part(days, midnight(days.From))}
	}
	a.refused(f.call, f.err)
	return nil
}

// daysOf are the days that a call with a span is for, the first and the last perhaps in part.
func (c call) daysOf() window {
	if c.days != nil {
		return *c.days
	}
	kept := c.kept()
	return window{timeexpr.DayOf(kept.since, timeexpr.Pacific), timeexpr.DayOf(kept.until.Add(-time.Second), timeexpr.Pacific)}
}

// part is a time series for some of its days. It is asked from since, which is never earlier than before, to a day
// more than its own.
func (c call) part(days window, since time.Time) call {
	whole := c.daysOf()
	s := span{maxTime(since, c.span.since).UTC(), minTime(midnight(days.To+1).Add(dayMargin), c.span.until).UTC()}
	if c.days != nil {
		return c.over(days, s)
	}
	keep := *c.keep
	if days.From > whole.From {
		keep.since = midnight(days.From).UTC()
	}
	if days.To < whole.To {
		keep.until = midnight(days.To + 1).UTC()
	}
	c.span, c.keep = &s, &keep
	return c
}

package instagram

import (
	"time"

	"github.com/igsource/igsource/timeexpr"
)

// dayMargin is how far a window of a time series reaches beyond what is kept of it, so that no reading of since
// and until loses the values at its edge: a day, less what keeps the whole clear of the longest span.
const dayMargin = 24*time.Hour - spanSlack/2

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// part is a window of a time series: what to ask for, and which of the values to keep.
type part struct{ asked, keep span }

// of returns c for the part.
func (p part) of(c call) call {
	c.span, c.keep = &p.asked, &p.keep
	return c
}

// seriesParts cuts s, which is longer than the API takes, at midnights, from the newest back; oldest first. The
// outermost edges stay as they are. What is kept ends after since and by until, where those are set.
func (s span) seriesParts() []part {
	rest := part{asked: s}
	var out []part
	for {
		longest := maxSpan
		if !rest.keep.until.IsZero() {
			longest -= dayMargin + spanSlack/2
		}
		if rest.end().Sub(s.since) <= longest {
			return append([]part{rest}, out...)
		}
		cut := midnightFrom(rest.end().Add(-longest + dayMargin + spanSlack/2))
		newer := rest
		newer.keep.since, newer.asked.since = cut, cut.Add(-dayMargin)
		out = append([]part{newer}, out...)
		rest = part{asked: span{s.since, cut.Add(dayMargin)}, keep: span{until: cut}}
	}
}

// end is where the values that are kept end.
func (p part) end() time.Time {
	if p.keep.until.IsZero() {
		return p.asked.until
	}
	return p.keep.until
}

// totalParts cuts s at midnights into windows that the API takes, from the newest back; oldest first.
func (s span) totalParts() []span {
	var out []span
	for s.until.Sub(s.since) > maxSpan {
		cut := midnightFrom(s.until.Add(-maxSpan))
		out = append([]span{{cut, s.until}}, out...)
		s.until = cut
	}
	return append([]span{s}, out...)
}

// midnightFrom is the first beginning of a day at or after an instant.
func midnightFrom(at time.Time) time.Time {
	day := midnight(timeexpr.DayOf(at, timeexpr.Pacific))
	if day.Before(at) {
		day = midnight(timeexpr.DayOf(at, timeexpr.Pacific) + 1)
	}
	return day.UTC()
}

// halfSpans halves a window of a time series.
func (f refusal) halfSpans() ([]call, error) {
	kept := f.kept()
	middle := midnightFrom(kept.since.Add(kept.until.Sub(kept.since) / 2))
	if kept.until.Sub(kept.since) <= 2*dayMargin || !middle.After(kept.since) || !middle.Before(kept.until) {
		return nil, f.lost()
	}
	older, newer := f.call, f.call
	older.span, older.keep = &span{f.span.since, minTime(middle.Add(dayMargin), f.span.until)}, &span{f.keep.since, middle}
	newer.span, newer.keep = &span{maxTime(middle.Add(-dayMargin), f.span.since), f.span.until}, &span{middle, f.keep.until}
	return []call{older, newer}, nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// narrow asks a metric with a reach for what is surely inside it, in two steps.
func (c call) narrow(days int, now time.Time) (call, bool) {
	s := *c.span
	switch c.narrowed {
	case 0:
		s.since = maxTime(s.since, now.Add(-time.Duration(days)*24*time.Hour+spanSlack).Truncate(time.Second))
		s.until = minTime(s.until, now.Truncate(time.Second))
	case 1:
		s.since = maxTime(s.since, midnight(reach(days, now).From+1))
		s.until = minTime(s.until, midnight(reach(days, now).To+1))
	default:
		return call{}, false
	}
	c.narrowed++
	c.span = &s
	return c, s.since.Before(s.until)
}

// kept is the part of the window that a call is for.
func (c call) kept() span {
	s := *c.span
	if c.keep != nil {
		if !c.keep.since.IsZero() {
			s.since = c.keep.since
		}
		if !c.keep.until.IsZero() {
			s.until = c.keep.until
		}
	}
	return s
}

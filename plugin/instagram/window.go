package instagram

import (
	"time"

	"github.com/igsource/igsource/timeexpr"
)

const (
	// windowDays is the most days of daily values asked for together: with a day more on either side
	// they fit the API's 30 days.
	windowDays = 28

	// maxSpan is the longest time between since and until that the API takes.
	maxSpan = 30 * 24 * time.Hour

	// spanSlack keeps a clipped span clear of such limits.
	spanSlack = time.Minute
)

// window is a run of days that are asked for together, both ends included.
type window struct {
	From timeexpr.Day `json:"from"`
	To   timeexpr.Day `json:"to"`
}

func (w window) days() int { return int(w.To-w.From) + 1 }

// clip returns the days of w that are within o too; ok is false when there are none.
func (w window) clip(o window) (_ window, ok bool) {
	c := window{max(w.From, o.From), min(w.To, o.To)}
	return c, c.From <= c.To
}

// span is since and until of a request.
type span struct{ since, until time.Time }

// midnight is the instant at which a day of Instagram's begins.
func midnight(d timeexpr.Day) time.Time { return d.Midnight(timeexpr.Pacific) }

// totalSpan covers exactly the days of w. It ends a second before midnight, because whether until
// counts its own instant is not documented.
func (w window) totalSpan() span {
	return span{midnight(w.From), midnight(w.To + 1).Add(-time.Second)}
}

// seriesSpan covers the days of w and a day more on either side, so that no reading of since and until
// loses a day at an edge; the surplus is dropped. It reaches into the future only when w does.
func (w window) seriesSpan(now time.Time) span {
	s := span{midnight(w.From - 1), midnight(w.To + 2)}
	if end := midnight(w.To + 1); now.After(end) && s.until.After(now) {
		s.until = now.Truncate(time.Second)
	}
	// 30 days hold an hour more when the clocks go back.
	if longest := maxSpan - spanSlack; s.until.Sub(s.since) > longest {
		s.since = s.until.Add(-longest)
	}
	return s
}

// exactSpan is from midnight to midnight: what is left to ask when a wider span is refused.
func (w window) exactSpan() span { return span{midnight(w.From), midnight(w.To + 1)} }

// dailyWindows cuts w into windows of at most windowDays, from the newest day back; oldest first.
func (w window) dailyWindows() []window {
	var out []window
	for to := w.To; to >= w.From; to -= windowDays {
		out = append(out, window{max(w.From, to-windowDays+1), to})
	}
	return oldestFirst(out)
}

// rangeWindows cuts w into as few windows as one total each can cover; oldest first.
func (w window) rangeWindows() []window {
	var out []window
	for to := w.To; to >= w.From; {
		part := window{to, to}
		for part.From > w.From {
			longer := window{part.From - 1, to}
			if s := longer.totalSpan(); s.until.Sub(s.since) > maxSpan {
				break
			}
			part = longer
		}
		out = append(out, part)
		to = part.From - 1
	}
	return oldestFirst(out)
}

func oldestFirst(w []window) []window {
	for i, j := 0, len(w)-1; i < j; i, j = i+1, j-1 {
		w[i], w[j] = w[j], w[i]
	}
	return w
}

// reach returns the days that a metric with so many days of reach still has at now: the last days,
// today excluded.
func reach(days int, now time.Time) window {
	today := timeexpr.DayOf(now, timeexpr.Pacific)
	return window{today - timeexpr.Day(days), today - 1}
}

// withinReach says whether a span asks for nothing that a metric with so many days of reach no longer
// has, counting calendar days as the API's own words do.
func (s span) withinReach(days int, now time.Time) bool {
	return !s.since.Before(midnight(reach(days, now).From)) && !s.until.After(now)
}

// rollingSpan is the widest span of w that is inside a reach of so many days counted in seconds: what is
// left to ask when the API counts so.
func (w window) rollingSpan(days int, now time.Time) span {
	s := w.exactSpan()
	if edge := now.Add(-time.Duration(days)*24*time.Hour + spanSlack).Truncate(time.Second); s.since.Before(edge) {
		s.since = edge
	}
	return s
}

package graphtest

import (
	"net/url"
	"time"
)

// A Reading is one way to understand since and until, whose edges are not documented (facts §3.3 says
// "inclusive"). The zero Reading is that: a point is in when since <= end_time <= until.
type Reading struct {
	SinceExcluded bool // a point whose instant equals since is left out
	UntilExcluded bool // a point whose instant equals until is left out
	ByBucketStart bool // the instant is the day's first, not its end_time
}

// Readings returns every reading that anything speaks for. A client that is right under all of them loses
// no day at an edge.
func Readings() []Reading {
	return []Reading{
		{},
		{UntilExcluded: true},
		{SinceExcluded: true},
		{SinceExcluded: true, UntilExcluded: true},
		{ByBucketStart: true},
		{ByBucketStart: true, UntilExcluded: true},
	}
}

// String names the reading.
func (r Reading) String() string {
	s, open, end := "end_time in ", "[since", "until]"
	if r.ByBucketStart {
		s = "day start in "
	}
	if r.SinceExcluded {
		open = "(since"
	}
	if r.UntilExcluded {
		end = "until)"
	}
	return s + open + ", " + end
}

// maxRange is how far apart since and until may be, in seconds (facts §3.3). It is seconds, not days: 30
// Pacific days across the end of summer time are an hour too many.
const maxRange = 30 * 86400

// window is since and until in unix seconds.
type window struct {
	since, until int64
	asked        bool // since or until was given
}

// points are the days whose point of a time series is in the window.
func (w window) points(r Reading) []Day {
	var out []Day
	for day := DayOf(time.Unix(w.since, 0)) - 1; day.Start().Unix() <= w.until; day++ {
		at := day.End().Unix()
		if r.ByBucketStart {
			at = day.Start().Unix()
		}
		if at < w.since || at > w.until || r.SinceExcluded && at == w.since || r.UntilExcluded && at == w.until {
			continue
		}
		out = append(out, day)
	}
	return out
}

// touched are the first and last day that hold a second of the window: those a total covers whole.
func (w window) touched(r Reading) (from, to Day) {
	first, last := w.since, w.until
	if r.SinceExcluded {
		first++
	}
	if r.UntilExcluded {
		last--
	}
	return DayOf(time.Unix(first, 0)), DayOf(time.Unix(last, 0))
}

// parseWindow reads since and until and holds them to what is kept and to the 30 days. With one of them alone
// the other is now, or a day before; the sheet does not say. Nor does anything say which refusal comes first
// where several fit: here since is judged by itself before it is together with until.
func parseWindow(params url.Values, now time.Time, kept time.Duration) (window, *Error) {
	since, until := params.Get("since"), params.Get("until")
	w := window{asked: since != "" || until != ""}
	if !w.asked {
		return w, nil
	}
	var e *Error
	w.until = now.Unix()
	if until != "" {
		if w.until, e = parseInstant("until", until, now); e != nil {
			return w, e
		}
	}
	w.since = w.until - 86400
	if since != "" {
		if w.since, e = parseInstant("since", since, now); e != nil {
			return w, e
		}
	}
	if e := checkKept(w.since, now, kept); e != nil {
		return w, e
	}
	if w.since > w.until {
		return w, badParameter("since must not be after until")
	}
	if w.until-w.since > maxRange {
		return w, badParameter("There cannot be more than 30 days (2592000 s) between since and until.")
	}
	return w, nil
}

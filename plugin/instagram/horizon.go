package instagram

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/timeexpr"
)

// keptYears is how long the API keeps insights of accounts.
const keptYears = 2

// keptSince is where what the API keeps begins, as far as is known. That only decides what is asked first: where it
// really begins, the answers say.
func keptSince(now time.Time) time.Time { return now.AddDate(-keptYears, 0, 0) }

// aboutHistory says whether the API refuses a since that is older than what it keeps: "(#100) since param is not
// valid. Metrics data is available for the last 2 years". Not documented; several public projects that met it in 2026
// say so, and that 729 days before today are answered and 730 are not. Days within the two years for which there is
// nothing are another matter: they come back empty.
func aboutHistory(e *graphapi.Error) bool {
	return e.Kind() == graphapi.BadRequest && strings.Contains(strings.ToLower(e.Message), "data is available for the last")
}

// horizon is what answers have told of the insights of one object and that holds for all its windows. It only ever
// spares calls whose answers are certain, so that what is read is the same without it. It is safe for concurrent use.
type horizon struct {
	mu sync.Mutex
	// oldest is the newest since that was refused because the API keeps nothing so old, and why the refusal. It is
	// the parameter that is refused, whatever the metrics are, and what is too old stays too old.
	oldest time.Time
	why    *graphapi.Error
	// metrics are those that were refused, by metricKind.
	metrics map[string]refusedMetric
	// quiet says, by callKind and first day, of windows that were read whether that day had no value. It is a hint
	// alone: see probes.
	quiet map[string]map[timeexpr.Day]bool
}

// refusedMetric is a metric that was refused for whatever days, or, where since is set, for those that begin then or
// earlier.
type refusedMetric struct {
	since time.Time
	// old says that days were refused alike of which the API is not known to keep anything. Else these are asked: they
	// may be refused as too old, which is the reason to be told.
	old bool
	err *graphapi.Error
}

// historySlack is how far keptSince may be off.
const historySlack = 48 * time.Hour

// refuses says whether m is refused for what begins at since.
func (m refusedMetric) refuses(since, now time.Time) bool {
	if m.since.IsZero() {
		return m.old || since.After(keptSince(now).Add(historySlack))
	}
	return !since.After(m.since)
}

// horizons are those of a source, by path, as long as it lives.
type horizons struct {
	mu sync.Mutex
	of map[string]*horizon
}

func (h *horizons) at(path string) *horizon {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil {
		h.of = make(map[string]*horizon)
	}
	if h.of[path] == nil {
		h.of[path] = &horizon{metrics: make(map[string]refusedMetric), quiet: make(map[string]map[timeexpr.Day]bool)}
	}
	return h.of[path]
}

// callKind names what a call asks, whatever its days.
func (c call) callKind() string { return c.metricKind(strings.Join(c.group.Metrics, ",")) }

// metricKind names the way in which a call asks for a metric.
func (c call) metricKind(metric string) string {
	return strings.Join([]string{metric, string(c.group.Period), string(c.group.Type), strings.Join(c.group.Breakdown, ","), c.group.Timeframe}, "\x00")
}

// tooOld says whether a refusal is due to a since that the API keeps nothing of, be it the one that it takes to go with
// until. It has the same words for a since that it takes to lie in the future, which says nothing of older ones.
func (a *accountAsker) tooOld(c call, e *graphapi.Error) bool {
	if !aboutHistory(e) || c.span == nil {
		return false
	}
	at := c.span.since
	if at.IsZero() {
		at = c.span.until
	}
	return at.Before(a.now.AddDate(-1, 0, 0))
}

// ofTime are the words of a refusal that other days may not meet.
var ofTime = regexp.MustCompile(`(?i)\b(last|days?|weeks?|months?|years?|since|until|dates?|range|time|today)\b`)

// learn takes in what a refusal says of other windows.
func (a *accountAsker) learn(c call, e *graphapi.Error) {
	h := a.horizon
	h.mu.Lock()
	defer h.mu.Unlock()
	if a.tooOld(c, e) {
		if !c.span.since.IsZero() && (h.why == nil || c.span.since.After(h.oldest)) {
			h.oldest, h.why = c.span.since, e
		}
		return
	}
	if !a.days || c.span == nil || e.Kind() == graphapi.TooMuchData {
		return
	}
	for _, name := range (refusal{c, e}).named() {
		kind := c.metricKind(name)
		known, ok := h.metrics[kind]
		switch {
		case aboutReach(e) && c.span.until.After(midnight(timeexpr.DayOf(a.now, timeexpr.Pacific))):
			// What reaches into today is refused in the same words, which then say nothing of older days.
		case aboutReach(e):
			if !ok || !known.since.IsZero() && c.span.since.After(known.since) {
				h.metrics[kind] = refusedMetric{since: c.span.since, err: e}
			}
		case !ofTime.MatchString(e.Message):
			old := c.span.since.Before(keptSince(a.now).Add(-historySlack))
			h.metrics[kind] = refusedMetric{old: old || known.old, err: e}
		}
	}
}

// recall tells apart what is to be asked, and what is known to be refused.
func (a *accountAsker) recall(calls []call) (ask []call, known []refusal) {
	h := a.horizon
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range calls {
		if c.span == nil || c.span.since.IsZero() {
			ask = append(ask, c)
			continue
		}
		if h.why != nil && !c.span.since.After(h.oldest) {
			known = append(known, refusal{c, h.why})
			continue
		}
		var names []string
		for _, name := range c.metrics {
			if m, ok := h.metrics[c.metricKind(name)]; ok && m.refuses(c.span.since, a.now) {
				known, names = append(known, refusal{c.of(name), m.err}), append(names, name)
			}
		}
		if len(names) > 0 {
			c = c.without(names)
		}
		if len(c.metrics) > 0 || len(names) == 0 {
			ask = append(ask, c)
		}
	}
	return ask, known
}

// gone returns why nothing that begins at an instant is kept; nil where that is not known.
func (h *horizon) gone(at time.Time) *graphapi.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why == nil || at.After(h.oldest) {
		return nil
	}
	return h.why
}

// hear notes whether the first of the days of a window had no value of a kind of call.
func (h *horizon) hear(kind string, days window, quiet bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.quiet[kind] == nil {
		h.quiet[kind] = make(map[timeexpr.Day]bool)
	}
	h.quiet[kind][days.From] = quiet
}

// quietAfter says whether the day after days had no value; known is false where its window was not read.
func (h *horizon) quietAfter(kind string, days window) (quiet, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	quiet, known = h.quiet[kind][days.To+1]
	return quiet, known
}

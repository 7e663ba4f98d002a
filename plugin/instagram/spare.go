package instagram

import (
	"context"
	"slices"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/timeexpr"
)

// probes are calls for totals of all days of a window, one in place of each day's, that tell whether the API has
// anything of them, for the kinds of calls that likely says so of; of a window that is older than what the API keeps,
// for all.
func (s *Source) probes(w work, calls []call, likely func(call) bool) []call {
	days, stale := s.probed(w)
	if days.days() <= 1 {
		return nil
	}
	var out []call
	for _, c := range calls {
		if c.daily() && !slices.ContainsFunc(out, c.alike) && (stale || likely(c)) {
			out = append(out, c.over(days, days.totalSpan()))
		}
	}
	return out
}

// probed are the days of a window that a probe may ask for: of one in which the API's history begins, those that are
// surely kept. Stale says that none is.
func (s *Source) probed(w work) (days window, stale bool) {
	if w.Days == nil || s.config.Range() {
		return window{From: 1, To: 0}, false // none
	}
	edge := timeexpr.DayOf(keptSince(w.now()), timeexpr.Pacific)
	days, stale = *w.Days, w.Days.To < edge
	if !stale {
		days.From = max(days.From, edge+1)
	}
	return days, stale
}

// daily says whether c asks for the total of a day that a total of more days has too: one of a rolling period has only
// their last.
func (c call) daily() bool { return !c.series() && c.group.Period == metrics.Day }

// alike says whether two calls ask the same of other days.
func (c call) alike(o call) bool { return c.callKind() == o.callKind() }

// spare leaves out the daily totals of days of which the API has nothing, where a call a day would bring nothing: it
// has no 0 for missing data but no entry, so that when the total of all days has none, no day has one. An empty day
// does not say so of those around it: an account may have had quiet weeks. It only makes it worth the question, and so
// does an empty day after the window. In a backfill that day may not be known yet: then the first day is asked before
// the others.
func (r *reading) spare(ctx context.Context, a *accountAsker, calls []call, has func(metric string, day timeexpr.Day) bool) ([]call, error) {
	days, stale := r.source.probed(r.work)
	empty := func(c call) bool {
		return !slices.ContainsFunc(c.group.Metrics, func(name string) bool { return has(name, days.From) })
	}
	if r.work.Backfill && !stale && days.days() > 2 {
		var first, rest []call
		for _, c := range calls {
			if _, known := a.horizon.quietAfter(c.callKind(), days); c.daily() && c.days.From == days.From && !known {
				first = append(first, c)
			} else {
				rest = append(rest, c)
			}
		}
		if err := a.run(ctx, first); err != nil {
			return nil, err
		}
		calls = rest
	}
	asked, _ := a.recall(r.source.probes(r.work, calls, func(c call) bool {
		quiet, known := a.horizon.quietAfter(c.callKind(), days)
		return quiet || !known && r.work.Backfill && days.days() > 2 && empty(c)
	}))
	if len(asked) == 0 {
		return calls, nil
	}
	requests := make([]graphapi.Request, len(asked))
	for i, c := range asked {
		requests[i] = a.request(c)
	}
	results, err := r.client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	for i, probe := range asked {
		if results[i].Err != nil {
			if e, ok := graphapi.AsError(results[i].Err); ok && isolable(e) {
				a.learn(probe, e)
			}
			continue
		}
		nothing := r.nothingIn(results[i].Answer.Body, probe)
		results[i].Answer.Release()
		if nothing {
			calls = probe.answersFor(calls)
		}
	}
	return calls, nil
}

// nothingIn says whether the answer to a probe names none of its metrics.
func (r *reading) nothingIn(body []byte, probe call) bool {
	answer, err := r.decoding.insights.NewFacts().Decode(body, r.scope(probe))
	if err != nil {
		return false // the days' answers tell more
	}
	for i, m := range r.decoding.insights.Measures() {
		if answer.Measures[i].Entries > 0 && slices.Contains(probe.metrics, m.Name) {
			return false
		}
	}
	return true
}

// answersFor leaves out of calls those that an empty answer to the probe answers too. Metrics that it did not ask for,
// because they are refused, stay.
func (c call) answersFor(calls []call) []call {
	var out []call
	for _, o := range calls {
		if c.alike(o) && o.days.From >= c.days.From && o.days.To <= c.days.To {
			if o = o.without(c.metrics); len(o.metrics) == 0 {
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

// hear notes for other windows of which kinds of calls for totals the first day had no value.
func (r *reading) hear(h *horizon, calls []call, has func(metric string, day timeexpr.Day) bool) {
	if r.work.Days == nil || r.source.config.Range() {
		return
	}
	first := r.work.Days.From
	for _, c := range calls {
		if !c.series() && c.days.From == first {
			h.hear(c.callKind(), *r.work.Days, !slices.ContainsFunc(c.metrics, func(name string) bool { return has(name, first) }))
		}
	}
}

package instagram

import (
	"context"
	"slices"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/timeexpr"
)

// keptYears is how long the API keeps insights of accounts, as far as is known (older ranges come back empty).
const keptYears = 2

// probes are calls for totals of a whole window, one in place of each day's, that tell whether the API still has
// anything of a window which is older than what it keeps. There are none for a window that begins or ends later.
func (s *Source) probes(w work, calls []call) []call {
	if w.Days == nil || w.Days.days() == 1 || s.config.Range() ||
		w.Days.To >= timeexpr.DayOf(w.now().AddDate(-keptYears, 0, 0), timeexpr.Pacific) {
		return nil
	}
	var out []call
	for _, c := range calls {
		if !c.series() && !slices.ContainsFunc(out, c.alike) {
			out = append(out, c.over(*w.Days, w.Days.totalSpan()))
		}
	}
	return out
}

// alike says whether two calls ask the same of other days.
func (c call) alike(o call) bool {
	return slices.Equal(c.metrics, o.metrics) && c.group.Type == o.group.Type && slices.Equal(c.group.Breakdown, o.group.Breakdown)
}

// spare leaves out the daily totals of a window that the API keeps no more, where a call a day would bring nothing:
// when the total of all its days has no value, no day has one. Where that is refused, the days are asked.
func (r *reading) spare(ctx context.Context, calls []call) ([]call, error) {
	probes := r.source.probes(r.work, calls)
	if len(probes) == 0 {
		return calls, nil
	}
	requests := make([]graphapi.Request, len(probes))
	for i, c := range probes {
		requests[i] = c.request(r.work.Accounts[0].ID)
	}
	results, err := r.client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	needed := slices.Clone(calls)
	for i, probe := range probes {
		if results[i].Err != nil {
			continue
		}
		facts := r.decoding.insights.NewFacts()
		if _, err := facts.Decode(results[i].Answer.Body, r.scope(probe)); err != nil {
			continue // the days' answers tell more
		}
		if facts.Len() == 0 {
			needed = slices.DeleteFunc(needed, probe.alike)
		}
	}
	return needed, nil
}

package instagram

import (
	"slices"
	"strconv"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
)

// call is one request for insights of an account, and what its answer is about.
type call struct {
	group metrics.Group
	// metrics are those of the group that are asked for; a refusal leaves fewer than it had.
	metrics []string
	// days are the days whose values the answer brings; nil for metrics that know none.
	days *window
	// span is since and until; nil where days is.
	span *span
	// keep is the part of a query's window that the call is for: of a time series the values that end after
	// its since and by its until, for a total since and until themselves. Nil where there is none.
	keep *span
	// narrowed counts how often a metric's reach made the span smaller.
	narrowed int
}

// request is the call as the API takes it.
func (c call) request(account string) graphapi.Request {
	params := []graphapi.Param{
		{Name: "metric", Value: strings.Join(c.metrics, ",")},
		{Name: "period", Value: string(c.group.Period)},
		{Name: "metric_type", Value: string(c.group.Type)},
	}
	if len(c.group.Breakdown) > 0 {
		params = append(params, graphapi.Param{Name: "breakdown", Value: strings.Join(c.group.Breakdown, ",")})
	}
	if c.group.Timeframe != "" {
		params = append(params, graphapi.Param{Name: "timeframe", Value: c.group.Timeframe})
	}
	if c.span != nil {
		params = append(params,
			graphapi.Param{Name: "since", Value: strconv.FormatInt(c.span.since.Unix(), 10)},
			graphapi.Param{Name: "until", Value: strconv.FormatInt(c.span.until.Unix(), 10)})
	}
	return graphapi.Request{Path: account + "/insights", Params: params, Account: account}
}

// series says whether the answer is a value for each day.
func (c call) series() bool { return c.group.Type == metrics.TimeSeries }

// of returns c for some of its metrics.
func (c call) of(names ...string) call {
	c.metrics = names
	return c
}

// without returns c without some of its metrics.
func (c call) without(names []string) call {
	c.metrics = slices.DeleteFunc(slices.Clone(c.metrics), func(m string) bool { return slices.Contains(names, m) })
	return c
}

// over returns c for other days.
func (c call) over(days window, s span) call {
	c.days, c.span = &days, &s
	return c
}

// calls returns the requests that a split of account insights takes: the fewest that bring every chosen
// metric of every day. It makes none itself.
func (s *Source) calls(w work) []call {
	groups := s.metricChoice().Groups()
	var out []call
	for _, g := range groups {
		c := call{group: g, metrics: g.Metrics}
		switch {
		case w.Days == nil:
			out = append(out, c)
		case s.config.Range():
			for _, part := range w.Days.rangeWindows() {
				out = append(out, c.over(part, part.totalSpan()))
			}
		case c.series():
			out = addSeries(out, c, w)
		default:
			for d := w.Days.From; d <= w.Days.To; d++ {
				day := window{d, d}
				out = append(out, c.over(day, day.totalSpan()))
			}
		}
	}
	return out
}

// addSeries adds a time series of the days of w to calls. A metric with a reach is asked only inside
// it, in the request of the other series where that lies inside too: asked for more, it would fail the
// whole request.
func addSeries(calls []call, c call, w work) []call {
	days, now := *w.Days, w.now()
	s := days.seriesSpan(now)
	n := c.group.ReachDays
	if n == 0 || days.From >= reach(n, now).From && s.withinReach(n, now) {
		if i := slices.IndexFunc(calls, func(o call) bool { return o.joins(c, s) }); i >= 0 {
			calls[i].metrics = append(slices.Clip(calls[i].metrics), c.metrics...)
			return calls
		}
		return append(calls, c.over(days, s))
	}
	inside, ok := days.clip(reach(n, now))
	if !ok {
		return calls
	}
	s = inside.seriesSpan(now)
	if edge := midnight(reach(n, now).From); s.since.Before(edge) {
		s.since = edge
	}
	if s.until.After(now) {
		s.until = now
	}
	return append(calls, c.over(inside, s))
}

// joins says whether the series o over s can ride in c.
func (c call) joins(o call, s span) bool {
	return c.series() && c.group.Period == o.group.Period && c.span != nil && *c.span == s
}

package graphtest

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// question is a request for account insights that passed every rule of facts §3.
type question struct {
	metrics   []*metric
	period    string
	total     bool
	dims      []string
	timeframe string
	window    window
}

// The enumerations of facts §3.1, in its order.
var (
	periodNames    = []string{"day", "week", "days_28", "month", "lifetime", "total_over_range"}
	typeNames      = []string{"default", "time_series", "total_value"}
	breakdownNames = []string{byContact, byFollow, byProduct, byAge, byCity, byCountry, byGender}
)

// readQuestion holds a request to the rules of facts §3.1 and §3.3. One bad metric fails the whole list.
func (c *call) readQuestion(params url.Values) (question, *Error) {
	var q question
	var e *Error
	if q.metrics, e = readMetrics(params.Get("metric")); e != nil {
		return q, e
	}
	if q.period = params.Get("period"); q.period == "" {
		return q, badParameter("The parameter period is required")
	}
	if !contains(periodNames, q.period) {
		return q, mustBeOneOf("period", periodNames)
	}
	kind := params.Get("metric_type")
	if kind != "" && !contains(typeNames, kind) {
		return q, mustBeOneOf("metric_type", typeNames)
	}
	q.total = kind == "total_value"
	if q.dims, e = readDimensions(params.Get("breakdown")); e != nil {
		return q, e
	}
	if q.timeframe = params.Get("timeframe"); q.timeframe != "" && !contains(allFrames, q.timeframe) {
		return q, mustBeOneOf("timeframe", allFrames)
	}
	if e := q.fit(); e != nil {
		return q, e
	}
	if q.demographic() {
		return q, nil // since and until are ignored (facts §3.3), even bad ones
	}
	if q.window, e = parseWindow(params, c.now, c.h.world.kept); e != nil {
		return q, e
	}
	return q, c.checkReach(q)
}

func readMetrics(text string) ([]*metric, *Error) {
	if text == "" {
		return nil, badParameter("The parameter metric is required")
	}
	var out []*metric
	seen := map[string]bool{}
	for i, name := range strings.Split(text, ",") {
		m := metricByName[strings.TrimSpace(name)]
		if m == nil {
			return nil, mustBeOneOf("metric["+strconv.Itoa(i)+"]", metricNames)
		}
		if !seen[m.name] {
			seen[m.name] = true
			out = append(out, m)
		}
	}
	return out, nil
}

var metricNames = func() []string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.name
	}
	return names
}()

func readDimensions(text string) ([]string, *Error) {
	if text == "" {
		return nil, nil
	}
	var out []string
	for i, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if !contains(breakdownNames, name) {
			return nil, mustBeOneOf("breakdown["+strconv.Itoa(i)+"]", breakdownNames)
		}
		if !contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// demographic says whether the metrics are demographics, which nothing else goes together with.
func (q question) demographic() bool {
	for _, m := range q.metrics {
		if m.demographic() {
			return true
		}
	}
	return false
}

// fit says whether every metric goes with the period, the type, the breakdown and the timeframe.
func (q question) fit() *Error {
	for _, m := range q.metrics {
		if !m.hidden() && !contains(m.periods, q.period) {
			return badParameter("The following periods (%s) are incompatible with the metric (%s)", q.period, m.name)
		}
	}
	if bad := q.named(func(m *metric) bool { return !q.total && m.total && !m.series }); bad != "" {
		return badParameter("The following metrics (%s) should be specified with parameter metric_type=total_value", bad)
	}
	// Refused too (facts §3.2), though in what words is not recorded.
	if bad := q.named(func(m *metric) bool { return q.total && m.series && !m.total }); bad != "" {
		return badParameter("The following metrics (%s) should be specified with parameter metric_type=time_series", bad)
	}
	for _, m := range q.metrics {
		for _, d := range q.dims {
			if !q.total || !contains(m.breakdowns, d) {
				return badParameter("Incompatible breakdowns (%s) for metric (%s)", strings.Join(q.dims, ","), m.name)
			}
		}
		// timeframes are for demographics only, and two have only two left (facts §3.1, §3.6)
		if q.timeframe != "" && !contains(m.timeframes, q.timeframe) {
			return badParameter("Incompatible timeframe (%s) for metric (%s)", q.timeframe, m.name)
		}
	}
	return nil
}

// named lists the metrics that satisfy bad, as the API's texts do.
func (q question) named(bad func(*metric) bool) string {
	var names []string
	for _, m := range q.metrics {
		if bad(m) {
			names = append(names, m.name)
		}
	}
	return strings.Join(names, ",")
}

// checkReach refuses follower_count and online_followers before their last 30 days (facts §3.3).
func (c *call) checkReach(q question) *Error {
	today := DayOf(c.now)
	for _, m := range q.metrics {
		if m.reach == 0 || !q.window.asked {
			continue
		}
		tooOld := q.window.since < (today - Day(m.reach)).Start().Unix()
		tooNew := c.h.todayRefused && q.window.until > today.Start().Unix()
		if tooOld || tooNew {
			return badParameter("(%s) metric only supports querying data for the last %d days excluding the current day", m.name, m.reach)
		}
	}
	return nil
}

// defaults gives the days a time series covers when neither since nor until was sent: two, yesterday and
// today (facts §3.3), the last two that a metric without today has, and one map of online_followers.
func (q question) defaultDays(m *metric, today Day) []Day {
	switch {
	case m.name == online:
		return []Day{today - 1}
	case m.reach > 0:
		return []Day{today - 2, today - 1}
	}
	return []Day{today - 1, today}
}

// effective is the window the paging links move: the one asked for, or that of the defaults.
func (q question) effective(now time.Time) window {
	switch {
	case q.window.asked:
		return q.window
	case q.total:
		return window{since: now.Unix() - 86400, until: now.Unix()} // the last 24 hours (facts §3.3)
	}
	today := DayOf(now)
	return window{since: (today - 1).Start().Unix(), until: today.End().Unix()}
}

package instagram

import (
	"slices"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/shred"
	"github.com/igsource/igsource/timeexpr"
)

// Reasons why a value is absent without anything having failed, in the order in which the first that
// fits is told.
const (
	reasonTooFewFollowers = "too_few_followers"
	reasonBeyondReach     = "beyond_reach"
	reasonRefusedMetric   = "refused_metric"
	reasonNotPublished    = "not_published"
	reasonNoData          = "no_data"
)

// gaps collects what is known of absent values of a split of account insights, and explains them.
type gaps struct {
	*reading
	horizon  *horizon
	refusals map[place]gap
	pending  map[place]bool
}

// place is a metric and a day: the day asked for, the first of a range's window, or 0.
type place struct {
	metric string
	day    timeexpr.Day
}

// gap is why a value is absent, with the API's code where it said so.
type gap struct {
	reason        string
	code, subcode int
}

func newGaps(r *reading) *gaps {
	return &gaps{reading: r, horizon: r.source.horizons.at(r.work.Accounts[0].ID), refusals: make(map[place]gap), pending: make(map[place]bool)}
}

// measure is the number of a metric.
func (g *gaps) measure(metric string) int {
	return slices.IndexFunc(g.decoding.insights.Measures(), func(m shred.Measure) bool { return m.Name == metric })
}

// places calls each for every place that a call is about.
func (g *gaps) places(c call, each func(place)) {
	for _, name := range c.metrics {
		switch {
		case c.days == nil:
			each(place{metric: name})
		case g.source.config.Range():
			each(place{name, c.days.From})
		default:
			for d := c.days.From; d <= c.days.To; d++ {
				each(place{name, d})
			}
		}
	}
}

// refused notes that the API refused a call's metrics for good.
func (g *gaps) refused(c call, e *graphapi.Error) {
	why := refusalGap(e)
	g.places(c, func(p place) { g.refusals[p] = why })
}

// refusalGap is what a refusal says of an account's insights, or of a media's.
func refusalGap(e *graphapi.Error) gap {
	why := mediaGap(e)
	if e.Kind() == graphapi.TooFewFollowers {
		why.reason = reasonTooFewFollowers
	}
	if aboutReach(e) || aboutHistory(e) {
		why.reason = reasonBeyondReach
	}
	return why
}

// answered notes what an answer says of values that are not there.
func (g *gaps) answered(c call, answer shred.Answer) {
	for i, m := range g.decoding.insights.Measures() {
		if answer.Measures[i].Pending && slices.Contains(c.metrics, m.Name) {
			g.places(c.of(m.Name), func(p place) { g.pending[p] = true })
		}
	}
}

// explain tells every absent value of the split, by metric as chosen and reason.
func (g *gaps) explain(facts *shred.Facts) {
	account := g.work.Accounts[0]
	for i, measure := range g.decoding.insights.Measures() {
		metric, _ := metrics.Lookup(metrics.Account, measure.Name)
		var told []*plugin.Skipped
		g.each(func(days window, count bool) {
			if facts.Has(account.ID, i, int32(days.From)) {
				return
			}
			why := g.why(metric, account, days.From)
			at := slices.IndexFunc(told, func(s *plugin.Skipped) bool {
				return s.Reason == why.reason && s.Code == why.code && s.Subcode == why.subcode
			})
			if at < 0 {
				at = len(told)
				told = append(told, &plugin.Skipped{
					Split: g.split, Metric: measure.Name, Reason: why.reason, Code: why.code, Subcode: why.subcode, Object: account.ID,
				})
				if g.work.Days != nil {
					told[at].From = days.From.String()
				}
			}
			if g.work.Days != nil {
				told[at].To = days.To.String()
			}
			if count || told[at].Count == 0 {
				told[at].Count++
			}
		})
		for _, s := range told {
			g.note(*s)
		}
	}
}

// each calls visit for every value that a metric should have in the split, oldest first: each day; the
// parts of a range, which make one value together (count is false); or the one without days.
func (g *gaps) each(visit func(days window, count bool)) {
	switch {
	case g.work.Days == nil:
		visit(window{}, true)
	case g.source.config.Range():
		for _, part := range g.work.Days.rangeWindows() {
			visit(part, false)
		}
	default:
		for d := g.work.Days.From; d <= g.work.Days.To; d++ {
			visit(window{d, d}, true)
		}
	}
}

// why is the first reason that fits.
func (g *gaps) why(m metrics.Metric, account target, day timeexpr.Day) gap {
	p := place{m.Name, day}
	refusal, refused := g.refusals[p]
	now := g.work.now()
	dated := g.work.Days != nil
	switch {
	case refused && refusal.reason == reasonTooFewFollowers:
		return refusal
	case m.MinFollowers > 0 && account.Followers != nil && *account.Followers < int64(m.MinFollowers):
		return gap{reason: reasonTooFewFollowers}
	case dated && m.ReachDays > 0 && day < reach(m.ReachDays, now).From:
		return gap{reason: reasonBeyondReach}
	case dated && !g.source.config.Range() && g.horizon.gone(midnight(day)) != nil:
		return refusalGap(g.horizon.gone(midnight(day)))
	case refused:
		return refusal
	case g.pending[p], dated && day >= timeexpr.DayOf(now, timeexpr.Pacific):
		return gap{reason: reasonNotPublished}
	}
	return gap{reason: reasonNoData}
}

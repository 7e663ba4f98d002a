package instagram

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/timeexpr"
)

// insightsUnit reads insights of one object, the account, by calls of their own: they are never paged, because
// their links lead to other times.
func (q *queryReading) insightsUnit(n *queryNode) queryUnit {
	return func(ctx context.Context, _ chainMark) (bool, error) {
		w, err := q.newWindows(ctx, n)
		if err != nil {
			return false, err
		}
		defer w.release()
		err = w.asker.run(ctx, w.calls())
		if e, ok := graphapi.AsError(err); ok && (e.Kind() == graphapi.BeforeConversion || e.Kind() == graphapi.TooFewViewers) {
			w.refused(w.call(), e) // the object is a media
			err = nil
		}
		if err != nil {
			return false, err
		}
		w.explain()
		mark, err := q.mark(nil)
		if err != nil {
			return false, err
		}
		return q.send(w.inOrder(), mark)
	}
}

// insightWindows is the reading of insights of one object, in windows of time where they take dates.
type insightWindows struct {
	*queryReading
	n      *queryNode
	asker  accountAsker
	path   string
	object string // the object's id, for reports
	rows   []windowRows
	whole  *span // since and until; nil where none are asked for
	has    map[string]bool
	gaps   []plugin.Skipped
}

func (q *queryReading) newWindows(ctx context.Context, n *queryNode) (*insightWindows, error) {
	c, err := q.caller(ctx, true)
	if err != nil {
		return nil, err
	}
	w := &insightWindows{queryReading: q, n: n, path: q.path, object: q.parent(), has: make(map[string]bool)}
	if n.above != nil {
		w.path += "/" + n.Item.Name
	}
	if w.object == "" {
		w.object = w.path
	}
	if w.whole, err = w.span(); err != nil {
		return nil, err
	}
	w.asker = accountAsker{
		client: c, now: q.work.now(), clock: q.source.options.Clock, request: w.request, take: w.take, refused: w.refused,
		horizon: q.source.horizons.at(w.path),
	}
	return w, nil
}

// windowRows are the rows of an answer, and where its window begins.
type windowRows struct {
	since time.Time
	rows  *queryRows
}

// inOrder gives up the rows of all answers, in the order of their windows.
func (w *insightWindows) inOrder() *queryRows {
	sort.SliceStable(w.rows, func(i, j int) bool { return w.rows[i].since.Before(w.rows[j].since) })
	all := w.newRows()
	for _, r := range w.rows {
		all.join(r.rows)
	}
	w.rows = nil
	return all
}

func (w *insightWindows) release() {
	for _, r := range w.rows {
		r.rows.release()
	}
}

// span is since and until: those of the insights themselves, else the query's. Demographics know none.
func (w *insightWindows) span() (*span, error) {
	since, _ := w.n.Item.Modifier("since")
	until, _ := w.n.Item.Modifier("until")
	if since == "" && until == "" {
		since, until = w.spec.since, w.spec.until
		for _, p := range w.spec.layout.Params {
			switch {
			case w.n.above != nil:
			case p.Name == "since":
				since = firstText(since, p.Value)
			case p.Name == "until":
				until = firstText(until, p.Value)
			}
		}
	}
	from, to := w.text.span(since, until)
	demographic := len(w.n.Metrics) > 0 && !slices.ContainsFunc(w.n.Metrics, func(name string) bool {
		m, ok := metrics.Lookup(metrics.Account, name)
		return !ok || !m.Demographic
	})
	if from == "" && to == "" || demographic {
		return nil, nil //nolint:nilnil // no dates are no error
	}
	s := new(span)
	for text, at := range map[string]*time.Time{from: &s.since, to: &s.until} {
		if text == "" {
			continue
		}
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
		}
		*at = time.Unix(seconds, 0).UTC()
	}
	if p := w.work.Progress; p != nil && s.since.Before(p.From) {
		s.since = p.From
	}
	if !s.since.IsZero() && s.since.After(s.until) {
		return nil, fmt.Errorf("since, %s, is after until, %s", s.since.Format(time.RFC3339), s.until.Format(time.RFC3339))
	}
	return s, nil
}

// param is the value of a parameter of the insights.
func (w *insightWindows) param(name string) string {
	if text, ok := w.n.Item.Modifier(name); ok {
		return text
	}
	if w.n.above == nil {
		for _, p := range w.spec.layout.Params {
			if p.Name == name {
				return p.Value
			}
		}
	}
	return ""
}

// call is the call for all metrics, without dates.
func (w *insightWindows) call() call {
	c := call{group: metrics.Group{Period: metrics.Period(w.param("period")), Type: metrics.TimeSeries}, metrics: w.n.Metrics}
	if w.param("metric_type") == string(metrics.TotalValue) || len(w.n.Dimensions) > 0 {
		c.group.Type = metrics.TotalValue
	}
	return c
}

// calls are the fewest calls that bring all values.
func (w *insightWindows) calls() []call {
	c := w.call()
	if w.whole == nil {
		return []call{c}
	}
	if w.whole.since.IsZero() { // the API knows a since for it
		c.span = w.whole
		return []call{c}
	}
	var out []call
	if !c.series() {
		for _, part := range w.whole.totalParts() {
			asked := part
			if part.until != w.whole.until {
				asked.until = part.until.Add(-time.Second)
			}
			c.span, c.keep = &asked, &part
			out = append(out, c)
		}
		return out
	}
	for _, part := range w.whole.seriesParts() {
		out = append(out, w.withinReach(part.of(c))...)
	}
	return out
}

// withinReach takes metrics that reach back less far than a call out of it, and asks for them apart, inside
// their reach: they would fail the others.
func (w *insightWindows) withinReach(c call) []call {
	var near []call
	now := w.asker.now
	far := c.of(slices.Clone(c.metrics)...)
	for _, name := range c.metrics {
		m, ok := metrics.Lookup(metrics.Account, name)
		if !ok || m.ReachDays == 0 || c.span.withinReach(m.ReachDays, now) {
			continue
		}
		far = far.without([]string{name})
		edge := midnight(reach(m.ReachDays, now).From)
		inside := *c.span
		if inside.since.Before(edge) {
			inside.since = edge
		}
		if inside.until.After(now) {
			inside.until = now.Truncate(time.Second)
		}
		if c.span.since.Before(edge) {
			w.skip(name, gap{reason: reasonBeyondReach}, &span{c.kept().since, minTime(edge, c.kept().until)})
		}
		if inside.since.Before(inside.until) && c.kept().until.After(edge) {
			single := c.of(name)
			single.span = &inside
			near = append(near, single)
		}
	}
	if len(far.metrics) > 0 || len(c.metrics) == 0 {
		near = append([]call{far}, near...)
	}
	return near
}

// request is the call as the API takes it.
func (w *insightWindows) request(c call) graphapi.Request {
	r := w.text.insightsOf(w.n, w.path, w.account, c.metrics)
	r.Params = slices.DeleteFunc(r.Params, func(p graphapi.Param) bool { return p.Name == "since" || p.Name == "until" })
	if c.span == nil {
		return r
	}
	if !c.span.since.IsZero() {
		r = r.With("since", strconv.FormatInt(c.span.since.Unix(), 10))
	}
	if !c.span.until.IsZero() {
		r = r.With("until", strconv.FormatInt(c.span.until.Unix(), 10))
	}
	return r
}

// take takes in an answer.
func (w *insightWindows) take(c call, body []byte) error {
	d, err := w.decoder(w.n)
	if err != nil {
		return err
	}
	var start, end any
	if !c.series() && c.keep != nil {
		start, end = c.keep.since, c.keep.until
	}
	for name, at := range map[string]any{paramStart: start, paramEnd: end} {
		if w.n.params[name] {
			if err := d.Set(name, at); err != nil {
				return err
			}
		}
	}
	page, err := w.decode(w.n, body, w.parent())
	if err != nil {
		return err
	}
	defer page.release()
	if c.series() && c.keep != nil {
		rec := page.records[w.n.number]
		if page.records[w.n.number], err = keepRows(rec, w.n.outside(*c.keep)); err != nil {
			return err
		}
		rec.Release()
	}
	rec := page.records[w.n.number]
	for row := range int(rec.NumRows()) {
		if w.n.value < 0 || !rec.Column(w.n.value).IsNull(row) {
			w.has[textAt(rec, w.n.name, row)] = true
		}
	}
	rows := w.newRows()
	rows.take(page)
	var at time.Time
	if c.span != nil {
		at = c.kept().since
	}
	w.rows = append(w.rows, windowRows{at, rows})
	return nil
}

// outside says which values of a time series end outside of what a window keeps. Values without a time belong
// to the newest window.
func (n *queryNode) outside(keep span) func(rec arrow.Record, row int) bool {
	return func(rec arrow.Record, row int) bool {
		ends, ok := rec.Column(n.end).(*array.Timestamp)
		if !ok || ends.IsNull(row) {
			return !keep.until.IsZero()
		}
		at := time.UnixMicro(int64(ends.Value(row)))
		return !keep.since.IsZero() && !at.After(keep.since) || !keep.until.IsZero() && at.After(keep.until)
	}
}

// refused notes that the API refused a call's metrics for good.
func (w *insightWindows) refused(c call, e *graphapi.Error) {
	var s *span
	if c.span != nil {
		kept := c.kept()
		s = &kept
	}
	for _, name := range c.metrics {
		w.skip(name, refusalGap(e), s)
	}
}

// skip notes that a metric has no values in s, or none at all.
func (w *insightWindows) skip(name string, why gap, s *span) {
	note := plugin.Skipped{Split: w.split, Metric: name, Reason: why.reason, Code: why.code, Subcode: why.subcode, Object: w.object, Count: 1}
	if s != nil && !s.since.IsZero() {
		note.From, note.To = dayText(s.since), dayText(s.until.Add(-time.Second))
		if w.call().series() {
			note.Count = max(1, int64(timeexpr.DayOf(s.until, timeexpr.Pacific)-timeexpr.DayOf(s.since, timeexpr.Pacific))) // midnights
		}
	}
	w.gaps = append(w.gaps, note)
}

func dayText(at time.Time) string { return timeexpr.DayOf(at, timeexpr.Pacific).String() }

// explain tells every metric, or part of one, that has no value. A refusal that a narrower call made good is
// told all the same only where the metric has no value.
func (w *insightWindows) explain() {
	for _, name := range w.n.Metrics {
		told := false
		for _, g := range w.gaps {
			if g.Metric == name && (g.Reason == reasonBeyondReach || !w.has[name]) {
				told = true
				w.note(g)
			}
		}
		if !told && !w.has[name] {
			w.gaps = w.gaps[:0:0]
			w.skip(name, w.absence(name), w.whole)
			w.note(w.gaps[0])
		}
	}
}

// absence is why a metric that was not refused has no value.
func (w *insightWindows) absence(name string) gap {
	m, ok := metrics.Lookup(metrics.Account, name)
	if ok && m.MinFollowers > 0 && len(w.work.Accounts) == 1 && w.work.Accounts[0].Followers != nil && *w.work.Accounts[0].Followers < int64(m.MinFollowers) {
		return gap{reason: reasonTooFewFollowers}
	}
	return gap{reason: reasonNoData}
}

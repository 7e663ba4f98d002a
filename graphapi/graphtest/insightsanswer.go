package graphtest

import (
	"net/url"
	"slices"
	"strconv"
)

// endTime is how the API writes an instant (facts §2.2).
const endTime = "2006-01-02T15:04:05+0000"

// insightKeys are the members of an insights entry (facts §3.4).
var insightKeys = []string{"name", "period", "values", "title", "description", "total_value", "id"}

// serveInsights answers /{account}/insights, on its own path or inside a fields parameter (facts §3, §5).
func serveInsights(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	a := n.account
	if a.InsightsDenied || !c.session.granted(c.h.host, "instagram_manage_insights", "instagram_business_manage_insights") {
		return nil, noPermission()
	}
	if e := c.pageToken("insights"); e != nil {
		return nil, e
	}
	ask, e := c.readQuestion(q.params)
	if e != nil {
		return nil, e
	}
	for _, m := range ask.metrics {
		if a.refused[m.name] {
			return nil, badParameter("The metric (%s) is not available for this account", m.name)
		}
		if m.needsHundred && a.tooFew() && a.TooFewFails {
			return nil, tooFewFollowers()
		}
	}
	w := insightWriter{c: c, a: a, q: ask, now: c.h.world.moment(), shown: insightFields(q.fields), b: append(slices.Grow(b, 4096), `{"data":[`...)}
	for _, m := range ask.metrics {
		w.entry(m)
	}
	w.b = append(w.b, ']')
	if !ask.demographic() {
		w.paging(withFields(q))
	}
	return append(w.b, '}'), nil
}

func insightFields(fields []selection) map[string]bool {
	if fields == nil {
		return nil
	}
	shown := map[string]bool{"id": true} // always comes (facts §2.2)
	for _, s := range fields {
		shown[s.name] = true
	}
	return shown
}

// insightWriter writes the data array of one answer.
type insightWriter struct {
	c     *call
	a     *Account
	q     question
	now   moment
	shown map[string]bool // nil shows everything
	b     []byte
}

func (w *insightWriter) shows(key string) bool { return w.shown == nil || w.shown[key] }

// entry writes a metric, or nothing: missing data is a missing entry, not 0 (facts §3.3).
func (w *insightWriter) entry(m *metric) {
	if m.hidden() || w.a.absent[m.name] || m.needsHundred && w.a.tooFew() {
		return
	}
	start := len(w.b)
	if start > 0 && w.b[start-1] == '}' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '{')
	var some bool
	if w.q.total {
		some = w.totalEntry(m)
	} else {
		some = w.seriesEntry(m)
	}
	if !some {
		w.b = w.b[:start]
	}
}

func (w *insightWriter) head(m *metric) {
	if w.shows("name") {
		w.b = appendMember(w.b, "name", m.name)
	}
	if w.shows("period") {
		w.b = appendMember(w.b, "period", w.q.period)
	}
}

func (w *insightWriter) titles(m *metric) {
	title, description := describe(w.a, m)
	if w.shows("title") {
		w.b = appendMember(w.b, "title", title)
	}
	if w.shows("description") {
		w.b = appendMember(w.b, "description", description)
	}
}

func (w *insightWriter) id(m *metric) {
	w.b = append(appendMember(w.b, "id", w.a.ID+"/insights/"+m.name+"/"+w.q.period), '}')
}

// seriesEntry writes shape 1, or 5 for online_followers (facts §3.4).
func (w *insightWriter) seriesEntry(m *metric) bool {
	days := w.q.defaultDays(m, w.now.today)
	if w.q.window.asked {
		days = w.q.window.points(w.c.h.reading)
	}
	w.head(m)
	values, points := w.b, 0
	values = append(appendKey(values, "values"), '[')
	for _, day := range days {
		mark := len(values)
		if points > 0 {
			values = append(values, ',')
		}
		values = append(values, `{"value":`...)
		var ok bool
		if values, ok = w.point(values, m, day); !ok {
			values = values[:mark]
			continue
		}
		points++
		values = append(appendMember(values, "end_time", day.End().UTC().Format(endTime)), '}')
	}
	if points == 0 {
		return false
	}
	if w.shows("values") {
		w.b = append(values, ']')
	}
	w.titles(m)
	w.id(m)
	return true
}

// point writes the value of one day of a time series.
func (w *insightWriter) point(b []byte, m *metric, day Day) ([]byte, bool) {
	world := w.c.h.world
	if m.name == online {
		hours, ok := world.onlineHours(w.a, day, w.now)
		if !ok {
			return b, false
		}
		b = append(b, '{')
		for hour, v := range hours {
			if v > 0 {
				b = appendNumber(b, strconv.Itoa(hour), v)
			}
		}
		return append(b, '}'), true
	}
	if !world.visible(w.a, m, day, w.now) {
		return b, false
	}
	if span := spanOf(w.q.period); span > 0 {
		value, _ := world.total(w.a, m, day-span+1, day, w.now)
		return strconv.AppendInt(b, value, 10), true
	}
	return strconv.AppendInt(b, world.daily(w.a, m, day, w.now), 10), true
}

// totalEntry writes shapes 2, 3, 4 and 7 (facts §3.4).
func (w *insightWriter) totalEntry(m *metric) bool {
	w.head(m)
	w.titles(m)
	start := len(w.b)
	w.b = append(appendKey(w.b, "total_value"), '{')
	from, to := w.days()
	if !w.totalValue(m, from, to) {
		return false
	}
	w.b = append(w.b, '}')
	// without its breakdown follows_and_unfollows has no total_value at all
	if !w.shows("total_value") || m.name == followsUn && w.q.dims == nil {
		w.b = w.b[:start]
	}
	w.id(m)
	return true
}

func (w *insightWriter) totalValue(m *metric, from, to Day) bool {
	world := w.c.h.world
	switch {
	case m.demographic():
		if w.q.dims == nil {
			return false // asked without a breakdown the answer is empty
		}
		tuples, ok := world.demographics(w.a, m, w.q.timeframe, w.q.dims)
		w.breakdown(tuples, w.a.TimeframeDimension, false)
		return ok && len(tuples) > 0
	case m.name == followsUn:
		tuples, ok := world.tuples(w.a, m, from, to, []string{byFollow}, w.now)
		w.breakdown(tuples, false, w.pendingWindow(from, to))
		return ok
	}
	value, ok := world.total(w.a, m, from, to, w.now)
	w.b = appendNumber(w.b, "value", value)
	if w.q.dims != nil {
		tuples, _ := world.tuples(w.a, m, from, to, w.q.dims, w.now)
		w.breakdown(tuples, false, false)
	}
	return ok
}

// days are those a total covers: the Pacific days touched by the window, whole; for the rolling periods
// those that end with the last of them.
func (w *insightWriter) days() (from, to Day) {
	from, to = w.q.effective(w.c.now).touched(w.c.h.reading)
	if span := spanOf(w.q.period); span > 0 {
		to = min(to, w.now.today)
		from = to - span + 1
	}
	return from, to
}

// spanOf is how many days a rolling period has, 0 for the others.
func spanOf(period string) Day {
	switch period {
	case "week":
		return 7
	case "days_28":
		return 28
	}
	return 0
}

// pendingWindow says that none of the days is published yet: then breakdowns[0] has no results
// (facts §3.3, §3.4).
func (w *insightWriter) pendingWindow(from, to Day) bool {
	for day := from; day <= min(to, w.now.today); day++ {
		if !pending(w.a, day, w.now) {
			return false
		}
	}
	return true
}

func (w *insightWriter) breakdown(tuples []Tuple, framed, unpublished bool) {
	dims := w.q.dims
	frame := ""
	if framed {
		dims = append([]string{"timeframe"}, dims...)
		frame = frameValue(w.q.timeframe)
	}
	w.b = append(appendKey(w.b, "breakdowns"), `[{"dimension_keys":`...)
	w.b = appendTexts(w.b, dims)
	if !unpublished {
		w.b = append(w.b, `,"results":[`...)
		for i, t := range tuples {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			values := t.Dimensions
			if framed {
				values = append([]string{frame}, values...)
			}
			w.b = appendTexts(append(w.b, `{"dimension_values":`...), values)
			w.b = append(appendNumber(w.b, "value", t.Value), '}')
		}
		w.b = append(w.b, ']')
	}
	w.b = append(w.b, '}', ']')
}

// paging writes the links that move the window, token and all; they never end (facts §3.3, §7.2).
func (w *insightWriter) paging(params url.Values) {
	at := w.q.effective(w.c.now)
	span := at.until - at.since
	w.b = append(w.b, `,"paging":{`...)
	w.b = appendMember(w.b, "previous", w.link(params, at.since-span, at.since))
	w.b = append(appendMember(w.b, "next", w.link(params, at.until, at.until+span)), '}')
}

func (w *insightWriter) link(params url.Values, since, until int64) string {
	q := url.Values{
		"access_token": {w.c.creds.token}, "pretty": {"0"},
		"since": {strconv.FormatInt(since, 10)}, "until": {strconv.FormatInt(until, 10)},
	}
	for _, name := range []string{"metric", "period", "metric_type", "breakdown", "timeframe", "fields"} {
		if v := params.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return w.c.base + "/" + w.c.served + "/" + w.a.ID + "/insights?" + q.Encode()
}

// frameValue is how the timeframe dimension names a timeframe (facts §3.4).
func frameValue(timeframe string) string {
	if timeframe == "" {
		timeframe = defaultFrame
	}
	b := []byte(timeframe)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

package graphtest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// mediaQuestion is a request for insights of media, taken apart.
type mediaQuestion struct {
	metrics []*mediaMetric
	dims    []string
}

// mediaQuestionOf reads the parameters of facts §4. One bad metric fails the whole list. period may be any
// of the enumeration, which changes nothing: media have lifetime figures only.
func mediaQuestionOf(params url.Values) (mediaQuestion, *Error) {
	var q mediaQuestion
	text := params.Get("metric")
	if text == "" {
		return q, badParameter("The parameter metric is required")
	}
	for i, name := range strings.Split(text, ",") {
		m := mediaMetricByName[strings.TrimSpace(name)]
		if m == nil {
			return q, unknownMediaMetric(i)
		}
		if !slices.Contains(q.metrics, m) {
			q.metrics = append(q.metrics, m)
		}
	}
	if period := params.Get("period"); period != "" && !contains(periodNames, period) {
		return q, mustBeOneOf("period", periodNames)
	}
	if text := params.Get("breakdown"); text != "" {
		for i, name := range strings.Split(text, ",") {
			name = strings.TrimSpace(name)
			if !contains(mediaBreakdowns, name) {
				return q, mustBeOneOf("breakdown["+strconv.Itoa(i)+"]", mediaBreakdowns)
			}
			if !contains(q.dims, name) {
				q.dims = append(q.dims, name)
			}
		}
	}
	return q, nil
}

// refusal is why a media does not answer, what is wrong with the media itself coming first. Of an album's
// child no text is known, only that it has no insights: it is refused as an object of the wrong kind is.
func (q mediaQuestion) refusal(m *Media, host Host) *Error {
	switch {
	case m.child() || m.Deleted:
		return notFound("GET", m.ID)
	case !m.own(): // somebody else's: only public fields (facts §2.1)
		return noPermission()
	case m.BeforeConversion:
		return beforeConversion()
	case m.ProductType == productStory && m.Viewers < minViewers:
		return tooFewViewers()
	}
	for _, metric := range q.metrics {
		if !metric.of(m.ProductType) || metric.facebookOnly && host != Facebook || contains(m.Refused, metric.name) {
			return unsupportedMetric(metric.name)
		}
		if metric.onFacebook && m.NotOnFacebook {
			return notOnFacebook()
		}
		for _, d := range q.dims {
			if metric.breakdown != d { // refused live for follow_type (facts §4); the text is that of accounts
				return badParameter("Incompatible breakdowns (%s) for metric (%s)", strings.Join(q.dims, ","), metric.name)
			}
		}
	}
	return nil
}

// minViewers is how many viewers a story needs for insights (facts §4).
const minViewers = 5

// The members of an insights entry that can be asked for; the id always comes.
const (
	showName = 1 << iota
	showPeriod
	showValues
	showTitle
	showDescription
	showTotal
	showAll = 1<<iota - 1
)

var insightBits = map[string]int{
	"name": showName, "period": showPeriod, "values": showValues, "title": showTitle,
	"description": showDescription, "total_value": showTotal, "id": 0,
}

// askedMedia keeps what a call asks of media insights from one row of a page to the next.
type askedMedia struct {
	metric, period, breakdown string
	question                  mediaQuestion
}

func (c *call) mediaQuestion(params url.Values) (mediaQuestion, *Error) {
	metric, period, breakdown := params.Get("metric"), params.Get("period"), params.Get("breakdown")
	if a := c.asked; a != nil && a.metric == metric && a.period == period && a.breakdown == breakdown {
		return a.question, nil
	}
	q, e := mediaQuestionOf(params)
	if e != nil {
		return q, e
	}
	c.asked = &askedMedia{metric, period, breakdown, q}
	return q, nil
}

// serveMediaInsights answers /{media}/insights, on its own path or inside a fields parameter, where its
// error fails the whole page (facts §4, §5).
func serveMediaInsights(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	shown := showAll
	if q.fields != nil {
		shown = 0
		for _, s := range q.fields {
			shown |= insightBits[s.name]
		}
	}
	if n.account.InsightsDenied || !c.session.granted(c.h.host, "instagram_manage_insights", "instagram_business_manage_insights") {
		return nil, noPermission()
	}
	if e := c.pageToken("insights"); e != nil {
		return nil, e
	}
	ask, e := c.mediaQuestion(q.params)
	if e != nil {
		return nil, e
	}
	if e := ask.refusal(n.media, c.h.host); e != nil {
		return nil, e
	}
	b = append(b, `{"data":[`...)
	if !n.media.NoInsights {
		for _, metric := range ask.metrics {
			if contains(n.media.Absent, metric.name) {
				continue
			}
			if b[len(b)-1] == '}' {
				b = append(b, ',')
			}
			b = c.appendMediaInsight(b, n.media, metric, ask.dims, shown)
		}
	}
	return append(b, ']', '}'), nil
}

// appendMediaInsight writes one entry. With a breakdown it has the figure twice, in values and in
// total_value (facts §4).
func (c *call) appendMediaInsight(b []byte, m *Media, metric *mediaMetric, dims []string, shown int) []byte {
	b = append(b, '{')
	if shown&showName != 0 {
		b = appendMember(b, "name", metric.name)
	}
	if shown&showPeriod != 0 {
		b = appendMember(b, "period", "lifetime")
	}
	value := figureOf(m, metric.name)
	if shown&showValues != 0 {
		b = append(appendKey(b, "values"), `[{"value":`...)
		b = append(appendFigure(b, metric, value), '}', ']')
	}
	title, description := describeMedia(m.account, metric)
	if shown&showTitle != 0 {
		b = appendMember(b, "title", title)
	}
	if shown&showDescription != 0 {
		b = appendMember(b, "description", description)
	}
	if dims != nil && shown&showTotal != 0 {
		b = append(appendKey(b, "total_value"), `{"value":`...)
		b = append(appendFigure(b, metric, value), `,"breakdowns":[{"dimension_keys":`...)
		b = append(appendTexts(b, dims), `,"results":[`...)
		for i, t := range actionTuples(m, metric) {
			if i > 0 {
				b = append(b, ',')
			}
			if c.h.upperActions {
				t.Dimensions = []string{strings.ToUpper(t.Dimensions[0])}
			}
			b = appendTexts(append(b, `{"dimension_values":`...), t.Dimensions)
			b = append(appendNumber(b, "value", t.Value), '}')
		}
		b = append(b, "]}]}"...)
	}
	b = append(append(append(appendKey(b, "id"), '"'), m.ID...), `\/insights\/`...)
	return append(append(b, metric.name...), `\/lifetime"}`...)
}

func appendFigure(b []byte, metric *mediaMetric, value int64) []byte {
	if metric.decimal {
		return strconv.AppendFloat(b, float64(value)/10, 'f', -1, 64)
	}
	return strconv.AppendInt(b, value, 10)
}

package graphtest

// figureOf is a metric of a media, undivided; a decimal one in tenths.
func figureOf(m *Media, name string) int64 {
	metric := mediaMetricByName[name]
	if m.account.MediaFigures != nil {
		if metric.breakdown == "" {
			return m.account.MediaFigures(*m, name)
		}
		var sum int64
		for _, part := range mediaActions[metric.breakdown] {
			sum += m.account.MediaFigures(*m, name, part.value)
		}
		return sum
	}
	return seedFigure(m, metric)
}

// actionOf is the part of a divided metric that one value of its dimension has.
func actionOf(m *Media, metric *mediaMetric, part share) int64 {
	if m.account.MediaFigures != nil {
		return m.account.MediaFigures(*m, metric.name, part.value)
	}
	base := figureOf(m, "views")
	if metric.breakdown == byAction {
		base = figureOf(m, "profile_visits")
	}
	h := mix(m.hash + metric.index<<32 + mixText(0, part.value))
	return (base*part.percent*int64(512+h&1023)/100 + int64(h>>10&1023)) >> 10
}

// part is thousandths of a whole, times 0.5 to 1.5, rounded at random.
func (m *Media) part(whole, perMille int64, salt uint64) int64 {
	h := mix(m.hash + salt<<32)
	return (whole*perMille/1000*int64(512+h&1023) + int64(h>>10&1023)) >> 10
}

// seedFigure makes up a figure. They hang together as real ones do: fewer like it than saw it, and what
// is a sum is the sum.
func seedFigure(m *Media, metric *mediaMetric) int64 {
	of := func(name string) int64 { return figureOf(m, name) }
	switch metric.name {
	case "reach":
		if m.class == stories {
			return m.Viewers
		}
		return m.part(m.account.audience(300), 1000, metric.index)
	case "views":
		return of("reach") + m.part(of("reach"), 500, metric.index)
	case "likes":
		return m.part(of("reach"), 60, metric.index)
	case "comments":
		return m.part(of("likes"), 40, metric.index)
	case "saved", "shares":
		return m.part(of("reach"), 9, metric.index)
	case "reposts", "replies", "follows", "link_clicks":
		return m.part(of("reach"), 2, metric.index)
	case "profile_visits":
		return m.part(of("reach"), 20, metric.index)
	case "total_interactions":
		if m.ProductType == productStory {
			return of("replies") + of("shares")
		}
		return of("likes") + of("comments") + of("saved") + of("shares")
	case "profile_activity", "navigation":
		var sum int64
		for _, part := range mediaActions[metric.breakdown] {
			sum += actionOf(m, metric, part)
		}
		return sum
	case "ig_reels_avg_watch_time": // milliseconds
		return 1500 + int64(mix(m.hash+metric.index<<32)%22_000)
	case "ig_reels_video_view_total_time":
		return of("ig_reels_avg_watch_time") * of("views")
	case "reels_skip_rate": // percent, in tenths
		return 150 + int64(mix(m.hash+metric.index<<32)%600)
	case "facebook_views":
		return m.part(of("views"), 250, metric.index)
	case "crossposted_views":
		return of("views") + of("facebook_views")
	case "total_views":
		return of("views") + m.part(of("views"), 80, metric.index)
	case "total_likes":
		return of("likes") + m.part(of("likes"), 50, metric.index)
	case "total_comments":
		return of("comments") + m.part(of("comments"), 50, metric.index)
	}
	return 0 // impressions, which no media has any more
}

// fillCounts writes the counts of the node, which agree with the insights.
func (m *Media) fillCounts() {
	if m.ProductType == productStory {
		return
	}
	m.Likes, m.Comments = figureOf(m, "likes"), figureOf(m, "comments")
	m.Saved, m.Shares, m.Reposts = figureOf(m, "saved"), figureOf(m, "shares"), figureOf(m, "reposts")
	m.TotalLikes, m.TotalComments = figureOf(m, "total_likes"), figureOf(m, "total_comments")
	if m.video() {
		m.TotalViews = figureOf(m, "total_views")
	}
}

// MediaInsight returns a metric of a media as the API gives it with Facebook login: an int64, or a float64
// for a decimal metric. It is false when the API gives none: whatever MediaRefusal has an error for, and
// what comes empty.
func (w *World) MediaInsight(media, metric string) (any, bool) {
	m, ok := w.givenMetric(media, metric)
	if !ok {
		return nil, false
	}
	value := figureOf(&m, metric)
	if mediaMetricByName[metric].decimal {
		return float64(value) / 10, true
	}
	return value, true
}

// MediaTuples returns a metric of a media divided by a dimension of it, action_type or
// story_navigation_action_type, without the tuples that are zero; they sum to MediaInsight. It is false
// when the API gives none.
func (w *World) MediaTuples(media, metric string, dims ...string) ([]Tuple, bool) {
	m, ok := w.givenMetric(media, metric)
	if !ok || len(dims) != 1 || mediaMetricByName[metric].breakdown != dims[0] {
		return nil, false
	}
	return actionTuples(&m, mediaMetricByName[metric]), true
}

func actionTuples(m *Media, metric *mediaMetric) []Tuple {
	var out []Tuple
	for _, part := range mediaActions[metric.breakdown] {
		if v := actionOf(m, metric, part); v > 0 {
			out = append(out, Tuple{Dimensions: []string{part.value}, Value: v})
		}
	}
	return out
}

func (w *World) givenMetric(media, metric string) (Media, bool) {
	if mediaMetricByName[metric] == nil || w.MediaRefusal(media, metric) != nil {
		return Media{}, false
	}
	m, ok := w.findMedia(media, w.clock.Now())
	return m, ok && !m.NoInsights && !contains(m.Absent, metric)
}

// MediaRefusal returns the error that a request for metrics of a media is refused with, with Facebook
// login and every permission; nil when it is answered.
func (w *World) MediaRefusal(media string, metrics ...string) *Error {
	m, ok := w.findMedia(media, w.clock.Now())
	if !ok || m.Deleted || m.Tagged {
		return notFound("GET", media)
	}
	var q mediaQuestion
	for i, name := range metrics {
		metric := mediaMetricByName[name]
		if metric == nil {
			return unknownMediaMetric(i)
		}
		q.metrics = append(q.metrics, metric)
	}
	return q.refusal(&m, Facebook)
}

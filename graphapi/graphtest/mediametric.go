package graphtest

// A mediaMetric is what the server knows of a metric of a media (facts §4).
type mediaMetric struct {
	name         string
	index        uint64
	feed, reels  bool // the product types that have it
	story        bool
	facebookOnly bool   // only with Facebook login
	onFacebook   bool   // counts what happens on Facebook: fails for media not shared there
	breakdown    string // the dimension it can be divided by
	decimal      bool
	title        string
	description  string
}

const (
	byAction     = "action_type"
	byNavigation = "story_navigation_action_type"
)

// mediaBreakdowns are the dimensions the API knows for media, though two of them fit no metric: one was
// refused live, the other never tried (facts §4).
var mediaBreakdowns = []string{byAction, byFollow, byNavigation, "surface_type"}

// mediaActions are the values of the dimensions, lower case as the samples have them, and their parts of
// the whole in percent.
var mediaActions = map[string][]share{
	byAction:     {{"email", 20}, {"text", 10}, {"direction", 15}, {"bio_link_clicked", 40}, {"call", 10}, {"other", 5}},
	byNavigation: {{"tap_forward", 70}, {"tap_back", 12}, {"tap_exit", 10}, {"swipe_forward", 8}},
}

// mediaMetrics are in the order the API's own error text names them (facts §4). impressions is named but
// answered for no media any more: a probe of 2026 got an error for every type.
var mediaMetrics = func() []*mediaMetric {
	list := []*mediaMetric{
		{name: "impressions"},
		{name: "reach", feed: true, reels: true, story: true},
		{name: "replies", story: true},
		{name: "saved", feed: true, reels: true},
		{name: "likes", feed: true, reels: true},
		{name: "comments", feed: true, reels: true},
		{name: "shares", feed: true, reels: true, story: true},
		{name: "total_interactions", feed: true, reels: true, story: true},
		{name: "follows", feed: true, story: true},
		{name: "profile_visits", feed: true, story: true},
		{name: "profile_activity", feed: true, story: true, breakdown: byAction},
		{name: "navigation", story: true, breakdown: byNavigation},
		{name: "ig_reels_video_view_total_time", reels: true},
		{name: "ig_reels_avg_watch_time", reels: true},
		{name: "views", feed: true, reels: true, story: true},
		{name: "reels_skip_rate", reels: true, decimal: true},
		{name: "reposts", feed: true, reels: true, story: true},
		{name: "facebook_views", feed: true, reels: true, story: true, onFacebook: true},
		{name: "crossposted_views", reels: true, onFacebook: true},
		{name: "total_views", feed: true, reels: true, story: true, facebookOnly: true},
		{name: "total_likes", feed: true, reels: true, facebookOnly: true},
		{name: "total_comments", feed: true, reels: true, facebookOnly: true},
		{name: "link_clicks", story: true, facebookOnly: true},
	}
	for i, m := range list {
		m.index = uint64(i + 1)
		m.title, m.description = englishMediaTitle(m.name)
	}
	return list
}()

var mediaMetricByName = func() map[string]*mediaMetric {
	m := make(map[string]*mediaMetric, len(mediaMetrics))
	for _, one := range mediaMetrics {
		m[one.name] = one
	}
	return m
}()

var mediaMetricNames = func() []string {
	names := make([]string, len(mediaMetrics))
	for i, m := range mediaMetrics {
		names[i] = m.name
	}
	return names
}()

// of says whether media of a product type have the metric.
func (m *mediaMetric) of(productType string) bool {
	switch productType {
	case productFeed:
		return m.feed
	case productReels:
		return m.reels
	case productStory:
		return m.story
	}
	return false
}

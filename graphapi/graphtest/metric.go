package graphtest

// A metric is what the server knows of an account metric: which questions it answers, and how its made-up
// values come about.
type metric struct {
	name         string
	index        uint64
	periods      []string
	series       bool     // answers metric_type=time_series
	total        bool     // answers metric_type=total_value
	breakdowns   []string // dimensions it can be divided by
	timeframes   []string // demographics only
	needsHundred bool     // empty below 100 followers
	unique       bool     // counts people: not the sum of its days (facts §3.3)
	reach        int      // so many days before today, without today; 0: the World's history
	perMille     int64    // a day's value for every thousand followers
	title        string   // in English, and the description
	description  string
}

// demographic says whether the metric takes a timeframe and ignores since and until (facts §3.3).
func (m *metric) demographic() bool { return m.timeframes != nil }

// hidden says that the API names the metric in its list but no table of it is known (facts §3.2).
func (m *metric) hidden() bool { return !m.series && !m.total }

const (
	byProduct = "media_product_type"
	byFollow  = "follow_type"
	byContact = "contact_button_type"
	byAge     = "age"
	byCity    = "city"
	byCountry = "country"
	byGender  = "gender"
	followsUn = "follows_and_unfollows"
	followers = "follower_count"
	online    = "online_followers"
)

var (
	daily    = []string{"day"}
	lifetime = []string{"lifetime"}
	people   = []string{byAge, byCity, byCountry, byGender}
	// the two left of the six timeframes since v20.0 (facts §3.6)
	shortFrames = []string{"this_week", "this_month"}
	allFrames   = []string{"last_14_days", "last_30_days", "last_90_days", "prev_month", "this_month", "this_week"}
)

// metrics are in the order the API's own error text names them (facts §3.2).
var metrics = func() []*metric {
	product := []string{byProduct}
	list := []*metric{
		{name: "reach", periods: []string{"day", "week", "days_28"}, series: true, total: true, breakdowns: []string{byProduct, byFollow}, unique: true, perMille: 180},
		{name: followers, periods: daily, series: true, needsHundred: true, reach: 30, perMille: 4},
		{name: "website_clicks", periods: daily, total: true, perMille: 2},
		{name: "profile_views", periods: daily, total: true, perMille: 12},
		{name: online, periods: lifetime, series: true, needsHundred: true, reach: 30, perMille: 200},
		{name: "accounts_engaged", periods: daily, total: true, unique: true, perMille: 25},
		{name: "total_interactions", periods: daily, total: true, breakdowns: product, perMille: 45},
		{name: "likes", periods: daily, total: true, breakdowns: product, perMille: 30},
		{name: "comments", periods: daily, total: true, breakdowns: product, perMille: 3},
		{name: "shares", periods: daily, total: true, breakdowns: product, perMille: 4},
		{name: "saves", periods: daily, total: true, breakdowns: product, perMille: 5},
		{name: "replies", periods: daily, total: true, perMille: 1},
		{name: "engaged_audience_demographics", periods: lifetime, total: true, breakdowns: people, timeframes: shortFrames, needsHundred: true, perMille: 60},
		{name: "reached_audience_demographics", periods: lifetime, total: true, breakdowns: people, timeframes: shortFrames, needsHundred: true, perMille: 400},
		{name: "follower_demographics", periods: lifetime, total: true, breakdowns: people, timeframes: allFrames, needsHundred: true, perMille: 900},
		{name: followsUn, periods: daily, total: true, breakdowns: []string{byFollow}, needsHundred: true, perMille: 6},
		{name: "profile_links_taps", periods: daily, total: true, breakdowns: []string{byContact}, perMille: 3},
		{name: "views", periods: daily, total: true, breakdowns: []string{byFollow, byProduct}, perMille: 450},
		{name: "threads_likes"},
		{name: "threads_replies"},
		{name: "reposts", periods: daily, total: true, perMille: 1},
		{name: "quotes"},
		{name: "threads_followers"},
		{name: "threads_follower_demographics"},
		{name: "content_views"},
		{name: "threads_views"},
		{name: "threads_clicks"},
		{name: "threads_reposts"},
	}
	for i, m := range list {
		m.index = uint64(i + 1)
		m.title, m.description = englishTitle(m.name)
	}
	return list
}()

var metricByName = func() map[string]*metric {
	m := make(map[string]*metric, len(metrics))
	for _, one := range metrics {
		m[one.name] = one
	}
	return m
}()

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

package graphtest_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// mediaNames are the 23 names of the API's own error text (facts §4).
const mediaNames = "impressions, reach, replies, saved, likes, comments, shares, total_interactions, follows, profile_visits, profile_activity, navigation, ig_reels_video_view_total_time, ig_reels_avg_watch_time, views, reels_skip_rate, reposts, facebook_views, crossposted_views, total_views, total_likes, total_comments, link_clicks"

// metricsOf are the metrics that each product type has (facts §4).
var metricsOf = map[string]string{
	"FEED":  "reach views total_interactions shares likes comments saved reposts follows profile_visits profile_activity facebook_views total_likes total_comments total_views",
	"REELS": "reach views total_interactions shares likes comments saved reposts ig_reels_avg_watch_time ig_reels_video_view_total_time reels_skip_rate crossposted_views facebook_views total_likes total_comments total_views",
	"STORY": "reach views total_interactions shares reposts follows profile_visits profile_activity navigation replies link_clicks facebook_views total_views",
	"AD":    "",
}

func unsupported(metric string) string {
	return "(#100) The Media Insights API does not support the " + metric + " metric for this media product type."
}

// TestMediaMetrics asks every kind of media for every metric, alone.
func TestMediaMetrics(t *testing.T) {
	w := graphtest.NewWorld(2, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Kinds = []graphtest.PostKind{graphtest.FeedImage, graphtest.FeedVideo, graphtest.FeedAlbum, graphtest.Reel, graphtest.Ad}
		a.Media, a.Stories = 5, 1
	}))
	account := w.AccountIDs()[0]
	for _, host := range []graphtest.Host{graphtest.Facebook, graphtest.Instagram} {
		p := newProbe(t, w, graphtest.WithHost(host))
		for _, m := range append(w.Media(account), w.Stories(account)...) {
			for _, metric := range strings.Split(mediaNames, ", ") {
				got := p.get("/v25.0/"+m.ID+"/insights", "metric", metric)
				has := contains(strings.Fields(metricsOf[m.ProductType]), metric)
				value, ok := w.MediaInsight(m.ID, metric)
				assert.Equal(t, has, ok, "%s %s", m.ProductType, metric)
				if host == graphtest.Instagram && contains([]string{"link_clicks", "total_likes", "total_comments", "total_views"}, metric) {
					has = false
				}
				if !has {
					assert.Equal(t, unsupported(metric), got.graphError(t).Error.Message)
					continue
				}
				entries := got.entries(t)
				require.Len(t, entries, 1)
				assert.Equal(t, metric, entries[0].Name)
				assert.Equal(t, "lifetime", entries[0].Period)
				assert.Nil(t, entries[0].Total)
				require.Len(t, entries[0].Values, 1)
				assert.Equal(t, jsonOf(t, value), string(entries[0].Values[0].Value))
				assert.Empty(t, entries[0].Values[0].EndTime)
				_, decimal := value.(float64)
				assert.Equal(t, metric == "reels_skip_rate", decimal)
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// TestMediaInsightsRules goes through what is refused for the sake of the question (facts §4).
func TestMediaInsightsRules(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Kinds, a.Stories = []graphtest.PostKind{graphtest.FeedImage, graphtest.Reel}, 2
	}), graphtest.WithAccount(func(a *graphtest.Account) { a.InsightsDenied = true }))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	feed, reel, story := w.Media(account)[0].ID, w.Media(account)[1].ID, w.Stories(account)[0].ID
	denied := w.Media(w.AccountIDs()[1])[0].ID
	for name, c := range map[string]struct {
		id     string
		params []string
		want   string // the message; "" is an answer
	}{
		"no metric":               {feed, nil, "(#100) The parameter metric is required"},
		"unknown metric":          {feed, []string{"metric", "plays"}, "(#100) metric[0] must be one of the following values: " + mediaNames},
		"second unknown":          {feed, []string{"metric", "reach, saves"}, "(#100) metric[1] must be one of the following values: " + mediaNames},
		"unknown before all else": {story, []string{"metric", "likes,plays"}, "(#100) metric[1] must be one of the following values: " + mediaNames},
		"impressions":             {feed, []string{"metric", "impressions"}, unsupported("impressions")},
		"first unsupported":       {feed, []string{"metric", "reach,navigation,replies"}, unsupported("navigation")},
		"saved of a story":        {story, []string{"metric", "saved"}, unsupported("saved")},
		"crossposted of the feed": {feed, []string{"metric", "crossposted_views"}, unsupported("crossposted_views")},
		"unknown period":          {feed, []string{"metric", "reach", "period", "year"}, "(#100) period must be one of the following values: day, week, days_28, month, lifetime, total_over_range"},
		"any period":              {feed, []string{"metric", "reach", "period", "day"}, ""},
		"unknown breakdown":       {feed, []string{"metric", "profile_activity", "breakdown", "age"}, "(#100) breakdown[0] must be one of the following values: action_type, follow_type, story_navigation_action_type, surface_type"},
		"breakdown of another":    {feed, []string{"metric", "reach", "breakdown", "follow_type"}, "(#100) Incompatible breakdowns (follow_type) for metric (reach)"},
		"one with, one without":   {feed, []string{"metric", "profile_activity,reach", "breakdown", "action_type"}, "(#100) Incompatible breakdowns (action_type) for metric (reach)"},
		"two breakdowns":          {story, []string{"metric", "navigation", "breakdown", "story_navigation_action_type,action_type"}, "(#100) Incompatible breakdowns (story_navigation_action_type,action_type) for metric (navigation)"},
		"its breakdown":           {story, []string{"metric", "navigation", "breakdown", "story_navigation_action_type"}, ""},
		"since is ignored":        {reel, []string{"metric", "reach", "since", "x"}, ""},
		"twice the same":          {reel, []string{"metric", "reach,reach"}, ""},
		"permission":              {denied, []string{"metric", "reach"}, "(#10) Application does not have permission for this action"},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.get("/v25.0/"+c.id+"/insights", c.params...)
			if c.want == "" {
				assert.Len(t, got.entries(t), 1)
				return
			}
			assert.Equal(t, 400, got.status)
			assert.Equal(t, c.want, got.graphError(t).Error.Message)
		})
	}
	e := w.MediaRefusal(feed, "reach", "plays")
	assert.Equal(t, "(#100) metric[1] must be one of the following values: "+mediaNames, e.Message)
	assert.Equal(t, 33, w.MediaRefusal("17900000000000000", "reach").Subcode)
	_, ok := w.MediaInsight(feed, "plays")
	assert.False(t, ok)
	_, ok = w.MediaTuples(feed, "profile_activity", "story_navigation_action_type")
	assert.False(t, ok)
	_, ok = w.MediaTuples(feed, "reach")
	assert.False(t, ok)
}

// odd are the peculiarities of media, one a place.
var odd = []struct {
	name   string
	change func(m *graphtest.Media)
	metric string
	want   graphtest.Error // its zero value is an answer
	empty  bool
}{
	{"nothing", func(*graphtest.Media) {}, "reach,views", graphtest.Error{}, false},
	{"before the conversion", func(m *graphtest.Media) { m.BeforeConversion = true }, "reach", graphtest.Error{Code: 100, Subcode: 2108006, Message: "Invalid parameter"}, false},
	{"not on facebook", func(m *graphtest.Media) { m.NotOnFacebook = true }, "reach,facebook_views", graphtest.Error{Code: -1, Subcode: 2207086, Message: "Fatal"}, false},
	{"not on facebook, not asked", func(m *graphtest.Media) { m.NotOnFacebook = true }, "reach,views", graphtest.Error{}, false},
	{"refused", func(m *graphtest.Media) { m.Refused = []string{"saved"} }, "reach,saved", graphtest.Error{Code: 100, Message: unsupported("saved")}, false},
	{"empty", func(m *graphtest.Media) { m.NoInsights = true }, "reach", graphtest.Error{}, true},
	{"absent", func(m *graphtest.Media) { m.Absent = []string{"reach"} }, "reach", graphtest.Error{}, true},
	{"deleted", func(m *graphtest.Media) { m.Deleted = true }, "reach", graphtest.Error{Code: 100, Subcode: 33}, false},
	{"all at once", func(m *graphtest.Media) {
		m.BeforeConversion, m.NotOnFacebook, m.Refused = true, true, []string{"reach"}
	}, "facebook_views,reach", graphtest.Error{Code: 100, Subcode: 2108006, Message: "Invalid parameter"}, false},
}

func oddWorld(change func(a *graphtest.Account)) *graphtest.World {
	return graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Stories, a.QuietStories, a.Kinds = int64(len(odd)), 2, 1, []graphtest.PostKind{graphtest.Reel}
		a.EachMedia = func(m *graphtest.Media) {
			if m.ProductType == "REELS" && !m.Tagged {
				odd[m.Index].change(m)
			}
		}
		if change != nil {
			change(a)
		}
	}))
}

// TestMediaRefusals: what is odd about a media shows on its own path, and fails the whole page where its
// insights are asked inside (facts §4, §5).
func TestMediaRefusals(t *testing.T) {
	w := oddWorld(nil)
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	posts := w.Media(account)
	for i, c := range odd {
		t.Run(c.name, func(t *testing.T) {
			own := p.get("/v25.0/"+posts[i].ID+"/insights", "metric", c.metric)
			// a page of one, in the middle of the list
			at := unix(posts[i].Timestamp)
			nested := p.get("/v25.0/"+account+"/media", "since", at, "until", at, "fields", "caption,insights.metric("+c.metric+"){name,values}")
			refusal := w.MediaRefusal(posts[i].ID, strings.Split(c.metric, ",")...)
			if c.want.Code == 0 {
				assert.Nil(t, refusal)
				assert.Equal(t, c.empty, len(own.entries(t)) == 0)
				assert.Equal(t, 200, nested.status)
				assert.Equal(t, c.empty, strings.Contains(nested.body, `"insights":{"data":[]}`))
				_, ok := w.MediaInsight(posts[i].ID, "reach")
				assert.Equal(t, !c.empty, ok)
				return
			}
			for _, got := range []answer{own, nested} {
				assert.Equal(t, 400, got.status)
				e := got.graphError(t).Error
				assert.Equal(t, [2]int{c.want.Code, c.want.Subcode}, [2]int{e.Code, e.Subcode})
				assert.Equal(t, refusal.Message, e.Message)
				if c.want.Message != "" {
					assert.Equal(t, c.want.Message, e.Message)
				}
			}
			_, ok := w.MediaTuples(posts[i].ID, "profile_activity", "action_type")
			assert.False(t, ok)
		})
	}
	// the first odd one of a page decides, whichever way the page is cut
	whole := p.get("/"+account+"/media", "fields", "insights.metric(reach)")
	assert.Equal(t, 2108006, whole.graphError(t).Error.Subcode)
	assert.Equal(t, `"Media posted before business account conversion"`, mustField(t, mustField(t, whole.body, "error"), "error_user_title"))
	rest := p.get("/"+account+"/media", "until", unix(posts[2].Timestamp), "fields", "insights.metric(reach,facebook_views)")
	assert.Equal(t, 2207086, rest.graphError(t).Error.Subcode)
	assert.Equal(t, 200, p.get("/"+account+"/media", "fields", "id,caption").status)
	assert.Equal(t, 33, p.get("/"+posts[7].ID).graphError(t).Error.Subcode, "listed, and gone")

	stories := w.Stories(account)
	few := p.get("/"+account+"/stories", "fields", "insights.metric(reach)")
	assert.Equal(t, `{"error":{"message":"(#10) Not enough viewers for the media to show insights","type":"OAuthException","code":10}}`, few.body)
	assert.Equal(t, few.body, p.get("/"+stories[0].ID+"/insights", "metric", "reach").body)
	assert.Equal(t, 10, w.MediaRefusal(stories[0].ID, "reach").Code)
	assert.Len(t, p.get("/"+stories[1].ID+"/insights", "metric", "reach,navigation").entries(t), 2)
}

// TestMediaBreakdowns: a divided metric has its figure twice, and the parts add up to it (facts §4).
func TestMediaBreakdowns(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Stories, a.Kinds = 1, 1, []graphtest.PostKind{graphtest.FeedImage}
	}))
	account := w.AccountIDs()[0]
	for _, upper := range []bool{false, true} {
		var options []graphtest.Option
		if upper {
			options = append(options, graphtest.WithUpperCaseActions())
		}
		p := newProbe(t, w, options...)
		for _, c := range []struct{ id, metric, dim string }{
			{w.Media(account)[0].ID, "profile_activity", "action_type"},
			{w.Stories(account)[0].ID, "profile_activity", "action_type"},
			{w.Stories(account)[0].ID, "navigation", "story_navigation_action_type"},
		} {
			entries := p.get("/"+c.id+"/insights", "metric", c.metric, "breakdown", c.dim).entries(t)
			require.Len(t, entries, 1)
			want, ok := w.MediaInsight(c.id, c.metric)
			require.True(t, ok)
			assert.Equal(t, jsonOf(t, want), string(entries[0].Values[0].Value))
			require.NotNil(t, entries[0].Total)
			assert.Equal(t, want, *entries[0].Total.Value)
			require.Len(t, entries[0].Total.Breakdowns, 1)
			assert.Equal(t, []string{c.dim}, entries[0].Total.Breakdowns[0].Keys)
			tuples, ok := w.MediaTuples(c.id, c.metric, c.dim)
			require.True(t, ok)
			require.NotEmpty(t, tuples)
			sum := int64(0)
			for i, one := range entries[0].Total.Breakdowns[0].Results {
				name := tuples[i].Dimensions[0]
				if upper {
					name = strings.ToUpper(name)
				}
				assert.Equal(t, []string{name}, one.Values)
				assert.Equal(t, tuples[i].Value, one.Value)
				sum += one.Value
			}
			assert.Equal(t, want, sum)
		}
	}
}

// TestNestedMediaInsights: every cell of a page is what the World says, nested or not, for six metrics.
func TestNestedMediaInsights(t *testing.T) {
	w := graphtest.NewWorld(8, graphtest.WithNow(noon), graphtest.WithAccounts(2))
	p := newProbe(t, w)
	metrics := []string{"reach", "views", "likes", "comments", "saved", "shares"}
	for _, account := range w.AccountIDs() {
		var read struct {
			Data []struct {
				ID       string
				Likes    *int64 `json:"like_count"`
				Insights struct{ Data []entry }
			}
		}
		decode(t, p.get("/v25.0/"+account+"/media", "limit", "100", "fields", "like_count,insights.metric("+strings.Join(metrics, ",")+").period(lifetime)").body, &read)
		posts := w.Media(account)
		require.NotEmpty(t, read.Data)
		for i, row := range read.Data {
			require.Equal(t, posts[i].ID, row.ID)
			require.Equal(t, metrics, names(row.Insights.Data))
			for _, e := range row.Insights.Data {
				want, ok := w.MediaInsight(row.ID, e.Name)
				require.True(t, ok)
				require.Equal(t, strconv.FormatInt(want.(int64), 10), string(e.Values[0].Value))
			}
			if row.Likes != nil {
				assert.Equal(t, json.RawMessage(strconv.FormatInt(*row.Likes, 10)), row.Insights.Data[2].Values[0].Value)
			}
		}
	}
}

// TestMetricRules: a Rule finds a metric wherever it is asked.
func TestMetricRules(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	f, _ := graphtest.FaultNamed("error 2")
	p := newProbe(t, w, graphtest.WithRules(graphtest.Rule{Fault: f, Metric: "saved"}))
	account := w.AccountIDs()[0]
	assert.Equal(t, 2, p.get("/"+account+"/media", "fields", "insights.metric(reach,saved)").graphError(t).Error.Code)
	assert.Equal(t, 2, p.get("/"+account, "fields", "media.limit(1){insights.metric(saved)}").graphError(t).Error.Code)
	assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "1", "fields", "insights.metric(reach)").status)
	assert.Equal(t, 2500, p.get("/"+account+"/media", "fields", "insights.metric(saved").graphError(t).Error.Code)
}

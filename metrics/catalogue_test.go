package metrics_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/metrics"
)

func TestCatalogueHasAllMetrics(t *testing.T) {
	assert.Len(t, metrics.All(metrics.Account), 37)
	assert.Len(t, metrics.All(metrics.Media), 44)
	assert.Empty(t, metrics.All("hashtag"))
	assert.Equal(t, "v25.0", metrics.APIVersion())
	assert.Equal(t, []string{
		"accounts_engaged", "reach", "comments", "likes", "saves", "shares", "replies", "total_interactions", "reposts", "views",
		"follows_and_unfollows", "profile_links_taps", "profile_views", "website_clicks", "follower_count", "online_followers",
		"engaged_audience_demographics", "reached_audience_demographics", "follower_demographics",
	}, metrics.Names(metrics.Account))
	assert.Equal(t, []string{
		"reach", "saved", "likes", "comments", "shares", "total_interactions", "views", "follows", "profile_visits", "profile_activity",
		"navigation", "replies", "link_clicks", "reposts", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate",
		"crossposted_views", "facebook_views", "total_comments", "total_likes", "total_views",
	}, metrics.Names(metrics.Media))
}

func TestLookup(t *testing.T) {
	m, ok := metrics.Lookup(metrics.Account, "reach")
	require.True(t, ok)
	assert.Equal(t, metrics.Metric{
		Name: "reach", Object: metrics.Account, Status: metrics.Current,
		Periods:      []metrics.Period{metrics.Day, metrics.Week, metrics.Days28},
		Types:        []metrics.Type{metrics.TimeSeries, metrics.TotalValue},
		Breakdowns:   []string{"media_product_type", "follow_type"},
		Timeframes:   []string{},
		ProductTypes: []string{},
		Value:        metrics.Integer,
		Since:        "2019-04-18",
		Notes:        "Different accounts that saw something, estimated. week and days_28 are rolling windows that end with each day.",
	}, m)
	for _, c := range []struct {
		object metrics.Object
		name   string
	}{{metrics.Account, "saved"}, {metrics.Media, "saves"}, {metrics.Account, "Reach"}, {"", "reach"}, {metrics.Account, ""}} {
		_, ok := metrics.Lookup(c.object, c.name)
		assert.False(t, ok, c)
	}
}

// The facts that planning and rules lean on.
func TestFactsOfMetrics(t *testing.T) {
	with := func(object metrics.Object, has func(metrics.Metric) bool) []string {
		var names []string
		for _, m := range metrics.All(object) {
			if m.Status == metrics.Current && has(m) {
				names = append(names, m.Name)
			}
		}
		return names
	}
	for name, c := range map[string]struct{ got, want []string }{
		"series of accounts": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.Has(metrics.TimeSeries) }),
			[]string{"reach", "follower_count", "online_followers"},
		},
		"no total of accounts": {
			with(metrics.Account, func(m metrics.Metric) bool { return !m.Has(metrics.TotalValue) }),
			[]string{"follower_count", "online_followers"},
		},
		"not additive": {
			with(metrics.Account, func(m metrics.Metric) bool { return !m.Additive }),
			[]string{"accounts_engaged", "reach", "profile_views", "online_followers", "engaged_audience_demographics", "reached_audience_demographics", "follower_demographics"},
		},
		"a reach of 30 days": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.ReachDays == 30 }),
			[]string{"follower_count", "online_followers"},
		},
		"any reach": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.ReachDays != 0 }),
			[]string{"follower_count", "online_followers"},
		},
		"100 followers": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.MinFollowers == 100 }),
			[]string{"follows_and_unfollows", "follower_count", "online_followers", "reached_audience_demographics", "follower_demographics"},
		},
		"alone": {with(metrics.Account, func(m metrics.Metric) bool { return m.Alone }), []string{"online_followers"}},
		"maps":  {with(metrics.Account, func(m metrics.Metric) bool { return m.Value == metrics.Map }), []string{"online_followers"}},
		"demographics": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.Demographic }),
			[]string{"engaged_audience_demographics", "reached_audience_demographics", "follower_demographics"},
		},
		"a breakdown needed": {
			with(metrics.Account, func(m metrics.Metric) bool { return m.BreakdownRequired }),
			[]string{"follows_and_unfollows", "engaged_audience_demographics", "reached_audience_demographics", "follower_demographics"},
		},
		"Facebook's accounts": {with(metrics.Account, func(m metrics.Metric) bool { return m.Login != "" }), nil},
		"Facebook's media": {
			with(metrics.Media, func(m metrics.Metric) bool { return m.Login == "facebook" }),
			[]string{"link_clicks", "total_comments", "total_likes", "total_views"},
		},
		"stories": {
			with(metrics.Media, func(m metrics.Metric) bool { return slices.Contains(m.ProductTypes, "STORY") }),
			[]string{"reach", "shares", "total_interactions", "views", "follows", "profile_visits", "profile_activity", "navigation", "replies", "link_clicks", "reposts", "facebook_views", "total_views"},
		},
		"reels alone": {
			with(metrics.Media, func(m metrics.Metric) bool { return slices.Equal(m.ProductTypes, []string{"REELS"}) }),
			[]string{"ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate", "crossposted_views"},
		},
		"decimals": {with(metrics.Media, func(m metrics.Metric) bool { return m.Value == metrics.Decimal }), []string{"reels_skip_rate"}},
		"separate": {with(metrics.Media, func(m metrics.Metric) bool { return m.Separate }), []string{"crossposted_views", "facebook_views"}},
	} {
		assert.Equal(t, c.want, c.got, name)
	}
	assert.Equal(t, []string{"action_type", "story_navigation_action_type"}, metrics.Dimensions(metrics.Media))
	assert.Equal(t, []metrics.Period{metrics.Lifetime}, metrics.Periods(metrics.Media))
	assert.Empty(t, metrics.Timeframes(metrics.Media))
}

// What must hold of every entry, so that an edit of the data that breaks it is seen.
func TestCatalogueIsSound(t *testing.T) {
	date := func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }
	for _, object := range []metrics.Object{metrics.Account, metrics.Media} {
		for _, m := range metrics.All(object) {
			t.Run(string(object)+" "+m.Name, func(t *testing.T) {
				assert.Regexp(t, `^[a-z][a-z0-9_]*$`, m.Name)
				assert.Equal(t, object, m.Object)
				assert.True(t, date(m.Since), m.Since)
				assert.Contains(t, []string{"", "facebook", "instagram"}, m.Login)
				if m.Notes != "" {
					assert.Regexp(t, `^[A-Z].*\.$`, m.Notes)
				}
				for _, p := range m.Periods {
					assert.Contains(t, []metrics.Period{metrics.Day, metrics.Week, metrics.Days28, metrics.Lifetime}, p)
				}
				for _, ty := range m.Types {
					assert.Contains(t, []metrics.Type{metrics.TimeSeries, metrics.TotalValue}, ty)
				}
				for _, p := range m.ProductTypes {
					assert.Contains(t, []string{"FEED", "REELS", "STORY"}, p)
				}
				switch m.Status {
				case metrics.EnumOnly:
					assert.Empty(t, m.Periods)
					assert.Empty(t, m.Value)
				case metrics.Removed:
					assert.True(t, date(m.Removed), m.Removed)
					assert.Greater(t, m.Removed, m.Since)
				case metrics.Current:
					assert.Contains(t, []metrics.ValueType{metrics.Integer, metrics.Decimal, metrics.Map}, m.Value)
					assert.NotEmpty(t, m.Periods)
					assert.Equal(t, object == metrics.Account, len(m.Types) > 0)
					assert.Equal(t, object == metrics.Media, len(m.ProductTypes) > 0)
					assert.Empty(t, m.Removed+m.RemovedIn+m.ReplacedBy+m.Product)
				default:
					assert.Fail(t, "a status that is none", m.Status)
				}
				if len(m.Breakdowns) > 0 && object == metrics.Account {
					assert.True(t, m.Has(metrics.TotalValue), "dimensions come with totals alone")
				}
				if m.BreakdownRequired {
					assert.NotEmpty(t, m.Breakdowns)
				}
				if m.Demographic {
					assert.NotEmpty(t, m.Timeframes)
					assert.Equal(t, []metrics.Period{metrics.Lifetime}, m.Periods)
				}
				if m.ReplacedBy != "" {
					by, ok := metrics.Lookup(object, m.ReplacedBy)
					require.True(t, ok)
					assert.Equal(t, metrics.Current, by.Status)
					assert.True(t, by.Takes(m.ReplacedWith...))
				}
			})
		}
	}
}

func TestMetricJSON(t *testing.T) {
	m, _ := metrics.Lookup(metrics.Account, "email_contacts")
	text, err := json.Marshal(m)
	require.NoError(t, err)
	assert.Equal(t, `{"name":"email_contacts","object":"account","status":"removed","periods":["day"],"types":["time_series"],"breakdowns":[],"breakdown_required":false,"timeframes":[],"product_types":[],"value":"integer","additive":false,"since":"2019-04-18","removed":"2025-01-08","removed_in":"v21.0","replaced_by":"profile_links_taps","replaced_with":["contact_button_type"],"notes":"Taps on the email button of the profile."}`, string(text))
}

func TestDated(t *testing.T) {
	for p, want := range map[metrics.Period]bool{metrics.Day: true, metrics.Week: true, metrics.Days28: true, metrics.Lifetime: false, "": false} {
		assert.Equal(t, want, p.Dated(), p)
	}
}

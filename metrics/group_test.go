package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/metrics"
)

func TestGroups(t *testing.T) {
	ranged := account(metrics.Day, "reach", "views")
	ranged.Range = true
	weeks := account(metrics.Week, "reach")
	framed := by(account(metrics.Lifetime, "follower_demographics", "reached_audience_demographics"), "age", "gender", "age")
	framed.Timeframe = "this_month"
	dayFramed := account(metrics.Day, "views")
	dayFramed.Timeframe = "this_month"
	lifetimeRanged := account(metrics.Lifetime, "online_followers")
	lifetimeRanged.Range = true
	for name, c := range map[string]struct {
		choice metrics.Choice
		want   []metrics.Group
	}{
		"nothing": {account(metrics.Day), nil},
		"two series and six totals": {
			account(metrics.Day, "views", "reach", "likes", "comments", "follower_count", "saves", "shares", "views", "total_interactions"),
			[]metrics.Group{
				{Metrics: []string{"views", "likes", "comments", "saves", "shares", "total_interactions"}, Period: metrics.Day, Type: metrics.TotalValue},
				{Metrics: []string{"reach"}, Period: metrics.Day, Type: metrics.TimeSeries},
				{Metrics: []string{"follower_count"}, Period: metrics.Day, Type: metrics.TimeSeries, ReachDays: 30},
			},
		},
		"a breakdown makes totals": {by(account(metrics.Day, "reach", "views"), "follow_type", "follow_type"), []metrics.Group{
			{Metrics: []string{"reach", "views"}, Period: metrics.Day, Type: metrics.TotalValue, Breakdown: []string{"follow_type"}},
		}},
		"a range makes totals": {ranged, []metrics.Group{{Metrics: []string{"reach", "views"}, Period: metrics.Day, Type: metrics.TotalValue}}},
		"weeks":                {weeks, []metrics.Group{{Metrics: []string{"reach"}, Period: metrics.Week, Type: metrics.TimeSeries}}},
		"demographics": {framed, []metrics.Group{{
			Metrics: []string{"follower_demographics", "reached_audience_demographics"}, Period: metrics.Lifetime,
			Type: metrics.TotalValue, Breakdown: []string{"age", "gender"}, Timeframe: "this_month",
		}}},
		"a timeframe is for demographics": {dayFramed, []metrics.Group{{Metrics: []string{"views"}, Period: metrics.Day, Type: metrics.TotalValue}}},
		"online followers":                {lifetimeRanged, []metrics.Group{{Metrics: []string{"online_followers"}, Period: metrics.Lifetime, Type: metrics.TimeSeries, ReachDays: 30}}},
		"what is not there is left out":   {account(metrics.Day, "nonsense", "impressions", "threads_views", "views"), []metrics.Group{{Metrics: []string{"views"}, Period: metrics.Day, Type: metrics.TotalValue}}},
		"media": {metrics.Choice{Object: metrics.Media, Metrics: []string{"reach", "facebook_views", "likes", "crossposted_views", "views"}}, []metrics.Group{
			{Metrics: []string{"reach", "likes", "views"}, Period: metrics.Lifetime},
			{Metrics: []string{"facebook_views"}, Period: metrics.Lifetime},
			{Metrics: []string{"crossposted_views"}, Period: metrics.Lifetime},
		}},
		"media by dimension": {metrics.Choice{Object: metrics.Media, Metrics: []string{"navigation"}, Breakdown: []string{"story_navigation_action_type"}}, []metrics.Group{
			{Metrics: []string{"navigation"}, Period: metrics.Lifetime, Breakdown: []string{"story_navigation_action_type"}},
		}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, c.choice.Groups()) })
	}
}

// Whatever is chosen: each current metric stands in one group that can ask for it, and no two groups
// could be one.
func TestGroupsHoldEveryMetricOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.SampledFrom([]metrics.Object{metrics.Account, metrics.Media}).Draw(t, "object")
		var all []string
		for _, m := range metrics.All(object) {
			all = append(all, m.Name)
		}
		c := metrics.Choice{
			Object:    object,
			Metrics:   rapid.SliceOf(rapid.SampledFrom(append(all, "nonsense"))).Draw(t, "metrics"),
			Period:    rapid.SampledFrom(metrics.Periods(object)).Draw(t, "period"),
			Breakdown: rapid.SliceOfN(rapid.SampledFrom(metrics.Dimensions(object)), 0, 2).Draw(t, "breakdown"),
			Range:     rapid.Bool().Draw(t, "range"),
			Timeframe: "this_month",
		}
		seen := map[string]bool{}
		type signature struct {
			kind      metrics.Type
			reach     int
			timeframe string
		}
		shared := map[signature]bool{}
		for _, g := range c.Groups() {
			assert.NotEmpty(t, g.Metrics)
			alone := false
			for _, name := range g.Metrics {
				assert.False(t, seen[name], name)
				seen[name] = true
				m, ok := metrics.Lookup(object, name)
				assert.True(t, ok && m.Status == metrics.Current, name)
				assert.Equal(t, g.Type == "", len(m.Types) == 0, name)
				if g.Type != "" {
					assert.True(t, m.Has(g.Type), name)
				}
				if g.Type == metrics.TimeSeries {
					assert.Empty(t, g.Breakdown)
					assert.Equal(t, m.ReachDays, g.ReachDays)
				}
				alone = alone || m.Separate || m.Alone
			}
			if alone {
				assert.Len(t, g.Metrics, 1)
				continue
			}
			s := signature{g.Type, g.ReachDays, g.Timeframe}
			assert.False(t, shared[s], "%v could be one", s)
			shared[s] = true
		}
		for _, name := range c.Metrics {
			m, ok := metrics.Lookup(object, name)
			assert.Equal(t, ok && m.Status == metrics.Current, seen[name], name)
		}
	})
}

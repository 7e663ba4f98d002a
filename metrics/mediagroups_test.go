package metrics_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/metrics"
)

func TestProductTypes(t *testing.T) {
	assert.Equal(t, []string{"FEED", "REELS", "STORY"}, metrics.ProductTypes())
	saved, _ := metrics.Lookup(metrics.Media, "saved")
	for productType, want := range map[string]bool{"FEED": true, "REELS": true, "STORY": false, "AD": false, "": false, "feed": false} {
		assert.Equal(t, want, saved.For(productType), productType)
	}
	reach, _ := metrics.Lookup(metrics.Account, "reach")
	assert.False(t, reach.For("FEED"), "accounts have no product type")
}

func TestMediaGroups(t *testing.T) {
	posts := []string{"AD", "FEED", "REELS"}
	group := func(names ...string) metrics.Group { return metrics.Group{Metrics: names, Period: metrics.Lifetime} }
	tapped := func(names ...string) metrics.Group {
		g := group(names...)
		g.Breakdown = []string{"action_type"}
		return g
	}
	for name, c := range map[string]struct {
		choice metrics.Choice
		want   metrics.MediaGroups
	}{
		"all that posts have in common": {
			metrics.Choice{Metrics: []string{"reach", "views", "likes", "comments", "saved", "shares"}, ProductTypes: posts},
			metrics.MediaGroups{
				Metrics: []string{"reach", "views", "likes", "comments", "saved", "shares"},
				Common:  group("reach", "views", "likes", "comments", "saved", "shares"),
				Types:   []metrics.TypeGroups{{ProductType: "FEED"}, {ProductType: "REELS"}},
			},
		},
		"reels have more": {
			metrics.Choice{Metrics: []string{"reels_skip_rate", "reach", "ig_reels_avg_watch_time", "likes", "reach"}, ProductTypes: posts},
			metrics.MediaGroups{
				Metrics: []string{"reels_skip_rate", "reach", "ig_reels_avg_watch_time", "likes"},
				Common:  group("reach", "likes"),
				Types: []metrics.TypeGroups{
					{ProductType: "FEED", Lacks: []string{"reels_skip_rate", "ig_reels_avg_watch_time"}},
					{ProductType: "REELS", Groups: []metrics.Group{group("reels_skip_rate", "ig_reels_avg_watch_time")}},
				},
			},
		},
		"both have more": {
			metrics.Choice{Metrics: []string{"follows", "reels_skip_rate", "reach"}, ProductTypes: posts},
			metrics.MediaGroups{
				Metrics: []string{"follows", "reels_skip_rate", "reach"},
				Common:  group("reach"),
				Types: []metrics.TypeGroups{
					{ProductType: "FEED", Groups: []metrics.Group{group("follows")}, Lacks: []string{"reels_skip_rate"}},
					{ProductType: "REELS", Groups: []metrics.Group{group("reels_skip_rate")}, Lacks: []string{"follows"}},
				},
			},
		},
		"separate ones stand alone, last": {
			metrics.Choice{Metrics: []string{"facebook_views", "crossposted_views", "reach", "reels_skip_rate"}, ProductTypes: posts},
			metrics.MediaGroups{
				Metrics: []string{"facebook_views", "crossposted_views", "reach", "reels_skip_rate"},
				Common:  group("reach"),
				Types: []metrics.TypeGroups{
					{ProductType: "FEED", Groups: []metrics.Group{group("facebook_views")}, Lacks: []string{"crossposted_views", "reels_skip_rate"}},
					{ProductType: "REELS", Groups: []metrics.Group{group("reels_skip_rate"), group("facebook_views"), group("crossposted_views")}},
				},
			},
		},
		"stories have all in common": {
			metrics.Choice{Metrics: []string{"replies", "navigation", "saved", "facebook_views"}, ProductTypes: []string{"STORY"}},
			metrics.MediaGroups{
				Metrics: []string{"replies", "navigation", "saved", "facebook_views"},
				Common:  group("replies", "navigation"),
				Types:   []metrics.TypeGroups{{ProductType: "STORY", Groups: []metrics.Group{group("facebook_views")}, Lacks: []string{"saved"}}},
			},
		},
		"media of any type": {
			metrics.Choice{Metrics: []string{"reach", "saved", "replies"}},
			metrics.MediaGroups{
				Metrics: []string{"reach", "saved", "replies"},
				Common:  group("reach"),
				Types: []metrics.TypeGroups{
					{ProductType: "FEED", Groups: []metrics.Group{group("saved")}, Lacks: []string{"replies"}},
					{ProductType: "REELS", Groups: []metrics.Group{group("saved")}, Lacks: []string{"replies"}},
					{ProductType: "STORY", Groups: []metrics.Group{group("replies")}, Lacks: []string{"saved"}},
				},
			},
		},
		"by dimension": {
			metrics.Choice{Metrics: []string{"profile_activity"}, ProductTypes: posts, Breakdown: []string{"action_type", "action_type"}},
			metrics.MediaGroups{
				Metrics: []string{"profile_activity"},
				Common:  tapped(),
				Types: []metrics.TypeGroups{
					{ProductType: "FEED", Groups: []metrics.Group{tapped("profile_activity")}},
					{ProductType: "REELS", Lacks: []string{"profile_activity"}},
				},
			},
		},
		"nothing": {metrics.Choice{ProductTypes: []string{"STORY"}}, metrics.MediaGroups{Common: group(), Types: []metrics.TypeGroups{{ProductType: "STORY"}}}},
		"what is not there is left out": {
			metrics.Choice{Metrics: []string{"plays", "nonsense", "content_views", "saves"}, ProductTypes: []string{"STORY"}},
			metrics.MediaGroups{Common: group(), Types: []metrics.TypeGroups{{ProductType: "STORY"}}},
		},
		"accounts": {account("", "reach"), metrics.MediaGroups{Metrics: []string{"reach"}, Common: group()}},
		"a type without metrics": {
			metrics.Choice{Metrics: []string{"reach"}, ProductTypes: []string{"AD"}},
			metrics.MediaGroups{Metrics: []string{"reach"}, Common: group()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.choice.Object == "" {
				c.choice.Object = metrics.Media
			}
			assert.Equal(t, c.want, c.choice.MediaGroups())
		})
	}
}

func TestMediaGroupsOfAType(t *testing.T) {
	g := metrics.Choice{Object: metrics.Media, Metrics: []string{"reach", "saved"}, ProductTypes: []string{"STORY"}}.MediaGroups()
	assert.Equal(t, g.Types[0], g.Of("STORY"))
	assert.Equal(t, metrics.TypeGroups{ProductType: "AD", Lacks: []string{"reach", "saved"}}, g.Of("AD"))
	assert.Equal(t, metrics.TypeGroups{ProductType: "FEED", Lacks: []string{"reach", "saved"}}, g.Of("FEED"), "not what the choice is about")
	assert.Equal(t, metrics.TypeGroups{Lacks: []string{"reach", "saved"}}, g.Of(""))
}

// Whatever is chosen: each type is asked for exactly what it has, once; nothing that all types have and
// that spoils no page is asked for by post; a metric that may fail its request stands alone in it.
func TestMediaGroupsAskEachTypeForWhatItHas(t *testing.T) {
	var all []string
	for _, m := range metrics.All(metrics.Media) {
		all = append(all, m.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := metrics.Choice{
			Object:       metrics.Media,
			Metrics:      rapid.SliceOf(rapid.SampledFrom(append(all, "nonsense"))).Draw(t, "metrics"),
			ProductTypes: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"AD", "FEED", "REELS", "STORY"}), rapid.ID).Draw(t, "types"),
		}
		g := c.MediaGroups()
		var chosen []metrics.Metric
		for _, name := range g.Metrics {
			m, ok := metrics.Lookup(metrics.Media, name)
			assert.True(t, ok && m.Status == metrics.Current, name)
			chosen = append(chosen, m)
		}
		for _, productType := range g.Types {
			assert.True(t, len(c.ProductTypes) == 0 || slices.Contains(c.ProductTypes, productType.ProductType))
			asked := slices.Clone(g.Common.Metrics)
			for _, group := range productType.Groups {
				assert.NotEmpty(t, group.Metrics)
				asked = append(asked, group.Metrics...)
				for _, name := range group.Metrics {
					m, _ := metrics.Lookup(metrics.Media, name)
					assert.True(t, !m.Separate || len(group.Metrics) == 1, name)
					everyone := !slices.ContainsFunc(g.Types, func(o metrics.TypeGroups) bool { return !m.For(o.ProductType) })
					assert.True(t, m.Separate || !everyone, "%s could be asked for by page", name)
				}
			}
			var has, lacks []string
			for _, m := range chosen {
				if m.For(productType.ProductType) {
					has = append(has, m.Name)
				} else {
					lacks = append(lacks, m.Name)
				}
			}
			assert.ElementsMatch(t, has, asked, productType.ProductType)
			assert.Equal(t, lacks, productType.Lacks)
		}
	})
}

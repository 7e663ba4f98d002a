package tables_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
)

var (
	storyMetrics = []string{
		"reach", "shares", "total_interactions", "views", "follows", "profile_visits", "profile_activity", "navigation", "replies",
		"link_clicks", "reposts", "facebook_views", "total_views",
	}
	postMetrics = []string{
		"reach", "saved", "likes", "comments", "shares", "total_interactions", "views", "follows", "profile_visits", "profile_activity",
		"reposts", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate", "crossposted_views", "facebook_views",
		"total_comments", "total_likes", "total_views",
	}
)

func without(names []string, drop ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(drop, name) })
}

func TestMediaMetrics(t *testing.T) {
	for name, c := range map[string]struct {
		edge, login string
		want        []string
	}{
		"posts":              {"media", "facebook", postMetrics},
		"posts, Instagram":   {"media", "instagram", without(postMetrics, "total_comments", "total_likes", "total_views")},
		"stories":            {"stories", "facebook", storyMetrics},
		"stories, Instagram": {"stories", "instagram", without(storyMetrics, "link_clicks", "total_views")},
		"any media":          {"", "", metrics.Names(metrics.Media)},
		"media of others":    {"tags", "facebook", nil},
		"no such edge":       {"live_media", "facebook", nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, tables.MediaMetrics(c.edge, c.login)) })
	}
}

func TestChoiceOfMediaMetrics(t *testing.T) {
	const account, insights = tables.AccountMediaTable, tables.MediaInsightsTable
	for name, c := range map[string]struct {
		options media
		want    metrics.Choice
	}{
		"names": {
			media{Table: account, Edge: "media", Login: "facebook", Metrics: []string{"views", "reach"}},
			metrics.Choice{Metrics: []string{"views", "reach"}, Login: "facebook", ProductTypes: []string{"AD", "FEED", "REELS"}},
		},
		"all of stories": {
			media{Table: account, Edge: "stories", Login: "facebook", Metrics: []string{"all", "all"}, Breakdown: []string{"action_type"}},
			metrics.Choice{Metrics: storyMetrics, Login: "facebook", ProductTypes: []string{"STORY"}, Breakdown: []string{"action_type"}},
		},
		"an edge does not count for ids": {
			media{Table: insights, Edge: "stories", Metrics: []string{"all"}},
			metrics.Choice{Metrics: metrics.Names(metrics.Media)},
		},
		"an open edge and login": {
			media{Table: account, Edge: "${e}", Login: "${l}", Metrics: []string{"all"}, Open: []metrics.Kind{metrics.KindProductTypes, metrics.KindLogin}},
			metrics.Choice{Metrics: metrics.Names(metrics.Media), Open: []metrics.Kind{metrics.KindProductTypes, metrics.KindLogin}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Object = metrics.Media
			assert.Equal(t, c.want, c.options.Choice())
		})
	}
	assert.Empty(t, media{Table: account, Breakdown: []string{"action_type"}}.Choice().Breakdown)
}

func TestMediaProblems(t *testing.T) {
	const account, insights = tables.AccountMediaTable, tables.MediaInsightsTable
	bad := func(element, message, action string) []metrics.Problem {
		return []metrics.Problem{{Kind: metrics.KindMetrics, Element: element, Message: message, Action: action}}
	}
	foreign := bad("", "Media of the edge tags belong to other accounts, who alone can read their metrics.", "Leave the metrics out, or read the edge media or stories.")
	for name, c := range map[string]struct {
		options media
		want    []metrics.Problem
	}{
		"none":                {media{Table: account, Edge: "media"}, nil},
		"of posts":            {media{Table: account, Edge: "media", Metrics: []string{"saved", "reels_skip_rate", "follows"}}, nil},
		"of stories":          {media{Table: account, Edge: "stories", Metrics: []string{"replies", "reach"}}, nil},
		"of any, by id":       {media{Table: insights, Edge: "media", Metrics: []string{"replies", "saved"}}, nil},
		"all":                 {media{Table: insights, Metrics: []string{"all"}}, nil},
		"all of posts":        {media{Table: account, Edge: "media", Login: "instagram", Metrics: []string{"all"}}, nil},
		"tags without":        {media{Table: account, Edge: "tags"}, nil},
		"none, of ids":        {media{Table: insights, Shape: tables.Long}, nil},
		"metrics open":        {media{Table: account, Edge: "tags", Metrics: []string{"${m}"}, Open: []metrics.Kind{metrics.KindMetrics}}, nil},
		"edge open":           {media{Table: account, Edge: "tags", Metrics: []string{"reach", "replies"}, Open: []metrics.Kind{metrics.KindProductTypes}}, nil},
		"a breakdown without": {media{Table: account, Edge: "media", Breakdown: []string{"moon"}}, nil},
		"tags":                {media{Table: account, Edge: "tags", Metrics: []string{"reach"}}, foreign},
		"all of tags":         {media{Table: account, Edge: "tags", Metrics: []string{"all"}}, foreign},
		"of stories, read of posts": {media{Table: account, Edge: "media", Login: "instagram", Metrics: []string{"replies"}}, bad("replies",
			"replies is a metric of STORY media, not of FEED or REELS.",
			"Read STORY media for it, or choose from reach, saved, likes, comments, shares, total_interactions, views, follows, profile_visits, profile_activity, reposts, ig_reels_avg_watch_time, ig_reels_video_view_total_time, reels_skip_rate, crossposted_views and facebook_views.")},
		"of posts, read of stories": {media{Table: account, Edge: "stories", Login: "instagram", Metrics: []string{"saved"}}, bad("saved",
			"saved is a metric of FEED and REELS media, not of STORY.",
			"Read FEED and REELS media for it, or choose from reach, shares, total_interactions, views, follows, profile_visits, profile_activity, navigation, replies, reposts and facebook_views.")},
		"all and names": {media{Table: account, Edge: "media", Metrics: []string{"reach", "all"}}, bad("all", "all stands among names of metrics.", "Give either all or names.")},
		"all by dimension": {media{Table: account, Edge: "stories", Metrics: []string{"all"}, Breakdown: []string{"action_type"}}, bad("all",
			"all holds metrics that cannot be divided by action_type.", "Leave the breakdown out, or choose from profile_activity.")},
		"all by dimensions that none takes": {media{Table: account, Edge: "stories", Metrics: []string{"all"}, Breakdown: []string{"action_type", "story_navigation_action_type"}}, bad("all",
			"all holds metrics that cannot be divided by action_type, story_navigation_action_type.", "Leave the breakdown out.")},
		"all by no dimension": {media{Table: account, Edge: "stories", Metrics: []string{"all"}, Breakdown: []string{"action_tyep"}}, []metrics.Problem{
			{Kind: metrics.KindBreakdown, Element: "action_tyep", Message: "action_tyep is not a dimension of media.", Action: "Use action_type, which is the nearest name."},
		}},
		"long without": {media{Table: account, Edge: "media", Shape: tables.Long}, bad("",
			"The long layout has a row for each value of a metric, and no metric is chosen.", "Choose metrics, or the wide layout.")},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, c.options.Problems()) })
	}
	assert.Len(t, media{Table: account, Edge: "media", Metrics: []string{"all", "plays", "replies"}}.Problems(), 3, "every bad one")
}

package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/metrics"
)

const (
	dated     = "accounts_engaged, reach, comments, likes, saves, shares, replies, total_interactions, reposts, views, profile_links_taps, profile_views, website_clicks and follower_count"
	rangeable = "accounts_engaged, reach, comments, likes, saves, shares, replies, total_interactions, reposts, views, profile_links_taps, profile_views and website_clicks"
)

func account(period metrics.Period, names ...string) metrics.Choice {
	return metrics.Choice{Object: metrics.Account, Metrics: names, Period: period}
}

func by(c metrics.Choice, dimensions ...string) metrics.Choice {
	c.Breakdown = dimensions
	return c
}

func TestChoicesWithoutProblem(t *testing.T) {
	for name, c := range map[string]metrics.Choice{
		"nothing chosen":       account(metrics.Day),
		"series and totals":    account(metrics.Day, "reach", "follower_count", "views", "likes"),
		"repeats":              by(account(metrics.Day, "reach", "reach"), "follow_type", "follow_type"),
		"reach over a week":    account(metrics.Week, "reach"),
		"reach over 28 days":   account(metrics.Days28, "reach"),
		"two dimensions":       by(account(metrics.Day, "views", "reach"), "media_product_type", "follow_type"),
		"one of two":           by(account(metrics.Day, "views", "likes", "reach"), "media_product_type"),
		"follows by type":      by(account(metrics.Day, "follows_and_unfollows", "views"), "follow_type"),
		"demographics":         by(account(metrics.Lifetime, "follower_demographics", "engaged_audience_demographics"), "age", "gender"),
		"online followers":     account(metrics.Lifetime, "online_followers"),
		"a range":              {Object: metrics.Account, Metrics: []string{"reach", "views"}, Period: metrics.Day, Range: true},
		"a range of weeks":     {Object: metrics.Account, Metrics: []string{"reach"}, Period: metrics.Week, Range: true},
		"no range in lifetime": {Object: metrics.Account, Metrics: []string{"online_followers"}, Period: metrics.Lifetime, Range: true},
		"no timeframe by day":  {Object: metrics.Account, Metrics: []string{"reach"}, Period: metrics.Day, Timeframe: "this_month"},
		"six timeframes":       {Object: metrics.Account, Metrics: []string{"follower_demographics"}, Period: metrics.Lifetime, Breakdown: []string{"city"}, Timeframe: "last_90_days"},
		"period not known yet": by(account("", "follower_demographics", "reached_audience_demographics"), "city"),
		"media":                {Object: metrics.Media, Metrics: []string{"reach", "saved", "reels_skip_rate", "navigation"}},
		"media of its host":    {Object: metrics.Media, Metrics: []string{"total_views", "link_clicks"}, Login: "facebook"},
		"login not known yet":  {Object: metrics.Media, Metrics: []string{"total_views"}},
		"all open": {
			Object: metrics.Account, Metrics: []string{"follower_demographics"}, Period: "${p}", Breakdown: []string{"${b}"}, Timeframe: "${t}", Range: true,
			Open: []metrics.Kind{metrics.KindPeriod, metrics.KindBreakdown, metrics.KindTimeframe, metrics.KindRange, metrics.KindLogin},
		},
		"breakdown open":       {Object: metrics.Account, Metrics: []string{"follows_and_unfollows", "accounts_engaged"}, Period: metrics.Day, Open: []metrics.Kind{metrics.KindBreakdown}},
		"range open":           {Object: metrics.Account, Metrics: []string{"follower_count"}, Period: metrics.Day, Range: true, Open: []metrics.Kind{metrics.KindRange}},
		"media of a type":      {Object: metrics.Media, Metrics: []string{"navigation", "reach"}, ProductTypes: []string{"STORY"}},
		"media of two types":   {Object: metrics.Media, Metrics: []string{"reels_skip_rate", "follows", "reach"}, ProductTypes: []string{"AD", "FEED", "REELS"}},
		"product types open":   {Object: metrics.Media, Metrics: []string{"navigation"}, ProductTypes: []string{"FEED"}, Open: []metrics.Kind{metrics.KindProductTypes}},
		"no types of accounts": {Object: metrics.Account, Metrics: []string{"reach"}, ProductTypes: []string{"STORY"}},
		"login open":           {Object: metrics.Media, Metrics: []string{"total_views"}, Login: "instagram", Open: []metrics.Kind{metrics.KindLogin}},
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, c.Problems()) })
	}
}

func TestProblemsOfMetrics(t *testing.T) {
	media := func(names ...string) metrics.Choice { return metrics.Choice{Object: metrics.Media, Metrics: names} }
	for name, c := range map[string]struct {
		choice          metrics.Choice
		element         string
		message, action string
	}{
		"misspelt":     {account(metrics.Day, "raech"), "raech", "raech is not a metric of accounts.", "Use reach, which is the nearest name."},
		"in capitals":  {account(metrics.Day, "REACH"), "REACH", "REACH is not a metric of accounts.", "Use reach, which is the nearest name."},
		"nothing near": {account(metrics.Day, "bananas_eaten"), "bananas_eaten", "bananas_eaten is not a metric of accounts.", "Choose from " + dated + "."},
		"removed, misspelt": {
			account(metrics.Day, "impresions"), "impresions", "impresions is not a metric of accounts.",
			"The nearest name, impressions, was removed. Use views.",
		},
		"empty":          {account(metrics.Day, "reach", " "), " ", "A name in the list of metrics is empty.", "Take out the comma too many."},
		"media's word":   {account(metrics.Day, "saved"), "saved", "saved is a metric of media, not of accounts.", "Use saves, which is the nearest name for accounts."},
		"account's word": {media("saves"), "saves", "saves is a metric of accounts, not of media.", "Use saved, which is the nearest name for media."},
		"media's alone":  {account(metrics.Day, "ig_reels_avg_watch_time"), "ig_reels_avg_watch_time", "ig_reels_avg_watch_time is a metric of media, not of accounts.", "Choose from " + dated + "."},
		"removed":        {account(metrics.Day, "impressions"), "impressions", "impressions was removed in v22.0, and from all versions on 2025-04-21.", "Use views."},
		"removed, by dimension": {
			account(metrics.Day, "email_contacts"), "email_contacts", "email_contacts was removed in v21.0, and from all versions on 2025-01-08.",
			"Use profile_links_taps with the breakdown contact_button_type.",
		},
		"removed, two dimensions": {
			account(metrics.Lifetime, "audience_gender_age"), "audience_gender_age", "audience_gender_age was removed in v18.0, and from all versions on 2023-12-11.",
			"Use follower_demographics with the breakdown gender,age.",
		},
		"removed for good": {
			account(metrics.Lifetime, "audience_locale"), "audience_locale", "audience_locale was removed in v18.0, and from all versions on 2023-12-11.",
			"Nothing replaced it. Choose from online_followers.",
		},
		"removed of media": {media("exits"), "exits", "exits was removed in v18.0, and from all versions on 2023-12-11.", "Use navigation with the breakdown story_navigation_action_type."},
		"removed silently": {media("follows_from_impressions"), "follows_from_impressions", "follows_from_impressions was removed on 2022-10-25.", "Use follows."},
		"of Threads": {
			account(metrics.Day, "threads_views"), "threads_views", "threads_views belongs to Threads and not to Instagram, though the API names it.",
			"Choose from " + dated + ".",
		},
		"documented nowhere": {
			account(metrics.Week, "content_views"), "content_views", "content_views is named by the API but documented nowhere, so that it cannot be read.",
			"Choose from reach.",
		},
		"wrong period": {account(metrics.Week, "likes"), "likes", "likes has no period week, only day.", "Set the period to day, or choose from reach."},
		"one of three periods": {
			account(metrics.Lifetime, "reach"), "reach", "reach has no period lifetime, only day, week and days_28.",
			"Set the period to day, week or days_28, or choose from online_followers.",
		},
		"no dimension": {
			by(account(metrics.Day, "accounts_engaged"), "follow_type"), "accounts_engaged", "accounts_engaged cannot be divided by follow_type: it takes no dimension.",
			"Leave the metric or the dimension out, or choose from reach, views and follows_and_unfollows.",
		},
		"another dimension": {
			by(account(metrics.Day, "likes"), "media_product_type", "follow_type"), "likes", "likes cannot be divided by follow_type: it takes only media_product_type.",
			"Leave the metric or the dimension out, or choose from reach and views.",
		},
		"two other dimensions": {
			by(account(metrics.Day, "likes"), "city", "follow_type"), "likes", "likes cannot be divided by city or follow_type: it takes only media_product_type.",
			"Leave the metric or the dimension out.",
		},
		"no total": {
			metrics.Choice{Object: metrics.Account, Metrics: []string{"follower_count"}, Period: metrics.Day, Range: true},
			"follower_count",
			"follower_count comes as one value a day and has no total over a range.", "Read it day by day, or choose from " + rangeable + ".",
		},
		"another product type": {
			metrics.Choice{Object: metrics.Media, Metrics: []string{"ig_reels_avg_watch_time"}, ProductTypes: []string{"STORY"}, Breakdown: []string{"story_navigation_action_type"}, Open: []metrics.Kind{metrics.KindBreakdown}},
			"ig_reels_avg_watch_time",
			"ig_reels_avg_watch_time is a metric of REELS media, not of STORY.",
			"Read REELS media for it, or choose from reach, shares, total_interactions, views, follows, profile_visits, profile_activity, navigation, replies, link_clicks, reposts, facebook_views and total_views.",
		},
		"two other product types": {
			metrics.Choice{Object: metrics.Media, Metrics: []string{"navigation"}, ProductTypes: []string{"AD", "FEED", "REELS"}, Breakdown: []string{"story_navigation_action_type"}},
			"navigation",
			"navigation is a metric of STORY media, not of FEED or REELS.", "Read STORY media for it.",
		},
		"a product type without metrics": {
			metrics.Choice{Object: metrics.Media, Metrics: []string{"saved"}, ProductTypes: []string{"AD"}},
			"saved",
			"saved is a metric of FEED and REELS media alone.", "Read FEED and REELS media for it.",
		},
		"other host": {
			metrics.Choice{Object: metrics.Media, Metrics: []string{"total_views"}, Login: "instagram", Breakdown: []string{"action_type"}, Open: []metrics.Kind{metrics.KindBreakdown}},
			"total_views",
			"total_views can be read with the facebook login alone.",
			"Set the login to facebook, or choose from reach, saved, likes, comments, shares, total_interactions, views, follows, profile_visits, profile_activity, navigation, replies, reposts, ig_reels_avg_watch_time, ig_reels_video_view_total_time, reels_skip_rate, crossposted_views and facebook_views.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, []metrics.Problem{{Kind: metrics.KindMetrics, Element: c.element, Message: c.message, Action: c.action}}, c.choice.Problems())
		})
	}
}

func TestEveryBadMetricIsAProblemOfItsOwn(t *testing.T) {
	c := account(metrics.Day, "reach", "follower_demographics", "plays", "online_followers", "impressions", "views")
	assert.Equal(t, []metrics.Problem{
		{metrics.KindMetrics, "follower_demographics", "follower_demographics has no period day, only lifetime.", "Set the period to lifetime, or choose from " + dated + "."},
		{metrics.KindMetrics, "plays", "plays is not a metric of accounts.", "Choose from " + dated + "."},
		{metrics.KindMetrics, "online_followers", "online_followers has no period day, only lifetime.", "Set the period to lifetime, or choose from " + dated + "."},
		{metrics.KindMetrics, "online_followers", "online_followers stands alone and cannot be read with other metrics.", "Read it in a configuration of its own."},
		{metrics.KindMetrics, "impressions", "impressions was removed in v22.0, and from all versions on 2025-04-21.", "Use views."},
		{metrics.KindBreakdown, "", "follower_demographics has no value without a breakdown.", "Name one or more of age, city, country and gender."},
	}, c.Problems())
}

func TestProblemsOfPeriodBreakdownAndTimeframe(t *testing.T) {
	demographics := by(account(metrics.Lifetime, "follower_demographics", "engaged_audience_demographics", "reached_audience_demographics"), "city")
	framed := func(frame string) metrics.Choice {
		c := demographics
		c.Timeframe = frame
		return c
	}
	for name, c := range map[string]struct {
		choice metrics.Choice
		want   []metrics.Problem
	}{
		"no such period": {account("month", "reach", "follower_count"), []metrics.Problem{
			{metrics.KindPeriod, "month", "month is not a period of accounts.", "Choose day, week, days_28 or lifetime."},
		}},
		"a period media lack": {metrics.Choice{Object: metrics.Media, Metrics: []string{"reach"}, Period: metrics.Day}, []metrics.Problem{
			{metrics.KindPeriod, "day", "day is not a period of media.", "Choose lifetime."},
		}},
		"the documentation's misspelling": {by(account(metrics.Day, "views", "reach"), "follower_type"), []metrics.Problem{
			{metrics.KindBreakdown, "follower_type", "follower_type is not a dimension of accounts.", "Use follow_type, which is the nearest name."},
		}},
		"no such dimension": {by(account(metrics.Day, "views"), "media_product_type", "moon"), []metrics.Problem{
			{
				metrics.KindBreakdown, "moon", "moon is not a dimension of accounts.",
				"Choose from media_product_type, follow_type, contact_button_type, age, city, country and gender.",
			},
		}},
		"an empty dimension": {by(account(metrics.Day, "views"), "", "follow_type"), []metrics.Problem{
			{
				metrics.KindBreakdown, "", `"" is not a dimension of accounts.`,
				"Choose from media_product_type, follow_type, contact_button_type, age, city, country and gender.",
			},
		}},
		"a breakdown missing": {account(metrics.Day, "reach", "follows_and_unfollows"), []metrics.Problem{
			{metrics.KindBreakdown, "", "follows_and_unfollows has no value without a breakdown.", "Name one or more of follow_type."},
		}},
		"a breakdown missing for two": {account(metrics.Lifetime, "follower_demographics", "reached_audience_demographics"), []metrics.Problem{
			{metrics.KindBreakdown, "", "follower_demographics and reached_audience_demographics have no value without a breakdown.", "Name one or more of age, city, country and gender."},
		}},
		"no such timeframe": {framed("this_mouth"), []metrics.Problem{
			{metrics.KindTimeframe, "this_mouth", "this_mouth is not a timeframe.", "Use this_month, which is the nearest name."},
		}},
		"nothing like a timeframe": {framed("yesterday"), []metrics.Problem{
			{metrics.KindTimeframe, "yesterday", "yesterday is not a timeframe.", "Choose this_week, this_month, last_14_days, last_30_days, last_90_days or prev_month."},
		}},
		"a timeframe only one has": {framed("prev_month"), []metrics.Problem{
			{metrics.KindTimeframe, "prev_month", "engaged_audience_demographics has no timeframe prev_month, only this_week and this_month.", "Choose this_week or this_month, or leave the metric out."},
			{metrics.KindTimeframe, "prev_month", "reached_audience_demographics has no timeframe prev_month, only this_week and this_month.", "Choose this_week or this_month, or leave the metric out."},
		}},
		"alone": {metrics.Choice{Object: metrics.Account, Metrics: []string{"online_followers", "follower_demographics"}, Period: metrics.Lifetime, Breakdown: []string{"age"}}, []metrics.Problem{
			{
				metrics.KindMetrics, "online_followers", "online_followers cannot be divided by age: it takes no dimension.",
				"Leave the metric or the dimension out, or choose from engaged_audience_demographics, reached_audience_demographics and follower_demographics.",
			},
			{metrics.KindMetrics, "online_followers", "online_followers stands alone and cannot be read with other metrics.", "Read it in a configuration of its own."},
		}},
		"nothing fits": {metrics.Choice{Object: metrics.Account, Metrics: []string{"impressions", "content_views"}, Period: metrics.Week, Breakdown: []string{"city"}}, []metrics.Problem{
			{metrics.KindMetrics, "impressions", "impressions was removed in v22.0, and from all versions on 2025-04-21.", "Use views."},
			{
				metrics.KindMetrics, "content_views", "content_views is named by the API but documented nowhere, so that it cannot be read.",
				"Change the rest of the choice first: no metric fits it.",
			},
		}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, c.choice.Problems()) })
	}
}

func TestFitting(t *testing.T) {
	for name, c := range map[string]struct {
		choice metrics.Choice
		want   []string
	}{
		"weeks":           {account(metrics.Week), []string{"reach"}},
		"by follower":     {by(account(metrics.Day), "follow_type"), []string{"reach", "views", "follows_and_unfollows"}},
		"by two":          {by(account(metrics.Day), "follow_type", "media_product_type"), []string{"reach", "views"}},
		"lifetime":        {account(metrics.Lifetime), []string{"online_followers"}},
		"lifetime by age": {by(account(metrics.Lifetime), "age"), []string{"engaged_audience_demographics", "reached_audience_demographics", "follower_demographics"}},
		"nothing":         {by(account(metrics.Week), "age"), nil},
		"media by tap":    {metrics.Choice{Object: metrics.Media, Breakdown: []string{"story_navigation_action_type"}}, []string{"navigation"}},
		"stories": {
			metrics.Choice{Object: metrics.Media, Login: "instagram", ProductTypes: []string{"STORY"}},
			[]string{"reach", "shares", "total_interactions", "views", "follows", "profile_visits", "profile_activity", "navigation", "replies", "reposts", "facebook_views"},
		},
		"posts by tap":       {metrics.Choice{Object: metrics.Media, ProductTypes: []string{"FEED", "REELS"}, Breakdown: []string{"action_type"}}, []string{"profile_activity"}},
		"ads":                {metrics.Choice{Object: metrics.Media, ProductTypes: []string{"AD"}}, nil},
		"a range of 28 days": {metrics.Choice{Object: metrics.Account, Period: metrics.Days28, Range: true}, []string{"reach"}},
	} {
		assert.Equal(t, c.want, c.choice.Fitting(), name)
	}
}

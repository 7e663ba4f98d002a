package tables_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema/tables"
)

func TestQueryInsightsWithWarnings(t *testing.T) {
	const total = "Add .metric_type(total_value)."
	for _, c := range []struct{ endpoint, fields, message, action string }{
		{"", "id,insights.metric(views).period(day)", "column 20 of fields: views comes as a total alone, and is not asked for as one.", total},
		{"", "insights.metric(reach,likes,views).period(day)", "column 10 of fields: likes, views come as totals alone, and are not asked for as such.", total},
		{"", "insights.metric(reach).period(day).breakdown(follow_type)", "column 36 of fields: only totals can be divided, and the metrics are not asked for as totals.", total},
		{"", "insights.metric(reach)", "column 1 of fields: insights of an account are asked for without a period, which the API refuses.", "Add .period(day), or the period that the metrics have."},
		{"", "insights.period(day)", "column 1 of fields: insights are asked for without a metric, which the API refuses.", "Name metrics: insights.metric(reach)."},
		{"", "insights.metric(reach).period(day).metric_type(totals)", "column 36 of fields: totals is not a type of metrics.", "Choose time_series or total_value."},
		{"", "insights.metric(impressions).period(day)", "column 17 of fields: impressions was removed in v22.0, and from all versions on 2025-04-21.", "Use views."},
		{"", "insights.metric(email_contacts).period(day)", "column 17 of fields: email_contacts was removed in v21.0, and from all versions on 2025-01-08.", "Use profile_links_taps with the breakdown contact_button_type."},
		{"", "insights.metric(raech).period(day)", "column 17 of fields: raech is not a metric of accounts.", "Use reach, which is the nearest name."},
		{"", "insights.metric(saved).period(day)", "column 17 of fields: saved is a metric of media, not of accounts.", "Use saves, which is the nearest name for accounts."},
		{"", "insights.metric(reach,online_followers).period(lifetime)", "column 17 of fields: reach has no period lifetime, only day, week and days_28.", "Set the period to day, week or days_28, or choose from online_followers."},
		{"", "insights.metric(reach).period(month)", "column 31 of fields: month is not a period of accounts.", "Choose day, week, days_28 or lifetime."},
		{"", "insights.metric(follower_count).metric_type(total_value).period(day)", "column 17 of fields: follower_count comes as one value a day and has no total over a range.", "Read it day by day, or choose from accounts_engaged, reach, comments, likes, saves, shares, replies, total_interactions, reposts, views, profile_links_taps, profile_views and website_clicks."},
		{"", "insights.metric(follows_and_unfollows).metric_type(total_value).period(day)", "column 1 of fields: follows_and_unfollows has no value without a breakdown.", "Name one or more of follow_type."},
		{"", "insights.metric(views).metric_type(total_value).period(day).breakdown(colour)", "column 71 of fields: colour is not a dimension of accounts.", "Choose from media_product_type, follow_type, contact_button_type, age, city, country and gender."},
		{"", "insights.metric(follower_demographics).metric_type(total_value).period(lifetime).breakdown(age).timeframe(this_wek)", "column 107 of fields: this_wek is not a timeframe.", "Use this_week, which is the nearest name."},
		{"", "insights.metric(reach).period(day){name,valus}", "column 41 of fields: valus is not a field of insights; it is not asked for.", "Use values if that was meant."},
		{"", "insights.metric(reach).period(day).summary(true)", "column 36 of fields: insights have no summary.", "Leave it out."},
		{"", "insights.metrics(reach).metric(reach).period(day)", "column 10 of fields: metrics is not a modifier that is known; it is sent as it is.", "Use metric if that was meant."},
		{"", "insights . metric ( reach,\n reac ) .period(day)", "column 29 of fields: reac is not a metric of accounts.", "Use reach, which is the nearest name."},
		{"media", "insights.metric(engagement)", "column 17 of fields: engagement was removed in v18.0, and from all versions on 2023-12-11.", "Use total_interactions."},
		{"media", "insights.metric(navigation)", "column 17 of fields: navigation is a metric of STORY media, not of FEED or REELS.", "Read STORY media for it, or choose from reach, saved, likes, comments, shares, total_interactions, views, follows, profile_visits, profile_activity, reposts, ig_reels_avg_watch_time, ig_reels_video_view_total_time, reels_skip_rate, crossposted_views, facebook_views, total_comments, total_likes and total_views."},
		{"media", "children{media_type,insights.metric(reach)}", "column 21 of fields: the media of an album have no insights.", "Ask for those of the album."},
		{"tags", "insights.metric(reach)", "column 1 of fields: insights are asked of objects that belong to other accounts, which the API refuses.", "Leave them out."},
		{"", "mentioned_media.media_id(1){insights.metric(reach)}", "column 29 of fields: insights are asked of objects that belong to other accounts, which the API refuses.", "Leave them out."},
	} {
		t.Run(c.fields, func(t *testing.T) {
			l, failures, warnings := tables.Query(query{Name: "q", Endpoint: c.endpoint, Fields: c.fields, Accounts: true, Login: "facebook"})
			require.Empty(t, failures)
			assert.NotNil(t, l)
			assert.Equal(t, remark("fields", c.message, c.action), warnings)
		})
	}
}

func TestQueryInsightsThatFit(t *testing.T) {
	for _, c := range []struct{ login, endpoint, fields string }{
		{"facebook", "", "insights.metric(reach).period(week)"},
		{"facebook", "", "insights.metric(reach,follower_count).period(day).metric_type(time_series).since(10 days ago).until(today)"},
		{"facebook", "", "insights.metric(reach,views).period(day).metric_type(total_value).breakdown(media_product_type,follow_type)"},
		{"facebook", "", "insights.metric(online_followers).period(lifetime)"},
		{"facebook", "", "insights.metric(follower_demographics).period(lifetime).timeframe(this_month).metric_type(total_value).breakdown(country)"},
		{"instagram", "media", "insights.metric(reach,saved,views,reels_skip_rate,profile_activity).period(lifetime)"},
		{"facebook", "stories", "insights.metric(navigation,replies,link_clicks){name,values}"},
		{"facebook", "stories", "insights.metric(navigation).breakdown(story_navigation_action_type)"},
		{"facebook", "", "media{insights.metric(reach)},stories{insights.metric(replies)}"},
	} {
		layoutOf(t, query{Name: "q", Endpoint: c.endpoint, Fields: c.fields, Accounts: true, Login: c.login})
	}
}

// What the rows need is asked for, whatever the braces say, and what insights do not have is not.
func TestQueryFieldsOfInsights(t *testing.T) {
	for fields, want := range map[string]string{
		"insights.metric(reach).period(day)":                                                                    "",
		"insights.metric(reach).period(day){}":                                                                  "",
		"insights.metric(reach).period(day){id}":                                                                "id,name,period,values",
		"insights.metric(reach).period(day){values{value},name}":                                                "values{value},name,period",
		"insights.metric(reach).period(day){period,values,name,name,total_value}":                               "period,values,name,total_value",
		"insights.metric(views).period(day).metric_type(total_value){name}":                                     "name,period,total_value",
		"media{insights.metric(reach){title}}":                                                                  "title,name,period,values",
		"media{insights.metric(profile_activity).breakdown(action_type){values,description}}":                   "values,description,name,period,total_value",
		"media{insights.metric(reach).as(reached){title}},insights.metric(reach).period(day).as(daily){values}": "title,name,period,values",
	} {
		l := layoutOf(t, query{Name: "q", Fields: fields, Accounts: true})
		p := l.Root.Children[0]
		if p.Kind != tables.InsightsPosition {
			p = p.Children[0]
		}
		assert.Equal(t, want, p.Item.Fields.String(), fields)
		assert.Equal(t, want != "", p.Item.Braces, fields)
		_, title := l.Tables[0].Column("title")
		assert.Equal(t, want == "" || p.Item.Fields.Index("title") >= 0, title >= 0, fields)
		_, description := l.Tables[0].Column("description")
		assert.Equal(t, want == "" || p.Item.Fields.Index("description") >= 0, description >= 0, fields)
	}
	l, _, warnings := tables.Query(query{Name: "q", Fields: "insights.metric(reach).period(day){nmae}", Accounts: true})
	assert.Len(t, warnings, 1)
	assert.Empty(t, l.Root.Children[0].Item.Fields)
}

func TestQueryInsightsThatCannotBe(t *testing.T) {
	for _, c := range []struct{ fields, message, action string }{
		{"insights.metric(reach).period(day){name.as(metric)}", "column 36 of fields: name keeps its name in insights.", "Leave .as() out."},
		{"insights.metric(reach).period(day){values{value},values}", "column 50 of fields: values stands twice and differently.", "Leave one of them."},
		{"insights.metric(views).metric_type(total_value).period(day).breakdown(value)", "column 61 of fields: value cannot be a dimension.", "Name dimensions."},
		{"insights.metric(views).metric_type(total_value).period(day).breakdown(id)", "column 61 of fields: id cannot be a dimension.", "Name dimensions."},
		{"insights.metric(views).metric_type(total_value).period(day).breakdown(a b)", "column 61 of fields: \"a b\" cannot be a dimension.", "Name dimensions."},
	} {
		t.Run(c.fields, func(t *testing.T) {
			l, failures, _ := tables.Query(query{Name: "q", Fields: c.fields, Accounts: true})
			assert.Nil(t, l)
			assert.Equal(t, remark("fields", c.message, c.action), failures)
		})
	}
}

func TestQueryTypesOfValues(t *testing.T) {
	for fields, want := range map[string]string{
		"insights.metric(reach).period(day)":                          "int64",
		"insights.metric(online_followers).period(lifetime)":          "int64",
		"insights.metric(impressions).period(day)":                    "int64",
		"insights.metric(reach,smiles).period(day)":                   "utf8",
		"insights.metric(content_views).period(day)":                  "utf8",
		"insights.period(day)":                                        "utf8",
		"media{insights.metric(reach)}":                               "int64",
		"media{insights.metric(reach,reels_skip_rate)}":               "float64",
		"media{insights.metric(reels_skip_rate,follower_count)}":      "utf8",
		"media{comments{insights.metric(reach)}}":                     "utf8",
		"insights.metric(views).metric_type(total_value).period(day)": "int64",
	} {
		l, failures, _ := tables.Query(query{Name: "q", Fields: fields, Accounts: true})
		require.Empty(t, failures)
		c, _ := l.Tables[0].Column("value")
		assert.Equal(t, want, c.Type.String(), fields)
	}
}

func TestQueryDimensions(t *testing.T) {
	l := layoutOf(t, query{
		Name: "people", Accounts: true,
		Fields: "insights.metric(follower_demographics).period(lifetime).metric_type(total_value).breakdown(gender, age,gender).timeframe(this_month){name,total_value}",
	})
	assert.Equal(t, "people_insights (parent_id id key1 key2 end_time age gender)\n"+basic+insightsColumns+" gender:utf8? age:utf8?\n", shownTables(l.Tables))
	p := l.Root.Children[0]
	assert.Equal(t, []string{"gender", "age"}, p.Dimensions)
	assert.Equal(t, "gender", p.Columns[11].Dimension)
	assert.Equal(t, tables.QueryDimension, p.Columns[11].Role)
}

// One sample of the API's own has the plural.
func TestQueryBreakdowns(t *testing.T) {
	l, failures, warnings := tables.Query(query{
		Name: "q", Accounts: true, Endpoint: "insights?metric=views&period=day&metric_type=total_value&breakdowns=follow_type",
	})
	assert.Empty(t, failures)
	assert.Equal(t, remark("endpoint", "breakdowns is not a parameter that is known; it is sent as it is.", "Use breakdown if that was meant."), warnings)
	assert.Equal(t, []string{"follow_type"}, l.Root.Dimensions)
	assert.Equal(t, []string{"views"}, l.Root.Metrics)
}

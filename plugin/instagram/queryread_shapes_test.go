package instagram_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// Insights in every shape that the API knows: by hour, by one dimension and by two, of media by action.
func TestInsightsOfEveryShape(t *testing.T) {
	null := plugintest.Null
	w := graphtest.NewWorld(91, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) { a.Stories = 5 }))
	account := w.AccountIDs()[0]
	from, to := day(t, "2026-11-10"), day(t, "2026-11-17")
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("hours", "", "insights.metric(online_followers).period(lifetime){values}", "accounts", account,
			"since", fmt.Sprint(from.Start().Unix()), "until", fmt.Sprint(to.End().Unix())),
		q("people", "", "insights.metric(follower_demographics).period(lifetime).metric_type(total_value).timeframe(this_month).breakdown(age,gender){total_value}", "accounts", account),
		q("parts", "", "insights.metric(views,likes).period(day).metric_type(total_value).breakdown(media_product_type){total_value}", "accounts", account,
			"since", fmt.Sprint(from.Start().Unix()), "until", fmt.Sprint(to.End().Unix()-1)),
		q("taps", "stories", "caption,insights.metric(navigation).breakdown(story_navigation_action_type){total_value}", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Empty(t, report.Warnings)

	var hours [][]string
	for d := from; d <= to; d++ {
		online, ok := w.OnlineFollowers(account, d)
		require.True(t, ok)
		for _, hour := range slices.Sorted(maps.Keys(online)) {
			hours = append(hours, []string{
				account + "/insights/online_followers/lifetime", account, "page_insights", account, "online_followers", hour, "",
				fmt.Sprint(online[hour]), "lifetime", null, moment(d.End()),
			})
		}
	}
	var got [][]string
	for _, row := range sink.Rows("hours_insights") {
		if row[10] <= moment(to.End()) && row[10] >= moment(from.End()) {
			got = append(got, row)
		}
	}
	require.Equal(t, byCells(hours), byCells(got))

	tuples := func(metric, period, start, end string, list []graphtest.Tuple) (rows [][]string) {
		for _, tuple := range list {
			rows = append(rows, append([]string{
				account + "/insights/" + metric + "/" + period, account, "page_insights", account, metric, "", "",
				fmt.Sprint(tuple.Value), period, start, end,
			}, tuple.Dimensions...))
		}
		return rows
	}
	people, ok := w.Demographics(account, "follower_demographics", "this_month", "age", "gender")
	require.True(t, ok)
	require.Equal(t, tuples("follower_demographics", "lifetime", null, null, people), sink.Rows("people_insights"))

	var parts [][]string
	for _, metric := range []string{"views", "likes"} {
		list, ok := w.Tuples(account, metric, from, to, "media_product_type")
		require.True(t, ok)
		parts = append(parts, tuples(metric, "day", moment(from.Start()), moment(to.End().Add(-1e9)), list)...)
	}
	require.Equal(t, parts, sink.Rows("parts_insights"))

	var taps [][]string
	for _, m := range w.Stories(account) {
		list, _ := w.MediaTuples(m.ID, "navigation", "story_navigation_action_type")
		for _, tuple := range list {
			taps = append(taps, append(lifetimeRow(account, "page_stories_insights", m, "navigation", fmt.Sprint(tuple.Value)), tuple.Dimensions...))
		}
	}
	require.NotEmpty(t, taps)
	require.Equal(t, byCells(taps), byCells(sink.Rows("taps_insights")))
}

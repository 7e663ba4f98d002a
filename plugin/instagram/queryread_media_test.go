package instagram_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// lifetimeRow is a row of insights of a media.
func lifetimeRow(account, node string, m graphtest.Media, metric, value string) []string {
	null := plugintest.Null
	return []string{m.ID + "/insights/" + metric + "/lifetime", account, node, m.ID, metric, "", "", value, "lifetime", null, null}
}

// insightsOracle are the rows of media insights, and, per metric and reason, how many values are absent.
func insightsOracle(w *graphtest.World, list []graphtest.Media, node string, names []string) (rows [][]string, absent map[string]int64) {
	o := oracle{world: w, metrics: names}
	o.chain(list)
	absent = make(map[string]int64)
	for _, s := range o.skipped {
		absent[s.Metric+" "+s.Reason] += s.Count
	}
	lost := strings.Join(o.lost, " ")
	for _, m := range list {
		for _, name := range names {
			if value := insight(w.MediaInsight(m.ID, name)); value != plugintest.Null && !strings.Contains(lost, m.ID) {
				rows = append(rows, lifetimeRow(m.Account, node, m, name, value))
			}
		}
	}
	return rows, absent
}

// absences counts what a report says of absent values.
func absences(r *plugin.Report) map[string]int64 {
	out := make(map[string]int64)
	for _, s := range r.Skipped {
		out[s.Metric+" "+s.Reason] += s.Count
	}
	return out
}

// Insights ride on the pages of posts where every kind has them, and are asked for apart where one kind alone
// has them; posts with peculiarities cost themselves alone.
func TestInsightsOfPostsWithEveryPeculiarity(t *testing.T) {
	const names = "reach,saved,views,likes,ig_reels_avg_watch_time,profile_visits"
	w := graphtest.NewWorld(211, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.PersonalPosts = 260, 60, 30
	}))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("posts", "media", "id,media_type,insights.metric("+names+"){values}", "accounts", account))}
	j.properties["errorHandling"] = "skipOnError"
	sink, report := j.read(t)
	list := w.Media(account)
	rows, absent := insightsOracle(w, list, "page_media_insights", strings.Split(names, ","))
	require.Equal(t, byCells(rows), byCells(sink.Rows("posts_insights")))
	require.Equal(t, absent, absences(report))

	var media [][]string
	deleted := 0
	old := false
	for _, m := range list {
		old = old || m.BeforeConversion && !m.Deleted
		if m.Deleted && !old {
			deleted++
			continue
		}
		media = append(media, []string{m.ID, account, "page_media", account, m.Type})
	}
	require.Positive(t, deleted)
	require.Equal(t, media, sink.Rows("posts_media"))
	require.Equal(t, plugin.StatusPartial, report.Status)
	assert.Contains(t, report.Splits[0].ID, "posts/"+account)
	assert.Contains(t, report.Splits[0].Error, "media ")
	assert.Contains(t, report.Splits[0].Error, "does not exist")
	assert.Empty(t, report.Warnings)
}

// Two insights of one list, one divided: both ride, each under its own name.
func TestInsightsByAlias(t *testing.T) {
	w := graphtest.NewWorld(5, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.Kinds = 120, 0, []graphtest.PostKind{graphtest.FeedImage, graphtest.Reel}
	}))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("m", "media", "id,insights.metric(reach,likes).as(first){values},insights.metric(profile_activity).breakdown(action_type).as(actions){total_value}", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	first, _ := insightsOracle(w, w.Media(account), "page_media_first", []string{"reach", "likes"})
	require.Equal(t, byCells(first), byCells(sink.Rows("m_first")))
	var actions [][]string
	for _, m := range w.Media(account) {
		tuples, _ := w.MediaTuples(m.ID, "profile_activity", "action_type")
		for _, tuple := range tuples {
			row := lifetimeRow(account, "page_media_actions", m, "profile_activity", cell(tuple.Value, true))
			actions = append(actions, append(row, tuple.Dimensions...))
		}
	}
	require.NotEmpty(t, actions)
	got := sink.Rows("m_actions")
	kept := got[:0:0]
	for _, row := range got {
		if row[7] != plugintest.Null { // a media without any action has a row that says so
			kept = append(kept, row)
		}
	}
	require.Equal(t, byCells(actions), byCells(kept))
	require.EqualValues(t, 60, absences(report)["profile_activity not_for_type"])
}

// Where posts predate the conversion, what one of two insights learns does not hide the other's newer values.
func TestTwoInsightsAcrossTheConversion(t *testing.T) {
	w := graphtest.NewWorld(9, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.PersonalPosts, a.Kinds = 90, 0, 40, []graphtest.PostKind{graphtest.FeedImage, graphtest.Reel}
	}))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("m", "media", "id,insights.metric(follows).as(a),insights.metric(ig_reels_avg_watch_time,profile_visits).as(b)", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	for label, names := range map[string][]string{"a": {"follows"}, "b": {"ig_reels_avg_watch_time", "profile_visits"}} {
		want, _ := insightsOracle(w, w.Media(account), "page_media_"+label, names)
		require.NotEmpty(t, want)
		got := sink.Rows("m_" + label)
		for i := range got {
			got[i] = got[i][:11]
		}
		require.Equal(t, byCells(want), byCells(got))
	}
}

// A metric that the API does not have any more costs one call; the others come.
func TestAMetricThatIsGone(t *testing.T) {
	w := graphtest.NewWorld(7, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 230, 0 }))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("old", "media", "id,insights.metric(engagement,reach,saved)", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	list := w.Media(account)
	values := make(map[string]string)
	for _, row := range sink.Rows("old_insights") {
		values[row[3]+" "+row[4]] = row[7]
	}
	require.Len(t, values, 2*len(list))
	for _, m := range list {
		require.Equal(t, insight(w.MediaInsight(m.ID, "reach")), values[m.ID+" reach"])
	}
	require.Equal(t, map[string]int64{"engagement refused_metric": int64(len(list))}, absences(report))
	require.EqualValues(t, ceil(len(list), 100)+1+pageTokenCalls, report.Calls.Counted)
}

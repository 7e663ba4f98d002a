package instagram_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// A second day of queries costs what is new, and what hangs on young posts is read again.
func TestASecondDayOfQueries(t *testing.T) {
	d := newTarget(t, 269, yearOfPosts(nil))
	id := d.world.AccountIDs()[0]
	source := querying(
		q("posts", "media", "caption,insights.metric(reach)", "accounts", id),
		q("reach", "insights?metric=reach&period=day", "", "accounts", id, "since", "2026-08-01"),
		q("tags", "tags", "caption", "accounts", id),
	)
	source["incremental"] = "true"
	first := d.today(t, source)
	newest := d.world.Media(id)[0].Timestamp.UTC().Format(time.RFC3339)
	require.Equal(t, map[string]string{
		"query/posts/" + id: `{"until":"` + newest + `"}`,
		"query/reach/" + id: `{"since":"2026-08-01T00:00:00Z","until":"2026-11-20T08:00:00Z"}`,
	}, d.reached(t, 0))
	d.asked.take()
	d.clock.Advance(24 * time.Hour)
	second := d.today(t, source)
	t.Log(first, second)
	require.EqualValues(t, 5, second, "the Page's token, one page of posts, one window of reach, and tagged media as ever")
	require.Equal(t, `{"since":"2026-08-01T00:00:00Z","until":"2026-11-21T08:00:00Z"}`, d.reached(t, 0)["query/reach/"+id])
	fresh := &target{clock: d.clock, world: d.world, server: d.server, asked: d.asked}
	fresh.today(t, source)
	require.NotEmpty(t, d.tables())
	for _, table := range d.tables() {
		require.ElementsMatch(t, fresh.keeper.Committed(table), d.keeper.Committed(table), table)
	}
}

// A query that loses an object reads from where it was before.
func TestAQueryThatLosesAnObjectStaysWhereItWas(t *testing.T) {
	d := newTarget(t, 281, yearOfPosts(nil))
	id := d.world.AccountIDs()[0]
	source := querying(q("posts", "media", "caption,insights.metric(reach,ig_reels_avg_watch_time)", "accounts", id))
	source["incremental"], source["errorHandling"] = "true", "skipOnError"
	var reel graphtest.Media
	for _, m := range d.world.Media(id)[200:] {
		if m.ProductType == "REELS" {
			reel = m
			break
		}
	}
	d.server.SetRules(graphtest.Rule{Fault: denied, Path: reel.ID + "/insights"})
	report, _, err := d.run(t, now, source)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Empty(t, d.reached(t, 0))
	table := d.tables()[0]
	require.Len(t, d.keeper.Committed(table), 499)
	d.server.SetRules()
	d.clock.Advance(24 * time.Hour)
	d.today(t, source)
	require.Len(t, d.keeper.Committed(table), 500)
	require.Len(t, d.reached(t, 0), 1)
}

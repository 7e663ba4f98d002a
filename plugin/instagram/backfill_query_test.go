package instagram_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// Queries of years read what is kept, in order, and say what is not.
func TestAQueryOverYearsEndsWhereTheAPIEnds(t *testing.T) {
	from, to := day(t, "2022-11-22"), day(t, "2026-11-21")
	run := func(t *testing.T, endpoint string, until time.Time, options ...graphtest.Option) (*graphtest.World, [][]string, *plugin.Report, int) {
		asked := new(calls)
		w := graphtest.NewWorld(317, graphtest.WithNow(now), graphtest.WithHistory(3000), graphtest.WithAccounts(1))
		j := job{world: w, server: graphtest.Start(t, w, append(options, asked.option())...), properties: querying(
			q("years", endpoint, "", "accounts", w.AccountIDs()[0], "since", fmt.Sprint(from.Start().Unix()), "until", fmt.Sprint(until.Unix())))}
		sink, report := j.read(t)
		return w, sink.Rows("years_insights"), report, len(asked.insights()) / 2 // it is read twice
	}
	for _, reading := range graphtest.Readings() {
		t.Run("series/"+reading.String(), func(t *testing.T) {
			w, rows, report, made := run(t, "insights?metric=reach&period=day", to.End(), graphtest.WithReading(reading))
			id := w.AccountIDs()[0]
			first := day(t, twoYearsAgo)
			if reading.ByBucketStart {
				first++ // it began before the history does
			}
			var want [][]string
			for d := first; d <= to; d++ {
				v, ok := w.Daily(id, "reach", d)
				require.True(t, ok)
				want = append(want, seriesRow(id, "reach", d, v))
			}
			got := make([][]string, 0, len(rows))
			for _, row := range rows {
				got = append(got, row[:len(want[0])])
			}
			if reading.ByBucketStart { // the end of the last day is the start of the next
				require.Equal(t, to+1, day(t, "2026-11-22"))
				want = append(want, got[len(got)-1])
			}
			if reading.SinceExcluded || reading.UntilExcluded || reading.ByBucketStart {
				require.InDelta(t, len(want), len(got), 1, "the last instant counts or not")
				want = want[:len(got)]
			}
			require.Equal(t, want, got)
			require.Equal(t, map[string]int64{"reach beyond_reach 100": 731}, skips(report))
			// 26 windows, and the one in which the history begins thrice: whole, what is left of it, and the day before.
			require.Equal(t, 26+3, made)
		})
	}
	t.Run("totals", func(t *testing.T) {
		w, rows, report, made := run(t, "insights?metric=views&period=day&metric_type=total_value", to.End().Add(-time.Second))
		require.Len(t, rows, 25)
		require.True(t, slices.IsSortedFunc(rows, func(a, b []string) int { return strings.Compare(a[9], b[9]) }))
		require.Equal(t, moment(day(t, "2024-11-23").Start()), rows[0][9], "the first whole day")
		var sum int64
		for _, row := range rows {
			v, err := strconv.ParseInt(row[7], 10, 64)
			require.NoError(t, err)
			sum += v
		}
		total, ok := w.Total(w.AccountIDs()[0], "views", day(t, "2024-11-23"), to)
		require.True(t, ok)
		require.Equal(t, total, sum)
		require.Equal(t, map[string]int64{"views beyond_reach 100": 25}, skips(report))
		require.Equal(t, 25+1, made)
	})
}

// Wherever a query asks for days of which nothing is kept, it says so, and is complete.
func TestQueriesOfDaysThatAreGone(t *testing.T) {
	const series, total = "insights.metric(reach,follower_count).period(day)", "insights.metric(views,likes).period(day).metric_type(total_value)"
	const old, recent = ".since(2024-01-01).until(2024-01-20)", ".since(2026-11-01).until(2026-11-20)"
	both := map[string]int64{"views beyond_reach 100": 2, "likes beyond_reach 100": 2}
	for name, c := range map[string]struct {
		query   map[string]any
		rows    int
		skipped map[string]int64
		calls   int // for insights
	}{
		"inside an account": {q("q", "", "username,"+total+old), 0, both, 2},
		"inside an account, in part": {
			q("q", "", "username,insights.metric(reach).period(day).since(2024-11-20).until(2024-11-30)"), 2 * 7, map[string]int64{"reach beyond_reach 100": 2 * 3}, 2 * 3,
		},
		"inside the accounts of a list": {
			q("q", "me/accounts", "name,instagram_business_account{username,"+total+old+"}", "accounts", "none"), 0, both, 2,
		},
		"inside the accounts of a list, beyond a metric's reach": {
			q("q", "me/accounts", "name,instagram_business_account{username,"+series+".since(2026-09-01).until(2026-09-20)}", "accounts", "none"),
			2 * 19,
			map[string]int64{"follower_count beyond_reach 100": 2},
			2 + 2,
		},
		"inside the accounts of a list, not gone": {
			q("q", "me/accounts", "name,instagram_business_account{username,"+series+recent+"}", "accounts", "none"), 2 * 2 * 19, map[string]int64{}, 2,
		},
		"until alone": {q("q", "insights?metric=reach&period=day", "", "until", "2024-01-20"), 0, map[string]int64{"reach beyond_reach 100": 2}, 2},
		"a total until alone": {
			q("q", "insights?metric=views,likes&period=day&metric_type=total_value", "", "until", "2024-01-20"), 0, both, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := graphtest.NewWorld(337, graphtest.WithNow(now), graphtest.WithAccounts(2))
			asked := new(calls)
			_, given := c.query["accounts"]
			if !given {
				c.query["accounts"] = "all"
			}
			sink, report, err := job{world: w, server: graphtest.Start(t, w, asked.option()), properties: querying(c.query)}.run(t)
			require.NoError(t, err)
			require.Equal(t, plugin.StatusComplete, report.Status)
			require.Len(t, sink.Rows("q_insights"), c.rows)
			require.Equal(t, c.skipped, skips(report))
			require.Len(t, asked.insights(), c.calls)
		})
	}
}

package instagram_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// seriesRow is a row of a time series of an account.
func seriesRow(account, metric string, end graphtest.Day, value int64) []string {
	return []string{
		account + "/insights/" + metric + "/day", account, "page_insights", account, metric, "", "", fmt.Sprint(value), "day",
		plugintest.Null, moment(end.End()),
	}
}

// A range of half a year is read in windows; under every reading of since and until each day inside comes once,
// and follower_count, which reaches back less far, costs nobody else.
func TestSeriesOverManyWindowsUnderEveryReading(t *testing.T) {
	for _, reading := range graphtest.Readings() {
		t.Run(reading.String(), func(t *testing.T) {
			w := graphtest.NewWorld(31, graphtest.WithClock(newClock()), graphtest.WithAccounts(1))
			account := w.AccountIDs()[0]
			since, until := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
			j := job{world: w, server: graphtest.Start(t, w, graphtest.WithReading(reading)), properties: querying(
				q("days", "", "insights.metric(reach,follower_count).period(day){values}", "accounts", account, "since", fmt.Sprint(since.Unix()), "until", fmt.Sprint(until.Unix())))}
			sink, report := j.read(t)
			require.Equal(t, plugin.StatusComplete, report.Status)
			var want [][]string
			for d := day(t, "2026-05-01"); d <= day(t, "2026-11-30"); d++ {
				at := d.End()
				if reading.ByBucketStart {
					at = d.Start()
				}
				if at.Before(since) || at.After(until) {
					continue
				}
				if v, ok := w.Daily(account, "reach", d); ok {
					want = append(want, seriesRow(account, "reach", d, v))
				}
			}
			require.Greater(t, len(want), 180)
			var reach, followers [][]string
			for _, row := range sink.Rows("days_insights") {
				if row[4] == "reach" {
					reach = append(reach, row)
					continue
				}
				followers = append(followers, row)
			}
			require.Equal(t, want, reach)
			require.NotEmpty(t, followers)
			for _, row := range followers {
				end, err := time.Parse(time.RFC3339, row[10])
				require.NoError(t, err)
				v, ok := w.Daily(account, "follower_count", graphtest.DayOf(end.Add(-time.Hour)))
				require.True(t, ok)
				require.Equal(t, fmt.Sprint(v), row[7])
			}
			require.GreaterOrEqual(t, len(followers), 27)
			require.Contains(t, absences(report), "follower_count beyond_reach")
			// seven windows, and one for follower_count
			require.EqualValues(t, 8, report.Calls.Counted-pageTokenCalls)
		})
	}
}

// pageTokenCalls is what asking for the Pages' tokens takes.
const pageTokenCalls = 1

// A total over more than thirty days comes as one row a window, each with its window, and no day is lost or twice.
func TestTotalsOverManyWindows(t *testing.T) {
	for _, reading := range graphtest.Readings() {
		t.Run(reading.String(), func(t *testing.T) {
			w := graphtest.NewWorld(32, graphtest.WithClock(newClock()), graphtest.WithAccounts(1))
			account := w.AccountIDs()[0]
			since, until := day(t, "2026-08-03").Start().Add(time.Hour), day(t, "2026-11-20").End().Add(-time.Hour)
			j := job{world: w, server: graphtest.Start(t, w, graphtest.WithReading(reading)), properties: querying(
				q("t", "insights", "", "endpoint", "insights?metric=views,likes&period=day&metric_type=total_value", "accounts", account,
					"since", fmt.Sprint(since.Unix()), "until", fmt.Sprint(until.Unix())))}
			sink, report := j.read(t)
			require.Equal(t, plugin.StatusComplete, report.Status)
			rows := sink.Rows("t_insights")
			sums := make(map[string]int64)
			for _, row := range rows {
				var v int64
				_, err := fmt.Sscan(row[7], &v)
				require.NoError(t, err)
				sums[row[4]] += v
				require.NotEqual(t, plugintest.Null, row[9])
				require.NotEqual(t, plugintest.Null, row[10])
			}
			require.Equal(t, moment(since), rows[0][9])
			require.Equal(t, moment(until), rows[len(rows)-1][10])
			for _, metric := range []string{"views", "likes"} {
				total, ok := w.Total(account, metric, day(t, "2026-08-03"), day(t, "2026-11-20"))
				require.True(t, ok)
				require.Equal(t, total, sums[metric], metric)
			}
			require.EqualValues(t, 4, report.Calls.Counted-pageTokenCalls)
		})
	}
}

// One metric that the API refuses by name, one that it does not name: the others come.
func TestRefusedMetricsOfAnAccount(t *testing.T) {
	w := graphtest.NewWorld(33, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) { a.Refused = []string{"likes"} }))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("t", "", "insights.metric(views,likes,shares).period(day).metric_type(total_value)", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var names []string
	for _, row := range sink.Rows("t_insights") {
		names = append(names, row[4])
	}
	require.Equal(t, []string{"views", "shares"}, names)
	require.Equal(t, map[string]int64{"likes refused_metric": 1}, absences(report))

	unnamed := graphtest.ErrorFault("unnamed", graphtest.Error{Status: 400, Code: 100, Message: "(#100) Something is wrong"}, graphtest.Refused)
	j.server.SetRules(graphtest.Rule{Fault: unnamed, Metric: "shares"})
	j.server.ResetStats()
	sink, report = j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Len(t, sink.Rows("t_insights"), 1)
	require.Equal(t, map[string]int64{"likes refused_metric": 1, "shares refused_metric": 1}, absences(report))

	j.server.SetRules(graphtest.Rule{Fault: unnamed, Path: "*/insights"})
	_, report, err := j.run(t)
	require.ErrorContains(t, err, "every metric of the call was refused")
	require.Equal(t, plugin.StatusFailed, report.Status)
	require.True(t, strings.Contains(err.Error(), "t/"+account))
}

package instagram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// mainMetrics are two time series and six totals.
var mainMetrics = []string{"reach", "follower_count", "views", "accounts_engaged", "total_interactions", "likes", "saves", "shares"}

// wantDaily is every row of daily values that the world holds, computed from it alone.
func wantDaily(w *graphtest.World, accounts, metrics []string, from, to graphtest.Day) [][]string {
	var rows [][]string
	for _, account := range accounts {
		a, _ := w.Account(account)
		for d := from; d <= to; d++ {
			row := []string{account, d.String(), moment(d.End()), "day"}
			came := false
			for _, m := range metrics {
				v, ok := w.Daily(account, m, d)
				ok = ok && !slices.Contains(a.Refused, m)
				came = came || ok
				row = append(row, cell(v, ok))
			}
			if came {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func TestMainJobIsExactWhicheverWayUntilIsRead(t *testing.T) {
	for _, reading := range graphtest.Readings() {
		for _, login := range []string{"facebook", "instagram"} {
			t.Run(login+"/"+reading.String(), func(t *testing.T) {
				t.Parallel()
				w := graphtest.NewWorld(7, graphtest.WithNow(now), graphtest.WithAccounts(3))
				j := job{world: w, parallelism: 4, properties: properties(map[string]string{
					"accountMetrics": strings.Join(mainMetrics, ","), "fromDate": "2026-09-18", "toDate": "2026-11-21", "login": login,
				})}
				accounts := sorted(w)
				if login == "instagram" {
					j.host = graphtest.Instagram
					accounts = w.AccountIDs()[:1]
				}
				j.server = graphtest.Start(t, w, graphtest.WithHost(j.host), graphtest.WithReading(reading))
				rows, report := j.rows(t)
				require.Equal(t, wantDaily(w, accounts, mainMetrics, day(t, "2026-09-18"), day(t, "2026-11-21")), rows)
				require.Len(t, rows, 65*len(accounts))

				// 65 days: three windows of one series call each, 65 totals, and follower_count apart
				// where its reach ends.
				stats := j.server.Stats()
				wantCalls := int64(len(accounts)*(3+65+1) + 1)
				assert.Equal(t, wantCalls, report.Calls.Counted)
				assert.Equal(t, stats.Calls, report.Calls.Counted)
				assert.Equal(t, stats.Requests, report.Calls.Requests)
				assert.Equal(t, stats.BytesOut, report.Calls.Bytes)
				assert.Zero(t, report.Calls.Retries)
				assert.Zero(t, stats.QueryTokens)
				if login == "facebook" {
					assert.LessOrEqual(t, report.Calls.Counted, int64(214))
					assert.LessOrEqual(t, report.Calls.Requests, int64(11))
				}
				require.Equal(t, []plugin.SkippedReport{{
					Metric: "follower_count", Reason: "beyond_reach", Count: int64(35 * len(accounts)), Objects: accounts,
					From: "2026-09-18", To: "2026-10-22",
				}}, report.Skipped)
			})
		}
	}
}

func TestSameRowsAtAnyParallelism(t *testing.T) {
	w := graphtest.NewWorld(11, graphtest.WithNow(now), graphtest.WithAccounts(5))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
		"accountMetrics": "reach,views,likes", "fromDate": "2026-08-01", "toDate": "2026-11-21",
	})}
	j.parallelism = 1
	one, first := j.rows(t)
	j.parallelism = 16
	many, second := j.rows(t)
	require.Equal(t, one, many)
	require.Equal(t, first, second)
}

func TestBreakdownsHaveARowForEachTuple(t *testing.T) {
	w := graphtest.NewWorld(3, graphtest.WithNow(now), graphtest.WithAccounts(2))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
		"accountMetrics": "views,reach", "breakdown": "media_product_type,follow_type", "fromDate": "2026-10-30", "toDate": "2026-11-03",
	})}
	rows, _ := j.rows(t)
	var want [][]string
	for _, account := range sorted(w) {
		for d := day(t, "2026-10-30"); d <= day(t, "2026-11-03"); d++ {
			want = append(want, wantTuples(w, account, d, d, []string{"views", "reach"}, []string{"media_product_type", "follow_type"},
				account, d.String(), moment(d.End()), "day")...)
		}
	}
	require.NotEmpty(t, want)
	require.Equal(t, want, rows)
}

// wantTuples are the rows of one account and span, tuples bytewise.
func wantTuples(w *graphtest.World, account string, from, to graphtest.Day, metrics, dims []string, head ...string) [][]string {
	values := make(map[string]map[string]string)
	for _, m := range metrics {
		tuples, _ := w.Tuples(account, m, from, to, dims...)
		for _, tuple := range tuples {
			key := strings.Join(tuple.Dimensions, "\x00")
			if values[key] == nil {
				values[key] = make(map[string]string)
			}
			values[key][m] = cell(tuple.Value, true)
		}
	}
	var keys []string
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var rows [][]string
	for _, k := range keys {
		row := append(slices.Clone(head), strings.Split(k, "\x00")...)
		for _, m := range metrics {
			v, ok := values[k][m]
			if !ok {
				v = plugintest.Null
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestFollowsAndUnfollowsNotYetPublished(t *testing.T) {
	w := graphtest.NewWorld(5, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.PendingFollows = 2 }))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
		"accountMetrics": "follows_and_unfollows", "breakdown": "follow_type", "fromDate": "2026-11-17", "toDate": "2026-11-21",
	})}
	rows, report := j.rows(t)
	account := w.AccountIDs()[0]
	var want [][]string
	for d := day(t, "2026-11-17"); d <= day(t, "2026-11-19"); d++ {
		want = append(want, wantTuples(w, account, d, d, []string{"follows_and_unfollows"}, []string{"follow_type"},
			account, d.String(), moment(d.End()), "day")...)
	}
	require.Equal(t, want, rows)
	require.Equal(t, []plugin.SkippedReport{{
		Split: account + "/2026-11-17..2026-11-21", Metric: "follows_and_unfollows", Reason: "not_published", Count: 2,
		Objects: []string{account}, From: "2026-11-20", To: "2026-11-21",
	}}, report.Skipped)
}

func TestRangeIsOneRow(t *testing.T) {
	w := graphtest.NewWorld(9, graphtest.WithNow(now), graphtest.WithAccounts(2))
	t.Run("additive over several windows", func(t *testing.T) {
		j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
			"accountMetrics": "views,likes", "aggregate": "range", "fromDate": "2026-08-01", "toDate": "2026-11-21",
		})}
		rows, report := j.rows(t)
		from, to := day(t, "2026-08-01"), day(t, "2026-11-21")
		var want [][]string
		for _, account := range sorted(w) {
			row := []string{account, moment(from.Start()), moment(to.End()), "day"}
			for _, m := range []string{"views", "likes"} {
				v, ok := w.Total(account, m, from, to)
				row = append(row, cell(v, ok))
			}
			want = append(want, row)
		}
		require.Equal(t, want, rows)
		require.EqualValues(t, 2*4+1, report.Calls.Counted) // 113 days in windows of 30
		require.Len(t, report.Splits, 2)
	})
	t.Run("unique accounts in one window", func(t *testing.T) {
		j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
			"accountMetrics": "reach,views", "aggregate": "range", "fromDate": "2026-10-24", "toDate": "2026-11-21",
		})}
		rows, _ := j.rows(t)
		require.Len(t, rows, 2)
		for i, account := range sorted(w) {
			v, ok := w.Total(account, "reach", day(t, "2026-10-24"), day(t, "2026-11-21"))
			require.Equal(t, cell(v, ok), rows[i][4])
		}
	})
	t.Run("with a breakdown", func(t *testing.T) {
		j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
			"accountMetrics": "views,likes", "aggregate": "range", "breakdown": "media_product_type", "fromDate": "2026-09-01", "toDate": "2026-11-21",
		})}
		rows, _ := j.rows(t)
		from, to := day(t, "2026-09-01"), day(t, "2026-11-21")
		var want [][]string
		for _, account := range sorted(w) {
			want = append(want, wantTuples(w, account, from, to, []string{"views", "likes"}, []string{"media_product_type"},
				account, moment(from.Start()), moment(to.End()), "day")...)
		}
		require.Equal(t, want, rows)
	})
}

func TestDemographics(t *testing.T) {
	for _, timeframe := range []bool{false, true} {
		t.Run(fmt.Sprintf("timeframe dimension %v", timeframe), func(t *testing.T) {
			w := graphtest.NewWorld(13, graphtest.WithNow(now),
				graphtest.WithAccount(func(a *graphtest.Account) { a.TimeframeDimension = timeframe }),
				graphtest.WithAccount(func(a *graphtest.Account) { a.TimeframeDimension = timeframe; a.Followers = 60 }))
			j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
				"accountId": strings.Join(w.AccountIDs(), ","), "accountMetrics": "follower_demographics,engaged_audience_demographics",
				"period": "lifetime", "breakdown": "age,gender", "fromDate": "", "toDate": "",
			})}
			rows, report := j.rows(t)
			var want [][]string
			for _, account := range w.AccountIDs() {
				want = append(want, wantDemographics(w, account, "this_month", []string{"age", "gender"})...)
			}
			require.NotEmpty(t, want)
			require.Equal(t, want, rows)
			require.EqualValues(t, 2, report.Calls.Counted)
			require.Contains(t, report.Skipped, plugin.SkippedReport{
				Split: w.AccountIDs()[1], Metric: "follower_demographics", Reason: "no_data", Count: 1, Objects: w.AccountIDs()[1:],
			})
		})
	}
}

func wantDemographics(w *graphtest.World, account, timeframe string, dims []string) [][]string {
	metrics := []string{"follower_demographics", "engaged_audience_demographics"}
	values := make(map[string][]string)
	for i, m := range metrics {
		tuples, _ := w.Demographics(account, m, timeframe, dims...)
		for _, tuple := range tuples {
			key := strings.Join(tuple.Dimensions, "\x00")
			if values[key] == nil {
				values[key] = []string{plugintest.Null, plugintest.Null}
			}
			values[key][i] = cell(tuple.Value, true)
		}
	}
	var keys []string
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var rows [][]string
	for _, k := range keys {
		row := append([]string{account, "lifetime", timeframe}, strings.Split(k, "\x00")...)
		rows = append(rows, append(append(row, values[k]...), moment(now)))
	}
	return rows
}

func TestOnlineFollowers(t *testing.T) {
	empty := day(t, "2026-11-03")
	w := graphtest.NewWorld(17, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.EmptyOnline = []graphtest.Day{empty} }))
	account := w.AccountIDs()[0]
	online := map[string]string{"accountMetrics": "online_followers", "period": "lifetime", "fromDate": "", "toDate": ""}
	t.Run("wide", func(t *testing.T) {
		j := job{world: w, server: graphtest.Start(t, w), properties: properties(online)}
		rows, report := j.rows(t)
		var want [][]string
		for d := w.Today() - 30; d < w.Today(); d++ {
			hours, ok := w.OnlineFollowers(account, d)
			if !ok || len(hours) == 0 {
				continue
			}
			want = append(want, []string{account, d.String(), moment(d.End()), "lifetime", hoursJSON(hours)})
		}
		require.Len(t, want, 29)
		require.Equal(t, want, rows)
		require.Equal(t, []plugin.SkippedReport{{
			Split: account + "/2026-10-25..2026-11-21", Metric: "online_followers", Reason: "no_data", Count: 1,
			Objects: []string{account}, From: "2026-11-03", To: "2026-11-03",
		}}, report.Skipped)
	})
	t.Run("long", func(t *testing.T) {
		long := properties(online)
		long["layout"] = "long"
		j := job{world: w, server: graphtest.Start(t, w), properties: long}
		rows, _ := j.rows(t)
		var want [][]string
		for d := w.Today() - 30; d < w.Today(); d++ {
			hours, _ := w.OnlineFollowers(account, d)
			for h := range 24 {
				if v, ok := hours[fmt.Sprint(h)]; ok {
					want = append(want, []string{account, d.String(), "online_followers", "lifetime", moment(d.End()), fmt.Sprint(h), cell(v, true)})
				}
			}
		}
		require.Equal(t, want, rows)
	})
}

// hoursJSON is the hours in numeric order, which is the order the server writes them in.
func hoursJSON(hours map[string]int64) string {
	var parts []string
	for h := range 24 {
		if v, ok := hours[fmt.Sprint(h)]; ok {
			parts = append(parts, fmt.Sprintf("%q:%d", fmt.Sprint(h), v))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestLongLayout(t *testing.T) {
	w := graphtest.NewWorld(19, graphtest.WithNow(now), graphtest.WithAccounts(1))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{"layout": "long", "accountMetrics": "views,reach"})}
	rows, _ := j.rows(t)
	account := w.AccountIDs()[0]
	var want [][]string
	for d := day(t, "2026-11-15"); d <= day(t, "2026-11-21"); d++ {
		for _, m := range []string{"views", "reach"} {
			if v, ok := w.Daily(account, m, d); ok {
				want = append(want, []string{account, d.String(), m, "day", moment(d.End()), cell(v, true)})
			}
		}
	}
	require.Equal(t, want, rows)
}

func TestRollingPeriods(t *testing.T) {
	w := graphtest.NewWorld(23, graphtest.WithNow(now), graphtest.WithAccounts(1))
	for period, days := range map[string]int{"week": 7, "days_28": 28} {
		j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
			"accountMetrics": "reach", "period": period, "fromDate": "2026-10-20",
		})}
		rows, report := j.rows(t)
		account := w.AccountIDs()[0]
		var want [][]string
		for d := day(t, "2026-10-20"); d <= day(t, "2026-11-21"); d++ {
			v, ok := w.Rolling(account, "reach", d, days)
			want = append(want, []string{account, d.String(), moment(d.End()), period, cell(v, ok)})
		}
		require.Equal(t, want, rows)
		require.EqualValues(t, 3, report.Calls.Counted)
	}
}

func TestAbsentValuesAreExplained(t *testing.T) {
	gap := day(t, "2026-11-18")
	w := graphtest.NewWorld(29, graphtest.WithNow(now),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Absent = []string{"likes"}; a.WithoutData = []graphtest.Day{gap} }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = 42 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = 43; a.TooFewFails = true }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Refused = []string{"shares"} }))
	metrics := []string{"follower_count", "reach", "views", "likes", "shares"}
	ids := w.AccountIDs()
	for name, accounts := range map[string]string{"all": "all", "ids": strings.Join(ids, ",")} {
		t.Run(name, func(t *testing.T) {
			j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
				"accountId": accounts, "accountMetrics": strings.Join(metrics, ","),
			})}
			rows, report := j.rows(t)
			order := ids
			if accounts == "all" {
				order = sorted(w)
			}
			require.Equal(t, wantDaily(w, order, metrics, day(t, "2026-11-15"), day(t, "2026-11-21")), rows)
			reasons := make(map[string]int64)
			for _, s := range report.Skipped {
				reasons[s.Metric+" "+s.Reason] += s.Count
			}
			want := map[string]int64{
				"follower_count no_data": 1, "reach no_data": 1, "views no_data": 1, "likes no_data": 7, "shares no_data": 1,
				"shares refused_metric": 7, "follower_count too_few_followers": 14,
			}
			if accounts != "all" { // nothing says how many followers the second account has
				want["follower_count too_few_followers"] = 7
				want["follower_count no_data"] = 8
			}
			require.Equal(t, want, reasons)
		})
	}
}

func TestTodayCounts(t *testing.T) {
	w := graphtest.NewWorld(31, graphtest.WithNow(now), graphtest.WithAccounts(1))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
		"accountMetrics": "follower_count,reach,views", "fromDate": "yesterday", "toDate": "tomorrow",
	})}
	rows, report := j.rows(t)
	require.Equal(t, wantDaily(w, w.AccountIDs(), []string{"follower_count", "reach", "views"}, w.Today()-1, w.Today()), rows)
	require.Len(t, rows, 2)
	require.Equal(t, plugintest.Null, rows[1][4])
	require.Equal(t, "not_published", report.Skipped[0].Reason)
}

package instagram_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// queryFaultJob reads lists of lists, insights that ride and insights that are asked apart, on a clock that waits
// move on.
func queryFaultJob(t *testing.T, login string, options ...graphtest.Option) job {
	t.Helper()
	clk := newClock()
	account := graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille = 12, 0
		a.Kinds = []graphtest.PostKind{graphtest.FeedImage, graphtest.FeedAlbum, graphtest.FeedVideo, graphtest.FeedImage, graphtest.Reel}
		a.CommentCount = func(m graphtest.Media) int { return []int{0, 60, 2}[min(m.Index%6, 2)] }
		a.ReplyCount = func(c graphtest.Comment) int { return []int{1, 55}[min(c.Index/59, 1)] }
		a.EachMedia = func(m *graphtest.Media) {
			m.Refused = some(m.Index == 6, "saved")
			m.BeforeConversion = m.Index >= 10
		}
	})
	w := graphtest.NewWorld(113, graphtest.WithClock(clk), account, account)
	ids := w.AccountIDs()
	j := job{world: w, clock: clk, parallelism: 2}
	if login == "instagram" {
		j.host, ids = graphtest.Instagram, ids[:1]
	}
	all := strings.Join(ids, ",")
	j.properties = querying(
		q("talk", "media", "id,caption,comments{text,replies{text}},insights.metric(reach,saved,ig_reels_avg_watch_time){values}", "accounts", all),
		q("days", "", "username,insights.metric(reach).period(day).since(40 days ago)", "accounts", all))
	j.properties["login"] = login
	j.properties["requestTimeout"] = "300ms"
	j.properties["maxRetryDuration"] = "3h"
	j.server = graphtest.Start(t, w, append(options, graphtest.WithHost(j.host))...)
	return j
}

// everything are the rows of all tables.
func everything(t *testing.T, j job) (map[string][][]string, *plugin.Report, error) {
	t.Helper()
	sink, report, err := j.run(t)
	assertNoToken(t, j, report, err)
	out := make(map[string][][]string)
	for _, table := range sink.Tables() {
		out[table.Name] = byCells(sink.Rows(table.Name)) // smaller pages bring them in another order
	}
	return out, report, err
}

func TestEveryFaultOnceOnQueries(t *testing.T) {
	for _, login := range []string{"facebook", "instagram"} {
		want, _, err := everything(t, queryFaultJob(t, login))
		require.NoError(t, err)
		for _, nth := range []int{3, 9} {
			for _, fault := range graphtest.AllFaults() {
				t.Run(fmt.Sprint(login, "/", fault.Name, "/", nth), func(t *testing.T) {
					t.Parallel()
					j := queryFaultJob(t, login, graphtest.WithRules(graphtest.Rule{Fault: fault, Nth: nth}))
					got, report, err := everything(t, j)
					struck := j.server.Stats().Faults[fault.Name] > 0
					switch {
					case !struck, fault.Outcome <= graphtest.Smaller:
						require.NoError(t, err)
						require.Equal(t, plugin.StatusComplete, report.Status)
						require.Equal(t, want, got)
						assert.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
					case err == nil: // another token did it
						require.Equal(t, want, got)
					default:
						require.Equal(t, plugin.StatusFailed, report.Status)
						if fault.Error.Code != 0 {
							require.ErrorContains(t, err, fmt.Sprint("code ", fault.Error.Code))
						}
					}
				})
			}
		}
	}
}

func TestMixedFaultsLeaveQueriesExact(t *testing.T) {
	var faults []graphtest.Fault
	for _, f := range graphtest.AllFaults() {
		if f.Outcome <= graphtest.Smaller && f.Kind != graphtest.Hang {
			faults = append(faults, f)
		}
	}
	for _, login := range []string{"facebook", "instagram"} {
		want, _, err := everything(t, queryFaultJob(t, login))
		require.NoError(t, err)
		for seed := range uint64(4) {
			t.Run(fmt.Sprint(login, "/seed ", seed), func(t *testing.T) {
				j := queryFaultJob(t, login, graphtest.WithRules(graphtest.MixedRules(seed, 0.05, faults...)...))
				got, report, err := everything(t, j)
				require.NoError(t, err)
				require.Equal(t, plugin.StatusComplete, report.Status)
				require.Equal(t, want, got)
				require.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
			})
		}
	}
}

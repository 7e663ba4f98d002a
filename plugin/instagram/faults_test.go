package instagram_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// faultWorld is small, and on a clock that waits move on, the server's included.
func faultJob(t *testing.T, login string, options ...graphtest.Option) (job, [][]string) {
	t.Helper()
	clk := newClock()
	w := graphtest.NewWorld(37, graphtest.WithClock(clk), graphtest.WithAccounts(2))
	j := job{world: w, clock: clk, parallelism: 2, properties: properties(map[string]string{
		"accountId": strings.Join(w.AccountIDs(), ","), "accountMetrics": "reach,follower_count,views,likes",
		"fromDate": "2026-10-15", "toDate": "2026-11-14", "login": login,
	})}
	if login == "instagram" {
		j.host = graphtest.Instagram
		j.properties["accountId"] = w.AccountIDs()[0]
	}
	// What the figures are is fixed before the clock moves: only today's grow.
	want := wantDaily(w, strings.Split(j.properties["accountId"], ","), strings.Split(j.properties["accountMetrics"], ","),
		day(t, "2026-10-15"), day(t, "2026-11-14"))
	j.server = graphtest.Start(t, w, append(options, graphtest.WithHost(j.host))...)
	return j, want
}

func TestEveryFaultOnce(t *testing.T) {
	for _, login := range []string{"facebook", "instagram"} {
		for _, fault := range graphtest.AllFaults() {
			t.Run(login+"/"+fault.Name, func(t *testing.T) {
				t.Parallel()
				j, want := faultJob(t, login, graphtest.WithRules(graphtest.Rule{Fault: fault, Nth: 3}))
				if fault.Kind == graphtest.Hang {
					j.properties["requestTimeout"] = "2s" // real time
				}
				sink, report, err := j.run(t)
				assertNoToken(t, j, report, err)
				switch fault.Outcome {
				case graphtest.Answered, graphtest.Waited, graphtest.Smaller:
					require.NoError(t, err)
					require.Equal(t, plugin.StatusComplete, report.Status)
					require.Equal(t, want, sink.Rows("account_insights"))
				default:
					if err == nil { // the fault struck where it does nothing
						require.Equal(t, want, sink.Rows("account_insights"))
						require.Zero(t, j.server.Stats().Faults[fault.Name])
						return
					}
					require.Equal(t, plugin.StatusFailed, report.Status)
					require.Empty(t, sink.Rows("account_insights"))
				}
				stats := j.server.Stats()
				if err == nil { // a run that ends early may count a request that the server never saw
					assert.Equal(t, stats.Calls, report.Calls.Counted)
				}
				if fault.Outcome == graphtest.Waited {
					assert.GreaterOrEqual(t, report.Calls.WaitSeconds, fault.Wait.Seconds())
					assert.Less(t, report.Calls.WaitSeconds, 2*fault.Wait.Seconds())
				}
			})
		}
	}
}

// With one request at a time, none is under way when a wait is named: each refused call is asked once
// more, after the wait.
func TestANamedWaitIsWaitedOutOnce(t *testing.T) {
	for _, login := range []string{"facebook", "instagram"} {
		for _, fault := range graphtest.AllFaults() {
			if fault.Outcome != graphtest.Waited {
				continue
			}
			t.Run(login+"/"+fault.Name, func(t *testing.T) {
				j, want := faultJob(t, login, graphtest.WithRules(graphtest.Rule{Fault: fault, Nth: 3}))
				j.parallelism = 1
				sink, report, err := j.run(t)
				require.NoError(t, err)
				require.Equal(t, want, sink.Rows("account_insights"))
				stats := j.server.Stats()
				require.Zero(t, stats.Hammering)
				require.Equal(t, stats.Calls, report.Calls.Counted)
				require.GreaterOrEqual(t, report.Calls.WaitSeconds, fault.Wait.Seconds())
				require.Less(t, report.Calls.WaitSeconds, fault.Wait.Seconds()+60)
			})
		}
	}
}

func TestMixedFaultsLeaveRowsExactOrTheTargetAlone(t *testing.T) {
	var faults []graphtest.Fault
	for _, f := range graphtest.AllFaults() {
		if f.Outcome <= graphtest.Smaller && f.Kind != graphtest.Hang {
			faults = append(faults, f)
		}
	}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			j, want := faultJob(t, "facebook", graphtest.WithRules(graphtest.MixedRules(seed, 0.1, faults...)...))
			j.properties["maxRetryDuration"] = "3h"
			sink, report, err := j.run(t)
			assertNoToken(t, j, report, err)
			require.NoError(t, err)
			require.Equal(t, want, sink.Rows("account_insights"))
			require.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
		})
	}
}

func TestSkipOnErrorCostsOnlyWhatFailed(t *testing.T) {
	clk := newClock()
	w := graphtest.NewWorld(41, graphtest.WithClock(clk), graphtest.WithAccounts(1),
		graphtest.WithAccount(func(a *graphtest.Account) { a.InsightsDenied = true }), graphtest.WithAccounts(1))
	ids := w.AccountIDs()
	j := job{world: w, clock: clk, server: graphtest.Start(t, w), parallelism: 3, properties: properties(map[string]string{
		"accountId": strings.Join(ids, ","),
	})}
	_, report, err := j.run(t)
	require.ErrorContains(t, err, ids[1])
	require.Equal(t, plugin.StatusFailed, report.Status)

	j.properties["errorHandling"] = "skipOnError"
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Equal(t, wantDaily(w, []string{ids[0], ids[2]}, []string{"reach", "views"}, day(t, "2026-11-15"), day(t, "2026-11-21")),
		sink.Rows("account_insights"))
	require.Equal(t, plugin.StatusFailed, report.Splits[1].Status)
	require.Contains(t, report.Splits[1].Error, "permission")

	j.properties["accountId"] = ids[1]
	_, report, err = j.run(t)
	require.Error(t, err, "all splits failed is failed")
	require.Equal(t, plugin.StatusFailed, report.Status)
}

func TestADeadTokenEndsTheRunInEitherMode(t *testing.T) {
	for _, mode := range []string{"stopOnError", "skipOnError"} {
		expired, ok := graphtest.FaultNamed("error 190/463")
		require.True(t, ok)
		j, _ := faultJob(t, "facebook", graphtest.WithRules(graphtest.Rule{Fault: expired, Nth: 40}))
		j.properties["errorHandling"] = mode
		sink, report, err := j.run(t)
		require.Error(t, err)
		require.Equal(t, plugin.StatusFailed, report.Status)
		require.Empty(t, sink.Rows("account_insights"))
		assertNoToken(t, j, report, err)
	}
}

func TestAWaitLongerThanTheBudgetFailsAtOnceAndSaysUntilWhen(t *testing.T) {
	limit, ok := graphtest.FaultNamed("error 80002")
	require.True(t, ok)
	limit.Wait = 2 * time.Hour
	j, _ := faultJob(t, "facebook", graphtest.WithRules(graphtest.Rule{Fault: limit, Nth: 1}))
	_, report, err := j.run(t)
	require.Error(t, err)
	require.ErrorContains(t, err, "2026-11-22")
	require.Less(t, report.Calls.WaitSeconds, 60.0)
}

func TestAHostThatRefusesTheHeaderToken(t *testing.T) {
	for _, login := range []string{"facebook", "instagram"} {
		j, want := faultJob(t, login, graphtest.WithoutHeaderToken())
		sink, report, err := j.run(t)
		require.NoError(t, err)
		require.Equal(t, want, sink.Rows("account_insights"))
		require.Zero(t, j.server.Stats().QueryTokens, "the token is in no URL")
		require.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
	}
}

func TestAppSecretProof(t *testing.T) {
	j, want := faultJob(t, "facebook", graphtest.WithAppSecret("0123456789abcdef", true))
	_, _, err := j.run(t)
	require.ErrorContains(t, err, "app secret")
	j.properties["appSecret"] = "0123456789abcdef"
	sink, _, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, want, sink.Rows("account_insights"))
}

func TestAnAPIThatRefusesTodayOfAMetricWithReach(t *testing.T) {
	w := graphtest.NewWorld(43, graphtest.WithNow(now), graphtest.WithAccounts(1))
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithTodayRefused()), properties: properties(map[string]string{
		"accountMetrics": "reach,follower_count", "fromDate": "2026-10-20",
	})}
	rows, _ := j.rows(t)
	require.Equal(t, wantDaily(w, w.AccountIDs(), []string{"reach", "follower_count"}, day(t, "2026-10-20"), day(t, "2026-11-21")), rows)
}

// assertNoToken looks for the token wherever the run left text.
func assertNoToken(t *testing.T, j job, report *plugin.Report, err error) {
	t.Helper()
	texts := fmt.Sprintf("%+v %v %s", report, err, report.Gist())
	for e := err; e != nil; e = errors.Unwrap(e) {
		texts += fmt.Sprintf(" %+v %#v", e, e)
	}
	require.NotContains(t, texts, j.world.Token(j.host))
}

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

// mediaFaultJob reads pages, what rides on them and what is asked for single posts, on a clock that waits
// move on.
func mediaFaultJob(t *testing.T, request, login string, options ...graphtest.Option) (job, [][]string) {
	t.Helper()
	clk := newClock()
	account := graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille = 24, 0
		a.Kinds = []graphtest.PostKind{graphtest.FeedImage, graphtest.FeedAlbum, graphtest.FeedVideo, graphtest.FeedImage, graphtest.Reel}
		a.EachMedia = func(m *graphtest.Media) {
			m.Refused = some(m.Index == 6, "saved")
			m.BeforeConversion = m.Index >= 21
		}
	})
	w := graphtest.NewWorld(113, graphtest.WithClock(clk), account, account)
	ids := w.AccountIDs()
	j := job{world: w, clock: clk, parallelism: 2}
	if login == "instagram" {
		j.host, ids = graphtest.Instagram, ids[:1]
	}
	names := "reach,saved,ig_reels_avg_watch_time"
	var list []graphtest.Media
	for _, id := range ids {
		list = append(list, w.Media(id)...)
	}
	j.properties = mediaProperties(map[string]string{"accountId": strings.Join(ids, ","), "mediaMetrics": names})
	if request == "media_insights" {
		list = list[:24]
		j = givenJob(j, list, names)
	}
	j.properties["login"] = login
	var want [][]string
	for _, m := range list {
		want = append(want, wantMedia(w, m, strings.Split(names, ",")))
	}
	j.server = graphtest.Start(t, w, append(options, graphtest.WithHost(j.host))...)
	return j, want
}

func TestEveryFaultOnceOnMedia(t *testing.T) {
	for request, nth := range map[string]int{"account_media": 4, "media_insights": 2} {
		for _, login := range []string{"facebook", "instagram"} {
			for _, fault := range graphtest.AllFaults() {
				t.Run(request+"/"+login+"/"+fault.Name, func(t *testing.T) {
					t.Parallel()
					j, want := mediaFaultJob(t, request, login, graphtest.WithRules(graphtest.Rule{Fault: fault, Nth: nth}))
					j.properties["requestTimeout"] = "300ms"
					sink, report, err := j.run(t)
					assertNoToken(t, j, report, err)
					struck := j.server.Stats().Faults[fault.Name] > 0
					require.Equal(t, fault.Kind != graphtest.NullItem || login == "facebook", struck)
					switch {
					case !struck, fault.Outcome <= graphtest.Smaller:
						require.NoError(t, err)
						require.Equal(t, plugin.StatusComplete, report.Status)
						require.Equal(t, want, sink.Rows(request))
						assert.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
					default:
						require.Error(t, err)
						require.Equal(t, plugin.StatusFailed, report.Status)
						require.Empty(t, sink.Rows(request))
						if fault.Error.Code != 0 {
							require.ErrorContains(t, err, fmt.Sprint("code ", fault.Error.Code))
						}
					}
					if struck && fault.Outcome == graphtest.Waited {
						assert.GreaterOrEqual(t, report.Calls.WaitSeconds, fault.Wait.Seconds())
						assert.Less(t, report.Calls.WaitSeconds, 2*fault.Wait.Seconds())
					}
				})
			}
		}
	}
}

func TestMixedFaultsLeaveMediaExact(t *testing.T) {
	var faults []graphtest.Fault
	for _, f := range graphtest.AllFaults() {
		if f.Outcome <= graphtest.Smaller && f.Kind != graphtest.Hang {
			faults = append(faults, f)
		}
	}
	for _, request := range []string{"account_media", "media_insights"} {
		for _, login := range []string{"facebook", "instagram"} {
			for seed := range uint64(4) {
				t.Run(fmt.Sprint(request, "/", login, "/seed ", seed), func(t *testing.T) {
					j, want := mediaFaultJob(t, request, login, graphtest.WithRules(graphtest.MixedRules(seed, 0.05, faults...)...))
					j.properties["maxRetryDuration"] = "3h"
					sink, report, err := j.run(t)
					assertNoToken(t, j, report, err)
					require.NoError(t, err)
					require.Equal(t, plugin.StatusComplete, report.Status)
					require.Equal(t, want, sink.Rows(request))
					require.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
				})
			}
		}
	}
}

// A post that fails for good costs itself, whichever call it fails on; without skipOnError it costs the run.
func TestAPermissionMissingForOnePost(t *testing.T) {
	denied, ok := graphtest.FaultNamed("error 10")
	require.True(t, ok)
	j, want := mediaFaultJob(t, "account_media", "facebook")
	list := j.world.Media(j.world.AccountIDs()[0])
	require.Equal(t, "REELS", list[9].ProductType)
	j.server.SetRules(graphtest.Rule{Fault: denied, Path: list[9].ID + "/insights"})
	_, report, err := j.run(t)
	require.ErrorContains(t, err, list[9].ID)
	require.Equal(t, plugin.StatusFailed, report.Status)

	j.properties["errorHandling"] = "skipOnError"
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Equal(t, append(want[:9:9], want[10:]...), sink.Rows("account_media"))
	require.Contains(t, report.Splits[0].Error, list[9].ID)
}

// What cannot be asked for in smaller parts is asked again: the API says that it is too much in passing trouble
// too, and no value may be lost to that.
func TestTooMuchDataOfASinglePost(t *testing.T) {
	heavy, ok := graphtest.FaultNamed("error 1, reduce the amount of data")
	require.True(t, ok)
	for _, request := range []string{"account_media", "media_insights"} {
		j, want := mediaFaultJob(t, request, "facebook", graphtest.WithRules(
			graphtest.Rule{Fault: heavy, Attempts: 2, When: func(c graphtest.Call) bool { return c.Params.Get("limit") == "" || c.Params.Get("limit") == "1" }}))
		sink, report, err := j.run(t)
		require.NoError(t, err)
		require.Equal(t, plugin.StatusComplete, report.Status)
		require.Equal(t, want, sink.Rows(request))
		require.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
	}
}

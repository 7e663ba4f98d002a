package instagram_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestKeepsThePromisesOfASource(t *testing.T) {
	world := graphtest.NewWorld(53, graphtest.WithNow(now), graphtest.WithAccounts(3))
	for name, change := range map[string]map[string]string{
		"daily":      {"accountMetrics": "reach,follower_count,views", "fromDate": "2026-09-01"},
		"breakdowns": {"accountMetrics": "views", "breakdown": "media_product_type,follow_type"},
		"long":       {"layout": "long", "fromDate": "2026-10-01"},
		"range":      {"accountMetrics": "views,likes", "aggregate": "range", "fromDate": "2026-09-01"},
		"profiles":   {"requestType": "account_profile", "fields": "ig_id,is_published"},
		"demographics": {
			"accountMetrics": "follower_demographics", "period": "lifetime", "breakdown": "country", "fromDate": "", "toDate": "",
		},
		"objects": {"requestType": "query", "queries": `[{"name":"page","fields":"id,username,followers_count"}]`},
		"lists": {"requestType": "query", "queries": `[
			{"name":"media","endpoint":"media","fields":"id,caption,owner,comments{text,replies{text}}","since":"60 days ago","limit":20},
			{"name":"pages","endpoint":"me/accounts","fields":"id,name","accounts":"none"}]`},
		"insights queries": {"requestType": "query", "queries": `[
			{"name":"days","fields":"insights.metric(reach).period(day)","since":"45 days ago"},
			{"name":"stories","endpoint":"stories","fields":"id,timestamp,insights.metric(reach,views)"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			observe := graphtest.WithObserver(func(graphtest.Call) { requests.Add(1) })
			plugintest.TestSource(t, func(t testing.TB) plugin.Source {
				return job{world: world, server: graphtest.Start(t, world, observe), properties: properties(change)}.open(t)
			}, plugintest.CountRequests(requests.Load), plugintest.Secrets(world.Token(graphtest.Facebook)), plugintest.Start(now))
		})
	}
}

func TestProfiles(t *testing.T) {
	for _, login := range []string{"facebook", "instagram"} {
		world := graphtest.NewWorld(59, graphtest.WithNow(now), graphtest.WithAccounts(120))
		host := graphtest.Facebook
		ids := sorted(world)
		if login == "instagram" {
			host, ids = graphtest.Instagram, world.AccountIDs()[:1]
		}
		j := job{
			world: world, host: host, server: graphtest.Start(t, world, graphtest.WithHost(host)), parallelism: 3,
			properties: properties(map[string]string{"requestType": "account_profile", "login": login}),
		}
		rows, report := j.rows(t)
		var want [][]string
		for _, id := range ids {
			a, ok := world.Account(id)
			require.True(t, ok)
			want = append(want, []string{
				id, text(a.Username), text(a.Name), text(a.Biography), text(a.Website), cell(a.Followers, true), cell(a.Follows, true),
				cell(a.Media, true), world.ProfilePictureURL(id), moment(now),
			})
		}
		require.Equal(t, want, rows)
		if login == "facebook" {
			require.EqualValues(t, 3+2, report.Calls.Requests, "three batches, two pages of accounts")
			require.EqualValues(t, 120+2, report.Calls.Counted)
		}
	}
}

// text is a text of the world, where empty is unset.
func text(s string) string {
	if s == "" {
		return plugintest.Null
	}
	return s
}

func TestAProfileThatFailsCostsItselfAlone(t *testing.T) {
	world := graphtest.NewWorld(61, graphtest.WithNow(now), graphtest.WithAccounts(2))
	ids := world.AccountIDs()
	j := job{world: world, server: graphtest.Start(t, world), properties: properties(map[string]string{
		"requestType": "account_profile", "accountId": ids[0] + ",17841499999999999," + ids[1],
	})}
	_, report, err := j.run(t)
	require.ErrorContains(t, err, "17841499999999999")
	require.Equal(t, plugin.StatusFailed, report.Status)

	j.properties["errorHandling"] = "skipOnError"
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	rows := sink.Rows("account_profile")
	require.Len(t, rows, 2)
	require.Equal(t, ids, []string{rows[0][0], rows[1][0]})
	require.Equal(t, plugin.StatusPartial, report.Splits[0].Status)
	require.Contains(t, report.Splits[0].Error, "17841499999999999")
}

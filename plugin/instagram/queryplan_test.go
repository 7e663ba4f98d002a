package instagram_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// calls records what a server was asked.
type calls struct {
	mu   sync.Mutex
	list []graphtest.Call
}

func (c *calls) option() graphtest.Option { return graphtest.WithObserver(c.add) }

func (c *calls) add(call graphtest.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, call)
}

// take returns what was asked since the last take, as path, fields and token.
func (c *calls) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []string{}
	for _, call := range c.list {
		out = append(out, fmt.Sprintf("%s %s %s", call.Token, call.Path, call.Params.Get("fields")))
	}
	c.list = nil
	return out
}

// planned plans a job and returns its splits as id and payload.
func planned(t testing.TB, source plugin.Source) []string {
	t.Helper()
	plan, err := source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
	require.NoError(t, err)
	out := []string{}
	for _, s := range plan.Splits {
		out = append(out, s.ID+" "+string(s.Payload))
	}
	return out
}

const (
	plainDiscovery = "user me/accounts id,name,instagram_business_account{id,username,name,followers_count}"
	tokenDiscovery = plainDiscovery + ",access_token"
)

func TestPlanOfQueries(t *testing.T) {
	world := graphtest.NewWorld(71, graphtest.WithNow(now), graphtest.WithAccounts(60))
	ids := sorted(world)
	with := func(index int, accounts ...string) string {
		text := ""
		for i, a := range accounts {
			if i > 0 {
				text += ","
			}
			text += a
		}
		if text != "" {
			text = `"accounts":[` + text + `],`
		}
		return fmt.Sprintf(`{%s"query":%d,"now":%d,"start":%d}`, text, index, now.Unix(), now.Unix())
	}
	bare := func(id string) string { return `{"id":"` + id + `"}` }
	found := func(id string) string {
		a, ok := world.Account(id)
		require.True(t, ok)
		return fmt.Sprintf(`{"id":"%s","followers":%d}`, id, a.Followers)
	}
	all := func(ids []string) (out []string) {
		for _, id := range ids {
			out = append(out, found(id))
		}
		return out
	}
	each := func(name string, index int) (out []string) {
		for _, id := range ids {
			out = append(out, name+"/"+id+" "+with(index, found(id)))
		}
		return out
	}
	list := func(parts ...[]string) (out []string) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, c := range map[string]struct {
		text  string
		want  []string
		asked []string
	}{
		"given accounts, in their order, and none": {
			`[{"name":"m","endpoint":"media","accounts":"17841400000000009,17841400000000002"},{"name":"off","disabled":true},
			  {"name":"p","endpoint":"me/accounts","fields":"id,name","accounts":"none"}]`,
			[]string{
				"m/17841400000000009 " + with(0, bare("17841400000000009")),
				"m/17841400000000002 " + with(0, bare("17841400000000002")),
				"p " + with(2),
			},
			[]string{},
		},
		"all, found once for all queries": {
			`[{"name":"m","endpoint":"media"},{"name":"me","endpoint":"me/accounts","fields":"id","accounts":"none"},{"name":"t","endpoint":"tags","accounts":"all"}]`,
			list(each("m", 0), []string{"me " + with(1)}, each("t", 2)),
			[]string{plainDiscovery},
		},
		"with the tokens that stories and insights want": {
			`[{"name":"m","endpoint":"media"},{"name":"s","endpoint":"stories"}]`,
			list(each("m", 0), each("s", 1)),
			[]string{tokenDiscovery},
		},
		"objects alone, fifty at once": {
			`[{"name":"a","fields":"id,username"},{"name":"b","fields":"username","runById":true,"accounts":["17841400000000001","17841400000000002"]},
			  {"name":"c","fields":"username,media{id}","accounts":"17841400000000001,17841400000000002"}]`,
			[]string{
				"a/" + ids[0] + ".." + ids[49] + " " + with(0, all(ids[:50])...),
				"a/" + ids[50] + ".." + ids[59] + " " + with(0, all(ids[50:])...),
				"b/17841400000000001 " + with(1, bare("17841400000000001")),
				"b/17841400000000002 " + with(1, bare("17841400000000002")),
				"c/17841400000000001 " + with(2, bare("17841400000000001")),
				"c/17841400000000002 " + with(2, bare("17841400000000002")),
			},
			[]string{plainDiscovery},
		},
		"of one name": {
			`[{"name":"m","endpoint":"media","fields":"id,caption","accounts":"17841400000000001"},{"name":"m","endpoint":"media","fields":"id,caption","accounts":"17841400000000001"},
			  {"name":"m/17841400000000001","endpoint":"me/accounts","fields":"id,name","accounts":"none"}]`,
			[]string{
				"m/17841400000000001 " + with(0, bare("17841400000000001")),
				"m/17841400000000001#2 " + with(1, bare("17841400000000001")),
				"m/17841400000000001#3 " + with(2),
			},
			[]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked calls
			j := job{world: world, server: graphtest.Start(t, world, asked.option()), properties: queries(c.text)}
			source := j.open(t)
			require.Equal(t, c.want, planned(t, source))
			require.Equal(t, c.asked, asked.take())
			require.Equal(t, c.want, planned(t, j.open(t)), "the same again")
			require.NoError(t, source.Finish(context.Background(), true))
		})
	}
}

func TestAllAccountsOfATokenThatReachesNone(t *testing.T) {
	source, _ := pages(t, 200, `{"data":[{"id":"1","access_token":"EAAone"}]}`)
	_, err := source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	require.EqualError(t, err, "query 's' reads all accounts, but the token reaches no Instagram professional account; "+
		"link one to a Page that the user has a role on, or tick the Page when the token is made")
}

func TestSplitsOfQueriesAreTheSourcesOwn(t *testing.T) {
	world := graphtest.NewWorld(71, graphtest.WithNow(now), graphtest.WithAccounts(1))
	source := job{world: world, server: graphtest.Start(t, world), properties: queries(`[{"name":"m","endpoint":"media"},{"name":"off","disabled":true}]`)}.open(t)
	plan, err := source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
	require.NoError(t, err)
	for _, payload := range []string{`{}`, `{"query":-1}`, `{"query":0}`, `{"query":1,"accounts":[{"id":"1"}]}`, `{"query":2}`, `{"media":["1"]}`, `[`} {
		split := plan.Splits[0]
		split.Payload = []byte(payload)
		for _, err := range source.Read(context.Background(), split, plugin.ReadOptions{}) {
			require.EqualError(t, err, "reading "+split.ID+": the payload of split "+split.ID+" was not written by this source", payload)
		}
		_, err := source.(plugin.Estimator).Estimate(context.Background(), split)
		require.EqualError(t, err, "the payload of split "+split.ID+" was not written by this source", payload)
	}
}

func TestEstimatesOfQueries(t *testing.T) {
	world := graphtest.NewWorld(73, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 230 }), graphtest.WithAccounts(1))
	id := ""
	for _, a := range world.Accounts() {
		if a.Media == 230 {
			id = a.ID
		}
	}
	require.NotEmpty(t, id)
	ask := func(members string) string { return `[{"name":"q","accounts":"` + id + `",` + members + `}]` }
	for name, c := range map[string]struct {
		text string
		want plugin.Estimate
	}{
		"posts":         {ask(`"endpoint":"media","fields":"id"`), plugin.Estimate{Requests: 3, Counted: 3, Chain: 3, Why: "230 posts in pages of 100"}},
		"smaller pages": {ask(`"endpoint":"media","fields":"id","limit":25`), plugin.Estimate{Requests: 10, Counted: 10, Chain: 10, Why: "230 posts in pages of 25"}},
		"posts with comments": {ask(`"endpoint":"media","fields":"id,comments{id}"`), plugin.Estimate{
			Requests: 3, Counted: 3, Chain: 3, AtLeast: true,
			Why: "230 posts in pages of 100, what does not fit the first pages inside them",
		}},
		"some posts":  {ask(`"endpoint":"media","since":"30 days ago"`), plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, AtLeast: true, Why: "pages of 100 of media"}},
		"stories":     {ask(`"endpoint":"stories?limit=7"`), plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, AtLeast: true, Why: "pages of 7 of stories"}},
		"the account": {ask(`"fields":"id,username"`), plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, Why: "a call for each object"}},
		"the account and its posts": {ask(`"fields":"username,media{id}"`), plugin.Estimate{
			Requests: 1, Counted: 1, Chain: 1, AtLeast: true, Why: "the object, what does not fit its edges' first pages",
		}},
		"no account": {`[{"name":"q","endpoint":"me","fields":"id,name","accounts":"none"}]`, plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, Why: "a call for each object"}},
		"insights":   {ask(`"endpoint":"insights?metric=reach&period=day"`), plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, Why: "one call for insights"}},
		"insights of a month": {
			ask(`"endpoint":"insights?metric=reach&period=day","since":"2026-10-01","until":"2026-10-31"`),
			plugin.Estimate{Requests: 1, Counted: 1, Chain: 1, Why: "one call for insights"},
		},
		"insights of a quarter": {
			ask(`"endpoint":"insights?metric=reach&period=day","since":"2026-08-01"`),
			plugin.Estimate{Requests: 1, Counted: 5, Chain: 1, Why: "5 calls for insights"},
		},
		"a hashtag": {ask(`"endpoint":"ig_hashtag_search/top_media?q=coffee","fields":"id"`), plugin.Estimate{
			Requests: 2, Counted: 2, Chain: 2, AtLeast: true, Why: "the hashtag's id, pages of 100 of top_media",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			source := job{world: world, server: graphtest.Start(t, world), properties: queries(c.text)}.open(t)
			plan, err := source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
			require.NoError(t, err)
			require.Len(t, plan.Splits, 1)
			got, err := source.(plugin.Estimator).Estimate(context.Background(), plan.Splits[0])
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// What an estimate says that it knows is what a run then takes.
func TestEstimatesOfQueriesHold(t *testing.T) {
	world := graphtest.NewWorld(73, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 230 }), graphtest.WithAccounts(1))
	all := world.AccountIDs()
	require.Len(t, all, 2)
	for name, members := range map[string]string{
		"objects":               `"fields":"id,username"`,
		"posts":                 `"endpoint":"media","fields":"id,caption"`,
		"smaller pages":         `"endpoint":"media","fields":"id,caption","limit":40`,
		"only posts of objects": `"fields":"media.limit(50){caption}"`,
		"insights":              `"endpoint":"insights?metric=reach&period=day","since":"2026-08-01"`,
		"insights of objects":   `"fields":"username,insights.metric(reach).period(day).since(2026-08-01).until(2026-10-15)"`,
		"insights of today":     `"fields":"insights.metric(follower_demographics).period(lifetime).metric_type(total_value).breakdown(age)"`,
	} {
		t.Run(name, func(t *testing.T) {
			j := job{world: world, server: graphtest.Start(t, world), properties: queries(fmt.Sprintf(`[{"name":"q","accounts":"%s,%s",%s}]`, all[0], all[1], members))}
			source := j.open(t)
			plan, err := source.Plan(context.Background(), plugin.PlanRequest{Start: now, Now: now})
			require.NoError(t, err)
			var want plugin.Estimate
			for _, split := range plan.Splits {
				e, err := source.(plugin.Estimator).Estimate(context.Background(), split)
				require.NoError(t, err)
				require.False(t, e.AtLeast)
				want = want.Beside(e)
			}
			var asked calls
			j.server = graphtest.Start(t, world, asked.option())
			_, report, err := j.run(t)
			require.NoError(t, err)
			require.Equal(t, plugin.StatusComplete, report.Status)
			listed := int64(0) // the Pages' tokens are found once for all splits
			for _, call := range asked.take() {
				if call == pageList {
					listed++
				}
			}
			require.LessOrEqual(t, listed, int64(1))
			require.Equal(t, want.Counted, report.Calls.Counted-listed)
			require.Equal(t, want.Requests, report.Calls.Requests-listed)
		})
	}
}

func TestGoesOn(t *testing.T) {
	for handling, want := range map[string]bool{"stopOnError": false, "skipOnError": true, "": false} {
		p := queries(`[{"name":"m"}]`)
		p["errorHandling"] = handling
		assert.Equal(t, want, configure(t, p).(plugin.Tolerant).GoesOn(), handling)
	}
}

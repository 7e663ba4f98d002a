package instagram_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestQueriesKeepThePromisesOfASource(t *testing.T) {
	account := func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.PersonalPosts, a.Stories, a.QuietStories, a.Tagged = 45, 40, 5, 6, 2, 30
		a.CommentCount = func(m graphtest.Media) int { return []int{0, 59, 2}[min(m.Index%6, 2)] }
		a.ReplyCount = func(c graphtest.Comment) int { return []int{1, 55}[min(c.Index/58, 1)] }
	}
	world := graphtest.NewWorld(127, graphtest.WithNow(now), graphtest.WithAccount(account), graphtest.WithAccount(account))
	ids := world.AccountIDs()
	one, both := ids[0], strings.Join(ids, ",")
	other, _ := world.Account(ids[1])
	for name, queries := range map[string][]map[string]any{
		"threads":    {q("a", "media", "id,caption,comments{text,replies{text,from}}", "accounts", both, "limit", 20)},
		"insights":   {q("a", "media", "id,caption,insights.metric(reach,saved,follows,ig_reels_avg_watch_time)", "accounts", one, "limit", 20)},
		"children":   {q("a", "media", "id,media_type,children{media_url,insights.metric(reach)}", "accounts", one)},
		"account":    {q("a", "", "username,media_count,media{caption,insights.metric(reach)},stories{caption},tags{caption},insights.metric(reach,follower_count).period(day).since(50 days ago)", "accounts", both, "limit", 20)},
		"objects":    {q("a", "", "username,followers_count", "accounts", "all")},
		"one by one": {q("a", "", "username,followers_count", "accounts", "all", "runById", true)},
		"no accounts": {
			q("a", "me", "name,accounts{name}", "accounts", "none"), q("b", one+"/media", "caption,comments{text}", "accounts", "none"),
			q("c", one, "username,media{caption,insights.metric(views)}", "accounts", "none"),
		},
		"discovery": {q("a", "", "business_discovery.username("+other.Username+"){username,media{caption}}", "accounts", one)},
		"hashtag":   {q("a", "ig_hashtag_search/top_media?q=tea", "caption,like_count", "accounts", one)},
		"stories":   {q("a", "stories", "caption,insights.metric(reach,navigation)", "accounts", one)},
		"demographics": {
			q("a", "", "insights.metric(follower_demographics).period(lifetime).metric_type(total_value).breakdown(age,gender)", "accounts", both),
			q("b", "", "insights.metric(online_followers).period(lifetime).since(10 days ago)", "accounts", both),
		},
		"ragged":  {q("a", "media", "id,caption,comments{text}", "accounts", one)},
		"unkeyed": {q("a", "tags", "id,caption", "accounts", one, "incremental", false)},
		"summary": {q("a", "media", "id,comments.summary(true){text},insights.metric(reach)", "accounts", one)},
		"dated":   {q("a", "media", "id,caption", "accounts", one, "since", "last year", "until", "%%days:-5%%", "timeBasedPagination", true, "limit", 40)},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			options := []graphtest.Option{graphtest.WithObserver(func(graphtest.Call) { requests.Add(1) })}
			if name == "ragged" {
				options = append(options, graphtest.WithRaggedPages())
			}
			plugintest.TestSource(t, func(t testing.TB) plugin.Source {
				j := job{world: world, server: graphtest.Start(t, world, options...), properties: querying(queries...)}
				j.properties["errorHandling"] = "skipOnError"
				return j.open(t)
			}, plugintest.CountRequests(requests.Load), plugintest.Start(now),
				plugintest.Secrets(world.Token(graphtest.Facebook), world.Accounts()[0].PageToken, world.Accounts()[1].PageToken))
		})
	}
}

package instagram_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

func TestMediaKeepThePromisesOfASource(t *testing.T) {
	world := graphtest.NewWorld(127, graphtest.WithNow(now),
		graphtest.WithAccount(func(a *graphtest.Account) {
			a.Media, a.OddPerMille, a.PersonalPosts, a.Stories, a.QuietStories = 111, 20, 5, 6, 2
		}),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille, a.Stories = 8, 0, 3 }))
	id := world.AccountIDs()[0]
	list := world.Media(id)
	var ids []string
	for i := 0; i < 104; i += 2 {
		ids = append(ids, list[i].ID)
	}
	for _, m := range list {
		if len(m.Children) > 0 && !m.Deleted {
			ids = append(ids, m.Children[0].ID)
			break
		}
	}
	for name, change := range map[string]map[string]string{
		"on pages":       {},
		"by type":        {"mediaMetrics": "reach,follows,reels_skip_rate,facebook_views"},
		"by type alone":  {"mediaMetrics": "follows,ig_reels_avg_watch_time"},
		"children":       {"mediaMetrics": "reach", "fields": "caption,children"},
		"children alone": {"mediaMetrics": "", "fields": "children,like_count"},
		"long":           {"layout": "long", "mediaMetrics": "reach,likes,follows"},
		"between days":   {"fromDate": graphtest.DayOf(list[105].Timestamp).String(), "toDate": graphtest.DayOf(list[20].Timestamp).String()},
		"stories":        {"mediaEdge": "stories", "mediaMetrics": "reach,navigation"},
		"tags":           {"mediaEdge": "tags", "mediaMetrics": ""},
		"ragged":         {"mediaMetrics": "reach,saved"},
		"divided":        {"mediaMetrics": "profile_activity", "breakdown": "action_type"},
		"given":          {"requestType": "media_insights", "accountId": "", "mediaId": strings.Join(ids, ","), "mediaMetrics": "reach,saved,follows"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			options := []graphtest.Option{graphtest.WithObserver(func(graphtest.Call) { requests.Add(1) })}
			if name == "ragged" {
				options = append(options, graphtest.WithRaggedPages())
			}
			plugintest.TestSource(t, func(t testing.TB) plugin.Source {
				j := job{world: world, server: graphtest.Start(t, world, options...), properties: mediaProperties(change)}
				j.properties["errorHandling"] = "skipOnError"
				return j.open(t)
			}, plugintest.CountRequests(requests.Load), plugintest.Secrets(world.Token(graphtest.Facebook)), plugintest.Start(now))
		})
	}
}

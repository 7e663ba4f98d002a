//go:build unix

package killtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/igsource/igsource/graphapi/graphtest"
)

const (
	parallelism = 4
	days        = 365
	allPosts    = 2000
)

// posts are how many each account has.
var posts = []int64{1100, 600, allPosts - 1100 - 600}

// token opens the world.
func token() string { return world.Token(graphtest.Facebook) }

// now is when the first run of a point begins, for the API also when the second one does.
var now = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)

// later is when the second run begins, on the same day.
var later = now.Add(time.Hour)

// world is what all runs read.
var world = func() *graphtest.World {
	options := []graphtest.WorldOption{graphtest.WithNow(now)}
	for _, n := range posts {
		options = append(options, graphtest.WithAccount(func(a *graphtest.Account) {
			a.Media, a.LastPost = n, now.Add(-time.Hour)
		}))
	}
	return graphtest.NewWorld(317, options...)
}()

// runFile is what all runs are asked for: two sources.
func runFile(sink string, incremental bool) string {
	ids := strings.Join(world.AccountIDs(), ", ")
	return fmt.Sprintf(`sources:
- plugin: instagram
  properties:
    referenceName: brand
    accessToken: ${secure(instagram)}
    requestType: account_insights
    accountId: [%s]
    accountMetrics: [reach, follower_count, views, likes, comments, saves, shares, total_interactions, accounts_engaged, replies]
    period: day
    fromDate: %d days ago
    toDate: yesterday
    incremental: %t
- plugin: instagram
  properties:
    referenceName: posts
    accessToken: ${secure(instagram)}
    requestType: account_media
    accountId: [%[1]s]
    mediaMetrics: [reach, views, likes, comments, saved, shares]
    incremental: %[3]t
sink: %[4]s
`, ids, days, incremental, sink)
}

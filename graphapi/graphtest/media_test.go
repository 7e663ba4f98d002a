package graphtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func mediaIDs(list []graphtest.Media) []string {
	out := make([]string, 0, len(list))
	for _, m := range list {
		out = append(out, m.ID)
	}
	return out
}

// TestMediaLaws: whatever the account, its posts are those of its number, newest first, between its two
// times, each with an id of its own that finds it again; and the same World says the same.
func TestMediaLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, n := rapid.Uint64().Draw(t, "seed"), rapid.Int64Range(0, 90).Draw(t, "posts")
		span := time.Duration(rapid.Int64Range(0, 5000).Draw(t, "hours")) * time.Hour
		last := noon.Add(-48 * time.Hour)
		account := graphtest.WithAccount(func(a *graphtest.Account) {
			a.Media, a.LastPost, a.FirstPost = n, last, last.Add(-span)
		})
		w := graphtest.NewWorld(seed, graphtest.WithNow(noon), account, account, graphtest.WithAccounts(1))
		again := graphtest.NewWorld(seed, graphtest.WithNow(noon), account, account, graphtest.WithAccounts(1))
		seen := map[string]bool{}
		check := func(m graphtest.Media, account string) {
			require.False(t, seen[m.ID], m.ID)
			require.Len(t, m.ID, 17)
			seen[m.ID] = true
			found, ok := w.MediaByID(m.ID)
			require.True(t, ok)
			require.Equal(t, m, found)
			require.Equal(t, account, m.Account)
		}
		for _, id := range w.AccountIDs()[:2] {
			list := w.Media(id)
			require.Len(t, list, int(n))
			require.Equal(t, mediaIDs(list), mediaIDs(again.Media(id)))
			for i, m := range list {
				require.Equal(t, i, m.Index)
				require.False(t, m.Timestamp.After(last) || m.Timestamp.Before(last.Add(-span)))
				if i > 0 {
					require.False(t, m.Timestamp.After(list[i-1].Timestamp))
				}
				check(m, id)
				for j, child := range m.Children {
					require.Equal(t, m.ID, child.Parent)
					require.Equal(t, j, child.Index)
					check(child, id)
				}
				require.Equal(t, m.Type == "CAROUSEL_ALBUM", len(m.Children) > 1)
			}
			if n > 1 {
				require.Equal(t, last.UTC(), list[0].Timestamp)
				require.Equal(t, last.Add(-span).UTC(), list[n-1].Timestamp)
			}
			for _, m := range append(w.Stories(id), w.Tagged(id)...) {
				check(m, id)
			}
		}
	})
}

// TestMediaVariety: a large account without peculiarities has everything that a reader must cope with.
func TestMediaVariety(t *testing.T) {
	w := graphtest.NewWorld(4, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 2000 }))
	kinds, absent, twins, manyChildren := map[string]int{}, map[string]int{}, 0, 0
	list := w.Media(w.AccountIDs()[0])
	for i, m := range list {
		kinds[m.Type+" "+m.ProductType]++
		for what, is := range map[string]bool{
			"caption": m.Caption == "", "media_url": m.MediaURL == "", "likes": m.LikesHidden, "counts": m.CountsHidden,
			"comments": m.CommentsDisabled, "feed": m.ProductType == "REELS" && !m.SharedToFeed, "long": len(m.Caption) > 2000,
		} {
			if is {
				absent[what]++
			}
		}
		if i > 0 && m.Timestamp.Equal(list[i-1].Timestamp) {
			twins++
		}
		if len(m.Children) == 20 {
			manyChildren++
		}
		assert.Nil(t, w.MediaRefusal(m.ID, "reach", "views", "shares", "facebook_views"))
		reach, _ := w.MediaInsight(m.ID, "reach")
		views, _ := w.MediaInsight(m.ID, "views")
		assert.GreaterOrEqual(t, views, reach)
	}
	assert.Len(t, kinds, 4, kinds)
	for what, n := range absent {
		assert.Greater(t, n, 5, what)
		assert.Less(t, n, 500, what)
	}
	assert.Len(t, absent, 7)
	assert.Positive(t, twins)
	assert.Positive(t, manyChildren)
}

// TestMediaPeculiarities: what an account says of its media is so of just as many.
func TestMediaPeculiarities(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.PersonalPosts, a.OddPerMille = 500, 200, 200
		a.Kinds = []graphtest.PostKind{graphtest.Reel, graphtest.FeedImage, graphtest.FeedAlbum, graphtest.FeedVideo, graphtest.Ad}
		a.Stories, a.QuietStories, a.Tagged = 6, 2, 7
	}), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.PersonalPosts = 3, 10
		a.FirstPost = noon.Add(time.Hour)
	}), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Converted = 50, noon.Add(-100*time.Hour)
		a.EachMedia = func(m *graphtest.Media) {
			if m.Index == 3 {
				m.Children, m.Type, m.NoInsights = nil, "CAROUSEL_ALBUM", true
			}
		}
	}))
	ids := w.AccountIDs()
	personal, odd, reels := 0, map[string]int{}, 0
	for i, m := range w.Media(ids[0]) {
		if m.BeforeConversion {
			personal++
		}
		if m.ProductType == "REELS" {
			reels++
			assert.Zero(t, i%5)
		}
		for what, is := range map[string]bool{
			"not on facebook": m.NotOnFacebook, "deleted": m.Deleted, "no insights": m.NoInsights,
			"refused": m.Refused != nil, "absent": m.Absent != nil,
		} {
			if is {
				odd[what]++
			}
		}
	}
	assert.Equal(t, 200, personal)
	assert.Equal(t, 100, reels)
	assert.Len(t, odd, 5)
	quiet := 0
	for _, m := range w.Stories(ids[0]) {
		if m.Viewers < 5 {
			quiet++
			assert.Less(t, m.Index, 2)
			assert.NotNil(t, w.MediaRefusal(m.ID, "reach"))
		}
	}
	assert.Equal(t, 2, quiet)
	assert.Len(t, w.Stories(ids[0]), 6)
	assert.Len(t, w.Tagged(ids[0]), 7)

	assert.Empty(t, w.Media(ids[1]), "all of them in the future")
	assert.Nil(t, w.Media("nobody"))
	for _, m := range w.Media(ids[2]) {
		assert.Equal(t, m.Timestamp.Before(noon.Add(-100*time.Hour)), m.BeforeConversion)
		if m.Index == 3 {
			assert.NotEmpty(t, m.Children)
		}
	}
}

// TestMediaPasses: time lets stories expire and posts appear, and moves none.
func TestMediaPasses(t *testing.T) {
	now := clock.NewFake(noon)
	w := graphtest.NewWorld(1, graphtest.WithClock(now), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.FirstPost, a.LastPost, a.Stories = 10, noon.Add(-90*time.Hour), noon.Add(90*time.Hour), 4
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	before, live := w.Media(account), w.Stories(account)
	require.Len(t, live, 4)
	count := mustField(t, p.get("/"+account, "fields", "media_count").body, "media_count")
	assert.Equal(t, "5", count)
	require.Len(t, before, 5)
	assert.Equal(t, 200, p.get("/"+live[3].ID+"/insights", "metric", "reach").status)

	now.Advance(time.Hour)
	assert.Equal(t, mediaIDs(live[:3]), mediaIDs(w.Stories(account)), "the oldest has had its day")
	gone := p.get("/" + live[3].ID + "/insights?metric=reach").graphError(t).Error
	assert.Equal(t, [2]int{100, 33}, [2]int{gone.Code, gone.Subcode})
	assert.Equal(t, 33, w.MediaRefusal(live[3].ID, "reach").Subcode)
	_, ok := w.MediaByID(live[3].ID)
	assert.False(t, ok)

	now.Advance(23 * time.Hour)
	assert.Empty(t, w.Stories(account))
	assert.Equal(t, `{"data":[]}`, p.get("/"+account+"/stories").body)
	now.Advance(100 * time.Hour)
	after := w.Media(account)
	require.Len(t, after, 10)
	assert.Equal(t, mediaIDs(before), mediaIDs(after[5:]))
	assert.Equal(t, "10", mustField(t, p.get("/"+account, "fields", "media_count").body, "media_count"))
}

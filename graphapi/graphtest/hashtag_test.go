package graphtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestHashtags(t *testing.T) {
	w := graphtest.NewWorld(21, graphtest.WithNow(noon), graphtest.WithAccounts(1), graphtest.WithHashtags(func(name string) graphtest.HashtagCount {
		if name == "nothing" {
			return graphtest.HashtagCount{Top: -1}
		}
		return graphtest.HashtagCount{Top: 120, Recent: 60}
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	id := w.HashtagID("Coffee")
	require.Len(t, id, 17)
	assert.Equal(t, `{"data":[{"id":"`+id+`"}]}`, p.get("/v25.0/ig_hashtag_search", "user_id", account, "q", "coffee").body)
	assert.Equal(t, `{"data":[{"name":"coffee","id":"`+id+`"}]}`, p.get("/ig_hashtag_search", "user_id", account, "q", "COFFEE", "fields", "name").body)
	assert.Equal(t, `{"id":"`+id+`","name":"coffee"}`, p.get("/"+id, "fields", "id,name").body)
	assert.Equal(t, `{"id":"`+id+`"}`, p.get("/"+id).body)

	top, recent := w.TopMedia("coffee"), w.RecentMedia("coffee")
	require.Len(t, top, 120)
	require.Len(t, recent, 60)
	for edge, list := range map[string][]graphtest.Media{"top_media": top, "recent_media": recent} {
		for _, limit := range []string{"7", "50", "100"} {
			ids, pages := p.walk("/v25.0/"+id+"/"+edge, "user_id", account, "limit", limit, "fields", "id,timestamp")
			assert.Equal(t, mediaIDs(list), ids)
			if limit == "100" {
				assert.Equal(t, (len(list)+49)/50, pages, "50 at most")
			}
		}
	}
	for i, m := range recent {
		assert.False(t, m.Timestamp.Before(noon.Add(-24*time.Hour)) || m.Timestamp.After(noon))
		assert.False(t, i > 0 && m.Timestamp.After(recent[i-1].Timestamp))
		assert.Contains(t, m.Caption, "#coffee")
	}
	seen := map[string]bool{}
	for _, m := range append(append(top, recent...), append(w.TopMedia("tea"), w.RecentMedia("tea")...)...) {
		assert.False(t, seen[m.ID])
		seen[m.ID] = true
		_, ok := w.MediaByID(m.ID)
		assert.False(t, ok, "nobody's")
	}
	// public fields alone
	m := top[0]
	got := p.get("/"+id+"/top_media", "user_id", account, "limit", "1", "fields",
		"caption,media_type,permalink,owner,is_comment_enabled,saved_count,shares_count,reposts_count,total_views_count,total_like_count").body
	got, _, _ = strings.Cut(got, `"paging"`) // whose links repeat what was asked
	for _, name := range []string{"owner", "is_comment_enabled", "saved_count", "shares_count", "reposts_count", "total_views_count"} {
		assert.NotContains(t, got, name)
	}
	assert.Contains(t, got, `"media_type":"`+m.Type+`"`)
	// inside the hashtag, too
	nested := p.get("/"+id, "user_id", account, "fields", "name,top_media.limit(2){id}").body
	assert.Contains(t, nested, `{"name":"coffee","top_media":{"data":[{"id":"`+top[0].ID+`"},{"id":"`+top[1].ID+`"}],"paging":{`)
	assert.Contains(t, nested, "user_id="+account)

	stats := p.server.Stats()
	assert.Equal(t, int64(2), stats.ByEndpoint["ig_hashtag_search"])
	assert.Equal(t, int64(3), stats.ByEndpoint["hashtag"])
	assert.Empty(t, stats.ByAccount, "the limits of the platform go for them (facts §9)")

	for name, c := range map[string]struct {
		path string
		want string
	}{
		"no user":            {"ig_hashtag_search?q=coffee", `"(#100) The parameter user_id is required"`},
		"no user of an edge": {id + "/top_media", `"(#100) The parameter user_id is required"`},
		"no name":            {"ig_hashtag_search?user_id=" + account, `"(#100) The parameter q is required"`},
		"unknown":            {"ig_hashtag_search?q=nothing&user_id=" + account, `"The requested resource does not exist"`},
		"emoji":              {"ig_hashtag_search?q=%F0%9F%98%8D&user_id=" + account, `"The requested resource does not exist"`},
		"with its sign":      {"ig_hashtag_search?q=%23coffee&user_id=" + account, `"The requested resource does not exist"`},
		"field":              {"ig_hashtag_search?q=coffee&fields=foo&user_id=" + account, `"(#100) Tried accessing nonexisting field (foo)"`},
		"insights":           {id + "/top_media?fields=insights.metric(reach)&user_id=" + account, `"(#10) Application does not have permission for this action"`},
		"comments":           {id + "/recent_media?fields=comments&user_id=" + account, `"(#10) Application does not have permission for this action"`},
	} {
		got := p.get("/" + c.path)
		assert.Equal(t, 400, got.status, name)
		assert.Equal(t, c.want, strings.ReplaceAll(mustField(t, mustField(t, got.body, "error"), "message"), `\/`, "/"), name)
	}
	p = newProbe(t, w, graphtest.WithHost(graphtest.Instagram))
	assert.Equal(t, 400, p.get("/ig_hashtag_search", "user_id", account, "q", "coffee").status, "Facebook login only")
	assert.Equal(t, 400, p.get("/"+id).status)
}

// TestHashtagAllowance: 30 different ones in seven days an account (facts §2.4).
func TestHashtagAllowance(t *testing.T) {
	at := clock.NewFake(noon)
	w := graphtest.NewWorld(22, graphtest.WithClock(at), graphtest.WithAccounts(2))
	p := newProbe(t, w)
	one, other := w.AccountIDs()[0], w.AccountIDs()[1]
	ask := func(account string, i int) answer {
		return p.get("/ig_hashtag_search", "user_id", account, "q", fmt.Sprint("tag", i))
	}
	assert.Equal(t, `{"data":[]}`, p.get("/"+one+"/recently_searched_hashtags").body)
	for i := range 30 {
		require.Equal(t, 200, ask(one, i).status)
		at.Advance(time.Hour)
	}
	full := ask(one, 30)
	assert.Equal(t, 400, full.status)
	checkGolden(t, p, "error_18_hashtags", full.body)
	assert.Equal(t, 400, p.get("/"+w.HashtagID("tag30")+"/top_media", "user_id", one).status, "by its id, too")
	assert.Equal(t, 200, ask(one, 7).status, "again is not another")
	assert.Equal(t, 200, ask(other, 30).status)

	var first page
	decode(t, p.get("/"+one+"/recently_searched_hashtags", "limit", "30", "fields", "id,name").body, &first)
	require.Len(t, first.Data, 30)
	assert.Equal(t, w.HashtagID("tag29"), first.Data[0].ID, "the latest first")
	ids, pages := p.walk("/"+one+"/recently_searched_hashtags", "limit", "20")
	assert.Equal(t, first.ids(), ids)
	assert.Equal(t, 2, pages)

	at.Advance(7*24*time.Hour - 30*time.Hour) // now the first one is seven days old
	assert.Equal(t, 200, ask(one, 30).status)
	assert.Equal(t, 400, ask(one, 31).status)
}

// TestHashtagIDs: some ids are good in a World that was not asked for them.
func TestHashtagIDs(t *testing.T) {
	id := graphtest.NewWorld(23, graphtest.WithNow(noon)).HashtagID("ceramics")
	w := graphtest.NewWorld(23, graphtest.WithNow(noon))
	p := newProbe(t, w)
	assert.Equal(t, `{"name":"ceramics","id":"`+id+`"}`, p.get("/"+id, "fields", "name").body)
	assert.NotEmpty(t, w.TopMedia("ceramics"))
	assert.NotEqual(t, id, graphtest.NewWorld(24, graphtest.WithNow(noon)).HashtagID("ceramics"))
	for _, name := range []string{"", "two words", "a-b", "😍"} {
		assert.Empty(t, w.HashtagID(name))
		assert.Empty(t, w.TopMedia(name))
	}
}

// TestHashtagTime: recent media are of the last 24 hours, whatever the clock says.
func TestHashtagTime(t *testing.T) {
	at := clock.NewFake(noon)
	w := graphtest.NewWorld(25, graphtest.WithClock(at), graphtest.WithHashtags(func(string) graphtest.HashtagCount { return graphtest.HashtagCount{Recent: 40} }))
	all := w.RecentMedia("tea")
	require.Len(t, all, 40)
	at.Advance(12 * time.Hour)
	some := w.RecentMedia("tea")
	assert.Equal(t, mediaIDs(all)[:len(some)], mediaIDs(some))
	assert.Equal(t, all[0].Timestamp, some[0].Timestamp)
	assert.Less(t, len(some), 35)
	assert.NotEmpty(t, some)
	assert.Empty(t, w.TopMedia("tea"))
	at.Advance(13 * time.Hour)
	assert.Empty(t, w.RecentMedia("tea"))
}

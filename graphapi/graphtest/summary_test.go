package graphtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestSummary(t *testing.T) {
	w := graphtest.NewWorld(17, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 2
		a.CommentCount = func(m graphtest.Media) int { return 60 * (1 - m.Index) }
		a.ReplyCount = func(graphtest.Comment) int { return 4 }
		a.Kinds = []graphtest.PostKind{graphtest.FeedAlbum}
		a.EachMedia = func(m *graphtest.Media) { m.Children = m.Children[:2] }
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	post, bare := w.Media(account)[0].ID, w.Media(account)[1].ID
	for _, c := range []struct{ path, query, want string }{
		{post + "/comments", "limit=0&summary=true", `{"data":[],"summary":{"order":"reverse_chronological","total_count":60}}`},
		{post + "/comments", "limit=0&summary=total_count", `{"data":[],"summary":{"total_count":60}}`},
		{post + "/comments", "limit=0&summary=order,total_count&order=chronological", `{"data":[],"summary":{"order":"chronological","total_count":60}}`},
		{w.Comments(post)[5].ID + "/replies", "limit=0&summary=1", `{"data":[],"summary":{"order":"reverse_chronological","total_count":4}}`},
		{bare + "/comments", "summary=true", `{"data":[],"summary":{"order":"reverse_chronological","total_count":0}}`},
		{bare, "fields=comments.summary(true)", `{"comments":{"data":[],"summary":{"order":"reverse_chronological","total_count":0}},"id":"` + bare + `"}`},
		{bare, "fields=comments.summary(false)", `{"id":"` + bare + `"}`},
		{bare + "/children", "limit=0&summary=true", `{"data":[],"summary":{"total_count":2}}`},
		{account + "/media", "limit=0&summary=true", `{"data":[],"summary":{"total_count":2}}`},
		{account, "fields=media.limit(0).summary(total_count).as(posts)", `{"posts":{"data":[],"summary":{"total_count":2}},"id":"` + account + `"}`},
	} {
		got := p.get("/" + c.path + "?" + c.query)
		assert.Equal(t, 200, got.status, c)
		assert.Equal(t, c.want, got.body, c)
	}
	// on every page, and the next one is asked for it, too
	var first, second edge
	decode(t, p.get("/"+post+"/comments", "limit", "50", "summary", "total_count", "order", "chronological", "fields", "id").body, &first)
	assert.Equal(t, `{"total_count":60}`, string(first.Summary))
	all := w.Comments(post)
	assert.Equal(t, all[59].ID, first.Data[0].ID, "the oldest")
	assert.Contains(t, first.Paging.Next, "summary=total_count")
	assert.Contains(t, first.Paging.Next, "order=chronological")
	rest := p.all(&first)
	assert.Len(t, rest, 60)
	assert.Equal(t, all[0].ID, rest[59].ID)
	decode(t, p.get("/"+post+"/comments", "summary", "total_count", "after", first.Paging.Cursors.After, "fields", "id").body, &second)
	assert.Equal(t, `{"total_count":60}`, string(second.Summary))
}

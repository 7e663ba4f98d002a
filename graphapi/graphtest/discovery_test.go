package graphtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestDiscovery(t *testing.T) {
	w := graphtest.NewWorld(26, graphtest.WithNow(noon), graphtest.WithAccounts(1), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Username, a.Media, a.Website, a.MediaDenied = "the.rival", 61, "https://rival.example", true
		a.Kinds = []graphtest.PostKind{graphtest.Reel, graphtest.FeedImage, graphtest.FeedAlbum}
	}), graphtest.WithAccount(func(a *graphtest.Account) { a.Username, a.Undiscoverable = "private_person", true }))
	mine, rival := w.Accounts()[0], w.Accounts()[1]
	// the token reaches nothing of the rival's
	p := newProbe(t, w, graphtest.WithTokens(graphtest.Token{Value: "T", Accounts: []string{mine.ID}}))
	p.token = "T"
	require.Equal(t, 400, p.get("/"+rival.ID).status)
	found, ok := w.Discovery("THE.Rival")
	require.True(t, ok)
	assert.Equal(t, rival.ID, found.ID)
	_, ok = w.Discovery("private_person")
	assert.False(t, ok)

	assert.Equal(t, `{"business_discovery":{"id":"`+rival.ID+`"},"id":"`+mine.ID+`"}`,
		p.get("/"+mine.ID, "fields", "business_discovery.username(the.rival)").body)
	assert.Equal(t, `{"rival":{"username":"the.rival","website":"https:\/\/rival.example","media_count":61,"id":"`+rival.ID+`"},"id":"`+mine.ID+`"}`,
		p.get("/"+mine.ID, "fields", "business_discovery.username(the.rival).as(rival){username,website,media_count,is_published,ig_id}").body, "public fields alone")

	// its media, by cursors alone
	posts := w.Media(rival.ID)
	var ids []string
	pages, modifiers := 0, ".limit(25)"
	for {
		var root struct {
			Discovery struct{ Media *page } `json:"business_discovery"`
		}
		got := p.get("/v25.0/"+mine.ID, "fields", "business_discovery.username(the.rival){media"+modifiers+"{id,view_count,owner,shares_count,saved_count,total_views_count,children{id}}}")
		require.Equal(t, 200, got.status, got.body)
		for _, never := range []string{`"next"`, `"previous"`, `"owner"`, `"shares_count"`, `"saved_count"`, `"total_views_count"`} {
			assert.NotContains(t, got.body, never)
		}
		decode(t, got.body, &root)
		ids, pages = append(ids, root.Discovery.Media.ids()...), pages+1
		after := root.Discovery.Media.Paging.Cursors.After
		if after == "" {
			break
		}
		modifiers = ".limit(25).after(" + after + ")"
	}
	assert.Equal(t, mediaIDs(posts), ids)
	assert.Equal(t, 4, pages, "the last one is empty, and has no cursors")

	views, ok := w.MediaInsight(posts[0].ID, "views")
	require.True(t, ok)
	assert.Equal(t, views, int64(num(t, p.get("/"+mine.ID, "fields", "business_discovery.username(the.rival){media.limit(1){view_count}}").body)))
	assert.Equal(t, 400, p.get("/"+posts[0].ID, "fields", "view_count").status)

	for fields, want := range map[string]string{
		"business_discovery{username}":                                                `{"message":"(#100) The parameter username is required","type":"OAuthException","code":100`,
		"business_discovery.username(nobody_at_all){username}":                        `{"message":"Invalid user id","type":"OAuthException","code":110,"error_subcode":2207013}`,
		"business_discovery.username(private_person){username}":                       `{"message":"Invalid user id","type":"OAuthException","code":110,"error_subcode":2207013}`,
		"business_discovery.username(the.rival){insights.metric(reach)}":              `{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10`,
		"business_discovery.username(the.rival){stories}":                             `{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10`,
		"business_discovery.username(the.rival){media{insights.metric(reach)}}":       `{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10`,
		"business_discovery.username(the.rival){media{comments{text}}}":               `{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10`,
		"business_discovery.username(the.rival){media{collaborators{invite_status}}}": `{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10`,
		"business_discovery.username(the.rival){followers}":                           `{"message":"(#100) Tried accessing nonexisting field (followers)","type":"OAuthException","code":100`,
	} {
		got := p.get("/"+mine.ID, "fields", fields)
		assert.Equal(t, 400, got.status, fields)
		assert.Contains(t, got.body, `{"error":`+want, fields)
	}
	p = newProbe(t, w, graphtest.WithTokens(graphtest.Token{Value: "T", Scopes: []string{"instagram_basic", "pages_read_engagement"}}))
	p.token = "T"
	assert.Equal(t, 400, p.get("/"+mine.ID, "fields", "business_discovery.username(the.rival)").status, "a permission is missing")
	p = newProbe(t, w, graphtest.WithHost(graphtest.Instagram))
	assert.Equal(t, 400, p.get("/me", "fields", "business_discovery.username(the.rival)").status, "Facebook login only")
}

// num is the view_count of the one media of a discovery.
func num(t *testing.T, body string) float64 {
	t.Helper()
	var root struct {
		Discovery struct {
			Media struct {
				Data []struct {
					Views float64 `json:"view_count"`
				}
			}
		} `json:"business_discovery"`
	}
	decode(t, body, &root)
	require.Len(t, root.Discovery.Media.Data, 1)
	return root.Discovery.Media.Data[0].Views
}

func TestMentions(t *testing.T) {
	w := graphtest.NewWorld(27, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Tagged, a.Media = 3, 1
		a.CommentCount = func(graphtest.Media) int { return 3 }
		a.EachMedia = func(m *graphtest.Media) { m.CommentsDisabled = m.Tagged && m.Index == 2 }
	}), graphtest.WithAccounts(1))
	p := newProbe(t, w)
	account, other := w.AccountIDs()[0], w.AccountIDs()[1]
	tagged := w.Tagged(account)
	comment := w.Comments(tagged[0].ID)[1]
	assert.Contains(t, "@"+comment.Text, w.Accounts()[0].Username)

	got := p.get("/"+account, "fields", "mentioned_media.media_id("+tagged[0].ID+"){username,permalink,owner,is_comment_enabled}").body
	assert.Equal(t, `{"mentioned_media":{"username":"`+tagged[0].Username+`","permalink":`+escaped(tagged[0].Permalink)+`,"id":"`+tagged[0].ID+`"},"id":"`+account+`"}`, got)
	got = p.get("/"+account, "fields", "mentioned_comment.comment_id("+comment.ID+"){username,media{id}}").body
	assert.Equal(t, `{"mentioned_comment":{"username":"`+comment.Username+`","media":{"id":"`+tagged[0].ID+`"},"id":"`+comment.ID+`"},"id":"`+account+`"}`, got)

	own := w.Media(account)[0].ID
	for name, c := range map[string]struct{ account, fields, want string }{
		"no media":              {account, "mentioned_media{id}", "(#100) The parameter media_id is required"},
		"no comment":            {account, "mentioned_comment{id}", "(#100) The parameter comment_id is required"},
		"a media of its own":    {account, "mentioned_media.media_id(" + own + "){id}", "Unsupported get request. Object with ID '" + own + "'"},
		"a mention of another":  {other, "mentioned_media.media_id(" + tagged[0].ID + "){id}", "Unsupported get request. Object with ID '" + tagged[0].ID + "'"},
		"a comment of another":  {other, "mentioned_comment.comment_id(" + comment.ID + "){id}", "Unsupported get request. Object with ID '" + comment.ID + "'"},
		"a comment of its own":  {account, "mentioned_comment.comment_id(" + w.Comments(own)[0].ID + "){id}", "Unsupported get request. Object"},
		"comments are disabled": {account, "mentioned_comment.comment_id(" + w.Comments(tagged[2].ID)[0].ID + "){id}", "(#100) Comments are disabled"},
		"the replies to it":     {account, "mentioned_comment.comment_id(" + comment.ID + "){replies}", "(#10) Application does not have permission"},
	} {
		got := p.get("/"+c.account, "fields", c.fields)
		assert.Equal(t, 400, got.status, name)
		assert.Contains(t, got.body, `{"error":{"message":"`+c.want, name)
	}
	p = newProbe(t, w, graphtest.WithTokens(graphtest.Token{Value: "T", Scopes: []string{"instagram_basic"}}))
	p.token = "T"
	for _, fields := range []string{"mentioned_media.media_id(" + tagged[0].ID + ")", "mentioned_comment.comment_id(" + comment.ID + ")", "media{comments}"} {
		assert.Equal(t, 400, p.get("/"+account, "fields", fields).status, "without instagram_manage_comments (facts §1.1)")
	}
}

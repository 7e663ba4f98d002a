package graphtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// object is a node of any kind, with the edges that were asked for inside it.
type object struct {
	ID        string
	Text      string
	Username  string
	Timestamp string
	ParentID  string `json:"parent_id"`
	Media     *edge
	Comments  *edge
	Replies   *edge
}

// edge is a list inside an answer, or the answer itself.
type edge struct {
	Data    []object
	Summary json.RawMessage
	Paging  struct {
		Cursors struct{ Before, After string }
		Next    string
	}
}

// all reads the rest of a list inside an answer by the links it gives.
func (p *probe) all(list *edge) []object {
	p.t.Helper()
	if list == nil {
		return nil
	}
	out := list.Data
	for next := list.Paging.Next; next != ""; {
		link, err := url.Parse(next)
		require.NoError(p.t, err)
		got, err := p.do(p.request(http.MethodGet, link.Path+"?"+link.RawQuery, ""))
		require.NoError(p.t, err)
		require.Equal(p.t, 200, got.status, got.body)
		var more edge
		decode(p.t, got.body, &more)
		out, next = append(out, more.Data...), more.Paging.Next
	}
	return out
}

// TestThreeLevels: media, their comments and those's replies, paged at every level, whatever the sizes of pages
// and however ragged they are, are what the World says.
func TestThreeLevels(t *testing.T) {
	w := graphtest.NewWorld(11, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 18
		a.CommentCount = func(m graphtest.Media) int { return []int{0, 1, 50, 51, 7, 120}[m.Index%6] }
		a.ReplyCount = func(c graphtest.Comment) int { return []int{0, 0, 3, 0, 26, 1, 0}[c.Index%7] }
	}))
	account := w.AccountIDs()[0]
	var want []string
	row := func(c graphtest.Comment) string {
		return fmt.Sprintf("%s %s %q %s %s", c.ID, c.Parent, c.Text, c.Username, c.Timestamp.Format("2006-01-02T15:04:05-0700"))
	}
	for _, m := range w.Media(account) {
		want = append(want, m.ID)
		for _, c := range w.Comments(m.ID) {
			want = append(want, row(c))
			for _, r := range w.Replies(c.ID) {
				want = append(want, row(r))
			}
		}
	}
	for _, limits := range [][3]string{{"100", "50", "50"}, {"7", "20", "2"}, {"25", "1000", "25"}} {
		for _, ragged := range []bool{false, true} {
			t.Run(fmt.Sprint(limits, ragged), func(t *testing.T) {
				options := []graphtest.Option{}
				if ragged {
					options = append(options, graphtest.WithRaggedPages())
				}
				p := newProbe(t, w, options...)
				const fields = "text,username,timestamp"
				var root object
				decode(t, p.get("/v25.0/"+account, "fields", "media.limit("+limits[0]+"){id,comments.limit("+limits[1]+"){"+
					fields+",replies.limit("+limits[2]+"){parent_id,"+fields+"}}}").body, &root)
				var got []string
				asText := func(o object) string {
					return fmt.Sprintf("%s %s %q %s %s", o.ID, o.ParentID, o.Text, o.Username, o.Timestamp)
				}
				for _, m := range p.all(root.Media) {
					got = append(got, m.ID)
					for _, c := range p.all(m.Comments) {
						got = append(got, asText(c))
						for _, r := range p.all(c.Replies) {
							got = append(got, asText(r))
						}
					}
				}
				require.Equal(t, len(want), len(got))
				for i := range want {
					require.Equal(t, want[i], got[i])
				}
			})
		}
	}
}

// TestFewestCalls: 50 comments come with the page of their post, and so many calls are the rest of them.
func TestFewestCalls(t *testing.T) {
	counts := []int{0, 50, 51, 101}
	w := graphtest.NewWorld(11, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 4
		a.CommentCount = func(m graphtest.Media) int { return counts[m.Index] }
	}))
	p := newProbe(t, w)
	var page edge
	decode(t, p.get("/"+w.AccountIDs()[0]+"/media", "limit", "100", "fields", "comments.limit(100){id}").body, &page)
	assert.Nil(t, page.Data[0].Comments, "an empty list inside an object is left out")
	for i, m := range page.Data {
		assert.Len(t, p.all(m.Comments), counts[i])
	}
	stats := p.server.Stats()
	assert.Equal(t, map[string]int64{"account/media": 1, "media/comments": 3}, stats.ByEndpoint)
	assert.Equal(t, map[string]int64{w.AccountIDs()[0]: 4}, stats.ByAccount, "a comment is its account's")
}

// TestQueryErrors: what a query may not ask, at whatever depth and even of lists that are empty.
func TestQueryErrors(t *testing.T) {
	w := graphtest.NewWorld(12, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Stories, a.Tagged = 3, 0, 1
		a.CommentCount = func(graphtest.Media) int { return 2 }
	}))
	account := w.AccountIDs()[0]
	post := w.Media(account)[0].ID
	comment := w.Comments(post)[0].ID
	for name, c := range map[string]struct {
		path, fields string
		code         int
		message      string
	}{
		"unknown below an empty list": {account, "stories{comments{replies{bar}}}", 100, "(#100) Tried accessing nonexisting field (bar)"},
		"unknown at the third level":  {account + "/media", "comments{id,replies{id,caption}}", 100, "(#100) Tried accessing nonexisting field (caption)"},
		"unknown of insights":         {account + "/media", "insights.metric(reach){name,titles}", 100, "(#100) Tried accessing nonexisting field (titles)"},
		"unknown of a writer":         {comment, "from{biography}", 100, "(#100) Tried accessing nonexisting field (biography)"},
		"unknown edge":                {comment + "/comments", "", 100, "(#100) Tried accessing nonexisting field (comments)"},
		"fields of a text":            {account, "media{caption{id}}", 100, "(#100) Subfields are not supported by caption"},
		"fields of the id":            {comment, "id{id}", 100, "(#100) Subfields are not supported by id"},
		"the id of what has none":     {account, "content_publishing_limit{id}", 100, "(#100) Tried accessing nonexisting field (id)"},
		"twice at the third level":    {account, "media{comments{text,text}}", 2500, "Syntax error \"Field text specified more than once. This is only possible before version 2.1\" at character 24: media{comments{text,text}}"},
		"twice by an alias":           {account, "media.as(x){id},stories.as(x)", 2500, "Syntax error \"Field x specified more than once. This is only possible before version 2.1\" at character 29: media.as(x){id},stories.as(x)"},
		"an open brace":               {account, "media{id", 2500, "Syntax error \"Expected \"}\".\" at character 8: media{id"},
		"a brace too many":            {account, "media{id}}", 2500, "Syntax error \"Expected end of string instead of \"}\".\" at character 9: media{id}}"},
		"empty braces":                {account, "media{}", 2500, "Syntax error \"Expected name.\" at character 6: media{}"},
		"an open parenthesis":         {account, "media.limit((2){id}", 2500, "Syntax error \"Expected \")\".\" at character 19: media.limit((2){id}"},
		"no alias":                    {account, "media.as(){id}", 2500, "Syntax error \"Expected alias.\" at character 10: media.as(){id}"},
		"a comma at the end":          {account, "id,", 2500, "Syntax error \"Expected name.\" at character 3: id,"},
		"a limit of nothing":          {account, "media{comments.limit(0){id}}", 100, "(#100) param limit must be a positive integer"},
		"a negative limit":            {post + "/comments?limit=-1", "", 100, "(#100) param limit must be a positive integer"},
		"a bad cursor":                {account, "media{comments.after(x){id}}", 100, "(#100) Invalid cursors values. Use a cursor of an earlier answer to the same list"},
		"a bad order":                 {post + "/comments?order=ranked", "", 100, "(#100) order must be one of the following values: chronological, reverse_chronological"},
		"a bad summary":               {post + "/comments?summary=likes", "", 100, "(#100) summary must be one of the following values: true, false, order, total_count"},
		"a summary without order":     {account, "media.summary(order){id}", 100, "(#100) summary must be one of the following values: true, false, total_count"},
		"comments of somebody else's": {account, "tags{comments}", 10, "(#10) Application does not have permission for this action"},
		"somebody else's comment":     {w.Comments(w.Tagged(account)[0].ID)[0].ID, "", 100, ""},
		"no comment":                  {"180000000000000000", "", 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProbe(t, w)
			path, rest, _ := strings.Cut(c.path, "?")
			values, err := url.ParseQuery(rest)
			require.NoError(t, err)
			params := []string{"fields", c.fields}
			for name := range values {
				params = append(params, name, values.Get(name))
			}
			got := p.get("/"+path, params...)
			assert.Equal(t, 400, got.status)
			var answer struct {
				Error struct {
					Code    int
					Message string
				}
			}
			decode(t, got.body, &answer)
			assert.Equal(t, c.code, answer.Error.Code)
			if c.message != "" {
				assert.Equal(t, c.message, answer.Error.Message)
			}
		})
	}
}

// TestGone: a post or a comment that was deleted after it was listed spoils what asks for its edges (facts §8).
func TestGone(t *testing.T) {
	w := graphtest.NewWorld(13, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 5
		a.CommentCount = func(graphtest.Media) int { return 4 }
		a.ReplyCount = func(graphtest.Comment) int { return 1 }
		a.EachMedia = func(m *graphtest.Media) { m.Deleted = m.Index == 2 }
		a.EachComment = func(c *graphtest.Comment) { c.Deleted = c.Index == 3 && c.Parent == "" }
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	list := w.Media(account)
	gone := func(id string) string {
		return `{"error":{"message":"Unsupported get request. Object with ID '` + id + `' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https:\/\/developers.facebook.com\/docs\/graph-api","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"EXAMPLE"}}`
	}
	check := func(id, path string, params ...string) {
		t.Helper()
		got := p.get(path, params...)
		assert.Equal(t, 400, got.status)
		assert.Equal(t, gone(id), traceID.ReplaceAllString(got.body, `"fbtrace_id":"EXAMPLE"`))
	}
	post := list[2].ID
	for _, fields := range []string{"id,comments{id}", "collaborators", "product_tags{name}", "insights.metric(reach)"} {
		check(post, "/"+account+"/media", "fields", fields)
		check(post, "/"+account, "fields", "media.limit(3){"+fields+"}")
		assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "2", "fields", fields).status)
	}
	check(post, "/"+post)
	check(post, "/"+post+"/comments")
	assert.Equal(t, 200, p.get("/"+account+"/media", "fields", "id,caption,children{id}").status)

	comment := w.Comments(list[0].ID)[3].ID
	check(comment, "/"+account+"/media", "fields", "comments{replies}")
	check(comment, "/"+comment+"/replies")
	assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "1", "fields", "comments{text}").status)
	assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "1", "fields", "comments.limit(3){replies}").status)
}

// TestMediaDenied: an account whose media may not be read answers everything else.
func TestMediaDenied(t *testing.T) {
	w := graphtest.NewWorld(14, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.MediaDenied = true }),
		graphtest.WithAccounts(1))
	p := newProbe(t, w)
	denied, open := w.AccountIDs()[0], w.AccountIDs()[1]
	post := w.Media(denied)[0].ID
	for path, fields := range map[string]string{
		denied + "/media": "", denied + "/stories": "", denied + "/tags": "id", denied: "username,media{id}", post: "id",
		post + "/comments": "", w.Comments(post)[0].ID: "text",
	} {
		got := p.get("/"+path, "fields", fields)
		assert.Equal(t, 400, got.status, path)
		assert.Equal(t, `{"error":{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10,"fbtrace_id":"EXAMPLE"}}`,
			traceID.ReplaceAllString(got.body, `"fbtrace_id":"EXAMPLE"`))
	}
	assert.Equal(t, 200, p.get("/"+denied, "fields", "username,insights.metric(reach).period(day)").status)
	assert.Equal(t, 200, p.get("/"+open, "fields", "media{comments}").status)
	both := p.get("/", "ids", denied+","+open, "fields", "media.limit(1){id}")
	assert.Equal(t, 400, both.status, "in an ids list it spoils the others")
	assert.Equal(t, `(#10) Application does not have permission for this action`, strings.Trim(mustField(t, mustField(t, both.body, "error"), "message"), `"`))
}

// TestQueriesInBatches: items and ids nest as a call of its own does.
func TestQueriesInBatches(t *testing.T) {
	w := graphtest.NewWorld(15, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 3
		a.CommentCount = func(graphtest.Media) int { return 3 }
		a.ReplyCount = func(graphtest.Comment) int { return 1 }
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	a, b := w.Media(account)[0].ID, w.Media(account)[1].ID
	const fields = "comments.limit(2){text,replies{username}}"
	alone := p.get("/v25.0/"+a, "fields", fields).body
	batch := p.post("/v25.0/", "batch", batchOf(a+"?fields="+fields, account+"/media?fields=nope", a+"/comments?summary=true&limit=0"), "include_headers", "false")
	var items []struct {
		Code int
		Body string
	}
	decode(t, batch.body, &items)
	require.Len(t, items, 3)
	assert.Equal(t, alone, items[0].Body)
	assert.Equal(t, 400, items[1].Code)
	assert.Equal(t, `{"data":[],"summary":{"order":"reverse_chronological","total_count":3}}`, items[2].Body)

	ids := p.get("/v25.0/", "ids", a+","+b, "fields", fields)
	assert.Equal(t, alone, mustField(t, ids.body, a))
	comments := p.get("/v25.0/comments", "ids", a+","+b, "fields", "text", "limit", "1")
	assert.Equal(t, p.get("/v25.0/"+b+"/comments", "fields", "text", "limit", "1").body, mustField(t, comments.body, b))
	replies := p.get("/replies", "ids", w.Comments(a)[0].ID+",18000000000000000", "fields", "id")
	assert.Len(t, w.Replies(w.Comments(a)[0].ID), 1)
	assert.Contains(t, replies.body, w.Replies(w.Comments(a)[0].ID)[0].ID)
}

// TestEmptyLists: inside an object they are left out, on a path of their own they are not.
func TestEmptyLists(t *testing.T) {
	w := graphtest.NewWorld(31, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Stories, a.Tagged, a.Kinds = 1, 0, 0, []graphtest.PostKind{graphtest.FeedImage}
		a.CommentCount = func(graphtest.Media) int { return 0 }
	}), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }))
	p := newProbe(t, w)
	account, bare := w.AccountIDs()[0], w.AccountIDs()[1]
	post := w.Media(account)[0].ID
	assert.Equal(t, `{"media":{"data":[{"id":"`+post+`"}],"paging":{"cursors":{"before":"UVZGSTowOjAZD","after":"UVZGSToxOjEZD"}}},"id":"`+account+`"}`,
		p.get("/"+account, "fields", "stories,tags{id},live_media,media{comments{replies},children,collaborators},recently_searched_hashtags").body)
	assert.Equal(t, `{"id":"`+bare+`"}`, p.get("/"+bare, "fields", "media{comments}").body)
	for _, path := range []string{bare + "/media", account + "/stories", account + "/tags", account + "/live_media", post + "/comments", post + "/children", post + "/collaborators"} {
		assert.Equal(t, `{"data":[]}`, p.get("/"+path).body, path)
	}
}

// TestCommentsWithInstagramLogin: they are there as well, and need their permission there, too (facts §1.1).
func TestCommentsWithInstagramLogin(t *testing.T) {
	w := graphtest.NewWorld(32, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 1
		a.CommentCount = func(graphtest.Media) int { return 1 }
		a.ReplyCount = func(graphtest.Comment) int { return 1 }
	}))
	account := w.AccountIDs()[0]
	post := w.Media(account)[0].ID
	comment := w.Comments(post)[0].ID
	p := newProbe(t, w, graphtest.WithHost(graphtest.Instagram))
	var root object
	decode(t, p.get("/me", "fields", "media{comments{id,replies{id}}}").body, &root)
	assert.Equal(t, w.Replies(comment)[0].ID, root.Media.Data[0].Comments.Data[0].Replies.Data[0].ID)
	assert.Equal(t, 200, p.get("/"+comment+"/replies").status)
	assert.Equal(t, 400, p.get("/"+post+"/collaborators").status, "Facebook login only")

	p = newProbe(t, w, graphtest.WithHost(graphtest.Instagram), graphtest.WithTokens(graphtest.Token{Value: "T", Scopes: []string{"instagram_business_basic"}}))
	p.token = "T"
	assert.Equal(t, 200, p.get("/"+post).status)
	for _, path := range []string{post + "/comments", comment, comment + "/replies"} {
		got := p.get("/" + path)
		assert.Equal(t, 400, got.status)
		assert.Contains(t, got.body, `"code":10,`)
	}
}

// TestNestedWeight: the rows of nested lists weigh like those of the outer one, so that a page can be too heavy
// for what hangs on it (facts §8).
func TestNestedWeight(t *testing.T) {
	w := graphtest.NewWorld(16, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 20
		a.CommentCount = func(graphtest.Media) int { return 10 }
		a.ReplyCount = func(graphtest.Comment) int { return 2 }
	}))
	account := w.AccountIDs()[0]
	const fields = "id,comments{text,replies{text}}"
	const post = 2 + 10*2 + 10*2*1
	p := newProbe(t, w, graphtest.WithPageWeight(10*post))
	assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "10", "fields", fields).status)
	assert.Equal(t, tooMuch, p.get("/"+account+"/media", "limit", "11", "fields", fields).body)
	assert.Equal(t, 200, p.get("/"+account+"/media", "limit", "20", "fields", "id,comments.limit(5){text}").status, "smaller nested pages weigh less")
	assert.Equal(t, 200, p.get("/"+account, "fields", "media.limit(10){"+fields+"}").status)
	assert.Equal(t, 500, p.get("/"+account, "fields", "media.limit(11){"+fields+"}").status)
}

package graphtest_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func (p page) ids() []string {
	out := make([]string, 0, len(p.Data))
	for _, one := range p.Data {
		out = append(out, one.ID)
	}
	return out
}

// walk reads an edge page by page, following cursors while there is a next, or while there are data where
// there is none.
func (p *probe) walk(path string, params ...string) (ids []string, pages int) {
	p.t.Helper()
	after := ""
	for {
		var list page
		ask := append([]string{}, params...)
		if after != "" {
			ask = append(ask, "after", after)
		}
		got := p.get(path, ask...)
		require.Equal(p.t, 200, got.status, got.body)
		decode(p.t, got.body, &list)
		ids, pages = append(ids, list.ids()...), pages+1
		after = list.Paging.Cursors.After
		if strings.HasSuffix(path, "/tags") {
			assert.NotContains(p.t, got.body, `"next"`)
			assert.NotContains(p.t, got.body, `"previous"`)
			if after == "" {
				assert.Equal(p.t, `{"data":[]}`, got.body)
				return ids, pages
			}
			continue
		}
		if list.Paging.Next == "" {
			return ids, pages
		}
		next, err := url.Parse(list.Paging.Next)
		require.NoError(p.t, err)
		assert.Equal(p.t, p.token, next.Query().Get("access_token"))
		assert.Equal(p.t, after, next.Query().Get("after"))
		for i := 0; i < len(params); i += 2 {
			if name := params[i]; name != "limit" {
				assert.Equal(p.t, params[i+1], next.Query().Get(name), name)
			}
		}
	}
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// TestMediaEdge walks an account that has more posts than the edge gives (facts §2.1, §7.3).
func TestMediaEdge(t *testing.T) {
	w := graphtest.NewWorld(3, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 10_150 }))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	posts := w.Media(account)
	require.Len(t, posts, 10_000, "the latest")
	ids, pages := p.walk("/v25.0/"+account+"/media", "limit", "100", "fields", "id")
	assert.Equal(t, mediaIDs(posts), ids)
	assert.Equal(t, 100, pages)
	assert.Equal(t, "10150", mustField(t, p.get("/"+account, "fields", "media_count").body, "media_count"))

	// the last page has a cursor, but nothing may come after it
	var last page
	decode(t, p.get("/"+account+"/media", "limit", "100", "until", unix(posts[9_990].Timestamp)).body, &last)
	assert.Empty(t, last.Paging.Next)
	deep := p.get("/"+account+"/media", "after", last.Paging.Cursors.After)
	assert.Equal(t, 400, deep.status)
	assert.Equal(t, `{"error":{"message":"(#100) The After Cursor specified exceeds the max limit supported by this endpoint","type":"OAuthException","code":100}}`, deep.body)

	// an older post is there, though not listed
	assert.Equal(t, 200, p.get("/"+posts[9_999].ID).status)
	stats := p.server.Stats()
	assert.Equal(t, map[string]int64{"account/media": 102, "account": 1, "media": 1}, stats.ByEndpoint)
	assert.Equal(t, map[string]int64{account: 104}, stats.ByAccount, "a media is its account's")
}

func TestMediaPages(t *testing.T) {
	w := graphtest.NewWorld(3, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.Stories, a.Tagged = 130, 30, 60 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.Stories, a.Tagged = 0, 0, 0 }))
	account, empty := w.AccountIDs()[0], w.AccountIDs()[1]
	lists := map[string][]graphtest.Media{"media": w.Media(account), "stories": w.Stories(account), "tags": w.Tagged(account)}
	for _, ragged := range []bool{false, true} {
		var options []graphtest.Option
		if ragged {
			options = append(options, graphtest.WithRaggedPages())
		}
		p := newProbe(t, w, options...)
		for edge, list := range lists {
			for _, limit := range []string{"1", "7", "100", "1000"} {
				ids, _ := p.walk("/v25.0/"+account+"/"+edge, "limit", limit)
				assert.Equal(t, mediaIDs(list), ids, "%s %s", edge, limit)
			}
			assert.Equal(t, `{"data":[]}`, p.get("/"+empty+"/"+edge).body)
		}
		for limit, size := range map[string]int{"": 25, "3": 3, "101": 100} {
			var first page
			decode(t, p.get("/"+account+"/media?limit="+limit).body, &first)
			assert.Len(t, first.Data, size, "limit %q", limit)
		}
	}
	p := newProbe(t, w)
	var first, second, back page
	decode(t, p.get("/"+account+"/media", "limit", "10").body, &first)
	decode(t, p.get("/"+account+"/media", "limit", "10", "after", first.Paging.Cursors.After).body, &second)
	assert.Empty(t, first.Paging.Previous)
	assert.NotEmpty(t, second.Paging.Previous)
	decode(t, p.get("/"+account+"/media", "limit", "10", "before", second.Paging.Cursors.Before).body, &back)
	assert.Equal(t, first.ids(), back.ids())
	// a page of another size goes on from the same cursor: how a page that fails is narrowed down
	var half page
	decode(t, p.get("/"+account+"/media", "limit", "5", "after", first.Paging.Cursors.After).body, &half)
	assert.Equal(t, second.ids()[:5], half.ids())
	decode(t, p.get("/"+account+"/media", "limit", "5", "after", half.Paging.Cursors.After).body, &half)
	assert.Equal(t, second.ids()[5:], half.ids())
}

// TestMediaTimes: since and until count their own second (facts §2.1, §7.4).
func TestMediaTimes(t *testing.T) {
	w := graphtest.NewWorld(6, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 200 }))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	all := w.Media(account)
	between := func(since, until time.Time) []string {
		var out []string
		for _, m := range all {
			if !m.Timestamp.Before(since) && !m.Timestamp.After(until) {
				out = append(out, m.ID)
			}
		}
		return out
	}
	path := "/v25.0/" + account + "/media"
	for _, at := range [][2]int{{0, 199}, {10, 120}, {50, 50}, {199, 199}, {0, 0}} {
		until, since := all[at[0]].Timestamp, all[at[1]].Timestamp
		for _, by := range []time.Duration{0, time.Second, -time.Second} {
			got, _ := p.walk(path, "limit", "30", "since", unix(since.Add(by)), "until", unix(until.Add(by+time.Second)))
			want := between(since.Add(by), until.Add(by+time.Second))
			assert.Equal(t, len(want), len(got))
			assert.Equal(t, append([]string(nil), want...), got, "%v %v", at, by)
		}
	}
	got, _ := p.walk(path, "since", unix(all[4].Timestamp))
	assert.Equal(t, between(all[4].Timestamp, noon), got)
	got, _ = p.walk(path, "until", unix(all[190].Timestamp))
	assert.Equal(t, between(time.Time{}, all[190].Timestamp), got)
	day := all[100].Timestamp.In(graphtest.Pacific).Format(time.DateOnly)
	midnight, err := time.ParseInLocation(time.DateOnly, day, graphtest.Pacific)
	require.NoError(t, err)
	got, _ = p.walk(path, "until", day)
	assert.Equal(t, between(time.Time{}, midnight), got)
	got, _ = p.walk(path, "since", day)
	assert.Equal(t, between(midnight, noon), got)

	// a cursor of the whole list goes with any window
	var first page
	decode(t, p.get(path, "limit", "50").body, &first)
	var rest page
	decode(t, p.get(path, "limit", "100", "after", first.Paging.Cursors.After, "since", unix(all[59].Timestamp)).body, &rest)
	assert.Equal(t, between(all[59].Timestamp, all[50].Timestamp), rest.ids())
	decode(t, p.get(path, "after", first.Paging.Cursors.After, "since", unix(all[20].Timestamp)).body, &rest)
	assert.Empty(t, rest.Data)
	assert.Empty(t, rest.Paging.Next)
}

func TestMediaEdgeErrors(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Unlinked = true }))
	p := newProbe(t, w)
	account, empty := w.AccountIDs()[0], w.AccountIDs()[1]
	post := w.Media(account)[0].ID
	unlinked := w.Media(w.AccountIDs()[2])[0].ID
	notFound := func(id string) string {
		return "Unsupported get request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
	}
	for name, c := range map[string]struct {
		path          string
		params        []string
		code, subcode int
		message       string
	}{
		"unknown field":              {account + "/media", []string{"fields", "caption,foo"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"unknown field, no rows":     {empty + "/media", []string{"fields", "foo"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"unknown field of children":  {empty + "/media", []string{"fields", "children{foo}"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"unknown field of the owner": {empty + "/media", []string{"fields", "owner{id,foo}"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"unknown field, nested":      {"me/accounts", []string{"fields", "instagram_business_account{media{foo}}"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"unknown field of insights":  {account + "/media", []string{"fields", "insights.metric(reach){foo}"}, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"twice":                      {account + "/media", []string{"fields", "id,caption,id"}, 2500, 0, `Syntax error "Field id specified more than once. This is only possible before version 2.1" at character 13: id,caption,id`},
		"nested too deeply":          {account + "/media", []string{"fields", strings.Repeat("a{", 65)}, 2500, 0, `Syntax error "Fields are nested too deeply." at character 130: ` + strings.Repeat("a{", 65)},
		"views of one's own":         {account + "/media", []string{"fields", "view_count"}, 36104, 0, "(#36104) You do not have permission to access this field outside of the Business Discovery API."},
		"copyright of an image":      {account + "/media", []string{"fields", "copyright_check_information", "limit", "100"}, 9005, 1452042, "(#9005) Copyright check information is only available for videos"},
		"bad since":                  {account + "/media", []string{"since", "the day before"}, 100, 0, "(#100) param since must be a valid datetime or unix timestamp"},
		"bad until":                  {account + "/media", []string{"until", "x"}, 100, 0, "(#100) param until must be a valid datetime or unix timestamp"},
		"reversed":                   {account + "/media", []string{"since", "2026-11-02", "until", "2026-11-01"}, 100, 0, "(#100) since must not be after until"},
		"bad limit":                  {account + "/media", []string{"limit", "0"}, 100, 0, "(#100) param limit must be a positive integer"},
		"made-up cursor":             {account + "/media", []string{"after", "abc"}, 100, 0, "(#100) Invalid cursors values. Use a cursor of an earlier answer to the same list"},
		"unknown edge":               {post + "/foo", nil, 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"account's field":            {post, []string{"fields", "followers_count"}, 100, 0, "(#100) Tried accessing nonexisting field (followers_count)"},
		"no such media":              {"17900000000000000", nil, 100, 33, notFound("17900000000000000")},
		"media out of reach":         {unlinked, nil, 100, 33, notFound(unlinked)},
		"insights out of reach":      {unlinked + "/insights", []string{"metric", "reach"}, 100, 33, notFound(unlinked)},
		"somebody else's":            {w.Tagged(account)[0].ID, nil, 100, 33, notFound(w.Tagged(account)[0].ID)},
		"insights of somebody":       {account + "/tags", []string{"fields", "insights.metric(reach)"}, 10, 0, "(#10) Application does not have permission for this action"},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.get("/v25.0/"+c.path, c.params...)
			assert.Equal(t, 400, got.status)
			e := got.graphError(t).Error
			assert.Equal(t, c.message, e.Message)
			assert.Equal(t, [2]int{c.code, c.subcode}, [2]int{e.Code, e.Subcode})
		})
	}
	// permissions (facts §1.1)
	for scopes, refused := range map[string]string{
		"instagram_manage_insights":                       "media stories tags",
		"instagram_basic":                                 "tags",
		"instagram_basic,instagram_manage_comments":       "",
		"instagram_basic,instagram_business_basic,foobar": "tags",
	} {
		p := newProbe(t, w, graphtest.WithTokens(graphtest.Token{Value: "T", Scopes: strings.Split(scopes, ",")}))
		p.token = "T"
		for _, edge := range []string{"media", "stories", "tags"} {
			got := p.get("/" + account + "/" + edge)
			assert.Equal(t, strings.Contains(refused, edge), got.status == 400, "%s: %s", scopes, edge)
		}
		caption := p.get("/"+post, "fields", "media_type")
		assert.Equal(t, strings.Contains(refused, "media"), caption.status == 400, scopes)
		insights := p.get("/"+post+"/insights", "metric", "reach")
		assert.Equal(t, !strings.Contains(scopes, "insights"), insights.status == 400, scopes)
	}
}

// TestMediaNested: lists inside a fields parameter have arguments and paging of their own (facts §6).
func TestMediaNested(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(2))
	p := newProbe(t, w)
	account := w.AccountIDs()[1]
	posts := w.Media(account)
	var got struct {
		Media page `json:"media"`
		Mine  page `json:"mine"`
	}
	decode(t, p.get("/"+account, "fields", "username,media.limit(2){id,caption}").body, &got)
	assert.Equal(t, mediaIDs(posts[:2]), got.Media.ids())
	next, err := url.Parse(got.Media.Paging.Next)
	require.NoError(t, err)
	assert.Equal(t, "/v25.0/"+account+"/media", next.Path)
	assert.Equal(t, "id,caption", next.Query().Get("fields"))
	assert.Equal(t, "2", next.Query().Get("limit"))
	cursor := got.Media.Paging.Cursors.After
	decode(t, p.get("/"+account, "fields", "media.limit(3).after("+cursor+").as(mine)").body, &got)
	assert.Equal(t, mediaIDs(posts[2:5]), got.Mine.ids())
	decode(t, p.get("/"+account, "fields", "media.since("+unix(posts[6].Timestamp)+").until("+unix(posts[5].Timestamp)+")").body, &got)
	assert.Equal(t, mediaIDs(posts[5:7]), got.Media.ids())

	deep := p.get("/me/accounts", "fields", "instagram_business_account{media.limit(1){owner{id,username,stories{id}}}}")
	assert.Equal(t, 200, deep.status)
	assert.Contains(t, deep.body, `"username":"`+w.Accounts()[1].Username+`"`)

	me := newProbe(t, w, graphtest.WithHost(graphtest.Instagram))
	var mine page
	decode(t, me.get("/v25.0/me/media", "limit", "1").body, &mine)
	assert.Contains(t, mine.Paging.Next, "/v25.0/"+w.AccountIDs()[0]+"/media?", "the 1784… id, whatever was asked")
	other := me.get("/v25.0/" + posts[0].ID).graphError(t).Error
	assert.Equal(t, 33, other.Subcode, "another account's")
}

// TestMediaIDs: ids and batches of media, with nested fields (facts §7.5, §7.6).
func TestMediaIDs(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.EachMedia = func(m *graphtest.Media) { m.Deleted = m.Index == 1 }
	}))
	account := w.AccountIDs()[0]
	posts := w.Media(account)
	for _, failing := range []bool{false, true} {
		var options []graphtest.Option
		if failing {
			options = append(options, graphtest.WithMissingIDsFailing())
		}
		p := newProbe(t, w, options...)
		for path, params := range map[string][]string{
			"/v25.0/":         {"fields", "timestamp,insights.metric(reach){values}"},
			"/v25.0/insights": {"metric", "reach"},
		} {
			got := p.get(path, append(params, "ids", posts[0].ID+","+posts[1].ID+","+posts[2].ID)...)
			if failing {
				assert.Equal(t, "(#803) Some of the aliases you requested do not exist: "+posts[1].ID, got.graphError(t).Error.Message)
				continue
			}
			assert.Equal(t, 200, got.status, got.body)
			var byID map[string]json.RawMessage
			decode(t, got.body, &byID)
			assert.Len(t, byID, 2)
			for _, i := range []int{0, 2} {
				value, ok := w.MediaInsight(posts[i].ID, "reach")
				assert.True(t, ok)
				assert.Contains(t, string(byID[posts[i].ID]), `"values":[{"value":`+strconv.FormatInt(value.(int64), 10)+`}]`)
			}
		}
		assert.Equal(t, int64(3), p.server.Stats().ByEndpoint["media"])
		assert.Equal(t, int64(3), p.server.Stats().ByEndpoint["media/insights"])

		items := p.post("/v25.0/", "include_headers", "false", "batch", batchOf(
			posts[0].ID+"/insights?metric=reach", posts[1].ID+"?fields=caption", posts[2].ID+"?fields=insights.metric(plays)", account+"/media?limit=1&fields=id"))
		var answers []struct{ Code int }
		decode(t, items.body, &answers)
		assert.Equal(t, []struct{ Code int }{{200}, {400}, {400}, {200}}, answers)
	}
}

func TestAlbumChildren(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Kinds = []graphtest.PostKind{graphtest.FeedAlbum, graphtest.FeedImage}
		a.EachMedia = func(m *graphtest.Media) { m.Deleted = m.Index == 2 }
	}))
	p := newProbe(t, w)
	posts := w.Media(w.AccountIDs()[0])
	album := posts[0]
	var list page
	got := p.get("/"+album.ID+"/children", "fields", "id,media_type")
	decode(t, got.body, &list)
	assert.Equal(t, mediaIDs(album.Children), list.ids())
	assert.NotContains(t, got.body, "paging")
	assert.Equal(t, `{"data":[]}`, p.get("/"+posts[1].ID+"/children").body)
	assert.Equal(t, `{"id":"`+posts[1].ID+`"}`, p.get("/"+posts[1].ID, "fields", "children{id}").body)
	ids, pages := p.walk("/"+album.ID+"/children", "limit", "1")
	assert.Equal(t, mediaIDs(album.Children), ids)
	assert.Equal(t, len(ids), pages)

	child := album.Children[0]
	assert.Equal(t, `{"media_type":"`+child.Type+`","id":"`+child.ID+`"}`, p.get("/"+child.ID, "fields", "media_type,caption,permalink,like_count,comments_count,is_comment_enabled,saved_count").body)
	e := p.get("/"+child.ID+"/insights", "metric", "reach").graphError(t).Error
	assert.Equal(t, [2]int{100, 33}, [2]int{e.Code, e.Subcode}, "it has no insights")
	assert.Equal(t, 33, w.MediaRefusal(child.ID, "reach").Subcode)
	_, ok := w.MediaInsight(child.ID, "reach")
	assert.False(t, ok)
	assert.Equal(t, 33, p.get("/"+posts[2].Children[0].ID).graphError(t).Error.Subcode, "gone with its album")
	assert.Equal(t, 33, p.get("/"+album.ID[:16]+"9/children").graphError(t).Error.Subcode)
}

package graphtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

// TestNodeErrors goes through what the routing and the fields refuse (facts §2, §8).
func TestNodeErrors(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(2), graphtest.WithAccount(func(a *graphtest.Account) { a.Unlinked = true }))
	p := newProbe(t, w)
	ids, accounts := w.AccountIDs(), w.Accounts()
	notFound := func(id string) string {
		return "Unsupported get request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
	}
	for name, c := range map[string]struct {
		path, fields  string
		code, subcode int
		message       string
	}{
		"unknown field":         {ids[0], "username,foo", 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"field of the other":    {ids[0], "user_id", 100, 0, "(#100) Tried accessing nonexisting field (user_id)"},
		"unknown edge":          {ids[0] + "/foo", "", 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"not served":            {ids[0] + "/upcoming_events", "", 100, 0, "(#100) Tried accessing nonexisting field (upcoming_events)"},
		"insights of a user":    {"me/insights", "", 100, 0, "(#100) Tried accessing nonexisting field (insights)"},
		"insights of a page":    {accounts[0].PageID + "/insights", "", 100, 0, "(#100) Tried accessing nonexisting field (insights)"},
		"nested unknown field":  {"me/accounts", "instagram_business_account{id,foo}", 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"field of a page":       {"me/accounts", "foo", 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"twice":                 {ids[0], "username,name,username", 2500, 0, `Syntax error "Field username specified more than once. This is only possible before version 2.1" at character 22: username,name,username`},
		"open brace":            {"me/accounts", "instagram_business_account{id", 2500, 0, `Syntax error "Expected "}"." at character 29: instagram_business_account{id`},
		"too many braces":       {ids[0], "id}", 2500, 0, `Syntax error "Expected end of string instead of "}"." at character 2: id}`},
		"empty item":            {ids[0], "id,,name", 2500, 0, `Syntax error "Expected name." at character 3: id,,name`},
		"too deep":              {ids[0] + "/insights/foo", "", 2500, 0, "Unknown path components: /" + ids[0] + "/insights/foo"},
		"unknown id":            {"17841400000000000", "", 100, 33, notFound("17841400000000000")},
		"app-scoped id":         {accounts[0].AppScopedID, "", 100, 33, notFound(accounts[0].AppScopedID)},
		"not linked to a page":  {ids[2], "", 100, 33, notFound(ids[2])},
		"nothing":               {"", "", 100, 33, notFound("")},
		"a handle":              {"sample_handle", "", 803, 0, "Object with ID 'sample_handle' does not exist, cannot be loaded due to missing permissions, or does not support this operation"},
		"a bad limit":           {"me/accounts?limit=x", "", 100, 0, "(#100) param limit must be a positive integer"},
		"a made-up cursor":      {"me/accounts?after=abc", "", 100, 0, "(#100) Invalid cursors values. Use a cursor of an earlier answer to the same list"},
		"a token to look into":  {"debug_token", "", 100, 0, "(#100) The parameter input_token is required"},
		"insights of a field":   {ids[0], "insights.metric(reach).period(day){name,foo}", 100, 0, "(#100) Tried accessing nonexisting field (foo)"},
		"insights without such": {ids[0], "insights.metric(reach)", 100, 0, "(#100) The parameter period is required"},
	} {
		t.Run(name, func(t *testing.T) {
			var params []string
			if c.fields != "" {
				params = []string{"fields", c.fields}
			}
			got := p.get("/v25.0/"+c.path, params...)
			assert.Equal(t, 400, got.status)
			e := got.graphError(t).Error
			assert.Equal(t, c.message, e.Message)
			assert.Equal(t, c.code, e.Code)
			assert.Equal(t, c.subcode, e.Subcode)
		})
	}
}

func TestNodes(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(2), graphtest.WithAccount(func(a *graphtest.Account) { a.Unlinked = true }))
	p := newProbe(t, w)
	accounts := w.Accounts()
	a := accounts[1] // has no website
	require.Empty(t, a.Website)
	assert.Equal(t, `{"id":"`+a.ID+`"}`, p.get("/"+a.ID).body, "nothing but the id comes unasked")
	assert.Equal(t, `{"username":"`+a.Username+`","id":"`+a.ID+`"}`, p.get("/"+a.ID, "fields", "username,website").body)
	assert.Equal(t, `{"name":"Graph Tester","id":"`+w.UserID()+`"}`, p.get("/me").body)
	assert.Equal(t, `{"link":"https:\/\/www.facebook.com\/`+a.PageID+`","id":"`+a.PageID+`"}`, p.get("/"+a.PageID, "fields", "link").body)
	assert.Equal(t, `"`+strings.ReplaceAll(w.ProfilePictureURL(a.ID), "/", `\/`)+`"`, mustField(t, p.get("/"+a.ID, "fields", "profile_picture_url").body, "profile_picture_url"))
	assert.Empty(t, w.ProfilePictureURL("nobody"))

	// a Page without a linked account lacks the key
	unlinked := accounts[2]
	body := p.get("/"+unlinked.PageID, "fields", "instagram_business_account,connected_instagram_account").body
	assert.Equal(t, `{"connected_instagram_account":{"id":"`+unlinked.ID+`"},"id":"`+unlinked.PageID+`"}`, body)

	// nested insights, an alias and modifiers
	body = p.get("/"+a.ID, "fields", "insights.metric(reach).period(day).as(seen){name,values},username").body
	assert.Contains(t, mustField(t, body, "seen"), `"name":"reach","values":[`)
	assert.NotContains(t, mustField(t, body, "seen"), "title")
	assert.Contains(t, mustField(t, p.get("/me", "fields", "accounts.limit(1){name}").body, "accounts"), `"next":`)

	found, ok := w.Account(a.Username)
	assert.True(t, ok)
	assert.Equal(t, a.ID, found.ID)
	_, ok = w.Account("nobody")
	assert.False(t, ok)
}

func TestInstagramHost(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w, graphtest.WithHost(graphtest.Instagram), graphtest.WithTextUserIDs())
	assert.Equal(t, "instagram", p.server.Host().String())
	assert.Equal(t, "facebook", graphtest.Facebook.String())
	first, other := w.Accounts()[0], w.Accounts()[1]
	assert.Equal(t, `{"user_id":"`+first.ID+`","id":"`+first.AppScopedID+`"}`, p.get("/v25.0/me", "fields", "user_id").body)
	assert.Contains(t, p.get("/v25.0/me/insights", "metric", "reach", "period", "day").body, `"id":"`+first.ID+`\/insights\/reach\/day"`)
	assert.Equal(t, 200, p.get("/v25.0/"+first.ID+"/insights", "metric", "reach", "period", "day").status)
	assert.Equal(t, 200, p.get("/v25.0/"+first.AppScopedID, "fields", "username").status)
	for _, field := range []string{"has_profile_pic", "is_published", "legacy_instagram_user_id", "ig_id"} {
		e := p.get("/v25.0/me", "fields", field).graphError(t).Error
		assert.Equal(t, "(#100) Tried accessing nonexisting field ("+field+")", e.Message)
		assert.Equal(t, "IGApiException", e.Type)
	}
	assert.Equal(t, 33, p.get("/v25.0/"+other.ID).graphError(t).Error.Subcode, "each token reaches its own account")
	assert.Equal(t, 100, p.get("/v25.0/me/accounts").graphError(t).Error.Code)
	assert.Equal(t, 803, p.get("/v25.0/debug_token", "input_token", "x").graphError(t).Error.Code)

	batch := p.post("/v25.0/", "batch", `[{"method":"GET","relative_url":"me"}]`)
	assert.Equal(t, 404, batch.status)
	assert.Equal(t, "IGApiException", batch.graphError(t).Error.Type)

	p.token = other.LoginToken
	assert.Equal(t, `{"id":"`+other.AppScopedID+`"}`, p.get("/v25.0/me").body)
	p.token = w.Token(graphtest.Facebook)
	e := p.get("/v25.0/me").graphError(t).Error
	assert.Equal(t, 190, e.Code)
	assert.Equal(t, "Invalid OAuth 2.0 Access Token", e.Message)
}

func TestVersions(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithClock(clock.NewFake(noon)))
	p := newProbe(t, w, graphtest.WithAppVersion("v3.2"))
	for path, want := range map[string]string{
		"/v26.0/me": "v26.0", "/v25.0/me": "v25.0", "/v21.0/me": "v21.0",
		"/v20.0/me": "v21.0", "/v3.0/me": "v21.0", // over: the oldest one alive answers
		"/me": "v21.0", // the app's version is over
	} {
		got := p.get(path)
		assert.Equal(t, 200, got.status, path)
		assert.Equal(t, want, got.header.Get("facebook-api-version"), path)
	}
	unknown := p.get("/v99.0/me")
	assert.Equal(t, 2500, unknown.graphError(t).Error.Code)
	assert.Equal(t, "Unknown path components: /v99.0/me", unknown.graphError(t).Error.Message)

	pinned := newProbe(t, w, graphtest.WithPinnedVersion("v25.0"))
	assert.Equal(t, "v25.0", pinned.get("/v21.0/me").header.Get("facebook-api-version"))
	plain := newProbe(t, w)
	assert.Equal(t, "v25.0", plain.get("/me").header.Get("facebook-api-version"))
}

func TestWorldRefusesClashes(t *testing.T) {
	same := func(a *graphtest.Account) { a.ID = "17841400000000001" }
	assert.PanicsWithValue(t, `graphtest: account 1 has the id "17841400000000001", which is empty or taken; give every account its own`,
		func() { graphtest.NewWorld(1, graphtest.WithAccount(same), graphtest.WithAccount(same)) })
	page := func(a *graphtest.Account) { a.PageID = "" }
	assert.PanicsWithValue(t, `graphtest: account 0 has the page id "", which is empty or taken; give every Page its own`,
		func() { graphtest.NewWorld(1, graphtest.WithAccount(page)) })
}

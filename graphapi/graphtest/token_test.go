package graphtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestWaysToSendAToken(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	for name, c := range map[string]struct {
		options             []graphtest.Option
		header, query, form bool // whether each way works
	}{
		"as usual":          {nil, true, true, true},
		"header not read":   {[]graphtest.Option{graphtest.WithoutHeaderToken()}, false, true, true},
		"other tokens only": {[]graphtest.Option{graphtest.WithTokens(graphtest.Token{Value: "other"})}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProbe(t, w, c.options...)
			token := p.token
			assert.Equal(t, c.header, p.get("/me").status == 200)
			form := p.post("/me", "method", "get")
			assert.Equal(t, c.form, form.status == 200, form.body)
			p.token = ""
			assert.Equal(t, c.query, p.get("/me", "access_token", token).status == 200)
			s := p.server.Stats()
			assert.Equal(t, []int64{1, 1, 1}, []int64{s.HeaderTokens, s.QueryTokens, s.FormTokens})
		})
	}
}

func TestNoToken(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	for name, options := range map[string][]graphtest.Option{"none sent": nil, "header not read": {graphtest.WithoutHeaderToken()}} {
		p := newProbe(t, w, options...)
		if options == nil {
			p.token = ""
		}
		me := p.get("/me").graphError(t).Error
		assert.Equal(t, 2500, me.Code, name)
		assert.Equal(t, "An active access token must be used to query information about the current user.", me.Message)
		node := p.get("/" + w.AccountIDs()[0]).graphError(t).Error
		assert.Equal(t, 104, node.Code, name)
		assert.Equal(t, "An access token is required to request this resource.", node.Message)
	}
}

func TestTokensThatFail(t *testing.T) {
	c := clock.NewFake(noon)
	w := graphtest.NewWorld(1, graphtest.WithClock(c))
	p := newProbe(t, w, graphtest.WithTokens(
		graphtest.Token{Value: "until one", Expires: noon.Add(time.Hour)},
		graphtest.Token{Value: "three calls", ExpireAfter: 3},
		graphtest.Token{Value: "revoked", Revoked: 492},
		graphtest.Token{Value: "checkpoint", Revoked: 459},
		graphtest.Token{Value: "unlisted", Revoked: 461},
		graphtest.Token{Value: "second only", Accounts: w.AccountIDs()[1:2]},
		graphtest.Token{Value: "blind", Scopes: []string{}},
	))
	with := func(token string) func(path string, pairs ...string) answer {
		return func(path string, pairs ...string) answer {
			p.token = token
			return p.get(path, pairs...)
		}
	}
	check := func(a answer, code, subcode int, message string) {
		t.Helper()
		e := a.graphError(t).Error
		assert.Equal(t, code, e.Code)
		assert.Equal(t, subcode, e.Subcode)
		assert.Equal(t, message, e.Message)
	}
	check(with("unknown")("/me"), 190, 0, "Invalid OAuth access token - Cannot parse access token")
	check(with("revoked")("/me"), 190, 492, "Error validating access token: The user has no role on the Page any more.")
	check(with("checkpoint")("/me"), 190, 459, "Error validating access token: The user must log in at the website to remove a checkpoint.")
	check(with("unlisted")("/me"), 190, 461, "Error validating access token: The session is not valid.")
	assert.Equal(t, 200, with("until one")("/me").status)
	c.Advance(time.Hour)
	check(with("until one")("/me"), 190, 463, "Error validating access token: Session has expired at unix time 1795381200. The current unix time is 1795381200.")
	for range 3 {
		assert.Equal(t, 200, with("three calls")("/me").status)
	}
	check(with("three calls")("/me"), 190, 463, "Error validating access token: Session has expired at unix time 1795381200. The current unix time is 1795381200.")
	assert.Contains(t, with("second only")("/debug_token", "input_token", "three calls").body, `"is_valid":false`)
	assert.Contains(t, with("second only")("/debug_token", "input_token", "nonsense").body, `"is_valid":false`)

	// what a token reaches
	assert.Equal(t, 33, with("second only")("/"+w.AccountIDs()[0]).graphError(t).Error.Subcode)
	assert.Equal(t, 200, with("second only")("/"+w.AccountIDs()[1]).status)
	var pages struct{ Data []struct{ ID string } }
	decode(t, with("second only")("/me/accounts").body, &pages)
	require.Len(t, pages.Data, 1)
	assert.Equal(t, w.Accounts()[1].PageID, pages.Data[0].ID)
	assert.JSONEq(t, `{"data":[]}`, with("blind")("/me/accounts").body)
	assert.Equal(t, 10, with("blind")("/"+w.AccountIDs()[0], "fields", "username").graphError(t).Error.Code)
	assert.Equal(t, 10, with("blind")("/"+w.AccountIDs()[0]+"/insights", "metric", "reach", "period", "day").graphError(t).Error.Code)
}

func TestPageToken(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	a, other := w.Accounts()[0], w.Accounts()[1]
	p.token = a.PageToken
	assert.Equal(t, `{"name":"`+a.PageName+`","id":"`+a.PageID+`"}`, p.get("/me").body)
	assert.Equal(t, 200, p.get("/"+a.ID+"/insights", "metric", "reach", "period", "day").status)
	assert.Equal(t, 33, p.get("/"+other.ID).graphError(t).Error.Subcode)
	assert.Contains(t, p.get("/debug_token", "input_token", a.PageToken).body, `"type":"PAGE"`)
}

func TestAppSecretProof(t *testing.T) {
	assert.Equal(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", graphtest.AppSecretProof("what do ya want for nothing?", "Jefe"))
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	page := w.Accounts()[0].PageToken
	for _, required := range []bool{true, false} {
		p := newProbe(t, w, graphtest.WithAppSecret("shh", required))
		assert.Equal(t, 200, p.get("/me", "appsecret_proof", graphtest.AppSecretProof(p.token, "shh")).status)
		wrong := p.get("/me", "appsecret_proof", graphtest.AppSecretProof(page, "shh")).graphError(t).Error
		assert.Equal(t, "Invalid appsecret_proof provided in the API argument", wrong.Message)
		assert.Equal(t, 100, wrong.Code)
		without := p.get("/me")
		if !required {
			assert.Equal(t, 200, without.status)
			continue
		}
		assert.Equal(t, "API calls from the server require an appsecret_proof argument", without.graphError(t).Error.Message)
		batch := `[{"method":"GET","relative_url":"me"},{"method":"GET","relative_url":"me?access_token=` + page + `"}]`
		assert.Equal(t, 400, p.post("/", "batch", batch).status)
		items := batchItems(t, p.post("/", "batch", batch, "appsecret_proof", graphtest.AppSecretProof(p.token, "shh")))
		assert.Equal(t, 200, items[0].Code, "the batch's proof goes with the batch's token")
		assert.Equal(t, 400, items[1].Code, "a token of an item's own wants its own proof")
	}
}

func TestUnreadableRequest(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	p := newProbe(t, w)
	got, err := p.do(p.request(http.MethodGet, "/me?a=%zz", ""))
	require.NoError(t, err)
	assert.Equal(t, 400, got.status)
	assert.Equal(t, "The request could not be read", got.graphError(t).Error.Message)
	post := p.post("/" + w.AccountIDs()[0])
	assert.Equal(t, "Unsupported post request.", post.graphError(t).Error.Message)
}

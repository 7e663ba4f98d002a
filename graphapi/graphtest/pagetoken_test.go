package graphtest_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// TestPageTokens: stories and insights may need a Page's token, which me/accounts gives (facts §1.4, §1.5).
func TestPageTokens(t *testing.T) {
	w := graphtest.NewWorld(18, graphtest.WithNow(noon), graphtest.WithAccounts(2))
	accounts := w.Accounts()
	one, other := accounts[0], accounts[1]
	post := w.Media(one.ID)[0].ID
	const refusal = `{"error":{"message":"(#190) This method must be called with a Page Access Token","type":"OAuthException","code":190,"fbtrace_id":"EXAMPLE"}}`
	insights := []string{"metric", "reach", "period", "day"}
	for _, c := range []struct {
		name             string
		option           graphtest.Option
		stories, figures bool // with the user's token
	}{
		{"nothing", graphtest.WithPageTokenFor(), true, true},
		{"stories", graphtest.WithPageTokenFor("stories"), false, true},
		{"insights", graphtest.WithPageTokenFor("insights"), true, false},
		{"both", graphtest.WithPageTokenFor("stories", "insights"), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProbe(t, w, c.option)
			user := p.token
			ask := func(allowed bool, path string, params ...string) {
				t.Helper()
				got := p.get("/v25.0/"+path, params...)
				if allowed {
					assert.Equal(t, 200, got.status, got.body)
					return
				}
				assert.Equal(t, 400, got.status)
				assert.Equal(t, refusal, traceID.ReplaceAllString(got.body, `"fbtrace_id":"EXAMPLE"`))
			}
			for _, token := range []string{user, one.PageToken} {
				p.token = token
				page := token != user
				ask(page || c.stories, one.ID+"/stories")
				ask(page || c.stories, one.ID, "fields", "username,stories{id}")
				ask(page || c.figures, one.ID+"/insights", insights...)
				ask(page || c.figures, one.ID, "fields", "insights.metric(reach).period(day)")
				ask(page || c.figures, post+"/insights", "metric", "reach")
				ask(page || c.figures, one.ID+"/media", "limit", "1", "fields", "id,insights.metric(reach)")
				ask(true, one.ID+"/media", "fields", "comments{text}")
			}
			assert.Equal(t, 400, p.get("/"+other.ID+"/media").status, "a Page's token reaches its own account alone")
		})
	}
}

// TestPageTokensRefused: they are given, and are of no use.
func TestPageTokensRefused(t *testing.T) {
	w := graphtest.NewWorld(19, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	account := w.Accounts()[0]
	for _, c := range []struct {
		refusal graphtest.Error
		want    string
	}{
		{graphtest.Error{}, `{"error":{"message":"Error validating access token: The user has no role on the Page any more.","type":"OAuthException","code":190,"error_subcode":492,"fbtrace_id":"EXAMPLE"}}`},
		{graphtest.Error{Code: 10, Message: "(#10) No"}, `{"error":{"message":"(#10) No","type":"OAuthException","code":10,"fbtrace_id":"EXAMPLE"}}`},
	} {
		p := newProbe(t, w, graphtest.WithPageTokensRefused(c.refusal))
		assert.Contains(t, p.get("/me/accounts", "fields", "access_token").body, account.PageToken)
		assert.Equal(t, 200, p.get("/"+account.ID+"/stories").status)
		p.token = account.PageToken
		for _, path := range []string{"/" + account.ID + "/stories", "/" + account.ID, "/me"} {
			got := p.get(path)
			assert.Equal(t, 400, got.status)
			assert.Equal(t, c.want, traceID.ReplaceAllString(got.body, `"fbtrace_id":"EXAMPLE"`))
		}
	}
}

// TestCallToken: a call says which kind of token it came with, and never shows one.
func TestCallToken(t *testing.T) {
	w := graphtest.NewWorld(20, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	account := w.Accounts()[0]
	var mu sync.Mutex
	var kinds []string
	observe := graphtest.WithObserver(func(c graphtest.Call) {
		mu.Lock()
		defer mu.Unlock()
		kinds = append(kinds, c.Token)
		for _, values := range c.Params {
			assert.NotContains(t, values, account.PageToken)
		}
	})
	p := newProbe(t, w, observe)
	p.get("/" + account.ID)
	items := `[{"method":"GET","relative_url":"me"},{"method":"GET","relative_url":"` + account.ID + `","access_token":"` + account.PageToken + `"}]`
	p.post("/", "batch", items)
	p.token = account.PageToken
	p.get("/me")
	p.token = "unheard of"
	p.get("/me")
	p.token = ""
	p.get("/me")
	p = newProbe(t, w, observe, graphtest.WithHost(graphtest.Instagram))
	p.get("/me")
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"user", "user", "page", "page", "", "", "login"}, kinds)
}

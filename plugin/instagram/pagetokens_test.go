package instagram_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/instagram"
)

const pageList = "user me/accounts id,access_token,instagram_business_account{id}"

// readAs reads an account with the client of its Page.
func readAs(t *testing.T, source plugin.Source, account string, notes func(plugin.Note)) (ok bool) {
	t.Helper()
	client, ok, err := instagram.PageClient(t.Context(), source, account, notes)
	require.NoError(t, err)
	if !ok {
		return false
	}
	_, err = client.Get(t.Context(), graphapi.Request{Path: account, Params: []graphapi.Param{{Name: "fields", Value: "id"}}})
	require.NoError(t, err)
	return true
}

func TestPageTokensAreFoundOnce(t *testing.T) {
	world := graphtest.NewWorld(79, graphtest.WithNow(now), graphtest.WithAccounts(3))
	ids := world.AccountIDs()
	var asked calls
	j := job{world: world, server: graphtest.Start(t, world, asked.option()), properties: queries(`[{"name":"s","endpoint":"stories"}]`)}
	source := j.open(t)
	var noted plugin.Calls
	notes := func(n plugin.Note) {
		if c, ok := n.(plugin.Calls); ok {
			noted = noted.Add(c)
		}
	}
	require.True(t, readAs(t, source, ids[1], notes))
	require.Equal(t, []string{pageList, "page " + ids[1] + " id"}, asked.take())
	require.True(t, readAs(t, source, ids[0], notes))
	require.True(t, readAs(t, source, ids[1], nil))
	require.Equal(t, []string{"page " + ids[0] + " id", "page " + ids[1] + " id"}, asked.take())
	require.EqualValues(t, 3, noted.Requests, "all but the last, which nobody listened to")
	require.False(t, readAs(t, source, "17841499999999999", notes), "an account without a Page here")

	fresh := j.open(t)
	planned(t, fresh)
	require.Equal(t, []string{tokenDiscovery}, asked.take())
	require.True(t, readAs(t, fresh, ids[2], notes))
	require.Equal(t, []string{"page " + ids[2] + " id"}, asked.take(), "the plan's answer had the tokens")
	client, _, err := instagram.PageClient(t.Context(), fresh, ids[2], nil)
	require.NoError(t, err)
	a, _ := world.Account(ids[2])
	for _, shown := range []string{fmt.Sprintf("%+v %#v", client, client), fmt.Sprintf("%+v", fresh), fmt.Sprintf("%#v", fresh)} {
		require.NotContains(t, shown, a.PageToken)
	}
}

func TestInstagramLoginHasNoPages(t *testing.T) {
	world := graphtest.NewWorld(79, graphtest.WithNow(now), graphtest.WithAccounts(1))
	p := queries(`[{"name":"s","endpoint":"stories"}]`)
	p["login"] = "instagram"
	var asked calls
	source := job{world: world, host: graphtest.Instagram, server: graphtest.Start(t, world, graphtest.WithHost(graphtest.Instagram), asked.option()), properties: p}.open(t)
	require.False(t, readAs(t, source, world.AccountIDs()[0], nil))
	require.Empty(t, asked.take())
	require.Len(t, planned(t, source), 1)
	require.Equal(t, []string{"login me user_id,username,name,followers_count"}, asked.take())
}

// pages answers me/accounts with a body each time, the last one for good, and counts.
func pages(t *testing.T, status int, bodies ...string) (source plugin.Source, asked *int) {
	asked = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := bodies[min(*asked, len(bodies)-1)]
		*asked++
		if *asked == 1 {
			w.WriteHeader(status)
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	p := queries(`[{"name":"s","endpoint":"stories"}]`)
	p["maxRetryDuration"] = "0"
	source, err := plugin.Open(igsource.Instagram, p, plugin.Options{
		Macros: &plugin.Macros{Start: now}, Start: now,
		Environment: plugin.Environment{Endpoint: server.URL, Clock: newClock()},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, source.Finish(context.Background(), true)) })
	return source, asked
}

func TestWhichTokenBelongsToWhichAccount(t *testing.T) {
	source, asked := pages(t, 200, `{"data":[
		{"id":"1","access_token":"EAAone","instagram_business_account":{"id":"17841400000000001"}},
		{"id":"2","access_token":"EAAtwo"},
		{"id":"3","instagram_business_account":{"id":"17841400000000003"}},
		{"id":"4","instagram_business_account":{"id":"17841400000000004"}},
		{"id":"5","access_token":"EAAfive","instagram_business_account":{"id":"17841400000000004"}},
		{"id":"6","access_token":"not one","instagram_business_account":{"id":"17841400000000006"}}]}`)
	for account, want := range map[string]bool{
		"17841400000000001": true, "17841400000000003": false, "17841400000000004": true, "17841400000000006": false, "1": false, "2": false,
	} {
		_, ok, err := instagram.PageClient(t.Context(), source, account, nil)
		require.NoError(t, err)
		assert.Equal(t, want, ok, account)
	}
	require.Equal(t, 1, *asked)
}

func TestPagesThatCannotBeListed(t *testing.T) {
	source, asked := pages(t, 400, `{"error":{"message":"(#200) Requires pages_show_list EAAB0000","type":"OAuthException","code":200}}`)
	var warnings []string
	for range 2 {
		_, ok, err := instagram.PageClient(t.Context(), source, "17841400000000001", func(n plugin.Note) {
			if w, ok := n.(plugin.Warning); ok {
				warnings = append(warnings, w.Text)
			}
		})
		require.NoError(t, err)
		require.False(t, ok)
	}
	require.Equal(t, 1, *asked, "asked once, told once")
	require.Len(t, warnings, 1)
	assert.Regexp(t, `^The tokens of the Pages cannot be listed, so all is read with the user's token\. .*pages_show_list \[redacted\].*\.$`, warnings[0])
}

func TestTroubleWithThePagesIsNotRemembered(t *testing.T) {
	source, asked := pages(t, 500, `{"error":{"message":"An unexpected error has occurred","type":"OAuthException","code":2,"is_transient":true}}`,
		`{"data":[{"id":"1","access_token":"EAAone","instagram_business_account":{"id":"17841400000000001"}}]}`)
	_, _, err := instagram.PageClient(t.Context(), source, "17841400000000001", nil)
	require.ErrorContains(t, err, "asking for the tokens of the Pages: ")
	_, ok, err := instagram.PageClient(t.Context(), source, "17841400000000001", nil)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, 2, *asked)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	source, asked = pages(t, 200, `{"data":[]}`)
	_, _, err = instagram.PageClient(ended, source, "1", nil)
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = instagram.PageClient(t.Context(), source, "1", nil)
	require.NoError(t, err)
	require.Equal(t, 1, *asked)
}

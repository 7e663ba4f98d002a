package graphapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

func TestNewSaysWhichOptionIsWrong(t *testing.T) {
	good := graphapi.Options{Login: graphapi.Facebook, Version: "v25.0", Token: secret.New(token)}
	for _, c := range []struct {
		name   string
		change func(*graphapi.Options)
		want   string
	}{
		{"login", func(o *graphapi.Options) { o.Login = "threads" }, `graphapi: there is no login "threads": use facebook or instagram`},
		{"version", func(o *graphapi.Options) { o.Version = "25" }, `graphapi: "25" is not a version of the Graph API: write it like v25.0`},
		{"version path", func(o *graphapi.Options) { o.Version = "v25.0/../x" }, `graphapi: "v25.0/../x" is not a version of the Graph API: write it like v25.0`},
		{"no token", func(o *graphapi.Options) { o.Token = secret.Text{} }, "graphapi: the access token is empty: set one"},
		{"token line end", func(o *graphapi.Options) { o.Token = secret.New("EAA\n") }, "graphapi: character 4 of the access token cannot be part of one: copy the token again, without spaces or line ends"},
		{"agent", func(o *graphapi.Options) { o.UserAgent = "a\r\nb" }, `graphapi: the user agent "a\r\nb" holds a control character: leave it out`},
		{"endpoint scheme", func(o *graphapi.Options) { o.Endpoint = "ftp://x" }, `graphapi: "ftp://x" is not the endpoint of a Graph API: write the Graph API's address as https://host or http://host:port, with a path if need be`},
		{"endpoint without host", func(o *graphapi.Options) { o.Endpoint = "localhost:80" }, `graphapi: "localhost:80" is not the endpoint of a Graph API: write the Graph API's address as https://host or http://host:port, with a path if need be`},
		{"endpoint with password", func(o *graphapi.Options) { o.Endpoint = "http://u:pw@h/p?a=b" }, "graphapi: the endpoint http://h has a user, a query or a fragment: write the Graph API's address as https://host or http://host:port, with a path if need be"},
		{"endpoint unreadable", func(o *graphapi.Options) { o.Endpoint = "http://u:pw@[::1" }, "graphapi: the endpoint is not a URL: write the Graph API's address as https://host or http://host:port, with a path if need be"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good
			c.change(&o)
			_, err := graphapi.New(o)
			require.EqualError(t, err, c.want)
		})
	}
	c, err := graphapi.New(good)
	require.NoError(t, err)
	assert.Equal(t, "graphapi.Client(facebook https://graph.facebook.com/v25.0)", c.String())
	assert.Equal(t, graphapi.Facebook, c.Login())
	assert.Equal(t, "v25.0", c.Version())
	c.Close()
}

func TestGetSendsTheTokenInTheHeaderOnly(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.Endpoint += "/base/"; o.UserAgent = "probe/1" },
		ok(`{"data":[]}`, "facebook-api-version", "v26.0"))
	r := graphapi.Request{Path: "/17841400000000001/media", Params: []graphapi.Param{{Name: "fields", Value: "id,insights.metric(reach){name}"}, {Name: "q", Value: "a b&c"}}}
	a, err := b.Get(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, `{"data":[]}`, string(a.Body))
	assert.Equal(t, "v26.0", a.Version)
	a.Release()
	a.Release()
	assert.Nil(t, a.Body)

	got := b.server.requests()
	require.Len(t, got, 1)
	assert.Equal(t, "GET", got[0].Method)
	assert.Equal(t, "/base/v25.0/17841400000000001/media?fields=id%2Cinsights.metric%28reach%29%7Bname%7D&q=a+b%26c", got[0].URI)
	assert.Equal(t, "Bearer "+token, got[0].Auth)
	assert.Equal(t, "probe/1", got[0].Header.Get("User-Agent"))
	assert.Equal(t, graphapi.Calls{Requests: 1, Counted: 1, Bytes: 11}, b.record.total())
}

func TestProofOfTheAppSecret(t *testing.T) {
	// printf 'EAAsecret|tok/en+1' | openssl dgst -sha256 -hmac app-secret-1
	const proof = "467ebbe06e7fbbb042fdf53ab08c61d43f3ad9ee3df4895f6c7b576d4d00c30c"
	b := newBench(t, func(o *graphapi.Options) { o.AppSecret = secret.New(appSecret) },
		ok(`{}`), ok(`[{"code":200,"body":"{}"},{"code":200,"body":"{}"}]`),
		reply(400, graphError(100, 0, "Invalid appsecret_proof provided in the API argument "+proof)))
	_, err := b.Get(t.Context(), graphapi.Request{Path: "me"})
	require.NoError(t, err)
	_, err = b.Batch(t.Context(), []graphapi.Request{{Path: "1"}, {Path: "2"}})
	require.NoError(t, err)
	_, err = b.Get(t.Context(), graphapi.Request{Path: "me"})
	e := graphErr(t, err)
	assert.Equal(t, graphapi.ProofRefused, e.Kind())
	assert.NotContains(t, err.Error(), proof)

	got := b.server.requests()
	assert.Equal(t, "/v25.0/me?appsecret_proof="+proof, got[0].URI)
	assert.Equal(t, proof, got[1].Form.Get("appsecret_proof"))
	assert.NotContains(t, got[1].Form.Get("batch"), proof)
}

func TestPrintedClientHoldsNoSecret(t *testing.T) {
	o := graphapi.Options{Login: graphapi.Instagram, Version: "v25.0", Token: secret.New(token), AppSecret: secret.New(appSecret)}
	c, err := graphapi.New(o)
	require.NoError(t, err)
	type holder struct{ c *graphapi.Client }
	log := &strings.Builder{}
	slog.New(slog.NewTextHandler(log, nil)).Info("x", "client", c, "options", o)
	packed, err := json.Marshal(c) //nolint:staticcheck // what it shows is the point
	require.NoError(t, err)
	for _, text := range []string{
		fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%+v", *c), fmt.Sprintf("%#v", *c), fmt.Sprintf("%s %d", c, c),
		fmt.Sprintf("%+v", holder{c: c}), fmt.Sprintf("%#v", &holder{c: c}), fmt.Sprintf("%+v", c.Observe(graphapi.Observer{})),
		fmt.Sprintf("%+v", o), fmt.Sprintf("%#v", o), log.String(), string(packed),
	} {
		assertNoSecret(t, text)
	}
	assert.Equal(t, "graphapi.Client", (*graphapi.Client)(nil).String())
}

func TestMalformedRequestsAreNotSent(t *testing.T) {
	b := newBench(t, nil, ok(`{}`))
	for _, c := range []struct {
		r    graphapi.Request
		want string
	}{
		{graphapi.Request{}, "graphapi: the request has no path: name a node, for example me"},
		{graphapi.Request{Path: "me?access_token=x"}, `graphapi: "me?access_token=x" is not a path of the Graph API: write node or node/edge, and parameters apart`},
		{graphapi.Request{Path: "a//b"}, `graphapi: "a//b" is not a path of the Graph API: write node or node/edge, and parameters apart`},
		{graphapi.Request{Path: "../v1.0/me"}, `graphapi: "../v1.0/me" is not a path of the Graph API: write node or node/edge, and parameters apart`},
		{graphapi.Request{Path: "https://evil.example/me"}, `graphapi: "https://evil.example/me" is not a path of the Graph API: write node or node/edge, and parameters apart`},
		{graphapi.Request{Path: "me", Params: []graphapi.Param{{Name: "access_token", Value: "x"}}}, `graphapi: parameter "access_token" cannot be set on a request: the client sets it`},
		{graphapi.Request{Path: "me", Params: []graphapi.Param{{Name: "Method", Value: "DELETE"}}}, `graphapi: parameter "Method" cannot be set on a request: the client sets it`},
	} {
		_, err := b.Get(t.Context(), c.r)
		require.EqualError(t, err, c.want)
		results, err := b.Batch(t.Context(), []graphapi.Request{c.r})
		require.NoError(t, err)
		require.EqualError(t, results[0].Err, c.want)
	}
	assert.Empty(t, b.server.requests())
}

func TestGzipIsInflatedAndCountedAsSent(t *testing.T) {
	body := `{"data":"` + strings.Repeat("abc ", 50_000) + `"}`
	b := newBench(t, nil, zipped(body))
	for range 3 {
		a, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
		require.Equal(t, body, string(a.Body))
		a.Release()
	}
	calls := b.record.total()
	assert.EqualValues(t, 3, calls.Requests)
	assert.Less(t, calls.Bytes, int64(10_000))
	assert.Positive(t, calls.Bytes)
}

func TestIdsCountSingly(t *testing.T) {
	b := newBench(t, nil, ok(`{}`))
	_, err := b.Get(t.Context(), graphapi.Request{Path: "media", Params: []graphapi.Param{{Name: "ids", Value: "1,2,3"}}})
	require.NoError(t, err)
	_, err = b.Get(t.Context(), graphapi.Request{Path: "media", Counted: 7})
	require.NoError(t, err)
	assert.Equal(t, graphapi.Calls{Requests: 2, Counted: 10, Bytes: 4}, b.record.total())
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newServer(t, ok(`{}`))
	b := newBench(t, nil, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/?x="+token[:3], http.StatusFound)
	})
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, err)
	assert.Equal(t, graphapi.Other, e.Kind())
	assert.EqualError(t, err, "GET /v25.0/17841400000000001/insights: the server answers with a redirect, which is not followed: it would carry the token elsewhere (HTTP 302). Check the address of the Graph API.")
	assert.Empty(t, elsewhere.requests())
	assert.Len(t, b.server.requests(), 1)
}

func TestCancelEndsACallAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := b.Get(ctx, insights)
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualError(t, err, "GET /v25.0/17841400000000001/insights: context canceled")
	_, err = b.Get(ctx, insights)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, b.server.requests(), 1)
	assert.Empty(t, b.clock.Slept())
}

func TestRequestTimeout(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.RequestTimeout = 20 * time.Millisecond; o.MaxRetryDuration = -1 },
		func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, err)
	assert.Equal(t, graphapi.Transient, e.Kind())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.EqualError(t, err, "GET /v25.0/17841400000000001/insights: no answer within 20ms. It is trouble of the network or of the Graph API: run again later.")
}

func TestSlotsBoundRequestsUnderWay(t *testing.T) {
	var under, most atomicMax
	arrived, leave := make(chan struct{}, 20), make(chan struct{})
	b := newBench(t, func(o *graphapi.Options) { o.Login = graphapi.Instagram; o.Slots = graphapi.NewSlots(3) },
		func(w http.ResponseWriter, _ *http.Request) {
			most.max(under.add(1))
			arrived <- struct{}{}
			<-leave
			under.add(-1)
			_, _ = w.Write([]byte(`{}`))
		})
	done := make(chan error, 1)
	go func() {
		_, err := b.Batch(t.Context(), make20())
		done <- err
	}()
	for range 3 {
		<-arrived
	}
	close(leave)
	require.NoError(t, <-done)
	assert.EqualValues(t, 3, most.load())
	assert.Len(t, b.server.requests(), 20)
}

func make20() []graphapi.Request {
	requests := make([]graphapi.Request, 20)
	for i := range requests {
		requests[i] = graphapi.Request{Path: fmt.Sprint(1000 + i)}
	}
	return requests
}

package graphapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

const pageToken = "EAApage|tok"

func TestAnotherTokenSharesAllElse(t *testing.T) {
	// printf 'EAApage|tok' | openssl dgst -sha256 -hmac app-secret-1
	const proof = "c6687621d1e7862b55cc05f355c69c1d9f07e187c81dcef686f64b63fd50c86f"
	b := newBench(t, func(o *graphapi.Options) { o.AppSecret = secret.New(appSecret) },
		ok(`{}`, appUsage(100)...), ok(`{}`),
		reply(400, graphError(10, 0, "neither "+pageToken+" nor "+token+" nor "+proof)), ok(`{}`))
	_, err := b.Get(t.Context(), graphapi.Request{Path: "me"})
	require.NoError(t, err)

	page, err := b.WithToken(secret.New(pageToken))
	require.NoError(t, err)
	_, err = page.Get(t.Context(), graphapi.Request{Path: "1"})
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{5 * time.Minute}, b.clock.Slept(), "the pacing is one")
	assert.EqualValues(t, 2, b.record.total().Requests, "and so is who observes it")

	_, err = page.Get(t.Context(), graphapi.Request{Path: "2"})
	e := graphErr(t, err)
	assert.Equal(t, "neither [redacted] nor [redacted] nor [redacted]", e.Message)
	assert.NotContains(t, fmt.Sprintf("%+v %#v", page, page), pageToken)

	_, err = b.Get(t.Context(), graphapi.Request{Path: "me"})
	require.NoError(t, err)
	got := b.server.requests()
	assert.Equal(t, []string{"Bearer " + token, "Bearer " + pageToken, "Bearer " + pageToken, "Bearer " + token},
		[]string{got[0].Auth, got[1].Auth, got[2].Auth, got[3].Auth})
	assert.Equal(t, "/v25.0/1?appsecret_proof="+proof, got[1].URI)
	for _, r := range got {
		assert.NotContains(t, r.URI, pageToken)
	}
}

func TestATokenThatCannotBeSent(t *testing.T) {
	b := newBench(t, nil, ok(`{}`))
	for text, want := range map[string]string{
		"":         "graphapi: the access token is empty: set one",
		"EAA page": "graphapi: character 4 of the access token cannot be part of one: copy the token again, without spaces or line ends",
	} {
		_, err := b.WithToken(secret.New(text))
		require.EqualError(t, err, want)
	}
}

package graphapi_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

// noHeader is a host that takes the token only from a form.
func noHeader(refusal string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "" || r.Form.Get("access_token") != token:
			reply(400, refusal)(w, r)
		case r.Form.Get("batch") != "":
			batch(echo)(w, r)
		case r.Form.Get("method") != http.MethodGet:
			reply(400, graphError(100, 33, "Unsupported post request. Object with ID 'x' does not exist"))(w, r)
		default:
			ok(`{"metric":"`+r.Form.Get("metric")+`"}`)(w, r)
		}
	}
}

func TestAHostThatRefusesTheHeaderGetsAForm(t *testing.T) {
	for name, refusal := range map[string]string{
		"104":           graphError(104, 0, "An access token is required to request this resource."),
		"2500":          graphError(2500, 0, "An active access token must be used to query information about the current user."),
		"190":           graphError(190, 0, "Invalid OAuth 2.0 Access Token"),
		"190 unparsed":  graphError(190, 0, "Invalid OAuth access token - Cannot parse access token"),
		"401 and a web": "<html>",
	} {
		t.Run(name, func(t *testing.T) {
			refuse := noHeader(refusal)
			if refusal == "<html>" {
				refuse = func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Authorization") != "" {
						reply(401, refusal)(w, r)
						return
					}
					noHeader(refusal)(w, r)
				}
			}
			b := newBench(t, func(o *graphapi.Options) { o.Login = graphapi.Instagram }, refuse)
			for range 3 {
				a, err := b.Get(t.Context(), insights)
				require.NoError(t, err)
				assert.Equal(t, `{"metric":"reach,views"}`, string(a.Body))
			}
			got := b.server.requests()
			require.Len(t, got, 4, "the header is tried once")
			assert.Equal(t, "/v25.0/17841400000000001/insights?metric=reach%2Cviews&period=day", got[0].URI)
			for _, r := range got[1:] {
				assert.Equal(t, []string{"POST", "/v25.0/17841400000000001/insights", ""}, []string{r.Method, r.URI, r.Auth})
			}
			calls := b.record.total()
			assert.Equal(t, []int64{4, 4, 1}, []int64{calls.Requests, calls.Counted, calls.Retries})
			assert.Equal(t, []string{"the host does not take the token from the Authorization header: it is sent in a form from now on"}, b.record.notices)
			assert.Empty(t, b.clock.Slept())
		})
	}
}

func TestBatchOnAHostThatRefusesTheHeader(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.AppSecret = secret.New(appSecret) }, noHeader(graphError(190, 0, "Invalid OAuth access token")))
	for range 2 {
		results, err := b.Batch(t.Context(), manyRequests(2))
		require.NoError(t, err)
		assert.Equal(t, wantEcho(1), string(results[1].Answer.Body))
	}
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	got := b.server.requests()
	require.Len(t, got, 4)
	assert.NotEmpty(t, got[3].Form.Get("appsecret_proof"))
}

func TestADeadTokenIsTriedBothWaysOnce(t *testing.T) {
	b := newBench(t, nil, reply(400, graphError(190, 0, "Invalid OAuth access token")))
	for range 3 {
		_, err := b.Get(t.Context(), insights)
		assert.Equal(t, graphapi.TokenInvalid, graphErr(t, err).Kind())
	}
	assert.Len(t, b.server.requests(), 4)
	assert.Empty(t, b.record.notices)
}

func TestATokenThatTheHostKnowsIsNotTriedAgain(t *testing.T) {
	for _, body := range []string{graphError(190, 463, "Session has expired"), graphError(190, 0, "Error validating access token: Session has expired")} {
		b := newBench(t, nil, reply(400, body))
		_, err := b.Get(t.Context(), insights)
		assert.Equal(t, graphapi.TokenInvalid, graphErr(t, err).Kind())
		assert.Len(t, b.server.requests(), 1)
	}
	b := newBench(t, nil, ok(`{}`), reply(400, graphError(190, 0, "Invalid OAuth access token")))
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	_, err = b.Get(t.Context(), insights)
	require.Error(t, err)
	assert.Len(t, b.server.requests(), 2, "the header has worked before")
}

func TestAHostWithoutFormsKeepsItsError(t *testing.T) {
	for _, refusal := range []http.HandlerFunc{
		reply(405, "no"), reply(400, graphError(100, 33, "Unsupported post request. Object with ID '1' does not exist")),
	} {
		b := newBench(t, nil, reply(400, graphError(190, 0, "Invalid OAuth access token")), refusal)
		_, err := b.Get(t.Context(), insights)
		assert.Equal(t, 190, graphErr(t, err).Code)
		assert.Len(t, b.server.requests(), 2)
	}
}

func TestTroubleWhileTryingTheFormProvesNothing(t *testing.T) {
	works := noHeader(graphError(104, 0, "An access token is required to request this resource."))
	b := newBench(t, nil, works, reply(503, ""), works)
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Len(t, b.server.requests(), 4)
	assert.Equal(t, seconds(0.5), b.clock.Slept())
}

func TestTheFormIsTriedOnceByAll(t *testing.T) {
	b := newBench(t, nil, noHeader(graphError(104, 0, "An access token is required to request this resource.")))
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			_, err := b.Get(t.Context(), insights)
			assert.NoError(t, err)
		})
	}
	wait.Wait()
	headers := 0
	for _, r := range b.server.requests() {
		if r.Auth != "" {
			headers++
		}
	}
	assert.LessOrEqual(t, headers, 8, "no more than were under way before the first came back")
	assert.Len(t, b.record.notices, 1)
}

package graphapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/graphapi"
)

type batchEntry struct {
	Method string `json:"method"`
	URL    string `json:"relative_url"`
}

func entries(form url.Values) []batchEntry {
	var list []batchEntry
	_ = json.Unmarshal([]byte(form.Get("batch")), &list)
	return list
}

// batch answers each item with what answer gives for its relative URL: an element of the array.
func batch(answer func(relative string) string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var parts []string
		for _, e := range entries(r.Form) {
			parts = append(parts, answer(e.URL))
		}
		ok("["+strings.Join(parts, ",")+"]", header...)(w, r)
	}
}

func element(code int, body string, header ...string) string {
	var headers []map[string]string
	for i := 0; i < len(header); i += 2 {
		headers = append(headers, map[string]string{"name": header[i], "value": header[i+1]})
	}
	out, _ := json.Marshal(map[string]any{"code": code, "headers": headers, "body": body})
	return string(out)
}

func echo(relative string) string { return element(200, fmt.Sprintf(`{"id":%q}`, relative)) }

func manyRequests(n int) []graphapi.Request {
	requests := make([]graphapi.Request, n)
	for i := range requests {
		requests[i] = graphapi.Request{Path: fmt.Sprintf("%d/insights", 1000+i), Params: []graphapi.Param{{Name: "metric", Value: "reach,views"}}, Account: account}
	}
	return requests
}

func wantEcho(i int) string { return fmt.Sprintf(`{"id":"%d/insights?metric=reach%%2Cviews"}`, 1000+i) }

func TestBatchKeepsOrderOverSeveralRequests(t *testing.T) {
	b := newBench(t, nil, batch(echo, "facebook-api-version", "v25.0"))
	results, err := b.Batch(t.Context(), manyRequests(120))
	require.NoError(t, err)
	require.Len(t, results, 120)
	for i, r := range results {
		require.NoError(t, r.Err)
		assert.Equal(t, wantEcho(i), string(r.Answer.Body))
		assert.Equal(t, "v25.0", r.Answer.Version)
		r.Answer.Release()
	}
	sizes := map[int]int{}
	for _, r := range b.server.requests() {
		assert.Equal(t, []string{"POST", "/v25.0/", "Bearer " + token}, []string{r.Method, r.URI, r.Auth})
		assert.Equal(t, token, r.Form.Get("access_token"))
		assert.Equal(t, "true", r.Form.Get("include_headers"))
		assertNoSecret(t, r.Form.Get("batch"))
		sizes[len(entries(r.Form))]++
		assert.Equal(t, "GET", entries(r.Form)[0].Method)
	}
	assert.Equal(t, map[int]int{50: 2, 20: 1}, sizes)
	calls := b.record.total()
	assert.Equal(t, []int64{3, 120, 0}, []int64{calls.Requests, calls.Counted, calls.Retries})
}

func TestBatchOfNothingAndOfOne(t *testing.T) {
	b := newBench(t, nil, ok(`{"id":"1"}`))
	results, err := b.Batch(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, results)
	results, err = b.Batch(t.Context(), manyRequests(1))
	require.NoError(t, err)
	assert.Equal(t, `{"id":"1"}`, string(results[0].Answer.Body))
	assert.Equal(t, "GET", b.server.requests()[0].Method, "one request needs no batch")
}

func TestBatchRepeatsOnlyWhatFailed(t *testing.T) {
	tried := map[string]int{}
	b := newBench(t, nil, batch(func(relative string) string {
		tried[relative]++
		switch {
		case strings.HasPrefix(relative, "1001/") && tried[relative] == 1:
			return "null"
		case strings.HasPrefix(relative, "1002/") && tried[relative] <= 2:
			return element(500, graphError(2, 0, "busy"))
		case strings.HasPrefix(relative, "1003/"):
			return element(400, graphError(100, 33, "missing"))
		case strings.HasPrefix(relative, "1004/") && tried[relative] == 1:
			return element(200, `{"data":[`)
		case strings.HasPrefix(relative, "1005/"):
			return `{"body":{"bare":true}}`
		}
		return echo(relative)
	}))
	results, err := b.Batch(t.Context(), manyRequests(7))
	require.NoError(t, err)
	for _, i := range []int{0, 1, 2, 4, 6} {
		require.NoError(t, results[i].Err)
		assert.Equal(t, wantEcho(i), string(results[i].Answer.Body))
	}
	assert.Equal(t, graphapi.NotFound, graphErr(t, results[3].Err).Kind())
	assert.EqualError(t, results[3].Err, "GET /v25.0/1003/insights: missing (code 100, subcode 33, trace AbC). Check the id, that the token's user may see the object, and that it is of the right kind.")
	assert.JSONEq(t, `{"bare":true}`, string(results[5].Answer.Body))
	var sizes []int
	for _, r := range b.server.requests() {
		sizes = append(sizes, len(entries(r.Form)))
	}
	assert.Equal(t, []int{7, 3, 1}, sizes)
	assert.Equal(t, seconds(0.5, 1), b.clock.Slept())
	calls := b.record.total()
	assert.Equal(t, []int64{3, 11, 4}, []int64{calls.Requests, calls.Counted, calls.Retries})
}

func TestBatchOfNullsShrinksAndGivesUp(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.MaxRetryDuration = 10 * time.Second }, batch(func(string) string { return "null" }))
	results, err := b.Batch(t.Context(), manyRequests(4))
	require.NoError(t, err)
	for _, r := range results {
		require.ErrorContains(t, r.Err, "the API gave no answer to this request of a batch; gave up after ")
		assert.Equal(t, graphapi.Transient, graphErr(t, r.Err).Kind())
	}
	var sizes []int
	for _, r := range b.server.requests() {
		sizes = append(sizes, len(entries(r.Form)))
	}
	assert.Equal(t, []int{4, 2, 1}, sizes[:3])
}

func TestBatchWaitsForAThrottledItem(t *testing.T) {
	tried := map[string]int{}
	b := newBench(t, nil, batch(func(relative string) string {
		if tried[relative]++; tried[relative] == 1 && !strings.HasPrefix(relative, "1000/") {
			return element(400, graphError(80002, 0, throttledText), businessUsage(account, 100, 4)...)
		}
		return echo(relative)
	}))
	results, err := b.Batch(t.Context(), manyRequests(3))
	require.NoError(t, err)
	for i, r := range results {
		require.NoError(t, r.Err)
		assert.Equal(t, wantEcho(i), string(r.Answer.Body))
	}
	assert.Equal(t, []time.Duration{4 * time.Minute}, b.clock.Slept())
	assert.Equal(t, []string{"4m0s the rate limit of account 17841400000000001 is used up", "over"}, b.record.waits)
	calls := b.record.total()
	assert.Equal(t, []int64{2, 5, 2}, []int64{calls.Requests, calls.Counted, calls.Retries})
}

func TestBatchGoesOnForOtherAccounts(t *testing.T) {
	b := newBench(t, nil, batch(func(relative string) string {
		if strings.HasPrefix(relative, "1000/") {
			return element(400, graphError(80002, 0, throttledText), businessUsage("17841400000000000", 100, 60)...)
		}
		return echo(relative)
	}))
	requests := manyRequests(3)
	for i := range requests {
		requests[i].Account = fmt.Sprint(17841400000000000 + i)
	}
	results, err := b.Batch(t.Context(), requests)
	require.NoError(t, err)
	assert.Equal(t, start.Add(time.Hour), graphErr(t, results[0].Err).Until)
	// The first account is held now; the others of its batch are not.
	results, err = b.Batch(t.Context(), requests)
	require.NoError(t, err)
	assert.Equal(t, graphapi.Throttled, graphErr(t, results[0].Err).Kind())
	for i := 1; i < 3; i++ {
		require.NoError(t, results[i].Err)
		assert.Equal(t, wantEcho(i), string(results[i].Answer.Body))
	}
	assert.Len(t, entries(b.server.requests()[1].Form), 2)
	assert.Empty(t, b.clock.Slept())
}

func TestBatchThatIsTooMuchIsHalved(t *testing.T) {
	b := newBench(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if n := len(entries(r.Form)); n > 2 {
			reply(500, graphError(1, 0, "Please reduce the amount of data you're asking for, then retry your request"))(w, r)
			return
		}
		batch(func(relative string) string {
			if strings.HasPrefix(relative, "1004/") {
				return element(500, graphError(1, 0, "Please reduce the amount of data you're asking for, then retry your request"))
			}
			return echo(relative)
		})(w, r)
	})
	results, err := b.Batch(t.Context(), manyRequests(8))
	require.NoError(t, err)
	for i, r := range results {
		if i == 4 {
			assert.Equal(t, graphapi.TooMuchData, graphErr(t, r.Err).Kind())
			continue
		}
		require.NoError(t, r.Err)
		assert.Equal(t, wantEcho(i), string(r.Answer.Body))
	}
	assert.Len(t, b.server.requests(), 2+4)
	assert.Empty(t, b.clock.Slept())
}

func TestBatchSurvivesTroubleOfTheWhole(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{
		"503":          reply(503, "<html>"),
		"reset":        reset,
		"wrong length": ok(`[{"code":200,"body":"{}"}]`),
		"object":       ok(`{"data":[]}`),
		"half":         ok(`[{"code":200,"body":"{`),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil, step, batch(echo))
			results, err := b.Batch(t.Context(), manyRequests(3))
			require.NoError(t, err)
			for i, r := range results {
				require.NoError(t, r.Err)
				assert.Equal(t, wantEcho(i), string(r.Answer.Body))
			}
			assert.Equal(t, seconds(0.5), b.clock.Slept())
			calls := b.record.total()
			assert.Equal(t, []int64{2, 6, 3}, []int64{calls.Requests, calls.Counted, calls.Retries})
		})
	}
}

func TestBatchEndsForADeadToken(t *testing.T) {
	dead := graphError(190, 460, "The session has been invalidated")
	for name, step := range map[string]http.HandlerFunc{
		"whole": reply(400, dead),
		"item": batch(func(relative string) string {
			if strings.HasPrefix(relative, "1001/") {
				return element(400, dead)
			}
			return echo(relative)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil, step)
			results, err := b.Batch(t.Context(), manyRequests(3))
			assert.Equal(t, graphapi.TokenInvalid, graphErr(t, err).Kind())
			assert.Equal(t, 460, graphErr(t, results[1].Err).Subcode)
			assert.Len(t, b.server.requests(), 1)
			if name == "item" {
				require.NoError(t, results[0].Err)
				assert.Equal(t, wantEcho(0), string(results[0].Answer.Body))
			}
		})
	}
	b := newBench(t, func(o *graphapi.Options) { o.Login = graphapi.Instagram }, reply(400, dead))
	results, err := b.Batch(t.Context(), manyRequests(30))
	assert.Equal(t, graphapi.TokenInvalid, graphErr(t, err).Kind())
	for _, r := range results {
		require.Error(t, r.Err)
	}
}

func TestBatchWithoutABatch(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.Login = graphapi.Instagram }, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/1001/") {
			reply(400, graphError(100, 33, "missing"))(w, r)
			return
		}
		_, _ = io.WriteString(w, fmt.Sprintf(`{"id":%q}`, strings.TrimPrefix(r.RequestURI, "/v25.0/")))
	})
	results, err := b.Batch(t.Context(), manyRequests(60))
	require.NoError(t, err)
	for i, r := range results {
		if i == 1 {
			assert.Equal(t, graphapi.NotFound, graphErr(t, r.Err).Kind())
			continue
		}
		require.NoError(t, r.Err)
		assert.Equal(t, wantEcho(i), string(r.Answer.Body))
	}
	assert.Len(t, b.server.requests(), 60)
}

func TestBatchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	results, err := b.Batch(ctx, manyRequests(120))
	require.ErrorIs(t, err, context.Canceled)
	for _, r := range results {
		require.ErrorIs(t, r.Err, context.Canceled)
	}
}

// Whatever the server does to items, every request gets its own answer, and nothing that was answered is
// asked again.
func TestBatchLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 130).Draw(rt, "n")
		bad := rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "", "null", "busy", "throttle"}), n, n).Draw(rt, "bad")
		answered := map[string]int{}
		lock := make(chan struct{}, 1)
		b := newBench(t, nil, func(w http.ResponseWriter, r *http.Request) {
			lock <- struct{}{}
			defer func() { <-lock }()
			one := func(relative string) string {
				var i int
				_, _ = fmt.Sscanf(relative, "%d/", &i)
				how := bad[i-1000]
				bad[i-1000] = ""
				switch how {
				case "null":
					return "null"
				case "busy":
					return element(500, graphError(2, 0, "busy"))
				case "throttle":
					return element(400, graphError(80002, 0, "m"), businessUsage(account, 100, 1)...)
				}
				answered[relative]++
				return echo(relative)
			}
			if r.Method == http.MethodGet {
				relative := strings.TrimPrefix(r.RequestURI, "/v25.0/")
				var e struct {
					Code    int
					Headers []struct{ Name, Value string }
					Body    string
				}
				if text := one(relative); text != "null" {
					_ = json.Unmarshal([]byte(text), &e)
				}
				for _, h := range e.Headers {
					w.Header().Set(h.Name, h.Value)
				}
				reply(max(e.Code, 200), e.Body)(w, r)
				return
			}
			batch(one)(w, r)
		})
		results, err := b.Batch(t.Context(), manyRequests(n))
		require.NoError(rt, err)
		for i, r := range results {
			require.NoError(rt, r.Err)
			require.Equal(rt, wantEcho(i), string(r.Answer.Body))
			r.Answer.Release()
		}
		require.Len(rt, answered, n)
		for _, times := range answered {
			require.Equal(rt, 1, times)
		}
		calls := b.record.total()
		require.EqualValues(rt, n, calls.Counted-calls.Retries)
		require.EqualValues(rt, len(b.server.requests()), calls.Requests)
		b.Close()
		b.server.Close()
	})
}

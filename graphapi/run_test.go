package graphapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

// Random is 0.5 in a bench: a backoff is half of 1 s, 2 s, 4 s ….
func seconds(list ...float64) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, s := range list {
		out[i] = time.Duration(s * float64(time.Second))
	}
	return out
}

// reset reads the request and hangs up.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// raw writes bytes in place of an HTTP answer and hangs up.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = conn.Write([]byte(text))
			_ = conn.Close()
		}
	}
}

func TestTroubleIsRepeatedWithGrowingWaits(t *testing.T) {
	busy := reply(400, graphError(2, 0, "Service temporarily unavailable"))
	b := newBench(t, nil, busy, busy, busy, ok(`{"data":[]}`))
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Equal(t, seconds(0.5, 1, 2), b.clock.Slept())
	size := int64(3*len(graphError(2, 0, "Service temporarily unavailable")) + 11)
	assert.Equal(t, graphapi.Calls{Requests: 4, Counted: 4, Retries: 3, Wait: 3500 * time.Millisecond, Bytes: size}, b.record.total())
	assert.Equal(t, []string{
		"500ms Service temporarily unavailable", "over", "1.5s Service temporarily unavailable", "over", "3.5s Service temporarily unavailable", "over",
	}, b.record.waits)
}

func TestEveryTroubleThatPassesIsRepeated(t *testing.T) {
	const body = `{"data":[{"id":"1"}]}`
	for name, step := range map[string]http.HandlerFunc{
		"500":              reply(500, "oops"),
		"502 page":         reply(502, "<html><title>x</title>"),
		"503 empty":        reply(503, ""),
		"404 page":         reply(404, "<html>"),
		"code 1":           reply(400, graphError(1, 0, "An unknown error occurred")),
		"code -1":          reply(500, graphError(-1, 2207001, "Server error")),
		"is_transient":     reply(400, `{"error":{"code":-3,"is_transient":true,"message":"m"}}`),
		"error with 200":   ok(graphError(2, 0, "m")),
		"empty 200":        ok(""),
		"half JSON":        ok(body[:10]),
		"html 200":         ok("<!doctype html><p>"),
		"reset":            reset,
		"short body":       raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + body),
		"short chunk":      raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n" + body + "\r\n"),
		"short gzip":       raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab"),
		"no gzip":          ok(body, "Content-Encoding", "gzip"),
		"empty gzip":       ok("", "Content-Encoding", "gzip"),
		"not HTTP":         raw("hello\r\n\r\n"),
		"hangs up at once": raw(""),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil, step, ok(body))
			a, err := b.Get(t.Context(), insights)
			require.NoError(t, err)
			assert.Equal(t, body, string(a.Body))
			assert.Equal(t, seconds(0.5), b.clock.Slept())
			calls := b.record.total()
			assert.Equal(t, []int64{2, 2, 1}, []int64{calls.Requests, calls.Counted, calls.Retries})
		})
	}
}

func TestRequestsEqualTheServersWhateverHappens(t *testing.T) {
	// A reset on a connection that was used before: Go's transport repeats the request by itself.
	b := newBench(t, nil, ok(`{}`), reset, ok(`{}`))
	for range 2 {
		_, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
	}
	calls := b.record.total()
	assert.EqualValues(t, len(b.server.requests()), calls.Requests)
	assert.Equal(t, []int64{3, 3, 1}, []int64{calls.Requests, calls.Counted, calls.Retries})
}

func TestWhatMayBePermanentIsRepeatedAFewTimes(t *testing.T) {
	b := newBench(t, nil, reply(500, graphError(1, 0, "An unknown error has occurred.")))
	_, err := b.Get(t.Context(), insights)
	require.EqualError(t, err, at+"An unknown error has occurred (code 1, HTTP 500, trace AbC); gave up after 6 tries in 15.5s. It is trouble of the network or of the Graph API: run again later.")
	assert.Equal(t, seconds(0.5, 1, 2, 4, 8), b.clock.Slept())
	assert.Equal(t, 6, graphErr(t, err).Tries)
}

func TestTroubleThatStaysIsRepeatedForMaxRetryDuration(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.MaxRetryDuration = 2 * time.Minute }, reply(503, ""))
	_, err := b.Get(t.Context(), insights)
	require.EqualError(t, err, at+"the server sent an empty answer (HTTP 503); gave up after 10 tries in 2m0s. If it stays so, check the address of the Graph API and any proxy on the way.")
	assert.Equal(t, seconds(0.5, 1, 2, 4, 8, 16, 30, 30, 28.5), b.clock.Slept(), "the interval is capped, and so is their sum")
}

func TestWhatNoRepeatMendsIsSentOnce(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{
		"too much data": reply(500, graphError(1, 0, "Please reduce the amount of data you're asking for, then retry your request")),
		"fatal metric":  reply(400, graphError(-1, 2207086, "Fatal")),
		"bad parameter": reply(400, graphError(100, 0, "bad")),
		"expired":       reply(400, graphError(190, 463, "Session has expired")),
		"permission":    reply(403, graphError(10, 0, "no")),
		"blocked":       reply(400, graphError(368, 0, "no")),
		"encoding":      ok("x", "Content-Encoding", "br"),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil, step)
			_, err := b.Get(t.Context(), insights)
			graphErr(t, err)
			assert.Len(t, b.server.requests(), 1)
			assert.Empty(t, b.clock.Slept())
		})
	}
}

func TestNothingListens(t *testing.T) {
	b := newBench(t, nil, ok(`{}`))
	b.server.Close()
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, err)
	assert.Equal(t, "Check the network and the address of the Graph API: no connection could be made.", e.Advice())
	assert.True(t, strings.HasPrefix(err.Error(), at+"the connection failed: dial tcp "), err.Error())
	assert.Equal(t, 6, e.Tries)
	assert.Equal(t, graphapi.Calls{Wait: 15500 * time.Millisecond}, b.record.total(), "nothing was sent")
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, c := range []struct {
		name   string
		step   http.HandlerFunc
		want   time.Duration
		reason string
	}{
		{"seconds with 503", reply(503, "", "Retry-After", "7"), 7 * time.Second, "7s the server sent an empty answer"},
		{"seconds with 429", reply(429, "", "Retry-After", "90"), 90 * time.Second, "1m30s the rate limit of the app is used up"},
		{"date", reply(429, "", "Date", "Sun, 22 Nov 2026 10:00:00 GMT", "Retry-After", "Sun, 22 Nov 2026 10:02:00 GMT"), 2 * time.Minute, "2m0s the rate limit of the app is used up"},
		{"throttle", reply(400, graphError(17, 0, "m"), "Retry-After", "30"), 30 * time.Second, "30s the rate limit of the app is used up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil, c.step, ok(`{}`))
			_, err := b.Get(t.Context(), insights)
			require.NoError(t, err)
			assert.Equal(t, []time.Duration{c.want}, b.clock.Slept())
			assert.Equal(t, []string{c.reason, "over"}, b.record.waits)
		})
	}
	b := newBench(t, nil, reply(503, "", "Retry-After", "86400"))
	_, err := b.Get(t.Context(), insights)
	require.EqualError(t, err, at+"the server sent an empty answer (HTTP 503); the API asks to wait 24h0m0s, which is longer than this request may still be repeated. If it stays so, check the address of the Graph API and any proxy on the way.")
	assert.Empty(t, b.clock.Slept())
}

const throttledText = "(#80002) There have been too many calls to this Instagram account."

func businessUsage(account string, percent, minutes int) []string {
	return []string{"X-Business-Use-Case-Usage", fmt.Sprintf(
		`{"%s":[{"type":"instagram","call_count":%d,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":%d},{"type":"pages","call_count":100,"estimated_time_to_regain_access":99}]}`,
		account, percent, minutes)}
}

func TestANamedWaitIsWaitedOutOnceByAll(t *testing.T) {
	var mu sync.Mutex
	fake := clock.NewFake(start)
	early := 0
	throttle := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		over := !fake.Now().Before(start.Add(9 * time.Minute))
		if !over {
			early++
		}
		mu.Unlock()
		if over {
			ok(`{"data":[]}`)(w, r)
			return
		}
		reply(400, graphError(80002, 0, throttledText), businessUsage(account, 100, 9)...)(w, r)
	}
	pacer := graphapi.NewPacer(fake)
	set := func(o *graphapi.Options) { o.Clock, o.Pacer = fake, pacer }
	first, second := newBench(t, set, throttle), newBench(t, set, throttle)
	var wait sync.WaitGroup
	for i := range 20 {
		b := []*bench{first, second}[i%2]
		wait.Go(func() {
			_, err := b.Get(t.Context(), insights)
			assert.NoError(t, err)
		})
	}
	wait.Wait()
	assert.Equal(t, []time.Duration{9 * time.Minute}, fake.Slept())
	sent := len(first.server.requests()) + len(second.server.requests())
	assert.Equal(t, 20+early, sent, "one repeat for each request that was throttled")
	assert.LessOrEqual(t, early, 16, "8 slots for each client")
	assert.Equal(t, 9*time.Minute, first.record.total().Wait+second.record.total().Wait)

	// Another account goes on all the while.
	other := insights
	other.Account = "17841400000000002"
	_, err := first.Get(t.Context(), other)
	require.NoError(t, err)
}

func TestAWaitThatDoesNotFitFailsAtOnce(t *testing.T) {
	b := newBench(t, nil, reply(400, graphError(80002, 0, throttledText), businessUsage(account, 100, 19)...))
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, err)
	assert.Equal(t, graphapi.Throttled, e.Kind())
	assert.Equal(t, 19*time.Minute, e.Wait)
	assert.Equal(t, start.Add(19*time.Minute), e.Until)
	assert.EqualError(t, err, at+throttledText[:len(throttledText)-1]+" (code 80002, trace AbC); the API asks to wait 19m0s, which is longer than this request may still be repeated. Run again after 2026-11-22T10:19:00Z.")
	assert.Empty(t, b.clock.Slept())

	// Who comes later is told so without a call.
	b.clock.Advance(time.Minute)
	_, err = b.Get(t.Context(), insights)
	e = graphErr(t, err)
	assert.Equal(t, graphapi.Throttled, e.Kind())
	assert.EqualError(t, err, at+"the rate limit of account 17841400000000001 is used up; the API asks to wait 18m0s, which is longer than this request may still be repeated. Run again after 2026-11-22T10:19:00Z.")
	assert.Len(t, b.server.requests(), 1)

	// And near the end of it waits for the rest.
	b.clock.Advance(15 * time.Minute)
	b.server.steps[0] = ok(`{}`)
	_, err = b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{3 * time.Minute}, b.clock.Slept())
}

func TestAThrottleWithoutATimeWaitsFiveMinutes(t *testing.T) {
	busy := reply(400, graphError(4, 0, "Application request limit reached"))
	b := newBench(t, nil, busy, busy, ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{5 * time.Minute, 5 * time.Minute}, b.clock.Slept())

	b = newBench(t, nil, busy)
	_, err = b.Get(t.Context(), insights)
	require.EqualError(t, err, at+"Application request limit reached (code 4, trace AbC); gave up after 3 tries in 10m0s. The rate limit is used up: run again later, or with fewer accounts or metrics.")

	b = newBench(t, func(o *graphapi.Options) { o.MaxRetryDuration = 4 * time.Minute }, busy)
	_, err = b.Get(t.Context(), insights)
	require.Error(t, err)
	assert.Equal(t, []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 30 * time.Second}, b.clock.Slept())
}

func TestAnswersLargerThanTheCapAreTooMuchData(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{
		"plain": ok(`{"data":"` + strings.Repeat("x", 2<<20) + `"}`),
		"gzip":  zipped(`{"data":"` + strings.Repeat("x", 2<<20) + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil, step)
			b.SetMaxAnswer(1 << 20)
			_, err := b.Get(t.Context(), insights)
			assert.Equal(t, graphapi.TooMuchData, graphErr(t, err).Kind())
			assert.EqualError(t, err, at+"the answer is larger than 1 MiB. Ask for fewer rows a page, fewer fields or a shorter range.")
			assert.Len(t, b.server.requests(), 1)
		})
	}
}

func TestErrorsOfForeignTransportsAreScrubbed(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) {
		o.Transport = failing{}
		o.MaxRetryDuration = -1
		o.AppSecret = secret.New(appSecret)
	}, ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	graphErr(t, err)
	assert.EqualError(t, err, at+"the connection failed: proxy refused Bearer [redacted]. It is trouble of the network or of the Graph API: run again later.")
	assert.EqualValues(t, 1, b.record.total().Requests)
}

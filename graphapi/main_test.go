package graphapi_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// token has characters that look different percent-encoded.
	token     = "EAAsecret|tok/en+1"
	appSecret = "app-secret-1"
	account   = "17841400000000001"
)

// start is when every test's clock begins.
var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// seen is one request as the server saw it.
type seen struct {
	Method, URI, Auth string
	Form              url.Values
	Header            http.Header
}

// server answers request n with step n, and those after the last step with the last.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	seen  []seen
	steps []http.HandlerFunc
}

func newServer(t *testing.T, steps ...http.HandlerFunc) *server {
	s := &server{steps: steps}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		for _, r := range s.requests() {
			assertNoSecret(t, r.URI)
		}
	})
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, seen{r.Method, r.RequestURI, r.Header.Get("Authorization"), form, r.Header})
	step := s.steps[min(n, len(s.steps)-1)]
	s.mu.Unlock()
	r.Form = form
	step(w, r)
}

func (s *server) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.seen...)
}

// reply writes a status, header lines as name, value, … and a body.
func reply(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func ok(body string, header ...string) http.HandlerFunc { return reply(200, body, header...) }

func graphError(code, subcode int, message string) string {
	return fmt.Sprintf(`{"error":{"message":%q,"type":"OAuthException","code":%d,"error_subcode":%d,"fbtrace_id":"AbC"}}`, message, code, subcode)
}

func zipped(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			http.Error(w, "no gzip asked for", http.StatusTeapot)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, body)
		_ = z.Close()
	}
}

// record is what an Observer was told.
type record struct {
	mu      sync.Mutex
	calls   graphapi.Calls
	waits   []string
	notices []string
}

func (r *record) observer() graphapi.Observer {
	return graphapi.Observer{
		Calls: func(c graphapi.Calls) { r.mu.Lock(); r.calls = r.calls.Add(c); r.mu.Unlock() },
		Waiting: func(until time.Time, reason string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if until.IsZero() {
				r.waits = append(r.waits, "over"+reason)
				return
			}
			r.waits = append(r.waits, until.Sub(start).String()+" "+reason)
		},
		Notice: func(text string) { r.mu.Lock(); r.notices = append(r.notices, text); r.mu.Unlock() },
	}
}

func (r *record) total() graphapi.Calls { r.mu.Lock(); defer r.mu.Unlock(); return r.calls }

// bench is a client on a server with a clock that nobody waits for.
type bench struct {
	*graphapi.Client
	server *server
	clock  *clock.Fake
	record *record
}

func newBench(t *testing.T, change func(*graphapi.Options), steps ...http.HandlerFunc) *bench {
	b := &bench{server: newServer(t, steps...), clock: clock.NewFake(start), record: &record{}}
	o := graphapi.Options{
		Login: graphapi.Facebook, Version: "v25.0", Token: secret.New(token), Endpoint: b.server.URL,
		Clock: b.clock, Random: func() float64 { return 0.5 },
	}
	if change != nil {
		change(&o)
	}
	c, err := graphapi.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	b.Client = c.Observe(b.record.observer())
	return b
}

// insights is a request as a source makes them.
var insights = graphapi.Request{
	Path:    account + "/insights",
	Params:  []graphapi.Param{{Name: "metric", Value: "reach,views"}, {Name: "period", Value: "day"}},
	Account: account,
}

func assertNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{token, appSecret} {
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), strings.ToLower(url.QueryEscape(s))} {
			assert.NotContains(t, text, form)
		}
	}
}

func graphErr(t *testing.T, err error) *graphapi.Error {
	t.Helper()
	require.Error(t, err)
	e, isGraph := graphapi.AsError(err)
	require.True(t, isGraph, "%T: %v", err, err)
	assertNoSecret(t, err.Error())
	assertNoSecret(t, fmt.Sprintf("%+v", *e))
	return e
}

// atomicMax is a number that several goroutines change.
type atomicMax struct {
	mu sync.Mutex
	n  int64
}

func (a *atomicMax) add(d int64) int64 { a.mu.Lock(); defer a.mu.Unlock(); a.n += d; return a.n }
func (a *atomicMax) max(n int64)       { a.mu.Lock(); defer a.mu.Unlock(); a.n = max(a.n, n) }
func (a *atomicMax) load() int64       { return a.add(0) }

// failing quotes everything it was given, as careless transports do.
type failing struct{}

func (failing) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: fmt.Errorf("proxy refused %s", r.Header.Get("Authorization"))}
}

// stuckClock sleeps until it is woken.
type stuckClock struct {
	*clock.Fake
	asleep, wake chan struct{}
}

func (c *stuckClock) Sleep(ctx context.Context, d time.Duration) error {
	close(c.asleep)
	select {
	case <-c.wake:
		return c.Fake.Sleep(ctx, d)
	case <-ctx.Done():
		return ctx.Err()
	}
}

package graphtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the instant most tests happen at: a Sunday in winter time, 21 days after summer time ended.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, graphtest.Pacific)

// probe asks a server and keeps no connection beyond its test.
type probe struct {
	t      *testing.T
	client *http.Client
	url    string
	token  string
	server *graphtest.Server
}

func newProbe(t *testing.T, world *graphtest.World, options ...graphtest.Option) *probe {
	t.Helper()
	s := graphtest.Start(t, world, options...)
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &probe{t: t, client: &http.Client{Transport: transport}, url: s.URL, token: world.Token(s.Host()), server: s}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (p *probe) do(r *http.Request) (answer, error) {
	response, err := p.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { require.NoError(p.t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

func (p *probe) request(method, path, body string) *http.Request {
	p.t.Helper()
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	require.NoError(p.t, err)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// get asks with the token in the header; pairs are parameter names and values.
func (p *probe) get(path string, pairs ...string) answer {
	p.t.Helper()
	out, err := p.do(p.request(http.MethodGet, path+query(pairs), ""))
	require.NoError(p.t, err)
	return out
}

// post sends a form, the token in it.
func (p *probe) post(path string, pairs ...string) answer {
	p.t.Helper()
	if p.token != "" {
		pairs = append(pairs, "access_token", p.token)
	}
	r := p.request(http.MethodPost, path, strings.TrimPrefix(query(pairs), "?"))
	r.Header.Del("Authorization")
	out, err := p.do(r)
	require.NoError(p.t, err)
	return out
}

func query(pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "?" + q.Encode()
}

func decode(t *testing.T, body string, into any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(body), into), body)
}

// mustField returns one member of a JSON object as text.
func mustField(t *testing.T, body, name string) string {
	t.Helper()
	var object map[string]json.RawMessage
	decode(t, body, &object)
	require.Contains(t, object, name)
	return string(object[name])
}

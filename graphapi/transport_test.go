package graphapi_test

import (
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/secret"
)

func newTLSServer(t *testing.T, step http.HandlerFunc) *httptest.Server {
	s := httptest.NewUnstartedServer(step)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestOwnTransportSpeaksHTTP2(t *testing.T) {
	body := `{"data":"` + strings.Repeat("abc ", 1<<18) + `"}`
	var protocol string
	s := newTLSServer(t, func(w http.ResponseWriter, r *http.Request) {
		protocol = r.Proto
		zipped(body)(w, r)
	})
	transport := graphapi.NewTransport()
	transport.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.TLSClientConfig.NextProtos = nil
	defer transport.CloseIdleConnections()
	r := &record{}
	c, err := graphapi.New(graphapi.Options{Login: graphapi.Facebook, Version: "v25.0", Token: secret.New(token), Endpoint: s.URL, Transport: transport})
	require.NoError(t, err)
	for range 3 {
		a, err := c.Observe(r.observer()).Get(t.Context(), insights)
		require.NoError(t, err)
		require.Equal(t, body, string(a.Body))
		a.Release()
	}
	assert.Equal(t, "HTTP/2.0", protocol)
	assert.EqualValues(t, 3, r.total().Requests)
	c.Close() // the transport is not the client's own
}

func TestAServerThatCannotProveItselfIsNotAskedAgain(t *testing.T) {
	s := newTLSServer(t, ok(`{}`))
	b := newBench(t, func(o *graphapi.Options) { o.Endpoint = s.URL }, ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	e := graphErr(t, err)
	assert.Equal(t, graphapi.Other, e.Kind())
	assert.Equal(t, "Check this machine's clock and root certificates, and any proxy that opens TLS.", e.Advice())
	assert.Empty(t, b.clock.Slept())
	assert.Zero(t, b.record.total().Requests)
	assert.NotErrorIs(t, err, x509.ErrUnsupportedAlgorithm)
}

func TestHTTPSAgainstAPlainServer(t *testing.T) {
	b := newBench(t, func(o *graphapi.Options) { o.Endpoint = strings.Replace(o.Endpoint, "http:", "https:", 1) }, ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	assert.Equal(t, graphapi.Other, graphErr(t, err).Kind())
	assert.Empty(t, b.clock.Slept())
}

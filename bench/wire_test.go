package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testWire returns a wire to a pageServer with a corpus of two pages.
func testWire(t *testing.T) *wire {
	t.Helper()
	handler, err := newPageServer(mediaPages(2))
	require.NoError(t, err)
	certificate, err := newCertificate()
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	w, err := newWire(address{Endpoint: server.URL, Certificate: certificate.Certificate[0]})
	require.NoError(t, err)
	t.Cleanup(w.close)
	return w
}

// Both sides of the comparison must go through the same bodies.
func TestWireAgree(t *testing.T) {
	w, m := testWire(t), newMediaShred(mediaPlan())
	var want int64
	for _, page := range mediaPages(2) {
		posts, comments, err := m.decode(page)
		require.NoError(t, err)
		want += posts.NumRows() + comments.NumRows()
	}
	pages := 0
	rows, err := w.decode(t.Context(), m, 4, func() { pages++ })
	require.NoError(t, err)
	assert.Equal(t, 2*want, rows, "the corpus twice")
	assert.Equal(t, 4, pages)

	var size int64
	for i := range 4 {
		size += int64(len(servedPage(t, i, 4, strings.TrimPrefix(w.endpoint, "https://"))))
	}
	got, err := w.inflate(t.Context(), 4)
	require.NoError(t, err)
	assert.Equal(t, size, got)
}

// servedPage is page i of n as the server sends it, inflated.
func servedPage(t *testing.T, i, n int, host string) []byte {
	t.Helper()
	s, err := newPageServer(mediaPages(2))
	require.NoError(t, err)
	zipped, err := s.page(i, n, host)
	require.NoError(t, err)
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	require.NoError(t, err)
	page, err := io.ReadAll(r)
	require.NoError(t, err)
	return page
}

// A second pass has the rows of the first, but for their ids.
func TestServedPages(t *testing.T) {
	m := newMediaShred(mediaPlan())
	var ids [2]string
	var records [2]arrow.Record
	for pass := range 2 {
		page := servedPage(t, 2*pass, 4, "graph.example")
		posts, comments, err := m.decode(page)
		require.NoError(t, err)
		comments.Release()
		ids[pass], records[pass] = posts.Column(0).(*array.String).Value(99), posts
		var answer struct {
			Paging struct {
				Cursors struct{ After string }
				Next    string
			}
		}
		require.NoError(t, json.Unmarshal(page, &answer))
		after := []string{"1", "3"}[pass]
		assert.Equal(t, after, answer.Paging.Cursors.After)
		assert.Equal(t, "https://graph.example/v25.0/4/media?limit=100&after="+after, answer.Paging.Next)
	}
	assert.Equal(t, "180"+ids[0][3:], ids[1])
	for c := 1; c < len(mediaSchema.Fields()); c++ {
		assert.True(t, array.Equal(records[0].Column(c), records[1].Column(c)), mediaSchema.Field(c).Name)
	}
	assert.NotContains(t, string(servedPage(t, 3, 4, "graph.example")), `"next"`)
}

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"

	"github.com/klauspost/compress/gzip"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/secret"
)

// token is what both sides send; nobody checks it.
const token = "bench"

// A wire reads pages from a pageServer, as one job would: everything on one HTTP/2 connection over TLS.
type wire struct {
	endpoint  string
	transport *http.Transport
	client    *graphapi.Client
	body      bytes.Buffer
	inflater  gzip.Reader
}

// newWire returns a wire to a server. Its transport is set as graphapi sets its own.
func newWire(at address) (*wire, error) {
	certificate, err := x509.ParseCertificate(at.Certificate)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	w := &wire{endpoint: at.Endpoint, transport: &http.Transport{
		ForceAttemptHTTP2:   true,
		HTTP2:               &http.HTTP2Config{MaxReadFrameSize: 1 << 20},
		MaxIdleConnsPerHost: 64,
		DisableCompression:  true,
		ReadBufferSize:      64 << 10,
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	}}
	w.client, err = graphapi.New(graphapi.Options{
		Login: graphapi.Facebook, Version: "v25.0", Token: secret.New(token), Endpoint: at.Endpoint, Transport: w.transport,
	})
	return w, err
}

func (w *wire) close() { w.transport.CloseIdleConnections() }

// decode reads n pages through the client, the next one while the last is decoded, into a record of posts and one of
// comments each. It calls after, if there is one, after each page.
func (w *wire) decode(ctx context.Context, m *mediaShred, n int, after func()) (rows int64, err error) {
	r := graphapi.Request{Path: strconv.Itoa(n) + "/media", Params: []graphapi.Param{{Name: "limit", Value: "100"}}}
	pages := 0
	for page, err := range w.client.Pages(ctx, r) {
		if err != nil {
			return rows, err
		}
		posts, comments, err := m.decode(page.Body)
		page.Release()
		if err != nil {
			return rows, err
		}
		rows += posts.NumRows() + comments.NumRows()
		posts.Release()
		comments.Release()
		if pages++; after != nil {
			after()
		}
	}
	if pages != n {
		return rows, fmt.Errorf("%d pages came, want %d", pages, n)
	}
	return rows, nil
}

// inflate reads the same n pages and inflates them, and nothing else. It returns how many bytes they have.
func (w *wire) inflate(ctx context.Context, n int) (size int64, err error) {
	for i := range n {
		target := fmt.Sprintf("%s/v25.0/%d/media?limit=100", w.endpoint, n)
		if i > 0 {
			target += "&after=" + strconv.Itoa(i)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
		if err != nil {
			return size, err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Accept-Encoding", "gzip")
		page, err := w.exchange(request)
		if err != nil {
			return size, fmt.Errorf("reading page %d: %w", i, err)
		}
		size += page
	}
	return size, nil
}

// exchange returns how many bytes the answer's body has when it is inflated.
func (w *wire) exchange(request *http.Request) (size int64, err error) {
	response, err := w.transport.RoundTrip(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Encoding") != "gzip" {
		return 0, fmt.Errorf("the server answered %s, gzip wanted", response.Status)
	}
	if response.ProtoMajor != 2 {
		return 0, fmt.Errorf("the server speaks %s, HTTP/2 wanted", response.Proto)
	}
	if err := w.inflater.Reset(response.Body); err != nil {
		return 0, err
	}
	w.body.Reset()
	return io.Copy(&w.body, &w.inflater)
}

// The runners of wireRunners.
const (
	wireInflate = iota
	wireArrow
)

// wireRunners are the two ways to go through n pages of so many bytes.
func wireRunners(ctx context.Context, w *wire, n, size int) []runner {
	m := newMediaShred(mediaPlan())
	return []runner{
		wireInflate: {"HTTPS + gzip, read and inflated alone", size, func() (int64, error) { return w.inflate(ctx, n) }},
		wireArrow:   {"HTTPS + gzip to Arrow, next page fetched meanwhile", size, func() (int64, error) { return w.decode(ctx, m, n, nil) }},
	}
}

// overWire measures how near decoding over HTTPS comes to reading the body alone, with the server in a child.
func overWire(ctx context.Context, at address, rounds, pages int) (report figures.Report, err error) {
	w, err := newWire(at)
	if err != nil {
		return report, err
	}
	defer w.close()
	size, err := w.inflate(ctx, pages)
	if err != nil {
		return report, err
	}
	list := wireRunners(ctx, w, pages, int(size))
	times, err := race(list, rounds)
	if err != nil {
		return report, err
	}
	f := figures.Figure{What: "HTTPS + gzip to Arrow with prefetch, × reading and inflating the body alone", Gate: 0.55, Aim: 0.75}
	f.Measured = figures.Ratio(times[wireInflate], times[wireArrow])
	if runtime.GOMAXPROCS(0) < 2 {
		f.Skip = "not judged: it wants two processors"
	}
	return figures.Report{Figures: []figures.Figure{f}, Speeds: speedsOf(list, times)}, nil
}

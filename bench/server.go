package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A pageServer answers /v25.0/<n>/media with n pages of posts, gzipped, each with the cursor of the next but the last.
// It goes through the corpus as often as n wants, with other ids each time, so that nobody profits from having met
// an id before.
type pageServer struct {
	rows   [][]byte // pages without their paging
	zipped [][]byte
}

// pagingMark begins what every page ends with.
const pagingMark = `],"paging":`

func newPageServer(pages [][]byte) (*pageServer, error) {
	s := &pageServer{}
	for i, page := range pages {
		cut := bytes.LastIndex(page, []byte(pagingMark))
		if cut < 0 {
			return nil, fmt.Errorf("page %d has no paging", i)
		}
		zipped, err := zip(nil, page[:cut], gzip.DefaultCompression)
		if err != nil {
			return nil, err
		}
		s.rows, s.zipped = append(s.rows, page[:cut:cut]), append(s.zipped, zipped)
	}
	return s, nil
}

// zip appends a gzip member that holds text to dst.
func zip(dst, text []byte, level int) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	w, err := gzip.NewWriterLevel(b, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// ServeHTTP answers a request for a page.
func (s *pageServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	of, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/v25.0/"), "/media")
	n, err := strconv.Atoi(of)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	page := 0
	if after := r.URL.Query().Get("after"); after != "" {
		if page, err = strconv.Atoi(after); err != nil || page < 0 || page >= n {
			http.Error(w, "no such page", http.StatusBadRequest)
			return
		}
	}
	body, err := s.page(page, n, r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // who asked may have gone
}

// page returns page i of n, gzipped: a member of rows and one of paging, which readers see as one text.
func (s *pageServer) page(i, n int, host string) ([]byte, error) {
	k, pass := i%len(s.rows), i/len(s.rows)
	body := bytes.Clone(s.zipped[k])
	if pass > 0 {
		var err error
		if body, err = zip(body[:0], otherIDs(s.rows[k], pass), gzip.BestSpeed); err != nil {
			return nil, err
		}
	}
	var tail writer
	tail.raw(pagingMark + `{"cursors":{"before":`)
	tail.string(strconv.Itoa(i))
	tail.raw(`,"after":`)
	tail.string(strconv.Itoa(i + 1))
	tail.raw("}")
	if i+1 < n {
		tail.raw(`,"next":`)
		tail.string(fmt.Sprintf("https://%s/v25.0/%d/media?limit=100&after=%d", host, n, i+1))
	}
	tail.raw("}}")
	return zip(body, tail.b, gzip.BestSpeed)
}

// otherIDs returns rows with ids that no other pass below 100 has: those of the corpus all begin with 179.
func otherIDs(rows []byte, pass int) []byte {
	return bytes.ReplaceAll(rows, []byte(`"179`), fmt.Appendf(nil, `"1%02d`, (79+pass)%100))
}

// An address is where a child serves, and the certificate to trust there.
type address struct {
	Endpoint    string `json:"endpoint"`
	Certificate []byte `json:"certificate"`
}

// serve is the child that serves pages: it writes its address to out as JSON and serves until in ends.
func serve(ctx context.Context, pages int, in io.Reader, out io.Writer) error {
	handler, err := newPageServer(mediaPages(pages))
	if err != nil {
		return err
	}
	certificate, err := newCertificate()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: time.Minute,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	at := address{Endpoint: "https://" + listener.Addr().String(), Certificate: certificate.Certificate[0]}
	if err := json.NewEncoder(out).Encode(at); err != nil {
		return errors.Join(err, listener.Close())
	}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(listener, "", "") }()
	_, err = io.Copy(io.Discard, in)
	err = errors.Join(err, server.Close())
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// newCertificate returns a certificate for 127.0.0.1 that it signed itself.
func newCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

package graphtest

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// etag is the entity tag of a body (facts §7.7).
func etag(body []byte) string {
	h := uint64(len(body))
	for ; len(body) >= 8; body = body[8:] {
		h = (h ^ binary.LittleEndian.Uint64(body)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	for _, c := range body {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	return fmt.Sprintf("\"%016x\"", mix(h))
}

// write sends an answer, compressed when the caller takes gzip (facts §7.7).
func (h *Handler) write(w http.ResponseWriter, r *http.Request, a *arrival, calls []*call, out reply) {
	served := versions[len(versions)-1].name
	if len(calls) > 0 {
		served = calls[0].served
	}
	h.header(w.Header(), served)
	h.meters.headers(w.Header(), calls, a.now)
	for name, values := range out.header {
		w.Header()[name] = values
	}
	if out.null { // a single call cannot be null; it is answered as a time-out
		out = reply{status: http.StatusGatewayTimeout}
	}
	if out.status == http.StatusOK && r.Method == http.MethodGet {
		tag := etag(out.body)
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.send(w, r, out.status, out.body)
}

var gzipPool = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return z
}}

// counter counts what goes over the wire.
type counter struct {
	w http.ResponseWriter
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// send writes status and body. An error means that the caller has gone, which is its own affair.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	out := &counter{w: w}
	defer func() { h.stats.with(func(s *Stats) { s.BytesOut += out.n }) }()
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || len(body) == 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = out.Write(body)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := gzipPool.Get().(*gzip.Writer)
	defer gzipPool.Put(z)
	z.Reset(out)
	if _, err := z.Write(body); err == nil {
		_ = z.Close()
	}
}

// survives does the faults that come in place of an answer, or before it. It is false when the request
// is over.
func (h *Handler) survives(w http.ResponseWriter, r *http.Request, first *call, f Fault) bool {
	switch f.Kind {
	case Hang:
		select {
		case <-r.Context().Done():
		case <-h.done:
		}
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
		return false
	case Slow:
		return h.world.clock.Sleep(r.Context(), f.Wait) == nil
	case Gateway:
		if f.RetryAfter {
			h.meters.gate(first, f)
		}
		h.gateway(w, r, f, f.Wait)
		return false
	}
	return true
}

// gateway answers in place of the API.
func (h *Handler) gateway(w http.ResponseWriter, r *http.Request, f Fault, wait time.Duration) {
	w.Header().Set("Content-Type", f.ContentType)
	if f.RetryAfter {
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	h.send(w, r, f.Status, []byte(f.Body))
}

// reset ends the connection so that the caller sees a reset rather than an end.
func reset(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // HTTP/2, or a writer of the caller's own
}

// spoil sends an answer that is there but does not arrive whole.
func (h *Handler) spoil(w http.ResponseWriter, r *http.Request, f Fault, out reply) {
	half := out.body[:len(out.body)/2]
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if f.Kind == CutJSON {
		h.send(w, r, out.status, half)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	w.WriteHeader(out.status)
	_, _ = w.Write(half)
	h.stats.with(func(s *Stats) { s.BytesOut += int64(len(half)) })
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	panic(http.ErrAbortHandler)
}

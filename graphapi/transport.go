package graphapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
)

// newTransport is tuned for few hosts, many requests and large compressed answers.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{MaxReadFrameSize: 1 << 20, SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   15 * time.Second,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // answers are inflated here, by the faster library
		ReadBufferSize:        64 << 10,
	}
}

// outgoing is one HTTP request to be: a GET with a query, or a POST with a form.
type outgoing struct {
	path   string // escaped, after the version, without a leading slash
	query  string
	form   string // not empty: a POST
	header bool   // the token goes into the Authorization header
}

// reply is one HTTP answer, read whole.
type reply struct {
	status int
	header http.Header
	body   *bytes.Buffer
	top    outline
}

// once sends one HTTP request and reads its answer, with an error for whatever is not an answer to the
// question. It reports what was sent. The reply's buffer is the caller's when there is no error.
func (c *Client) once(ctx context.Context, items []*item, out outgoing) (*reply, *Error) {
	r, calls, e := c.exchange(ctx, items, out)
	for _, it := range items {
		n := it.counted * calls.Requests
		calls.Counted += n
		if it.sent {
			calls.Retries += n
		} else if calls.Requests > 1 {
			calls.Retries += n - it.counted
		}
		it.sent = it.sent || calls.Requests > 0
	}
	c.seen.calls(calls)
	if e != nil {
		return nil, e
	}
	if r.top, e = c.judge(r.status, r.body.Bytes()); e != nil {
		putBuffer(r.body)
		r.body = nil
		return r, e
	}
	return r, nil
}

// exchange sends a request and reads its answer; of calls it fills in requests and bytes.
func (c *Client) exchange(ctx context.Context, items []*item, out outgoing) (r *reply, calls Calls, e *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := c.newRequest(ctx, out)
	if err != nil {
		return nil, calls, c.failure(err, Other)
	}
	// http.Transport may repeat a request by itself on a connection that died; each one that left counts.
	// A transport that knows no traces is taken at its word: one.
	var (
		traced atomic.Bool
		wrote  atomic.Int64
	)
	request = request.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { traced.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				wrote.Add(1)
			}
		},
	}))
	// The round trip is made without http.Client: nothing follows a redirect, and no error quotes the URL.
	response, err := c.transport.RoundTrip(request)
	calls.Requests = wrote.Load()
	if !traced.Load() || response != nil {
		calls.Requests = max(1, calls.Requests)
	}
	if err != nil {
		return nil, calls, c.networkError(err, "the connection failed: ")
	}
	c.answered.Store(true)
	c.pacer.observe(response.Header, commonAccount(items), items[0].ticket) // at once: the body may take its time
	defer func() { _ = response.Body.Close() }()                            // what was read has been read
	wire := &countingReader{r: response.Body}
	buffer := getBuffer()
	e = c.readBody(buffer, wire, response)
	calls.Bytes = wire.n
	if e != nil {
		putBuffer(buffer)
		return nil, calls, e
	}
	return &reply{status: response.StatusCode, header: response.Header, body: buffer}, calls, nil
}

func (c *Client) newRequest(ctx context.Context, out outgoing) (*http.Request, error) {
	target := c.base + "/" + c.version + "/" + out.path
	if out.query != "" {
		target += "?" + out.query
	}
	method, body := http.MethodGet, io.Reader(nil)
	if out.form != "" {
		method, body = http.MethodPost, strings.NewReader(out.form)
	}
	request, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	if out.form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if out.header {
		request.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("User-Agent", c.agent)
	return request, nil
}

var inflaters sync.Pool // of *gzip.Reader

// readBody reads the whole body, inflated. Truncated bodies come out as errors of net/http or of gzip.
func (c *Client) readBody(buffer *bytes.Buffer, wire io.Reader, response *http.Response) *Error {
	source := wire
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		if n := response.ContentLength; n > 0 && n <= c.maxAnswer {
			buffer.Grow(int(n) + bytes.MinRead) // so that the read that finds the end does not grow it
		}
	case "gzip":
		inflater, ok := inflaters.Get().(*gzip.Reader)
		if !ok {
			inflater = new(gzip.Reader)
		}
		if err := inflater.Reset(wire); err != nil {
			if errors.Is(err, io.EOF) {
				return nil // an empty body is judged as one
			}
			return c.networkError(err, "the answer broke off: ")
		}
		defer inflaters.Put(inflater)
		source = inflater
	default:
		return c.failure(fmt.Errorf("the answer is encoded as %q, which was not asked for: look for a proxy between here and the Graph API", encoding), Other)
	}
	n, err := buffer.ReadFrom(io.LimitReader(source, c.maxAnswer+1))
	if n > c.maxAnswer {
		return c.failure(fmt.Errorf("the answer is larger than %d MiB", c.maxAnswer>>20), TooMuchData)
	}
	if err != nil {
		return c.networkError(err, "the answer broke off: ")
	}
	return nil
}

type countingReader struct {
	r io.Reader
	n int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += int64(n)
	return n, err
}

// failure is an error of our own making.
func (c *core) failure(err error, kind Kind) *Error {
	return &Error{Message: c.scrub(err.Error()), kind: kind, cause: scrubbedError{c.scrub(err.Error()), err}}
}

// networkError is what came instead of an answer. What no repeat can mend is told apart.
func (c *core) networkError(err error, what string) *Error {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err // its text quotes the URL
	}
	e := c.failure(err, Transient)
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = fmt.Sprintf("no answer within %v", c.timeout)
		e.slow = true
	case isCertificateError(err):
		e.kind = Other
		e.advice = "Check this machine's clock and root certificates, and any proxy that opens TLS."
	case errors.As(err, &dns) && dns.IsNotFound:
		e.few = true
		e.advice = "Check the network and the name of the host."
	case !c.answered.Load() && isRefused(err):
		e.few = true
		e.advice = "Check the network and the address of the Graph API: no connection could be made."
	}
	if !e.slow {
		e.Message = what + e.Message
	}
	return e
}

// scrubbedError keeps a cause for errors.Is and errors.As, with a text that holds no secret.
type scrubbedError struct {
	text string
	err  error
}

func (e scrubbedError) Error() string { return e.text }

// Is looks through to the cause without handing it out: the cause's own text may hold a secret.
func (e scrubbedError) Is(target error) bool { return errors.Is(e.err, target) }

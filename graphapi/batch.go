package graphapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxBatch is how many requests the API takes in one.
const maxBatch = 50

// maxAbreast bounds the goroutines of one Batch; how many requests are really under way is the Slots' matter.
const maxAbreast = 64

// A Result is what became of one request of a Batch: an answer or an error.
type Result struct {
	Answer *Answer
	Err    error
}

// Batch makes any number of requests, up to 50 in one HTTP request and those side by side; where the host
// has no batch, each on its own. Results stand in the order of the requests. Only what failed is repeated:
// items that came back empty, throttled or with trouble. The error is for what concerns all requests, an
// ended ctx or a token that is no good; the requests that had no result of their own then carry it too.
func (c *Client) Batch(ctx context.Context, requests []Request) ([]Result, error) {
	results := make([]Result, len(requests))
	items := make([]*item, 0, len(requests))
	places := make([]int, 0, len(requests))
	for i, r := range requests {
		if err := r.check(); err != nil {
			results[i].Err = err
			continue
		}
		items = append(items, c.newItem(r))
		places = append(places, i)
	}
	size, send := 1, c.sendGet
	if c.login.HasBatch() && len(items) > 1 {
		size, send = maxBatch, c.sendBatch
	}
	err := c.abreast(ctx, items, size, send)
	for i, it := range items {
		if !it.done {
			it.result.Err = err
		}
		results[places[i]] = it.result
	}
	return results, err
}

// abreast runs items in chunks of size, side by side. The first error ends the others.
func (c *Client) abreast(ctx context.Context, items []*item, size int, send sender) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wait  sync.WaitGroup
		once  sync.Once
		first error
		turn  = make(chan struct{}, maxAbreast)
	)
	for start := 0; start < len(items) && inner.Err() == nil; start += size {
		chunk := items[start:min(start+size, len(items))]
		turn <- struct{}{}
		wait.Go(func() {
			defer func() { <-turn }()
			if err := c.run(inner, chunk, send); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		})
	}
	wait.Wait()
	if first == nil && len(items) > 0 && ctx.Err() != nil {
		first = c.ended(ctx, items)
	}
	return first
}

// sendGet sends one item as a request of its own.
func (c *Client) sendGet(ctx context.Context, items []*item) []outcome {
	r := items[0].request
	query := r.query()
	reply, e := c.transmit(ctx, items, false, func(header bool) outgoing {
		var b strings.Builder
		b.WriteString(query)
		if !c.proof.IsZero() {
			addParam(&b, "appsecret_proof", c.proof.Reveal())
		}
		if header {
			return outgoing{path: r.escapedPath(), query: b.String(), header: true}
		}
		addParam(&b, "method", http.MethodGet)
		addParam(&b, "access_token", c.token.Reveal())
		return outgoing{path: r.escapedPath(), form: b.String()}
	})
	o := outcome{err: e}
	if reply != nil {
		o.header = reply.header
	}
	if e == nil {
		o.answer = newAnswer(reply.body, reply.header, reply.top)
	}
	return []outcome{o}
}

func newAnswer(buffer *bytes.Buffer, h http.Header, top outline) *Answer {
	return &Answer{Body: buffer.Bytes(), Version: h.Get("Facebook-Api-Version"), buffer: buffer, top: top}
}

// sendBatch sends items as one batch. The token goes into the form, where the API wants it, and holds for
// every item, as the proof does. The items' headers are asked for: they carry the usage of their accounts.
func (c *Client) sendBatch(ctx context.Context, items []*item) []outcome {
	type entry struct {
		Method string `json:"method"`
		URL    string `json:"relative_url"`
	}
	entries := make([]entry, len(items))
	for i, it := range items {
		entries[i] = entry{http.MethodGet, it.request.escapedPath()}
		if query := it.request.query(); query != "" {
			entries[i].URL += "?" + query
		}
	}
	list, err := json.Marshal(entries)
	if err != nil {
		return all(items, nil, c.failure(err, Other))
	}
	var b strings.Builder
	addParam(&b, "batch", string(list))
	addParam(&b, "include_headers", "true")
	addParam(&b, "access_token", c.token.Reveal())
	if !c.proof.IsZero() {
		addParam(&b, "appsecret_proof", c.proof.Reveal())
	}
	reply, e := c.transmit(ctx, items, true, func(header bool) outgoing {
		return outgoing{form: b.String(), header: header}
	})
	if e != nil {
		return all(items, reply, e)
	}
	defer putBuffer(reply.body)
	var parts [][]byte
	elements(reply.body.Bytes(), func(value []byte) bool { parts = append(parts, value); return true })
	if len(parts) != len(items) {
		return all(items, reply, &Error{
			kind: Transient, Status: reply.status,
			Message: fmt.Sprintf("the server answered a batch of %d requests with %d answers", len(items), len(parts)),
		})
	}
	outcomes := make([]outcome, len(items))
	for i, part := range parts {
		outcomes[i] = c.readItem(part, reply.header)
		if outcomes[i].header != nil {
			c.pacer.observe(outcomes[i].header, items[i].request.Account, items[i].ticket)
		}
	}
	return outcomes
}

// commonAccount is the account of all items, empty if there are several.
func commonAccount(items []*item) string {
	account := items[0].request.Account
	for _, it := range items[1:] {
		if it.request.Account != account {
			return ""
		}
	}
	return account
}

// all gives every item the same error, that of the HTTP request around them.
func all(items []*item, r *reply, e *Error) []outcome {
	outcomes := make([]outcome, len(items))
	for i := range outcomes {
		own := *e
		outcomes[i] = outcome{err: &own, whole: true}
		if r != nil {
			outcomes[i].header = r.header
		}
	}
	return outcomes
}

// readItem reads one element of a batch's answer: null, or {code, headers, body} with the body as text.
func (c *Client) readItem(part []byte, outer http.Header) outcome {
	if part[0] != '{' {
		return outcome{err: &Error{kind: Transient, slow: true, Message: "the API gave no answer to this request of a batch"}}
	}
	status := http.StatusOK
	var o outcome
	buffer := getBuffer()
	members(part, func(name, value []byte) bool {
		switch string(name) {
		case "code":
			if n, err := strconv.Atoi(string(value)); err == nil {
				status = n
			}
		case "headers":
			o.header = readHeaders(value)
		case "body":
			if len(value) >= 2 && value[0] == '"' {
				buffer.Grow(len(value))
				buffer.Write(unquote(buffer.AvailableBuffer(), value[1:len(value)-1]))
			} else {
				buffer.Write(value)
			}
		}
		return true
	})
	top, e := c.judge(status, buffer.Bytes())
	if e != nil {
		putBuffer(buffer)
		o.err = e
		return o
	}
	o.answer = newAnswer(buffer, o.header, top)
	if o.answer.Version == "" {
		o.answer.Version = outer.Get("Facebook-Api-Version")
	}
	return o
}

func readHeaders(list []byte) http.Header {
	h := make(http.Header)
	elements(list, func(value []byte) bool {
		if name := text(member(value, "name")); name != "" {
			h.Add(name, text(member(value, "value")))
		}
		return true
	})
	return h
}

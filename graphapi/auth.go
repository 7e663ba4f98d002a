package graphapi

import (
	"context"
	"strings"
	"sync/atomic"
)

// How the token travels. A client begins not knowing whether its host takes the header.
const (
	authUnknown int32 = iota
	authHeader
	authForm
)

// auth remembers how the host takes the token. It is shared by all copies of a client.
type auth struct {
	mode  atomic.Int32
	probe chan struct{} // held by the one request that tries the form
}

func newAuth() *auth { return &auth{probe: make(chan struct{}, 1)} }

// settle records what works; the first finding stands.
func (a *auth) settle(mode int32) { a.mode.CompareAndSwap(authUnknown, mode) }

// transmit sends one HTTP request, made by build for a token in the header or in the form. While it is not
// known whether the host takes the header, an answer that reads as if no token had come is followed by one
// try with the form. bothWays says that build puts the token in the form in any case, so that a success
// proves nothing about the header.
func (c *Client) transmit(ctx context.Context, items []*item, bothWays bool, build func(header bool) outgoing) (*reply, *Error) {
	mode := c.auth.mode.Load()
	r, e := c.once(ctx, items, build(mode != authForm))
	if mode != authUnknown {
		return r, e
	}
	if !headerRefused(e) {
		if answered := e == nil || e.Code != 0; answered && !bothWays {
			c.auth.settle(authHeader)
		}
		return r, e
	}
	select {
	case c.auth.probe <- struct{}{}:
		defer func() { <-c.auth.probe }()
	case <-ctx.Done():
		return nil, e
	}
	if c.auth.mode.Load() == authHeader {
		return nil, e
	}
	r2, e2 := c.once(ctx, items, build(false))
	switch {
	case headerRefused(e2) || overrideRefused(e2):
		// Neither way: it is the token.
		c.auth.settle(authHeader)
		return nil, e
	case e2 != nil && e2.Code == 0:
		return r2, e2 // trouble on the way proves nothing
	}
	if c.auth.mode.CompareAndSwap(authUnknown, authForm) {
		c.seen.notice("the host does not take the token from the Authorization header: it is sent in a form from now on")
	}
	return r2, e2
}

// headerRefused says whether an error reads as if the host had seen no token, or could not read it. A token
// that it knows as expired, revoked and so on has a subcode, and was read.
func headerRefused(e *Error) bool {
	if e == nil || e.Subcode != 0 {
		return false
	}
	switch e.Code {
	case 102, 104, 190:
		return !strings.Contains(strings.ToLower(e.Message), "expired")
	case 2500, 200, 10, 100, 1, 0:
		m := strings.ToLower(e.Message)
		return e.Code == 0 && e.Status == 401 || strings.Contains(m, "access token") &&
			containsAny(m, "required", "must be used", "must be provided", "without an", "missing", "invalid oauth", "cannot parse", "could not parse")
	}
	return false
}

// overrideRefused says whether the host took the form for a write instead of a read, or takes no form at
// all.
func overrideRefused(e *Error) bool {
	return e != nil && (strings.Contains(strings.ToLower(e.Message), "unsupported post request") ||
		e.Code == 0 && e.Status >= 400 && e.Status < 500 && kindOfStatus(e.Status, Other) != Transient && e.Status != 429)
}

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

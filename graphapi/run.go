package graphapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// How waits before repeats grow: full jitter over 1 s, 2 s, 4 s … up to a minute.
const (
	firstBackoff = time.Second
	maxBackoff   = time.Minute
)

// An item is one request on its way to its result.
type item struct {
	request Request
	counted int64
	result  Result
	done    bool

	sent      bool      // at least once
	tries     int       // how often it was answered, or failed
	throttles int       // how often without a named wait
	since     time.Time // its first trouble; zero while there was none
	ticket    int       // of the Pacer, when it was last sent
}

func (c *Client) newItem(r Request) *item { return &item{request: r, counted: r.counted()} }

// name is how errors speak of a request.
func (c *core) name(r Request) string {
	return c.scrub("GET /" + c.version + "/" + strings.Trim(r.Path, "/"))
}

// left is how long the item may still be repeated: all of the time while it had no trouble of its own.
func (c *core) left(it *item, now time.Time) time.Duration {
	if it.since.IsZero() {
		return max(0, c.budget)
	}
	return max(0, c.budget-now.Sub(it.since))
}

// begin marks the beginning of an item's trouble.
func (it *item) begin(now time.Time) {
	if it.since.IsZero() {
		it.since = now
	}
}

// finish gives an item its error.
func (c *core) finish(it *item, e *Error) {
	own := *e // one error may be that of many items
	own.Request, own.asked, own.Tries = c.name(it.request), slices.Clone(it.request.Params), it.tries
	if !it.since.IsZero() {
		own.Elapsed = c.clock.Now().Sub(it.since)
	}
	it.result.Err, it.done = &own, true
}

// A sender sends items in one HTTP request and returns what became of each.
type sender func(ctx context.Context, items []*item) []outcome

// An outcome is an answer or an error.
type outcome struct {
	answer *Answer
	err    *Error
	header http.Header // of the answer
	whole  bool        // the error is that of the whole HTTP request
}

// run brings items to their results: rounds of pacing, sending and waiting. It returns an error, and leaves
// items undone, only when ctx ends or when the token is no good.
func (c *Client) run(ctx context.Context, items []*item, send sender) error {
	limit := len(items)
	for {
		ready, h, err := c.admit(ctx, items, limit)
		if err != nil {
			return err
		}
		if len(ready) == 0 {
			if h.scope == nil {
				return nil // all done
			}
			if err := c.waitHold(ctx, h); err != nil {
				return c.ended(ctx, items)
			}
			continue
		}
		ticket := c.pacer.ticket()
		for _, it := range ready {
			it.ticket = ticket
		}
		outcomes := send(ctx, ready)
		// A hold begins before the slot goes to the next call, which else would still be sent.
		next := c.settle(ctx, ready, outcomes)
		c.slots.release()
		if ctx.Err() != nil {
			return c.ended(ctx, items)
		}
		if next.fatal != nil {
			return next.fatal
		}
		if next.smaller {
			limit = max(1, len(ready)/2)
		}
		if err := c.sleep(ctx, next.delay, next.reason); err != nil {
			return c.ended(ctx, items)
		}
	}
}

// admit returns up to limit items that may be sent now, with a slot taken for them. Without any it returns the hold
// that ends first. Items whose time is up before their hold are finished.
func (c *Client) admit(ctx context.Context, items []*item, limit int) (ready []*item, h hold, err error) {
	spaced := false
	for {
		if ctx.Err() != nil {
			return nil, hold{}, c.ended(ctx, items)
		}
		if ready, h = c.choose(items, limit); len(ready) == 0 {
			return nil, h, nil
		}
		if !spaced {
			spaced = true
			calls := make(map[string]int64)
			for _, it := range ready {
				calls[it.request.Account] += it.counted
			}
			if at, reason := c.pacer.reserve(calls); at.After(c.clock.Now()) {
				if err := c.sleep(ctx, at.Sub(c.clock.Now()), reason); err != nil {
					return nil, hold{}, c.ended(ctx, items)
				}
				continue
			}
		}
		if err := c.slots.acquire(ctx); err != nil {
			return nil, hold{}, c.ended(ctx, items)
		}
		// A hold may have come up while this call stood in line.
		if again, _ := c.choose(ready, limit); len(again) == len(ready) {
			return ready, hold{}, nil
		}
		c.slots.release()
	}
}

// choose looks which items may go now. h is the hold that ends first among the others.
func (c *Client) choose(items []*item, limit int) (ready []*item, h hold) {
	now := c.clock.Now()
	for _, it := range items {
		if it.done || len(ready) >= limit {
			continue
		}
		met := c.pacer.held(it.request.Account)
		if met.scope == nil {
			ready = append(ready, it)
			continue
		}
		left := c.left(it, now)
		if wait := met.until.Sub(now); wait > left {
			if met.named {
				c.finish(it, &Error{Message: met.reason, kind: Throttled, tooLong: true, Wait: wait, Until: met.until.UTC()})
				continue
			}
			if left == 0 {
				ready = append(ready, it) // our own guess must not be what ends it
				continue
			}
			it.begin(now)
			met.until, met.cut = now.Add(left), true
		}
		if h.scope == nil || met.until.Before(h.until) {
			h = met
		}
	}
	return ready, h
}

// A step is what follows a round.
type step struct {
	delay   time.Duration
	reason  string
	smaller bool  // the next HTTP request should hold fewer items
	fatal   error // of every call
}

// settle takes in the outcomes of one round. When ctx has ended, what failed did so for that.
func (c *Client) settle(ctx context.Context, items []*item, outcomes []outcome) (next step) {
	jitter := c.random() // one for all, so that items that failed together are repeated together
	slow := 0
	for i, o := range outcomes {
		it := items[i]
		e := o.err
		if e == nil {
			it.result, it.done = Result{Answer: o.answer}, true
			continue
		}
		if ctx.Err() != nil {
			continue
		}
		if o.whole && e.Kind() == TooMuchData && len(items) > 1 {
			next.smaller = true
			continue
		}
		it.tries++
		delay, again := c.again(it, e, o.header, jitter)
		if !again {
			c.finish(it, e)
			if concernsAll(e) {
				next.fatal = it.result.Err
			}
			continue
		}
		if e.slow {
			slow++
		}
		if delay > next.delay {
			next.delay, next.reason = delay, e.says()
		}
	}
	next.smaller = next.smaller || slow == len(items) && slow > 1
	return next
}

// concernsAll says whether every other call would fail in the same way.
func concernsAll(e *Error) bool {
	kind := e.Kind()
	return kind == TokenInvalid || kind == ProofRefused
}

// again says whether an item is to be repeated, and after which delay. A rate limit holds the calls of
// everyone whom it concerns and is waited for there, not by delay.
func (c *Client) again(it *item, e *Error, h http.Header, jitter float64) (delay time.Duration, ok bool) {
	how := e.repeat()
	if how == never {
		return 0, false
	}
	now := c.clock.Now()
	it.begin(now)
	left := c.left(it, now)
	wait, byAccount := retryAfter(h, now), false
	if how == afterward {
		wait, byAccount = namedWait(h, it.request.Account, now)
	}
	if wait > 0 {
		e.Wait, e.Until, e.tooLong = wait, now.Add(wait).UTC(), wait > left
	}
	if how == afterward {
		account := ""
		if byAccount || e.Code >= 80000 && e.Code <= 80099 {
			account = it.request.Account
		}
		if wait > 0 {
			c.pacer.holdUntil(account, e.Until, true, it.ticket)
			return 0, !e.tooLong
		}
		if left == 0 {
			return 0, false
		}
		if wait = unnamedWait; wait > left {
			wait = min(grow(firstThrottle, it.throttles, unnamedWait), left)
		}
		it.throttles++
		c.pacer.holdUntil(account, now.Add(wait), false, it.ticket)
		return 0, true
	}
	if e.tooLong || left == 0 || how == few && it.tries > fewTries {
		return 0, false
	}
	if wait > 0 {
		return wait, true
	}
	return min(backoff(it.tries, jitter), left), true
}

// backoff is the wait before repeat n, from 1: any part of the grown interval.
func backoff(n int, jitter float64) time.Duration {
	return time.Duration(jitter * float64(grow(firstBackoff, n-1, maxBackoff)))
}

// grow doubles first n times, up to limit.
func grow(first time.Duration, n int, limit time.Duration) time.Duration {
	for ; n > 0 && first < limit; n-- {
		first *= 2
	}
	return min(first, limit)
}

// waitHold waits until a hold is over. One call sleeps, those behind it find the time gone when they get
// the gate; so the wait is counted once. A call with too little time left to see the hold's end sleeps on
// its own.
func (c *Client) waitHold(ctx context.Context, h hold) error {
	c.seen.begin(h.until, h.reason)
	defer c.seen.end()
	if h.cut {
		return c.doze(ctx, h.until.Sub(c.clock.Now()))
	}
	select {
	case h.scope.gate <- struct{}{}:
		defer func() { <-h.scope.gate }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return c.doze(ctx, h.until.Sub(c.clock.Now()))
}

func (c *Client) sleep(ctx context.Context, d time.Duration, reason string) error {
	if d <= 0 {
		return ctx.Err()
	}
	c.seen.begin(c.clock.Now().Add(d), reason)
	defer c.seen.end()
	return c.doze(ctx, d)
}

// doze sleeps and counts it.
func (c *Client) doze(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	start := c.clock.Now()
	err := c.clock.Sleep(ctx, d)
	c.seen.calls(Calls{Wait: max(0, c.clock.Now().Sub(start))})
	return err
}

// ended is the error of a call whose ctx ended.
func (c *core) ended(ctx context.Context, items []*item) error {
	err := ctx.Err()
	if err == nil {
		err = context.Canceled // a clock of the caller's own gave up
	}
	return fmt.Errorf("%s: %w", c.name(items[0].request), err)
}

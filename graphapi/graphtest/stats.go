package graphtest

import (
	"maps"
	"sync"
	"time"
)

// Stats is what a server has seen.
type Stats struct {
	Requests      int64            // HTTP requests
	Calls         int64            // what the rate limit counts: batch items and ids singly (facts §9)
	Batches       int64            // HTTP requests that were batches
	Repeats       int64            // calls that had come before, word for word: retries
	ByEndpoint    map[string]int64 // calls by what they asked: account, account/insights, me/accounts, ...
	ByAccount     map[string]int64 // calls by account id
	Errors        map[int]int64    // calls answered with a Graph error, by code
	Faults        map[string]int64 // faults done, by name
	MaxConcurrent int              // most requests under way at once
	Longest       time.Duration    // longest request, by the World's clock
	BytesIn       int64            // bodies received
	BytesOut      int64            // bodies sent, as on the wire: compressed where asked for
	HeaderTokens  int64            // requests whose token came in the Authorization header
	QueryTokens   int64            // requests whose token came in the URL
	FormTokens    int64            // requests whose token came in the form
	Refused       int64            // calls refused because a wait was still running
	Hammering     int64            // those of them whose request began after the caller had been told to wait
}

// tracker keeps Stats.
type tracker struct {
	mu       sync.Mutex
	s        Stats
	active   int
	attempts map[uint64]int
}

func newTracker() *tracker {
	return &tracker{
		s:        Stats{ByEndpoint: map[string]int64{}, ByAccount: map[string]int64{}, Errors: map[int]int64{}, Faults: map[string]int64{}},
		attempts: map[uint64]int{},
	}
}

// Stats returns what the server has seen so far. The maps are the caller's own.
func (h *Handler) Stats() Stats {
	h.stats.mu.Lock()
	defer h.stats.mu.Unlock()
	s := h.stats.s
	s.ByEndpoint, s.ByAccount = maps.Clone(s.ByEndpoint), maps.Clone(s.ByAccount)
	s.Errors, s.Faults = maps.Clone(s.Errors), maps.Clone(s.Faults)
	return s
}

// ResetStats forgets what the server has seen. Attempts that rules count by stay.
func (h *Handler) ResetStats() {
	fresh := newTracker().s
	h.stats.mu.Lock()
	defer h.stats.mu.Unlock()
	h.stats.s = fresh
}

func (t *tracker) with(change func(s *Stats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.s)
}

func (t *tracker) begin() (number int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.active++
	t.s.Requests++
	t.s.MaxConcurrent = max(t.s.MaxConcurrent, t.active)
	return t.s.Requests
}

func (t *tracker) end(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.active--
	t.s.Longest = max(t.s.Longest, took)
}

// attempt counts how often a question came.
func (t *tracker) attempt(identity uint64) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attempts[identity]++
	return t.attempts[identity]
}

// arrived counts a call.
func (t *tracker) arrived(c *call) {
	endpoint := c.endpoint()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Calls++
	t.s.ByEndpoint[endpoint]++
	if c.Attempt > 1 {
		t.s.Repeats++
	}
	if c.Account != "" {
		t.s.ByAccount[c.Account]++
	}
}

func (t *tracker) failed(code int) { t.with(func(s *Stats) { s.Errors[code]++ }) }

func (t *tracker) fault(name string) { t.with(func(s *Stats) { s.Faults[name]++ }) }

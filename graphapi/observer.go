package graphapi

import (
	"sync"
	"time"
)

// An Observer is told what a client does. Every member may be nil. The functions run on the goroutines
// of the calls, one at a time for each [Client.Observe]; they must be quick and must not use the client.
type Observer struct {
	// Calls gets a difference, never a total: once for each HTTP request and once for each wait.
	Calls func(Calls)
	// Waiting says that requests wait until a time, and why. The zero time and no reason say that none
	// waits any more.
	Waiting func(until time.Time, reason string)
	// Notice gets remarks for a developer's log, free of secrets.
	Notice func(text string)
}

// Calls counts what was sent and how long was waited.
type Calls struct {
	// Requests are HTTP requests that were really sent.
	Requests int64
	// Counted is what the rate limit counts: the items of a batch and the ids of an ids parameter singly,
	// repeats too.
	Counted int64
	// Retries are the counted calls that repeated an earlier one.
	Retries int64
	// Wait is time spent waiting for the rate limit or before a repeat. A wait that several requests
	// share is told once.
	Wait time.Duration
	// Bytes are the bytes of answers' bodies on the wire, compressed where they were.
	Bytes int64
}

// Add returns the sum of c and d.
func (c Calls) Add(d Calls) Calls {
	return Calls{c.Requests + d.Requests, c.Counted + d.Counted, c.Retries + d.Retries, c.Wait + d.Wait, c.Bytes + d.Bytes}
}

// observed is an Observer with its lock and with how many of its requests wait, so that the end of one
// wait is not taken for the end of all.
type observed struct {
	mu      sync.Mutex
	o       Observer
	waiting int
	until   time.Time
}

func (s *observed) calls(c Calls) {
	if s.o.Calls == nil || c == (Calls{}) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Calls(c)
}

func (s *observed) notice(text string) {
	if s.o.Notice == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Notice(text)
}

func (s *observed) begin(until time.Time, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting++
	if s.waiting > 1 && !until.After(s.until) {
		return
	}
	s.until = until
	if s.o.Waiting != nil {
		s.o.Waiting(until, reason)
	}
}

func (s *observed) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
	if s.waiting > 0 {
		return
	}
	s.until = time.Time{}
	if s.o.Waiting != nil {
		s.o.Waiting(time.Time{}, "")
	}
}

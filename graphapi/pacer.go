package graphapi

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/igsource/igsource/clock"
)

// A Pacer keeps the rate limits of one token's app and of its accounts, as the API's headers tell them,
// for all the clients that share it. Below nine tenths of a limit it does nothing; then it spaces the calls
// out; at the limit it holds them until the time that the API names. It is safe for concurrent use.
type Pacer struct {
	clock  clock.Clock
	mu     sync.Mutex
	scopes map[string]*scope // "" is the app
	holds  int               // how many began so far
}

const (
	spacingFrom = 90.0 // percent of a limit
	// spacing at nine tenths, and what a percent more adds: 1 s at 90 %, 10 s at 99 %.
	spacing = time.Second
	// A reading is forgotten after the hour that the limits roll over.
	forgetUsage = time.Hour
	// unnamedWait is waited where the API says stop and not for how long.
	unnamedWait = 5 * time.Minute
	// firstThrottle is the first wait where there is no time for unnamedWait.
	firstThrottle = 30 * time.Second
)

// scope is one limit: the app's, or an account's.
type scope struct {
	name    string
	percent float64
	read    time.Time // when percent was read
	next    time.Time // when the next spaced call may go
	hold    hold
	born    int           // which of the Pacer's holds it is
	gate    chan struct{} // held by the one call that sleeps until the hold is over
}

// hold is a time before which no call goes.
type hold struct {
	scope  *scope
	until  time.Time
	named  bool // by the API, not by us
	reason string
	cut    bool // until is not the scope's, but when a call's own time is up
}

// NewPacer returns a Pacer that knows nothing yet; a nil clock is the machine's.
func NewPacer(c clock.Clock) *Pacer {
	if c == nil {
		c = clock.System()
	}
	return &Pacer{clock: c, scopes: make(map[string]*scope)}
}

// scope needs the lock.
func (p *Pacer) scope(account string) *scope {
	s := p.scopes[account]
	if s == nil {
		name := "the app"
		if account != "" {
			name = "account " + account
		}
		s = &scope{name: name, gate: make(chan struct{}, 1)}
		p.scopes[account] = s
	}
	return s
}

// ticket is taken when a call is sent, and tells later which holds began after that.
func (p *Pacer) ticket() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.holds
}

// observe takes in the usage headers of an answer to a call for account.
func (p *Pacer) observe(h http.Header, account string, ticket int) {
	u := readUsage(h, account)
	if !u.app.known && len(u.accounts) == 0 {
		return
	}
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if u.app.known {
		p.note("", u.app, now, ticket)
	}
	for id, m := range u.accounts {
		if id != "" {
			p.note(id, m, now, ticket)
		}
	}
}

// note needs the lock.
func (p *Pacer) note(account string, m meter, now time.Time, ticket int) {
	if s := p.scopes[account]; s == nil && m.percent < spacingFrom && m.regain == 0 {
		return // nothing to remember
	}
	s := p.scope(account)
	if ticket >= s.born {
		s.percent, s.read = m.percent, now
	}
	if !m.spent() {
		return
	}
	wait, named := m.regain, m.regain > 0
	if !named {
		wait = unnamedWait
	}
	p.extend(s, now.Add(wait), named, ticket)
}

// extend needs the lock. A named time beats a guess, in either direction; of two alike the later stands. A
// call that was sent before the hold began has met the same limit, only later told: it does not begin
// another hold once that one is over.
func (p *Pacer) extend(s *scope, until time.Time, named bool, ticket int) {
	current := s.hold.until.After(p.clock.Now())
	switch {
	case current && (s.hold.named && !named || s.hold.named == named && !until.After(s.hold.until)):
		return
	case !current && ticket < s.born:
		return
	case ticket >= s.born:
		p.holds++
		s.born = p.holds
	}
	s.hold = hold{scope: s, until: until, named: named, reason: "the rate limit of " + s.name + " is used up"}
	// What was read before the hold says nothing about the time after it.
	s.percent, s.read, s.next = 0, time.Time{}, time.Time{}
}

// holdUntil stops the calls of account, or of the app if that is empty.
func (p *Pacer) holdUntil(account string, until time.Time, named bool, ticket int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.extend(p.scope(account), until, named, ticket)
}

// held returns the hold that a call for account meets now: the later of the app's and the account's. A zero
// one means none.
func (p *Pacer) held(account string) hold {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	var h hold
	for _, id := range []string{"", account} {
		if s := p.scopes[id]; s != nil && s.hold.until.After(now) && s.hold.until.After(h.until) {
			h = s.hold
		}
	}
	return h
}

// reserve books room for n calls of account, which may go at the time it returns; the reason says why not
// sooner.
func (p *Pacer) reserve(calls map[string]int64) (at time.Time, reason string) {
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	at = now
	var total int64
	book := func(id string, n int64) {
		s := p.scopes[id]
		if s == nil || s.percent < spacingFrom || now.Sub(s.read) >= forgetUsage {
			return
		}
		if s.next.Before(now) {
			s.next = now
		}
		if s.next.After(at) {
			at = s.next
			reason = fmt.Sprintf("%.0f %% of the rate limit of %s is used", s.percent, s.name)
		}
		gap := float64(spacing) * (min(s.percent, 99) - spacingFrom + 1)
		s.next = s.next.Add(time.Duration(float64(n) * gap))
	}
	for id, n := range calls {
		if id != "" {
			book(id, n)
		}
		total += n
	}
	book("", total)
	return at, reason
}

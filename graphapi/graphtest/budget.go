package graphtest

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A Budget is how many calls the server takes before it refuses more (facts §9).
type Budget struct {
	// PerAccount is how many calls about one account a Window takes. The call after the last is refused
	// with 80002 until Wait has passed; zero is no limit.
	PerAccount int
	// PerApp is how many calls about no account a Window takes; then code 4 until Wait has passed. Zero is
	// no limit.
	PerApp int
	// Window is the time after which a count starts anew; 24 hours when zero.
	Window time.Duration
	// Wait is how long a caller is kept out; an hour when zero. For accounts the header names it in whole
	// minutes, for the app nothing does.
	Wait time.Duration
	// HiddenBelow keeps the usage headers away below so many percent: real ones appear only after enough
	// calls.
	HiddenBelow int
}

func (b *Budget) window() time.Duration {
	if b == nil || b.Window == 0 {
		return 24 * time.Hour
	}
	return b.Window
}

func (b *Budget) wait() time.Duration {
	if b == nil || b.Wait == 0 {
		return time.Hour
	}
	return b.Wait
}

// meter is the count of one account, or of the app.
type meter struct {
	used    int
	since   time.Time
	until   time.Time // kept out until then; zero when not
	limit   *Error    // what the refusals say
	gate    Fault     // of the gateway's meter: the answer they are
	toldSeq int64     // requests that began after this one knew of the wait; 0 while nobody does
}

// appMeter is the key of the app's own meter, and gateMeter that of the gateway in front (HTTP 429).
const (
	appMeter  = "app"
	gateMeter = "gate"
)

// meters are all counts.
type meters struct {
	mu     sync.Mutex
	budget *Budget
	states map[string]*meter
}

func (m *meters) of(key string) *meter {
	state := m.states[key]
	if state == nil {
		state = &meter{}
		m.states[key] = state
	}
	return state
}

func meterKey(c *call) string {
	if c.Account != "" {
		return c.Account
	}
	return appMeter
}

func (m *meters) limitOf(key string) int {
	switch {
	case m.budget == nil:
		return 0
	case key == appMeter:
		return m.budget.PerApp
	}
	return m.budget.PerAccount
}

// charge counts a call, or refuses it.
func (m *meters) charge(c *call) *Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := meterKey(c)
	state, limit := m.of(key), m.limitOf(key)
	if m.refuses(state, c) {
		return state.limit
	}
	if limit == 0 {
		return nil
	}
	if state.since.IsZero() || c.now.Sub(state.since) >= m.budget.window() {
		state.since, state.used = c.now, 0
	}
	state.used++
	if state.used >= limit {
		state.until, state.limit = c.now.Add(m.budget.wait()), accountLimit()
		if key == appMeter {
			state.limit = appLimit()
		}
		c.refusedBy = state // the headers of this very answer say so
	}
	return nil
}

// refuses says whether a wait is running, and takes down who calls in spite of it. Calls that were under
// way when the first refusal went out could not know.
func (m *meters) refuses(state *meter, c *call) bool {
	if state.until.IsZero() {
		return false
	}
	if !c.now.Before(state.until) {
		*state = meter{}
		return false
	}
	knew := state.toldSeq != 0 && c.begun > state.toldSeq
	c.refusedBy = state
	c.h.stats.with(func(s *Stats) {
		s.Refused++
		if knew {
			s.Hammering++
		}
	})
	return true
}

// block starts the wait that a fault names.
func (m *meters) block(c *call, f Fault) {
	if f.Wait == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	state := m.of(meterKey(c))
	refusal := f.Error
	state.until, state.limit = c.now.Add(f.Wait), &refusal
	c.refusedBy = state
}

// gate is block for the whole server: an HTTP 429 with Retry-After.
func (m *meters) gate(c *call, f Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	state := m.of(gateMeter)
	state.until, state.gate = c.now.Add(f.Wait), f
	c.refusedBy = state
}

// gated says with what, and how long still, the gateway keeps everybody out.
func (m *meters) gated(c *call) (Fault, time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	state := m.of(gateMeter)
	if !m.refuses(state, c) {
		return Fault{}, 0
	}
	return state.gate, state.until.Sub(c.now)
}

// told marks the waits that an answer which has just gone out spoke of.
func (m *meters) told(calls []*call, seq *atomic.Int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range calls {
		for _, leaf := range c.leaves() {
			if s := leaf.refusedBy; s != nil && s.toldSeq == 0 && !s.until.IsZero() {
				s.toldSeq = seq.Load()
			}
		}
	}
}

// headers writes the usage headers of the calls answered (facts §9).
func (m *meters) headers(header http.Header, calls []*call, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	business := []byte{'{'}
	seen := map[string]bool{}
	for _, c := range calls {
		for _, leaf := range c.leaves() {
			key := meterKey(leaf)
			if seen[key] || len(seen) == 32 {
				continue
			}
			seen[key] = true
			percent, wait := m.usage(key, now)
			switch {
			case percent < 0 || m.budget != nil && percent < m.budget.HiddenBelow:
			case leaf.Account == "":
				header.Set("X-App-Usage", string(append(appendUsage([]byte{'{'}, percent), '}')))
			default:
				business = append(appendKey(business, key), `[{"type":"instagram",`...)
				business = appendUsage(business, percent)
				business = append(business, `,"estimated_time_to_regain_access":`...)
				business = append(strconv.AppendInt(business, int64((wait+time.Minute-1)/time.Minute), 10), "}]"...)
			}
		}
	}
	if len(business) > 1 {
		header.Set("X-Business-Use-Case-Usage", string(append(business, '}')))
	}
}

// usage is how much of a budget is used, in percent, and what is left of a wait. It is negative when
// nothing limits.
func (m *meters) usage(key string, now time.Time) (percent int, wait time.Duration) {
	state := m.of(key)
	if now.Before(state.until) {
		return 100, state.until.Sub(now)
	}
	limit := m.limitOf(key)
	if limit == 0 {
		return -1, 0
	}
	return state.used * 100 / limit, 0
}

func appendUsage(b []byte, percent int) []byte {
	b = append(b, `"call_count":`...)
	b = strconv.AppendInt(b, int64(percent), 10)
	b = append(b, `,"total_cputime":`...)
	b = strconv.AppendInt(b, int64(percent/4), 10)
	b = append(b, `,"total_time":`...)
	return strconv.AppendInt(b, int64(percent/4), 10)
}

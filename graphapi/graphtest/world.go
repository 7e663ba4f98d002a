package graphtest

import (
	"fmt"
	"time"
)

// A World is what a server serves: accounts, and their figures as a pure function of the seed, so that a
// test computes every cell it expects from the same World. It is immutable but for its clock and safe
// for concurrent use.
type World struct {
	seed     uint64
	clock    Clock
	history  int
	kept     time.Duration
	accounts []*Account
	byID     map[string]*Account // by ID and by AppScopedID
	byPage   map[string]*Account
	userID   string
	token    string
	numbered uint64 // how many media can have comments
	hashtags *hashtags
}

// A WorldOption changes what NewWorld makes.
type WorldOption func(*worldPlan)

type worldPlan struct {
	clock   Clock
	history int
	kept    time.Duration
	changes [][]func(*Account)
	// hashtags is what WithHashtags set.
	hashtags func(name string) HashtagCount
}

// WithClock sets the clock that says which day is today and that all waiting goes by; the machine's
// unless set.
func WithClock(clock Clock) WorldOption { return func(p *worldPlan) { p.clock = clock } }

// WithNow stops the World's clock at an instant. Waits (latency, slowness) stay real.
func WithNow(now time.Time) WorldOption { return WithClock(stoppedClock{now: now}) }

// WithAccounts adds n accounts without peculiarities.
func WithAccounts(n int) WorldOption {
	return func(p *worldPlan) {
		for range n {
			p.changes = append(p.changes, nil)
		}
	}
}

// WithAccount adds one account, changed by the functions in order after the seed has filled it in.
func WithAccount(changes ...func(*Account)) WorldOption {
	return func(p *worldPlan) { p.changes = append(p.changes, append([]func(*Account){}, changes...)) }
}

// WithHistory sets how many days before today insights reach back; older days come back empty
// (facts §3.3) where they are not refused (WithRetention). Two years unless set.
func WithHistory(days int) WorldOption { return func(p *worldPlan) { p.history = days } }

// NewWorld makes a World from a seed: three plain accounts unless options add some. It panics when two
// accounts were given one id, or one lacks it, since no server could tell them apart.
func NewWorld(seed uint64, options ...WorldOption) *World {
	p := &worldPlan{clock: systemClock{}, history: 730, kept: keptDays * 24 * time.Hour}
	for _, o := range options {
		o(p)
	}
	if len(p.changes) == 0 {
		WithAccounts(3)(p)
	}
	w := &World{
		seed: seed, clock: p.clock, history: p.history, kept: p.kept,
		byID: map[string]*Account{}, byPage: map[string]*Account{},
		userID: "1" + digits(mix(seed^0x75736572), 15),
		token:  "EAAU" + letters(mix(seed^0x746f6b656e), 60),
	}
	now := w.clock.Now()
	for i, changes := range p.changes {
		a := newAccount(seed, i)
		for _, change := range changes {
			change(a)
		}
		a.seal(i, now)
		for _, id := range []string{a.ID, a.AppScopedID} {
			if id == "" || w.byID[id] != nil {
				panic(fmt.Sprintf("graphtest: account %d has the id %q, which is empty or taken; give every account its own", i, id))
			}
			w.byID[id] = a
		}
		if a.PageID == "" || w.byPage[a.PageID] != nil {
			panic(fmt.Sprintf("graphtest: account %d has the page id %q, which is empty or taken; give every Page its own", i, a.PageID))
		}
		w.byPage[a.PageID] = a
		w.accounts = append(w.accounts, a)
	}
	w.numberMedia()
	w.newHashtags(p.hashtags, now)
	return w
}

// Accounts returns copies of the accounts in the order they were added, which is the order of
// /me/accounts.
func (w *World) Accounts() []Account {
	out := make([]Account, len(w.accounts))
	for i, a := range w.accounts {
		out[i] = *a
	}
	return out
}

// AccountIDs returns the accounts' 1784… ids in the order they were added.
func (w *World) AccountIDs() []string {
	out := make([]string, len(w.accounts))
	for i, a := range w.accounts {
		out[i] = a.ID
	}
	return out
}

// Account returns a copy of the account with that id, app-scoped id or username.
func (w *World) Account(id string) (Account, bool) {
	if a := w.byID[id]; a != nil {
		return *a, true
	}
	for _, a := range w.accounts {
		if a.Username == id {
			return *a, true
		}
	}
	return Account{}, false
}

// Token returns the token a host accepts unless WithTokens says otherwise: with Facebook login the
// user's, which reaches every account; with Instagram login that of the first account (each account's
// LoginToken is good too).
func (w *World) Token(host Host) string {
	if host == Instagram {
		return w.accounts[0].LoginToken
	}
	return w.token
}

// UserID returns the id of the Facebook user whose token Token returns.
func (w *World) UserID() string { return w.userID }

// Today returns the Pacific day of the World's clock.
func (w *World) Today() Day { return DayOf(w.clock.Now()) }

// ProfilePictureURL returns the account's picture as the API gives it today: a signed URL, whose
// signature changes from day to day (facts §2.1).
func (w *World) ProfilePictureURL(account string) string {
	a := w.byID[account]
	if a == nil {
		return ""
	}
	return fmt.Sprintf("https://scontent.example/v/t51/%s.jpg?oe=%X&_nc_sid=%s",
		digits(a.hash, 12), w.Today().End().Unix(), letters(mix(a.hash^uint64(w.Today())), 6))
}

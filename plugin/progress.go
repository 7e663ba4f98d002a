package plugin

import (
	"sync"
	"time"
)

// Progress is how far a run has come.
type Progress struct {
	// Splits is how many splits the run has, 0 before they are planned; Read is how many of them are read
	// to their end.
	Splits, Read int
	// Rows is how many rows are committed.
	Rows int64
	// Calls are the calls to the service so far.
	Calls Calls
	// Waiting says until when a source waits, and why: of several the one that ends first. It is zero when
	// none waits.
	Waiting Waiting
}

// progress collects what changes and tells it. Its tell is called on a goroutine of its own, so that a
// slow one holds nobody up.
type progress struct {
	tell func(Progress)

	mu      sync.Mutex
	now     Progress
	waiting map[*noteBook]Waiting
	closed  bool
	err     error // a panic of tell

	changed chan struct{}
	over    chan struct{}
}

func newProgress(tell func(Progress)) *progress {
	p := &progress{tell: tell, waiting: map[*noteBook]Waiting{}, changed: make(chan struct{}, 1), over: make(chan struct{})}
	if tell == nil {
		close(p.over)
		return p
	}
	go func() {
		defer close(p.over)
		for {
			<-p.changed
			p.mu.Lock()
			now, closed := p.now, p.closed
			now.Waiting = p.first()
			p.mu.Unlock()
			if err := guard("telling progress", func() error { tell(now); return nil }); err != nil {
				p.mu.Lock()
				p.err = err
				p.mu.Unlock()
				return
			}
			if closed {
				return
			}
		}
	}()
	return p
}

// first is the wait that ends first.
func (p *progress) first() (w Waiting) {
	for _, o := range p.waiting {
		if w.Until.IsZero() || o.Until.Before(w.Until) || o.Until.Equal(w.Until) && o.Reason < w.Reason {
			w = o
		}
	}
	return w
}

func (p *progress) change(f func(now *Progress)) {
	p.mu.Lock()
	f(&p.now)
	p.mu.Unlock()
	if p.tell != nil {
		signal(p.changed)
	}
}

func (p *progress) plan(splits int)   { p.change(func(now *Progress) { now.Splits = splits }) }
func (p *progress) read()             { p.change(func(now *Progress) { now.Read++ }) }
func (p *progress) commit(rows int64) { p.change(func(now *Progress) { now.Rows += rows }) }
func (p *progress) calls(c Calls)     { p.change(func(now *Progress) { now.Calls = now.Calls.Add(c) }) }

// wait sets or, with a zero Until, ends the wait of b.
func (p *progress) wait(b *noteBook, w Waiting) {
	p.change(func(*Progress) {
		if w.Until.IsZero() {
			delete(p.waiting, b)
			return
		}
		p.waiting[b] = w
	})
}

// waits says whether b waits.
func (p *progress) waits(b *noteBook) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.waiting[b]
	return ok
}

// stop tells the last state and returns when tell has. The error is a panic of tell's.
func (p *progress) stop() error {
	p.change(func(*Progress) { p.closed = true })
	<-p.over
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// seconds is d in seconds, to the millisecond.
func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

package sqltable

import (
	"context"
	"sync"
	"time"

	"github.com/igsource/igsource/clock"
)

// A Timer ends a transaction after a time in which no mark did: there is one wait at most. It is safe for
// concurrent use.
type Timer struct {
	Clock clock.Clock

	mu   sync.Mutex
	stop context.CancelFunc // of the wait; nil where there is none
	all  sync.WaitGroup
}

// Start has end called after wait, on a goroutine of its own, unless Stop comes first. Where a wait is under
// way already nothing happens. By the time that end has its turn another may have ended the transaction.
func (t *Timer) Start(wait time.Duration, end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.all.Go(func() {
		defer stop()
		if t.Clock.Sleep(ctx, wait) == nil && t.over(ctx) {
			end()
		}
	})
}

// over ends the wait, and says whether nobody else has.
func (t *Timer) over(ctx context.Context) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ctx.Err() != nil {
		return false
	}
	t.stop = nil
	return true
}

// Stop ends the wait, if there is one.
func (t *Timer) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
}

// Wait returns when no call of end is under way.
func (t *Timer) Wait() { t.all.Wait() }

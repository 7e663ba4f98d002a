package graphtest

import (
	"context"
	"time"
)

// A Clock tells the server what day it is and lets it wait. Implementations must be safe for concurrent
// use; any type with these two methods will do, a fake one included.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or until ctx ends, whose error it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stoppedClock stands still at one instant; a Sleep waits in real time.
type stoppedClock struct {
	systemClock
	now time.Time
}

func (c stoppedClock) Now() time.Time { return c.now }

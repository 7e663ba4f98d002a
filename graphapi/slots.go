package graphapi

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// Slots bound how many HTTP requests are under way at once, over all clients that share them. Who asks
// first is served first. A request that waits, for the rate limit or before a repeat, holds none.
// Slots are safe for concurrent use.
type Slots struct{ free *semaphore.Weighted }

// NewSlots returns n slots, at least one.
func NewSlots(n int) *Slots { return &Slots{semaphore.NewWeighted(int64(max(1, n)))} }

func (s *Slots) acquire(ctx context.Context) error { return s.free.Acquire(ctx, 1) }

func (s *Slots) release() { s.free.Release(1) }

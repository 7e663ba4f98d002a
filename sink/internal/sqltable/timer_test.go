package sqltable

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gate is a clock on which whoever sleeps wakes when a test says so.
type gate struct {
	asleep chan time.Duration
	wake   chan struct{}
}

func newGate() gate { return gate{make(chan time.Duration), make(chan struct{})} }

func (gate) Now() time.Time { return lastYear }

func (g gate) Sleep(ctx context.Context, d time.Duration) error {
	g.asleep <- d
	select {
	case <-g.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var lastYear = time.Date(2025, 10, 15, 6, 0, 0, 0, time.UTC)

func TestTimer(t *testing.T) {
	g := newGate()
	timer := &Timer{Clock: g}
	var ends int
	end := func() { ends++ }
	timer.Stop() // nothing
	timer.Start(time.Second, end)
	assert.Equal(t, time.Second, <-g.asleep)
	timer.Start(time.Minute, end) // one is under way
	g.wake <- struct{}{}
	timer.Wait()
	require.Equal(t, 1, ends)

	timer.Start(time.Minute, end) // it has ended by itself
	assert.Equal(t, time.Minute, <-g.asleep)
	timer.Stop()
	timer.Wait()
	require.Equal(t, 1, ends)

	// A wait that was called off does not keep another from being begun, nor ends it.
	timer.Start(time.Hour, end)
	<-g.asleep
	timer.Stop()
	timer.Start(time.Second, end)
	<-g.asleep
	g.wake <- struct{}{}
	timer.Wait()
	require.Equal(t, 2, ends)
}

// While end is under way another wait may begin, which end may call off.
func TestTimerOfATimer(t *testing.T) {
	g := newGate()
	timer := &Timer{Clock: g}
	timer.Start(time.Second, func() {
		timer.Start(time.Minute, func() { t.Error("it was called off") })
		assert.Equal(t, time.Minute, <-g.asleep)
		timer.Stop()
	})
	<-g.asleep
	g.wake <- struct{}{}
	timer.Wait()
}

package clock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
)

func TestFakeMovesWhenItSleeps(t *testing.T) {
	start := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	f := clock.NewFake(start)
	require.NoError(t, f.Sleep(t.Context(), time.Minute))
	require.NoError(t, f.Sleep(t.Context(), 0))
	f.Advance(time.Hour)
	assert.Equal(t, start.Add(61*time.Minute), f.Now())
	assert.Equal(t, []time.Duration{time.Minute}, f.Slept())

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, f.Sleep(ended, time.Minute), context.Canceled)
	assert.Equal(t, start.Add(61*time.Minute), f.Now())
}

func TestSystemSleepEndsWithItsContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, clock.System().Sleep(ended, time.Hour), context.Canceled)
	require.ErrorIs(t, clock.System().Sleep(ended, 0), context.Canceled)
	require.NoError(t, clock.System().Sleep(t.Context(), time.Nanosecond))
	assert.False(t, clock.System().Now().IsZero())
}

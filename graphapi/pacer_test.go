package graphapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi"
)

func appUsage(percent float64) []string {
	return []string{"X-App-Usage", fmt.Sprintf(`{"call_count":%v,"total_time":25,"total_cputime":25}`, percent)}
}

func TestCallsAreSpacedOutNearALimit(t *testing.T) {
	for _, c := range []struct {
		name   string
		header []string
		want   []time.Duration
		reason string
	}{
		{"nothing told", nil, nil, ""},
		{"app at 89 %", appUsage(89), nil, ""},
		// The first call after a reading goes at once and books room for the next.
		{"app at 90 %", appUsage(90), seconds(1, 1), "1s 90 % of the rate limit of the app is used"},
		{"app at 94.5 %", appUsage(94.5), seconds(5.5, 5.5), "5.5s 94 % of the rate limit of the app is used"},
		{"account at 99 %", businessUsage(account, 99, 0), seconds(10, 10), "10s 99 % of the rate limit of account 17841400000000001 is used"},
		{"another id stands for the account", businessUsage("66700000", 91, 0), seconds(2, 2), "2s 91 % of the rate limit of account 17841400000000001 is used"},
		{"another product", []string{"X-Business-Use-Case-Usage", `{"17841400000000001":[{"type":"ads_management","call_count":95}]}`}, nil, ""},
		{"unreadable", []string{"X-App-Usage", "99", "X-Business-Use-Case-Usage", "[1]"}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil, ok(`{}`, c.header...))
			for range 4 {
				_, err := b.Get(t.Context(), insights)
				require.NoError(t, err)
			}
			assert.Equal(t, c.want, b.clock.Slept())
			if c.reason != "" {
				assert.Equal(t, c.reason, b.record.waits[0])
			}
		})
	}
}

func TestABatchBooksRoomForEachItem(t *testing.T) {
	b := newBench(t, nil, batch(echo, appUsage(90)...))
	for range 3 {
		_, err := b.Batch(t.Context(), manyRequests(10))
		require.NoError(t, err)
	}
	assert.Equal(t, seconds(10), b.clock.Slept())
}

func TestAReadingFadesAndIsReplaced(t *testing.T) {
	b := newBench(t, nil, ok(`{}`, appUsage(95)...), ok(`{}`), ok(`{}`), ok(`{}`, appUsage(20)...), ok(`{}`))
	get := func() {
		_, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
	}
	get()
	get() // goes at once
	b.clock.Advance(time.Hour)
	get() // the reading is an hour old
	get() // 20 %
	get()
	assert.Empty(t, b.clock.Slept())
}

func TestAtTheLimitCallsWaitBeforeTheyAreSent(t *testing.T) {
	// The call that brings the usage to the limit is still answered.
	b := newBench(t, nil, ok(`{}`, businessUsage(account, 100, 8)...), ok(`{}`))
	for range 3 {
		_, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
	}
	assert.Equal(t, []time.Duration{8 * time.Minute}, b.clock.Slept())
	assert.Equal(t, []string{"8m0s the rate limit of account 17841400000000001 is used up", "over"}, b.record.waits)
	assert.Zero(t, b.record.total().Retries)

	// The app's header names no time.
	b = newBench(t, nil, ok(`{}`, appUsage(100)...), ok(`{}`))
	for range 3 {
		_, err := b.Get(t.Context(), graphapi.Request{Path: "me"})
		require.NoError(t, err)
	}
	assert.Equal(t, []time.Duration{5 * time.Minute}, b.clock.Slept())

	// A guess of ours that does not fit is cut, not fatal.
	b = newBench(t, func(o *graphapi.Options) { o.MaxRetryDuration = time.Minute }, ok(`{}`, appUsage(100)...), ok(`{}`))
	for range 2 {
		_, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
	}
	assert.Equal(t, []time.Duration{time.Minute}, b.clock.Slept())
}

func TestANamedTimeBeatsAGuess(t *testing.T) {
	// The account is told to wait 2 minutes; the app's 100 % would make it five.
	header := append(businessUsage(account, 100, 2), "Retry-After", "60")
	b := newBench(t, nil, reply(400, graphError(4, 0, "m"), append(header, appUsage(100)...)...), ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Equal(t, seconds(120), b.clock.Slept(), "Retry-After holds the app for one minute, the account's header for two")
}

func TestAdAccountUsageNamesSeconds(t *testing.T) {
	b := newBench(t, nil, reply(400, graphError(80004, 0, "m"), "X-Ad-Account-Usage", `{"acc_id_util_pct":100,"reset_time_duration":100}`), ok(`{}`))
	_, err := b.Get(t.Context(), insights)
	require.NoError(t, err)
	assert.Equal(t, seconds(100), b.clock.Slept())
}

func TestHugeTimesDoNotOverflow(t *testing.T) {
	for _, header := range [][]string{
		{"Retry-After", "1e300"},
		{"Retry-After", "99999999999999999"},
		{"X-Business-Use-Case-Usage", `{"17841400000000001":[{"type":"instagram","estimated_time_to_regain_access":1e30}]}`},
	} {
		b := newBench(t, nil, reply(400, graphError(80002, 0, "m"), header...))
		_, err := b.Get(t.Context(), insights)
		assert.Equal(t, 366*24*time.Hour, graphErr(t, err).Wait)
	}
	for _, text := range []string{"-5", "NaN", "soon", "Sun, 22 Nov 2020 10:00:00 GMT"} {
		b := newBench(t, nil, reply(503, "", "Retry-After", text), ok(`{}`))
		_, err := b.Get(t.Context(), insights)
		require.NoError(t, err)
		assert.Equal(t, seconds(0.5), b.clock.Slept(), text)
	}
}

func TestOnePacerForSeveralClients(t *testing.T) {
	fake := clock.NewFake(start)
	pacer := graphapi.NewPacer(fake)
	set := func(o *graphapi.Options) { o.Clock, o.Pacer = fake, pacer }
	first := newBench(t, set, ok(`{}`, appUsage(100)...))
	second := newBench(t, set, ok(`{}`))
	_, err := first.Get(t.Context(), graphapi.Request{Path: "me"})
	require.NoError(t, err)
	_, err = second.Get(t.Context(), graphapi.Request{Path: "me"})
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{5 * time.Minute}, fake.Slept())
	assert.Equal(t, 5*time.Minute, second.record.total().Wait)
	assert.NotNil(t, graphapi.NewPacer(nil))
}

func TestWaitingHoldsNoSlot(t *testing.T) {
	// One slot: while a throttled call waits, another account's call gets through. The clock stands still
	// until it has.
	stuck := &stuckClock{Fake: clock.NewFake(start), asleep: make(chan struct{}), wake: make(chan struct{})}
	b := newBench(t, func(o *graphapi.Options) {
		o.Clock, o.Slots, o.Pacer = stuck, graphapi.NewSlots(1), graphapi.NewPacer(stuck)
	},
		reply(400, graphError(80002, 0, "m"), businessUsage(account, 100, 3)...), ok(`{}`))
	done := make(chan error, 1)
	go func() {
		_, err := b.Get(t.Context(), insights)
		done <- err
	}()
	<-stuck.asleep
	_, err := b.Get(t.Context(), graphapi.Request{Path: "2", Account: "2"})
	require.NoError(t, err)
	close(stuck.wake)
	require.NoError(t, <-done)
	assert.Len(t, b.server.requests(), 3)
}

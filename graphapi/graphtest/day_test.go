package graphtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/graphapi/graphtest"
)

func TestDayAcrossSummerTime(t *testing.T) {
	for _, c := range []struct {
		day, start, end string
		hours           int
	}{
		{"2026-03-07", "2026-03-07T08:00:00Z", "2026-03-08T08:00:00Z", 24},
		{"2026-03-08", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z", 23},
		{"2026-10-31", "2026-10-31T07:00:00Z", "2026-11-01T07:00:00Z", 24},
		{"2026-11-01", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z", 25},
		{"1969-12-31", "1969-12-31T08:00:00Z", "1970-01-01T08:00:00Z", 24},
	} {
		day, err := graphtest.ParseDay(c.day)
		require.NoError(t, err)
		assert.Equal(t, c.day, day.String())
		assert.Equal(t, c.start, day.Start().UTC().Format(time.RFC3339))
		assert.Equal(t, c.end, day.End().UTC().Format(time.RFC3339))
		assert.Equal(t, time.Duration(c.hours)*time.Hour, day.End().Sub(day.Start()))
	}
	_, err := graphtest.ParseDay("2026-02-30")
	require.EqualError(t, err, `graphtest: "2026-02-30" is not a day of the form yyyy-mm-dd`)
}

func TestDayHoldsItsInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := graphtest.Day(rapid.Int32Range(-20000, 40000).Draw(t, "day"))
		assert.Equal(t, day, graphtest.DayOf(day.Start()))
		assert.Equal(t, day, graphtest.DayOf(day.End().Add(-time.Nanosecond)))
		assert.Equal(t, day+1, graphtest.DayOf(day.End()))
		again, err := graphtest.ParseDay(day.String())
		assert.NoError(t, err)
		assert.Equal(t, day, again)
	})
}

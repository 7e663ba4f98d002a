package timeexpr_test

import (
	"testing"
	"time"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func location(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func dayOf(year int, month time.Month, day int) timeexpr.Day {
	return timeexpr.DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

func TestDayCounts(t *testing.T) {
	assert.Equal(t, timeexpr.Day(0), dayOf(1970, 1, 1))
	assert.Equal(t, timeexpr.Day(-1), dayOf(1969, 12, 31))
	assert.Equal(t, timeexpr.Day(20727), dayOf(2026, 10, 1))
	assert.Equal(t, timeexpr.Day(-719528), dayOf(0, 1, 1))
	assert.Equal(t, dayOf(2024, 3, 1), dayOf(2024, 2, 28).Add(2))
	assert.Equal(t, dayOf(2023, 12, 31), dayOf(2024, 1, 1).Add(-1))
	assert.Equal(t, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), timeexpr.Day(20727).Time())
}

func TestDayString(t *testing.T) {
	assert.Equal(t, "2026-10-01", dayOf(2026, 10, 1).String())
	assert.Equal(t, "0044-03-15", dayOf(44, 3, 15).String())
	assert.Equal(t, "-0044-03-15", dayOf(-44, 3, 15).String())
	assert.Equal(t, "12026-01-02", dayOf(12026, 1, 2).String())
}

func TestDayOfLooksAtTheClocksOfThePlace(t *testing.T) {
	instant := time.Date(2026, 10, 1, 6, 59, 59, 0, time.UTC)
	assert.Equal(t, "2026-09-30", timeexpr.DayOf(instant, timeexpr.Pacific).String())
	assert.Equal(t, "2026-10-01", timeexpr.DayOf(instant.Add(time.Second), timeexpr.Pacific).String())
	assert.Equal(t, "2026-10-01", timeexpr.DayOf(instant, location(t, "Asia/Tokyo")).String())
}

func TestDayMidnight(t *testing.T) {
	for _, c := range []struct {
		name, place string
		day         timeexpr.Day
		want        string
	}{
		{"summer", "America/Los_Angeles", dayOf(2026, 7, 1), "2026-07-01T00:00:00-07:00"},
		{"winter", "America/Los_Angeles", dayOf(2026, 1, 1), "2026-01-01T00:00:00-08:00"},
		{"the day the clocks go forward", "America/Los_Angeles", dayOf(2025, 3, 9), "2025-03-09T00:00:00-08:00"},
		{"the day after", "America/Los_Angeles", dayOf(2025, 3, 10), "2025-03-10T00:00:00-07:00"},
		{"the day the clocks go back", "America/Los_Angeles", dayOf(2025, 11, 2), "2025-11-02T00:00:00-07:00"},
		{"no midnight", "America/Sao_Paulo", dayOf(2018, 11, 4), "2018-11-04T01:00:00-02:00"},
		{"clocks back to before midnight", "America/Sao_Paulo", dayOf(2018, 2, 18), "2018-02-18T00:00:00-03:00"},
		{"midnight twice", "America/Havana", dayOf(2025, 11, 2), "2025-11-02T00:00:00-04:00"},
		{"a day left out", "Pacific/Apia", dayOf(2011, 12, 30), "2011-12-31T00:00:00+14:00"},
		{"a day twice", "Pacific/Kwajalein", dayOf(1969, 9, 30), "1969-09-30T00:00:00+11:00"},
		{"UTC", "UTC", dayOf(2026, 1, 1), "2026-01-01T00:00:00Z"},
		{"before zones", "Europe/Prague", dayOf(1800, 1, 1), "1800-01-01T00:00:00+00:57"},
	} {
		t.Run(c.name, func(t *testing.T) {
			loc := location(t, c.place)
			got := c.day.Midnight(loc)
			assert.Equal(t, c.want, got.Format(time.RFC3339))
			assert.Equal(t, loc, got.Location())
		})
	}
}

// A day begins at its midnight and ends before the next day's, in every zone.
func TestDayMidnightLaw(t *testing.T) {
	places := []string{
		"America/Los_Angeles", "America/Sao_Paulo", "America/Havana", "Asia/Tehran", "Asia/Beirut",
		"Europe/Prague", "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(places).Draw(t, "place"))
		day := timeexpr.Day(rapid.Int32Range(-100_000, 60_000).Draw(t, "day"))
		midnight := day.Midnight(loc)
		require.Equal(t, day, timeexpr.DayOf(midnight, loc))
		require.Less(t, timeexpr.DayOf(midnight.Add(-time.Second), loc), day)
		require.Equal(t, day, timeexpr.DayOf(day.Add(1).Midnight(loc).Add(-time.Second), loc))
	})
}

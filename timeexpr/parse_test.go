package timeexpr_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What the table cannot show, as strtotime gives whole seconds: fractions are kept.
func TestParseKeepsFractions(t *testing.T) {
	base := time.Date(2026, 3, 31, 10, 20, 30, 123456789, time.UTC)
	for text, want := range map[string]string{
		"now":                         "2026-03-31T10:20:30.123456789Z",
		"+1 day":                      "2026-04-01T10:20:30.123456789Z",
		"today":                       "2026-03-31T00:00:00Z",
		"10:00":                       "2026-03-31T10:00:00Z",
		"14:30:15.5":                  "2026-03-31T14:30:15.5Z",
		"14:30:15.1234567":            "2026-03-31T14:30:15.123456Z",
		"3:05:15.25pm":                "2026-03-31T15:05:15.25Z",
		"2026-10-01T03:04:05.678Z":    "2026-10-01T03:04:05.678Z",
		"2026-10-01T03:04:05.6-01:00": "2026-10-01T04:04:05.6Z",
		"@1.5":                        "1970-01-01T00:00:01.5Z",
		"@-1.5":                       "1969-12-31T23:59:58.5Z",
		"today +1500 ms":              "2026-03-31T00:00:01.5Z",
		"today -1 µs":                 "2026-03-30T23:59:59.999999Z",
	} {
		got, err := timeexpr.Parse(text, base)
		require.NoError(t, err, text)
		assert.Equal(t, want, got.Format(time.RFC3339Nano), text)
	}
}

func TestParseAnswersInTheZoneOfTheBase(t *testing.T) {
	got, err := timeexpr.Parse("2026-07-01 12:00 Europe/Prague", evening.In(timeexpr.Pacific))
	require.NoError(t, err)
	assert.Equal(t, "2026-07-01T03:00:00-07:00", got.Format(time.RFC3339))
	assert.Equal(t, timeexpr.Pacific, got.Location())

	got, err = timeexpr.Parse("2026-07-01", evening.In(time.FixedZone("", 5400)))
	require.NoError(t, err)
	assert.Equal(t, "2026-07-01T00:00:00+01:30", got.Format(time.RFC3339))
}

func TestParseFindsZonesInAnyCase(t *testing.T) {
	for text, want := range map[string]string{
		"noon America/new_york":       "2026-04-01T16:00:00Z",
		"noon America/port-au-PRINCE": "2026-04-01T16:00:00Z",
		"noon japan":                  "2026-04-01T03:00:00Z",
		"noon nz":                     "2026-03-31T23:00:00Z",
		"noon est":                    "2026-04-01T17:00:00Z",
		"noon (Cest)":                 "2026-04-01T10:00:00Z",
	} {
		got, err := timeexpr.Parse(text, evening)
		require.NoError(t, err, text)
		assert.Equal(t, want, got.Format(time.RFC3339), text)
	}
	_, err := timeexpr.Parse("noon Local", evening)
	assert.Error(t, err, "the machine's own zone has no name here")
}

// In UTC, where a day is a day, the words for an amount do what they say.
func TestParseRelativeLaw(t *testing.T) {
	units := map[string]time.Duration{
		"second": time.Second, "minutes": time.Minute, "hour": time.Hour,
		"days": 24 * time.Hour, "week": 7 * 24 * time.Hour, "fortnight": 14 * 24 * time.Hour,
	}
	rapid.Check(t, func(t *rapid.T) {
		base := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "base"), 0).UTC()
		unit := rapid.SampledFrom([]string{"second", "minutes", "hour", "days", "week", "fortnight"}).Draw(t, "unit")
		n := rapid.IntRange(0, 5000).Draw(t, "n")

		ago, err := timeexpr.Parse(fmt.Sprintf("%d %s ago", n, unit), base)
		require.NoError(t, err)
		require.Equal(t, base.Add(-time.Duration(n)*units[unit]), ago)

		there, err := timeexpr.Parse(fmt.Sprintf("+%d %s", n, unit), ago)
		require.NoError(t, err)
		require.Equal(t, base, there)
	})
}

// "next tuesday" is the first Tuesday after today, at midnight.
func TestParseWeekdayLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "base"), 0).UTC()
		day := time.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))
		for word, reach := range map[string][2]int{"next": {1, 7}, "last": {-7, -1}, "this": {0, 6}} {
			got, err := timeexpr.Parse(word+" "+day.String(), base)
			require.NoError(t, err)
			require.Equal(t, day, got.Weekday())
			days := int(timeexpr.DayOf(got, time.UTC) - timeexpr.DayOf(base, time.UTC))
			require.GreaterOrEqual(t, days, reach[0], word)
			require.LessOrEqual(t, days, reach[1], word)
			require.Zero(t, got.Unix()%86400)
		}
	})
}

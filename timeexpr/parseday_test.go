package timeexpr_test

import (
	"testing"
	"time"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Already 1 April in UTC, still 31 March in California.
var evening = time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC)

func TestParseDay(t *testing.T) {
	for text, want := range map[string]string{
		"2026-10-01":                 "2026-10-01",
		" 2026-10-01\n":              "2026-10-01",
		"2024-02-29":                 "2024-02-29",
		"0001-01-01":                 "0001-01-01",
		"20240229":                   "2024-02-29",
		"1790838000":                 "2026-10-01", // 00:00 in California
		"1790837999":                 "2026-09-30",
		"100000000":                  "1973-03-03",
		"@86400":                     "1970-01-01",
		"today":                      "2026-03-31",
		"now":                        "2026-03-31",
		"yesterday":                  "2026-03-30",
		"30 days ago":                "2026-03-01",
		"-1 month":                   "2026-03-03",
		"last month":                 "2026-03-03",
		"first day of last month":    "2026-02-01",
		"last day of february":       "2026-02-28",
		"last friday of next month":  "2026-04-24",
		"monday this week":           "2026-03-30",
		"2026-10-01T05:00:00Z":       "2026-09-30",
		"10/1/2026":                  "2026-10-01",
		"2026-02-30 00:00":           "2026-03-02",
		"2019-09-26T22:36:43+0000":   "2019-09-26",
		"2026-10-01 23:00 UTC-12:00": "2026-10-01",
	} {
		day, err := timeexpr.ParseDay(text, evening, timeexpr.Pacific)
		require.NoError(t, err, text)
		assert.Equal(t, want, day.String(), text)
	}
}

func TestParseDayRefuses(t *testing.T) {
	const anyDay = "; expected a day as yyyy-mm-dd, unix seconds, or words such as 30 days ago or last month"
	for text, want := range map[string]string{
		"":              `date expression "" is empty` + anyDay,
		"  ":            `date expression "  " is empty` + anyDay,
		"2026":          `date expression "2026" is a year, not a day; expected a day such as 2026-01-01`,
		"2026-02-30":    `date expression "2026-02-30" is not in the calendar; expected a day from 01 to 28 in that month`,
		"2024-02-30":    `date expression "2024-02-30" is not in the calendar; expected a day from 01 to 29 in that month`,
		"2026-04-00":    `date expression "2026-04-00" is not in the calendar; expected a day from 01 to 30 in that month`,
		" 2026-13-01":   `date expression " 2026-13-01": "2026-13-01" at column 2 is not in the calendar; expected a month from 01 to 12`,
		"0000-00-00":    `date expression "0000-00-00" is not in the calendar; expected a month from 01 to 12`,
		"20260230":      `date expression "20260230" is not in the calendar as yyyymmdd; expected a day from 01 to 28 in that month`,
		"86400":         `date expression "86400" is too short for unix seconds` + anyDay,
		"1790838000000": `date expression "1790838000000" is too long for unix seconds (are they milliseconds?)` + anyDay,
		"999999999999":  `date expression "999999999999" is not within the years 0000 to 9999` + anyDay,
		"-5000 years":   `date expression "-5000 years" is not within the years 0000 to 9999` + anyDay,
		"30 dys ago": `date expression "30 dys ago": "dys" at column 4 is not understood (did you mean "days"?); ` +
			`expected a unit such as day, week, month, year, hour or weekday`,
	} {
		_, err := timeexpr.ParseDay(text, evening, timeexpr.Pacific)
		require.EqualError(t, err, want)
		var syntax *timeexpr.SyntaxError
		require.ErrorAs(t, err, &syntax)
		assert.Equal(t, text, syntax.Text)
		assert.Equal(t, syntax.Word, text[syntax.Offset:syntax.Offset+len(syntax.Word)])
	}
}

package timeexpr_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/igsource/igsource/timeexpr"
	"github.com/stretchr/testify/require"
)

// FuzzParse holds any text to what every caller counts on: no panic; either an instant within the years, in the base's
// zone, that reads back as itself, or an error that points into the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"now", "2026-10-01", "14 days ago", "first day of last month noon", "last friday of january 2026", "@1790838000.5",
		"2026-W40-4", "10/Oct/2000:13:55:36 -0700", "May 5th, 2026 3:30:15 p.m. Europe/Prague", "+1 week 2 days -3 weekdays ago",
		"monday next week 14:30:15.25 +02:00", "back of 7pm", "5.XII.2026", "+12345-01-01", "noon\u00a0(EST)", "last fooday", "\xff\x00",
		" \xfc\xa4" + strings.Repeat("A", 600),
	} {
		f.Add(text, int64(1774926000), true)
		f.Add(text, int64(1762072200), false)
	}
	f.Fuzz(func(t *testing.T, text string, unix int64, pacific bool) {
		base := time.Unix(unix%250_000_000_000, 0).UTC()
		if pacific {
			base = base.In(timeexpr.Pacific)
		}
		parsed, err := timeexpr.Parse(text, base)
		if err != nil {
			requirePointer(t, text, err)
		} else {
			require.LessOrEqual(t, parsed.Year(), 9999)
			require.GreaterOrEqual(t, parsed.Year(), -9999)
			require.Equal(t, base.Location(), parsed.Location())
			requireStable(t, parsed, base)
		}
		day, err := timeexpr.ParseDay(text, base, timeexpr.Pacific)
		if err != nil {
			requirePointer(t, text, err)
			return
		}
		again, err := timeexpr.ParseDay(day.String(), base, timeexpr.Pacific)
		require.NoError(t, err)
		require.Equal(t, day, again)
	})
}

func requireStable(t *testing.T, parsed, base time.Time) {
	t.Helper()
	utc := parsed.UTC()
	if utc.Year() < 0 || utc.Year() > 9999 {
		return // RFC 3339 has four digits
	}
	again, err := timeexpr.Parse(utc.Format(time.RFC3339Nano), base)
	require.NoError(t, err)
	require.True(t, again.Equal(parsed), "%s became %s", parsed, again)
}

func requirePointer(t *testing.T, text string, err error) {
	t.Helper()
	var syntax *timeexpr.SyntaxError
	require.True(t, errors.As(err, &syntax))
	require.Equal(t, text, syntax.Text)
	require.Equal(t, syntax.Word, text[syntax.Offset:syntax.Offset+len(syntax.Word)])
	require.NotEmpty(t, syntax.Problem)
	require.NotEmpty(t, syntax.Expected)
	require.NotEmpty(t, syntax.Error())
}

package timeexpr_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/timeexpr"
)

// The expected texts are what Java 17's SimpleDateFormat writes in the US locale.
func TestFormatSimpleDate(t *testing.T) {
	summer := time.UnixMilli(1782000123007).UTC()                                     // 2026-06-21 00:02:03.007
	lastMoment := time.UnixMilli(1798761599999).UTC()                                 // 2026-12-31 23:59:59.999
	pacific := time.UnixMilli(1767225600000).In(mustLoad(t, "America/Los_Angeles"))   // 2025-12-31 16:00
	kolkata := time.UnixMilli(1782000123007).In(mustLoad(t, "Asia/Kolkata"))          // 05:32:03
	newfoundland := time.UnixMilli(1782000123007).In(mustLoad(t, "America/St_Johns")) // -02:30
	for _, c := range []struct {
		at            time.Time
		pattern, want string
	}{
		{summer, "", ""},
		{summer, "yyyy-MM-dd", "2026-06-21"},
		{summer, "yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-06-21T00:02:03.007+0000"},
		{summer, "y yy yyy yyyyy", "2026 26 2026 02026"},
		{summer, "M MM MMM MMMM MMMMM", "6 06 Jun June June"},
		{summer, "L LL LLL LLLL", "6 06 Jun June"},
		{summer, "d dd ddd D DDD DDDDD", "21 21 021 172 172 00172"},
		{summer, "E EEE EEEE u uu F", "Sun Sun Sunday 7 07 3"},
		{summer, "h hh H HH K KK k kk a aaa", "12 12 0 00 0 00 24 24 AM AM"},
		{lastMoment, "h hh H HH K KK k kk a", "11 11 23 23 11 11 23 23 PM"},
		{pacific, "h H K k a", "4 16 4 16 PM"},
		{summer, "m mm s ss S SS SSS SSSS SSSSSS", "2 02 3 03 7 07 007 0007 000007"},
		{lastMoment, "S SSS", "999 999"},
		{summer, "G GG", "AD AD"},
		{summer, "X XX XXX Z ZZZZ", "Z Z Z +0000 +0000"},
		{pacific, "X XX XXX Z", "-08 -0800 -08:00 -0800"},
		{kolkata, "X XX XXX Z", "+05 +0530 +05:30 +0530"},
		{newfoundland, "X XX XXX Z", "-02 -0230 -02:30 -0230"},
		{summer, "z zzz zzzz", "UTC UTC Coordinated Universal Time"},
		{pacific, "z zzzz", "PST Pacific Standard Time"},
		{kolkata, "z zzzz", "IST India Standard Time"},
		{newfoundland, "z zzzz", "NDT Newfoundland Daylight Time"},
		{summer, "'it''s' ''yyyy'' 'o''clock'''", "it's '2026' o'clock'"},
		{summer, "yyyy年MM月é", "2026年06月é"},
		{summer, "[yyyy/MM/dd] {}~_1,", "[2026/06/21] {}~_1,"},
	} {
		got, err := timeexpr.FormatSimpleDate(c.at, c.pattern)
		require.NoError(t, err, c.pattern)
		assert.Equal(t, c.want, got, c.pattern)
	}
}

func mustLoad(t *testing.T, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestFormatSimpleDateRefuses(t *testing.T) {
	for pattern, want := range map[string]string{
		"b":                      "Illegal pattern character 'b'",
		"yyyy-MM-ddTHH":          "Illegal pattern character 'T'",
		"x":                      "Illegal pattern character 'x'",
		"XXXX":                   "invalid ISO 8601 format: length=4",
		"'abc":                   "Unterminated quote",
		"'":                      "Unterminated quote",
		"yyyy'":                  "Unterminated quote",
		"'''":                    "Unterminated quote",
		"Y":                      "date format letter 'Y' depends on the machine's locale and is not supported; use y, M, d or D",
		"w":                      "date format letter 'w' depends on the machine's locale and is not supported; use y, M, d or D",
		strings.Repeat("d", 101): "date format has 101 letters 'd' in a row; at most 100 are understood",
	} {
		got, err := timeexpr.FormatSimpleDate(time.Unix(0, 0), pattern)
		assert.EqualError(t, err, want, pattern)
		assert.Empty(t, got)
	}
}

func FuzzFormatSimpleDate(f *testing.F) {
	for _, seed := range []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "''", "'a''b'", "EEEE zzzz", "\xff'é'"} {
		f.Add(int64(1773041415123), seed)
	}
	f.Fuzz(func(t *testing.T, ms int64, pattern string) {
		at := time.UnixMilli(ms % 2e13).UTC()
		got, err := timeexpr.FormatSimpleDate(at, pattern)
		if err == nil && len(got) > 100*len(pattern) {
			t.Fatalf("%d bytes of a pattern of %d", len(got), len(pattern))
		}
		// A text in quotes is itself, unless two quotes meet where it begins: they are a quote.
		if pattern == "" || pattern[0] == '\'' {
			return
		}
		quoted := "'" + strings.ReplaceAll(pattern, "'", "''") + "'"
		if got, err := timeexpr.FormatSimpleDate(at, quoted); err != nil || got != pattern {
			t.Fatalf("%q quoted is %q, %v", pattern, got, err)
		}
	})
}

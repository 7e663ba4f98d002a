package timeexpr_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/timeexpr"
)

// New year in UTC, still the old year in California.
var newYear = time.Date(2016, 1, 1, 0, 0, 0, 123e6, time.UTC)

func TestLogicalStartTime(t *testing.T) {
	const full = "yyyy-MM-dd'T'HH:mm:ss"
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "1451606400123"},
		{[]string{""}, "1451606400123"},
		{[]string{"yyyy-MM-dd"}, "2016-01-01"},
		{[]string{full, "1d"}, "2015-12-31T00:00:00"},
		{[]string{full, "-1d"}, "2016-01-02T00:00:00"},
		{[]string{full, "+1d"}, "2015-12-31T00:00:00"},
		{[]string{full, "0s"}, "2016-01-01T00:00:00"},
		{[]string{full, "1d-4h+30m"}, "2015-12-31T03:30:00"},
		{[]string{full, "-4h-30m+1S"}, "2016-01-01T04:29:59"},
		{[]string{full, "  1D -\t4H  "}, "2015-12-31T04:00:00"},
		{[]string{full, "runtime"}, "1970-01-01T00:00:00"},
		{[]string{full, "runtime - 1d"}, "1970-01-02T00:00:00"},
		{[]string{full, "1d+runtime"}, "1969-12-31T00:00:00"},
		{[]string{full, "1d-runtime"}, "2061-12-30T00:00:00"},
		{[]string{full + "Z", "0s", "America/Los_Angeles"}, "2015-12-31T16:00:00-0800"},
		{[]string{full + "Z", "0s", " PST "}, "2015-12-31T16:00:00-0800"},
		{[]string{full + "z", "0s", "GMT+5:30"}, "2016-01-01T05:30:00GMT+05:30"},
		{[]string{full + "z", "0s", "GMT-1130"}, "2015-12-31T12:30:00GMT-11:30"},
		{[]string{full + "z", "0s", "GMT+5"}, "2016-01-01T05:00:00GMT+05:00"},
		{[]string{full + "z", "0s", "GMT+530"}, "2016-01-01T05:30:00GMT+05:30"},
		{[]string{"HHz zzzz", "0s", "GMT-0"}, "00GMT-00:00 GMT-00:00"},
		{[]string{"HHz", "0s", "UTC"}, "00UTC"},
		// Unknown zones are GMT, without a word.
		{[]string{"HHz", "0s", ""}, "00GMT"},
		{[]string{"HHz", "0s", "Mars/Olympus"}, "00GMT"},
		{[]string{"HHz", "0s", "UTC+5"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT+5:3"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT+24"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT+-5"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT+"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT5"}, "00GMT"},
		{[]string{"HHz", "0s", "GMT+12345"}, "00GMT"},
		{[]string{"HHz", "0s", "Local"}, "00GMT"},
		{[]string{"HHz", "0s", "../etc/passwd"}, "00GMT"},
		{[]string{"HHz zzzz", "0s", "Asia/Kathmandu"}, "05GMT+05:45 GMT+05:45"},
		{[]string{"HHz zzzz", "0s", "America/Sao_Paulo"}, "22GMT-02:00 GMT-02:00"},
	} {
		got, err := timeexpr.LogicalStartTime(newYear, c.args)
		require.NoError(t, err, "%q", c.args)
		assert.Equal(t, c.want, got, "%q", c.args)
	}
}

func TestLogicalStartTimeErrors(t *testing.T) {
	const how = "; write terms such as 30s, 15m, 4h, 1d or runtime, joined by + or -"
	unit := func(offset, term string) string {
		return `offset "` + offset + `": "` + term + `" is not a number with one of the units s, m, h, d` + how
	}
	whole := func(offset, term string) string {
		return `offset "` + offset + `": "` + term + `" is not a whole number of seconds, minutes, hours or days` + how
	}
	for offset, want := range map[string]string{
		"":                            `offset "": it is empty` + how,
		"5":                           unit("5", "5"),
		"1w":                          unit("1w", "1w"),
		"1dd":                         unit("1dd", "1dd"),
		"Runtime":                     unit("Runtime", "Runtime"),
		"-runtime":                    unit("-runtime", "runtime"),
		"d":                           whole("d", "d"),
		"1.5h":                        whole("1.5h", "1.5h"),
		"1 d":                         whole("1 d", "1 d"),
		"- 1d":                        whole("- 1d", " 1d"),
		"0x1d":                        whole("0x1d", "0x1d"),
		"1d+":                         `offset "1d+": a term is missing` + how,
		"--1d":                        `offset "--1d": a term is missing` + how,
		"1d+-4h":                      `offset "1d+-4h": a term is missing` + how,
		"-":                           `offset "-": a term is missing` + how,
		"99999999999999999d":          `offset "99999999999999999d": "99999999999999999d" is too long a time` + how,
		"99999999999999999999s":       `offset "99999999999999999999s": "99999999999999999999s" is too long a time` + how,
		"106751991167d+106751991167d": "the offset leads outside the years 1 to 9999",
		"-3650000d":                   "the offset leads outside the years 1 to 9999",
		"3650000d":                    "the offset leads outside the years 1 to 9999",
	} {
		_, err := timeexpr.LogicalStartTime(newYear, []string{"yyyy", offset})
		assert.EqualError(t, err, want, "%q", offset)
	}
	_, err := timeexpr.LogicalStartTime(newYear, []string{"EEE", " d MMM", "1d", "UTC"})
	assert.EqualError(t, err, "runtime macro supports at most 3 arguments - format, offset, and timezone. Formats containing a comma are not supported.")
	_, err = timeexpr.LogicalStartTime(newYear, []string{"bad"})
	assert.EqualError(t, err, "Illegal pattern character 'b'")
}

// An offset moves by as much as it says, and its opposite back.
func TestLogicalStartTimeOffsetsAreSubtracted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.StringMatching(`[0-9]{1,4}[smhd]`).Draw(t, "offset")
		length, err := time.ParseDuration(offset[:len(offset)-1] + map[byte]string{'s': "s", 'm': "m", 'h': "h", 'd': "h"}[offset[len(offset)-1]])
		require.NoError(t, err)
		if offset[len(offset)-1] == 'd' {
			length *= 24
		}
		for sign, want := range map[string]time.Time{"": newYear.Add(-length), "-": newYear.Add(length), "1h-1h+": newYear.Add(-length)} {
			got, err := timeexpr.LogicalStartTime(newYear, []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", sign + offset})
			require.NoError(t, err)
			assert.Equal(t, want.Format("2006-01-02T15:04:05.000Z07:00"), got)
		}
	})
}

func FuzzLogicalStartTime(f *testing.F) {
	f.Add("yyyy", "1d-4h", "PST")
	f.Add("z", "runtime+runtime", "GMT+12:34")
	f.Fuzz(func(t *testing.T, format, offset, zone string) {
		first, err := timeexpr.LogicalStartTime(newYear, []string{format, offset, zone})
		second, again := timeexpr.LogicalStartTime(newYear, []string{format, offset, zone})
		if first != second || (err == nil) != (again == nil) {
			t.Fatal("not the same twice")
		}
	})
}

package graphtest

import (
	"strconv"
	"strings"
	"time"
)

// instantLayouts are the datetimes accepted beside unix seconds (facts §3.1). Those without a zone are
// Pacific.
var instantLayouts = []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

func parseInstant(name, text string, now time.Time) (int64, *Error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	for _, layout := range instantLayouts {
		if t, err := time.ParseInLocation(layout, text, Pacific); err == nil {
			return t.Unix(), nil
		}
	}
	if t, ok := relativeInstant(text, now.In(Pacific)); ok {
		return t.Unix(), nil
	}
	return 0, badParameter("param %s must be a valid datetime or unix timestamp", name)
}

// relativeInstant reads the plainest of strtotime's relative texts (facts §7.4): now, today, yesterday, tomorrow,
// "5 days ago", "-2 weeks", "last month". The API knows many more; who sends those here gets an error rather
// than a wrong day.
func relativeInstant(text string, now time.Time) (time.Time, bool) {
	year, month, day := now.Date()
	midnight := func(days int) time.Time { return time.Date(year, month, day+days, 0, 0, 0, 0, Pacific) }
	words := strings.Fields(strings.ToLower(text))
	switch strings.Join(words, " ") {
	case "now":
		return now, true
	case "today":
		return midnight(0), true
	case "yesterday":
		return midnight(-1), true
	case "tomorrow":
		return midnight(1), true
	}
	sign := 1
	if n := len(words); n == 3 && words[2] == "ago" {
		sign, words = -1, words[:2]
	}
	if len(words) != 2 {
		return time.Time{}, false
	}
	n, err := strconv.Atoi(words[0])
	switch {
	case words[0] == "last" && sign == 1:
		n = -1
	case words[0] == "next" && sign == 1:
		n = 1
	case err != nil || n < -100_000 || n > 100_000:
		return time.Time{}, false
	}
	return shift(now, n*sign, strings.TrimSuffix(words[1], "s"))
}

func shift(t time.Time, n int, unit string) (time.Time, bool) {
	switch unit {
	case "second", "sec":
		return t.Add(time.Duration(n) * time.Second), true
	case "minute", "min":
		return t.Add(time.Duration(n) * time.Minute), true
	case "hour":
		return t.Add(time.Duration(n) * time.Hour), true
	case "day":
		return t.AddDate(0, 0, n), true
	case "week":
		return t.AddDate(0, 0, 7*n), true
	case "month":
		return t.AddDate(0, n, 0), true
	case "year":
		return t.AddDate(n, 0, 0), true
	}
	return time.Time{}, false
}

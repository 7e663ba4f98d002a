package graphtest_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// TestInstants: the forms of since and until that are understood, by the posts that they cut off (facts §7.4).
func TestInstants(t *testing.T) {
	w := graphtest.NewWorld(30, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.FirstPost, a.LastPost = 400, noon.Add(-500*24*time.Hour), noon
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, graphtest.Pacific)
	for text, want := range map[string]time.Time{
		"now": noon, "today": midnight, "Yesterday": midnight.AddDate(0, 0, -1), "tomorrow": midnight.AddDate(0, 0, 1),
		"14 days ago": noon.AddDate(0, 0, -14), "1 day ago": noon.AddDate(0, 0, -1), "-3 weeks": noon.AddDate(0, 0, -21),
		"last month": noon.AddDate(0, -1, 0), "1 year ago": noon.AddDate(-1, 0, 0), "36 hours ago": noon.Add(-36 * time.Hour),
		"90 minutes ago": noon.Add(-90 * time.Minute), "5400 seconds ago": noon.Add(-90 * time.Minute),
		"2026-11-01": time.Date(2026, 11, 1, 0, 0, 0, 0, graphtest.Pacific), "2026-10-01T12:00:00+0000": time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC),
	} {
		count := 0
		for _, m := range w.Media(account) {
			if !m.Timestamp.Before(want) {
				count++
			}
		}
		var got edge
		decode(t, p.get("/"+account+"/media", "since", text, "limit", "0", "summary", "true").body, &got)
		assert.Equal(t, `{"total_count":`+strconv.Itoa(count)+`}`, string(got.Summary), text)
		var root object
		decode(t, p.get("/"+account, "fields", "media.limit(0).summary(true).since("+text+")").body, &root)
		assert.Equal(t, `{"total_count":`+strconv.Itoa(count)+`}`, string(root.Media.Summary), text)
	}
	for _, text := range []string{"soon", "ago", "days ago", "x days ago", "last last", "1 fortnight", "last day ago", "999999 days ago"} {
		assert.Equal(t, 400, p.get("/"+account+"/media", "since", text).status, text)
	}
}

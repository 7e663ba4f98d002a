package graphtest_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

const notKept = "(#100) since param is not valid. Metrics data is available for the last 2 years"

// TestRetention: 729 days back are answered, 730 are not, and what is to come is not either.
func TestRetention(t *testing.T) {
	const day = 24 * time.Hour
	series := []string{"metric", "reach", "period", "day"}
	total := []string{"metric", "likes", "period", "day", "metric_type", "total_value"}
	at := func(back time.Duration) []string {
		since := noon.Add(-back)
		return []string{"since", fmt.Sprint(since.Unix()), "until", fmt.Sprint(since.Add(day).Unix())}
	}
	for name, c := range map[string]struct {
		kept   []graphtest.WorldOption
		params []string
		want   string // the message; "" is an answer
	}{
		"729 days":                    {nil, append(at(729*day), series...), ""},
		"a second less than 730 days": {nil, append(at(730*day-time.Second), series...), ""},
		"730 days":                    {nil, append(at(730*day), series...), notKept},
		"a total":                     {nil, append(at(730*day), total...), notKept},
		"a total of 729 days back":    {nil, append(at(729*day), total...), ""},
		"a date":                      {nil, append([]string{"since", "2024-11-22", "until", "2024-11-25"}, series...), notKept},
		"the next date":               {nil, append([]string{"since", "2024-11-23", "until", "2024-11-25"}, series...), ""},
		"a relative date":             {nil, append([]string{"since", "730 days ago", "until", "729 days ago"}, series...), notKept},
		"until alone":                 {nil, append([]string{"until", fmt.Sprint(noon.Add(-729 * day).Unix())}, series...), notKept},
		"since alone":                 {nil, append([]string{"since", "2022-01-01"}, series...), notKept},
		"reversed":                    {nil, append([]string{"since", "2022-01-01", "until", "2021-01-01"}, series...), notKept},
		"follower_count":              {nil, append(at(731*day), "metric", "follower_count", "period", "day"), notKept},
		"online_followers":            {nil, append(at(731*day), "metric", "online_followers", "period", "lifetime"), notKept},
		"a week":                      {nil, append(at(731*day), "metric", "reach", "period", "week"), notKept},
		"demographics know no dates":  {nil, append(at(900*day), "metric", "follower_demographics", "period", "lifetime", "metric_type", "total_value", "breakdown", "age"), ""},
		"an unknown metric first":     {nil, append(at(900*day), "metric", "replies", "period", "week"), "(#100) The following periods (week) are incompatible with the metric (replies)"},
		"now":                         {nil, append(at(0), series...), ""},
		"a second from now":           {nil, append(at(-time.Second), series...), notKept},
		"tomorrow":                    {nil, append([]string{"since", "2026-11-23", "until", "2026-11-24"}, total...), notKept},
		"a future that nothing lifts": {[]graphtest.WorldOption{graphtest.WithRetention(0)}, append(at(-day), series...), notKept},
		"kept for ever":               {[]graphtest.WorldOption{graphtest.WithRetention(0)}, append(at(9000*day), series...), ""},
		"kept for 90 days":            {[]graphtest.WorldOption{graphtest.WithRetention(90 * day)}, append(at(90*day), series...), notKept},
		"89 of 90 days":               {[]graphtest.WorldOption{graphtest.WithRetention(90 * day)}, append(at(89*day), series...), ""},
	} {
		for _, host := range []graphtest.Host{graphtest.Facebook, graphtest.Instagram} {
			t.Run(name+"/"+host.String(), func(t *testing.T) {
				w := graphtest.NewWorld(1, append(c.kept, graphtest.WithNow(noon), graphtest.WithAccounts(1))...)
				got := newProbe(t, w, graphtest.WithHost(host)).get("/v25.0/"+w.AccountIDs()[0]+"/insights", c.params...)
				if c.want == "" {
					assert.Equal(t, 200, got.status, got.body)
					return
				}
				assert.Equal(t, 400, got.status)
				e := got.graphError(t).Error
				assert.Equal(t, c.want, e.Message)
				assert.Equal(t, 100, e.Code)
				assert.Zero(t, e.Subcode)
			})
		}
	}
}

// TestRetentionByTheClock: what is kept moves on with the World's clock.
func TestRetentionByTheClock(t *testing.T) {
	for now, status := range map[time.Time]int{noon: 200, noon.Add(time.Second): 400} {
		w := graphtest.NewWorld(1, graphtest.WithNow(now), graphtest.WithAccounts(1))
		since := noon.Add(-730*24*time.Hour + time.Second).Unix()
		got := newProbe(t, w).get("/"+w.AccountIDs()[0]+"/insights", "metric", "reach", "period", "day",
			"since", strconv.FormatInt(since, 10), "until", strconv.FormatInt(since+86400, 10))
		assert.Equal(t, status, got.status, got.body)
	}
}

// TestRetentionWhereverInsightsAreAsked: an item of a batch fails alone, and what is asked inside the fields of an
// account fails the account.
func TestRetentionWhereverInsightsAreAsked(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(2))
	p := newProbe(t, w)
	ids := w.AccountIDs()
	inside := "username,insights.metric(reach).period(day).since(2024-11-%s).until(2024-12-01)"
	items := batchItems(t, p.post("/", "batch", batchOf(
		ids[0]+"/insights?metric=reach&period=day&since=2024-11-22&until=2024-12-01",
		ids[0]+"/insights?metric=reach&period=day&since=2024-11-23&until=2024-12-01",
		ids[1]+"?fields="+fmt.Sprintf(inside, "22"),
		ids[1]+"?fields="+fmt.Sprintf(inside, "23"),
	)))
	require.Len(t, items, 4)
	for i, want := range []int{400, 200, 400, 200} {
		assert.Equal(t, want, items[i].Code, items[i].Body)
	}
	assert.Equal(t, notKept, answer{body: items[2].Body}.graphError(t).Error.Message)

	for since, want := range map[string]int{"22": 400, "23": 200} {
		got := p.get("/", "ids", ids[0]+","+ids[1], "fields", fmt.Sprintf(inside, since))
		assert.Equal(t, want, got.status, got.body)
		got = p.get("/me/accounts", "fields", "instagram_business_account{"+fmt.Sprintf(inside, since)+"}")
		assert.Equal(t, want, got.status, got.body)
	}
}

package graphtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

var (
	additive = []string{"views", "likes", "comments", "saves", "shares", "total_interactions", "replies", "reposts", "profile_links_taps", "profile_views", "website_clicks"}
	unique   = []string{"reach", "accounts_engaged"}
	dims     = map[string][][]string{
		"views":              {{"follow_type"}, {"media_product_type"}, {"media_product_type", "follow_type"}, {"follow_type", "media_product_type"}},
		"reach":              {{"follow_type"}, {"media_product_type"}, {"media_product_type", "follow_type"}},
		"likes":              {{"media_product_type"}},
		"total_interactions": {{"media_product_type"}},
		"profile_links_taps": {{"contact_button_type"}},
	}
)

// drawWorld makes a World of one account of any size.
func drawWorld(t *rapid.T) (*graphtest.World, string) {
	size := rapid.Int64Range(0, 5_000_000_000).Draw(t, "followers")
	w := graphtest.NewWorld(rapid.Uint64().Draw(t, "seed"), graphtest.WithNow(noon),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = size }))
	return w, w.AccountIDs()[0]
}

func TestTuplesSumToTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, account := drawWorld(t)
		to := w.Today() - graphtest.Day(rapid.IntRange(0, 60).Draw(t, "to"))
		from := to - graphtest.Day(rapid.IntRange(0, 30).Draw(t, "days"))
		for metric, choices := range dims {
			if metric == "reach" {
				to = from // people are only the sum of their tuples on one day
			}
			want, ok := w.Total(account, metric, from, to)
			assert.True(t, ok)
			for _, by := range choices {
				tuples, ok := w.Tuples(account, metric, from, to, by...)
				assert.True(t, ok)
				var sum int64
				for _, one := range tuples {
					assert.Len(t, one.Dimensions, len(by))
					assert.Positive(t, one.Value)
					sum += one.Value
				}
				assert.Equal(t, want, sum, "%s by %v", metric, by)
			}
		}
	})
}

func TestTotalsOfDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, account := drawWorld(t)
		to := w.Today() - graphtest.Day(rapid.IntRange(0, 60).Draw(t, "to"))
		from := to - graphtest.Day(rapid.IntRange(0, 30).Draw(t, "days"))
		sumAndMax := func(metric string) (sum, highest int64) {
			for day := from; day <= to; day++ {
				v, ok := w.Daily(account, metric, day)
				assert.True(t, ok)
				assert.GreaterOrEqual(t, v, int64(0))
				sum, highest = sum+v, max(highest, v)
			}
			return sum, highest
		}
		for _, metric := range additive {
			sum, _ := sumAndMax(metric)
			total, _ := w.Total(account, metric, from, to)
			assert.Equal(t, sum, total, metric)
		}
		for _, metric := range unique {
			sum, highest := sumAndMax(metric)
			total, _ := w.Total(account, metric, from, to)
			assert.LessOrEqual(t, total, sum, metric)
			assert.GreaterOrEqual(t, total, highest, metric)
			if from == to {
				assert.Equal(t, sum, total, metric)
			}
		}
	})
}

func TestWorldDependsOnNothingButItsSeed(t *testing.T) {
	read := func(seed uint64) []int64 {
		w := graphtest.NewWorld(seed, graphtest.WithNow(noon))
		var out []int64
		for _, id := range w.AccountIDs() {
			for _, m := range append(additive, unique...) {
				v, _ := w.Daily(id, m, w.Today()-3)
				out = append(out, v)
			}
		}
		return out
	}
	assert.Equal(t, read(1), read(1))
	assert.NotEqual(t, read(1), read(2))
	assert.Len(t, graphtest.NewWorld(1).Accounts(), 3)
}

func TestFollowsAreFollowerCount(t *testing.T) {
	w := graphtest.NewWorld(3, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	account, day := w.AccountIDs()[0], w.Today()-4
	gained, ok := w.Daily(account, "follower_count", day)
	assert.True(t, ok)
	tuples, ok := w.Tuples(account, "follows_and_unfollows", day, day, "follow_type")
	assert.True(t, ok)
	assert.Equal(t, "FOLLOWER", tuples[0].Dimensions[0])
	assert.Equal(t, gained, tuples[0].Value)
	assert.Equal(t, "NON_FOLLOWER", tuples[1].Dimensions[0])
	assert.Len(t, tuples, 2)
}

func TestWhereTheAPIGivesNothing(t *testing.T) {
	w := graphtest.NewWorld(5, graphtest.WithNow(noon), graphtest.WithHistory(100),
		graphtest.WithAccount(func(a *graphtest.Account) {
			a.Absent = []string{"likes"}
			a.WithoutData = []graphtest.Day{graphtest.Date(2026, 11, 10)}
			a.PendingFollows = 1
		}),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = 99 }))
	a, small := w.AccountIDs()[0], w.AccountIDs()[1]
	today := w.Today()
	for _, c := range []struct {
		account, metric string
		day             graphtest.Day
		want            bool
	}{
		{a, "reach", today, true},
		{a, "reach", today + 1, false},
		{a, "reach", today - 100, true},
		{a, "reach", today - 101, false},
		{a, "reach", graphtest.Date(2026, 11, 10), false},
		{a, "likes", today - 1, false},
		{a, "follower_count", today, false},
		{a, "follower_count", today - 1, true},
		{a, "follower_count", today - 30, true},
		{a, "follower_count", today - 31, false},
		{small, "follower_count", today - 1, false},
		{small, "reach", today - 1, true},
		{a, "impressions", today, false},
		{a, "threads_views", today, false},
		{a, "follower_demographics", today, false},
		{"17841400000000000", "reach", today, false},
	} {
		_, ok := w.Daily(c.account, c.metric, c.day)
		assert.Equal(t, c.want, ok, "%s on %s", c.metric, c.day)
	}
	// days without data count nothing in a total
	with, _ := w.Total(a, "views", graphtest.Date(2026, 11, 9), graphtest.Date(2026, 11, 11))
	first, _ := w.Daily(a, "views", graphtest.Date(2026, 11, 9))
	last, _ := w.Daily(a, "views", graphtest.Date(2026, 11, 11))
	assert.Equal(t, first+last, with)
	// not yet published is an answer without tuples
	tuples, ok := w.Tuples(a, "follows_and_unfollows", today-1, today, "follow_type")
	assert.True(t, ok)
	assert.Empty(t, tuples)
	tuples, _ = w.Tuples(a, "follows_and_unfollows", today-2, today, "follow_type")
	assert.Len(t, tuples, 2)
	_, ok = w.Tuples(a, "reach", today, today, "age")
	assert.False(t, ok)
}

func TestTodayGrows(t *testing.T) {
	c := clock.NewFake(graphtest.Date(2026, 11, 22).Start())
	w := graphtest.NewWorld(1, graphtest.WithClock(c), graphtest.WithAccounts(1))
	today := w.Today()
	var seen []int64
	for range 4 {
		v, ok := w.Daily(w.AccountIDs()[0], "views", today)
		assert.True(t, ok)
		seen = append(seen, v)
		c.Advance(8 * time.Hour)
	}
	assert.Zero(t, seen[0])
	assert.Less(t, seen[0], seen[1])
	assert.Less(t, seen[1], seen[2])
	assert.Less(t, seen[2], seen[3])
	assert.Equal(t, today+1, w.Today())
}

func TestDemographics(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Followers = 50 }))
	account := w.AccountIDs()[0]
	for _, by := range [][]string{{"city"}, {"country"}, {"age", "country"}, {"age", "city", "country", "gender"}} {
		tuples, ok := w.Demographics(account, "follower_demographics", "this_month", by...)
		assert.True(t, ok)
		assert.Len(t, tuples, 45, by)
		seen := map[string]bool{}
		for i, one := range tuples {
			seen[strings.Join(one.Dimensions, "|")] = true
			if i > 0 {
				assert.LessOrEqual(t, one.Value, tuples[i-1].Value)
			}
		}
		assert.Len(t, seen, 45)
	}
	ages, _ := w.Demographics(account, "follower_demographics", "", "age")
	assert.Len(t, ages, 7)
	week, _ := w.Demographics(account, "engaged_audience_demographics", "this_week", "age")
	month, _ := w.Demographics(account, "engaged_audience_demographics", "this_month", "age")
	assert.Less(t, week[0].Value, month[0].Value)
	for _, ok := range []bool{
		second(w.Demographics(account, "engaged_audience_demographics", "last_14_days", "age")),
		second(w.Demographics(account, "follower_demographics", "this_month", "follow_type")),
		second(w.Demographics(account, "follower_demographics", "this_month")),
		second(w.Demographics(account, "reach", "this_month", "age")),
		second(w.Demographics(w.AccountIDs()[1], "follower_demographics", "this_month", "age")),
	} {
		assert.False(t, ok)
	}
}

func second[T any](_ T, ok bool) bool { return ok }

func TestOnlineFollowers(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Followers, a.EmptyOnline = 150, []graphtest.Day{graphtest.Date(2026, 11, 20)}
	}))
	account := w.AccountIDs()[0]
	full, ok := w.OnlineFollowers(account, graphtest.Date(2026, 11, 19))
	assert.True(t, ok)
	assert.NotEmpty(t, full)
	assert.Less(t, len(full), 24, "sparse for a small account")
	empty, ok := w.OnlineFollowers(account, graphtest.Date(2026, 11, 20))
	assert.True(t, ok)
	assert.Empty(t, empty)
	assert.False(t, second(w.OnlineFollowers(account, w.Today())))
	assert.False(t, second(w.OnlineFollowers(account, w.Today()-31)))
	assert.False(t, second(w.OnlineFollowers("nobody", w.Today()-1)))
}

func TestRolling(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	account, day := w.AccountIDs()[0], w.Today()-1
	week, ok := w.Rolling(account, "reach", day, 7)
	assert.True(t, ok)
	total, _ := w.Total(account, "reach", day-6, day)
	assert.Equal(t, total, week)
	assert.False(t, second(w.Rolling(account, "views", day, 7)))
}

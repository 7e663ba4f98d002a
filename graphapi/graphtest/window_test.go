package graphtest_test

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// TestReadings asks for 5 to 8 November 2026, midnight to midnight, under every reading.
func TestReadings(t *testing.T) {
	days := func(list ...int) []graphtest.Day {
		var out []graphtest.Day
		for _, d := range list {
			out = append(out, graphtest.Date(2026, 11, d))
		}
		return out
	}
	want := map[string]struct {
		points   []graphtest.Day
		from, to int // what a total covers
	}{
		"end_time in [since, until]":  {days(4, 5, 6, 7), 5, 8},
		"end_time in [since, until)":  {days(4, 5, 6), 5, 7},
		"end_time in (since, until]":  {days(5, 6, 7), 5, 8},
		"end_time in (since, until)":  {days(5, 6), 5, 7},
		"day start in [since, until]": {days(5, 6, 7, 8), 5, 8},
		"day start in [since, until)": {days(5, 6, 7), 5, 7},
	}
	require.Len(t, graphtest.Readings(), len(want))
	for _, reading := range graphtest.Readings() {
		t.Run(reading.String(), func(t *testing.T) {
			w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1))
			p := newProbe(t, w, graphtest.WithReading(reading))
			account, want := w.AccountIDs()[0], want[reading.String()]
			window := []string{"since", "2026-11-05", "until", "2026-11-08"}
			series := p.get("/"+account+"/insights", append(window, "metric", "reach", "period", "day")...).entries(t)[0]
			var got []graphtest.Day
			for _, v := range series.Values {
				end, err := time.Parse("2006-01-02T15:04:05-0700", v.EndTime)
				require.NoError(t, err)
				day := graphtest.DayOf(end) - 1
				value, _ := w.Daily(account, "reach", day)
				assert.Equal(t, strconv.FormatInt(value, 10), string(v.Value))
				got = append(got, day)
			}
			assert.Equal(t, want.points, got)
			total := p.get("/"+account+"/insights", append(window, "metric", "likes", "period", "day", "metric_type", "total_value")...).entries(t)[0]
			value, _ := w.Total(account, "likes", graphtest.Date(2026, 11, want.from), graphtest.Date(2026, 11, want.to))
			assert.Equal(t, value, *total.Total.Value)
		})
	}
}

// TestTotalOfOneDay is how a client asks for one day: until a second before midnight, right under every
// reading.
func TestTotalOfOneDay(t *testing.T) {
	for _, reading := range graphtest.Readings() {
		w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1))
		p := newProbe(t, w, graphtest.WithReading(reading))
		account := w.AccountIDs()[0]
		for _, day := range []graphtest.Day{graphtest.Date(2026, 11, 1), graphtest.Date(2026, 11, 2), graphtest.Date(2026, 3, 8)} {
			got := p.get("/"+account+"/insights", "metric", "views", "period", "day", "metric_type", "total_value",
				"since", strconv.FormatInt(day.Start().Unix(), 10), "until", strconv.FormatInt(day.End().Unix()-1, 10)).entries(t)[0]
			want, _ := w.Daily(account, "views", day)
			assert.Equal(t, want, *got.Total.Value, "%s, %s", day, reading)
		}
	}
}

func TestOneEdgeAlone(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	p := newProbe(t, w)
	path := "/" + w.AccountIDs()[0] + "/insights"
	since := p.get(path, "metric", "reach", "period", "day", "since", "2026-11-20").entries(t)[0]
	assert.Len(t, since.Values, 3) // ends of the 19th, 20th and 21st
	until := p.get(path, "metric", "reach", "period", "day", "until", "2026-11-20").entries(t)[0]
	assert.Len(t, until.Values, 2)
	tooLong := p.get(path, "metric", "reach", "period", "day", "since", "2026-10-01")
	assert.Equal(t, 100, tooLong.graphError(t).Error.Code)
}

// TestPagingMovesTheWindow: next is not more rows but another window, without end, with the token in it
// (facts §3.3, §7.2); what it leads to is refused once it lies in the future.
func TestPagingMovesTheWindow(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(1))
	p := newProbe(t, w)
	got := p.get("/v24.0/"+w.AccountIDs()[0]+"/insights", "metric", "reach", "period", "day", "since", "1795100000", "until", "1795200000")
	p.token = "" // the links carry it
	for i := range 3 {
		require.Equal(t, 200, got.status, got.body)
		var page struct {
			Paging struct{ Previous, Next string }
		}
		decode(t, got.body, &page)
		links := map[string][2]int64{page.Paging.Previous: {int64(i - 1), int64(i)}, page.Paging.Next: {int64(i + 1), int64(i + 2)}}
		for text, at := range links {
			link, err := url.Parse(text)
			require.NoError(t, err)
			q := link.Query()
			assert.Equal(t, w.Token(graphtest.Facebook), q.Get("access_token"))
			assert.Equal(t, "/v24.0/"+w.AccountIDs()[0]+"/insights", link.Path)
			assert.Equal(t, strconv.FormatInt(1795100000+100000*at[0], 10), q.Get("since"))
			assert.Equal(t, strconv.FormatInt(1795100000+100000*at[1], 10), q.Get("until"))
		}
		next, err := url.Parse(page.Paging.Next)
		require.NoError(t, err)
		got = p.get(next.RequestURI())
	}
	assert.Equal(t, 400, got.status, "the future is refused")
	assert.Equal(t, notKept, got.graphError(t).Error.Message)
}

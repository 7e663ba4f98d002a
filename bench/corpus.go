package main

import (
	"math/rand/v2"
	"strconv"
	"time"
)

const seed = 42

// apiTime is how the Graph API writes a time.
const apiTime = "2006-01-02T15:04:05-0700"

type metricText struct{ name, title, description string }

var mediaMetrics = []metricText{
	{"reach", "Accounts reached", "The number of unique accounts that have seen this post at least once."},
	{"views", "Views", "The number of times this post was played or displayed."},
	{"likes", "Likes", "The number of likes on this post."},
	{"comments", "Comments", "The number of comments on this post."},
	{"saved", "Saves", "The number of times this post was saved."},
	{"shares", "Shares", "The number of times this post was shared."},
}

// mediaPages returns n pages of 100 posts with their comments and insights, as field expansion brings them.
func mediaPages(n int) [][]byte {
	r := rand.New(rand.NewPCG(seed, 1))
	at := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	id := int64(17_900_000_000_000_000)
	next := func() string {
		id += 1 + r.Int64N(1_000_000_000)
		return strconv.FormatInt(id, 10)
	}
	pages := make([][]byte, n)
	for p := range pages {
		var w writer
		w.raw(`{"data":[`)
		for i := range 100 {
			if i > 0 {
				w.raw(",")
			}
			at = at.Add(-time.Duration(r.IntN(7200)) * time.Second)
			post(&w, r, at, next)
		}
		w.raw(`],"paging":{"cursors":{"before":"QVFIbefore","after":"QVFIafter"},"next":"https:\/\/graph.example\/v25.0\/17841400000000000\/media?limit=100&after=QVFIafter"}}`)
		pages[p] = w.b
	}
	return pages
}

func post(w *writer, r *rand.Rand, at time.Time, next func() string) {
	id := next()
	comments := r.IntN(21)
	w.raw("{")
	w.field("id")
	w.string(id)
	if r.IntN(20) > 0 { // an empty caption is left out
		w.field("caption")
		w.string(prose(r, 50, 600))
	}
	w.field("media_type")
	w.string([]string{"IMAGE", "VIDEO", "CAROUSEL_ALBUM"}[r.IntN(3)])
	w.field("media_product_type")
	w.string([]string{"FEED", "REELS"}[r.IntN(2)])
	w.field("permalink")
	w.string("https://www.instagram.com/p/C" + strconv.FormatInt(r.Int64N(1<<50), 36) + "/")
	w.field("timestamp")
	w.string(at.Format(apiTime))
	if r.IntN(30) > 0 { // hidden likes are left out
		w.field("like_count")
		w.int(r.Int64N(100_000))
	}
	w.field("comments_count")
	w.int(int64(comments))
	if comments > 0 {
		w.field("comments")
		w.raw(`{"data":[`)
		for c := range comments {
			if c > 0 {
				w.raw(",")
			}
			w.raw("{")
			w.field("id")
			w.string(next())
			w.field("text")
			w.string(prose(r, 5, 120))
			w.field("username")
			w.string("user." + strconv.FormatInt(r.Int64N(1<<30), 36))
			w.field("timestamp")
			w.string(at.Add(time.Duration(r.IntN(1_000_000)) * time.Second).Format(apiTime))
			w.field("like_count")
			w.int(r.Int64N(300))
			w.raw("}")
		}
		w.raw(`],"paging":{"cursors":{"before":"QVFIb","after":"QVFIa"}}}`)
	}
	w.field("insights")
	w.raw(`{"data":[`)
	for m, metric := range mediaMetrics {
		if m > 0 {
			w.raw(",")
		}
		insight(w, metric, id, "lifetime", func() {
			w.field("values")
			w.raw(`[{"value":`)
			w.int(r.Int64N(1_000_000))
			w.raw(`}]`)
		})
	}
	w.raw("]}}")
}

// insight writes an entry of an insights answer; value writes its values or total.
func insight(w *writer, m metricText, object, period string, value func()) {
	w.raw("{")
	w.field("name")
	w.string(m.name)
	w.field("period")
	w.string(period)
	value()
	w.field("title")
	w.string(m.title)
	w.field("description")
	w.string(m.description)
	w.field("id")
	w.string(object + "/insights/" + m.name + "/" + period)
	w.raw("}")
}

var (
	seriesMetrics = []metricText{
		{"reach", "Accounts reached", "The number of unique accounts that have seen your content, at least once, including in ads."},
		{"follower_count", "Follower count", "The total number of unique accounts following this profile."},
	}
	totalMetrics = []metricText{
		{"views", "Views", "The number of times your content was played or displayed."},
		{"accounts_engaged", "Accounts engaged", "The number of accounts that have interacted with your content."},
		{"total_interactions", "Total interactions", "The number of likes, saves, comments and shares on your content."},
		{"likes", "Likes", "The number of likes on your content."},
		{"comments", "Comments", "The number of comments on your content."},
		{"saves", "Saves", "The number of saves of your content."},
	}
)

// window is what one account's window of days is answered with: one time series of all its days, and for each day
// its totals.
type window struct {
	account string
	from    int // the first day, from 1970-01-01
	series  []byte
	totals  [][]byte
}

const windowDays = 28

// accountWindows returns n windows of accounts.
func accountWindows(n int, pacific *time.Location) []window {
	r := rand.New(rand.NewPCG(seed, 2))
	windows := make([]window, n)
	for i := range windows {
		v := window{account: strconv.Itoa(17_841_400_000_000_000 + i), from: 20_000 + 13*i}
		var w writer
		w.raw(`{"data":[`)
		for m, metric := range seriesMetrics {
			if m > 0 {
				w.raw(",")
			}
			insight(&w, metric, v.account, "day", func() {
				w.field("values")
				w.raw("[")
				for d := -1; d <= windowDays; d++ { // a day more on either side
					if d >= 0 {
						w.raw(",")
					}
					w.raw(`{"value":`)
					w.int(r.Int64N(100_000))
					w.raw(`,"end_time":`)
					w.string(time.Date(1970, 1, 1+v.from+d+1, 0, 0, 0, 0, pacific).UTC().Format(apiTime))
					w.raw("}")
				}
				w.raw("]")
			})
		}
		w.raw(`],"paging":{"previous":"https:\/\/graph.example\/p","next":"https:\/\/graph.example\/n"}}`)
		v.series = w.b
		for range windowDays {
			var w writer
			w.raw(`{"data":[`)
			for m, metric := range totalMetrics {
				if m > 0 {
					w.raw(",")
				}
				insight(&w, metric, v.account, "day", func() {
					w.field("total_value")
					w.raw(`{"value":`)
					w.int(r.Int64N(100_000))
					w.raw("}")
				})
			}
			w.raw(`],"paging":{"previous":"https:\/\/graph.example\/p","next":"https:\/\/graph.example\/n"}}`)
			v.totals = append(v.totals, w.b)
		}
		windows[i] = v
	}
	return windows
}

// size is the bytes of all answers of the window.
func (w window) size() int {
	n := len(w.series)
	for _, t := range w.totals {
		n += len(t)
	}
	return n
}

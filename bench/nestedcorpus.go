package main

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// nestedAccount is the account whose posts the nested pages hold.
const nestedAccount = "17841400000000000"

// edgePage is how many objects of a nested edge a page holds at most.
const edgePage = 50

// nestedPages returns n pages of 100 posts as a query of three levels gets them: with comments, their replies, and
// insights. Edges that hold more than edgePage objects go on behind the page.
func nestedPages(n int) [][]byte {
	c := &nestedCorpus{r: rand.New(rand.NewPCG(seed, 4)), id: 17_800_000_000_000_000, at: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)}
	pages := make([][]byte, n)
	for p := range pages {
		c.w = writer{}
		c.w.raw(`{"data":[`)
		for i := range 100 {
			if i > 0 {
				c.w.raw(",")
			}
			c.post()
		}
		c.w.raw(`],`)
		c.paging(true)
		c.w.raw(`}`)
		pages[p] = c.w.b
	}
	return pages
}

// nestedCorpus writes nested pages.
type nestedCorpus struct {
	w  writer
	r  *rand.Rand
	id int64
	at time.Time
}

func (c *nestedCorpus) next() string {
	c.id += 1 + c.r.Int64N(1_000_000_000)
	return strconv.FormatInt(c.id, 10)
}

func (c *nestedCorpus) text(key, value string) {
	c.w.field(key)
	c.w.string(value)
}

// paging writes where a list ends; more says that it goes on.
func (c *nestedCorpus) paging(more bool) {
	after := strconv.FormatInt(c.r.Int64(), 36)
	c.w.raw(`"paging":{"cursors":{"before":"QVFIbefore","after":"QVFI` + after + `"}`)
	if more {
		c.w.raw(`,"next":"https:\/\/graph.example\/v25.0\/` + nestedAccount + `\/media?limit=100&after=QVFI` + after + `"`)
	}
	c.w.raw("}")
}

// edge writes a list of so many objects, or its first page.
func (c *nestedCorpus) edge(key string, objects int, one func()) {
	if objects == 0 {
		return
	}
	c.w.field(key)
	c.w.raw(`{"data":[`)
	for i := range min(objects, edgePage) {
		if i > 0 {
			c.w.raw(",")
		}
		c.w.raw("{")
		one()
		c.w.raw("}")
	}
	c.w.raw("],")
	c.paging(objects > edgePage)
	c.w.raw("}")
}

// said writes what comments and replies have alike.
func (c *nestedCorpus) said() {
	c.text("id", c.next())
	c.text("text", prose(c.r, 5, 120))
	c.text("username", "user."+strconv.FormatInt(c.r.Int64N(1<<30), 36))
	c.text("timestamp", c.at.Add(time.Duration(c.r.IntN(1_000_000))*time.Second).Format(apiTime))
}

func (c *nestedCorpus) post() {
	w, r := &c.w, c.r
	c.at = c.at.Add(-time.Duration(r.IntN(7200)) * time.Second)
	id, comments := c.next(), r.IntN(16)
	if r.IntN(12) == 0 { // a post that many people talk about
		comments = r.IntN(200)
	}
	w.raw("{")
	c.text("id", id)
	if r.IntN(20) > 0 {
		c.text("caption", prose(r, 50, 600))
	}
	c.text("media_type", []string{"IMAGE", "VIDEO", "CAROUSEL_ALBUM"}[r.IntN(3)])
	product := r.IntN(2)
	c.text("media_product_type", []string{"FEED", "REELS"}[product])
	c.text("permalink", "https://www.instagram.com/p/C"+strconv.FormatInt(r.Int64N(1<<50), 36)+"/")
	c.text("timestamp", c.at.Format(apiTime))
	if r.IntN(30) > 0 {
		w.field("like_count")
		w.int(r.Int64N(100_000))
	}
	w.field("comments_count")
	w.int(int64(comments))
	w.field("owner")
	w.raw(`{"id":"` + nestedAccount + `"}`)
	c.edge("comments", comments, func() {
		c.said()
		w.field("like_count")
		w.int(r.Int64N(300))
		if r.IntN(3) == 0 {
			c.edge("replies", 1+r.IntN(6), c.said)
		}
	})
	metrics := mediaMetrics[product:] // types of posts differ in what metrics they have
	w.field("insights")
	w.raw(`{"data":[`)
	for i, metric := range metrics {
		if i > 0 {
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

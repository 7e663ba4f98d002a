package graphtest_test

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// BenchmarkBatchOfDays serves what a reader asks for most: 50 days of six totals in a batch.
func BenchmarkBatchOfDays(b *testing.B) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccounts(200))
	h := graphtest.NewHandler(w)
	var urls []string
	for i := range graphtest.Day(50) {
		day := w.Today() - i
		urls = append(urls, w.AccountIDs()[i]+"/insights?metric=views,likes,comments,saves,shares,profile_views&metric_type=total_value&period=day&since="+
			strconv.FormatInt(day.Start().Unix(), 10)+"&until="+strconv.FormatInt(day.End().Unix()-1, 10))
	}
	form := strings.TrimPrefix(query([]string{"batch", batchOf(urls...), "access_token", w.Token(graphtest.Facebook), "include_headers", "false"}), "?")
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", "/v25.0/", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if out.Code != 200 {
			b.Fatal(out.Body)
		}
	}
}

// BenchmarkPageOfPosts serves a page of 100 posts in the middle of 10,000, six metrics each.
func BenchmarkPageOfPosts(b *testing.B) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 10_000 }))
	h := graphtest.NewHandler(w)
	at := w.Media(w.AccountIDs()[0])[5000].Timestamp.Unix()
	target := "/v25.0/" + w.AccountIDs()[0] + "/media" + query([]string{
		"limit", "100", "until", strconv.FormatInt(at, 10), "access_token", w.Token(graphtest.Facebook),
		"fields", "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,insights.metric(reach,views,likes,comments,saved,shares)",
	})
	b.ReportAllocs()
	for b.Loop() {
		out := httptest.NewRecorder()
		h.ServeHTTP(out, httptest.NewRequest("GET", target, nil))
		if out.Code != 200 {
			b.Fatal(out.Body)
		}
		b.SetBytes(int64(out.Body.Len()))
	}
}

// BenchmarkNestedPage serves a page of 100 posts with their comments and the replies to them, some 8,000 rows.
func BenchmarkNestedPage(b *testing.B) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 200
		a.CommentCount = func(graphtest.Media) int { return 60 }
		a.ReplyCount = func(c graphtest.Comment) int { return c.Index % 3 / 2 * 2 }
	}))
	h := graphtest.NewHandler(w)
	target := "/v25.0/" + w.AccountIDs()[0] + "/media" + query([]string{
		"limit", "100", "access_token", w.Token(graphtest.Facebook),
		"fields", "id,caption,timestamp,comments.limit(50){text,username,timestamp,like_count,replies.limit(50){text,username,timestamp}}",
	})
	b.ReportAllocs()
	for b.Loop() {
		out := httptest.NewRecorder()
		h.ServeHTTP(out, httptest.NewRequest("GET", target, nil))
		if out.Code != 200 {
			b.Fatal(out.Body)
		}
		b.SetBytes(int64(out.Body.Len()))
	}
}

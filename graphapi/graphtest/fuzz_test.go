package graphtest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// FuzzServe: whatever is asked, the answer is JSON and no panic.
func FuzzServe(f *testing.F) {
	for _, seed := range [][2]string{
		{"/v25.0/me/accounts", "fields=name,instagram_business_account{id,username}&limit=1"},
		{"/me", "fields=accounts.limit(2).as(x){id,name}"},
		{"/ID/insights", "metric=reach,views&metric_type=total_value&period=day&breakdown=follow_type&since=1795248000&until=1795334399"},
		{"/ID/insights", "metric=online_followers&period=lifetime&since=2026-11-01"},
		{"/", "ids=ID,2&fields=insights.metric(reach).period(day)"},
		{"/", `batch=[{"method":"GET","relative_url":"ID?fields=id"}]`},
		{"/ID/media", "fields=id,caption,owner{id,media.limit(2){id}},children{id,media_type},insights.metric(reach,views){name,values}&limit=3"},
		{"/ID", "fields=media.limit(2).after(UVZGSToyOjEZD).since(2024-01-01){timestamp,insights.metric(saved)},stories{id},tags{username}"},
		{"/MEDIA/insights", "metric=profile_activity&breakdown=action_type&period=lifetime"},
		{"/MEDIA/children", "limit=1&fields=copyright_check_information"},
		{"/", "ids=MEDIA,ID&fields=media_url,boost_eligibility_info{eligible_to_boost}"},
		{"/COMMENT", "fields=text,from,user{media.limit(1){id}},media{owner},replies.order(chronological).summary(order){parent_id}"},
		{"/MEDIA/comments", "summary=true&limit=0&order=reverse_chronological&after=UVZGSTowOjAZD"},
		{"/replies", "ids=COMMENT,MEDIA&fields=id"},
		{"/ID", "fields=business_discovery.username(NAME).as(x){name,media.limit(2){view_count,children}},mentioned_media.media_id(MEDIA),mentioned_comment.comment_id(COMMENT){text}"},
		{"/ig_hashtag_search", "user_id=ID&q=coffee&fields=name"},
		{"/HASHTAG/top_media", "user_id=ID&fields=id,caption&limit=3"},
		{"/HASHTAG", "user_id=ID&fields=recent_media.limit(0).summary(true)"},
		{"/ID", "fields=content_publishing_limit{config},recently_searched_hashtags,live_media{id},media{collaborators,product_tags{name}}&since=last year"},
		{"/v9.9", "after=UVZGSToxOjEZD"},
	} {
		f.Add(seed[0], seed[1])
	}
	w := graphtest.NewWorld(1, graphtest.WithNow(noon))
	h := graphtest.NewHandler(w)
	media := w.Media(w.AccountIDs()[0])[1].ID
	id, name := w.AccountIDs()[0], w.Accounts()[1].Username
	ids := strings.NewReplacer("MEDIA", media, "COMMENT", w.Comments(media)[0].ID, "HASHTAG", w.HashtagID("coffee"), "NAME", name, "ID", id)
	f.Fuzz(func(t *testing.T, path, query string) {
		query = ids.Replace(query)
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := httptest.NewRequest(method, "/", strings.NewReader(query+"&access_token="+w.Token(graphtest.Facebook)))
			r.URL = &url.URL{Path: "/" + ids.Replace(path)}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if method == http.MethodGet {
				r.URL.RawQuery = query
				r.Header.Set("Authorization", "Bearer "+w.Token(graphtest.Facebook))
			}
			out := httptest.NewRecorder()
			h.ServeHTTP(out, r)
			if !json.Valid(out.Body.Bytes()) {
				t.Fatalf("%s %s?%s: not JSON: %s", method, path, query, out.Body)
			}
		}
	})
}

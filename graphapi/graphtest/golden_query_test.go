package graphtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// goldenComments gives the golden account's reel two comments, the older of which has a reply, and what it is
// tagged in one comment; all of them written by hand.
func goldenComments(a *graphtest.Account) {
	goldenMedia(a)
	a.CommentCount = func(m graphtest.Media) int {
		switch {
		case m.Tagged:
			return 1
		case m.Index == 0:
			return 2
		}
		return 0
	}
	a.ReplyCount = func(c graphtest.Comment) int { return c.Index }
	a.EachComment = func(c *graphtest.Comment) {
		c.Timestamp = time.Date(2026, 11, 21, 19, 16-c.Index, 2, 0, time.UTC)
		c.Text, c.Username, c.From, c.LegacyID = "This is \"awesome\"!\n😍", "larch_ceramics", "6000000000000001", "17000000001"
		c.Likes, c.Hidden, c.ByOwner = int64(c.Index), false, false
		switch {
		case c.Parent != "":
			c.Text, c.Username, c.From, c.ByOwner = "@larch_ceramics merci/danke", "rowan.books", "6000000000000002", true
		case c.Index == 1:
			c.Text, c.Hidden = "", true
		}
	}
}

// TestGoldenQueries has an answer of every shape that nested queries and what they lead to come in (facts §1.6,
// §2.3, §2.4, §5, §6).
func TestGoldenQueries(t *testing.T) {
	const nested = "id,comments.limit(1).summary(true){text,username,hidden,replies{parent_id,text}}"
	hashtag := []string{"user_id", "ACCOUNT"}
	for _, c := range []struct {
		name, path string
		params     []string
		status     int
		options    []graphtest.Option
	}{
		{"comments", "POST0/comments", nil, 200, nil},
		{"comments_page", "POST0/comments", []string{"fields", "text,like_count,from", "limit", "1"}, 200, nil},
		{"comments_in_media", "ACCOUNT/media", []string{"limit", "2", "fields", nested}, 200, nil},
		{"comment", "COMMENT1", []string{"fields", "id,text,timestamp,like_count,username,from,user,hidden,parent_id,media,legacy_instagram_comment_id,replies"}, 200, nil},
		{"replies", "COMMENT1/replies", []string{"fields", "text,parent_id,user{id,username},from{self_ig_scoped_id},media{id,timestamp}"}, 200, nil},
		{"comments_summary", "POST1/comments", []string{"summary", "true"}, 200, nil},
		{"account_and_media_insights", "ACCOUNT", []string{"fields", "username,insights.metric(likes).period(day).metric_type(total_value).since(1795248000).until(1795334399).as(sums){name,total_value},media.limit(1){insights.metric(reach){name,values}}"}, 200, nil},
		{"business_discovery", "ACCOUNT", []string{"fields", "business_discovery.username(the.rival){username,followers_count,media.limit(2){comments_count,like_count,view_count,owner}}"}, 200, nil},
		{"mentioned_comment", "ACCOUNT", []string{"fields", "mentioned_comment.comment_id(MENTION0){text,media{id,username}}"}, 200, nil},
		{"hashtag_search", "ig_hashtag_search", append([]string{"q", "books"}, hashtag...), 200, nil},
		{"hashtag_media", "HASHTAG/top_media", append([]string{"fields", "id,media_type", "limit", "1"}, hashtag...), 200, nil},
		{"accounts_tree", "me", []string{"fields", "accounts.limit(1){name,instagram_business_account{username,media.limit(1){media_type,comments.limit(1)}}}"}, 200, nil},
		{"error_110_2207013", "ACCOUNT", []string{"fields", "business_discovery.username(no.body){id}"}, 400, nil},
		{"error_190_page_token", "ACCOUNT/stories", nil, 400, []graphtest.Option{graphtest.WithPageTokenFor("stories")}},
		{"error_100_subfields", "ACCOUNT/media", []string{"fields", "caption{text}"}, 400, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := graphtest.NewWorld(1, graphtest.WithNow(noon), goldenAccount(goldenComments), graphtest.WithAccount(func(a *graphtest.Account) {
				a.ID, a.Username, a.Followers, a.PageName = "17841400000000002", "the.rival", 267793, "The Rival"
				goldenMedia(a)
			}), graphtest.WithHashtags(func(string) graphtest.HashtagCount { return graphtest.HashtagCount{Top: 3} }))
			p := newProbe(t, w, append([]graphtest.Option{graphtest.WithTokens(graphtest.Token{Value: "TOKEN"})}, c.options...)...)
			p.token = "TOKEN"
			account, rival := w.AccountIDs()[0], w.AccountIDs()[1]
			pairs := []string{"ACCOUNT", account, "HASHTAG", w.HashtagID("books"), "TOP0", w.TopMedia("books")[0].ID, "USER", w.UserID(), "PAGE0", w.Accounts()[0].PageID}
			for i, m := range w.Media(account) {
				pairs = append(pairs, "POST"+string(rune('0'+i)), m.ID, "RIVAL"+string(rune('0'+i)), w.Media(rival)[i].ID)
			}
			reel := w.Media(account)[0].ID
			for i, one := range w.Comments(reel) {
				pairs = append(pairs, "COMMENT"+string(rune('0'+i)), one.ID)
			}
			pairs = append(pairs, "REPLY0", w.Replies(w.Comments(reel)[1].ID)[0].ID, "MENTION0", w.Comments(w.Tagged(account)[0].ID)[0].ID, "TAG0", w.Tagged(account)[0].ID)
			toIDs := strings.NewReplacer(pairs...)
			params := make([]string, len(c.params))
			for i, v := range c.params {
				params[i] = toIDs.Replace(v)
			}
			got := p.get("/v25.0/"+toIDs.Replace(c.path), params...)
			assert.Equal(t, c.status, got.status)
			back := make([]string, 0, len(pairs))
			for i := 2; i < len(pairs); i += 2 {
				back = append(back, pairs[i+1], pairs[i])
			}
			checkGolden(t, p, c.name, strings.NewReplacer(back...).Replace(got.body))
		})
	}
}

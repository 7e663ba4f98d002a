package graphtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// goldenMediaFigures are the figures of the media of the goldens, by metric or by metric and action.
var goldenMediaFigures = map[string]int64{
	"reach": 103, "views": 264, "likes": 94, "comments": 35, "saved": 7, "shares": 9, "reposts": 1, "total_likes": 99, "total_comments": 36,
	"total_views": 301, "reels_skip_rate": 484, "ig_reels_avg_watch_time": 5612, "facebook_views": 40,
	"profile_activity email": 1, "profile_activity text": 1, "profile_activity direction": 1, "profile_activity bio_link_clicked": 4,
	"navigation tap_forward": 19, "navigation tap_back": 4, "navigation tap_exit": 1, "navigation swipe_forward": 1,
}

// goldenMedia gives the golden account a reel, an album of two and an image, a story, a tag; all of them
// written by hand.
func goldenMedia(a *graphtest.Account) {
	a.Media, a.Stories, a.Tagged = 3, 1, 1
	a.Kinds = []graphtest.PostKind{graphtest.Reel, graphtest.FeedAlbum, graphtest.FeedImage}
	a.MediaFigures = func(_ graphtest.Media, metric string, dims ...string) int64 {
		return goldenMediaFigures[strings.Join(append([]string{metric}, dims...), " ")]
	}
	a.EachMedia = func(m *graphtest.Media) {
		m.Timestamp = time.Date(2026, 11, 20-m.Index, 22, 36, 43, 0, time.UTC)
		m.Caption, m.AltText, m.Shortcode, m.Permalink = "", "", "CSHORT", "https://www.instagram.com/p/CSHORT/"
		m.MediaURL, m.ThumbnailURL, m.AudioType, m.LegacyID = "https://scontent.example/EXAMPLE", "", "", "3000000001"
		m.LikesHidden, m.CountsHidden, m.CommentsDisabled, m.AIGenerated, m.SharedToFeed = false, false, false, false, false
		switch {
		case m.Tagged:
			m.Username, m.Type, m.ProductType = "larch_ceramics", "IMAGE", "FEED"
		case m.ProductType == "STORY":
			m.Timestamp, m.Type, m.Viewers = noon.Add(-time.Hour-time.Duration(m.Index)*24*time.Hour).UTC(), "IMAGE", 5
		case m.Index == 0:
			m.Caption, m.SharedToFeed, m.AudioType, m.ThumbnailURL = "EXAMPLE \"caption\" ☕️ #example/1\n👩🏽‍🍳", true, "ORIGINAL_SOUND", "https://scontent.example/THUMB"
		case m.Index == 1:
			m.LikesHidden = true
			m.Children = m.Children[:2]
			for i := range m.Children {
				c := &m.Children[i]
				c.Type, c.MediaURL, c.Shortcode, c.Timestamp, c.ThumbnailURL = "IMAGE", "https://scontent.example/CHILD", "CCHILD", m.Timestamp, ""
			}
		}
	}
}

// TestGoldenMedia has an answer of every shape that media come in (facts §2, §4, §7); ids stand in the
// files as POST0 and the like.
func TestGoldenMedia(t *testing.T) {
	japanese := func(a *graphtest.Account) { a.Locale = graphtest.Japanese }
	for _, c := range []struct {
		name, path string
		params     []string
		status     int
		change     func(a *graphtest.Account)
		options    []graphtest.Option
	}{
		{"media_page", "ACCOUNT/media", []string{"limit", "2", "fields", "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count"}, 200, nil, nil},
		{"media_page_default", "ACCOUNT/media", nil, 200, nil, nil},
		{"media_page_insights", "ACCOUNT/media", []string{"limit", "1", "fields", "media_type,insights.metric(reach,views){name,values}"}, 200, nil, nil},
		{"media_in_account", "ACCOUNT", []string{"fields", "username,media.limit(1){timestamp}"}, 200, nil, nil},
		{"media_album", "POST1", []string{"fields", "media_type,media_url,owner,timestamp,like_count,shares_count,total_like_count,total_views_count,is_shared_to_feed,children{id,media_type,shortcode,permalink}"}, 200, nil, nil},
		{"media_children", "POST1/children", nil, 200, nil, nil},
		{"media_reel", "POST0", []string{"fields", "id,is_shared_to_feed,media_audio_type,thumbnail_url,total_views_count,boost_eligibility_info,alt_text"}, 200, nil, nil},
		{"media_insights_reel", "POST0/insights", []string{"metric", "reach,ig_reels_avg_watch_time,reels_skip_rate"}, 200, japanese, nil},
		{"media_insights_profile_activity", "POST2/insights", []string{"metric", "profile_activity", "breakdown", "action_type"}, 200, nil, nil},
		{"media_insights_profile_activity_plain", "POST2/insights", []string{"metric", "profile_activity"}, 200, nil, nil},
		{"story_insights_navigation", "STORY0/insights", []string{"metric", "navigation", "breakdown", "story_navigation_action_type"}, 200, nil, []graphtest.Option{graphtest.WithUpperCaseActions()}},
		{"stories", "ACCOUNT/stories", []string{"fields", "media_product_type,timestamp"}, 200, nil, nil},
		{"tags", "ACCOUNT/tags", []string{"fields", "username,permalink,owner,is_comment_enabled,saved_count,like_count"}, 200, nil, nil},
		{"media_ids", "", []string{"ids", "POST0,17900000000000000,POST2", "fields", "media_type,insights.metric(saved){values}"}, 200, nil, nil},
		{"media_insights_ids", "insights", []string{"ids", "POST0,POST2", "metric", "likes"}, 200, nil, nil},
		{"empty", "POST0/insights", []string{"metric", "reach"}, 200, func(a *graphtest.Account) {
			change := a.EachMedia
			a.EachMedia = func(m *graphtest.Media) { change(m); m.NoInsights = true }
		}, nil},
		{"error_100_2108006", "ACCOUNT/media", []string{"fields", "insights.metric(reach)"}, 400, func(a *graphtest.Account) {
			change := a.EachMedia
			a.EachMedia = func(m *graphtest.Media) { change(m); m.BeforeConversion = m.Index == 2 }
		}, nil},
		{"error_10_too_few_viewers", "STORY0/insights", []string{"metric", "reach"}, 400, func(a *graphtest.Account) {
			change := a.EachMedia
			a.EachMedia = func(m *graphtest.Media) { change(m); m.Viewers = 4 }
		}, nil},
		{"error_minus1_2207086", "POST0/insights", []string{"metric", "reach,crossposted_views"}, 400, func(a *graphtest.Account) {
			change := a.EachMedia
			a.EachMedia = func(m *graphtest.Media) { change(m); m.NotOnFacebook = true }
		}, nil},
		{"error_100_unsupported_metric", "POST1/insights", []string{"metric", "reach,reels_skip_rate"}, 400, nil, nil},
		{"error_100_unknown_media_metric", "POST1/insights", []string{"metric", "plays"}, 400, nil, nil},
		{"error_1_reduce_the_amount", "ACCOUNT/media", []string{"fields", "id,caption"}, 500, nil, []graphtest.Option{graphtest.WithPageWeight(5)}},
		{"error_36104_view_count", "POST0", []string{"fields", "view_count"}, 400, nil, nil},
		{"error_9005_1452042", "POST2", []string{"fields", "copyright_check_information"}, 400, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := goldenProbe(t, func(a *graphtest.Account) {
				goldenMedia(a)
				if c.change != nil {
					c.change(a)
				}
			}, c.options...)
			w := p.server.World()
			account := w.AccountIDs()[0]
			pairs := []string{"ACCOUNT", account}
			for i, m := range w.Media(account) {
				pairs = append(pairs, "POST"+string(rune('0'+i)), m.ID)
				for j, child := range m.Children {
					pairs = append(pairs, "CHILD"+string(rune('0'+j)), child.ID)
				}
			}
			pairs = append(pairs, "STORY0", w.Stories(account)[0].ID, "TAG0", w.Tagged(account)[0].ID)
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

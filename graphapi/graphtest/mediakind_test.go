package graphtest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// The fields of a media on either host, and on one of them alone (facts §2.2).
const (
	bothFields     = "id,media_type,media_product_type,shortcode,timestamp,username,media_url,alt_text,thumbnail_url,caption,permalink,comments_count,like_count,is_comment_enabled,is_shared_to_feed,media_audio_type,is_ai_generated,owner"
	facebookFields = "reposts_count,saved_count,shares_count,total_comments_count,total_like_count,total_views_count,legacy_instagram_media_id,ig_id,boost_eligibility_info,boost_ads_list"
)

// expectedFields are what a media has, worked out by the rules of the sheet; how it was read decides about
// a hidden like_count.
func expectedFields(m graphtest.Media, facebook, listed bool) map[string]any {
	want := map[string]any{"id": m.ID, "media_type": m.Type, "media_product_type": m.ProductType, "shortcode": m.Shortcode, "timestamp": m.Timestamp.Format("2006-01-02T15:04:05+0000"), "username": m.Username}
	put := func(name string, value any, is bool) {
		if is {
			want[name] = value
		}
	}
	top, own, video := m.Parent == "", !m.Tagged, m.Type == "VIDEO"
	put("media_url", m.MediaURL, m.MediaURL != "")
	put("alt_text", m.AltText, m.Type == "IMAGE" && m.AltText != "")
	put("thumbnail_url", m.ThumbnailURL, video)
	put("caption", m.Caption, top && m.Caption != "")
	put("permalink", m.Permalink, top)
	put("comments_count", float64(m.Comments), top)
	put("like_count", float64(m.Likes), top && (!m.LikesHidden || !listed))
	put("is_comment_enabled", !m.CommentsDisabled, top && own)
	put("is_shared_to_feed", m.SharedToFeed, m.ProductType == "REELS")
	put("media_audio_type", m.AudioType, video && own)
	put("is_ai_generated", m.AIGenerated, own)
	put("owner", map[string]any{"id": m.Account}, own)
	if !facebook {
		return want
	}
	counted := top && !m.CountsHidden && (m.ProductType == "FEED" || m.ProductType == "REELS")
	put("reposts_count", float64(m.Reposts), counted)
	put("saved_count", float64(m.Saved), counted && own)
	put("shares_count", float64(m.Shares), counted)
	put("total_comments_count", float64(m.TotalComments), counted)
	put("total_like_count", float64(m.TotalLikes), counted)
	put("total_views_count", float64(m.TotalViews), counted && video)
	put("legacy_instagram_media_id", m.LegacyID, own)
	put("ig_id", m.LegacyID, own)
	boost := map[string]any{"eligible_to_boost": m.AudioType != "MUSIC"}
	if m.AudioType == "MUSIC" {
		boost["boost_ineligible_reason"] = "COPYRIGHTED_MUSIC"
	}
	put("boost_eligibility_info", boost, own)
	return want
}

// TestMediaFields holds every field of many media of all kinds against the World, read in lists, as
// children and by id.
func TestMediaFields(t *testing.T) {
	w := graphtest.NewWorld(9, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.Stories, a.Tagged = 300, 20, 40 }))
	account := w.AccountIDs()[0]
	for _, host := range []graphtest.Host{graphtest.Facebook, graphtest.Instagram} {
		p := newProbe(t, w, graphtest.WithHost(host))
		facebook, fields := host == graphtest.Facebook, bothFields
		if facebook {
			fields += "," + facebookFields
		}
		check := func(m graphtest.Media, got map[string]any, listed bool) {
			t.Helper()
			assert.Equal(t, expectedFields(m, facebook, listed), got, m.ID)
		}
		lists := map[string][]graphtest.Media{"media": w.Media(account), "stories": w.Stories(account), "tags": w.Tagged(account)}
		for edge, list := range lists {
			at := 0
			after := ""
			for at < len(list) {
				var read struct {
					Data   []map[string]any
					Paging struct{ Cursors struct{ After string } }
				}
				decode(t, p.get("/v25.0/"+account+"/"+edge, "limit", "100", "fields", fields, "after", after).body, &read)
				for i, row := range read.Data {
					check(list[at+i], row, true)
				}
				at, after = at+len(read.Data), read.Paging.Cursors.After
			}
		}
		var one map[string]any
		for _, m := range append(lists["media"][:40], lists["stories"][:5]...) {
			one = nil
			decode(t, p.get("/v25.0/"+m.ID, "fields", fields).body, &one)
			check(m, one, false)
			var with struct {
				Children struct{ Data []map[string]any }
			}
			decode(t, p.get("/v25.0/"+m.ID, "fields", "children{"+fields+"}").body, &with)
			assert.Len(t, with.Children.Data, len(m.Children))
			for i, child := range m.Children {
				check(child, with.Children.Data[i], true)
				one = nil
				decode(t, p.get("/v25.0/"+child.ID, "fields", fields).body, &one)
				check(child, one, false)
			}
		}
		for _, field := range strings.Split(facebookFields+",copyright_check_information,view_count", ",") {
			got := p.get("/v25.0/"+lists["media"][0].ID, "fields", field)
			if !facebook {
				assert.Equal(t, "(#100) Tried accessing nonexisting field ("+field+")", got.graphError(t).Error.Message)
			}
		}
	}
}

// TestMediaObjects are the fields that are objects.
func TestMediaObjects(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Kinds = []graphtest.PostKind{graphtest.Reel}
		a.EachMedia = func(m *graphtest.Media) {
			if m.AudioType = "MUSIC"; m.Index == 1 {
				m.AudioType, m.MediaURL = "ORIGINAL_SOUND", ""
			}
		}
	}))
	p := newProbe(t, w)
	a := w.Accounts()[0]
	first, second := w.Media(a.ID)[0].ID, w.Media(a.ID)[1].ID
	for _, c := range []struct{ id, fields, want string }{
		{first, "owner{username,media_count}", `{"owner":{"username":"` + a.Username + `","media_count":` + jsonOf(t, a.Media) + `,"id":"` + a.ID + `"},"id":"` + first + `"}`},
		{first, "boost_eligibility_info{boost_ineligible_reason}", `{"boost_eligibility_info":{"boost_ineligible_reason":"COPYRIGHTED_MUSIC"},"id":"` + first + `"}`},
		{second, "boost_eligibility_info", `{"boost_eligibility_info":{"eligible_to_boost":true},"id":"` + second + `"}`},
		{first, "copyright_check_information", `{"copyright_check_information":{"status":{"matches_found":false,"status":"completed"}},"id":"` + first + `"}`},
		{second, "copyright_check_information,media_url", `{"copyright_check_information":{"status":{"matches_found":true,"status":"completed"}},"id":"` + second + `"}`},
	} {
		assert.Equal(t, c.want, p.get("/"+c.id, "fields", c.fields).body)
	}
	assert.Equal(t, `{"data":[]}`, p.get("/"+first+"/boost_ads_list").body)
	assert.Equal(t, `{"id":"`+first+`"}`, p.get("/"+first).body, "nothing but the id comes unasked")
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	assert.NoError(t, err)
	return string(b)
}

package graphtest

import "strings"

// japanese holds the metrics' titles as an account that is set to Japanese sees them. One ends beyond the
// basic plane, so that the escaped form needs a surrogate pair.
var japanese = map[string]string{
	"reach": "リーチ", followers: "フォロワー数", "website_clicks": "ウェブサイトのクリック", "profile_views": "プロフィールの閲覧",
	online: "オンラインのフォロワー", "accounts_engaged": "アクションを実行したアカウント", "total_interactions": "合計インタラクション",
	"likes": "「いいね！」👍", "comments": "コメント", "shares": "シェア", "saves": "保存", "replies": "返信", "reposts": "再投稿",
	"engaged_audience_demographics": "アクションを実行した層", "reached_audience_demographics": "リーチした層",
	"follower_demographics": "フォロワーの層", followsUn: "フォローとフォロー解除", "profile_links_taps": "リンクのタップ", "views": "ビュー",
	"saved": "保存数", "follows": "フォロー", "profile_visits": "プロフィールへのアクセス", "profile_activity": "プロフィールのアクティビティ",
	"navigation": "ナビゲーション", "ig_reels_video_view_total_time": "再生時間", "ig_reels_avg_watch_time": "平均再生時間",
	"reels_skip_rate": "スキップ率", "facebook_views": "Facebookビュー", "crossposted_views": "クロス投稿のビュー", "total_views": "ビューの合計",
	"total_likes": "「いいね！」の合計", "total_comments": "コメントの合計", "link_clicks": "リンクのクリック",
}

// describe returns a metric's title and description in the account's language (facts §3.4).
func describe(a *Account, m *metric) (title, description string) {
	if a.Locale == Japanese {
		return japanese[m.name], "このアカウントの「" + japanese[m.name] + "」の数値です。広告を含みます/含みません。"
	}
	return m.title, m.description
}

// englishTitle makes a metric's title and description of its name.
func englishTitle(name string) (title, description string) {
	words := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:], "The account's " + words + ", as counted by the test server (organic/paid)."
}

// describeMedia is describe for a metric of a media.
func describeMedia(a *Account, m *mediaMetric) (title, description string) {
	if a.Locale == Japanese {
		return japanese[m.name], "この投稿の「" + japanese[m.name] + "」の数値です。"
	}
	return m.title, m.description
}

// englishMediaTitle is englishTitle for a metric of a media.
func englishMediaTitle(name string) (title, description string) {
	title, _ = englishTitle(name)
	return title, "The " + strings.ReplaceAll(name, "_", " ") + " of the media, as counted by the test server."
}

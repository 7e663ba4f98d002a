package graphtest

import "strconv"

// kinds are the nodes the server knows.
type kinds struct {
	account *kind // IGUser
	media   *kind // IGMedia
	comment *kind // IGComment
	from    *kind // who wrote a comment
	hashtag *kind // IGHashtag

	collaborator, publishing, publishingConfig *kind

	page *kind
	user *kind // the Facebook user behind a token
}

func newKinds() kinds {
	k := kinds{
		account: accountKind(), media: mediaKind(), comment: commentKind(), from: fromKind(), hashtag: hashtagKind(),
		collaborator: collaboratorKind(), publishing: publishingKind(), publishingConfig: publishingConfigKind(),
		page: pageKind(), user: userKind(),
	}
	insights := members("InstagramInsightsResult", insightKeys...)
	k.account.inner = map[string]*kind{
		"media": k.media, "stories": k.media, "tags": k.media, "live_media": k.media, "insights": insights,
		"business_discovery": k.account, "mentioned_media": k.media, "mentioned_comment": k.comment,
		"recently_searched_hashtags": k.hashtag, "content_publishing_limit": k.publishing,
	}
	k.publishing.inner = map[string]*kind{"config": k.publishingConfig}
	k.hashtag.inner = map[string]*kind{"top_media": k.media, "recent_media": k.media}
	k.media.inner = map[string]*kind{
		"children": k.media, "owner": k.account, "comments": k.comment, "insights": insights,
		"collaborators":               k.collaborator,
		"product_tags":                members("ShadowIGMediaProductTags", "product_id", "merchant_id", "name", "price_string", "x", "y", "is_checkout", "review_status"),
		"boost_ads_list":              members("IGBoostMediaAd", "ad_id", "ad_status"),
		"boost_eligibility_info":      members("IGMediaBoostEligibilityInfo", "eligible_to_boost", "boost_ineligible_reason"),
		"copyright_check_information": members("IGVideoCopyrightCheckMatchesInformation", "status", "copyright_matches"),
	}
	k.media.inner["copyright_check_information"].inner = map[string]*kind{"status": members("IGVideoCopyrightCheckStatus", "status", "matches_found")}
	k.comment.inner = map[string]*kind{"replies": k.comment, "from": k.from, "user": k.account, "media": k.media}
	k.page.inner = map[string]*kind{
		"instagram_business_account": k.account, "connected_instagram_account": k.account,
		"category_list": members("PageCategory", "id", "name"),
	}
	k.user.inner = map[string]*kind{"accounts": k.page, "permissions": members("Permission", "permission", "status")}
	return k
}

// accountKind is the IG User node (facts §2.1).
func accountKind() *kind {
	account := func(get func(a *Account) string) func(*call, node) string {
		return func(_ *call, n node) string { return get(n.account) }
	}
	number := func(get func(a *Account) int64) func(node) string {
		return func(n node) string { return strconv.FormatInt(get(n.account), 10) }
	}
	// nothing records what an IG User gives unasked but the id, so no defaults
	return &kind{name: "IGUser", fields: map[string]field{
		"username":        scoped(text(anyHost, account(func(a *Account) string { return a.Username }))),
		"name":            scoped(text(anyHost, account(func(a *Account) string { return a.Name }))),
		"biography":       scoped(text(anyHost, account(func(a *Account) string { return a.Biography }))),
		"website":         scoped(text(anyHost, account(func(a *Account) string { return a.Website }))),
		"followers_count": scoped(raw(anyHost, number(func(a *Account) int64 { return a.Followers }))),
		"follows_count":   scoped(raw(anyHost, number(func(a *Account) int64 { return a.Follows }))),
		"media_count": scoped(field{anyHost, func(c *call, n node, _ selection, b []byte) ([]byte, *Error) {
			return strconv.AppendInt(b, c.h.world.posted(n.account, c.now), 10), nil
		}}),
		"profile_picture_url": scoped(text(anyHost, func(c *call, n node) string {
			return c.h.world.ProfilePictureURL(n.account.ID)
		})),
		"has_profile_pic": scoped(raw(facebookOnly, func(node) string { return "true" })),
		"is_published": scoped(raw(facebookOnly, func(n node) string {
			return strconv.FormatBool(!n.account.Unpublished)
		})),
		"legacy_instagram_user_id": scoped(text(facebookOnly, account(func(a *Account) string { return legacyID(a) }))),
		"ig_id":                    scoped(raw(facebookOnly, func(n node) string { return legacyID(n.account) })),
		"account_type":             scoped(text(instagramOnly, account(func(a *Account) string { return a.Type }))),
		"user_id":                  scoped(field{instagramOnly, writeUserID}),

		"business_discovery": {facebookOnly, writeDiscovery},
		"mentioned_media":    {facebookOnly, writeMentionedMedia},
		"mentioned_comment":  {facebookOnly, writeMentionedComment},
	}, edges: map[string]edge{
		"insights": {anyHost, serveInsights},
		"media":    {anyHost, mediaEdge(posts, "media")},
		"stories":  {anyHost, mediaEdge(stories, "stories")},
		"tags":     {anyHost, mediaEdge(tags, "tags")},

		"live_media":                 {anyHost, serveNothing("live_media")}, // nothing is being broadcast
		"recently_searched_hashtags": {facebookOnly, serveRecentHashtags},
		"content_publishing_limit":   {anyHost, servePublishingLimit},
	}}
}

func legacyID(a *Account) string { return "3" + digits(a.hash, 9) }

// writeUserID writes the 1784… id, a number above 2^53 as the SDK types it, or text (facts §1.5, §2.1).
func writeUserID(c *call, n node, _ selection, b []byte) ([]byte, *Error) {
	if c.h.textUserIDs {
		return appendText(b, n.account.ID), nil
	}
	return append(b, n.account.ID...), nil
}

// scoped lets a field be read only with the base permission (facts §1.1).
func scoped(f field) field {
	write := f.write
	f.write = func(c *call, n node, s selection, b []byte) ([]byte, *Error) {
		if !c.session.granted(c.h.host, "instagram_basic", "instagram_business_basic") {
			return nil, noPermission()
		}
		return write(c, n, s, b)
	}
	return f
}

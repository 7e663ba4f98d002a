package graphtest

import "strconv"

// mediaKind is the IG Media node (facts §2.2). What a media does not have is absent, never null; what an
// edge gives of other people's media are the public fields alone.
func mediaKind() *kind {
	k := &kind{name: "IGMedia", fields: map[string]field{
		"media_type":         mediaText(anyHost, func(m *Media) string { return m.Type }),
		"media_product_type": mediaText(anyHost, func(m *Media) string { return m.ProductType }),
		"shortcode":          mediaText(anyHost, func(m *Media) string { return m.Shortcode }),
		"timestamp":          mediaText(anyHost, func(m *Media) string { return m.Timestamp.UTC().Format(endTime) }),
		"username":           mediaText(anyHost, func(m *Media) string { return m.Username }),
		"media_url":          mediaText(anyHost, func(m *Media) string { return m.MediaURL }),
		"alt_text":           onlyFor(isImage, mediaText(anyHost, func(m *Media) string { return m.AltText })),
		"thumbnail_url":      onlyFor((*Media).video, mediaText(anyHost, func(m *Media) string { return m.ThumbnailURL })),
		"caption":            onlyFor(isTop, mediaText(anyHost, func(m *Media) string { return m.Caption })),
		"permalink":          onlyFor(isTop, mediaText(anyHost, func(m *Media) string { return m.Permalink })),
		"comments_count":     onlyFor(isTop, mediaNumber(anyHost, func(m *Media) int64 { return m.Comments })),
		"like_count":         {anyHost, writeLikeCount},
		"is_comment_enabled": owned(onlyFor(isTop, mediaTruth(anyHost, func(m *Media) bool { return !m.CommentsDisabled }))),
		"is_shared_to_feed":  onlyFor(isReel, mediaTruth(anyHost, func(m *Media) bool { return m.SharedToFeed })),
		"media_audio_type":   owned(onlyFor((*Media).video, mediaText(anyHost, func(m *Media) string { return m.AudioType }))),
		"is_ai_generated":    owned(mediaTruth(anyHost, func(m *Media) bool { return m.AIGenerated })),
		"owner":              owned(field{anyHost, writeOwner}),

		"reposts_count":        notVia(viaHashtag, onlyFor((*Media).counted, mediaNumber(facebookOnly, func(m *Media) int64 { return m.Reposts }))),
		"saved_count":          owned(onlyFor((*Media).counted, mediaNumber(facebookOnly, func(m *Media) int64 { return m.Saved }))),
		"shares_count":         notVia(viaDiscovery, onlyFor((*Media).counted, mediaNumber(facebookOnly, func(m *Media) int64 { return m.Shares }))),
		"total_comments_count": onlyFor((*Media).counted, mediaNumber(facebookOnly, func(m *Media) int64 { return m.TotalComments })),
		"total_like_count":     onlyFor((*Media).counted, mediaNumber(facebookOnly, func(m *Media) int64 { return m.TotalLikes })),
		"total_views_count": notVia(viaDiscovery, onlyFor((*Media).video, onlyFor((*Media).counted,
			mediaNumber(facebookOnly, func(m *Media) int64 { return m.TotalViews })))),

		"legacy_instagram_media_id":   owned(mediaText(facebookOnly, func(m *Media) string { return m.LegacyID })),
		"ig_id":                       owned(mediaText(facebookOnly, func(m *Media) string { return m.LegacyID })),
		"boost_eligibility_info":      owned(field{facebookOnly, writeBoost}),
		"copyright_check_information": {facebookOnly, writeCopyright},
		"view_count":                  {facebookOnly, writeViewCount},
	}, edges: map[string]edge{
		"insights":       {anyHost, serveMediaInsights},
		"children":       {anyHost, serveChildren},
		"comments":       {anyHost, serveComments},
		"collaborators":  {facebookOnly, serveCollaborators},
		"product_tags":   {facebookOnly, serveProductTags},
		"boost_ads_list": {facebookOnly, serveNothing("boost_ads_list")},
	}}
	for name, f := range k.fields {
		k.fields[name] = scoped(f)
	}
	return k
}

func isTop(m *Media) bool   { return !m.child() }
func isImage(m *Media) bool { return m.Type == typeImage }
func isReel(m *Media) bool  { return m.ProductType == productReels }

func mediaText(on hosts, get func(m *Media) string) field {
	return text(on, func(_ *call, n node) string { return get(n.media) })
}

func mediaNumber(on hosts, get func(m *Media) int64) field {
	return field{on, func(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
		return strconv.AppendInt(b, get(n.media), 10), nil
	}}
}

func mediaTruth(on hosts, get func(m *Media) bool) field {
	return field{on, func(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
		return strconv.AppendBool(b, get(n.media)), nil
	}}
}

// onlyFor makes a field that only some media have.
func onlyFor(has func(m *Media) bool, f field) field {
	write := f.write
	f.write = func(c *call, n node, s selection, b []byte) ([]byte, *Error) {
		if !has(n.media) {
			return b, nil
		}
		return write(c, n, s, b)
	}
	return f
}

// notVia makes a field that is not given of media that were come by in that way, or in one that gives less.
func notVia(via mediaVia, f field) field {
	return onlyFor(func(m *Media) bool { return m.via < via }, f)
}

// writeViewCount writes the views of a reel that business_discovery gave; of any other reel there is an error,
// of what is no reel nothing (facts §2.2).
func writeViewCount(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
	switch {
	case n.media.via != viaDiscovery:
		return nil, onlyDiscovery()
	case n.media.ProductType != productReels:
		return b, nil
	}
	return strconv.AppendInt(b, figureOf(n.media, "views"), 10), nil
}

// owned makes a field that is not public: other people's media lack it.
func owned(f field) field { return onlyFor((*Media).own, f) }

// writeLikeCount leaves out a hidden count unless the media itself was asked for (facts §2.2).
func writeLikeCount(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
	if n.media.child() || n.media.LikesHidden && (n.listed || !n.media.own()) {
		return b, nil
	}
	return strconv.AppendInt(b, n.media.Likes, 10), nil
}

func writeOwner(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	return c.appendNode(b, c.user(n.account, n.account.ID), s.sub)
}

// writeBoost writes whether the media can be advertised: a reel with music cannot.
func writeBoost(_ *call, n node, s selection, b []byte) ([]byte, *Error) {
	eligible := n.media.AudioType != "MUSIC"
	shows := func(name string) bool {
		return s.sub == nil || contains(selectionNames(s.sub), name)
	}
	b = append(b, '{')
	if shows("eligible_to_boost") {
		b = strconv.AppendBool(appendKey(b, "eligible_to_boost"), eligible)
	}
	if !eligible && shows("boost_ineligible_reason") {
		b = appendMember(b, "boost_ineligible_reason", "COPYRIGHTED_MUSIC")
	}
	return append(b, '}'), nil
}

func selectionNames(list []selection) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.name
	}
	return names
}

// writeCopyright fails the call for anything but a video (facts §2.2).
func writeCopyright(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
	if !n.media.video() {
		return nil, notAVideo()
	}
	found := strconv.FormatBool(n.media.MediaURL == "")
	return append(b, `{"status":{"matches_found":`+found+`,"status":"completed"}}`...), nil
}

// serveProductTags lists what a post sells: nothing, in this World.
func serveProductTags(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	if e := n.edgeOfOwn(); e != nil {
		return nil, e
	}
	return serveNothing("product_tags")(c, n, q, b)
}

// serveNothing is an edge that never has anything.
func serveNothing(name string) func(*call, node, edgeQuery, []byte) ([]byte, *Error) {
	return func(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
		return c.appendPage(b, withFields(q), listing{path: n.id + "/" + name, omitted: q.nested})
	}
}

package graphtest

import (
	"net/url"
	"strconv"
)

// maxComments is how many comments or replies a page has at most (facts §2.3).
const maxComments = 50

// The orders comments can be asked in. Newest first is what comes unasked (facts §2.3).
const (
	oldestFirst = "chronological"
	newestFirst = "reverse_chronological"
)

var commentOrders = []string{oldestFirst, newestFirst}

// commentKind is the IG Comment node (facts §2.3). What comes unasked is what its list shows in the reference.
func commentKind() *kind {
	words := func(get func(c *Comment) string) field {
		return text(anyHost, func(_ *call, n node) string { return get(n.comment) })
	}
	return &kind{name: "IGComment", defaults: []string{"timestamp", "text"}, fields: map[string]field{
		"text":                        words(func(c *Comment) string { return c.Text }),
		"timestamp":                   words(func(c *Comment) string { return c.Timestamp.UTC().Format(endTime) }),
		"username":                    words(func(c *Comment) string { return c.Username }),
		"parent_id":                   words(func(c *Comment) string { return c.Parent }), // of replies only
		"legacy_instagram_comment_id": words(func(c *Comment) string { return c.LegacyID }),
		"like_count":                  raw(anyHost, func(n node) string { return strconv.FormatInt(n.comment.Likes, 10) }),
		"hidden":                      raw(anyHost, func(n node) string { return strconv.FormatBool(n.comment.Hidden) }),
		"from":                        {anyHost, writeFrom},
		"user":                        {anyHost, writeCommentUser},
		"media":                       {anyHost, writeCommentMedia},
	}, edges: map[string]edge{
		"replies": {anyHost, serveReplies},
	}}
}

// fromKind is who wrote a comment: an id of its own kind and a name (facts §2.3). Both come unasked.
func fromKind() *kind {
	return &kind{name: "IGCommentFromUser", defaults: []string{"username"}, fields: map[string]field{
		"username": text(anyHost, func(_ *call, n node) string { return n.comment.Username }),
		"self_ig_scoped_id": text(anyHost, func(_ *call, n node) string {
			if n.comment.ByOwner {
				return n.comment.From
			}
			return ""
		}),
	}}
}

func writeFrom(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	if n.comment.From == "" {
		return b, nil
	}
	return c.appendNode(b, node{kind: c.h.kinds.from, id: n.comment.From, account: n.account, comment: n.comment}, s.sub)
}

// writeCommentUser writes the account if it wrote the comment itself, and nothing otherwise (facts §2.3).
func writeCommentUser(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	if !n.comment.ByOwner {
		return b, nil
	}
	return c.appendNode(b, c.user(n.account, n.account.ID), s.sub)
}

// commentMediaDefaults is what comes of a comment's media unasked (facts §2.3).
var commentMediaDefaults = []selection{{name: "id"}, {name: "media_product_type"}}

func writeCommentMedia(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	m, ok := c.h.world.findMedia(n.comment.Media, c.now)
	if !ok {
		return b, nil
	}
	fields := s.sub
	if fields == nil {
		fields = commentMediaDefaults
	}
	return c.appendNode(b, node{kind: c.h.kinds.media, id: m.ID, account: n.account, media: &m, listed: true}, fields)
}

// mayReadComments says whether the token may (facts §1.1).
func (c *call) mayReadComments() *Error {
	if !c.session.granted(c.h.host, "instagram_basic", "instagram_business_basic") ||
		!c.session.granted(c.h.host, "instagram_manage_comments", "instagram_business_manage_comments") {
		return noPermission()
	}
	return nil
}

// serveComments lists the comments on a media, without replies (facts §2.3). Those of other people's media are
// not public; stories and children of albums have none.
func serveComments(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	if e := n.edgeOfOwn(); e != nil {
		return nil, e
	}
	if e := c.mayReadComments(); e != nil {
		return nil, e
	}
	w, count := c.h.world, commentsOn(n.media)
	return c.appendComments(b, q, n.id+"/comments", count, w.firstComment(n.media, count, c.now), func(i int) Comment {
		return w.commentAt(n.media, count, i)
	})
}

// serveReplies lists the replies to a comment; a reply has none.
func serveReplies(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	switch {
	case n.comment.Deleted:
		return nil, notFound("GET", n.id)
	case n.comment.elsewhere:
		return nil, noPermission()
	}
	if e := c.mayReadComments(); e != nil {
		return nil, e
	}
	w, count := c.h.world, repliesTo(n.comment)
	return c.appendComments(b, q, n.id+"/replies", count, w.firstReply(n.comment, count, c.now), func(i int) Comment {
		return w.replyAt(n.comment, i)
	})
}

// appendComments writes a page of a list of comments, of which those before first are yet to come.
func (c *call) appendComments(b []byte, q edgeQuery, path string, count, first int, at func(i int) Comment) ([]byte, *Error) {
	params := withFields(q)
	order, e := commentOrder(params)
	if e != nil {
		return nil, e
	}
	l := listing{path: path, from: first, to: count, most: count, largest: maxComments, order: order, omitted: q.nested}
	if order == oldestFirst {
		l.from, l.to = 0, count-first
	}
	weight := weightOf(q.fields)
	l.before = func(objects int) *Error { return c.weigh(objects * weight) }
	l.object = func(b []byte, i int) ([]byte, *Error) {
		if order == oldestFirst {
			i = count - 1 - i
		}
		one := at(i)
		return c.appendNode(b, node{kind: c.h.kinds.comment, id: one.ID, account: one.account, comment: &one, listed: true}, q.fields)
	}
	return c.appendPage(b, params, l)
}

func commentOrder(params url.Values) (string, *Error) {
	switch order := params.Get("order"); {
	case order == "":
		return newestFirst, nil
	case contains(commentOrders, order):
		return order, nil
	}
	return "", mustBeOneOf("order", commentOrders)
}

package graphtest

// writeMentionedMedia writes a media of somebody else's that names the account (facts §2.1): in this World the
// posts it is tagged in, none of which is a story.
func writeMentionedMedia(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	if e := c.mayReadComments(); e != nil {
		return nil, e
	}
	id := s.args.Get("media_id")
	if id == "" {
		return nil, badParameter("The parameter media_id is required")
	}
	m, ok := c.h.world.findMedia(id, c.now)
	if !ok || !m.Tagged || m.Deleted || m.account != n.account {
		return nil, notFound("GET", id)
	}
	return c.appendNode(b, node{kind: c.h.kinds.media, id: m.ID, account: n.account, media: &m, listed: true}, s.sub)
}

// writeMentionedComment writes a comment that names the account under somebody else's media (facts §2.1): in this
// World those on the posts it is tagged in. Where comments are disabled it is an error, whose text is not
// recorded.
func writeMentionedComment(c *call, n node, s selection, b []byte) ([]byte, *Error) {
	if e := c.mayReadComments(); e != nil {
		return nil, e
	}
	id := s.args.Get("comment_id")
	if id == "" {
		return nil, badParameter("The parameter comment_id is required")
	}
	one, ok := c.h.world.findComment(id, c.now)
	if !ok || !one.elsewhere || one.Deleted || one.account != n.account {
		return nil, notFound("GET", id)
	}
	if m, ok := c.h.world.findMedia(one.Media, c.now); !ok || m.CommentsDisabled {
		return nil, badParameter("Comments are disabled for the media of this comment")
	}
	return c.appendNode(b, node{kind: c.h.kinds.comment, id: one.ID, account: n.account, comment: &one, listed: true}, s.sub)
}

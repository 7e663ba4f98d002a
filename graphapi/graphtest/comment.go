package graphtest

import (
	"sort"
	"strconv"
	"time"
)

// A Comment is a comment on a post, or a reply to one: what the API says of it. The World's seed fills it
// in; Account.EachComment may change it. Empty texts are unset: the API leaves them out.
type Comment struct {
	ID        string
	Account   string // the 1784… id of the account whose post it is, or which is tagged in it
	Media     string // the post
	Parent    string // the comment that a reply is to; "" of a comment
	Index     int    // its place in its list, 0 being the newest
	Text      string
	Timestamp time.Time
	Username  string // of whoever wrote it
	From      string // the Instagram-scoped id of whoever wrote it
	Likes     int64
	Replies   int // how many replies it has, those yet to come included
	Hidden    bool
	LegacyID  string
	ByOwner   bool // the account wrote it, so that user comes
	Deleted   bool // gone since it was listed: by id, and where its replies are asked for, 100/33

	account *Account
	number  uint64 // of its media
	hash    uint64
	// elsewhere says that it is under somebody else's post.
	elsewhere bool
}

// Comments returns the comments on a media, newest first, as its comments edge lists them now, without
// replies. There are none on stories, children of albums and media that are Deleted.
func (w *World) Comments(media string) []Comment {
	now := w.clock.Now()
	m, ok := w.findMedia(media, now)
	if !ok || m.Deleted {
		return nil
	}
	n := commentsOn(&m)
	return w.commentList(w.firstComment(&m, n, now), n, func(i int) Comment { return w.commentAt(&m, n, i) })
}

// Replies returns the replies to a comment, newest first, as its replies edge lists them now.
func (w *World) Replies(comment string) []Comment {
	now := w.clock.Now()
	c, ok := w.findComment(comment, now)
	if !ok || c.Deleted {
		return nil
	}
	n := repliesTo(&c)
	return w.commentList(w.firstReply(&c, n, now), n, func(i int) Comment { return w.replyAt(&c, i) })
}

// CommentByID returns a comment or a reply. It is false when the API has none of that id now; a Deleted one is
// listed still.
func (w *World) CommentByID(id string) (Comment, bool) { return w.findComment(id, w.clock.Now()) }

func (w *World) commentList(from, to int, at func(i int) Comment) []Comment {
	out := make([]Comment, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, at(i))
	}
	return out
}

func (w *World) findComment(id string, now time.Time) (Comment, bool) {
	r, ok := w.commentRef(id)
	if !ok {
		return Comment{}, false
	}
	m := w.mediaAt(r.media.account, r.media.class, r.media.index)
	n := commentsOn(&m)
	if m.Timestamp.After(now) || r.comment >= n {
		return Comment{}, false
	}
	c := w.commentAt(&m, n, r.comment)
	c.Deleted = c.Deleted || m.Deleted
	if r.reply > 0 {
		if r.reply > repliesTo(&c) {
			return Comment{}, false
		}
		gone := c.Deleted
		c = w.replyAt(&c, r.reply-1)
		c.Deleted = c.Deleted || gone
	}
	return c, !c.Timestamp.After(now)
}

// commentsOn is how many comments a media has, those yet to come included.
func commentsOn(m *Media) int {
	if _, ok := m.number(); !ok {
		return 0
	}
	if m.account.CommentCount != nil {
		return min(max(m.account.CommentCount(*m), 0), mostComments)
	}
	return int(min(max(m.Comments-m.Comments/4, 0), mostComments))
}

// seedReplies is how many of a media's replies the comment at a place has: one of four comments has those of
// all four, so that they add up to what the media's count leaves for them.
func seedReplies(m *Media, n, index int) int {
	all := n / 3
	if m.account.CommentCount == nil {
		all = int(max(m.Comments-int64(n), 0))
	}
	const group = 4
	g, groups := index/group, (n+group-1)/group
	size := min(group, n-g*group)
	if int(mix(m.hash+61+uint64(g))%uint64(size)) != index-g*group {
		return 0
	}
	return all*(g+1)/groups - all*g/groups
}

// repliesTo is how many replies a comment has, those yet to come included.
func repliesTo(c *Comment) int {
	if c.Parent != "" {
		return 0
	}
	return min(max(c.Replies, 0), mostReplies)
}

// firstComment is the first of n comments that is not yet to come.
func (w *World) firstComment(m *Media, n int, now time.Time) int {
	return sort.Search(n, func(i int) bool { return !w.commentAt(m, n, i).Timestamp.After(now) })
}

// firstReply is firstComment for the replies to a comment.
func (w *World) firstReply(c *Comment, n int, now time.Time) int {
	return sort.Search(n, func(i int) bool { return !w.replyAt(c, i).Timestamp.After(now) })
}

// talk is how long a post is commented on, and answerTime how long a comment is replied to.
const (
	talk       = 3 * 24 * time.Hour
	answerTime = 24 * time.Hour
)

// until is when comments on something posted at an instant end: what was there when the World was made has
// all of them by then.
func (a *Account) until(posted time.Time, length time.Duration) time.Time {
	end, origin := posted.Add(length), time.Unix(a.origin, 0)
	if end.After(origin) && !posted.After(origin) {
		return origin
	}
	return end
}

// commentAt makes up the comment at a place of the list of n that a media has.
func (w *World) commentAt(m *Media, n, index int) Comment {
	number, _ := m.number()
	h := mix(m.hash ^ mix(0x636f6d6d00000000|uint64(index)))
	end := m.account.until(m.Timestamp, talk)
	c := Comment{
		ID: w.commentID(number, index, 0), Account: m.Account, Media: m.ID, Index: index,
		Timestamp: time.Unix(spread(end.Unix(), m.Timestamp.Unix(), n, index, mix(m.hash+60)), 0).UTC(),
		Replies:   seedReplies(m, n, index), account: m.account, number: number, hash: h, elsewhere: m.Tagged,
	}
	w.fillComment(&c, "")
	return c
}

// replyAt makes up the reply at a place of a comment's list.
func (w *World) replyAt(of *Comment, index int) Comment {
	end := of.account.until(of.Timestamp, answerTime)
	c := Comment{
		ID: w.commentID(of.number, of.Index, index+1), Account: of.Account, Media: of.Media, Parent: of.ID, Index: index,
		Timestamp: time.Unix(spread(end.Unix(), of.Timestamp.Unix(), repliesTo(of), index, mix(of.hash+60)), 0).UTC(),
		account:   of.account, number: of.number, elsewhere: of.elsewhere, hash: mix(of.hash ^ mix(0x7265706c00000000|uint64(index))),
	}
	w.fillComment(&c, of.Username)
	return c
}

// fillComment writes what a comment says and who says it: to whom, and whether under somebody else's post,
// where the account can read a comment only because it is named in it.
func (w *World) fillComment(c *Comment, to string) {
	h := c.hash
	c.ByOwner = mix(h+1)%9 == 0 && !c.elsewhere
	c.Username, c.From = c.account.Username, c.account.AppScopedID
	if !c.ByOwner {
		who := mix(h+2) % 5000
		c.Username = firstNames[who%uint64(len(firstNames))] + "_" + trades[who/16%uint64(len(trades))] + strconv.FormatUint(who, 10)
		c.From = "6" + digits(mix(w.seed^who), 15)
	}
	switch {
	case c.elsewhere:
		to = c.account.Username
	case mix(h+3)%3 > 0:
		to = ""
	}
	c.Text = commentText(mix(h+4), to)
	c.Likes = int64(mix(h+5) % 12 * (mix(h+6) % 4))
	c.Hidden = mix(h+7)%31 == 0
	c.LegacyID = "17" + digits(h+8, 8)
	if c.Parent == "" && c.account.ReplyCount != nil {
		c.Replies = c.account.ReplyCount(*c)
	}
	if c.account.EachComment != nil {
		c.account.EachComment(c)
	}
}

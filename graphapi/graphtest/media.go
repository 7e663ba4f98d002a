package graphtest

import "time"

// A PostKind is a kind of post: its media_type and its media_product_type (facts §2.2).
type PostKind int

// The kinds of posts.
const (
	FeedImage PostKind = iota // IMAGE, FEED
	FeedVideo                 // VIDEO, FEED
	FeedAlbum                 // CAROUSEL_ALBUM, FEED
	Reel                      // VIDEO, REELS
	Ad                        // IMAGE, AD: of its insights nothing is known, so it has none
)

// A Media is a post, a story, a child of an album or a post of somebody else's that an account is tagged
// in: what the API says of it, and its peculiarities. NewWorld's seed fills it in; Account.EachMedia may
// change it. Empty texts are unset: the API leaves them out.
type Media struct {
	ID          string
	Account     string // the 1784… id of the account that lists it
	Index       int    // its place in the account's list, 0 being the newest; of a child, in its album
	Parent      string // the album that a child is of; "" for all else
	Tagged      bool   // somebody else's, which lists the account among its tags
	Type        string // media_type
	ProductType string // media_product_type
	Timestamp   time.Time
	Username    string // of whoever posted it

	Caption          string
	Permalink        string
	Shortcode        string
	MediaURL         string // changes from day to day; "" for copyrighted media
	ThumbnailURL     string // of videos
	AltText          string // of images
	AudioType        string // media_audio_type of videos
	LegacyID         string
	SharedToFeed     bool // is_shared_to_feed of reels
	CommentsDisabled bool // is_comment_enabled is false
	AIGenerated      bool
	LikesHidden      bool // like_count is left out but where the media itself is asked for it
	CountsHidden     bool // the counts of 2026-04-22 are left out

	// The counts, which are those of the insights of the same names.
	Likes, Comments, Saved, Shares, Reposts int64
	TotalLikes, TotalComments, TotalViews   int64

	Viewers  int64   // of a story: with fewer than 5 its insights are refused (facts §4)
	Children []Media // of an album, in its order

	BeforeConversion bool // insights fail with 100/2108006: posted before the account's conversion (facts §4)
	NotOnFacebook    bool // facebook_views and crossposted_views fail with -1/2207086 (facts §4)
	// Deleted is gone since it was listed: lists have it still, with its fields and its children. By id it, its
	// edges and its children fail with 100/33; so does a page that asks for its insights, its comments or any other
	// edge but its children.
	Deleted    bool
	NoInsights bool     // insights come empty
	Refused    []string // metrics that fail the call as if the product type did not have them
	Absent     []string // metrics whose entry never comes

	account *Account
	class   mediaClass
	via     mediaVia
	hash    uint64
}

// The values of media_type and media_product_type (facts §2.2).
const (
	typeImage = "IMAGE"
	typeVideo = "VIDEO"
	typeAlbum = "CAROUSEL_ALBUM"

	productFeed  = "FEED"
	productReels = "REELS"
	productStory = "STORY"
	productAd    = "AD"
)

// maxListed is how many posts an account's media edge reaches back (facts §2.1).
const maxListed = 10_000

// Media returns the posts of an account, newest first, as its media edge lists them now: at most the
// latest 10,000, without stories. Albums have their Children.
func (w *World) Media(account string) []Media { return w.list(account, posts) }

// Stories returns the stories of an account that are live now: those of the last 24 hours, newest first.
func (w *World) Stories(account string) []Media { return w.list(account, stories) }

// Tagged returns other people's posts that an account is tagged in, newest first.
func (w *World) Tagged(account string) []Media { return w.list(account, tags) }

// MediaByID returns a post, story, tagged post or album child of any account. It is false when the API has
// none of that id now: not of a story that has expired, but of a Deleted post, which is listed still.
func (w *World) MediaByID(id string) (Media, bool) {
	m, ok := w.findMedia(id, w.clock.Now())
	if !ok {
		return Media{}, false
	}
	m.Children = w.childrenOf(&m)
	return m, true
}

func (w *World) list(account string, class mediaClass) []Media {
	a := w.byID[account]
	if a == nil {
		return nil
	}
	from, to := w.listed(a, class, w.clock.Now())
	out := make([]Media, 0, to-from)
	for i := from; i < to; i++ {
		m := w.mediaAt(a, class, i)
		m.Children = w.childrenOf(&m)
		out = append(out, m)
	}
	return out
}

// findMedia finds a media by its id, whether it is listed among the latest or not. Children of albums
// are only filled in where Account.EachMedia sees to it.
func (w *World) findMedia(id string, now time.Time) (Media, bool) {
	r, ok := w.mediaRef(id)
	if !ok {
		return Media{}, false
	}
	m := w.mediaAt(r.account, r.class, r.index)
	if m.Timestamp.After(now) || r.class == stories && !now.Before(m.Timestamp.Add(storyLife)) {
		return Media{}, false
	}
	if r.child == 0 {
		return m, true
	}
	children := w.childrenOf(&m)
	if r.child > len(children) {
		return Media{}, false
	}
	child := children[r.child-1]
	child.Deleted = child.Deleted || m.Deleted
	return child, true
}

// listed are the places in an account's list that the API shows now: neither what is yet to come nor what
// has expired.
func (w *World) listed(a *Account, class mediaClass, now time.Time) (from, to int) {
	switch class {
	case posts:
		from = w.firstAtOrBefore(a, posts, 0, a.sizeOf(posts), now)
		return from, min(a.sizeOf(posts), from+maxListed)
	case stories:
		from = w.firstAtOrBefore(a, stories, 0, a.sizeOf(stories), now)
		return from, w.firstAtOrBefore(a, stories, from, a.sizeOf(stories), now.Add(-storyLife))
	}
	return w.firstAtOrBefore(a, class, 0, a.sizeOf(class), now), a.sizeOf(class)
}

// posted is how many posts the account has made by now.
func (w *World) posted(a *Account, now time.Time) int64 {
	return a.Media - int64(w.firstAtOrBefore(a, posts, 0, a.sizeOf(posts), now))
}

// firstAtOrBefore is the first place from from on, of those before to, whose media was posted at an
// instant or before; to when there is none.
func (w *World) firstAtOrBefore(a *Account, class mediaClass, from, to int, at time.Time) int {
	for from < to {
		middle := (from + to) / 2
		if w.timeOf(a, class, middle).After(at) {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}

// timeOf is when a media was posted, for which the rest of it need not be made up.
func (w *World) timeOf(a *Account, class mediaClass, index int) time.Time {
	if a.EachMedia != nil {
		return w.mediaAt(a, class, index).Timestamp
	}
	return time.Unix(a.postedAt(class, index), 0).UTC()
}

// sizeOf is how many media a list of the account has, expired and future ones included.
func (a *Account) sizeOf(class mediaClass) int {
	switch class {
	case posts:
		return int(min(max(a.Media, 0), 1<<indexBits))
	case stories:
		return 2 * min(max(a.Stories, 0), 1<<(indexBits-1)) // as many again have expired
	case tags:
		return min(max(a.Tagged, 0), 1<<indexBits)
	}
	return 0
}

// own says that the account that asks posted it itself.
func (m *Media) own() bool { return !m.Tagged && m.via == viaOwner }

// child says that it is part of an album.
func (m *Media) child() bool { return m.Parent != "" }

// video says that it moves.
func (m *Media) video() bool { return m.Type == typeVideo }

// counted says that it has the counts of 2026-04-22: FEED and REELS, top level (facts §2.2).
func (m *Media) counted() bool {
	return !m.child() && !m.CountsHidden && (m.ProductType == productFeed || m.ProductType == productReels)
}

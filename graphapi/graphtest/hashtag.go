package graphtest

import (
	"sort"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Hashtags have media of strangers, which nobody finds by their id.
const (
	mostHashtagMedia = 256            // of each of a hashtag's two lists
	recentTime       = 24 * time.Hour // what recent_media covers (facts §2.4)
	hashtagSlotBits  = 15             // of an index among the strangers' posts, above those of the place
)

// HashtagCount says how many media a hashtag's lists have; a negative Top says that there is no such hashtag.
type HashtagCount struct{ Top, Recent int }

// WithHashtags sets how many media hashtags have, at most 256 in each list, by their names in lower case. It must
// be a pure function, safe for concurrent use. Unless set every hashtag has some, as many as the seed says.
func WithHashtags(count func(name string) HashtagCount) WorldOption {
	return func(p *worldPlan) { p.hashtags = count }
}

// hashtags are those a World was asked for. It is only ever added to, and what is added follows from the seed
// and the name.
type hashtags struct {
	count func(name string) HashtagCount
	names sync.Map // by id
	crowd *Account // behind all strangers
}

// newHashtags knows some names from the start, so that their ids are good in a World that was not asked for them
// yet.
func (w *World) newHashtags(count func(name string) HashtagCount, now time.Time) {
	w.hashtags = &hashtags{count: count, crowd: newAccount(mix(w.seed^0x63726f7764), 0)}
	w.hashtags.crowd.Followers = 40_000
	w.hashtags.crowd.seal(0, now)
	for _, names := range [][]string{firstNames[:], trades[:]} {
		for _, name := range names {
			w.HashtagID(name)
		}
	}
}

// HashtagID returns the id of a hashtag, written with or without capitals and without the sign before it. It is
// "" when there is none: of no name, of one with anything but letters, digits and underscores (facts §2.4: no
// emoji), and where WithHashtags says so.
func (w *World) HashtagID(name string) string {
	name = strings.ToLower(name)
	if !isHashtag(name) || w.hashtagCount(name).Top < 0 {
		return ""
	}
	id := "17843" + digits(mixText(w.seed, name), 12)
	w.hashtags.names.Store(id, name)
	return id
}

func isHashtag(name string) bool {
	for _, r := range name {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return name != ""
}

// hashtagOf is the opposite of HashtagID, for a name that it was asked for.
func (w *World) hashtagOf(id string) (string, bool) {
	name, ok := w.hashtags.names.Load(id)
	if !ok {
		return "", false
	}
	return name.(string), true
}

func (w *World) hashtagCount(name string) HashtagCount {
	if w.hashtags.count != nil {
		n := w.hashtags.count(name)
		return HashtagCount{Top: min(n.Top, mostHashtagMedia), Recent: min(max(n.Recent, 0), mostHashtagMedia)}
	}
	h := mixText(w.seed^0x746167, name)
	return HashtagCount{Top: 20 + int(h%130), Recent: int(h >> 32 % 60)}
}

// TopMedia returns the media of a hashtag's top_media edge, the most popular first. They belong to no account of
// the World: Account is empty.
func (w *World) TopMedia(hashtag string) []Media { return w.hashtagList(hashtag, false) }

// RecentMedia returns the media of a hashtag's recent_media edge: those of the last 24 hours, newest first. The
// last of them were posted when the World was made.
func (w *World) RecentMedia(hashtag string) []Media { return w.hashtagList(hashtag, true) }

func (w *World) hashtagList(name string, recent bool) []Media {
	name = strings.ToLower(name)
	from, to := w.hashtagListed(name, recent, w.clock.Now())
	out := make([]Media, 0, max(to-from, 0))
	for i := from; i < to; i++ {
		m := w.hashtagMedia(name, recent, i)
		m.Children = w.childrenOf(&m)
		out = append(out, m)
	}
	return out
}

// hashtagListed are the places of a hashtag's list that are shown at now.
func (w *World) hashtagListed(name string, recent bool, now time.Time) (from, to int) {
	if !isHashtag(name) {
		return 0, 0
	}
	count := w.hashtagCount(name)
	if !recent {
		return 0, max(count.Top, 0)
	}
	older := func(at time.Time) int {
		return sort.Search(count.Recent, func(i int) bool { return !w.hashtagTime(name, count.Recent, i).After(at) })
	}
	return older(now), older(now.Add(-recentTime))
}

// hashtagTime is when the recent media at a place was posted.
func (w *World) hashtagTime(name string, n, i int) time.Time {
	made := w.hashtags.crowd.origin
	return time.Unix(spread(made, made-int64(recentTime/time.Second)+60, n, i, mixText(w.seed, name)), 0).UTC()
}

// hashtagMedia makes up the media at a place of a hashtag's list.
func (w *World) hashtagMedia(name string, recent bool, i int) Media {
	slot := mixText(w.seed^0x736c6f74, name)
	crowd := *w.hashtags.crowd
	crowd.index = len(w.accounts) + int(slot>>hashtagSlotBits%64) // an index of no account, so that ids are of none
	place := i
	if recent {
		place += mostHashtagMedia
	}
	m := w.mediaAt(&crowd, tags, int(slot%(1<<hashtagSlotBits))*2*mostHashtagMedia+place)
	m.Account, m.Tagged, m.Index, m.via = "", false, i, viaHashtag
	m.Timestamp = m.Timestamp.Add(-time.Duration(mix(m.hash)%(90*86400)) * time.Second)
	if recent {
		m.Timestamp = w.hashtagTime(name, w.hashtagCount(name).Recent, i)
	}
	if m.Caption == "" {
		m.Caption = "#" + name
	} else {
		m.Caption += " #" + name
	}
	return m
}

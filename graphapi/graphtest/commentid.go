package graphtest

import (
	"sort"
	"strconv"
)

// A comment id says which comment it is: the media it stands under, its place there and, for a reply, which
// one. Media are counted through the World, so that an id need not hold an account apart.
const (
	commentPrefix  = "18" // media have 179…
	commentSpace   = 1_000_000_000_000_000
	commentFactor  = 381_179_546_920_719 // prime to commentSpace
	commentInverse = 801_469_004_752_879 // its inverse: commentFactor × commentInverse leaves 1

	replyBits   = 10
	commentBits = 14

	// mostComments and mostReplies are how many one media and one comment can have.
	mostComments = 1 << commentBits
	mostReplies  = 1<<replyBits - 1
	// mostCommented is how many media of a World can have comments; those of later accounts have none.
	mostCommented = commentSpace >> (commentBits + replyBits)
)

// commentRef is what a comment id stands for.
type commentRef struct {
	media   mediaRef
	comment int // 0 is the newest of its media
	reply   int // 1 is the newest of its comment; 0 is no reply
}

// numberMedia counts the media of all accounts that can have comments: their posts, then what they are
// tagged in.
func (w *World) numberMedia() {
	var n uint64
	for _, a := range w.accounts {
		a.firstNumber = n
		n += uint64(a.sizeOf(posts)) + uint64(a.sizeOf(tags))
	}
	w.numbered = n
}

// number is the number of a media; it is false for one that has no comments, ever.
func (m *Media) number() (uint64, bool) {
	if m.child() || m.account == nil {
		return 0, false
	}
	n := m.account.firstNumber + uint64(m.Index)
	switch m.class {
	case posts:
	case tags:
		n += uint64(m.account.sizeOf(posts))
	default:
		return 0, false
	}
	return n, n < mostCommented
}

// mediaNumbered is the opposite of number.
func (w *World) mediaNumbered(n uint64) (mediaRef, bool) {
	if n >= w.numbered || n >= mostCommented {
		return mediaRef{}, false
	}
	a := w.accounts[sort.Search(len(w.accounts), func(i int) bool { return w.accounts[i].firstNumber > n })-1]
	index := int(n - a.firstNumber)
	if index < a.sizeOf(posts) {
		return mediaRef{account: a, class: posts, index: index}, true
	}
	return mediaRef{account: a, class: tags, index: index - a.sizeOf(posts)}, true
}

// commentID returns the id of a comment, or of a reply to it.
func (w *World) commentID(media uint64, comment, reply int) string {
	n := (media<<commentBits|uint64(comment))<<replyBits | uint64(reply)
	scattered := (timesModulo(n, commentFactor, commentSpace) + w.commentShift()) % commentSpace
	return commentPrefix + strconv.FormatUint(commentSpace+scattered, 10)[1:]
}

func (w *World) commentShift() uint64 { return mix(w.seed^0x636f6d6d656e74) % commentSpace }

// commentRef takes an id apart. It is false for one that no comment of the World can have; whether there is
// a comment of that place is for the caller to see.
func (w *World) commentRef(id string) (commentRef, bool) {
	if len(id) != len(commentPrefix)+15 || id[:len(commentPrefix)] != commentPrefix || !isNumber(id) {
		return commentRef{}, false
	}
	scattered, err := strconv.ParseUint(id[len(commentPrefix):], 10, 64)
	if err != nil {
		return commentRef{}, false
	}
	n := timesModulo(scattered+commentSpace-w.commentShift(), commentInverse, commentSpace)
	media, ok := w.mediaNumbered(n >> (commentBits + replyBits))
	return commentRef{media: media, comment: int(n >> replyBits & (mostComments - 1)), reply: int(n & mostReplies)}, ok
}

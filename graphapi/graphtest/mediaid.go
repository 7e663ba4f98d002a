package graphtest

import (
	"math/bits"
	"strconv"
)

// A media id says which media it is: its account, the list it is in, its place there and, for an album's
// child, which child. So the World need not remember ten thousand ids an account; scattered over fourteen
// digits they look as unrelated as real ones.
const (
	mediaPrefix = "179" // accounts have 1784…
	idSpace     = 100_000_000_000_000
	idFactor    = 38_117_954_692_071 // prime to idSpace
	idInverse   = 65_185_639_759_831 // its inverse: idFactor × idInverse leaves 1

	childBits = 5
	indexBits = 24
	classBits = 2
)

// mediaClass is a list of an account's media.
type mediaClass int

const (
	posts mediaClass = iota
	stories
	tags
)

// mediaRef is what a media id stands for.
type mediaRef struct {
	account *Account
	class   mediaClass
	index   int // 0 is the newest of its list
	child   int // 1 is an album's first; 0 is no child
}

// mediaID returns the id of a media.
func (w *World) mediaID(r mediaRef) string {
	n := uint64(r.account.index)<<classBits | uint64(r.class)
	n = n<<indexBits | uint64(r.index)
	n = n<<childBits | uint64(r.child)
	scattered := (timesModulo(n, idFactor, idSpace) + w.idShift()) % idSpace
	// the leading 1 keeps the zeros in front
	return mediaPrefix + strconv.FormatUint(idSpace+scattered, 10)[1:]
}

// idShift makes the ids of two Worlds differ.
func (w *World) idShift() uint64 { return mix(w.seed^0x6d65646961) % idSpace }

// mediaRef takes an id apart. It is false for one that no media of the World can have; whether there is a
// media of that place is for the caller to see.
func (w *World) mediaRef(id string) (mediaRef, bool) {
	if len(id) != len(mediaPrefix)+14 || id[:len(mediaPrefix)] != mediaPrefix || !isNumber(id) {
		return mediaRef{}, false
	}
	scattered, err := strconv.ParseUint(id[len(mediaPrefix):], 10, 64)
	if err != nil {
		return mediaRef{}, false
	}
	n := timesModulo(scattered+idSpace-w.idShift(), idInverse, idSpace)
	at := n >> (childBits + indexBits + classBits)
	if at >= uint64(len(w.accounts)) {
		return mediaRef{}, false
	}
	r := mediaRef{
		account: w.accounts[at],
		class:   mediaClass(n >> (childBits + indexBits) & (1<<classBits - 1)),
		index:   int(n >> childBits & (1<<indexBits - 1)),
		child:   int(n & (1<<childBits - 1)),
	}
	if r.index >= r.account.sizeOf(r.class) {
		return mediaRef{}, false
	}
	return r, true
}

func timesModulo(a, b, modulus uint64) uint64 {
	high, low := bits.Mul64(a%modulus, b)
	_, rest := bits.Div64(high, low, modulus)
	return rest
}

package shred

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"sort"
)

// fewNames is up to how many names of one object each new one is compared with all before it; larger
// objects are sorted once, at their end.
const fewNames = 16

// names remembers the keys of the objects that are open, to find one that stands twice. It is a stack:
// what was opened last is closed first.
type names struct {
	seed  maphash.Seed
	page  []byte
	text  []byte // the keys that had to be unescaped
	stack []name
}

// name is a key: bytes [from, to) of the page, or of text.
type name struct {
	hash     uint64
	from, to int32
	at       int32 // where the key stands in the page
	inPage   bool
}

func (n *names) start(page []byte) {
	if n.seed == (maphash.Seed{}) {
		n.seed = maphash.MakeSeed()
	}
	n.page, n.text, n.stack = page, n.text[:0], n.stack[:0]
}

func (n *names) bytes(e *name) []byte {
	if e.inPage {
		return n.page[e.from:e.to]
	}
	return n.text[e.from:e.to]
}

// open begins an object and returns what add and close want to be given.
func (n *names) open() int { return len(n.stack) }

// add remembers key, whose opening quote is byte at of the page; inPage says that it lies there as it is.
// It returns false if key is found twice; in a large object that shows at close only.
func (n *names) add(base int, key []byte, inPage bool, at int) bool {
	h := maphash.Bytes(n.seed, key)
	if len(n.stack)-base <= fewNames {
		for i := base; i < len(n.stack); i++ {
			if e := &n.stack[i]; e.hash == h && bytes.Equal(n.bytes(e), key) {
				return false
			}
		}
	}
	from := at + 1
	if !inPage {
		from = len(n.text)
		n.text = append(n.text, key...)
	}
	n.stack = append(n.stack, name{h, int32(from), int32(from + len(key)), int32(at), inPage})
	return true
}

// close ends the object opened at base and tells whether a key stood there twice, which and where.
func (n *names) close(base int) (at int, key []byte, twice bool) {
	open := n.stack[base:]
	n.stack = n.stack[:base]
	if len(open) <= fewNames+1 {
		return 0, nil, false
	}
	sort.Slice(open, func(i, j int) bool {
		a, b := &open[i], &open[j]
		if a.hash != b.hash {
			return a.hash < b.hash
		}
		return cmp.Or(bytes.Compare(n.bytes(a), n.bytes(b)), cmp.Compare(a.at, b.at)) < 0
	})
	for i := 1; i < len(open); i++ {
		a, b := &open[i-1], &open[i]
		if a.hash == b.hash && bytes.Equal(n.bytes(a), n.bytes(b)) && (!twice || int(b.at) < at) {
			at, key, twice = int(b.at), n.bytes(b), true
		}
	}
	return at, key, twice
}

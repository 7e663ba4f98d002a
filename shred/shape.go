package shred

import (
	"bytes"
	"slices"
)

const (
	// maxKeys is how many different keys a shape tells apart, and so the most fields of one object that
	// can be asked for.
	maxKeys = 256
	// maxMemo bounds the text that is remembered of a value that is skipped.
	maxMemo = 512
)

// A shape is what is known of the keys of one kind of object: those that were asked for and those met on the
// way. It remembers which key followed which, so that most keys cost one comparison, and what the skipped
// strings said, which in insights is mostly the same again. A shape learns, so it is not safe for concurrent use.
type shape struct {
	keys []shapeKey
	// next is, for the place before the first key and for each key, the key that came there last.
	next  []uint16
	asked int    // the first keys are those asked for
	other uint64 // keys beyond maxKeys
}

type shapeKey struct {
	lit   string // the key as a compact page writes it: quoted, with its colon
	name  string
	met   uint64 // how often, for keys not asked for
	known bool   // not asked for, but no surprise either
	memo  []byte // the last string skipped under this key, with its quotes
}

// seen are the keys that an object had so far.
type seen struct {
	bits  [maxKeys / 64]uint64
	names int // where the keys beyond maxKeys begin, in the scanner's names
	extra bool
}

// newShape returns the shape of objects that are asked for names; ignored are keys that are skipped and are
// known to be there.
func newShape(names []string, ignored ...string) *shape {
	h := &shape{next: make([]uint16, 1, len(names)+1), asked: len(names)}
	for _, n := range names {
		h.learn(n)
	}
	for _, n := range ignored {
		h.keys[h.learn(n)].known = true
	}
	return h
}

func (h *shape) learn(name string) int {
	k := len(h.keys)
	h.keys = append(h.keys, shapeKey{name: name, lit: string(appendQuoted(nil, name)) + ":"})
	h.next = append(h.next, uint16(min(k+1, maxKeys-1)))
	return k
}

// appendQuoted appends name as the API would write it as a key: plain ASCII between quotes, else text that no
// page begins a key with, so that the slow way decides.
func appendQuoted(dst []byte, name string) []byte {
	dst = append(dst, '"')
	for i := range len(name) {
		if c := name[i]; c < ' ' || c == '"' || c == '\\' {
			return append(dst[:0], 0)
		}
	}
	return append(append(dst, name...), '"')
}

// key reads the key at pos and the colon behind it, and returns its place in the shape, or -1 for a key that is
// not there and for which there is no room. prev is the key before it, -1 for none.
func (h *shape) key(s *scanner, prev int, m *seen) (int, bool) {
	at := s.pos
	k := int(h.next[prev+1])
	if k < len(h.keys) {
		if lit := h.keys[k].lit; len(s.buf)-at >= len(lit) && string(s.buf[at:at+len(lit)]) == lit {
			s.pos += len(lit)
			s.next()
			return k, h.mark(s, k, m, at)
		}
	}
	text, inPage, ok := s.keyText()
	if !ok || !s.colon() {
		return -1, false
	}
	k = slices.IndexFunc(h.keys, func(k shapeKey) bool { return k.name == string(text) })
	if k < 0 {
		if len(h.keys) == maxKeys {
			return -1, h.extra(s, m, text, inPage, at)
		}
		k = h.learn(string(text))
	}
	h.next[prev+1] = uint16(k)
	return k, h.mark(s, k, m, at)
}

func (h *shape) mark(s *scanner, k int, m *seen, at int) bool {
	w, bit := &m.bits[k>>6&(maxKeys/64-1)], uint64(1)<<(k&63)
	if *w&bit != 0 {
		return s.fail(at, "the key "+showKey([]byte(h.keys[k].name))+" stands twice in one object")
	}
	*w |= bit
	if k >= h.asked {
		h.keys[k].met++
	}
	return true
}

// extra counts a key for which there is no room.
func (h *shape) extra(s *scanner, m *seen, key []byte, inPage bool, at int) bool {
	h.other++
	if !m.extra {
		m.extra, m.names = true, s.names.open()
	}
	if !s.names.add(m.names, key, inPage, at) {
		return s.fail(at, "the key "+showKey(key)+" stands twice in one object")
	}
	return true
}

// close ends an object.
func (h *shape) close(s *scanner, m *seen) bool {
	return !m.extra || s.closeNames(m.names)
}

// skip steps over the value of key k, which may be -1.
func (h *shape) skip(s *scanner, k int) bool {
	if k < 0 || s.peek() != '"' {
		return s.skip()
	}
	key := &h.keys[k]
	return s.skipMemo(&key.memo)
}

// skipMemo steps over the string at pos, and remembers its text in memo, so that the same text again costs one
// comparison.
func (s *scanner) skipMemo(memo *[]byte) bool {
	if n := len(*memo); n > 0 && len(s.buf)-s.pos >= n && bytes.Equal(s.buf[s.pos:s.pos+n], *memo) {
		s.pos += n
		return true
	}
	from := s.pos
	if !s.skipText() {
		return false
	}
	if s.pos-from <= maxMemo {
		*memo = append((*memo)[:0], s.buf[from:s.pos]...)
	}
	return true
}

// A Count says how often a name was met.
type Count struct {
	Name  string
	Times uint64
}

// unknown appends the keys that were skipped and not expected. Those for which there was no room are told as "…".
func (h *shape) unknown(dst []Count) []Count {
	for _, k := range h.keys[h.asked:] {
		if k.met > 0 && !k.known {
			dst = append(dst, Count{k.name, k.met})
		}
	}
	if h.other > 0 {
		dst = append(dst, Count{"…", h.other})
	}
	return dst
}

package shred

import (
	"bytes"
)

const (
	// maxKeys is how many different keys a shape tells apart.
	maxKeys = 256
	// markedKeys is how many of them are marked with a bit when they come; others are remembered by name.
	markedKeys = 64
	// maxName is the longest key that a shape learns.
	maxName = 256
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
	bits  uint64
	names int // where the keys without a bit begin, in the scanner's names
	named bool
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

// key steps into an object, or over the comma behind the value before, and reads the next key and its colon. It
// returns the key's place in the shape, -1 for a key that is not there and for which there is no room, or done at
// the end of the object. prev is the key before it, or noKey.
func (h *shape) key(s *scanner, prev int, m *seen) (k int, done, ok bool) {
	// A page without white space and with the key that came here last costs one comparison.
	b, at := s.buf, s.pos
	if prev != noKey && at < len(b) && b[at] == ',' {
		at++
	}
	if k = int(h.next[prev+1]); k < len(h.keys) && k < markedKeys {
		lit := h.keys[k].lit
		if bit := uint64(1) << k; m.bits&bit == 0 && (prev == noKey || at > s.pos) && len(b)-at > len(lit) && string(b[at:at+len(lit)]) == lit {
			m.bits |= bit
			s.pos = at + len(lit)
			if k >= h.asked {
				h.keys[k].met++
			}
			if b[s.pos] <= ' ' {
				s.space()
			}
			return k, false, true
		}
	}
	return h.slowKey(s, prev, m)
}

// noKey is what shape.key is given for the key before an object's first.
const noKey = -1

func (h *shape) slowKey(s *scanner, prev int, m *seen) (k int, done, ok bool) {
	if done, ok = s.more('}', prev == noKey && m.bits == 0 && !m.named); done || !ok {
		if done && m.named {
			ok = s.closeNames(m.names)
		}
		return 0, done, ok
	}
	at := s.pos
	text, inPage, ok := s.keyText()
	if !ok || !s.colon() {
		return 0, false, false
	}
	if k = h.find(text, prev); k < 0 && len(h.keys) < maxKeys && len(text) <= maxName {
		k = h.learn(string(text))
	}
	var twice bool
	if k >= 0 && k < markedKeys {
		twice = m.bits>>k&1 != 0
		m.bits |= 1 << k
	} else {
		if !m.named {
			m.named, m.names = true, s.names.open()
		}
		twice = !s.names.add(m.names, text, inPage, at)
	}
	if twice {
		return 0, false, s.fail(at, "the key "+showKey(text)+" stands twice in one object")
	}
	if k < 0 {
		h.other++
		return k, false, true
	}
	h.next[prev+1] = uint16(k)
	if k >= h.asked {
		h.keys[k].met++
	}
	return k, false, true
}

// find returns the place of the key text, or -1. Keys that are left out now and then mostly bring the one behind
// them, so that is tried first.
func (h *shape) find(text []byte, prev int) int {
	if k := int(h.next[prev+1]); k < len(h.keys) {
		if k = int(h.next[k+1]); k < len(h.keys) && h.keys[k].name == string(text) {
			return k
		}
	}
	for k := range h.keys {
		if h.keys[k].name == string(text) {
			return k
		}
	}
	return -1
}

// skip steps over the value of key k, which may be -1.
func (h *shape) skip(s *scanner, k int) bool {
	if k < 0 || s.peek() != '"' {
		return s.skip()
	}
	key := &h.keys[k]
	return s.skipMemo(&key.memo)
}

// forget takes back that key k, which was not asked for, was met.
func (h *shape) forget(k int) {
	if k < 0 {
		h.other--
	} else {
		h.keys[k].met--
	}
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
	// Table is the one to whose objects a field belongs, empty for what belongs to none.
	Table string
	Name  string
	Times uint64
}

// unknown appends the keys that were skipped and not expected. Those for which there was no room are told as "…".
func (h *shape) unknown(dst []Count) []Count {
	for _, k := range h.keys[h.asked:] {
		if k.met > 0 && !k.known {
			dst = append(dst, Count{Name: k.name, Times: k.met})
		}
	}
	if h.other > 0 {
		dst = append(dst, Count{Name: "…", Times: h.other})
	}
	return dst
}

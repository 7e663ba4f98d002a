package shred

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
	quotes    = '"' * everyByte
	slashes   = '\\' * everyByte
	spaces    = ' ' * everyByte
)

// special marks the bytes of w that end a run of plain text: quotes, backslashes and control bytes. The
// lowest mark is exact; those above it may be false.
func special(w uint64) uint64 {
	q, b := w^quotes, w^slashes
	return ((q-everyByte)&^q | (b-everyByte)&^b | (w-spaces)&^w) & highBits
}

// plainEnd returns the index of the first byte from i on that is a quote, a backslash or a control byte,
// or the length of b.
func plainEnd(b []byte, i int) int {
	for i+8 <= len(b) {
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
		i++
	}
	return i
}

// text appends the string at pos, unescaped, to dst. A surrogate without its other half becomes U+FFFD.
func (s *scanner) text(dst []byte) ([]byte, bool) {
	from := s.pos + 1
	end := plainEnd(s.buf, from)
	dst = append(dst, s.buf[from:end]...)
	if end < len(s.buf) && s.buf[end] == '"' {
		s.pos = end + 1
		return dst, true
	}
	return s.unescape(dst, end)
}

// textView returns the string at pos unescaped: a part of the page where that does (inPage), else scratch.
func (s *scanner) textView() (text []byte, inPage, ok bool) {
	from := s.pos + 1
	end := plainEnd(s.buf, from)
	if end < len(s.buf) && s.buf[end] == '"' {
		s.pos = end + 1
		return s.buf[from:end:end], true, true
	}
	s.scratch, ok = s.unescape(append(s.scratch[:0], s.buf[from:end]...), end)
	return s.scratch, false, ok
}

// skipText steps over the string at pos.
func (s *scanner) skipText() bool {
	i := plainEnd(s.buf, s.pos+1)
	for i < len(s.buf) && s.buf[i] == '\\' {
		if i+1 < len(s.buf) && s.buf[i+1] == 'u' {
			if _, ok := s.hex(i); !ok {
				return false
			}
			i += 6
		} else {
			if i+1 >= len(s.buf) || escapes[s.buf[i+1]] == 0 {
				return s.badEscape(i)
			}
			i += 2
		}
		i = plainEnd(s.buf, i)
	}
	return s.closeText(i)
}

// closeText ends a string at i, where its closing quote must be.
func (s *scanner) closeText(i int) bool {
	switch {
	case i >= len(s.buf):
		return s.fail(len(s.buf), "the page ends inside a string")
	case s.buf[i] != '"':
		return s.fail(i, "a control byte inside a string")
	}
	s.pos = i + 1
	return true
}

// hex returns the value of the escape at i, which must be \u and four hexadecimal digits.
func (s *scanner) hex(i int) (rune, bool) {
	if i+6 > len(s.buf) {
		return 0, s.badEscape(i)
	}
	h := s.buf[i+2 : i+6]
	r := hexDigit[h[0]]<<12 | hexDigit[h[1]]<<8 | hexDigit[h[2]]<<4 | hexDigit[h[3]]
	if r < 0 {
		return 0, s.badEscape(i)
	}
	return r, true
}

func (s *scanner) badEscape(i int) bool {
	if i+1 >= len(s.buf) || s.buf[i+1] == 'u' && i+6 > len(s.buf) {
		return s.fail(len(s.buf), "the page ends inside a string")
	}
	return s.fail(i, "a bad escape in a string")
}

// unescape appends the rest of a string to dst, from byte i of the page on.
func (s *scanner) unescape(dst []byte, i int) ([]byte, bool) {
	for {
		if cap(dst)-len(dst) < 64 {
			dst = slices.Grow(dst, 64)
		}
		wrote, read := unescapeRun(dst[len(dst):cap(dst)], s.buf[i:])
		dst, i = dst[:len(dst)+wrote], i+read
		if i >= len(s.buf) || s.buf[i] == '"' || s.buf[i] < ' ' {
			return dst, s.closeText(i)
		}
		var ok bool
		if dst, i, ok = s.unescapeOne(dst, i); !ok {
			return dst, false
		}
	}
}

// unescapeRun unescapes the beginning of b into d and returns how many bytes it wrote and read. It stops at the end of
// the string and wherever something is out of the ordinary: near the end of either, at what is wrong, and at half a
// surrogate pair. It calls nothing, so that all it needs stays in registers: this is where escaped pages spend most
// of their time.
func unescapeRun(d, b []byte) (j, i int) {
	for i <= len(b)-8 && j <= len(d)-8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if uint16(w) != '\\'|'u'<<8 {
			// A run of plain bytes is copied eight at a time; what was copied too much is written over.
			binary.LittleEndian.PutUint64(d[j:], w)
			m := special(w)
			if m == 0 {
				i, j = i+8, j+8
				continue
			}
			n := bits.TrailingZeros64(m) >> 3
			i, j = i+n, j+n
			if i >= len(b)-1 || b[i] != '\\' {
				return j, i
			}
			if b[i+1] == 'u' {
				continue
			}
			c := escapes[b[i+1]]
			if c == 0 || j >= len(d) {
				return j, i
			}
			d[j] = c
			i, j = i+2, j+1
			continue
		}
		r := hexDigit[byte(w>>16)]<<12 | hexDigit[byte(w>>24)]<<8 | hexDigit[byte(w>>32)]<<4 | hexDigit[byte(w>>40)]
		// The bytes of a character are written as one word, the last ones to be written over.
		switch {
		case r >= 0x800 && r&^0x7FF != 0xD800:
			binary.LittleEndian.PutUint32(d[j:], uint32(0x8080E0|r>>12|r<<2&0x3F00|r<<16&0x3F0000))
			i, j = i+6, j+3
		case uint32(r) < 0x80:
			d[j] = byte(r)
			i, j = i+6, j+1
		case uint32(r) < 0x800:
			binary.LittleEndian.PutUint32(d[j:], uint32(0x80C0|r>>6|r<<8&0x3F00))
			i, j = i+6, j+2
		default:
			if i > len(b)-14 || r&^0x3FF != 0xD800 {
				return j, i
			}
			w = binary.LittleEndian.Uint64(b[i+6:])
			low := hexDigit[byte(w>>16)]<<12 | hexDigit[byte(w>>24)]<<8 | hexDigit[byte(w>>32)]<<4 | hexDigit[byte(w>>40)]
			if uint16(w) != '\\'|'u'<<8 || low&^0x3FF != 0xDC00 {
				return j, i
			}
			u := uint32(r&0x3FF<<10|low&0x3FF) + 0x10000
			binary.LittleEndian.PutUint32(d[j:], 0x808080F0|u>>18|u>>4&0x3F00|u<<10&0x3F0000|u<<24&0x3F000000)
			i, j = i+12, j+4
		}
	}
	return j, i
}

// unescapeOne unescapes the byte or the escape at i, whichever it is.
func (s *scanner) unescapeOne(dst []byte, i int) ([]byte, int, bool) {
	b := s.buf
	if b[i] != '\\' {
		return append(dst, b[i]), i + 1, true
	}
	if i+1 >= len(b) || b[i+1] != 'u' {
		if i+1 >= len(b) || escapes[b[i+1]] == 0 {
			return dst, i, s.badEscape(i)
		}
		return append(dst, escapes[b[i+1]]), i + 2, true
	}
	r, ok := s.hex(i)
	if !ok {
		return dst, i, false
	}
	i += 6
	if r&^0x7FF == 0xD800 && i+1 < len(b) && b[i] == '\\' && b[i+1] == 'u' {
		low, ok := s.hex(i)
		if !ok {
			return dst, i, false
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			i += 6
		}
	}
	return utf8.AppendRune(dst, r), i, true // half a pair becomes U+FFFD
}

// escapes holds what the byte behind a backslash stands for, 0 for those that are no escape.
var escapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// hexDigit holds the value of hexadecimal digits. What is none has only high bits set, so that it stays
// negative however it is shifted and combined.
var hexDigit = func() (t [256]int32) {
	for i := range t {
		t[i] = -1 << 16
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = c - '0'
	}
	for c := 'a'; c <= 'f'; c++ {
		t[c], t[c-32] = c-'a'+10, c-'a'+10
	}
	return t
}()

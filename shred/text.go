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
			if !s.hex(i) {
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

// hex checks that the escape at i is \u and four hexadecimal digits.
func (s *scanner) hex(i int) bool {
	if i+6 > len(s.buf) {
		return s.badEscape(i)
	}
	h := s.buf[i+2 : i+6]
	if (hexDigit[h[0]] | hexDigit[h[1]] | hexDigit[h[2]] | hexDigit[h[3]]) < 0 {
		return s.badEscape(i)
	}
	return true
}

func (s *scanner) badEscape(i int) bool {
	if i+1 >= len(s.buf) || s.buf[i+1] == 'u' && i+6 > len(s.buf) {
		return s.fail(len(s.buf), "the page ends inside a string")
	}
	return s.fail(i, "a bad escape in a string")
}

// unescape appends the rest of a string to dst, from byte i of the page on.
func (s *scanner) unescape(dst []byte, i int) ([]byte, bool) {
	b := s.buf
	d, j := dst[:cap(dst)], len(dst)
	for i+8 <= len(b) {
		if j+8 > len(d) {
			d = grow(d, j)
		}
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
			if b[i] != '\\' {
				return d[:j], s.closeText(i)
			}
			if i+1 < len(b) && b[i+1] == 'u' {
				continue
			}
			if i+1 >= len(b) || escapes[b[i+1]] == 0 {
				return dst, s.badEscape(i)
			}
			if j == len(d) {
				d = grow(d, j)
			}
			d[j] = escapes[b[i+1]]
			i, j = i+2, j+1
			continue
		}
		r := hexDigit[byte(w>>16)]<<12 | hexDigit[byte(w>>24)]<<8 | hexDigit[byte(w>>32)]<<4 | hexDigit[byte(w>>40)]
		i += 6
		// The bytes of the character are written as one word, its last ones to be written over.
		switch {
		case r >= 0x800 && r&^0x7FF != 0xD800:
			binary.LittleEndian.PutUint32(d[j:], uint32(0x8080E0|r>>12|r<<2&0x3F00|r<<16&0x3F0000))
			j += 3
		case r < 0:
			return dst, s.badEscape(i - 6)
		case r < 0x80:
			d[j] = byte(r)
			j++
		case r < 0x800:
			binary.LittleEndian.PutUint32(d[j:], uint32(0x80C0|r>>6|r<<8&0x3F00))
			j += 2
		default:
			pair, ok := s.lowHalf(i, r)
			if !ok {
				return dst, false
			}
			if pair != utf8.RuneError {
				i += 6
			}
			j += utf8.EncodeRune(d[j:j+4], pair)
		}
	}
	return s.unescapeEnd(d[:j], i)
}

// unescapeEnd is unescape for the last few bytes of a page.
func (s *scanner) unescapeEnd(dst []byte, i int) ([]byte, bool) {
	for i < len(s.buf) && s.buf[i] != '"' && s.buf[i] >= ' ' {
		c := s.buf[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		if i+1 < len(s.buf) && s.buf[i+1] == 'u' {
			if !s.hex(i) {
				return dst, false
			}
			h := s.buf[i+2 : i+6]
			// A first half cannot have its other half in what is left, and neither stands alone.
			dst = utf8.AppendRune(dst, hexDigit[h[0]]<<12|hexDigit[h[1]]<<8|hexDigit[h[2]]<<4|hexDigit[h[3]])
			i += 6
			continue
		}
		if i+1 >= len(s.buf) || escapes[s.buf[i+1]] == 0 {
			return dst, s.badEscape(i)
		}
		dst = append(dst, escapes[s.buf[i+1]])
		i += 2
	}
	return dst, s.closeText(i)
}

// lowHalf returns the character that the surrogate r makes with the escape at i, or U+FFFD when the two
// are no pair; the escape at i then stands for itself.
func (s *scanner) lowHalf(i int, r int32) (rune, bool) {
	if r >= 0xDC00 || i+2 > len(s.buf) || s.buf[i] != '\\' || s.buf[i+1] != 'u' {
		return utf8.RuneError, true
	}
	if !s.hex(i) {
		return 0, false
	}
	h := s.buf[i+2 : i+6]
	low := hexDigit[h[0]]<<12 | hexDigit[h[1]]<<8 | hexDigit[h[2]]<<4 | hexDigit[h[3]]
	return utf16.DecodeRune(r, low), true
}

// grow returns d with its first j bytes kept and room for at least 64 more.
func grow(d []byte, j int) []byte {
	d = slices.Grow(d[:j], 64)
	return d[:cap(d)]
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

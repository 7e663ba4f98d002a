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
	if end < len(s.buf) && s.buf[end] == '"' {
		s.pos = end + 1
		return append(dst, s.buf[from:end]...), true
	}
	return s.unescape(dst, from)
}

// textView returns the string at pos unescaped: a part of the page where that does (inPage), else scratch.
func (s *scanner) textView() (text []byte, inPage, ok bool) {
	from := s.pos + 1
	end := plainEnd(s.buf, from)
	if end < len(s.buf) && s.buf[end] == '"' {
		s.pos = end + 1
		return s.buf[from:end:end], true, true
	}
	s.scratch, ok = s.unescape(s.scratch[:0], from)
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

// unescape appends the string whose first byte behind the quote is at i to dst.
func (s *scanner) unescape(dst []byte, i int) ([]byte, bool) {
	b := s.buf
	d, j := dst[:cap(dst)], len(dst)
	for {
		// Runs of plain bytes are copied eight at a time; what was copied too much is written over.
		for {
			if len(d)-j < 8 {
				d = grow(d, j)
			}
			if i+8 > len(b) {
				for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
					if j == len(d) {
						d = grow(d, j)
					}
					d[j] = b[i]
					i, j = i+1, j+1
				}
				break
			}
			w := binary.LittleEndian.Uint64(b[i:])
			binary.LittleEndian.PutUint64(d[j:], w)
			if m := special(w); m != 0 {
				n := bits.TrailingZeros64(m) >> 3
				i, j = i+n, j+n
				break
			}
			i, j = i+8, j+8
		}
		if i >= len(b) || b[i] != '\\' {
			return d[:j], s.closeText(i)
		}
		for i+6 <= len(b) && b[i] == '\\' {
			if len(d)-j < 8 {
				d = grow(d, j)
			}
			if b[i+1] != 'u' {
				c := escapes[b[i+1]]
				if c == 0 {
					return dst, s.badEscape(i)
				}
				d[j] = c
				i, j = i+2, j+1
				continue
			}
			h := b[i+2 : i+6 : i+6]
			r := hexDigit[h[0]]<<12 | hexDigit[h[1]]<<8 | hexDigit[h[2]]<<4 | hexDigit[h[3]]
			if r < 0 {
				return dst, s.badEscape(i)
			}
			i += 6
			o := d[j : j+4 : j+4]
			switch {
			case r < 0x80:
				o[0] = byte(r)
				j++
			case r < 0x800:
				o[0], o[1] = 0xC0|byte(r>>6), 0x80|byte(r)&0xBF
				j += 2
			case r&^0x7FF != 0xD800:
				o[0], o[1], o[2] = 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF
				j += 3
			default:
				pair, ok := s.lowHalf(i, r)
				if !ok {
					return dst, false
				}
				if pair != utf8.RuneError {
					i += 6
				}
				j += utf8.EncodeRune(o, pair)
			}
		}
		if i < len(b) && b[i] == '\\' { // fewer than six bytes are left
			if i+1 >= len(b) || escapes[b[i+1]] == 0 {
				return dst, s.badEscape(i)
			}
			if j == len(d) {
				d = grow(d, j)
			}
			d[j] = escapes[b[i+1]]
			i, j = i+2, j+1
		}
	}
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

package shred

import (
	"math"
	"strconv"
)

// number steps over the number at pos and returns its text, which lies in the page.
func (s *scanner) number() ([]byte, bool) {
	n, whole := numberLen(s.buf[s.pos:])
	if !whole {
		s.pos += n
		return nil, s.unexpected("a digit")
	}
	from := s.pos
	s.pos += n
	return s.buf[from:s.pos], true
}

// numberLen returns how many bytes of b a JSON number takes. whole is false when the bytes so far are the
// beginning of a number that breaks off.
func numberLen(b []byte) (n int, whole bool) {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b) || b[i]-'0' > 9:
		return i, false
	case b[i] == '0':
		i++
		if i < len(b) && b[i]-'0' <= 9 {
			return i, false // no number begins with a needless zero
		}
	default:
		i = digitsEnd(b, i)
	}
	if i < len(b) && b[i] == '.' {
		from := i + 1
		if i = digitsEnd(b, from); i == from {
			return i, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		from := i
		if i = digitsEnd(b, from); i == from {
			return i, false
		}
	}
	return i, true
}

func digitsEnd(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// integer reads an integer: a number with an exact integral value, so that 1.0 and 1e3 are ones, or a string
// that holds such a number and nothing else. present is false for null.
func (s *scanner) integer() (value int64, present, ok bool) {
	b, i := s.buf, s.pos
	neg := i < len(b) && b[i] == '-'
	if neg {
		i++
	}
	from := i
	var u uint64
	for i < len(b) {
		c := b[i] - '0'
		if c > 9 {
			break
		}
		u = u*10 + uint64(c)
		i++
	}
	// Up to 18 digits nothing overflows, and what follows a plain integer is none of ".eE".
	if n := i - from; n > 0 && n <= 18 && (n == 1 || b[from] != '0') && (i == len(b) || b[i] != '.' && b[i]|0x20 != 'e') {
		s.pos = i
		if neg {
			return -int64(u), true, true
		}
		return int64(u), true, true
	}
	return s.oddInteger()
}

// oddInteger is integer for all but short plain ones.
func (s *scanner) oddInteger() (value int64, present, ok bool) {
	at := s.pos
	var text []byte
	switch c := s.peek(); {
	case c == '-', c-'0' <= 9:
		if text, ok = s.number(); !ok {
			return 0, false, false
		}
	case c == '"':
		if text, _, ok = s.textView(); !ok {
			return 0, false, false
		}
		if n, whole := numberLen(text); !whole || n != len(text) {
			return 0, false, s.fail(at, "a string that holds no number where an integer was due")
		}
	case c == 'n':
		return 0, false, s.literal("null")
	default:
		return 0, false, s.unexpected("an integer")
	}
	value, kind := exactInteger(text)
	switch kind {
	case tooLarge:
		return 0, false, s.fail(at, "an integer beyond 64 bits")
	case notWhole:
		return 0, false, s.fail(at, "a number with a fraction where an integer was due")
	}
	return value, true, true
}

type exactness uint8

const (
	exact exactness = iota
	tooLarge
	notWhole
)

// exactInteger returns the value of text, a JSON number, if it is an integer of 64 bits.
func exactInteger(text []byte) (int64, exactness) {
	neg := text[0] == '-'
	if neg {
		text = text[1:]
	}
	// The value is digits × 10^scale, digits without zeros at either end.
	var digits [20]byte
	n, zeros, scale, fraction, big := 0, 0, 0, false, false
	i := 0
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' {
			fraction = true
			continue
		}
		if c|0x20 == 'e' {
			break
		}
		if fraction {
			scale--
		}
		if c == '0' {
			if n > 0 {
				zeros++
			}
			continue
		}
		for ; zeros > 0 && n < len(digits); zeros-- {
			digits[n] = '0'
			n++
		}
		if n == len(digits) {
			big = true // more than 20 significant digits: no int64, whatever the exponent
			zeros = 0
			continue
		}
		digits[n] = c
		n++
	}
	if n == 0 {
		return 0, exact
	}
	scale += zeros
	if i < len(text) {
		e, err := strconv.Atoi(string(text[i+1:]))
		if err != nil { // beyond an int: far too large, or far too small
			if text[i+1] == '-' {
				return 0, notWhole
			}
			return 0, tooLarge
		}
		if e > math.MaxInt32 || e < -math.MaxInt32 {
			e = max(min(e, math.MaxInt32), -math.MaxInt32)
		}
		scale += e
	}
	switch {
	case scale < 0:
		return 0, notWhole
	case big || n+scale > 19:
		return 0, tooLarge
	}
	var u uint64
	for _, c := range digits[:n] {
		u = u*10 + uint64(c-'0')
	}
	for range scale {
		u *= 10
	}
	switch {
	case neg && u <= 1<<63:
		return int64(-u), exact
	case !neg && u <= math.MaxInt64:
		return int64(u), exact
	}
	return 0, tooLarge
}

// powers are the powers of ten that a float64 holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// decimal reads a number, or a string that holds one, as the nearest float64. present is false for null.
func (s *scanner) decimal() (value float64, present, ok bool) {
	at := s.pos
	var text []byte
	switch c := s.peek(); {
	case c == '-', c-'0' <= 9:
		if text, ok = s.number(); !ok {
			return 0, false, false
		}
	case c == '"':
		if text, _, ok = s.textView(); !ok {
			return 0, false, false
		}
		if n, whole := numberLen(text); !whole || n != len(text) {
			return 0, false, s.fail(at, "a string that holds no number where a number was due")
		}
	case c == 'n':
		return 0, false, s.literal("null")
	default:
		return 0, false, s.unexpected("a number")
	}
	if v, ok := shortDecimal(text); ok {
		return v, true, true
	}
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, false, s.fail(at, "a number beyond a 64-bit float")
	}
	return value, true, true
}

// shortDecimal is the value of text, a JSON number of up to 15 digits without an exponent: both the digits and
// the power of ten are then exact, and so their quotient is the nearest float64.
func shortDecimal(text []byte) (float64, bool) {
	if len(text) > 16 {
		return 0, false
	}
	neg := text[0] == '-'
	var u uint64
	digits, point := 0, -1
	for i, c := range text {
		switch {
		case c-'0' <= 9:
			u = u*10 + uint64(c-'0')
			digits++
		case c == '.':
			point = digits
		case c == '-' && i == 0:
		default:
			return 0, false
		}
	}
	if digits > 15 {
		return 0, false
	}
	v := float64(u)
	if point >= 0 {
		v /= powers[digits-point]
	}
	if neg {
		v = -v
	}
	return v, true
}

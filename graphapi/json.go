package graphapi

import (
	"encoding/binary"
	"math/bits"
)

// This file reads JSON by position: an answer is checked once, whole, and then only the few places that
// the client cares about are looked at. Rows are not its business.

// maxDepth is how deep JSON may nest, as in encoding/json.
const maxDepth = 10000

// outline is what a check of a JSON text finds at its outermost level.
type outline struct {
	// kind is the first character: { or [ for what an answer may be.
	kind byte
	// suspect says that an object has a member named like an error's.
	suspect bool
	// data and paging are where the values of an object's members of these names begin, 0 for none: what
	// follows a page is found without reading its rows again.
	data, paging int
}

// inspect checks that b is one valid JSON text and says what it is.
func inspect(b []byte) (o outline, ok bool) {
	var room [64]byte
	stack := room[:0]
	i := skipSpace(b, 0)
	if i >= len(b) {
		return o, false
	}
	o.kind = b[i]
	for {
		// A value begins at i.
		if i >= len(b) {
			return o, false
		}
		opened := false
		switch c := b[i]; c {
		case '{', '[':
			if len(stack) >= maxDepth {
				return o, false
			}
			stack = append(stack, c)
			i = skipSpace(b, i+1)
			if i >= len(b) {
				return o, false
			}
			if b[i] == c+2 { // } and ] stand two after { and [
				stack = stack[:len(stack)-1]
				i++
			} else {
				opened = true
			}
		case '"':
			if i = skipString(b, i); i < 0 {
				return o, false
			}
		default:
			if i = skipScalar(b, i); i < 0 {
				return o, false
			}
		}
		// A value ended before i, unless a container with something in it was opened.
		for !opened {
			i = skipSpace(b, i)
			if len(stack) == 0 {
				return o, i == len(b)
			}
			if i >= len(b) {
				return o, false
			}
			open := stack[len(stack)-1]
			switch b[i] {
			case ',':
				i = skipSpace(b, i+1)
				opened = true
			case open + 2:
				stack = stack[:len(stack)-1]
				i++
			default:
				return o, false
			}
		}
		if stack[len(stack)-1] == '{' {
			if i >= len(b) || b[i] != '"' {
				return o, false
			}
			start := i + 1
			if i = skipString(b, i); i < 0 {
				return o, false
			}
			name := b[start : i-1]
			i = skipSpace(b, i)
			if i >= len(b) || b[i] != ':' {
				return o, false
			}
			i = skipSpace(b, i+1)
			if len(stack) == 1 {
				o.member(name, i)
			}
		}
	}
}

// member takes in a member of the outermost object, whose value begins at i.
func (o *outline) member(name []byte, i int) {
	switch string(name) {
	case "data":
		o.data = i
	case "paging":
		o.paging = i
	default:
		o.suspect = o.suspect || errorMember(name)
	}
}

// errorMember says whether a member's raw name is one of an error's, or is written in a way that may be.
func errorMember(name []byte) bool {
	switch string(name) {
	case "error", "error_type", "error_message", "error_code":
		return true
	}
	for _, c := range name {
		if c == '\\' {
			return true
		}
	}
	return false
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// skipString returns the index after the string that begins at i, or -1. Eight bytes are looked at in one
// go: text is most of what the API sends.
func skipString(b []byte, i int) int {
	i++
	for i < len(b) {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			quote, slash := w^(lows*'"'), w^(lows*'\\')
			hit := ((quote - lows) &^ quote) | ((slash - lows) &^ slash) | ((w - lows*0x20) &^ w)
			if hit &= highs; hit != 0 {
				i += bits.TrailingZeros64(hit) / 8
				break
			}
			i += 8
		}
		if i >= len(b) {
			return -1
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c < 0x20:
			return -1
		case c == '\\':
			if i = skipEscapes(b, i); i < 0 {
				return -1
			}
		default:
			i++
		}
	}
	return -1
}

// skipEscapes returns the index after the escapes that begin at i, or -1: texts that are not Latin are
// little else.
func skipEscapes(b []byte, i int) int {
	for i < len(b) && b[i] == '\\' {
		if i+1 >= len(b) {
			return -1
		}
		switch b[i+1] {
		case 'u':
			if _, ok := hex4(b, i+2); !ok {
				return -1
			}
			i += 6
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			i += 2
		default:
			return -1
		}
	}
	return i
}

// hexDigits are the values of hexadecimal digits, noHex for all other bytes.
var hexDigits = func() (t [256]uint8) {
	for i := range t {
		t[i] = noHex
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = uint8(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = uint8(10 + i)
	}
	return t
}()

const noHex = 0x80

func hex4(b []byte, i int) (rune, bool) {
	if i+4 > len(b) {
		return 0, false
	}
	d := b[i : i+4 : i+4]
	w, x, y, z := hexDigits[d[0]], hexDigits[d[1]], hexDigits[d[2]], hexDigits[d[3]]
	if (w|x|y|z)&noHex != 0 {
		return 0, false
	}
	return rune(w)<<12 | rune(x)<<8 | rune(y)<<4 | rune(z), true
}

// skipScalar returns the index after the literal or number that begins at i, or -1.
func skipScalar(b []byte, i int) int {
	if i < len(b) {
		switch b[i] {
		case 't':
			return skipWord(b, i, "true")
		case 'f':
			return skipWord(b, i, "false")
		case 'n':
			return skipWord(b, i, "null")
		case '-':
			i++
		}
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case i < len(b) && b[i] >= '1' && b[i] <= '9':
		i = skipDigits(b, i)
	default:
		return -1
	}
	if i < len(b) && b[i] == '.' {
		start := i + 1
		if i = skipDigits(b, start); i == start {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start := i
		if i = skipDigits(b, start); i == start {
			return -1
		}
	}
	return i
}

func skipWord(b []byte, i int, word string) int {
	if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word)
	}
	return -1
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

// skipValue returns the index after the value that begins at i of a text that inspect found valid.
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			i++
			continue
		default:
			i = skipScalar(b, i)
		}
		if depth <= 0 {
			return i
		}
	}
	return i
}

// members calls f with the raw name and the value of each member of the object that valid text b is. It
// does nothing for other values, and ends when f returns false.
func members(b []byte, f func(name, value []byte) bool) {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '{' {
		return
	}
	for i = skipSpace(b, i+1); i < len(b) && b[i] == '"'; {
		end := skipString(b, i)
		name := b[i+1 : end-1]
		start := skipSpace(b, skipSpace(b, end)+1)
		i = skipValue(b, start)
		if !f(name, b[start:i]) {
			return
		}
		if i = skipSpace(b, i); b[i] != ',' {
			return
		}
		i = skipSpace(b, i+1)
	}
}

// elements calls f with each element of the array that valid text b is. It does nothing for other values,
// and ends when f returns false.
func elements(b []byte, f func(value []byte) bool) {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '[' {
		return
	}
	for i = skipSpace(b, i+1); i < len(b) && b[i] != ']'; {
		start := i
		i = skipValue(b, start)
		if !f(b[start:i]) {
			return
		}
		if i = skipSpace(b, i); b[i] != ',' {
			return
		}
		i = skipSpace(b, i+1)
	}
}

// member returns the value of the first member of that name, or nil.
func member(b []byte, name string) []byte {
	var found []byte
	members(b, func(n, value []byte) bool {
		if string(n) == name {
			found = value
		}
		return found == nil
	})
	return found
}

package postgres

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// nulSign is what a character U+0000 becomes, which PostgreSQL can hold neither in text nor in jsonb:
// SYMBOL FOR NULL, made to stand for it where it cannot be.
const nulSign = "\u2400"

// storable says whether PostgreSQL takes s as it is.
func storable(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// appendText appends s as PostgreSQL can hold it: U+0000 as nulSign, and each byte that is no UTF-8 as U+FFFD.
func appendText(dst []byte, s string) []byte {
	if storable(s) {
		return append(dst, s...)
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == 0 {
			dst = append(dst, nulSign...)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
		i += size
	}
	return dst
}

// hideEscapedNUL replaces the escaped U+0000 in the JSON that begins at start of dst, as appendText does.
func hideEscapedNUL(dst []byte, start int) []byte {
	const escaped = `\u0000`
	first := bytes.Index(dst[start:], []byte(escaped))
	if first < 0 {
		return dst
	}
	text := bytes.Clone(dst[start:])
	dst = dst[:start]
	for i := 0; i < len(text); {
		switch {
		case text[i] != '\\':
			dst = append(dst, text[i])
			i++
		case bytes.HasPrefix(text[i:], []byte(escaped)):
			dst = append(dst, nulSign...)
			i += len(escaped)
		default: // the character after a backslash, which may be one, begins nothing
			dst = append(dst, text[i:i+2]...)
			i += 2
		}
	}
	return dst
}

// appendNumeric appends a number in decimal digits, with a sign and a point where there are such, in the
// binary form of numeric: the number of groups of four digits, the weight of the first, the sign, the number
// of digits behind the point, and the groups.
func appendNumeric(dst, digits []byte) []byte {
	const negative = 0x4000
	var sign uint16
	if digits[0] == '-' {
		sign, digits = negative, digits[1:]
	}
	before, behind, _ := bytes.Cut(digits, []byte("."))
	// Zeros on both sides make the point lie between two groups.
	lead := (4 - len(before)%4) % 4
	groups := make([]uint16, (lead+len(before)+len(behind)+3)/4)
	for i := range len(groups) * 4 {
		var d byte = '0'
		switch at := i - lead; {
		case at < 0 || at >= len(before)+len(behind):
		case at < len(before):
			d = before[at]
		default:
			d = behind[at-len(before)]
		}
		groups[i/4] = groups[i/4]*10 + uint16(d-'0')
	}
	weight := (lead+len(before))/4 - 1
	for len(groups) > 0 && groups[0] == 0 {
		groups, weight = groups[1:], weight-1
	}
	for len(groups) > 0 && groups[len(groups)-1] == 0 {
		groups = groups[:len(groups)-1]
	}
	if len(groups) == 0 {
		sign, weight = 0, 0
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(groups)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(int16(weight)))
	dst = binary.BigEndian.AppendUint16(dst, sign)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(behind)))
	for _, g := range groups {
		dst = binary.BigEndian.AppendUint16(dst, g)
	}
	return dst
}

package graphtest

import (
	"strconv"
	"unicode/utf8"
)

// appendText writes a JSON string as the API does: slashes and everything beyond ASCII escaped
// (facts §3.4 for the localised titles this matters for).
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		plain := i
		for i < len(s) && asItIs[s[i]] {
			i++
		}
		b = append(b, s[plain:i]...)
		if i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r >= 0x10000 {
			r -= 0x10000
			b = appendEscape(b, 0xd800+r>>10)
			r = 0xdc00 + r&0x3ff
		}
		b = appendEscape(b, r)
	}
	return append(b, '"')
}

// asItIs are the bytes that need no escape.
var asItIs = func() (set [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		set[c] = c != '"' && c != '\\' && c != '/'
	}
	return set
}()

// appendASCII writes a byte that needs an escape.
func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return appendEscape(b, rune(c))
}

func appendEscape(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// appendKey writes a member's name and the colon, with a comma before it unless it is the first.
func appendKey(b []byte, name string) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' {
		b = append(b, ',')
	}
	return append(appendText(b, name), ':')
}

// appendMember writes a member whose value is text.
func appendMember(b []byte, name, value string) []byte { return appendText(appendKey(b, name), value) }

// appendNumber writes a member whose value is a number.
func appendNumber(b []byte, name string, value int64) []byte {
	return strconv.AppendInt(appendKey(b, name), value, 10)
}

// appendTexts writes an array of strings.
func appendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}

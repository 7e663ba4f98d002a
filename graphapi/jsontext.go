package graphapi

import (
	"unicode/utf16"
	"unicode/utf8"
)

// text returns the content of valid JSON string b, empty for other values.
func text(b []byte) string {
	if len(b) < 2 || b[0] != '"' {
		return ""
	}
	return string(unquote(nil, b[1:len(b)-1]))
}

// unquote appends the content of a valid JSON string, given without its quotes, to dst. Half a surrogate
// pair becomes U+FFFD.
func unquote(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && s[i] != '\\' {
			i++
		}
		dst = append(dst, s[start:i]...)
		if i+1 >= len(s) {
			return dst
		}
		c := s[i+1]
		i += 2
		switch c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(s, i)
			i += 4
			if utf16.IsSurrogate(r) {
				var low rune
				if i+1 < len(s) && s[i] == '\\' && s[i+1] == 'u' {
					low, _ = hex4(s, i+2)
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

package timeexpr

const expectedStart = "a date"

func unknownWord(text string, at int) *SyntaxError {
	return &SyntaxError{Text: text, Offset: at, Word: text[at:], Problem: "is not understood"}
}
func foreignRune(text string) (int, bool) {
	for i, r := range text {
		if r >= 0x80 && r != 0xa0 && r != 0x202f && r != 'µ' {
			return i, true
		}
	}
	return 0, false
}
func trimmed(text string) (int, int) {
	b, e := 0, len(text)
	sp := func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
	for b < e && sp(text[b]) {
		b++
	}
	for e > b && sp(text[e-1]) {
		e--
	}
	return b, e
}
func visible(s string) string { return s }

package timeexpr

import "strings"

// scan reads text from left to right, form after form, into parts.
func scan(text string) (*parts, *SyntaxError) {
	if text == "" {
		return nil, &SyntaxError{Problem: "is empty", Expected: expectedStart}
	}
	if len(text) > longestText {
		return nil, &SyntaxError{
			Text: text, Word: beginning(text, 40),
			Problem: "begins a text that is too long", Expected: "at most 500 bytes",
		}
	}
	if at := foreign(text); at >= 0 {
		return nil, unknownWord(text, at)
	}
	end := len(strings.TrimRight(text, asciiSpace))
	begin := len(text) - len(strings.TrimLeft(text, asciiSpace))
	p := newParts()
	input := text[:end] + "\x00"
	for at := begin; at < end; {
		found, length := longest(input[at:])
		if length == 0 {
			return nil, unknownWord(text, at)
		}
		word := input[at : at+length]
		values := &reader{rest: word}
		switch f := found.take(p, values); f {
		case nil:
		case errUnknownZone: // it is what is left
			return nil, unknownWord(text, at+length-len(values.rest))
		default:
			word = strings.TrimRight(word, "\x00 \t\u00a0\u202f")
			return nil, &SyntaxError{Text: text, Offset: at, Word: word, Problem: f.problem, Expected: f.expected}
		}
		at += length
	}
	return p, nil
}

// longestText is how many bytes an expression may have: matching takes time that grows with the square.
const longestText = 500

const asciiSpace = " \t\n\v\f\r"

// foreign returns where the first character stands that no form has, or -1: beside ASCII there are two kinds of
// space that do not break, and the µ of microseconds.
func foreign(text string) int {
	return strings.IndexFunc(text, func(r rune) bool {
		return r >= 0x80 && r != '\u00a0' && r != '\u202f' && r != 'µ'
	})
}

// beginning returns as many whole characters of a longer text as begin within its first bytes.
func beginning(text string, bytes int) string {
	for i := range text {
		if i >= bytes {
			return text[:i]
		}
	}
	return text
}

package timeexpr

// scan reads text from left to right, form after form, into parts.
func scan(text string) (*parts, *SyntaxError) {
	if at, ok := foreignRune(text); ok {
		return nil, unknownWord(text, at)
	}
	if text == "" {
		return nil, &SyntaxError{Expected: expectedStart}
	}
	begin, end := trimmed(text)
	p := newParts()
	input := text[:end] + "\x00"
	for at := begin; at < end; {
		form, length := longest(input[at:])
		if length == 0 {
			return nil, unknownWord(text, at)
		}
		word := input[at : at+length]
		if f := forms[form].take(p, &reader{rest: word}); f != nil {
			if f == errUnknownZone {
				return nil, unknownWord(text, at)
			}
			return nil, &SyntaxError{Text: text, Offset: at, Word: visible(word), Problem: f.problem, Expected: f.expected}
		}
		at += length
	}
	return p, nil
}

// longest returns the form that matches the most of text's beginning, and how much that is.
func longest(text string) (form, length int) {
	for i, pattern := range patterns() {
		if match := pattern.FindStringIndex(text); match != nil && match[1] > length {
			form, length = i, match[1]
		}
	}
	return form, length
}

package plugin

import (
	"strings"

	"github.com/igsource/igsource/secret"
)

// A markedText is text whose bytes remember where they came from, so that a message can quote the rest. A
// nil marks means that none is marked.
type markedText struct {
	text  string
	marks []mark
}

// A mark says where a byte came from: some of the bits below.
type mark byte

const (
	markSecure   mark = 1 << iota // a secret that secure() gave
	markArgument                  // an argument, where the whole value is a secret
)

// markAll returns text with every byte marked.
func markAll(text string, as mark) markedText {
	marks := make([]mark, len(text))
	for i := range marks {
		marks[i] = as
	}
	return markedText{text, marks}
}

// secret says whether any byte came from secure().
func (m markedText) secret() bool {
	for _, marked := range m.marks {
		if marked&markSecure != 0 {
			return true
		}
	}
	return false
}

func (m markedText) slice(from, to int) markedText {
	if m.marks == nil {
		return markedText{text: m.text[from:to]}
	}
	return markedText{m.text[from:to], m.marks[from:to]}
}

func (m markedText) trim() markedText {
	from, to := 0, len(m.text)
	for from < to && m.text[from] <= ' ' {
		from++
	}
	for to > from && m.text[to-1] <= ' ' {
		to--
	}
	return m.slice(from, to)
}

// splice returns m with the bytes from..to replaced.
func (m markedText) splice(from, to int, middle markedText) markedText {
	out := markedText{text: m.text[:from] + middle.text + m.text[to:]}
	if m.marks == nil && middle.marks == nil {
		return out
	}
	out.marks = make([]mark, len(out.text))
	if m.marks != nil {
		copy(out.marks, m.marks[:from])
		copy(out.marks[from+len(middle.text):], m.marks[to:])
	}
	copy(out.marks[from:], middle.marks)
	return out
}

// unescape drops each backslash that escapes what follows it.
func (m markedText) unescape() markedText {
	if !strings.Contains(m.text, `\`) {
		return m
	}
	text, marks, escaped := make([]byte, 0, len(m.text)), []mark(nil), false
	for i := range len(m.text) {
		if m.text[i] == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		text = append(text, m.text[i])
		if m.marks != nil {
			marks = append(marks, m.marks[i])
		}
	}
	return markedText{string(text), marks}
}

// runs returns the stretches that came from secure().
func (m markedText) runs() []string {
	var out []string
	for i := 0; i < len(m.marks); i++ {
		from := i
		for i < len(m.marks) && m.marks[i]&markSecure != 0 {
			i++
		}
		if i > from {
			out = append(out, m.text[from:i])
		}
	}
	return out
}

// quoteLimit is how much of a value a message quotes.
const quoteLimit = 200

// show returns the text for a message: stretches with one of the marks as [redacted], a long text cut.
func (m markedText) show(hide mark) string {
	var b strings.Builder
	for i := 0; i < len(m.text); i++ {
		if i < len(m.marks) && m.marks[i]&hide != 0 {
			if i == 0 || m.marks[i-1]&hide == 0 {
				b.WriteString(secret.Redacted)
			}
			continue
		}
		b.WriteByte(m.text[i])
	}
	return cut(b.String())
}

// cut shortens text to what a message quotes.
func cut(text string) string {
	if len(text) <= quoteLimit {
		return text
	}
	return strings.ToValidUTF8(text[:quoteLimit], "") + "…"
}

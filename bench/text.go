package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf16"
)

// writer writes JSON as the Graph API does: no white space, all beyond ASCII as \u escapes, slashes escaped.
type writer struct{ b []byte }

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

func (w *writer) int(n int64) { w.b = strconv.AppendInt(w.b, n, 10) }

func (w *writer) string(s string) {
	const hex = "0123456789abcdef"
	unit := func(u uint16) {
		w.b = append(w.b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	w.b = append(w.b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '/':
			w.b = append(w.b, '\\', byte(r))
		case r == '\n':
			w.b = append(w.b, '\\', 'n')
		case r < ' ':
			unit(uint16(r))
		case r < 0x7F:
			w.b = append(w.b, byte(r))
		case r >= 0x10000:
			hi, lo := utf16.EncodeRune(r)
			unit(uint16(hi))
			unit(uint16(lo))
		default:
			unit(uint16(r))
		}
	}
	w.b = append(w.b, '"')
}

// field writes the key of the next field, with the comma before it unless it is the first.
func (w *writer) field(key string) {
	if c := w.b[len(w.b)-1]; c != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), key...), '"', ':')
}

var (
	latin  = strings.Fields("the new summer drop is here come see us at market today with love from our little team so good to be back what a day thank you all for this one behind scenes more soon link in bio")
	others = []string{"これは", "新しい", "写真", "です", "спасибо", "всем", "за", "лето", "ಹೊಸ", "ಚಿತ್ರ", "مرحبا", "بكم", "오늘", "하루", "café", "crème", "größer"}
	marks  = []string{"😍", "🔥", "✨", "❤️", "#summer", "#igers", "@friend.of.ours", "“quoted”", `"so"`, `a\b`, "50/50", "\n", "\n\n"}
)

// prose writes between from and to characters as people do: a fifth mostly not Latin, and all with marks.
func prose(r *rand.Rand, from, to int) string {
	var b strings.Builder
	want, foreign, n := from+r.IntN(to-from+1), r.IntN(5) == 0, 0
	for n < want {
		var word string
		switch p := r.IntN(100); {
		case p < 8:
			word = marks[r.IntN(len(marks))]
		case foreign && p < 85:
			word = others[r.IntN(len(others))]
		case p < 12:
			word = others[len(others)-1-r.IntN(3)]
		default:
			word = latin[r.IntN(len(latin))]
		}
		if n > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += len([]rune(word))
	}
	return b.String()
}

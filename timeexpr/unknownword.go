package timeexpr

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	expectedStart = "a date such as 2026-10-01, a time such as 14:30, or words such as 30 days ago, last month or first day of next month"
	expectedUnit  = "a unit such as day, week, month, year, hour or weekday"
	expectedWhich = "a unit or a day such as week, month, year or monday"
	expectedZone  = "a zone such as UTC, EST, +02:00 or Europe/Prague"
)

var endsInNumber = regexp.MustCompile(`(?:^|\s)[+-]*[0-9]+[ \t]*$`)

// unknownWord returns the error for a text that no form matches from at on. It points at the word to blame, which is
// the one after it where a number or "last" stands there that would be understood with a unit.
func unknownWord(text string, at int) *SyntaxError {
	begin, end := wordAround(text, at)
	e := &SyntaxError{Text: text, Offset: begin, Word: text[begin:end], Problem: "is not understood", Expected: expectedStart}
	number, which := isNumber(e.Word), isOrdinal(e.Word)
	switch next, last := wordAfter(text, end); {
	case (number || which) && next < last:
		e.Offset, e.Word = next, text[next:last]
	case which:
		e.Problem, e.Expected = "needs a unit after it", expectedWhich
		return e
	case allDigits(e.Word) && len(e.Word) >= 9:
		e.Problem, e.Expected = "is a bare number", "@"+e.Word+" if these are unix seconds"
		return e
	case number:
		e.Problem, e.Expected = "is a number without a unit", expectedUnit
		return e
	}
	_, unit := unitWords[strings.ToLower(e.Word)]
	switch {
	case which:
		e.Expected = expectedWhich
	case unit:
		e.Problem, e.Expected = "counts nothing here", "a whole number or one of last, this and next before it"
	case strings.Contains(e.Word, "/") && startsWithLetter(e.Word):
		e.Problem, e.Expected = "is no time zone", expectedZone
	case number || startsWithLetter(e.Word) && endsInNumber.MatchString(text[:e.Offset]):
		e.Expected = expectedUnit
	}
	if meant := misspelt(e.Word); meant != "" {
		e.Problem += ` (did you mean "` + meant + `"?)`
	}
	return e
}

// wordAround returns where the word begins and ends that the character at belongs to: letters, with the slashes and
// underscores of a zone's name; else all between two spaces, as in 2026-13-45.
func wordAround(text string, at int) (begin, end int) {
	first, _ := utf8.DecodeRuneInString(text[at:])
	part, rest := isNoSpace, isNoSpace
	if unicode.IsLetter(first) {
		part, rest = unicode.IsLetter, isZoneLetter
	}
	for begin = at; begin > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:begin])
		if !part(r) {
			break
		}
		begin -= size
	}
	for end = at; end < len(text); {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !rest(r) {
			break
		}
		end += size
	}
	return begin, end
}

// wordAfter returns where the word of letters begins and ends that follows after a space, or two equal places.
func wordAfter(text string, after int) (begin, end int) {
	begin = len(text) - len(strings.TrimLeftFunc(text[after:], unicode.IsSpace))
	if begin == len(text) || !startsWithLetter(text[begin:]) {
		return begin, begin
	}
	return wordAround(text, begin)
}

func isNoSpace(r rune) bool { return !unicode.IsSpace(r) }

func isZoneLetter(r rune) bool { return unicode.IsLetter(r) || r == '/' || r == '_' }

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

func isNumber(word string) bool { return allDigits(strings.TrimLeft(word, "+-")) }

func isOrdinal(word string) bool {
	_, ok := ordinals[strings.ToLower(word)]
	return ok
}

// misspelt returns a word of the language that is one slip away from word, if there is one.
func misspelt(word string) string {
	lower := strings.ToLower(word)
	if _, known := unitWords[lower]; known || len(lower) < 3 {
		return ""
	}
	for _, known := range vocabulary {
		if lower != known && oneSlipApart(lower, known) {
			return known
		}
	}
	return ""
}

// vocabulary are the words worth proposing, the likeliest first.
var vocabulary = strings.Fields(`day days week weeks month months year years hour hours minute minutes second seconds
	today yesterday tomorrow midnight noon ago last next this first previous weekday weekdays fortnight
	monday tuesday wednesday thursday friday saturday sunday
	january february march april june july august september october november december
	third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth`)

// oneSlipApart tells whether a becomes b by one letter more, less or other, or by two neighbours swapped.
func oneSlipApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	switch rest := a[same:]; len(b) - len(a) {
	case 0:
		return len(rest) > 0 && rest[1:] == b[same+1:] ||
			len(rest) > 1 && rest[0] == b[same+1] && rest[1] == b[same] && rest[2:] == b[same+2:]
	case 1:
		return rest == b[same+1:]
	}
	return false
}

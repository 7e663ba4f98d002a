package timeexpr

import (
	"strconv"
	"strings"
)

// A reader takes the values out of one matched form, from left to right. It looks for the next thing of a
// kind and steps over what stands before it: the form's pattern has proved that it is where it should be.
type reader struct {
	rest string
}

// number returns the next number of at most width digits and how many it has; without one, unset.
func (r *reader) number(width int) (value int64, digits int) {
	r.skipUntil(isDigit)
	for digits < len(r.rest) && digits < width && isDigit(r.rest[digits]) {
		digits++
	}
	if digits == 0 {
		return unset, 0
	}
	value = atoi(r.rest[:digits])
	r.rest = r.rest[digits:]
	return value, digits
}

// value is number without the count of digits.
func (r *reader) value(width int) int64 {
	value, _ := r.number(width)
	return value
}

// year returns the next year: one of two digits or fewer lies between 1970 and 2069.
func (r *reader) year() int64 {
	year, digits := r.number(4)
	if year == unset || digits >= 4 || year >= 100 {
		return year
	}
	if year < 70 {
		return 2000 + year
	}
	return 1900 + year
}

// signed returns the next number with its signs: each minus turns it.
func (r *reader) signed(width int) int64 {
	r.skipUntil(func(c byte) bool { return isDigit(c) || c == '+' || c == '-' })
	sign := int64(1)
	for strings.HasPrefix(r.rest, "+") || strings.HasPrefix(r.rest, "-") {
		if r.rest[0] == '-' {
			sign = -sign
		}
		r.rest = r.rest[1:]
	}
	value := r.value(width)
	if value == unset {
		return unset
	}
	return sign * value
}

// micros returns the fraction of a second that begins here, in microseconds; further digits are cut off.
func (r *reader) micros() int64 {
	r.rest = r.rest[1:]
	digits := 0
	for digits < len(r.rest) && isDigit(r.rest[digits]) {
		digits++
	}
	fraction := (r.rest[:digits] + "000000")[:6]
	r.rest = r.rest[digits:]
	return atoi(fraction)
}

// month returns the month that is written here as a word.
func (r *reader) month() int64 {
	r.rest = strings.TrimLeft(r.rest, " \t-./")
	return monthNumber(r.letters())
}

// ordinal returns the ordinal that is written here.
func (r *reader) ordinal() ordinal {
	return ordinals[strings.ToLower(r.letters())]
}

// unit returns the unit that is written here.
func (r *reader) unit() unitWord {
	r.skipSpace()
	end := strings.IndexAny(r.rest, " ,\t;:/.-()\u00a0\u202f")
	if end < 0 {
		end = len(r.rest)
	}
	word := r.rest[:end]
	r.rest = r.rest[end:]
	return unitWords[strings.ToLower(word)]
}

// meridian returns what am or pm adds to an hour.
func (r *reader) meridian(hour int64) int64 {
	r.skipUntil(func(c byte) bool { return strings.IndexByte("AaPp", c) >= 0 })
	switch afternoon := r.rest[0] == 'P' || r.rest[0] == 'p'; {
	case afternoon && hour != 12:
		return 12
	case !afternoon && hour == 12:
		return -12
	}
	return 0
}

// at tells whether one of chars stands here.
func (r *reader) at(chars string) bool {
	return r.rest != "" && strings.IndexByte(chars, r.rest[0]) >= 0
}

// skipDaySuffix steps over the ending of an ordinal day, so that it is not read as part of the month.
func (r *reader) skipDaySuffix() {
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		if len(r.rest) >= 2 && strings.EqualFold(r.rest[:2], suffix) {
			r.rest = r.rest[2:]
			return
		}
	}
}

func (r *reader) letters() string {
	n := 0
	for n < len(r.rest) && isLetter(r.rest[n]) {
		n++
	}
	word := r.rest[:n]
	r.rest = r.rest[n:]
	return word
}

func (r *reader) skipSpace() { r.rest = strings.TrimLeft(r.rest, " \t\u00a0\u202f") }

func (r *reader) skipUntil(wanted func(byte) bool) {
	for r.rest != "" && !wanted(r.rest[0]) {
		r.rest = r.rest[1:]
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// atoi reads digits; a number that does not fit becomes the largest that does.
func atoi(digits string) int64 {
	value, _ := strconv.ParseInt(digits, 10, 64) // the only error is the range, which saturates
	return value
}

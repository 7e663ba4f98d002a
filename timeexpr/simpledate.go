package timeexpr

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// FormatSimpleDate writes t in its own zone by a pattern of Java's SimpleDateFormat, with English names:
// letters G y M L d D E u a H k K h m s S z Z X, text in single quotes, and two single quotes for one.
// A letter that means nothing there is an error in Java's words; so are the week letters w, W and Y,
// whose meaning Java leaves to the locale of the machine.
func FormatSimpleDate(t time.Time, pattern string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'':
			n, err := quoted(&b, pattern[i:])
			if err != nil {
				return "", err
			}
			i += n
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			if n > maxLetters {
				return "", fmt.Errorf("date format has %d letters %q in a row; at most %d are understood", n, c, maxLetters)
			}
			if err := letter(&b, t, c, n); err != nil {
				return "", err
			}
			i += n
		default:
			_, n := utf8.DecodeRuneInString(pattern[i:])
			b.WriteString(pattern[i : i+n])
			i += n
		}
	}
	return b.String(), nil
}

// maxLetters bounds the padding that one run of letters can ask for.
const maxLetters = 100

// quoted writes the quoted text that pattern begins with and returns its length, quotes included.
func quoted(b *strings.Builder, pattern string) (int, error) {
	if strings.HasPrefix(pattern, "''") {
		b.WriteByte('\'')
		return 2, nil
	}
	for i := 1; i < len(pattern); i++ {
		if pattern[i] != '\'' {
			b.WriteByte(pattern[i])
			continue
		}
		if i+1 < len(pattern) && pattern[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return i + 1, nil
	}
	return 0, javaErrorf("Unterminated quote")
}

// letter writes the value of a run of n letters c.
func letter(b *strings.Builder, t time.Time, c byte, n int) error {
	switch c {
	case 'G':
		b.WriteString("AD")
	case 'y':
		if n == 2 {
			pad(b, t.Year()%100, 2)
		} else {
			pad(b, t.Year(), n)
		}
	case 'M', 'L':
		switch {
		case n >= 4:
			b.WriteString(t.Month().String())
		case n == 3:
			b.WriteString(t.Month().String()[:3])
		default:
			pad(b, int(t.Month()), n)
		}
	case 'd':
		pad(b, t.Day(), n)
	case 'D':
		pad(b, t.YearDay(), n)
	case 'F':
		pad(b, (t.Day()-1)/7+1, n)
	case 'E':
		name := t.Weekday().String()
		if n < 4 {
			name = name[:3]
		}
		b.WriteString(name)
	case 'u':
		pad(b, (int(t.Weekday())+6)%7+1, n)
	case 'a':
		if t.Hour() < 12 {
			b.WriteString("AM")
		} else {
			b.WriteString("PM")
		}
	case 'H':
		pad(b, t.Hour(), n)
	case 'k':
		pad(b, (t.Hour()+23)%24+1, n)
	case 'K':
		pad(b, t.Hour()%12, n)
	case 'h':
		pad(b, (t.Hour()+11)%12+1, n)
	case 'm':
		pad(b, t.Minute(), n)
	case 's':
		pad(b, t.Second(), n)
	case 'S':
		pad(b, t.Nanosecond()/int(time.Millisecond), n)
	case 'z':
		b.WriteString(zoneName(t, n >= 4))
	case 'Z':
		b.WriteString(t.Format("-0700"))
	case 'X':
		return isoZone(b, t, n)
	case 'w', 'W', 'Y':
		return fmt.Errorf("date format letter '%c' depends on the machine's locale and is not supported; use y, M, d or D", c)
	default:
		return javaErrorf("Illegal pattern character '%c'", c)
	}
	return nil
}

func pad(b *strings.Builder, value, width int) {
	digits := strconv.Itoa(value)
	for n := len(digits); n < width; n++ {
		b.WriteByte('0')
	}
	b.WriteString(digits)
}

// isoZone writes the offset as ISO 8601 does, in n letters' precision.
func isoZone(b *strings.Builder, t time.Time, n int) error {
	layouts := [...]string{"Z07", "Z0700", "Z07:00"}
	if n > len(layouts) {
		return fmt.Errorf("invalid ISO 8601 format: length=%d", n)
	}
	b.WriteString(t.Format(layouts[n-1]))
	return nil
}

// javaErrorf returns an error in the words of Java or CDAP, which begin with a capital.
func javaErrorf(format string, args ...any) error { return javaError(fmt.Sprintf(format, args...)) }

type javaError string

func (e javaError) Error() string { return string(e) }

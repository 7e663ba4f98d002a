package timeexpr

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// LogicalStartTime evaluates CDAP's macro logicalStartTime(format, offset, zone) for a run that starts,
// logically, at start. Without arguments it gives start in milliseconds since 1970; with them, start less
// the offset, in the zone (UTC by default, GMT where the name is unknown), written by FormatSimpleDate.
//
// An offset is a sum or difference of terms such as 30s, 15m, 4h, 1d or runtime, which is start in
// milliseconds since 1970; the first term may carry a sign. As it is taken off, 1d is the day before and
// -1d the day after. There are no weeks, months or fractions.
func LogicalStartTime(start time.Time, args []string) (string, error) {
	if len(args) == 0 || len(args) == 1 && args[0] == "" {
		return strconv.FormatInt(start.UnixMilli(), 10), nil
	}
	if len(args) > 3 {
		return "", javaErrorf("runtime macro supports at most 3 arguments - format, offset, and timezone. " +
			"Formats containing a comma are not supported.")
	}
	at, zone := start.UnixMilli(), time.UTC
	if len(args) > 1 {
		offset, err := parseOffset(javaTrim(args[1]), at)
		if err != nil {
			return "", err
		}
		if at, err = sum(at, -offset); err != nil {
			return "", err
		}
	}
	if len(args) > 2 {
		zone = javaZone(javaTrim(args[2]))
	}
	if at < firstMilli || at > lastMilli {
		return "", errors.New("the offset leads outside the years 1 to 9999")
	}
	return FormatSimpleDate(time.UnixMilli(at).In(zone), args[0])
}

// The span that can be formatted in every zone: a day within the years 1 to 9999.
var (
	firstMilli = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC).UnixMilli()
	lastMilli  = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).UnixMilli()
)

// parseOffset returns the milliseconds that an offset stands for.
func parseOffset(text string, runtime int64) (int64, error) {
	bad := func(problem string) error {
		return fmt.Errorf("offset %q: %s; write terms such as 30s, 15m, 4h, 1d or runtime, joined by + or -", text, problem)
	}
	if text == "" {
		return 0, bad("it is empty")
	}
	total, rest := int64(0), text
	for first := true; ; first = false {
		// A sign stands before every term but the first, where it may: "-1d". There it belongs to the
		// number, so that no space can part them and runtime cannot carry it.
		sign, signed := int64(1), rest[0] == '+' || rest[0] == '-'
		if signed {
			if rest[0] == '-' {
				sign = -1
			}
			rest = rest[1:]
		}
		end := strings.IndexAny(rest, "+-")
		if end < 0 {
			end = len(rest)
		}
		term := rest[:end]
		rest = rest[end:]
		if !first || !signed {
			term = javaTrim(term)
		} else {
			term = strings.TrimRightFunc(term, javaSpace)
		}
		var value int64
		switch {
		case term == "":
			return 0, bad("a term is missing")
		case term == "runtime" && (!first || !signed):
			value = runtime
		default:
			var problem string
			if value, problem = offsetTerm(term); problem != "" {
				return 0, bad(problem)
			}
		}
		var err error
		if total, err = sum(total, sign*value); err != nil {
			return 0, err
		}
		if rest == "" {
			return total, nil
		}
	}
}

var offsetUnits = map[byte]int64{'s': 1000, 'm': 60_000, 'h': 3_600_000, 'd': 86_400_000}

// offsetTerm reads digits and a unit, in milliseconds, or says what is wrong.
func offsetTerm(term string) (value int64, problem string) {
	digits := strings.TrimRight(term, "smhdSMHD")
	if len(term)-len(digits) != 1 {
		return 0, fmt.Sprintf("%q is not a number with one of the units s, m, h, d", term)
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	unit := offsetUnits[term[len(term)-1]|0x20]
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && n > uint64(math.MaxInt64/unit):
		return 0, fmt.Sprintf("%q is too long a time", term)
	case err != nil:
		return 0, fmt.Sprintf("%q is not a whole number of seconds, minutes, hours or days", term)
	}
	return int64(n) * unit, ""
}

func sum(a, b int64) (int64, error) {
	c := a + b
	if (c > a) != (b > 0) && b != 0 {
		return 0, errors.New("the offset leads outside the years 1 to 9999")
	}
	return c, nil
}

// javaTrim cuts what Java's String.trim does: all up to the space character.
func javaTrim(s string) string { return strings.TrimFunc(s, javaSpace) }

func javaSpace(r rune) bool { return r <= ' ' }

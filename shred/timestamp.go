package shred

// secondsPerDay is the length of a day without leap seconds, as Unix time counts it.
const secondsPerDay = 86400

// timestamp reads a time as microseconds since 1970: a string as the API writes it
// (2019-09-26T22:36:43+0000) or as RFC 3339 has it, or a whole number of Unix seconds. Digits beyond the
// microsecond are cut off. present is false for null.
func (s *scanner) timestamp() (micros int64, present, ok bool) {
	// The API's form first: 24 plain characters between quotes.
	if p := s.pos; p+26 <= len(s.buf) && s.buf[p] == '"' && s.buf[p+25] == '"' {
		if t, ok := apiTime(s.buf[p+1 : p+25]); ok {
			s.pos = p + 26
			return t, true, true
		}
	}
	at := s.pos
	switch c := s.peek(); {
	case c == '"':
		text, _, ok := s.textView()
		if !ok {
			return 0, false, false
		}
		t, ok := parseTime(text)
		if !ok {
			return 0, false, s.fail(at, "a string that holds no time where a time was due")
		}
		return t, true, true
	case c == '-', c-'0' <= 9:
		seconds, _, ok := s.integer()
		if !ok {
			return 0, false, false
		}
		if seconds < minSecond || seconds > maxSecond {
			return 0, false, s.fail(at, "a time outside the years 0 to 9999")
		}
		return seconds * 1e6, true, true
	case c == 'n':
		return 0, false, s.literal("null")
	}
	return 0, false, s.unexpected("a time")
}

// date reads a day as days since 1970: yyyy-mm-dd, or a time, which gives its day in UTC.
func (s *scanner) date() (days int32, present, ok bool) {
	if p := s.pos; p+12 <= len(s.buf) && s.buf[p] == '"' && s.buf[p+11] == '"' {
		if d, ok := parseDay(s.buf[p+1 : p+11]); ok {
			s.pos = p + 12
			return int32(d), true, true
		}
	}
	micros, present, ok := s.timestamp()
	return int32(floorDiv(micros, secondsPerDay*1e6)), present, ok
}

// The first and last second that a time may have.
var (
	minSecond = civilDay(0, 1, 1) * secondsPerDay
	maxSecond = civilDay(10000, 1, 1)*secondsPerDay - 1
)

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// two returns the value of two digits, or something above 99.
func two(a, b byte) uint {
	x, y := uint(a-'0'), uint(b-'0')
	if x > 9 || y > 9 {
		return 255
	}
	return x*10 + y
}

// apiTime parses yyyy-mm-ddThh:mm:ss±hhmm, which is what b must be all of.
func apiTime(b []byte) (int64, bool) {
	if len(b) != 24 {
		return 0, false
	}
	t, ok := parseSecond(b[:19])
	if !ok {
		return 0, false
	}
	zone, ok := parseOffset(b[19], b[20], b[21], b[22], b[23])
	return (t - zone) * 1e6, ok
}

// parseTime parses the API's format and RFC 3339, where a space or t may stand for T and z for Z.
func parseTime(b []byte) (int64, bool) {
	if len(b) < 20 {
		return 0, false
	}
	t, ok := parseSecond(b[:19])
	if !ok {
		return 0, false
	}
	rest, micros := b[19:], int64(0)
	if rest[0] == '.' {
		n := digitsEnd(rest, 1)
		if n == 1 {
			return 0, false
		}
		for i := 1; i <= 6; i++ {
			micros *= 10
			if i < n {
				micros += int64(rest[i] - '0')
			}
		}
		rest = rest[n:]
	}
	var zone int64
	switch len(rest) {
	case 1:
		ok = rest[0]|0x20 == 'z'
	case 5:
		zone, ok = parseOffset(rest[0], rest[1], rest[2], rest[3], rest[4])
	case 6:
		zone, ok = parseOffset(rest[0], rest[1], rest[2], rest[4], rest[5])
		ok = ok && rest[3] == ':'
	default:
		ok = false
	}
	return (t-zone)*1e6 + micros, ok
}

// parseSecond parses yyyy-mm-ddThh:mm:ss as seconds since 1970 in UTC.
func parseSecond(b []byte) (int64, bool) {
	_ = b[18]
	day, ok := parseDay(b[:10])
	if !ok || (b[10]|0x20 != 't' && b[10] != ' ') || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	h, m, s := two(b[11], b[12]), two(b[14], b[15]), two(b[17], b[18])
	if h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	return day*secondsPerDay + int64(h*3600+m*60+s), true
}

// parseOffset parses ±hhmm as seconds east of UTC.
func parseOffset(sign, h1, h2, m1, m2 byte) (int64, bool) {
	h, m := two(h1, h2), two(m1, m2)
	if h > 23 || m > 59 {
		return 0, false
	}
	switch sign {
	case '+':
		return int64(h*3600 + m*60), true
	case '-':
		return -int64(h*3600 + m*60), true
	}
	return 0, false
}

// parseDay parses yyyy-mm-dd as days since 1970.
func parseDay(b []byte) (int64, bool) {
	_ = b[9]
	if b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	y1, y2, m, d := two(b[0], b[1]), two(b[2], b[3]), two(b[5], b[6]), two(b[8], b[9])
	if y1 > 99 || y2 > 99 || m < 1 || m > 12 || d < 1 || d > daysIn(y1*100+y2, m) {
		return 0, false
	}
	return civilDay(int64(y1*100+y2), int64(m), int64(d)), true
}

func daysIn(year, month uint) uint {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// civilDay returns the days from 1970-01-01 to a day of the Gregorian calendar. Years begin in March here, so
// that the leap day is the last of its year.
func civilDay(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	y := year - era*400
	return era*146097 + y*365 + y/4 - y/100 + (153*(month-3)+2)/5 + day - 1 - 719468
}

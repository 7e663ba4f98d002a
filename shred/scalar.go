package shred

// scalarText appends the text of a string, number or boolean to dst: a number exactly as it stands, so that ids
// keep every digit. present is false for null.
func (s *scanner) scalarText(dst []byte) (text []byte, present, ok bool) {
	switch c := s.peek(); c {
	case '"':
		text, ok = s.text(dst)
		return text, true, ok
	case 't':
		return append(dst, "true"...), true, s.literal("true")
	case 'f':
		return append(dst, "false"...), true, s.literal("false")
	case 'n':
		return dst, false, s.literal("null")
	default:
		if c == '-' || c-'0' <= 9 {
			number, ok := s.number()
			return append(dst, number...), true, ok
		}
	}
	return dst, false, s.unexpected("a text")
}

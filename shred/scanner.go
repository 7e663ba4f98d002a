package shred

import (
	"math"
	"unicode/utf8"
)

// maxDepth is how many objects and arrays may be open at once.
const maxDepth = 1000

// maxPage is the most bytes a page may have: offsets of Arrow's utf8 columns are 32 bits wide, and no
// column becomes longer than its page.
const maxPage = math.MaxInt32 - 1<<20

// A scanner reads the tokens of one page, strictly. Its methods return false when the page is refused;
// what was wrong is then in bad, and the scanner must not be used on.
//
// Every method that reads a value expects pos at the value's first byte and leaves it behind the last.
type scanner struct {
	buf   []byte
	pos   int
	depth int
	names names
	bad   *Error
	// scratch holds one unescaped text for whoever asked for it last.
	scratch []byte
}

// start begins on page. It refuses pages that are too long or not UTF-8.
func (s *scanner) start(page []byte) bool {
	s.buf, s.pos, s.depth, s.bad = page, 0, 0, nil
	s.names.start(page)
	if len(page) > maxPage {
		return s.fail(0, "the page is longer than 2 GiB")
	}
	if !utf8.Valid(page) {
		at := 0
		for at < len(page) {
			r, n := utf8.DecodeRune(page[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return s.fail(at, "the bytes are not UTF-8")
	}
	return true
}

// end checks that only white space is left.
func (s *scanner) end() bool {
	s.next()
	if s.pos < len(s.buf) {
		return s.fail(s.pos, "more text follows the end of the document")
	}
	return true
}

// fail refuses the page. Only the first reason counts. It returns false.
func (s *scanner) fail(at int, reason string) bool {
	if s.bad == nil {
		s.bad = &Error{Offset: at, Reason: reason}
	}
	return false
}

// unexpected refuses the page at pos, where want was due.
func (s *scanner) unexpected(want string) bool {
	if s.pos >= len(s.buf) {
		return s.fail(len(s.buf), "the page ends where "+want+" was due")
	}
	return s.fail(s.pos, s.found()+" where "+want+" was due")
}

// found names what begins at pos.
func (s *scanner) found() string {
	switch c := s.peek(); {
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == 't', c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case c == '-', c-'0' <= 9:
		return "a number"
	}
	return "an unexpected byte"
}

// err returns the error of a page that was refused.
func (s *scanner) err() error {
	if s.bad == nil {
		return nil
	}
	if s.bad.Path == "" {
		s.bad.Path = pathAt(s.buf, s.bad.Offset)
	}
	return s.bad
}

// peek returns the byte at pos, 0 at the end of the page.
func (s *scanner) peek() byte {
	if s.pos < len(s.buf) {
		return s.buf[s.pos]
	}
	return 0
}

// next skips white space and returns the byte it stops at, 0 at the end of the page.
func (s *scanner) next() byte {
	if s.pos < len(s.buf) && s.buf[s.pos] > ' ' {
		return s.buf[s.pos]
	}
	return s.space()
}

func (s *scanner) space() byte {
	for s.pos < len(s.buf) {
		switch c := s.buf[s.pos]; c {
		case ' ', '\n', '\r', '\t':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// enter steps over the bracket at pos and counts the depth.
func (s *scanner) enter() bool {
	s.pos++
	s.depth++
	if s.depth > maxDepth {
		return s.fail(s.pos-1, "objects and arrays are nested more than 1000 deep")
	}
	return true
}

// more is asked inside an array or object, before each element: it steps over the comma that separates it
// from the one before. done says that the closing bracket came instead, and was stepped over.
func (s *scanner) more(closing byte, first bool) (done, ok bool) {
	switch c := s.next(); {
	case c == closing && s.pos < len(s.buf):
		s.pos++
		s.depth--
		return true, true
	case first:
		return false, true
	case c == ',':
		s.pos++
		if s.next() == closing {
			return false, s.fail(s.pos, "a comma with nothing behind it")
		}
		return false, true
	}
	if closing == '}' {
		return false, s.unexpected("a comma or }")
	}
	return false, s.unexpected("a comma or ]")
}

// colon steps over the colon behind a key, and white space around it.
func (s *scanner) colon() bool {
	if s.next() != ':' {
		return s.unexpected("a colon")
	}
	s.pos++
	s.next()
	return true
}

// object steps into the object at pos.
func (s *scanner) object(what string) bool {
	if s.peek() != '{' {
		return s.unexpected(what)
	}
	return s.enter()
}

// array steps into the array at pos.
func (s *scanner) array(what string) bool {
	if s.peek() != '[' {
		return s.unexpected(what)
	}
	return s.enter()
}

// null steps over a null, if one is at pos.
func (s *scanner) null() (isNull, ok bool) {
	if s.peek() != 'n' {
		return false, true
	}
	return true, s.literal("null")
}

// literal steps over word, which is null, true or false.
func (s *scanner) literal(word string) bool {
	if len(s.buf)-s.pos < len(word) || string(s.buf[s.pos:s.pos+len(word)]) != word {
		return s.fail(s.pos, "a word that is not JSON")
	}
	s.pos += len(word)
	return true
}

// skip steps over one value of any kind, checking it as strictly as if it were kept.
func (s *scanner) skip() bool {
	switch c := s.peek(); c {
	case '"':
		return s.skipText()
	case '{':
		return s.skipObject()
	case '[':
		return s.skipArray()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		if c == '-' || c-'0' <= 9 {
			_, ok := s.number()
			return ok
		}
		return s.unexpected("a value")
	}
}

func (s *scanner) skipArray() bool {
	if !s.enter() {
		return false
	}
	for first := true; ; first = false {
		done, ok := s.more(']', first)
		if done || !ok {
			return ok
		}
		if !s.skip() {
			return false
		}
	}
}

func (s *scanner) skipObject() bool {
	if !s.enter() {
		return false
	}
	base := s.names.open()
	for first := true; ; first = false {
		done, ok := s.more('}', first)
		if !ok {
			return false
		}
		if done {
			return s.closeNames(base)
		}
		if _, ok := s.freeKey(base); !ok {
			return false
		}
		if !s.skip() {
			return false
		}
	}
}

// freeKey reads the key at pos, the colon behind it, and remembers the key against duplicates within the
// names opened at base. The key is good until the next text is read.
func (s *scanner) freeKey(base int) ([]byte, bool) {
	at := s.pos
	key, inPage, ok := s.keyText()
	if !ok || !s.colon() {
		return nil, false
	}
	if !s.names.add(base, key, inPage, at) {
		return nil, s.fail(at, "the key "+showKey(key)+" stands twice in one object")
	}
	return key, true
}

// closeNames closes the names opened at base, and refuses the page when one stood there twice.
func (s *scanner) closeNames(base int) bool {
	if at, key, twice := s.names.close(base); twice {
		return s.fail(at, "the key "+showKey(key)+" stands twice in one object")
	}
	return true
}

// keyText reads the string at pos as a key. inPage says that it needed no unescaping and lies in the page.
func (s *scanner) keyText() (key []byte, inPage, ok bool) {
	if s.peek() != '"' {
		return nil, false, s.unexpected("a key")
	}
	return s.textView()
}

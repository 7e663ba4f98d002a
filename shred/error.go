package shred

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// An Error says why a page was refused, and where. It quotes keys of the page, never its values, so
// that nothing the page holds reaches a log.
type Error struct {
	// Offset is the byte of the page at which it became clear, from 0.
	Offset int
	// Path leads to the value concerned, as data[2].values[0].value; empty for the page as a whole.
	Path string
	// Reason is what is wrong, in a few words.
	Reason string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("the answer cannot be read at byte %d: %s", e.Offset, e.Reason)
	}
	return fmt.Sprintf("the answer cannot be read at byte %d (%s): %s", e.Offset, e.Path, e.Reason)
}

// keyShown bounds how much of a key an Error shows.
const keyShown = 60

// showKey returns key for an error: printable, and not longer than keyShown bytes.
func showKey(key []byte) string {
	if len(key) <= keyShown {
		return strconv.QuoteToGraphic(string(key))
	}
	cut := keyShown
	for cut > 0 && !utf8.RuneStart(key[cut]) {
		cut--
	}
	return strconv.QuoteToGraphic(string(key[:cut]) + "…")
}

// pathAt returns the path of the value that byte offset of page lies in. It walks the page again, so
// that the decoders need not carry a path with them; what comes before offset is known to be well formed.
func pathAt(page []byte, offset int) string {
	type frame struct {
		key   []byte
		index int // -1 for an object
	}
	var open []frame
	atKey := false // the next string is a key
	for i := 0; i < offset && i < len(page); i++ {
		switch c := page[i]; c {
		case '{':
			open, atKey = append(open, frame{index: -1}), true
		case '[':
			open, atKey = append(open, frame{}), false
		case '}', ']':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
			atKey = false
		case ',':
			if n := len(open); n > 0 && open[n-1].index >= 0 {
				open[n-1].index++
			} else if n > 0 {
				open[n-1].key, atKey = nil, true
			}
		case '"':
			from := i + 1
			for i++; i < len(page) && page[i] != '"'; i++ {
				if page[i] == '\\' {
					i++
				}
			}
			if n := len(open); atKey && n > 0 && i < offset && i < len(page) {
				open[n-1].key, atKey = page[from:i], false
			}
		}
	}
	var path []byte
	for _, f := range open {
		switch {
		case f.index >= 0:
			path = append(path, '[')
			path = strconv.AppendInt(path, int64(f.index), 10)
			path = append(path, ']')
		case f.key != nil:
			if len(path) > 0 {
				path = append(path, '.')
			}
			path = appendKey(path, f.key)
		}
		if len(path) > 1000 {
			return string(path) + "…"
		}
	}
	return string(path)
}

// appendKey appends a key of a path: bare when it is a plain name, else quoted.
func appendKey(path, key []byte) []byte {
	plain := len(key) > 0 && len(key) <= keyShown
	for _, c := range key {
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			plain = false
			break
		}
	}
	if plain {
		return append(path, key...)
	}
	return append(path, showKey(key)...)
}

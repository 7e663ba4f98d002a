package graphtest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The sizes of a page (facts §7.3).
const (
	defaultLimit = 25
	maxLimit     = 100
)

// cursor is an opaque place in a list. Only what the server gave out is accepted.
type cursor struct {
	at   int // index of the first object after the cursor
	page int // how many pages came before, which decides the ragged ones
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "QVFI:%d:%d", c.at, c.page)) + "ZD"
}

func parseCursor(text string) (cursor, bool) {
	var c cursor
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(text, "ZD"))
	if err != nil || !strings.HasSuffix(text, "ZD") {
		return c, false
	}
	_, err = fmt.Sscanf(string(plain), "QVFI:%d:%d", &c.at, &c.page)
	return c, err == nil && c.String() == text
}

func badCursor() *Error {
	return badParameter("Invalid cursors values. Use a cursor of an earlier answer to the same list")
}

// listing is a list that can be asked for page by page.
type listing struct {
	path     string // of its links
	from, to int    // its objects are those numbered from from to to - 1; a cursor names such a number
	most     int    // the largest number that a cursor may name; that of to unless it is larger
	// deep says that there are more objects than the list goes to.
	deep bool
	// unlinked leaves out next and previous, and the cursors of an empty page, which is the end (facts §7.1).
	unlinked bool
	// largest is the size of the largest page; 100 unless set.
	largest int
	// order is what a summary calls the order of the list; "" where it has none.
	order string
	// omitted leaves out the whole list when it is empty and has no summary.
	omitted bool
	object  func(b []byte, i int) ([]byte, *Error)
	// before, when set, is asked before a page of so many objects is written.
	before func(objects int) *Error
}

// appendPage writes one page of a list: data, the cursors, next unless it is the last page, previous
// unless it is the first (facts §7.1). With ragged pages some are short or empty and still have a next.
func (c *call) appendPage(b []byte, params url.Values, l listing) ([]byte, *Error) {
	total, e := readSummary(params, l.order != "")
	if e != nil {
		return nil, e
	}
	limit, e := pageLimit(params, l.largest, total.asked())
	if e != nil {
		return nil, e
	}
	if l.omitted && l.to <= l.from && !total.asked() {
		return b, nil
	}
	if limit == 0 {
		return append(total.append(append(b, `{"data":[]`...), l), '}'), nil
	}
	l.most = max(l.most, l.to)
	from, page := l.from, 0
	if after := params.Get("after"); after != "" {
		at, ok := parseCursor(after)
		switch {
		case !ok || at.at < 0 || at.at > l.most:
			return nil, badCursor()
		case l.deep && at.at >= l.to:
			return nil, tooDeep()
		}
		from, page = max(at.at, l.from), at.page
	} else if before := params.Get("before"); before != "" {
		at, ok := parseCursor(before)
		if !ok || at.at < 0 || at.at > l.most {
			return nil, badCursor()
		}
		from = max(at.at-limit, l.from)
		limit = max(at.at-from, 0)
	}
	size := limit
	if c.h.raggedPages && !l.unlinked {
		switch page % 3 {
		case 1:
			size = 0
		case 2:
			size = (limit + 1) / 2
		}
	}
	to := max(min(from+size, l.to), from)
	if l.before != nil {
		if e = l.before(to - from); e != nil {
			return nil, e
		}
	}
	b = append(b, `{"data":[`...)
	start := len(b)
	for i := from; i < to; i++ {
		if i > from {
			b = append(b, ',')
		}
		if b, e = l.object(b, i); e != nil {
			return nil, e
		}
		if i == from { // the others will be much alike
			b = slices.Grow(b, (to-from)*(len(b)-start)*9/8)
		}
	}
	b = append(b, ']')
	if l.to > l.from && (to > from || !l.unlinked) {
		before, after := cursor{from, max(page-1, 0)}, cursor{to, page + 1}
		b = append(b, `,"paging":{"cursors":{`...)
		b = append(appendMember(appendMember(b, "before", before.String()), "after", after.String()), '}')
		if to < l.to && !l.unlinked {
			b = appendMember(b, "next", c.pageURL(l.path, params, limit, "after", after))
		}
		if from > l.from && !l.unlinked {
			b = appendMember(b, "previous", c.pageURL(l.path, params, limit, "before", before))
		}
		b = append(b, '}')
	}
	return append(total.append(b, l), '}'), nil
}

// pageLimit reads the size of a page. More than the list gives at once is as much as it gives; none at all
// is good for its summary alone.
func pageLimit(params url.Values, largest int, counted bool) (int, *Error) {
	if largest == 0 {
		largest = maxLimit
	}
	text := params.Get("limit")
	if text == "" {
		return min(defaultLimit, largest), nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 0 || limit == 0 && !counted {
		return 0, badParameter("param limit must be a positive integer")
	}
	return min(limit, largest), nil
}

// linkedParams are the parameters a link to another page repeats, beside limit and cursor.
var linkedParams = [...]string{"fields", "since", "until", "order", "summary", "user_id"}

// pageURL is a link to another page: every parameter, the token in clear among them (facts §7.2).
func (c *call) pageURL(path string, params url.Values, limit int, side string, at cursor) string {
	q := url.Values{"access_token": {c.creds.token}, "pretty": {"0"}, "limit": {strconv.Itoa(limit)}, side: {at.String()}}
	for _, name := range linkedParams {
		if v := params.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return c.base + "/" + c.served + "/" + path + "?" + q.Encode()
}

package graphtest

import (
	"encoding/base64"
	"fmt"
	"net/url"
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

// appendPage writes one page of a list of n objects: data, the cursors, next unless it is the last page,
// previous unless it is the first (facts §7.1). With ragged pages some are short or empty and still have
// a next.
func (c *call) appendPage(params url.Values, path string, n int, object func(b []byte, i int) ([]byte, *Error)) ([]byte, *Error) {
	limit, e := pageLimit(params)
	if e != nil {
		return nil, e
	}
	from, page := 0, 0
	if after := params.Get("after"); after != "" {
		at, ok := parseCursor(after)
		if !ok || at.at > n {
			return nil, badCursor()
		}
		from, page = at.at, at.page
	} else if before := params.Get("before"); before != "" {
		at, ok := parseCursor(before)
		if !ok || at.at > n {
			return nil, badCursor()
		}
		from = max(at.at-limit, 0)
		limit = at.at - from
	}
	size := limit
	if c.h.raggedPages {
		switch page % 3 {
		case 1:
			size = 0
		case 2:
			size = (limit + 1) / 2
		}
	}
	to := min(from+size, n)
	b := []byte(`{"data":[`)
	for i := from; i < to; i++ {
		if i > from {
			b = append(b, ',')
		}
		if b, e = object(b, i); e != nil {
			return nil, e
		}
	}
	b = append(b, ']')
	if n > 0 {
		before, after := cursor{from, max(page-1, 0)}, cursor{to, page + 1}
		b = append(b, `,"paging":{"cursors":{`...)
		b = append(appendMember(appendMember(b, "before", before.String()), "after", after.String()), '}')
		if to < n {
			b = appendMember(b, "next", c.pageURL(path, params, limit, "after", after))
		}
		if from > 0 {
			b = appendMember(b, "previous", c.pageURL(path, params, limit, "before", before))
		}
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

func pageLimit(params url.Values) (int, *Error) {
	text := params.Get("limit")
	if text == "" {
		return defaultLimit, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 {
		return 0, badParameter("param limit must be a positive integer")
	}
	return min(limit, maxLimit), nil
}

// pageURL is a link to another page: every parameter, the token in clear among them (facts §7.2).
func (c *call) pageURL(path string, params url.Values, limit int, side string, at cursor) string {
	q := url.Values{"access_token": {c.creds.token}, "pretty": {"0"}, "limit": {strconv.Itoa(limit)}, side: {at.String()}}
	if fields := params.Get("fields"); fields != "" {
		q.Set("fields", fields)
	}
	return c.base + "/" + c.served + "/" + path + "?" + q.Encode()
}

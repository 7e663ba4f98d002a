package graphapi

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
)

// After takes the cursor of the next page out of an edge's answer, {"data": …, "paging": …}, whole or
// nested. more is false at the end, which is where no next link stands. The link itself, which holds a
// token, is never handed out.
func After(body []byte) (cursor string, more bool) {
	top, ok := inspect(body)
	if !ok {
		return "", false
	}
	return readPaging(body, top).next(false)
}

// AfterUnlinked is After for the edges that never have a next link, /tags and business_discovery's media:
// they end where there is no cursor or no row.
func AfterUnlinked(body []byte) (cursor string, more bool) {
	top, ok := inspect(body)
	if !ok {
		return "", false
	}
	return readPaging(body, top).next(true)
}

// paging is what an answer says about its next page.
type paging struct {
	after  string
	linked bool // there is a next link
	timed  bool // the link moves a window of time instead: there are no more rows behind it
	host   string
	empty  bool // data is missing or has no row
}

// next returns the cursor of the next page, and whether there is one. Unlinked edges end where there is no
// cursor or no row, the others where there is no link.
func (p paging) next(unlinked bool) (cursor string, more bool) {
	if unlinked {
		return p.after, p.after != "" && !p.empty
	}
	return p.after, p.linked && p.after != ""
}

// readPaging reads the valid JSON whose outline is top.
func readPaging(body []byte, top outline) paging {
	p := paging{empty: true}
	if top.data > 0 && body[top.data] == '[' {
		first := skipSpace(body, top.data+1)
		p.empty = first >= len(body) || body[first] == ']'
	}
	var links []byte
	if top.paging > 0 {
		links = body[top.paging:skipValue(body, top.paging)]
	}
	p.after = text(member(member(links, "cursors"), "after"))
	next := text(member(links, "next"))
	if next == "" {
		return p
	}
	p.linked = true
	u, err := url.Parse(next)
	if err != nil {
		return p
	}
	p.host = u.Host
	query := u.Query()
	if p.after == "" {
		p.after = query.Get("after")
	}
	p.timed = p.after == "" && (query.Has("since") || query.Has("until"))
	return p
}

// Pages reads an edge page by page, the next one while the loop works on the last. It goes on by adding
// the cursor to the request, never by following a link. A page may be short or empty with more behind it.
// A cursor that comes twice is an error; an error ends the sequence. Breaking out of the loop ends the
// request behind it before Pages returns. Each Answer belongs to the loop, to Release if it likes.
func (c *Client) Pages(ctx context.Context, r Request) iter.Seq2[*Answer, error] {
	return func(yield func(*Answer, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		seen := map[string]bool{r.Param("after"): true}
		answer, err := c.Get(ctx, r)
		for {
			if err != nil {
				yield(nil, err)
				return
			}
			cursor, more, err2 := c.follow(answer, r, seen)
			var next <-chan fetched
			if more {
				r = r.With("after", cursor)
				next = c.fetch(ctx, r)
			}
			if !yield(answer, nil) {
				cancel()
				if next != nil {
					(<-next).answer.Release()
				}
				return
			}
			switch {
			case err2 != nil:
				yield(nil, err2)
				return
			case next == nil:
				return
			}
			got := <-next
			answer, err = got.answer, got.err
		}
	}
}

// follow says which page comes after an answer.
func (c *Client) follow(answer *Answer, r Request, seen map[string]bool) (cursor string, more bool, err error) {
	p := readPaging(answer.Body, answer.top)
	if p.host != "" && !strings.EqualFold(p.host, c.host()) {
		c.seen.notice(fmt.Sprintf("the next link of %s points to another host, %s, which is not contacted: only its cursor is used", c.name(r), c.scrub(p.host)))
	}
	if !r.Unlinked && p.linked && p.after == "" && !p.timed {
		return "", false, fmt.Errorf("%s: the answer has a next link without a cursor, which is not followed: rows after this page cannot be read", c.name(r))
	}
	_, more = p.next(r.Unlinked)
	if more && seen[p.after] {
		return "", false, fmt.Errorf("%s: the API gave a cursor a second time, so its pages would never end: run again later", c.name(r))
	}
	seen[p.after] = true
	return p.after, more, nil
}

// host is the host, and port if there is one, that the client calls.
func (c *core) host() string {
	_, rest, _ := strings.Cut(c.base, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

type fetched struct {
	answer *Answer
	err    error
}

// fetch gets a page in the background. The channel has room, so that nobody need wait for it to be read.
func (c *Client) fetch(ctx context.Context, r Request) <-chan fetched {
	done := make(chan fetched, 1)
	go func() {
		answer, err := c.Get(ctx, r)
		done <- fetched{answer, err}
	}()
	return done
}

package shred

// listReader reads lists of objects.
type listReader struct {
	keys    *shape // data, paging and, where there is one, summary
	object  *objectReader
	summary *objectReader // nil for none
}

// The keys of a list, as its shape counts them.
const (
	listData    = 0
	listPaging  = 1
	listSummary = 2
)

// cursor is what a list says of its end.
type cursor struct {
	after int // where the cursor's string stands in the page, 0 for none
	next  bool
	rows  int
}

// readList reads {"data": [row…], "paging": {…}, "summary": {…}} or [row…].
func (d *Decoder) readList(l *listReader) (c cursor, ok bool) {
	s := &d.s
	if s.peek() == '[' {
		c.rows, ok = d.rows(l.object)
		return c, ok
	}
	at := s.pos
	if !s.object("a list of objects") {
		return c, false
	}
	var m seen
	summed := false
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = l.keys.key(s, k, &m); !ok {
			return c, false
		}
		if done {
			break
		}
		switch {
		case k == listData:
			c.rows, ok = d.rows(l.object)
		case k == listPaging && l.object.values == nil:
			ok = d.paging.read(s, &c)
		case k == listPaging: // of insights: it moves the window
			ok = s.skip()
		case k == listSummary && l.summary != nil:
			summed = s.peek() == '{'
			ok = d.inner(l.summary)
		default:
			ok = l.keys.skip(s, k)
		}
		if !ok {
			return c, false
		}
	}
	if m.bits&(1<<listData) == 0 && !summed {
		return c, s.fail(at, "a list of objects without data")
	}
	return c, true
}

// rows reads [row…] and counts them.
func (d *Decoder) rows(o *objectReader) (n int, ok bool) {
	s := &d.s
	if !s.array("a list of objects") {
		return 0, false
	}
	if o.values != nil {
		o.values.prev = -1
	}
	for {
		done, ok := s.more(']', n == 0)
		if done || !ok {
			return n, ok
		}
		if o.values != nil {
			ok = d.entry(o)
		} else {
			ok = d.object(o)
		}
		if !ok {
			return n, false
		}
		n++
	}
}

// textAt returns the string at byte at, which was read before.
func (s *scanner) textAt(at int) string {
	if at == 0 {
		return ""
	}
	here := s.pos
	s.pos = at
	text, _, _ := s.textView()
	s.pos = here
	return string(text)
}

// pagingReader reads {"cursors": {"before": …, "after": …}, "next": …}. Of the next page's address only that there
// is one is kept: it holds the token.
type pagingReader struct{ keys, cursors *shape }

func (p *pagingReader) read(s *scanner, c *cursor) bool {
	if null, ok := s.null(); null || !ok {
		return ok
	}
	if !s.object("the paging of a list") {
		return false
	}
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = p.keys.key(s, k, &m); !ok {
			return false
		}
		if done {
			return true
		}
		switch k {
		case 0:
			ok = p.readCursors(s, c)
		case 1:
			c.next = s.peek() == '"'
			ok = s.skip()
		default:
			ok = s.skip()
		}
		if !ok {
			return false
		}
	}
}

func (p *pagingReader) readCursors(s *scanner, c *cursor) bool {
	if null, ok := s.null(); null || !ok {
		return ok
	}
	if !s.object("the cursors of a list") {
		return false
	}
	var m seen
	for k := noKey; ; {
		var done, ok bool
		if k, done, ok = p.cursors.key(s, k, &m); !ok {
			return false
		}
		if done {
			return true
		}
		if k == 0 && s.peek() == '"' {
			c.after = s.pos
		}
		if !s.skip() {
			return false
		}
	}
}

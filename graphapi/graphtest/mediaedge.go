package graphtest

import (
	"maps"
	"net/url"
	"time"
)

// mediaEdge serves one of an account's lists of media, newest first (facts §2.1): posts, of which since
// and until cut a part by posting time; stories; and the posts of others it is tagged in, whose pages have
// no links to one another.
func mediaEdge(class mediaClass, name string) func(*call, node, edgeQuery, []byte) ([]byte, *Error) {
	return func(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
		if !c.session.granted(c.h.host, "instagram_basic", "instagram_business_basic") {
			return nil, noPermission()
		}
		if class == tags && !c.session.granted(c.h.host, "instagram_manage_comments", "instagram_business_manage_comments") {
			return nil, noPermission()
		}
		if n.account.MediaDenied && !n.foreign {
			return nil, noPermission()
		}
		if class == stories {
			if e := c.pageToken("stories"); e != nil {
				return nil, e
			}
		}
		w, a := c.h.world, n.account
		l := listing{path: a.ID + "/" + name, unlinked: class == tags || n.foreign, omitted: q.nested, most: a.sizeOf(class)}
		l.from, l.to = w.listed(a, class, c.now)
		if class == posts {
			l.deep = l.to < a.sizeOf(posts)
			if e := c.cutByTime(&l, a, q.params); e != nil {
				return nil, e
			}
		}
		weight := weightOf(q.fields)
		l.before = func(objects int) *Error { return c.weigh(objects * weight) }
		l.object = func(b []byte, i int) ([]byte, *Error) {
			m := w.mediaAt(a, class, i)
			if n.foreign {
				m.via = viaDiscovery
			}
			return c.appendNode(b, node{kind: c.h.kinds.media, id: m.ID, account: a, media: &m, listed: true}, q.fields)
		}
		return c.appendPage(b, withFields(q), l)
	}
}

// withFields are the parameters of an edge as its links repeat them: those of a nested one have the fields
// that were asked inside it.
func withFields(q edgeQuery) url.Values {
	if !q.nested || q.text == "" {
		return q.params
	}
	params := maps.Clone(q.params)
	params.Set("fields", q.text)
	return params
}

// cutByTime keeps the posts made from since to until, both included (facts §2.1, §7.4). Either may stand
// alone; a day is its Pacific midnight. A cursor names its place among all posts, so it goes with any
// since and until.
func (c *call) cutByTime(l *listing, a *Account, params url.Values) *Error {
	since, until := params.Get("since"), params.Get("until")
	var from, to int64
	var e *Error
	if since != "" {
		if from, e = parseInstant("since", since, c.now); e != nil {
			return e
		}
	}
	if until != "" {
		if to, e = parseInstant("until", until, c.now); e != nil {
			return e
		}
	}
	if since != "" && until != "" && from > to {
		return badParameter("since must not be after until")
	}
	first, end := l.from, l.to
	w := c.h.world
	if until != "" {
		l.from = w.firstAtOrBefore(a, posts, first, end, time.Unix(to, 0))
	}
	if since != "" {
		l.to = w.firstAtOrBefore(a, posts, l.from, end, time.Unix(from-1, 0))
	}
	l.deep = l.deep && l.to == end
	return nil
}

// serveChildren lists the children of an album, all of them at once and without paging, as the reference
// shows it; with a limit, a cursor or a summary it is a list like others. Other media have no such list.
func serveChildren(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	children := c.h.world.childrenOf(n.media)
	if n.media.Type != typeAlbum {
		return b, nil
	}
	l := listing{path: n.id + "/children", to: len(children), object: func(b []byte, i int) ([]byte, *Error) {
		m := children[i]
		m.via = n.media.via
		return c.appendNode(b, node{kind: c.h.kinds.media, id: m.ID, account: m.account, media: &m, listed: true}, q.fields)
	}}
	weight := weightOf(q.fields)
	l.before = func(objects int) *Error { return c.weigh(objects * weight) }
	params := withFields(q)
	for _, name := range []string{"limit", "after", "before", "summary"} {
		if params.Get(name) != "" {
			return c.appendPage(b, params, l)
		}
	}
	if e := l.before(l.to); e != nil {
		return nil, e
	}
	b = append(b, `{"data":[`...)
	var e *Error
	for i := range children {
		if i > 0 {
			b = append(b, ',')
		}
		if b, e = l.object(b, i); e != nil {
			return nil, e
		}
	}
	return append(b, ']', '}'), nil
}

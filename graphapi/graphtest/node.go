package graphtest

import (
	"net/url"
	"strings"
)

// hosts says where a field or an edge exists.
type hosts int

const (
	anyHost hosts = iota
	facebookOnly
	instagramOnly
)

func (s hosts) has(h Host) bool {
	return s == anyHost || (s == facebookOnly) == (h == Facebook)
}

// kind is a kind of node: its fields and its edges. A new kind of object is a new table, not new code in
// the routing.
type kind struct {
	name     string
	defaults []string // what comes without a fields parameter; id always does
	fields   map[string]field
	edges    map[string]edge
	// withoutID is a kind of object that has no id.
	withoutID bool
	inner     map[string]*kind // what kind of node is inside a member, for checkFields
}

// field appends a node's value, or nothing when the node has none: then the key is left out (facts §2.1).
type field struct {
	on    hosts
	write func(c *call, n node, s selection, b []byte) ([]byte, *Error)
}

// edge appends a whole object, data and paging, or nothing where the node has no such edge: inside a
// fields parameter the key is then left out, on a path of its own the list is empty.
type edge struct {
	on    hosts
	serve func(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error)
}

// edgeQuery is how an edge was asked: over its own path, or inside a fields parameter.
type edgeQuery struct {
	params url.Values
	fields []selection
	nested bool   // inside a fields parameter
	text   string // of what was asked inside, for the links to other pages
}

// node is one object.
type node struct {
	kind    *kind
	id      string // as it is shown
	account *Account
	media   *Media
	comment *Comment
	value   any  // of the lesser kinds
	foreign bool // an account that somebody else asks for
	listed  bool // came with a list or inside another node, not by its own id
}

// text is a field whose value is a string, absent when empty.
func text(on hosts, value func(c *call, n node) string) field {
	return field{on, func(c *call, n node, _ selection, b []byte) ([]byte, *Error) {
		if s := value(c, n); s != "" {
			return appendText(b, s), nil
		}
		return b, nil
	}}
}

// raw is a field whose value is written as it is: a number or a truth value.
func raw(on hosts, value func(n node) string) field {
	return field{on, func(_ *call, n node, _ selection, b []byte) ([]byte, *Error) {
		return append(b, value(n)...), nil
	}}
}

// resolve finds the object a path begins with.
func (c *call) resolve(id string) (node, *Error) {
	w := c.h.world
	if id == "me" {
		return c.me()
	}
	if !isNumber(id) {
		return node{}, notAnID(id)
	}
	if a := w.byID[id]; a != nil && !a.Unlinked && c.session.reaches(a) && (id == a.ID || c.h.host == Instagram) {
		return c.user(a, id), nil
	}
	if m, ok := w.findMedia(id, c.now); ok && !m.Deleted && m.own() && !m.account.Unlinked && c.session.reaches(m.account) {
		if m.account.MediaDenied {
			return node{}, noPermission()
		}
		return node{kind: c.h.kinds.media, id: id, account: m.account, media: &m}, nil
	}
	if one, ok := w.findComment(id, c.now); ok && !one.Deleted && !one.elsewhere && !one.account.Unlinked && c.session.reaches(one.account) {
		if one.account.MediaDenied {
			return node{}, noPermission()
		}
		return node{kind: c.h.kinds.comment, id: id, account: one.account, comment: &one}, c.mayReadComments()
	}
	if c.h.host == Facebook {
		if a := w.byPage[id]; a != nil && c.session.reaches(a) {
			return node{kind: c.h.kinds.page, id: id, account: a}, nil
		}
		if _, ok := w.hashtagOf(id); ok {
			return c.hashtag(id), nil
		}
		if id == w.userID {
			return node{kind: c.h.kinds.user, id: id}, nil
		}
	}
	return node{}, notFound(c.Method, id)
}

// me is the user, the Page or, with Instagram login, the account that the token belongs to (facts §1.5).
func (c *call) me() (node, *Error) {
	switch {
	case c.h.host == Instagram:
		a := c.h.mine(c.session)
		if a == nil {
			return node{}, notFound(c.Method, "me")
		}
		return c.user(a, a.AppScopedID), nil
	case c.session.page != nil:
		return node{kind: c.h.kinds.page, id: c.session.page.PageID, account: c.session.page}, nil
	}
	return node{kind: c.h.kinds.user, id: c.h.world.userID}, nil
}

func (c *call) user(a *Account, shown string) node {
	return node{kind: c.h.kinds.account, id: shown, account: a}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// appendNode writes an object with the fields asked for, in the order asked, the id last unless it was
// asked for elsewhere.
func (c *call) appendNode(b []byte, n node, fields []selection) ([]byte, *Error) {
	if fields == nil {
		for _, name := range n.kind.defaults {
			fields = append(fields, selection{name: name})
		}
	}
	b = append(b, '{')
	withID := false
	for _, s := range fields {
		if s.name == "id" && !n.kind.withoutID {
			b, withID = appendMember(b, "id", n.id), true
			continue
		}
		start := len(b)
		b = appendKey(b, s.key())
		before := len(b)
		var e *Error
		if b, e = c.appendField(b, n, s); e != nil {
			return nil, e
		}
		if len(b) == before {
			b = b[:start]
		}
	}
	if !withID && !n.kind.withoutID {
		b = appendMember(b, "id", n.id)
	}
	return append(b, '}'), nil
}

func (c *call) appendField(b []byte, n node, s selection) ([]byte, *Error) {
	if absent, e := n.hides(s.name); absent || e != nil {
		return b, e
	}
	if f, ok := n.kind.fields[s.name]; ok && f.on.has(c.h.host) {
		return f.write(c, n, s, b)
	}
	if d, ok := n.kind.edges[s.name]; ok && d.on.has(c.h.host) {
		return d.serve(c, n, edgeQuery{params: s.args, fields: s.sub, nested: true, text: s.text}, b)
	}
	return nil, noSuchField(s.name)
}

// checkFields refuses unknown fields, and fields inside of what is no object, at any depth and before any
// object is written, so that an empty list refuses them too. A nil kind is one without fields to check.
func (c *call) checkFields(k *kind, fields []selection) *Error {
	if k == nil {
		return nil
	}
	for _, s := range fields {
		f, isField := k.fields[s.name]
		isField = isField && f.on.has(c.h.host)
		d, isEdge := k.edges[s.name]
		isEdge = isEdge && d.on.has(c.h.host)
		inner := k.inner[s.name]
		switch {
		case !isField && !isEdge && (s.name != "id" || k.withoutID):
			return noSuchField(s.name)
		case s.sub != nil && inner == nil && !isEdge:
			return noSubfields(s.name)
		}
		if e := c.checkFields(inner, s.sub); e != nil {
			return e
		}
	}
	return nil
}

// members makes a kind of which nothing but the names of its fields is ever asked.
func members(name string, fields ...string) *kind {
	k := &kind{name: name, fields: make(map[string]field, len(fields))}
	for _, f := range fields {
		k.fields[f] = field{}
	}
	return k
}

// route answers a call that is neither a batch nor an ids list.
func (c *call) route() ([]byte, *Error) {
	if c.badPath {
		return nil, unknownPath(c.Version + "/" + c.Path)
	}
	if c.Method != "GET" {
		return nil, &Error{Code: 100, Subcode: 33, Type: "GraphMethodException", Message: "Unsupported " + strings.ToLower(c.Method) + " request."}
	}
	if len(c.ids) > maxBatch {
		return nil, tooManyIDs(len(c.ids))
	}
	if len(c.segments) == 0 {
		return nil, notFound(c.Method, "")
	}
	session, e := c.h.authenticate(c.creds, c.segments[0] == "me", c.now)
	if e != nil {
		return nil, e
	}
	c.session = session
	if session.page != nil && c.h.pageRefusal != nil {
		return nil, c.h.pageRefusal
	}
	if c.segments[0] == "debug_token" && len(c.segments) == 1 && c.h.host == Facebook {
		return c.debugToken()
	}
	if c.segments[0] == "ig_hashtag_search" && len(c.segments) == 1 && c.h.host == Facebook {
		fields, e := c.fields()
		if e != nil {
			return nil, e
		}
		return c.searchHashtag(fields)
	}
	n, e := c.resolve(c.segments[0])
	if e != nil {
		c.missing = e.Subcode == 33 || e.Code == 803
		return nil, e
	}
	fields, e := c.fields()
	if e != nil {
		return nil, e
	}
	switch len(c.segments) {
	case 1:
		if e := c.checkFields(n.kind, fields); e != nil {
			return nil, e
		}
		return c.appendNode(nil, n, fields)
	case 2:
		d, ok := n.kind.edges[c.segments[1]]
		if !ok || !d.on.has(c.h.host) {
			return nil, noSuchField(c.segments[1])
		}
		if e := c.checkFields(n.kind.inner[c.segments[1]], fields); e != nil {
			return nil, e
		}
		b, e := d.serve(c, n, edgeQuery{params: c.Params, fields: fields}, nil)
		if b == nil && e == nil {
			b = []byte(`{"data":[]}`)
		}
		return b, e
	}
	return nil, unknownPath(c.Path)
}

func (c *call) fields() ([]selection, *Error) {
	text := c.Params.Get("fields")
	if text == "" {
		return nil, nil
	}
	return parseFields(text)
}

package graphtest

import (
	"sync"
	"time"
)

// An account may ask for so many different hashtags in so much time (facts §2.4).
const (
	mostHashtags = 30
	hashtagTime  = 7 * 24 * time.Hour
	// maxHashtagPage is the largest page of a hashtag's media; the sheet does not say.
	maxHashtagPage = 50
)

// searches remember which hashtags accounts asked for.
type searches struct {
	mu   sync.Mutex
	list map[string][]search // by account, the oldest first
}

type search struct {
	id string
	at time.Time
}

// ask counts a hashtag against the account's allowance, unless it counts already. Asking again does not begin
// its time anew; the sheet does not say whether it does.
func (s *searches) ask(account, id string, now time.Time) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.current(account, now)
	for _, one := range list {
		if one.id == id {
			return nil
		}
	}
	if len(list) >= mostHashtags {
		return tooManyHashtags()
	}
	s.list[account] = append(list, search{id, now})
	return nil
}

// current are those of an account that count at now. The lock is held.
func (s *searches) current(account string, now time.Time) []search {
	list := s.list[account]
	for len(list) > 0 && !now.Before(list[0].at.Add(hashtagTime)) {
		list = list[1:]
	}
	return list
}

// recent are the ids that count at now, the latest first.
func (s *searches) recent(account string, now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.current(account, now)
	out := make([]string, len(list))
	for i, one := range list {
		out[len(list)-1-i] = one.id
	}
	return out
}

// tooManyHashtags is the allowance used up (facts §2.4, §8: 18). Its text is not recorded.
func tooManyHashtags() *Error {
	return &Error{
		Code: 18, Message: "(#18) Max number of hashtags exceeded",
		UserTitle:   "Too many hashtags",
		UserMessage: "This account has asked for 30 different hashtags within the last 7 days.",
	}
}

// noSuchHashtag is a hashtag that does not exist or may not be asked for. The sheet does not record it.
func noSuchHashtag() *Error {
	return &Error{Code: 24, Subcode: 2207024, Message: "The requested resource does not exist", UserTitle: "Invalid hashtag"}
}

// hashtagKind is the IG Hashtag node (facts §2.4).
func hashtagKind() *kind {
	return &kind{name: "IGHashtag", fields: map[string]field{
		"name": text(facebookOnly, func(_ *call, n node) string { return n.value.(string) }),
	}, edges: map[string]edge{
		"top_media":    {facebookOnly, hashtagEdge("top_media", false)},
		"recent_media": {facebookOnly, hashtagEdge("recent_media", true)},
	}}
}

// asker is the account that a call about hashtags is made for: its user_id, which the token has to reach.
func (c *call) asker() (*Account, *Error) {
	id := c.Params.Get("user_id")
	if id == "" {
		return nil, badParameter("The parameter user_id is required")
	}
	a := c.h.world.byID[id]
	if a == nil || a.ID != id || a.Unlinked || !c.session.reaches(a) {
		return nil, notFound(c.Method, id)
	}
	if !c.session.granted(Facebook, "instagram_basic", "") {
		return nil, noPermission()
	}
	return a, nil
}

// searchHashtag answers ig_hashtag_search with the one hashtag of a name (facts §2.4).
func (c *call) searchHashtag(fields []selection) ([]byte, *Error) {
	a, e := c.asker()
	if e != nil {
		return nil, e
	}
	name := c.Params.Get("q")
	if name == "" {
		return nil, badParameter("The parameter q is required")
	}
	if e := c.checkFields(c.h.kinds.hashtag, fields); e != nil {
		return nil, e
	}
	id := c.h.world.HashtagID(name)
	if id == "" {
		return nil, noSuchHashtag()
	}
	if e := c.h.searches.ask(a.ID, id, c.now); e != nil {
		return nil, e
	}
	b, e := c.appendNode([]byte(`{"data":[`), c.hashtag(id), fields)
	return append(b, ']', '}'), e
}

func (c *call) hashtag(id string) node {
	name, _ := c.h.world.hashtagOf(id)
	return node{kind: c.h.kinds.hashtag, id: id, value: name}
}

// hashtagEdge serves one of a hashtag's lists of strangers' media; it counts against the allowance as a search
// does.
func hashtagEdge(name string, recent bool) func(*call, node, edgeQuery, []byte) ([]byte, *Error) {
	return func(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
		a, e := c.asker()
		if e != nil {
			return nil, e
		}
		if e := c.h.searches.ask(a.ID, n.id, c.now); e != nil {
			return nil, e
		}
		w, tag := c.h.world, n.value.(string)
		l := listing{path: n.id + "/" + name, largest: maxHashtagPage, most: mostHashtagMedia, omitted: q.nested}
		l.from, l.to = w.hashtagListed(tag, recent, c.now)
		weight := weightOf(q.fields)
		l.before = func(objects int) *Error { return c.weigh(objects * weight) }
		l.object = func(b []byte, i int) ([]byte, *Error) {
			m := w.hashtagMedia(tag, recent, i)
			return c.appendNode(b, node{kind: c.h.kinds.media, id: m.ID, account: m.account, media: &m, listed: true}, q.fields)
		}
		params := withFields(q)
		if q.nested {
			params.Set("user_id", a.ID)
		}
		return c.appendPage(b, params, l)
	}
}

// serveRecentHashtags lists the hashtags an account asked for within seven days.
func serveRecentHashtags(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	ids := c.h.searches.recent(n.account.ID, c.now)
	return c.appendPage(b, withFields(q), listing{
		path: n.id + "/recently_searched_hashtags", to: len(ids), most: mostHashtags, omitted: q.nested,
		object: func(b []byte, i int) ([]byte, *Error) { return c.appendNode(b, c.hashtag(ids[i]), q.fields) },
	})
}

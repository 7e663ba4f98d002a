package graphtest

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Call is one counted question to the API: a request, an item of a batch or one id of an ids list. It
// never shows a token.
type Call struct {
	Method  string // GET, even when a POST form overrode its method
	Version string // as asked; "" without one in the path
	Path    string // without version and slashes around: 17841400000000001/insights
	Account string // the 1784… id it is about; "" when it is about none
	Params  url.Values
	Token   string // which kind it came with: user, page or login (Instagram login); "" with none, or one unknown here
	InBatch bool
	Attempt int   // 1 the first time this same question comes, 2 the next time
	Request int64 // the HTTP request it came with, from 1
}

// call is a Call on its way through the server.
type call struct {
	Call
	h         *Handler
	base      string // scheme and host as the caller sees them
	served    string // the version that answers
	badPath   bool   // the path names a version that never was
	segments  []string
	creds     credentials
	session   *session // nil for an unknown token
	account   *Account
	now       time.Time
	identity  uint64
	begun     int64 // when its HTTP request arrived, in the server's own counting
	refusedBy *meter
	inspected string   // input_token of debug_token
	ids       []string // of an ids request
	subs      []*call  // a call for each of them
	missing   bool     // its object was not found
	weight    int      // of the answer so far
	asked     *askedMedia
}

// reply is what a call is answered with.
type reply struct {
	status int
	header http.Header // beyond what every answer has; nil mostly
	body   []byte
	null   bool // the batch item timed out
}

// secretParams are never part of a Call.
var secretParams = [...]string{"access_token", "appsecret_proof", "input_token"}

// newCall reads a path and parameters into a call.
func (h *Handler) newCall(method, path string, params url.Values, outer credentials, r *arrival) *call {
	c := &call{h: h, base: r.base, now: r.now, begun: r.seq}
	c.Method, c.Request, c.InBatch = method, r.number, r.batch
	c.segments = splitPath(path)
	asked := h.appVersion
	if len(c.segments) > 0 && versionShape.MatchString(c.segments[0]) {
		asked, c.Version = c.segments[0], c.segments[0]
		c.segments = c.segments[1:]
	}
	var known bool
	if c.served, known = serving(asked, r.now); !known {
		c.badPath, c.served = true, versions[len(versions)-1].name
	}
	if h.pinned != "" {
		c.badPath, c.served = false, h.pinned
	}
	c.Path = strings.Join(c.segments, "/")
	c.creds = credentialsOf(params).withDefault(outer)
	c.session = h.sessions[c.creds.token]
	c.Token = c.session.kind(h.host)
	c.inspected = params.Get("input_token")
	c.setParams(params)
	c.account = h.accountOf(c)
	if c.account != nil {
		c.Account = c.account.ID
	}
	c.identify()
	h.expandIDs(c, params, outer, r)
	return c
}

func (c *call) setParams(params url.Values) {
	c.Params = make(url.Values, len(params))
	for name, values := range params {
		c.Params[name] = values
	}
	for _, name := range secretParams {
		delete(c.Params, name)
	}
}

// identify gives the call the number that all repetitions of it share.
func (c *call) identify() {
	c.identity = mixText(mixText(mix(uint64(len(c.Method))), c.Version+"/"+c.Path), c.Params.Encode())
	c.Attempt = c.h.stats.attempt(c.identity)
}

func splitPath(path string) []string {
	var out []string
	for _, s := range strings.Split(path, "/") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// accountOf says which account a call is about, for pacing and for rules.
func (h *Handler) accountOf(c *call) *Account {
	if len(c.segments) == 0 {
		return nil
	}
	id := c.segments[0]
	if id != "me" {
		if a := h.world.byID[id]; a != nil {
			return a
		}
		if r, ok := h.world.mediaRef(id); ok {
			return r.account
		}
		r, _ := h.world.commentRef(id)
		return r.media.account
	}
	switch {
	case c.session == nil:
		return nil
	case c.session.page != nil:
		return nil // a Page counts on other limits
	case h.host == Instagram:
		return h.mine(c.session)
	}
	return nil
}

// mine is the account behind /me with Instagram login.
func (h *Handler) mine(s *session) *Account {
	for _, a := range h.world.accounts {
		if s.reaches(a) {
			return a
		}
	}
	return nil
}

// endpoint names what a call asks for, for Stats.
func (c *call) endpoint() string {
	head := ""
	if len(c.segments) > 0 {
		switch id := c.segments[0]; {
		case id == "me" || id == "debug_token" || id == "ig_hashtag_search":
			head = id
		case c.h.world.byID[id] != nil:
			head = "account"
		case c.h.world.byPage[id] != nil:
			head = "page"
		default:
			head = "other"
			if _, ok := c.h.world.mediaRef(id); ok {
				head = "media"
			} else if _, ok := c.h.world.commentRef(id); ok {
				head = "comment"
			} else if _, ok := c.h.world.hashtagOf(id); ok {
				head = "hashtag"
			}
		}
	}
	if head == "" {
		return "root"
	}
	return strings.Join(append([]string{head}, c.segments[1:]...), "/")
}

// failed is the reply of a Graph error.
func (c *call) failed(e *Error) reply {
	return reply{status: e.status(), body: appendError(nil, e, c.h.host, c.h.trace())}
}

package graphtest

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// A Handler is the Graph API over one World, as an http.Handler. It is safe for concurrent use.
type Handler struct {
	world    *World
	kinds    kinds
	sessions map[string]*session
	stats    *tracker
	meters   meters
	rules    rules
	searches searches
	traces   atomic.Uint64
	seq      atomic.Int64
	done     chan struct{} // closed to let go of requests that hang

	host          Host
	tokens        []Token
	reading       Reading
	headerIgnored bool
	appSecret     string
	proofRequired bool
	appVersion    string
	pinned        string
	todayRefused  bool
	raggedPages   bool
	missingFails  bool
	textUserIDs   bool
	upperActions  bool
	pageWeight    int
	pageEdges     []string // which a Page's token is needed for
	pageRefusal   *Error   // what Pages' tokens get
	latency       time.Duration
	observe       func(Call)
}

// NewHandler returns the Graph API over a World, for programs that bring their own HTTP server. Listen
// and Start bring one along.
func NewHandler(world *World, options ...Option) *Handler {
	h := &Handler{world: world, kinds: newKinds(), stats: newTracker(), appVersion: "v25.0", done: make(chan struct{})}
	h.meters.states = map[string]*meter{}
	h.searches.list = map[string][]search{}
	for _, o := range options {
		o(h)
	}
	h.sessions = sessions(world, h.host, h.tokens)
	return h
}

// World returns what the server serves.
func (h *Handler) World() *World { return h.world }

// Host returns which of the two products the server is.
func (h *Handler) Host() Host { return h.host }

// arrival is one HTTP request.
type arrival struct {
	base   string
	now    time.Time
	number int64
	seq    int64
	batch  bool
}

// ServeHTTP implements http.Handler. What arrives is counted before anything else is done with it, since a
// call that is lost on the way counts like any other.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := h.world.clock.Now()
	a := &arrival{base: baseURL(r), now: start, number: h.stats.begin(), seq: h.seq.Add(1)}
	defer func() { h.stats.end(h.world.clock.Now().Sub(start)) }()
	in, err := h.readRequest(w, r)
	if err != nil {
		h.write(w, r, a, nil, reply{status: http.StatusBadRequest, body: appendError(nil, unreadable(), h.host, h.trace())})
		return
	}
	calls, out := h.plan(in, a)
	for _, c := range calls {
		for _, leaf := range c.leaves() {
			h.stats.arrived(leaf)
			if h.observe != nil {
				h.observe(leaf.Call)
			}
		}
	}
	defer h.meters.told(calls, &h.seq)
	if h.latency > 0 && h.world.clock.Sleep(r.Context(), h.latency) != nil {
		return
	}
	if f, wait := h.meters.gated(calls[0]); wait > 0 {
		h.gateway(w, r, f, wait)
		return
	}
	fault, faulty := h.rules.transport(h, calls)
	if faulty && !h.survives(w, r, calls[0], fault) {
		return
	}
	if out == nil {
		out = h.answerAll(in, a, calls)
	}
	if faulty && fault.Kind != Slow {
		h.spoil(w, r, fault, *out)
		return
	}
	h.write(w, r, a, calls, *out)
}

func baseURL(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// plan finds the calls of a request; an answer comes with it when the request fails as a whole.
func (h *Handler) plan(in *incoming, a *arrival) ([]*call, *reply) {
	if in.isBatch() {
		return h.planBatch(in, a)
	}
	return []*call{h.newCall(in.method, in.path, in.params, in.creds, a)}, nil
}

// answerAll answers what plan found.
func (h *Handler) answerAll(in *incoming, a *arrival, calls []*call) *reply {
	if a.batch {
		out := h.answerBatch(in, calls)
		return &out
	}
	out := h.answer(calls[0])
	return &out
}

// answer answers one call: limits first, then faults, then the API itself.
func (h *Handler) answer(c *call) reply {
	if c.subs != nil {
		return h.answerIDs(c)
	}
	if e := h.meters.charge(c); e != nil {
		h.stats.failed(e.Code)
		return c.failed(e)
	}
	if c.session != nil && c.session.ExpireAfter > 0 && c.session.calls.Add(1) > int64(c.session.ExpireAfter) {
		c.session.expire(c.now)
	}
	if f, ok := h.rules.onCall(h, c); ok {
		switch f.Kind {
		case NullItem:
			return reply{null: true}
		case ExpiredToken:
			if c.session != nil {
				c.session.expire(c.now)
			}
		default:
			h.meters.block(c, f)
			h.stats.failed(f.Error.Code)
			return c.failed(&f.Error)
		}
	}
	body, e := c.route()
	if e != nil {
		h.stats.failed(e.Code)
		return c.failed(e)
	}
	return reply{status: http.StatusOK, body: body}
}

// trace makes up an fbtrace_id.
func (h *Handler) trace() string {
	return "A" + letters(h.world.seed+h.traces.Add(1), 22)
}

// header is what every answer carries.
func (h *Handler) header(w http.Header, version string) {
	w.Set("Content-Type", "application/json; charset=UTF-8")
	w.Set("Facebook-Api-Version", version)
	w.Set("X-Fb-Rev", fmt.Sprint(1000000000+h.world.seed%1000000))
	w.Set("Cache-Control", "private, no-cache, no-store, must-revalidate")
	w.Set("Vary", "Accept-Encoding")
}

package graphtest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// expandIDs makes an ids request into one call an id (facts §7.5): /?ids=a,b or /insights?ids=a,b.
func (h *Handler) expandIDs(c *call, params url.Values, outer credentials, a *arrival) {
	ids := params.Get("ids")
	if ids == "" || len(c.segments) > 1 || len(c.segments) == 1 && (isNumber(c.segments[0]) || c.segments[0] == "me") {
		return
	}
	c.ids = strings.Split(ids, ",")
	if len(c.ids) > maxBatch {
		return // fails as a whole and counts once
	}
	rest := url.Values{}
	for name, values := range params {
		if name != "ids" {
			rest[name] = values
		}
	}
	for _, id := range c.ids {
		path := strings.TrimSpace(id) + "/" + c.Path
		if c.Version != "" {
			path = c.Version + "/" + path
		}
		c.subs = append(c.subs, h.newCall(c.Method, path, rest, outer, a))
	}
}

// leaves are the calls that count: each id singly (facts §7.5), else the call itself.
func (c *call) leaves() []*call {
	if c.subs != nil {
		return c.subs
	}
	return []*call{c}
}

func tooManyIDs(n int) *Error {
	return badParameter("Too many IDs. Maximum: %s. Provided: %s.", strconv.Itoa(maxBatch), strconv.Itoa(n))
}

// answerIDs answers an object keyed by id. An unknown id is left out or fails the request, as the server
// was told; any other error of one id fails the request (facts §7.5).
func (h *Handler) answerIDs(c *call) reply {
	b := []byte{'{'}
	var failed *reply
	for i, sub := range c.subs {
		out := h.answer(sub) // every id counts, whatever became of the others
		switch {
		case out.null:
			return out
		case out.status != http.StatusOK && sub.missing && !h.missingFails:
		case out.status != http.StatusOK:
			if sub.missing {
				out = c.failed(&Error{Code: 803, Message: "(#803) Some of the aliases you requested do not exist: " + c.ids[i]})
			}
			if failed == nil {
				failed = &out
			}
		default:
			b = append(appendKey(b, strings.TrimSpace(c.ids[i])), out.body...)
		}
	}
	if failed != nil {
		return *failed
	}
	return reply{status: http.StatusOK, body: append(b, '}')}
}

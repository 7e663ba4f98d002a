package graphtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxBatch is how many items a batch may have, and how many ids a list (facts §7.5, §7.6).
const maxBatch = 50

// batchItem is one item as it was sent.
type batchItem struct {
	Method      string `json:"method"`
	RelativeURL string `json:"relative_url"`
	Body        string `json:"body"`
	AccessToken string `json:"access_token"`
	DependsOn   string `json:"depends_on"`
}

// batchError fails the whole batch.
func batchError(message string) *Error {
	return &Error{Code: 1, Type: "GraphBatchException", Message: message}
}

// planBatch takes a batch apart. It fails as a whole without a token among its parameters, beyond 50
// items, and when it is no list of items (facts §7.6); the Instagram host has none.
func (h *Handler) planBatch(in *incoming, a *arrival) ([]*call, *reply) {
	whole := h.newCall(in.method, in.path, in.params, in.creds, a)
	fail := func(e *Error) ([]*call, *reply) {
		out := whole.failed(e)
		h.stats.failed(e.Code)
		return []*call{whole}, &out
	}
	if h.host == Instagram {
		return fail(&Error{Status: http.StatusNotFound, Code: 100, Subcode: 33, Message: "Unsupported post request."})
	}
	var items []batchItem
	d := json.NewDecoder(bytes.NewReader([]byte(in.params.Get("batch"))))
	if err := d.Decode(&items); err != nil || d.More() || len(items) == 0 {
		return fail(batchError("batch must be a JSON array of requests"))
	}
	if len(items) > maxBatch {
		return fail(batchError("Too many requests in batch message. Maximum batch size is " + strconv.Itoa(maxBatch)))
	}
	for _, item := range items {
		if item.DependsOn != "" || strings.Contains(item.RelativeURL+item.Body, "{result=") {
			return fail(batchError("This server does not let the items of a batch refer to one another"))
		}
	}
	a.batch = true
	h.stats.with(func(s *Stats) { s.Batches++ })
	calls := make([]*call, len(items))
	for i, item := range items {
		calls[i] = h.itemCall(item, whole, in.creds, a)
	}
	// The items are there and count, but a token in the header alone does not open a batch.
	outer := in.creds
	if !in.formToken {
		outer.token = ""
	}
	if _, e := h.authenticate(outer, true, a.now); e != nil {
		out := whole.failed(e)
		h.stats.failed(e.Code)
		return calls, &out
	}
	return calls, nil
}

// itemCall reads one item. Its parameters are those of its URL and its body; its token is its own, or the
// batch's.
func (h *Handler) itemCall(item batchItem, whole *call, outer credentials, a *arrival) *call {
	path, query, _ := strings.Cut(item.RelativeURL, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		params = url.Values{}
	}
	if body, err := url.ParseQuery(item.Body); err == nil {
		maps.Copy(params, body)
	}
	if item.AccessToken != "" {
		params.Set("access_token", item.AccessToken)
	}
	method := strings.ToUpper(item.Method)
	if method == http.MethodPost && params.Get("method") != "" {
		method = strings.ToUpper(params.Get("method"))
		delete(params, "method")
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	if segments := splitPath(path); whole.Version != "" && (len(segments) == 0 || !versionShape.MatchString(segments[0])) {
		path = whole.Version + "/" + path // an item without a version has the batch's
	}
	return h.newCall(method, path, params, outer, a)
}

// answerBatch answers the items in order: code, headers unless refused, and the body as JSON text; null
// for an item that timed out. The batch itself is 200 (facts §7.6).
func (h *Handler) answerBatch(in *incoming, calls []*call) reply {
	headers := in.params.Get("include_headers") != "false"
	b := append(make([]byte, 0, 4096*len(calls)), '[')
	for i, c := range calls {
		if i > 0 {
			b = append(b, ',')
		}
		out := h.answer(c)
		if out.null {
			b = append(b, "null"...)
			continue
		}
		b = appendNumber(append(b, '{'), "code", int64(out.status))
		if headers {
			b = h.appendItemHeaders(b, c, out)
		}
		b = append(appendBody(b, out.body), '}')
	}
	return reply{status: http.StatusOK, body: append(b, ']')}
}

// appendBody writes a body as JSON text. It is JSON in plain ASCII already, so that little needs an escape.
func appendBody(b, body []byte) []byte {
	b = append(appendKey(b, "body"), '"')
	for _, c := range body {
		if c == '"' || c == '\\' || c == '/' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

func (h *Handler) appendItemHeaders(b []byte, c *call, out reply) []byte {
	header := http.Header{}
	h.header(header, c.served)
	h.meters.headers(header, []*call{c}, c.now)
	if out.status == http.StatusOK {
		header.Set("ETag", etag(out.body))
	}
	b = append(appendKey(b, "headers"), '[')
	for i, name := range slices.Sorted(maps.Keys(header)) {
		if i > 0 {
			b = append(b, ',')
		}
		shown := name
		if as, ok := spelled[name]; ok {
			shown = as
		}
		b = append(appendMember(appendMember(append(b, '{'), "name", shown), "value", header.Get(name)), '}')
	}
	return append(b, ']')
}

// spelled are headers that the API spells otherwise than Go does, which shows where they are JSON.
var spelled = map[string]string{"Etag": "ETag", "Facebook-Api-Version": "facebook-api-version"}

package graphapi

import (
	"fmt"
	"net/url"
	"strings"
)

// A Param is one parameter of a request.
type Param struct{ Name, Value string }

// A Request is one reading call. It holds neither token nor version: the client adds them.
type Request struct {
	// Path is what follows the version, for example 17841400000000001/insights or me/accounts; a leading
	// slash may stand there.
	Path string
	// Params are sent in this order. The client's own (access_token, appsecret_proof, method, batch) are
	// refused.
	Params []Param
	// Account is the id of the account whose rate limit the call counts against; empty where none is known.
	Account string
	// Counted is what the rate limit counts the call as. 0 is 1, or the number of ids where there is an ids
	// parameter.
	Counted int
	// Unlinked is for edges whose answers have cursors but never a next link (tags): Pages goes on until
	// there is no cursor or no row.
	Unlinked bool
}

// reserved are the parameters that only the client itself sets: a token in a URL, or a method that writes,
// must not get in by way of a query.
var reserved = map[string]bool{
	"access_token": true, "appsecret_proof": true, "method": true, "batch": true, "include_headers": true,
}

// Param returns the first value of a parameter, or empty.
func (r Request) Param(name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// With returns r with a parameter set to value; r itself stays as it is.
func (r Request) With(name, value string) Request {
	params := make([]Param, 0, len(r.Params)+1)
	for _, p := range r.Params {
		if p.Name != name {
			params = append(params, p)
		}
	}
	r.Params = append(params, Param{name, value})
	return r
}

// check refuses what would change the meaning of the URL that the path and the parameters become.
func (r Request) check() error {
	path := strings.Trim(r.Path, "/")
	if path == "" {
		return fmt.Errorf("graphapi: the request has no path: name a node, for example me")
	}
	for _, segment := range strings.Split(path, "/") {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "?#\\:%") || hasControl(segment) {
			return fmt.Errorf("graphapi: %q is not a path of the Graph API: write node or node/edge, and parameters apart", r.Path)
		}
	}
	for _, p := range r.Params {
		if p.Name == "" || reserved[strings.ToLower(p.Name)] {
			return fmt.Errorf("graphapi: parameter %q cannot be set on a request: the client sets it", p.Name)
		}
	}
	return nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// escapedPath is the path as it stands in a URL, without a slash at either end.
func (r Request) escapedPath() string {
	segments := strings.Split(strings.Trim(r.Path, "/"), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

// query is the parameters percent-encoded, in order.
func (r Request) query() string {
	var b strings.Builder
	for _, p := range r.Params {
		addParam(&b, p.Name, p.Value)
	}
	return b.String()
}

func addParam(b *strings.Builder, name, value string) {
	if b.Len() > 0 {
		b.WriteByte('&')
	}
	b.WriteString(url.QueryEscape(name))
	b.WriteByte('=')
	b.WriteString(url.QueryEscape(value))
}

func (r Request) counted() int64 {
	if r.Counted > 0 {
		return int64(r.Counted)
	}
	if ids := r.Param("ids"); ids != "" {
		return int64(1 + strings.Count(ids, ","))
	}
	return 1
}

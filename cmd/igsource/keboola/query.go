package keboola

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
)

// A query is one of the property queries.
type query struct {
	Name        string `json:"name"`
	Endpoint    string `json:"endpoint,omitempty"`
	Fields      string `json:"fields,omitempty"`
	Accounts    any    `json:"accounts"` // none, or a list of ids
	Since       string `json:"since,omitempty"`
	Until       string `json:"until,omitempty"`
	Limit       string `json:"limit,omitempty"`
	RunByID     bool   `json:"runById,omitempty"`
	TimeBased   bool   `json:"timeBasedPagination,omitempty"`
	StopOnEmpty bool   `json:"stopOnEmptyResponse,omitempty"`
	Incremental *bool  `json:"incremental,omitempty"` // true unless set
}

const noAccounts = "none"

// maxLimit is the largest page that the API gives, whatever it is asked for.
const maxLimit = 100

// queryText is the property queries.
func (c *Config) queryText() string {
	if len(c.queries) == 0 {
		return ""
	}
	return encode(c.queries)
}

// Types of queries. The first version failed for any other, the second took it for nested.
const (
	nestedQuery = "nested-query"
	asyncQuery  = "async-insights-query"
)

// switches are keys that both a query and what it asks for may hold; the first version looked for run-by-id
// in the one, for the others in the other.
var switches = []string{"run-by-id", "time-based-pagination", "stop-on-empty-response", "incremental"}

// query reads one query. One that is disabled is not looked at any further.
func (p *parser) query(where string, raw json.RawMessage) {
	outer, err := readObject(raw, false)
	if err != nil {
		p.failf(where, "", "%s.", err)
		return
	}
	r := queryReader{parser: p, where: where}
	r.out.Name = strings.TrimSpace(r.text(outer, "name"))
	if r.out.Name != "" {
		r.where += " (" + shown(r.out.Name) + ")"
	}
	if r.flag(outer, "disabled", false) {
		return
	}
	switch kind := strings.TrimSpace(r.text(outer, "type")); kind {
	case nestedQuery, "":
	case asyncQuery:
		p.failf(r.where, "Remove it, or set disabled to true.",
			"the type %s asks for reports on ads, which belong to the Marketing API and are not Instagram's.", asyncQuery)
		return
	default:
		p.remarkf(r.where, "", "the type %s is not known; it is read as %s.", shown(kind), nestedQuery)
	}
	p.unknown(r.where, outer, append([]string{"id", "type", "name", "disabled", "query"}, switches...)...)
	inner := object{}
	if raw, ok := outer.get("query"); ok {
		if inner, err = readObject(raw, false); err != nil {
			p.failf(r.where+": query", "", "%s.", err)
			return
		}
	}
	r.where += ": query"
	r.read(outer, inner)
	if !r.failed {
		p.config.queries = append(p.config.queries, r.out)
	}
}

// A queryReader reads what a query asks for.
type queryReader struct {
	*parser
	where  string
	out    query
	failed bool
}

func (r *queryReader) failf(action, format string, args ...any) {
	r.failed = true
	r.parser.failf(r.where, action, format, args...)
}

// text reads a text, a number, or nothing.
func (r *queryReader) text(o object, key string) string {
	raw, ok := o.get(key)
	if !ok {
		return ""
	}
	text, ok := scalar(raw)
	if !ok {
		r.failf("Write it as a text.", "%s is %s.", key, kind(raw))
	}
	return text
}

// flag reads true or false, as text too.
func (r *queryReader) flag(o object, key string, otherwise bool) bool {
	text := strings.TrimSpace(r.text(o, key))
	if text == "" {
		return otherwise
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		r.failf("Write true or false.", "%s is neither true nor false.", key)
		return otherwise
	}
	return value
}

// either reads a switch where it stands.
func (r *queryReader) either(outer, inner object, key string, otherwise bool) bool {
	if _, ok := inner.get(key); ok {
		return r.flag(inner, key, otherwise)
	}
	return r.flag(outer, key, otherwise)
}

func (r *queryReader) read(outer, inner object) {
	r.unknown(r.where, inner, append([]string{
		"path", "fields", "ids", "limit", "since", "until", "parameters", "split-query-time-range-by-day",
	}, switches...)...)
	q := &r.out
	q.Endpoint = strings.Trim(strings.TrimSpace(r.text(inner, "path")), "/")
	q.Fields = r.text(inner, "fields")
	if strings.TrimSpace(q.Fields) == "" {
		q.Fields = ""
	}
	q.Since, q.Until = strings.TrimSpace(r.text(inner, "since")), strings.TrimSpace(r.text(inner, "until"))
	r.limit(inner)
	q.RunByID = r.either(outer, inner, "run-by-id", false)
	q.TimeBased = r.either(outer, inner, "time-based-pagination", false)
	q.StopOnEmpty = r.either(outer, inner, "stop-on-empty-response", false)
	if !r.either(outer, inner, "incremental", true) {
		q.Incremental = new(bool)
	}
	r.accounts(inner) // before the parameters, which do not change the path
	r.parameters(inner)
}

// limit takes the size of a page; the API never gave more than it does, however large a one was asked for.
func (r *queryReader) limit(inner object) {
	text := strings.TrimSpace(r.text(inner, "limit"))
	if n, err := strconv.Atoi(text); err == nil && n > maxLimit {
		r.remarkf(r.where, "", "limit is %d; the API gives at most %d rows a page, which is asked for.", n, maxLimit)
		text = strconv.Itoa(maxLimit)
	}
	r.out.Limit = text
}

// accounts decides which accounts the query is read of: ids names them; where it stands but is empty, all
// that the configuration has; where it is absent, none, unless only an account can have the path.
func (r *queryReader) accounts(inner object) {
	q, configured := &r.out, r.config.ids()
	raw, present := inner.values["ids"]
	ids, ok := idList(raw)
	switch {
	case present && !isNull(raw) && !ok:
		r.failf("Write them as a text, with commas between.", "ids is %s.", kind(raw))
	case len(ids) > 0:
		q.Accounts = ids
	case !present && !ofAccount(q.Endpoint):
		q.Accounts = noAccounts
	case len(configured) == 0:
		r.failf("Add the accounts to parameters.accounts, or name them in ids.", "it is to be read of all accounts, and the configuration has none.")
	default:
		q.Accounts = configured
	}
}

// idList reads ids: a text with commas between them, a number, or a list.
func idList(raw json.RawMessage) (ids []string, ok bool) {
	var parts []json.RawMessage
	if text, isText := scalar(raw); isText {
		for id := range strings.SplitSeq(text, ",") {
			ids = append(ids, id)
		}
	} else if json.Unmarshal(raw, &parts) == nil {
		for _, one := range parts {
			id, isText := scalar(one)
			if !isText {
				return nil, false
			}
			ids = append(ids, id)
		}
	} else {
		return nil, false
	}
	out := ids[:0]
	for _, id := range ids {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, true
}

// ofAccount says that a path can only be read of an account: it is empty, or begins with an edge of one.
// Configurations of the second version leave ids out and mean all accounts.
func ofAccount(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	first, _, _ := strings.Cut(path, "/")
	if first == "" {
		return true
	}
	user, _ := nodes.Lookup("IGUser")
	_, ok := user.Edge(first)
	return ok
}

// parameters are those of the call. They go behind the path, or, where insights of the account itself are
// asked for, into that expression, as the second version had it.
func (r *queryReader) parameters(inner object) {
	raw, ok := inner.get("parameters")
	if !ok {
		return
	}
	params, err := readParameters(raw)
	if err != nil {
		r.failf(`Write it as "name=value&name=value", or as an object.`, "parameters: %s.", err)
		return
	}
	q := &r.out
	if len(params) == 0 {
		return
	}
	if list, err := fields.Parse(q.Fields); err == nil && q.Endpoint == "" && len(list) == 1 && list[0].Name == "insights" {
		for _, p := range params {
			if _, has := list[0].Modifier(p[0]); !has {
				list[0].Modifiers = append(list[0].Modifiers, fields.Modifier{Name: p[0], Args: p[1]})
			}
		}
		q.Fields = list.String()
		return
	}
	mark := "?"
	if strings.Contains(q.Endpoint, "?") {
		mark = "&"
	}
	for _, p := range params {
		q.Endpoint += mark + url.QueryEscape(p[0]) + "=" + escapeValue(p[1])
		mark = "&"
	}
}

// escapeValue leaves what commonly stands in values as it is, so that messages stay readable.
func escapeValue(text string) string {
	return strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/", "%7B", "{", "%7D", "}", "%22", `"`, "%5B", "[", "%5D", "]").
		Replace(url.QueryEscape(text))
}

// readParameters reads names and values, in order.
func readParameters(raw json.RawMessage) (params [][2]string, err error) {
	if text, ok := scalar(raw); ok {
		for part := range strings.SplitSeq(strings.TrimLeft(strings.TrimSpace(text), "?&"), "&") {
			name, value, _ := strings.Cut(part, "=")
			if strings.TrimSpace(part) == "" {
				continue
			}
			if name, err = url.QueryUnescape(strings.TrimSpace(name)); err != nil || name == "" {
				return nil, fmt.Errorf("%s is not name=value", shown(part))
			}
			if value, err = url.QueryUnescape(value); err != nil {
				return nil, fmt.Errorf("the value of %s is not escaped as it should be", shown(name))
			}
			params = append(params, [2]string{name, value})
		}
		return params, nil
	}
	o, err := readObject(raw, true)
	if err != nil {
		return nil, err
	}
	for _, name := range o.keys {
		value, ok := scalar(o.values[name])
		switch {
		case isNull(o.values[name]):
			continue
		case !ok:
			value = compact(o.values[name])
		}
		params = append(params, [2]string{name, value})
	}
	return params, nil
}

package instagram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/schema/tables"
)

// queryText writes the requests of a query: what was asked for, with the dates resolved and the pages sized.
type queryText struct {
	spec  *querySpec
	start time.Time
	// apart are edges of the root that are read by requests of their own.
	apart map[*queryNode]bool
	dates map[string]string // since and until by their text
	// progress is where an incremental split begins.
	progress *queryWork
}

// shape is how much of each object is asked for.
type shape struct {
	shrink int  // how often the pages of lists inside the objects are halved
	thin   bool // without the lists
}

// newQueryText resolves the dates of a query; the error says which one cannot be.
func newQueryText(q *querySpec, plan *queryPlan, start time.Time) (*queryText, error) {
	t := &queryText{spec: q, start: start, apart: make(map[*queryNode]bool), dates: make(map[string]string)}
	texts := []string{q.since, q.until}
	for _, p := range q.layout.Params {
		if p.Name == "since" || p.Name == "until" {
			texts = append(texts, p.Value)
		}
	}
	for _, n := range plan.nodes {
		for _, name := range []string{"since", "until"} {
			text, _ := n.Item.Modifier(name)
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		at, err := q.instant(text, start)
		if err != nil {
			return nil, fmt.Errorf("the date %q: %w", text, err)
		}
		t.dates[text] = strconv.FormatInt(at.Unix(), 10)
	}
	return t, nil
}

// span is since and until as written, in unix seconds; empty where there is none. A since without an until
// ends with the logical start time.
func (t *queryText) span(since, until string) (from, to string) {
	from, to = t.dates[since], t.dates[until]
	if from != "" && to == "" {
		to = strconv.FormatInt(t.start.Unix(), 10)
	}
	return from, to
}

// list is the fields to ask for at n: those asked for, with the pages of its edges sized.
func (t *queryText) list(n *queryNode, as shape) fields.List {
	list := t.walk(n, n.Item.Fields, "", as)
	if n.kind >= 0 && list.Index(productTypeField) < 0 && !n.taken(productTypeField) {
		list = append(list, fields.Item{Name: productTypeField})
	}
	if n.posted >= 0 && t.progress != nil && list.Index(timestampField) < 0 {
		list = append(list, fields.Item{Name: timestampField})
	}
	if len(list) == 0 && (n.Item.Braces || len(n.Item.Fields) > 0) {
		list = fields.List{{Name: "id"}}
	}
	return list
}

// taken says whether an alias of n has the name of a field.
func (n *queryNode) taken(name string) bool {
	return slices.ContainsFunc(n.Item.Fields, func(i fields.Item) bool { return i.Label() == name && i.Name != name })
}

// walk writes the items of an object at n; prefix is the path to the object inside it.
func (t *queryText) walk(n *queryNode, list fields.List, prefix string, as shape) fields.List {
	var out fields.List
	for _, item := range list {
		label := item.Label()
		if out.Index(label) >= 0 {
			continue // the API refuses a name that comes twice
		}
		path := prefix + label
		if child := n.child(path); child != nil {
			if edge, ok := t.edge(child, as); ok {
				out = append(out, edge)
			}
			continue
		}
		item = t.expand(item)
		if len(item.Fields) > 0 {
			item.Fields = t.walk(n, item.Fields, path+".", as)
			if len(item.Fields) == 0 {
				item.Fields = fields.List{{Name: "id"}}
			}
		}
		out = append(out, item)
	}
	return out
}

// child is the edge of n, not its summary, that path leads to.
func (n *queryNode) child(path string) *queryNode {
	for _, c := range n.children {
		if c.Kind != tables.SummaryPosition && c.Path == path {
			return c
		}
	}
	return nil
}

// edge writes an edge inside the fields of another object; ok is false where it is asked for apart.
func (t *queryText) edge(n *queryNode, as shape) (_ fields.Item, ok bool) {
	switch {
	case n.insights():
		return fields.Item{}, false
	case !t.apart[n] && !as.thin:
		return t.nested(n, as), true
	case n.summary == nil:
		return fields.Item{}, false
	}
	item := t.expand(n.Item).With("limit", "0") // for its summary alone
	item.Fields = fields.List{{Name: "id"}}
	return item, true
}

// nested writes a list inside the fields of another object.
func (t *queryText) nested(n *queryNode, as shape) fields.Item {
	item := t.item(n)
	item.Fields = t.list(n, as)
	if size := t.pageOf(n); size > 0 {
		item = item.With("limit", strconv.Itoa(max(1, size>>as.shrink)))
	}
	return item
}

// item is the item that asks for n. The query's since and until hold for the account's own edges that take
// them, unless they have some of their own.
func (t *queryText) item(n *queryNode) fields.Item {
	item := t.expand(n.Item)
	_, since := item.Modifier("since")
	_, until := item.Modifier("until")
	if since || until || !n.direct() || !n.dated() {
		return item
	}
	from, to := t.span(t.spec.since, t.spec.until)
	if from != "" {
		item = item.With("since", from)
	}
	if to != "" {
		item = item.With("until", to)
	}
	return item
}

// direct says that n is an edge of the account itself.
func (n *queryNode) direct() bool {
	return n.above != nil && n.above.above == nil && n.above.Kind == tables.ObjectPosition && len(n.Via) == 0
}

// expand resolves the dates in an item's modifiers.
func (t *queryText) expand(item fields.Item) fields.Item {
	since, hasSince := item.Modifier("since")
	until, hasUntil := item.Modifier("until")
	from, to := t.span(since, until)
	for _, m := range item.Modifiers {
		item = item.With(m.Name, expandDays(m.Args, t.start))
	}
	if hasSince && from != "" {
		item = item.With("since", from)
		item = item.With("until", to)
	} else if hasUntil && to != "" {
		item = item.With("until", to)
	}
	return item
}

// summaryOnly says that a list is asked for its summary alone.
func (n *queryNode) summaryOnly() bool {
	text, ok := n.Item.Modifier("limit")
	return ok && text == "0"
}

// once says that only the first page of a list is wanted: it is cut by time, and links to other times are not
// followed.
func (t *queryText) once(n *queryNode, r graphapi.Request) bool {
	item := t.item(n)
	_, since := item.Modifier("since")
	_, until := item.Modifier("until")
	return t.spec.timeBased && (since || until || r.Param("since") != "" || r.Param("until") != "")
}

// page is the request for a page of the list n of the object owner, behind a cursor or the first.
func (t *queryText) page(n *queryNode, owner, account, after string, size int, as shape) graphapi.Request {
	item := t.nested(n, as).Without("as").Without("summary")
	if after != "" {
		item = item.Without("before").With("after", after)
	}
	if size > 0 {
		item = item.With("limit", strconv.Itoa(size))
	}
	if len(n.Via) > 0 { // through the fields that lead to the list
		item = item.With("as", n.label())
		if n.label() == n.Item.Name {
			item = item.Without("as")
		}
		list := fields.List{item}
		for _, via := range slices.Backward(n.Via) {
			via = t.expand(via)
			via.Fields, via.Braces = list, true
			list = fields.List{via}
		}
		return graphapi.Request{Path: owner, Account: account, Params: []graphapi.Param{{Name: "fields", Value: list.String()}}}
	}
	r := graphapi.Request{Path: owner + "/" + n.Item.Name, Account: account, Unlinked: n.cursorOnly()}
	if len(item.Fields) > 0 {
		r = r.With("fields", item.Fields.String())
	}
	for _, m := range item.Modifiers {
		r = r.With(m.Name, m.Args)
	}
	return r
}

// insightKeys are the members of an entry that its columns need, whatever else was asked for.
func (n *queryNode) insightKeys() fields.List {
	list := slices.Clone(n.Item.Fields)
	need := []string{"name", "period", "values"}
	kind, _ := n.Item.Modifier("metric_type")
	if len(n.Dimensions) > 0 || kind == "total_value" {
		need[2] = "total_value"
	}
	for _, name := range need {
		if list.Index(name) < 0 {
			list = append(list, fields.Item{Name: name})
		}
	}
	var out fields.List
	for _, i := range list {
		if out.Index(i.Label()) < 0 {
			out = append(out, i)
		}
	}
	return out
}

// riding is the item that makes insights n of some metrics ride on a page.
func (t *queryText) riding(n *queryNode, names []string) string {
	item := t.expand(n.Item).With("metric", strings.Join(names, ","))
	if item.Braces || len(item.Fields) > 0 {
		item.Fields = n.insightKeys()
	}
	return item.String()
}

// insightsOf is the request for insights n of one object. It has no window of its own.
func (t *queryText) insightsOf(n *queryNode, path, account string, names []string) graphapi.Request {
	r := graphapi.Request{Path: path, Account: account}
	item := t.expand(n.Item)
	for _, m := range item.Modifiers {
		if m.Name != "as" {
			r = r.With(m.Name, m.Args)
		}
	}
	if n.above == nil {
		for _, p := range t.spec.layout.Params {
			r = r.With(p.Name, expandDays(p.Value, t.start))
		}
	}
	if len(names) > 0 {
		r = r.With("metric", strings.Join(names, ","))
	}
	if item.Braces || len(item.Fields) > 0 {
		r = r.With("fields", n.insightKeys().String())
	}
	return r
}

// root is the request for the root: an object, or a list without its page's size. path is the endpoint.
func (t *queryText) root(n *queryNode, path, account string, as shape) graphapi.Request {
	r := graphapi.Request{Path: path, Account: account, Unlinked: n.cursorOnly()}
	if list := t.list(n, as); len(list) > 0 {
		r = r.With("fields", list.String())
	}
	q := t.spec
	since, until := q.since, q.until
	for _, p := range q.layout.Params {
		switch p.Name {
		case "since":
			since = firstText(since, p.Value)
		case "until":
			until = firstText(until, p.Value)
		case "limit", "fields":
		default:
			r = r.With(p.Name, expandDays(p.Value, t.start))
		}
	}
	if n.Kind == tables.ListPosition {
		r = t.between(r, since, until)
	}
	return r
}

// between adds since and until to a request.
func (t *queryText) between(r graphapi.Request, since, until string) graphapi.Request {
	from, to := t.span(since, until)
	if from = t.progress.from(from); from != "" && to == "" {
		to = strconv.FormatInt(t.start.Unix(), 10)
	}
	if from != "" {
		r = r.With("since", from)
	}
	if to != "" {
		r = r.With("until", to)
	}
	return r
}

// edgeOf is the request for an edge of the root object read as a list of its own.
func (t *queryText) edgeOf(n *queryNode, path, account string, as shape) graphapi.Request {
	r := graphapi.Request{Path: path + "/" + n.Item.Name, Account: account, Unlinked: n.cursorOnly()}
	if list := t.list(n, as); len(list) > 0 {
		r = r.With("fields", list.String())
	}
	for _, m := range t.item(n).Modifiers {
		if m.Name != "as" && m.Name != "limit" && m.Name != "summary" {
			r = r.With(m.Name, m.Args)
		}
	}
	return r
}

// dated says that a list takes since and until.
func (n *queryNode) dated() bool {
	for _, p := range n.Edge.Params {
		if p.Name == "since" {
			return true
		}
	}
	return false
}

func firstText(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

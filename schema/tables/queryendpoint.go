package tables

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/metrics"
)

const (
	insightsEdge  = "insights"
	hashtagSearch = "ig_hashtag_search"
	hashtagNode   = "IGHashtag"
)

// objectID is what the ids of the API are made of.
var objectID = regexp.MustCompile(`^[0-9]+(_[0-9]+)*$`)

// A queryRoot is what an endpoint answers.
type queryRoot struct {
	kind PositionKind
	// node is the objects', owner that which the edge hangs on.
	node, owner queryNode
	edge        nodes.Edge
	part        string
}

// queryCandidates are the nodes that an id may be of, the likeliest first.
var queryCandidates = []string{profileNode, mediaNode, "IGComment", hashtagNode, "Page", "User"}

// endpoint reads the endpoint and says what it answers. list helps to tell nodes apart.
func (b *queryBuilder) endpoint(list fields.List) (queryRoot, bool) {
	path, query, _ := strings.Cut(b.o.Endpoint, "?")
	segments := strings.FieldsFunc(strings.TrimSpace(path), func(r rune) bool { return r == '/' })
	for i := range segments {
		segments[i] = strings.TrimSpace(segments[i])
	}
	segments = slices.DeleteFunc(segments, func(s string) bool { return s == "" })
	b.path = strings.Join(segments, "/")
	b.endpointParams(query)
	if b.o.Accounts {
		return b.accountRoot(segments)
	}
	return b.plainRoot(segments, list)
}

// endpointParams reads what stands behind the question mark.
func (b *queryBuilder) endpointParams(query string) {
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
		key, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(strings.TrimSpace(key))
		value, err2 := url.QueryUnescape(strings.TrimSpace(text))
		switch {
		case err != nil || err2 != nil:
			b.fail(0, "Write % as %25.", "the parameter %s has percent signs that lead to no character.", quoted(key))
			continue
		case name == "":
			b.fail(0, "Give it a name, or take it out.", "a parameter of the endpoint has no name.")
			continue
		case slices.ContainsFunc(b.params, func(p QueryParam) bool { return p.Name == name }):
			b.fail(0, "Leave one of them.", "the parameter %s stands twice.", name)
			continue
		}
		if b.judgeParam(name, value) {
			b.params = append(b.params, QueryParam{name, value})
		}
	}
}

// judgeParam fails for what no endpoint can hold.
func (b *queryBuilder) judgeParam(name, value string) bool {
	switch name {
	case "fields":
		b.fail(0, "Move them to the fields of the query.", "fields cannot be a parameter of the endpoint.")
	case "ids":
		b.fail(0, "Name the ids as the accounts of the query.", "ids cannot be a parameter of the endpoint.")
	case "summary":
		b.fail(0, "Leave it out, and ask for the list with .summary(true) among the fields of what it belongs to.",
			"the list that an endpoint answers has no table for its summary.")
	case "access_token", "appsecret_proof", "client_secret":
		b.fail(0, "Set accessToken and appSecret instead.", "%s is a credential, which no endpoint may hold.", name)
	case "limit":
		if n, err := strconv.Atoi(value); err == nil && n >= 1 && n <= 100 {
			return true
		}
		b.fail(0, "Choose a number from 1 to 100.", "the parameter limit is %s.", quoted(value))
	default:
		return true
	}
	return false
}

// param returns the value of a parameter of the endpoint.
func (b *queryBuilder) param(name string) (string, bool) {
	for _, p := range b.params {
		if p.Name == name {
			return p.Value, p.Value != ""
		}
	}
	return "", false
}

// accountRoot is the root of an endpoint that is read of accounts.
func (b *queryBuilder) accountRoot(segments []string) (queryRoot, bool) {
	account := lookupNode(profileNode)
	if len(segments) == 0 {
		b.judgeParams(nil)
		return queryRoot{kind: ObjectPosition, node: account, part: "page"}, true
	}
	first := segments[0]
	if first == hashtagSearch {
		return b.hashtagRoot(segments)
	}
	if objectID.MatchString(first) || b.isRoot(first) {
		b.fail(0, "Set the accounts to none.", "%s is no path below an account.", b.path)
		return queryRoot{}, false
	}
	edge, ok := account.Edge(first)
	if !ok {
		b.noEdge(account, first)
		return queryRoot{}, false
	}
	return b.edgeRoot(account, edge, segments, 1)
}

// noEdge is the failure of a path part that is no edge of an account.
func (b *queryBuilder) noEdge(account queryNode, name string) {
	if _, field := account.Field(name); field {
		b.fail(0, "Leave the endpoint empty, and name it among the fields.", "%s is a field of an account and not an edge of it.", name)
		return
	}
	b.fail(0, orNames(name, append(edgeNames(account, b.o.Login), hashtagSearch), "Name an edge of an account, such as media."),
		"%s is not an edge of an account.", quoted(name))
}

// edgeRoot is the root of an endpoint that ends with an edge of owner, at the place n of the path.
func (b *queryBuilder) edgeRoot(owner queryNode, edge nodes.Edge, segments []string, n int) (queryRoot, bool) {
	if len(segments) > n {
		b.fail(0, fmt.Sprintf("End the endpoint with %s, and nest %s in the fields: %s{…}.", edge.Name, segments[n], segments[n]),
			"%s goes on behind the list %s.", b.path, edge.Name)
		return queryRoot{}, false
	}
	if !edge.On(b.o.Login) {
		b.fail(0, fmt.Sprintf("Set the login to %s.", edge.Login), "%s can be read with the %s login alone.", edge.Name, edge.Login)
		return queryRoot{}, false
	}
	r := queryRoot{kind: ListPosition, node: lookupNode(edge.Node), owner: owner, edge: edge, part: strings.Join(segments, "_")}
	if edge.Name == insightsEdge {
		r.kind = InsightsPosition
	} else {
		b.judgeParams(paramNames(edge))
		b.requireParams(edge)
	}
	if !r.node.known && r.kind == ListPosition {
		b.unknownNode(0, edge.Name, edge.Node)
	}
	return r, true
}

// hashtagRoot is the root of a search for a hashtag, or of the media with it.
func (b *queryBuilder) hashtagRoot(segments []string) (queryRoot, bool) {
	r := queryRoot{kind: ListPosition, node: lookupNode(hashtagNode), part: strings.Join(segments, "_")}
	r.edge = nodes.Edge{Name: hashtagSearch, Node: hashtagNode, Login: "facebook", Foreign: true}
	if b.o.Login == "instagram" {
		b.fail(0, "Set the login to facebook.", "%s can be read with the facebook login alone.", hashtagSearch)
		return r, false
	}
	if _, ok := b.param("q"); !ok {
		b.fail(0, "Write "+b.path+"?q=coffee.", "%s does not say which hashtag to look up.", b.path)
		return r, false
	}
	if _, ok := b.param("user_id"); !b.o.Accounts && !ok {
		b.fail(0, "Add &user_id= with the id of an account, or name the accounts of the query.", "%s does not say for which account to search.", b.path)
		return r, false
	}
	if len(segments) > 1 {
		edge, ok := r.node.Edge(segments[1])
		switch {
		case !ok:
			b.fail(0, orNames(segments[1], edgeNames(r.node, ""), "Choose top_media or recent_media."), "%s is not an edge of a hashtag.", quoted(segments[1]))
			return r, false
		case !b.o.Accounts:
			b.fail(0, "Name the accounts to search with.", "%s is read of accounts.", b.path)
			return r, false
		case len(segments) > 2:
			return b.edgeRoot(r.node, edge, segments, 2)
		}
		r.owner, r.node, r.edge = r.node, lookupNode(edge.Node), edge
	}
	b.judgeParams([]string{"q", "user_id"})
	return r, true
}

// isRoot says whether name is a path below the version that means one object.
func (b *queryBuilder) isRoot(name string) bool {
	return slices.ContainsFunc(nodes.Roots(), func(r nodes.Root) bool { return r.Name == name })
}

// plainRoot is the root of an endpoint that is read once, of no account.
func (b *queryBuilder) plainRoot(segments []string, list fields.List) (queryRoot, bool) {
	if len(segments) == 0 {
		b.fail(0, "Name one, such as me/accounts, or name accounts.", "a query without accounts has no endpoint.")
		return queryRoot{}, false
	}
	first := segments[0]
	if first == hashtagSearch {
		return b.hashtagRoot(segments)
	}
	candidates := b.candidates(first)
	if len(candidates) == 0 {
		if account := lookupNode(profileNode); slices.Contains(edgeNames(account, ""), first) {
			b.fail(0, fmt.Sprintf("Name the accounts, or write an id before it: 17841400000000000/%s.", first),
				"%s is an edge of an account, and the query has no accounts.", first)
			return queryRoot{}, false
		}
		b.fail(0, orNames(first, []string{"me", hashtagSearch}, "Begin with me or an id."), "%s is neither an id nor a path of the API.", quoted(first))
		return queryRoot{}, false
	}
	if len(segments) == 1 {
		b.judgeParams(nil)
		return queryRoot{kind: ObjectPosition, node: mostKnown(candidates, list), part: first}, true
	}
	return b.plainEdge(candidates, segments, list)
}

// candidates are the nodes that the first part of a path may lead to.
func (b *queryBuilder) candidates(first string) []queryNode {
	var found []queryNode
	if objectID.MatchString(first) {
		for _, name := range queryCandidates {
			if n := lookupNode(name); len(n.FieldNames(b.o.Login)) > 0 {
				found = append(found, n)
			}
		}
		return found
	}
	for _, r := range nodes.Roots() {
		if r.Name == first && !r.List && r.On(b.o.Login) {
			found = append(found, lookupNode(r.Node))
		}
	}
	return found
}

// plainEdge is the root of an endpoint such as me/accounts.
func (b *queryBuilder) plainEdge(candidates []queryNode, segments []string, list fields.List) (queryRoot, bool) {
	name := segments[1]
	var owners, targets []queryNode
	var names []string
	for _, n := range candidates {
		names = append(names, edgeNames(n, b.o.Login)...)
		if e, ok := n.Edge(name); ok {
			owners, targets = append(owners, n), append(targets, lookupNode(e.Node))
		}
	}
	if len(owners) == 0 {
		b.fail(0, orNames(name, names, "Name an edge of the object, such as media."), "%s is not an edge of %s.", quoted(name), segments[0])
		return queryRoot{}, false
	}
	var owner queryNode
	if name == insightsEdge {
		owner = b.measured(owners)
	} else {
		best := mostKnown(targets, list)
		owner = owners[slices.IndexFunc(targets, func(n queryNode) bool { return n.Name == best.Name && n.known == best.known })]
	}
	edge, _ := owner.Edge(name)
	return b.edgeRoot(owner, edge, segments, 2)
}

// measured is the owner that most of the metrics in the endpoint are of.
func (b *queryBuilder) measured(owners []queryNode) queryNode {
	text, _ := b.param("metric")
	best, most := owners[0], -1
	for _, n := range owners {
		known := 0
		for _, name := range (fields.Modifier{Args: text}).List() {
			if _, ok := metrics.Lookup(metricObject(n), name); ok {
				known++
			}
		}
		if known > most {
			best, most = n, known
		}
	}
	return best
}

// mostKnown is the node that has most of the fields and edges; of equals the first.
func mostKnown(candidates []queryNode, list fields.List) queryNode {
	best, most := candidates[0], -1
	for _, n := range candidates {
		known := 0
		for _, item := range list {
			_, field := n.Field(item.Name)
			if _, edge := n.Edge(item.Name); edge || field {
				known++
			}
		}
		if known > most {
			best, most = n, known
		}
	}
	return best
}

// judgeParams warns of parameters that nothing is known of. Insights judge their own.
func (b *queryBuilder) judgeParams(names []string) {
	for _, p := range b.params {
		if fields.Known(p.Name) || slices.Contains(names, p.Name) {
			continue
		}
		b.warn(0, orNames(p.Name, append(slices.Clip(names), fields.Modifiers()...), "Leave it out if the call fails."),
			"%s is not a parameter that is known; it is sent as it is.", quoted(p.Name))
	}
}

// requireParams warns of parameters without which the API refuses an edge.
func (b *queryBuilder) requireParams(edge nodes.Edge) {
	for _, p := range edge.Params {
		if _, ok := b.param(p.Name); p.Required && !ok {
			b.warn(0, fmt.Sprintf("Add ?%s= to the endpoint.", p.Name), "%s cannot be read without its parameter %s.", edge.Name, p.Name)
		}
	}
}

// paramNames are the names of the parameters that an edge takes.
func paramNames(edge nodes.Edge) []string {
	var names []string
	for _, p := range edge.Params {
		names = append(names, p.Name)
	}
	return names
}

// edgeNames are the names of the edges that login's host has.
func edgeNames(n queryNode, login string) []string {
	var names []string
	for _, e := range n.Edges {
		if e.On(login) {
			names = append(names, e.Name)
		}
	}
	return names
}

// orNames is the action that names the one among names that was most likely meant, or else.
func orNames(name string, among []string, otherwise string) string {
	if near := nearest.Name(name, among); near != "" {
		return fmt.Sprintf("Use %s if that was meant.", near)
	}
	return otherwise
}

// quoted shows a text of the user's in a sentence: names as they are, all else in quotes, cut when long.
func quoted(text string) string {
	const most = 60
	if fieldName.MatchString(text) && len(text) <= most {
		return text
	}
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

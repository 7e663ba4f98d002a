package tables

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
)

// aliasName is what an alias can be made of: it is a key of the answer and the name of a column or table.
var aliasName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// A queryScope is the place among the fields of a position: its objects, or an object inside them.
type queryScope struct {
	node queryNode
	// edge is the one the objects come from.
	edge nodes.Edge
	// path leads to the object from those of the position, prefix is what the names of its columns begin with.
	path, prefix []string
	// through are the names of the fields and edges on the way from the root.
	through []string
	// idPath leads to the id of the nearest object that has one; idPrefix begins the name of its column.
	idPath, idPrefix string
	// idOpen says that it may be missing.
	idOpen bool
	// foreign says that the objects belong to other accounts, own, that they are the root object, loose, that
	// nothing is known of the fields here and need not be said again.
	foreign, own, loose bool
}

// A queryColumn is a column of a part, with what the table says about it.
type queryColumn struct {
	QueryColumn
	doc string
	at  int
}

// objects reads the fields of the objects of p, and returns them as they are to be asked for.
func (b *queryBuilder) objects(p *queryPart, list fields.List, edge nodes.Edge, s queryScope) fields.List {
	s.edge = edge
	if s.node.hasID() {
		s.idPath, s.idOpen = "id", !s.node.known
	}
	if len(list) == 0 {
		return b.defaults(p, edge, s)
	}
	return b.list(p, list, s)
}

// defaults gives the objects of p the columns of what the API gives when no fields are asked for. It asks for them
// by name only where a credential is among them.
func (b *queryBuilder) defaults(p *queryPart, edge nodes.Edge, s queryScope) fields.List {
	names := edge.DefaultFields
	if len(names) == 0 {
		names = s.node.Defaults()
	}
	p.open = !s.node.known
	var asked fields.List
	secret := false
	for _, name := range names {
		f, _ := s.node.Field(name)
		if f.Secret {
			secret = true
			continue
		}
		asked = append(asked, fields.Item{Name: name})
		b.field(p, fields.Item{Name: name, Column: p.at}, f, s)
	}
	if secret {
		return asked
	}
	return nil
}

// list reads the fields of one object, and returns them without repeats.
func (b *queryBuilder) list(p *queryPart, list fields.List, s queryScope) fields.List {
	asked := make(fields.List, 0, len(list))
	seen := make(map[string]fields.Item, len(list))
	for _, item := range list {
		label := item.Label()
		if first, twice := seen[label]; twice {
			if first.String() != item.String() {
				b.fail(item.Column, "Leave one of them, or give one another name with .as(name).",
					"%s stands twice and differently.", label)
			}
			continue
		}
		seen[label] = item
		if cleaned, ok := b.item(p, item, s); ok {
			asked = append(asked, cleaned)
		}
	}
	return asked
}

// item reads one field or edge.
func (b *queryBuilder) item(p *queryPart, item fields.Item, s queryScope) (fields.Item, bool) {
	if len(item.Fields) == 0 {
		item.Braces = false // empty braces ask for what none ask for
	}
	if !b.judgeAlias(item) || !b.judgeRepeats(item) {
		return item, false
	}
	edge, isEdge := s.node.Edge(item.Name)
	f, isField := s.node.Field(item.Name)
	switch {
	case item.Name == "access_token" || f.Secret:
		b.fail(item.Column, "Leave it out.", "%s is a credential, which no table may hold.", item.Name)
		return item, false
	case isEdge, item.Name == insightsEdge && !isField:
		return b.edge(p, item, edge, isEdge, s)
	case isField:
		return b.field(p, item, f, s)
	case listed(item):
		b.unknownItem(item, s, "a list")
		return b.edge(p, item, nodes.Edge{}, false, s)
	default:
		b.unknownItem(item, s, "text")
		b.judgeModifiers(item, nil, true)
		b.column(p, item, s, textType, QueryLoose, fieldDoc(nodes.Field{Name: item.Name}))
		b.credentials(item.Fields)
		return item, true
	}
}

// listed says whether an item of which nothing is known must be a list, by its modifiers.
func listed(item fields.Item) bool {
	for _, name := range []string{"limit", "after", "before", "since", "until", "order", "summary", "offset"} {
		if _, ok := item.Modifier(name); ok {
			return true
		}
	}
	return false
}

// unknownItem warns of a field that the catalogue does not have.
func (b *queryBuilder) unknownItem(item fields.Item, s queryScope, as string) {
	if s.loose || !s.node.known {
		return
	}
	names := append(s.node.FieldNames(b.o.Login), edgeNames(s.node, b.o.Login)...)
	action := orNames(item.Name, names, "Leave it out if the call fails.")
	if m, ok := metrics.Lookup(metricObject(s.node), item.Name); ok && m.Status == metrics.Current {
		action = fmt.Sprintf("Write insights.metric(%s) if that was meant.", item.Name)
	}
	b.warn(item.Column, action, "%s is not a field of %s that is known; it is read as %s.", item.Name, s.node.Name, as)
}

// unknownNode warns of objects that nothing is known about.
func (b *queryBuilder) unknownNode(column int, name, node string) {
	b.warn(column, "Name the fields of it that are needed.", "%s leads to %s, whose fields are not known; they are read as text.", name, node)
}

// field reads a field that the catalogue has.
func (b *queryBuilder) field(p *queryPart, item fields.Item, f nodes.Field, s queryScope) (fields.Item, bool) {
	if !b.readable(item, f, s) {
		return item, false
	}
	if f.Type == nodes.Object && (f.Node != "" || item.Braces) {
		if node := lookupNode(f.Node); node.known || item.Braces {
			return b.object(p, item, f, node, s)
		}
	}
	var own []string
	if f.Argument != "" {
		own = []string{f.Argument}
	}
	b.judgeModifiers(item, own, f.Type != nodes.List)
	if item.Braces && f.Type.Scalar() {
		b.fail(item.Column, "Leave the braces out.", "%s is a single value and has no fields.", item.Name)
		return item, false
	}
	b.credentials(item.Fields)
	t, form := fieldType(f), QueryText
	switch {
	case f.Type == nodes.List && f.Node == "":
		t = textListType
	case !f.Type.Scalar():
		form = QueryJSON
	}
	doc := fieldDoc(f)
	if t == textListType {
		doc = f.Doc
	}
	b.column(p, item, s, t, form, doc)
	return item, true
}

// object reads a field that is an object: its fields become columns, its edges positions.
func (b *queryBuilder) object(p *queryPart, item fields.Item, f nodes.Field, node queryNode, s queryScope) (fields.Item, bool) {
	var own []string
	if f.Argument != "" {
		own = []string{f.Argument}
	}
	b.judgeModifiers(item, own, true)
	label := item.Label()
	in := queryScope{
		node: node, foreign: s.foreign || f.Foreign, loose: s.loose,
		path: append(slices.Clip(s.path), label), prefix: append(slices.Clip(s.prefix), label),
		through: append(slices.Clip(s.through), item.Name), idPath: s.idPath, idPrefix: s.idPrefix, idOpen: s.idOpen,
	}
	if node.hasID() {
		in.idPath, in.idPrefix = strings.Join(in.path, ".")+".id", columnName(in.prefix)+"_"
		in.idOpen = !node.known
	}
	first := len(p.Children)
	if !item.Braces {
		names := node.Defaults()
		if _, id := node.Field("id"); id && !slices.Contains(names, "id") {
			names = append(slices.Clip(names), "id")
		}
		for _, name := range names {
			if inner, _ := node.Field(name); !inner.Secret && inner.On(b.o.Login) {
				b.field(p, fields.Item{Name: name, Column: item.Column}, inner, in)
			}
		}
		return item, true
	}
	if !node.known && !in.loose {
		name := f.Node
		if name == "" {
			name = "an object"
		}
		b.unknownNode(item.Column, item.Name, name)
		in.loose = true
	}
	item.Fields = b.list(p, item.Fields, in)
	for _, child := range p.Children[first:] {
		child.Via = append([]fields.Item{item}, child.Via...)
	}
	return item, true
}

// edge reads an edge: its objects are a position of their own.
func (b *queryBuilder) edge(p *queryPart, item fields.Item, edge nodes.Edge, known bool, s queryScope) (fields.Item, bool) {
	if !edge.On(b.o.Login) {
		b.fail(item.Column, fmt.Sprintf("Leave it out, or set the login to %s.", edge.Login), "%s can be read with the %s login alone.", item.Name, edge.Login)
		return item, false
	}
	child := b.child(p, item, edge, s)
	if item.Name == insightsEdge {
		child.Kind, child.node = InsightsPosition, lookupNode("InsightsResult")
		child.Node = child.node.name()
		p.Children = append(p.Children, child.Position)
		item.Fields = b.insights(child, item, s.node, s)
		item.Braces = len(item.Fields) > 0
		child.Item = item
		return item, true
	}
	if !b.judgeList(item, edge) {
		return item, false
	}
	if known && !child.node.known {
		b.unknownNode(item.Column, item.Name, edge.Node)
	}
	p.Children = append(p.Children, child.Position)
	summary := b.summary(p, child, item, s)
	in := queryScope{
		node: child.node, loose: !child.node.known,
		foreign: s.foreign || shared(edge),
		through: append(slices.Clip(s.through), item.Name),
	}
	before := len(b.parts)
	item.Fields = b.objects(child, item.Fields, edge, in)
	item.Braces = len(item.Fields) > 0
	if limit, _ := item.Modifier("limit"); limit == "0" {
		// Nothing comes but the summary, so there is nothing below either.
		child.nothing, child.own, child.Columns, child.Children, child.waiting = true, nil, nil, nil, nil
		b.parts = b.parts[:before]
	}
	child.Item = item
	if summary != nil {
		summary.Item = item
		p.Children = append(p.Children, summary.Position)
	}
	return item, true
}

// shared says whether several accounts may come to the same objects by an edge. A hashtag is nobody's own.
func shared(edge nodes.Edge) bool { return edge.Foreign || edge.Node == hashtagNode }

// child makes the position of an edge.
func (b *queryBuilder) child(p *queryPart, item fields.Item, edge nodes.Edge, s queryScope) *queryPart {
	node := lookupNode(edge.Node)
	label := item.Label()
	path := append(slices.Clip(s.path), label)
	child := &queryPart{
		Position: &Position{
			Kind: ListPosition, Path: strings.Join(path, "."), Node: node.name(), Edge: edge, Table: -1,
			GraphNode: p.GraphNode + "_" + strings.Join(path, "_"),
		},
		label: label, at: item.Column, node: node, shared: s.foreign || !s.node.known,
	}
	b.parts = append(b.parts, child)
	p.waiting = append(p.waiting, queryParent{child, s.idPath, s.idPrefix, s.idOpen})
	return child
}

// column gives p a column for a field.
func (b *queryBuilder) column(p *queryPart, item fields.Item, s queryScope, t arrow.DataType, form QueryForm, doc string) {
	label := item.Label()
	path := strings.Join(append(slices.Clip(s.path), label), ".")
	if path == "id" {
		if item.Name != "id" {
			b.fail(item.Column, "Choose another name.", "id is the name of the objects' id and cannot be that of %s.", item.Name)
		}
		return
	}
	name := columnName(append(slices.Clip(s.prefix), label))
	if slices.Contains([]string{"id", "ex_account_id", "fb_graph_node", "parent_id"}, name) {
		b.warn(item.Column, "Look for it there.", "%s is a column that every table has; the field is read into field_%s.", name, name)
		name = "field_" + name
	}
	for _, c := range p.own {
		if c.Name == name {
			b.fail(item.Column, "Give it another name with .as(name).", "%s would be a second column %s.", strings.ReplaceAll(path, ".", " "), name)
			return
		}
	}
	p.own = append(p.own, queryColumn{
		QueryColumn{Name: name, Type: t, Nullable: true, Role: QueryField, Path: path, Form: form}, doc, item.Column,
	})
	if f, ok := s.node.Field(item.Name); ok && f.Identifies && len(s.path) == 0 {
		p.identity = append(p.identity, name)
	}
}

// columnName joins the keys on the way to a field.
func columnName(path []string) string {
	return strings.ReplaceAll(strings.Join(path, "_"), "-", "_")
}

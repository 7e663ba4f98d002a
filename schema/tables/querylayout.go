package tables

import (
	"errors"
	"fmt"
	"slices"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
)

// The elements of the remarks about a query.
const (
	queryEndpoint = "endpoint"
	queryFields   = "fields"
)

// Query returns the layout of a query. Failures make the query impossible; the layout is then nil. Warnings do
// not. Remarks have endpoint or fields as their Element, and name the column of the text.
//
// Dates are not judged. The same options give the same layout, without a clock or a call; it is safe for
// concurrent use.
func Query(o QueryOptions) (layout *QueryLayout, failures, warnings []Remark) {
	b := &queryBuilder{o: o}
	list, err := fields.Parse(o.Fields)
	if err != nil {
		b.syntax(err)
	}
	root, ok := b.endpoint(list)
	if len(b.failures) == 0 && ok {
		layout = b.layout(root, list)
	}
	if len(b.failures) > 0 {
		return nil, b.failures, b.warnings
	}
	return layout, nil, b.warnings
}

// A queryBuilder makes the layout of one query.
type queryBuilder struct {
	o                  QueryOptions
	path               string
	params             []QueryParam
	parts              []*queryPart
	failures, warnings []Remark
}

// A queryPart is a position while its layout is made.
type queryPart struct {
	*Position
	// label is the part of the table's name, at the column of the text that first names it.
	label string
	at    int
	node  queryNode
	own   []queryColumn
	// waiting are the children whose parent's id is looked for, at the path idPath.
	waiting []queryParent
	// nothing says that the list never has objects; open, that what they hold is not known.
	nothing, open bool
	// nullable says that parent_id may be null, shared, that the rows may come from several accounts.
	nullable, shared bool
	// identity are columns that tell objects without id apart.
	identity []string
	// windowed says that totals are of windows, periods how many periods are asked for.
	windowed bool
	periods  int
}

// A queryNode is a node of the catalogue, or one that it does not have.
type queryNode struct {
	nodes.Node
	known bool
}

func lookupNode(name string) queryNode {
	n, ok := nodes.Lookup(name)
	return queryNode{n, ok}
}

// hasID says whether objects of n have an id. Those of an unknown node are taken to have one.
func (n queryNode) hasID() bool {
	if !n.known {
		return true
	}
	_, ok := n.Field("id")
	return ok
}

// name is empty for a node that the catalogue does not have.
func (n queryNode) name() string {
	if !n.known {
		return ""
	}
	return n.Name
}

// queryParent is a child of a part, and where in the part's objects the id stands that is its parent.
type queryParent struct {
	child        *queryPart
	path, prefix string
	// open says that the id may be missing.
	open bool
}

// layout makes the tree under the root, and its tables.
func (b *queryBuilder) layout(root queryRoot, list fields.List) *QueryLayout {
	p := &queryPart{
		Position: &Position{
			Kind: root.kind, Node: root.node.name(), Edge: root.edge, GraphNode: "page", Table: -1,
		},
		label: root.part, node: root.node, nullable: !b.o.Accounts,
	}
	if root.part != "page" {
		p.GraphNode = "page_" + root.part
	}
	b.parts = append(b.parts, p)
	if root.kind == InsightsPosition {
		p.Item.Fields = b.insights(p, b.paramItem(list), root.owner, queryScope{edge: root.edge})
	} else {
		s := queryScope{node: root.node, own: root.kind == ObjectPosition, foreign: shared(root.edge)}
		p.Item.Fields = b.objects(p, list, root.edge, s)
	}
	if len(b.failures) > 0 {
		return nil
	}
	l := &QueryLayout{Root: p.Position, Path: b.path, Params: b.params}
	b.tables(l)
	return l
}

// paramItem is the insights of the endpoint as an item: the parameters are its modifiers.
func (b *queryBuilder) paramItem(list fields.List) fields.Item {
	item := fields.Item{Name: insightsEdge, Fields: list, Braces: len(list) > 0}
	for _, p := range b.params {
		item.Modifiers = append(item.Modifiers, fields.Modifier{Name: p.Name, Args: p.Value})
	}
	return item
}

// syntax is the failure of a text that is no field expression.
func (b *queryBuilder) syntax(err error) {
	var syntax *fields.SyntaxError
	if !errors.As(err, &syntax) {
		b.failures = append(b.failures, Remark{queryFields, err.Error() + ".", "Correct the expression."})
		return
	}
	b.failures = append(b.failures, Remark{
		queryFields, queryColumnOf(syntax.Column) + syntax.Reason() + ".", "Correct the expression there.",
	})
}

// queryColumnOf begins a sentence about a column of the fields; 0 is no column.
func queryColumnOf(column int) string {
	if column == 0 {
		return ""
	}
	return fmt.Sprintf("column %d of fields: ", column)
}

// fail and warn say something about what stands at a column of the fields; 0 is the endpoint.
func (b *queryBuilder) fail(column int, action, message string, args ...any) {
	b.failures = append(b.failures, queryRemark(column, action, message, args))
}

func (b *queryBuilder) warn(column int, action, message string, args ...any) {
	if r := queryRemark(column, action, message, args); !slices.Contains(b.warnings, r) {
		b.warnings = append(b.warnings, r)
	}
}

func queryRemark(column int, action, message string, args []any) Remark {
	element := queryFields
	if column == 0 {
		element = queryEndpoint
	}
	return Remark{element, queryColumnOf(column) + fmt.Sprintf(message, args...), action}
}

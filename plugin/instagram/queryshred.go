package instagram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// The values of a query's rows that no answer holds.
const (
	paramParent = "parent_id"  // of the objects that an answer begins with
	paramStart  = "start_time" // the window of a total
	paramEnd    = "end_time"
)

// Columns that are read for what they decide, and not delivered. No column of a table has such a name.
const (
	hiddenID     = "§id"
	hiddenKind   = "§media_product_type"
	hiddenName   = "§name"
	hiddenLink   = "§parent_id"
	hiddenPosted = "§timestamp"
)

// productTypeField decides which metrics a media has.
const productTypeField = "media_product_type"

// queryPlan is how a query's answers are read. It does not change and is safe for concurrent use.
type queryPlan struct {
	root  *queryNode
	nodes []*queryNode // by number
}

// queryNode is a position of a query, and how what stands there is read.
type queryNode struct {
	*tables.Position
	number   int
	above    *queryNode // nil at the root
	children []*queryNode
	summary  *queryNode // of a list, where it is asked for
	// groups are the metrics of an InsightsPosition.
	groups metrics.MediaGroups

	table string        // the table that takes the rows; empty for none
	out   *arrow.Schema // of it
	// columns are those that are read; cut are their places by column of the table, -1 for those that are
	// null here.
	columns []arrow.Field
	sources []shred.Field
	cut     []int
	// Where the read columns hold what decides how to go on; -1 for nowhere.
	id, kind, name, value, end, parent, posted int

	plan   *shred.Plan // of an answer that begins here; nil for a summary
	params map[string]bool
}

// lazyPlan is the plan of a query, made when it is first wanted.
type lazyPlan struct {
	once sync.Once
	plan *queryPlan
	err  error
}

// planOf returns the reading plan of a layout; posted says that the posting times of the root's objects are wanted.
func (l *lazyPlan) planOf(layout *tables.QueryLayout, login string, posted bool) (*queryPlan, error) {
	l.once.Do(func() { l.plan, l.err = compileQuery(layout, login, posted) })
	return l.plan, l.err
}

// compileQuery makes the decoding plans of a query: one for each position that an answer may begin at.
func compileQuery(layout *tables.QueryLayout, login string, posted bool) (*queryPlan, error) {
	p := new(queryPlan)
	p.root = p.add(layout, layout.Root, nil, login, posted)
	for _, n := range p.nodes {
		root := shred.RootList
		switch n.Kind {
		case tables.SummaryPosition:
			continue
		case tables.ObjectPosition:
			root = shred.RootObject
		}
		n.params = make(map[string]bool)
		node, err := p.node(n, true, n.params)
		if err == nil {
			n.plan, err = shred.Compile(root, node)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.GraphNode, err)
		}
	}
	return p, nil
}

// add plans a position and what is below it.
func (p *queryPlan) add(layout *tables.QueryLayout, at *tables.Position, above *queryNode, login string, posted bool) *queryNode {
	n := &queryNode{Position: at, number: len(p.nodes), above: above}
	p.nodes = append(p.nodes, n)
	n.read(posted && above == nil)
	if at.Table >= 0 {
		table := layout.Tables[at.Table]
		n.table, n.out = table.Name, table.Arrow()
		n.cut = n.cut[:n.out.NumFields()]
	}
	for _, child := range at.Children {
		n.children = append(n.children, p.add(layout, child, n, login, false))
	}
	for _, c := range n.children {
		if c.Kind != tables.SummaryPosition {
			continue
		}
		for _, list := range n.children {
			if list.Kind == tables.ListPosition && (c.Path == list.Path || c.Path == list.Path+".summary") {
				list.summary = c
			}
		}
	}
	if at.Kind == tables.InsightsPosition {
		n.groups = queryGroups(n, login)
	}
	return n
}

// queryGroups are the metrics of an insights position, by the kinds of object that have them. What the
// catalogue does not have is asked of every object.
func queryGroups(n *queryNode, login string) metrics.MediaGroups {
	names := slices.Clone(n.Metrics)
	if n.above == nil || n.above.Node != mediaNode || n.above.Kind != tables.ListPosition || len(n.Via) > 0 {
		all := metrics.Group{Metrics: names}
		return metrics.MediaGroups{Metrics: names, Common: all, Types: []metrics.TypeGroups{{}}}
	}
	g := metrics.Choice{
		Object: metrics.Media, Metrics: names, Breakdown: n.Dimensions, Login: login, ProductTypes: n.above.Edge.ProductTypes,
	}.MediaGroups()
	strange := without(names, g.Metrics)
	g.Metrics = names
	g.Common.Metrics = append(slices.Clone(g.Common.Metrics), strange...)
	return g
}

// Nodes of the catalogue that reading treats apart.
const (
	mediaNode   = "IGMedia"
	commentNode = "IGComment"
	hashtagNode = "IGHashtag"
	accountNode = "IGUser"
)

// key is the name of the position in the decoding plans, where each has a table of its own.
func (n *queryNode) key() string { return strconv.Itoa(n.number) }

// label is what the edge is called in answers.
func (n *queryNode) label() string {
	if n.above == nil {
		return n.GraphNode
	}
	return n.Item.Label()
}

// cursorOnly says that pages of the list name no next page. Those below an object that is looked up do not.
func (n *queryNode) cursorOnly() bool {
	return n.Edge.NoNext || slices.ContainsFunc(n.Via, func(i fields.Item) bool { return i.Name == discoveryField })
}

// discoveryField is the field that looks up another account.
const discoveryField = "business_discovery"

// read plans the columns that are read at n; posted says that the objects' posting times are among them.
func (n *queryNode) read(posted bool) {
	n.id, n.kind, n.name, n.value, n.end, n.parent, n.posted = -1, -1, -1, -1, -1, -1, -1
	utf8 := arrow.BinaryTypes.String
	for _, c := range n.Columns {
		if c.Role == tables.QueryAbsent {
			n.cut = append(n.cut, -1)
			continue
		}
		at := len(n.columns)
		n.cut = append(n.cut, at)
		f := shred.Field{}
		switch c.Role {
		case tables.QueryID:
			f.Path, n.id = c.Path, at
		case tables.QueryAccount:
			f.Param = paramAccount
		case tables.QueryGraphNode:
			f.Param = "fb_graph_node " + n.key()
		case tables.QueryParent:
			f.Parent, n.parent = n.ParentColumn, at
			if n.ParentColumn == "" {
				f.Param = paramParent
			}
		case tables.QueryField:
			f.Path, f.Form = c.Path, queryForms[c.Form]
			if n.Kind == tables.InsightsPosition && c.Path == "name" {
				n.name = at
			}
		case tables.QueryKey1:
			f.Value = shred.ValueKey1
		case tables.QueryKey2:
			f.Value = shred.ValueKey2
		case tables.QueryValue:
			f.Value, n.value = shred.ValueNumber, at
			if arrow.TypeEqual(c.Type, utf8) {
				f.Form = shred.FormLoose
			}
		case tables.QueryStart:
			f.Value, f.Param = shred.ValueStart, paramStart
		case tables.QueryEnd:
			f.Value, f.Param, n.end = shred.ValueEnd, paramEnd, at
		case tables.QueryDimension:
			f.Value, f.Dimension = shred.ValueDimension, c.Dimension
		}
		n.addColumn(arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}, f)
	}
	if n.Kind == tables.InsightsPosition {
		if n.name < 0 {
			n.name = n.addColumn(arrow.Field{Name: hiddenName, Type: utf8, Nullable: true}, shred.Field{Path: "name"})
		}
		return
	}
	if n.Kind == tables.SummaryPosition {
		return
	}
	if n.parent < 0 {
		f := shred.Field{Parent: n.ParentColumn}
		if n.ParentColumn == "" {
			f = shred.Field{Param: paramParent}
		}
		n.parent = n.addColumn(arrow.Field{Name: hiddenLink, Type: utf8, Nullable: true}, f)
	}
	if n.id < 0 {
		n.id = n.addColumn(arrow.Field{Name: hiddenID, Type: utf8, Nullable: true}, shred.Field{Path: "id"})
	}
	if posted {
		n.posted = n.addColumn(arrow.Field{Name: hiddenPosted, Type: utf8, Nullable: true}, shred.Field{Path: timestampField})
	}
	if n.typed() {
		n.kind = n.addColumn(arrow.Field{Name: hiddenKind, Type: utf8, Nullable: true}, shred.Field{Path: productTypeField})
	}
}

func (n *queryNode) addColumn(f arrow.Field, from shred.Field) int {
	n.columns = append(n.columns, f)
	n.sources = append(n.sources, from)
	return len(n.columns) - 1
}

// typed says whether the objects' product types are wanted: they decide which metrics are asked for.
func (n *queryNode) typed() bool {
	return n.Node == mediaNode && n.Kind == tables.ListPosition && slices.ContainsFunc(n.Children, func(c *tables.Position) bool {
		return c.Kind == tables.InsightsPosition && len(c.Via) == 0
	})
}

var queryForms = map[tables.QueryForm]shred.Form{
	tables.QueryText: shred.FormText, tables.QueryJSON: shred.FormJSON, tables.QueryLoose: shred.FormLoose,
}

// node describes n and what is below it in an answer; first says that the answer begins with n. The params it
// needs are added to params.
func (p *queryPlan) node(n *queryNode, first bool, params map[string]bool) (shred.Node, error) {
	out := shred.Node{
		Table: n.key(), Schema: arrow.NewSchema(n.columns, nil), Columns: slices.Clone(n.sources), Values: n.Kind == tables.InsightsPosition,
	}
	for i := range out.Columns {
		f := &out.Columns[i]
		if i == n.parent && first {
			*f = shred.Field{Param: paramParent}
		}
		if i == n.parent && !first && n.ParentColumn == "" {
			*f = shred.Field{Param: paramAccount}
		}
		if f.Param != "" {
			params[f.Param] = true
		}
	}
	for _, c := range n.children {
		if c.Kind == tables.SummaryPosition {
			continue
		}
		inner, err := p.node(c, false, params)
		if err != nil {
			return out, err
		}
		e := shred.Edge{Path: c.Path, Node: inner, CursorOnly: c.cursorOnly()}
		if c.summary != nil {
			summary, err := p.node(c.summary, false, params)
			if err != nil {
				return out, err
			}
			e.Summary = &summary
		}
		out.Edges = append(out.Edges, e)
	}
	return out, nil
}

// delivered is the part of a record of n that its table takes. The caller releases it, and keeps rec.
func (n *queryNode) delivered(rec arrow.Record) arrow.Record {
	columns := make([]arrow.Array, len(n.cut))
	for i, at := range n.cut {
		if at >= 0 {
			columns[i] = rec.Column(at)
			columns[i].Retain()
			continue
		}
		columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, n.out.Field(i).Type, int(rec.NumRows()))
	}
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	return array.NewRecord(n.out, columns, rec.NumRows())
}

// textAt is a text of a record, empty for null.
func textAt(rec arrow.Record, column, row int) string {
	if column < 0 {
		return ""
	}
	c, ok := rec.Column(column).(*array.String)
	if !ok || c.IsNull(row) {
		return ""
	}
	return strings.Clone(c.Value(row))
}

// column is the place of a read column by name, or -1.
func (n *queryNode) column(name string) int {
	return slices.IndexFunc(n.columns, func(f arrow.Field) bool { return f.Name == name })
}

// below says whether any position at or below n satisfies is.
func (n *queryNode) below(is func(*queryNode) bool) bool {
	return is(n) || slices.ContainsFunc(n.children, func(c *queryNode) bool { return c.below(is) })
}

// insights says that n is one of insights.
func (n *queryNode) insights() bool { return n.Kind == tables.InsightsPosition }

// private says that n is better read with the Page's token.
func (n *queryNode) private() bool { return n.insights() || n.Edge.Name == tables.StoriesEdge }

// foreign says that objects at n may belong to other accounts.
func (n *queryNode) foreign() bool {
	for at := n; at != nil; at = at.above {
		if at.Edge.Foreign || slices.ContainsFunc(at.Via, func(i fields.Item) bool { return i.Name == discoveryField }) {
			return true
		}
	}
	return false
}

// mostOf is the largest page that a list gives: as far as it is known.
func mostOf(e nodes.Edge, node, above string) int {
	switch {
	case e.MaxLimit > 0:
		return e.MaxLimit
	case node == commentNode, above == hashtagNode:
		return 50
	case node == mediaNode, node == "Page":
		return pageSize
	}
	return 0
}

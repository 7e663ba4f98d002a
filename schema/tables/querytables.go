package tables

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// basicColumns are those that every table of a query begins with.
var basicColumns = []string{"id", "ex_account_id", "fb_graph_node", "parent_id"}

// A queryTable is a table while it is made: the parts whose rows it takes.
type queryTable struct {
	label string
	parts []*queryPart
	// own are the columns behind the basic ones.
	own []queryColumn
}

// tables gives l its tables, and the positions their columns.
func (b *queryBuilder) tables(l *QueryLayout) {
	sort.SliceStable(b.parts, func(i, j int) bool { return b.parts[i].at < b.parts[j].at })
	var groups []*queryTable
	for _, p := range b.parts {
		if p.nothing {
			continue
		}
		i := slices.IndexFunc(groups, func(g *queryTable) bool { return g.label == p.label })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &queryTable{label: p.label})
		}
		groups[i].parts = append(groups[i].parts, p)
	}
	delivered := slices.DeleteFunc(slices.Clone(groups), func(g *queryTable) bool { return !g.telling() })
	if len(delivered) == 0 {
		delivered = groups
	}
	b.parents()
	for _, g := range delivered {
		b.judgeTable(g)
		b.union(g)
		t := b.table(g)
		if i := slices.IndexFunc(l.Tables, func(o schema.Table) bool { return o.Name == t.Name }); i >= 0 {
			b.fail(g.parts[0].at, "Give it another name with .as(name), or change the name of the query.",
				"%s and %s would have one table, %s.", delivered[i].label, g.label, t.Name)
		}
		for _, p := range g.parts {
			p.Table = len(l.Tables)
			p.Columns = append(p.deliver(t), p.Columns...)
		}
		l.Tables = append(l.Tables, t)
	}
	for _, p := range b.parts {
		if p.Table < 0 {
			p.keep()
		}
	}
}

// keep gives p, whose rows are not delivered, the columns that its children repeat as their parent.
func (p *queryPart) keep() {
	for _, w := range p.waiting {
		name := w.child.ParentColumn
		if name == "" || slices.ContainsFunc(p.Columns, func(c QueryColumn) bool { return c.Name == name }) {
			continue
		}
		c := QueryColumn{Name: name, Type: textType, Nullable: true, Role: QueryID, Path: "id"}
		if name == "parent_id" {
			c.Role, c.Path = QueryParent, ""
		}
		p.Columns = append(p.Columns, c)
	}
}

// telling says whether the rows of g hold anything but the basic columns.
func (g *queryTable) telling() bool {
	return g.any(func(p *queryPart) bool { return len(p.own) > 0 || p.open })
}

// parents finds the columns that hold the parents of the children, and adds to the columns of the positions those
// that no table holds.
func (b *queryBuilder) parents() {
	for _, p := range b.parts {
		for _, w := range p.waiting {
			p.parentOf(w)
		}
	}
}

// parentOf says which column of p holds the parent of a child.
func (p *queryPart) parentOf(w queryParent) {
	switch w.path {
	case "id":
		w.child.ParentColumn, w.child.nullable = "id", w.open
	case "":
		// The objects have no id: what they belong to is the parent of what belongs to them.
		w.child.nullable = p.nullable
		if p.ParentColumn != "" || p.Path != "" {
			w.child.ParentColumn = "parent_id"
		}
	default:
		w.child.ParentColumn, w.child.nullable = p.idAt(w.path, w.prefix), w.open
	}
}

// idAt returns the name of the column of p that holds the id at path, and adds one if there is none.
func (p *queryPart) idAt(path, prefix string) string {
	taken := slices.Clone(basicColumns)
	for _, c := range p.own {
		if c.Path == path && c.Role == QueryField {
			return c.Name
		}
		taken = append(taken, c.Name)
	}
	for _, c := range p.Columns {
		if c.Path == path {
			return c.Name
		}
		taken = append(taken, c.Name)
	}
	name := prefix + "id"
	for slices.Contains(taken, name) {
		name += "_"
	}
	p.Columns = append(p.Columns, QueryColumn{Name: name, Type: textType, Nullable: true, Role: QueryField, Path: path})
	return name
}

// judgeTable fails where rows of a table could not be told apart.
func (b *queryBuilder) judgeTable(g *queryTable) {
	for i, p := range g.parts {
		for _, q := range g.parts[:i] {
			switch {
			case (p.Kind == InsightsPosition) != (q.Kind == InsightsPosition):
				b.fail(p.at, "Give it another name with .as(name).", "insights and other objects would share the table of %s.", g.label)
			case p.GraphNode == q.GraphNode && p.Kind == q.Kind:
				b.fail(p.at, "Give it another name with .as(name).", "%s is in fb_graph_node for other objects already.", p.GraphNode)
			}
		}
	}
}

// union makes the columns of g, in order of first appearance.
func (b *queryBuilder) union(g *queryTable) {
	for _, p := range g.parts {
		for _, c := range p.own {
			i := slices.IndexFunc(g.own, func(o queryColumn) bool { return o.Name == c.Name })
			if i < 0 {
				g.own = append(g.own, c)
				continue
			}
			have := &g.own[i]
			have.Nullable = have.Nullable || c.Nullable
			if arrow.TypeEqual(have.Type, c.Type) {
				continue
			}
			if c.Role == QueryValue {
				have.Type = widened(have.Type, c.Type)
				continue
			}
			b.warn(c.at, "Give one of them another name with .as(name).", "%s comes as %s here and as %s before; the column is read as text.",
				c.Name, c.Type, have.Type)
			have.Type = textType
		}
	}
	for i, c := range g.own {
		// Keys of values are empty, not null, in rows of insights; of other rows there are none in the table.
		if slices.ContainsFunc(g.parts, func(p *queryPart) bool { return p.index(c.Name) < 0 }) {
			g.own[i].Nullable = true
		}
	}
}

// widened is the type of the values of two insights.
func widened(a, b arrow.DataType) arrow.DataType {
	if arrow.TypeEqual(a, textType) || arrow.TypeEqual(b, textType) {
		return textType
	}
	return floatType
}

// index is the place of the column called name among those of p's own, or -1.
func (p *queryPart) index(name string) int {
	return slices.IndexFunc(p.own, func(c queryColumn) bool { return c.Name == name })
}

// idless says whether the rows of p have no id.
func (p *queryPart) idless() bool { return p.Kind == SummaryPosition || !p.node.hasID() }

// table makes the table of g.
func (b *queryBuilder) table(g *queryTable) schema.Table {
	t := schema.Table{Name: tableName(b.o.Name, g.label)}
	add := func(name string, nullable bool, doc string) {
		t.Columns = append(t.Columns, schema.Column{Name: name, Type: textType, Nullable: nullable, Doc: doc})
	}
	add("id", g.any(func(p *queryPart) bool { return p.idless() || !p.node.known }), "Id of the object.")
	add("ex_account_id", !b.o.Accounts, "Id of the Instagram account that was read.")
	add("fb_graph_node", false, "Place of the object in the tree of the query.")
	add("parent_id", g.any(func(p *queryPart) bool { return p.nullable }), "Id of the object that this one belongs to.")
	for _, c := range g.own {
		t.Columns = append(t.Columns, schema.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable, Doc: c.doc})
	}
	if !b.o.Unkeyed {
		t.Key = b.key(g)
	}
	return t
}

// deliver says where p takes the columns of its table from.
func (p *queryPart) deliver(t schema.Table) []QueryColumn {
	columns := make([]QueryColumn, len(t.Columns))
	for i, c := range t.Columns {
		col := QueryColumn{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
		switch at := p.index(c.Name); {
		case i == 0 && !p.idless():
			col.Role, col.Path = QueryID, "id"
		case i == 1:
			col.Role = QueryAccount
		case i == 2:
			col.Role = QueryGraphNode
		case i == 3:
			col.Role = QueryParent
		case i > 3 && at >= 0:
			own := p.own[at]
			col.Role, col.Path, col.Form, col.Dimension = own.Role, own.Path, own.Form, own.Dimension
			if own.Role == QueryField && !arrow.TypeEqual(own.Type, c.Type) {
				col.Form = QueryLoose
			}
		}
		columns[i] = col
	}
	return columns
}

// nameLetters are what names of tables keep.
var nameLetters = regexp.MustCompile(`[^A-Za-z0-9._-]`)

// tableName is the name of the table whose last edge is part, of a query called name.
func tableName(name, part string) string {
	full := part
	if last := name[strings.LastIndexByte(name, '_')+1:]; part == last || part == name {
		full = name
	} else if name != "" {
		full = name + "_" + part
	}
	return nameLetters.ReplaceAllString(full, "_")
}

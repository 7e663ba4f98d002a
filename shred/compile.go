package shred

import (
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Plan says how pages of one shape become records. It does not change and is safe for concurrent use; each
// goroutine takes a Decoder of its own from it.
type Plan struct {
	root   Root
	node   *nodePlan
	tables []*tablePlan
	params []string
	facts  []*Insights // by nested insights
}

// reading is how the values of a column are read.
type reading uint8

const (
	readText reading = iota
	readJSON
	readLoose
	readInteger
	readDecimal
	readFlag
	readTime
	readDate
	readList
	readMap
)

// tablePlan is a table. Its columns may go on behind those of the schema: ids that are needed, but not delivered.
type tablePlan struct {
	name    string
	schema  *arrow.Schema
	columns []columnPlan
	fromRow int        // how many of the columns are read from the row itself
	fills   []fillPlan // columns of other tables that repeat ours
	id      int        // the column that holds the id, -1 for none
}

type columnPlan struct {
	name     string
	dt       arrow.DataType
	read     reading
	path     bool
	nullable bool
	param    int // -1 for none
	parent   bool
	value    ValueSource
}

// fillPlan is a column of a table below that repeats column from of this one.
type fillPlan struct{ table, column, from int }

// nodePlan is one kind of object.
type nodePlan struct {
	table  int // -1 for none
	object *objectPlan
	values *valuesPlan // nil for objects that are a row
}

// objectPlan is the keys to look for in an object, and what to do with the value of each.
type objectPlan struct {
	names []string
	steps [][]stepPlan
}

type stepKind uint8

const (
	stepColumn stepKind = iota
	stepObject
	stepEdge
	stepInsights
	stepPoints
	stepTotal
)

type stepPlan struct {
	kind   stepKind
	column int         // stepColumn
	object *objectPlan // stepObject
	edge   *edgePlan   // stepEdge
	facts  int         // stepInsights
	zone   *time.Location
}

type edgePlan struct {
	path       string
	table      string
	node       *nodePlan
	summary    *nodePlan // nil for none
	cursorOnly bool
}

// Compile returns the plan for pages of root and the tree of tables under node.
func Compile(root Root, node Node) (*Plan, error) {
	if root > RootByID {
		return nil, fmt.Errorf("root %d is none of RootObject, RootList and RootByID", root)
	}
	p := &Plan{root: root}
	var err error
	if node.Values && root != RootList {
		return nil, fmt.Errorf("table %s: entries of insights stand in a list: its root is RootList", node.Table)
	}
	if p.node, err = p.compile(node, nil); err != nil {
		return nil, err
	}
	if len(p.tables) == 0 {
		return nil, fmt.Errorf("a tree without a table: give at least one node a name and a schema")
	}
	for _, t := range p.tables {
		for _, c := range t.columns {
			if c.path {
				t.fromRow++
			}
		}
	}
	return p, nil
}

// Tables returns the names of the tables, in the order of Page.Records: a table before those under it.
func (p *Plan) Tables() []string {
	names := make([]string, len(p.tables))
	for i, t := range p.tables {
		names[i] = t.name
	}
	return names
}

// compile plans node. above are the tables on the way to it, the nearest last.
func (p *Plan) compile(node Node, above []int) (*nodePlan, error) {
	n := &nodePlan{table: -1, object: &objectPlan{}}
	if node.Table == "" {
		if node.Schema != nil || len(node.Columns) > 0 || len(node.Insights) > 0 || node.Values {
			return nil, fmt.Errorf("a node with columns or insights has no table name")
		}
	} else {
		t, err := p.table(node, n, above)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", node.Table, err)
		}
		above = append(above[:len(above):len(above)], t)
	}
	for _, in := range node.Insights {
		if in.Plan == nil {
			return nil, fmt.Errorf("table %s: the insights %s have no plan", node.Table, in.Path)
		}
		zone := in.Location
		if zone == nil {
			zone = time.UTC
		}
		if err := n.object.insert(in.Path, stepPlan{kind: stepInsights, facts: len(p.facts), zone: zone}); err != nil {
			return nil, fmt.Errorf("table %s: insights %s: %w", node.Table, in.Path, err)
		}
		p.facts = append(p.facts, in.Plan)
	}
	for _, e := range node.Edges {
		edge, err := p.edge(e, above)
		if err != nil {
			return nil, err
		}
		if err := n.object.insert(e.Path, stepPlan{kind: stepEdge, edge: edge}); err != nil {
			return nil, fmt.Errorf("edge %s: %w", e.Path, err)
		}
	}
	return n, nil
}

// edge plans an edge and what hangs on it.
func (p *Plan) edge(e Edge, above []int) (edge *edgePlan, err error) {
	edge = &edgePlan{path: e.Path, table: e.Node.Table, cursorOnly: e.CursorOnly}
	if edge.node, err = p.compile(e.Node, above); err != nil || e.Summary == nil {
		return edge, err
	}
	if e.Summary.Table == "" || e.Summary.Values {
		return nil, fmt.Errorf("edge %s: its summary is a row of a table of its own", e.Path)
	}
	edge.summary, err = p.compile(*e.Summary, above)
	return edge, err
}

// table plans the columns of node and returns the table's number.
func (p *Plan) table(node Node, n *nodePlan, above []int) (int, error) {
	if node.Schema == nil {
		return 0, fmt.Errorf("it has no schema")
	}
	if len(node.Columns) != node.Schema.NumFields() {
		return 0, fmt.Errorf("%d fields for a schema of %d columns", len(node.Columns), node.Schema.NumFields())
	}
	for _, t := range p.tables {
		if t.name == node.Table {
			return 0, fmt.Errorf("the name stands twice")
		}
	}
	n.table = len(p.tables)
	t := &tablePlan{name: node.Table, schema: node.Schema, id: -1}
	p.tables = append(p.tables, t)
	for i, f := range node.Columns {
		field := node.Schema.Field(i)
		c, err := p.column(field, f, node.Values)
		if err == nil && f.Parent != "" {
			err = p.inherit(&c, f, n.table, i, above)
		}
		if err == nil && f.Path != "" {
			err = n.object.insert(f.Path, stepPlan{kind: stepColumn, column: i})
		}
		if err != nil {
			return 0, fmt.Errorf("column %s: %w", field.Name, err)
		}
		if f.Path == "id" && f.Param == "" && c.read == readText {
			t.id = i
		}
		t.columns = append(t.columns, c)
	}
	if node.Values {
		return n.table, n.planValues(node, t)
	}
	if t.id < 0 && len(node.Edges) > 0 {
		t.id = len(t.columns)
		t.columns = append(t.columns, columnPlan{name: "id", dt: arrow.BinaryTypes.String, read: readText, path: true, nullable: true, param: -1})
		if err := n.object.insert("id", stepPlan{kind: stepColumn, column: t.id}); err != nil {
			return 0, fmt.Errorf("its ids: %w", err)
		}
	}
	return n.table, nil
}

// column plans a column of its own table, of entries of insights or of other objects.
func (p *Plan) column(field arrow.Field, f Field, entries bool) (columnPlan, error) {
	c := columnPlan{name: field.Name, dt: field.Type, path: f.Path != "", nullable: field.Nullable, param: -1, parent: f.Parent != "", value: f.Value}
	if f.Value != 0 || f.Dimension != "" {
		if err := f.checkValue(field.Type, entries); err != nil {
			return c, err
		}
	}
	switch {
	case f.Path == "" && f.Param == "" && f.Parent == "" && f.Value == 0:
		return c, fmt.Errorf("it has neither Path nor Param nor Parent")
	case c.parent && (f.Path != "" || f.Param != ""):
		return c, fmt.Errorf("it has a Parent and a Path or Param")
	case f.Form > FormLoose:
		return c, fmt.Errorf("form %d is none of FormText, FormJSON and FormLoose", f.Form)
	}
	read, ok := readingOf(field.Type, f.Form)
	if !ok {
		return c, fmt.Errorf("its type %v cannot be read", field.Type)
	}
	if f.Form != FormText && read != readJSON && read != readLoose {
		return c, fmt.Errorf("a form is for utf8 columns, it is %v", field.Type)
	}
	c.read = read
	if f.Param != "" {
		c.param = p.param(f.Param)
	}
	return c, nil
}

func readingOf(dt arrow.DataType, form Form) (reading, bool) {
	switch {
	case arrow.TypeEqual(dt, arrow.BinaryTypes.String):
		return [...]reading{FormText: readText, FormJSON: readJSON, FormLoose: readLoose}[form], true
	case arrow.TypeEqual(dt, arrow.PrimitiveTypes.Int64):
		return readInteger, true
	case arrow.TypeEqual(dt, arrow.PrimitiveTypes.Float64):
		return readDecimal, true
	case arrow.TypeEqual(dt, arrow.FixedWidthTypes.Boolean):
		return readFlag, true
	case arrow.TypeEqual(dt, timestampType):
		return readTime, true
	case arrow.TypeEqual(dt, arrow.FixedWidthTypes.Date32):
		return readDate, true
	case arrow.TypeEqual(dt, arrow.ListOf(arrow.BinaryTypes.String)):
		return readList, true
	case arrow.TypeEqual(dt, integerMap):
		return readMap, true
	}
	return 0, false
}

func (p *Plan) param(name string) int {
	for i, n := range p.params {
		if n == name {
			return i
		}
	}
	p.params = append(p.params, name)
	return len(p.params) - 1
}

// inherit makes c repeat a column of a table above. Where that is a Param alone, c is it too.
func (p *Plan) inherit(c *columnPlan, f Field, table, column int, above []int) error {
	for i := len(above) - 1; i >= 0; i-- {
		t := p.tables[above[i]]
		for j, from := range t.columns {
			if from.name != f.Parent {
				continue
			}
			if !arrow.TypeEqual(from.dt, c.dt) {
				return fmt.Errorf("%s of table %s is %v, not %v", f.Parent, t.name, from.dt, c.dt)
			}
			switch {
			case from.path:
				c.param = from.param // while it is set, it stands in both
				t.fills = append(t.fills, fillPlan{table, column, j})
			case from.parent:
				c.param = from.param
				p.inheritFrom(above, fillPlan{above[i], j, 0}, fillPlan{table, column, 0})
			default:
				c.param, c.parent = from.param, false
			}
			return nil
		}
	}
	return fmt.Errorf("no table above has a column %s", f.Parent)
}

// inheritFrom makes the column of to repeat what that of via repeats, from where it is read.
func (p *Plan) inheritFrom(above []int, via, to fillPlan) {
	for _, o := range above {
		t := p.tables[o]
		for _, f := range t.fills {
			if f.table == via.table && f.column == via.column {
				t.fills = append(t.fills, fillPlan{to.table, to.column, f.from})
				return
			}
		}
	}
}

// insert adds a step for the value that path leads to.
func (o *objectPlan) insert(path string, step stepPlan) error {
	key, rest, deeper := strings.Cut(path, ".")
	if key == "" {
		return fmt.Errorf("the path has an empty part")
	}
	k := -1
	for i, n := range o.names {
		if n == key {
			k = i
		}
	}
	if k < 0 {
		if len(o.names) == maxKeys-16 {
			return fmt.Errorf("more than %d fields of one object", maxKeys-16)
		}
		k = len(o.names)
		o.names, o.steps = append(o.names, key), append(o.steps, nil)
	}
	if !deeper {
		o.steps[k] = append(o.steps[k], step)
		return nil
	}
	for _, s := range o.steps[k] {
		if s.kind == stepObject {
			return s.object.insert(rest, step)
		}
	}
	inner := &objectPlan{}
	o.steps[k] = append(o.steps[k], stepPlan{kind: stepObject, object: inner})
	return inner.insert(rest, step)
}

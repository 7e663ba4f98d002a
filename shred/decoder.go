package shred

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Decoder turns pages into records. It learns from each page what the next will look like, so keep one for all
// pages of a kind. It is for one goroutine at a time.
type Decoder struct {
	plan   *Plan
	s      scanner
	tables []*tableReader
	params []any
	root   *objectReader
	list   *listReader // of RootList
	paging pagingReader
	page   *Page
	facts  []*Facts
	hosts  []int       // by facts, the table that the insights are nested in
	all    []metFields // for UnknownFields
}

// metFields are the fields of one kind of object that were met, and what stands before their names.
type metFields struct {
	shape         *shape
	table, prefix string
}

// A Page is what one page held.
type Page struct {
	// Records has a record for each of Plan.Tables, with no rows where the page had none. They are the caller's to
	// release; Release does so.
	Records []arrow.Record
	// After is the page's cursor, paging.cursors.after, of RootList. More says that the page names a next one.
	After string
	More  bool
	// Open are the nested edges that the page does not hold to their end.
	Open []Open
	// Facts are the values of nested insights, in the order in which Compile met them; object number i is row i of
	// the table that the insights are nested in, as Layout.Base wants it. They are lent until the next Decode.
	Facts []*Facts
}

// An Open is a nested edge that is not at its end.
type Open struct {
	// Table is the table of the edge's rows.
	Table string
	// Edge is the path of the edge from its object, and Parent the id of that object; empty if it has none.
	Edge, Parent string
	// After is the cursor to read on from.
	After string

	table, row int // whose id Parent is
}

// Release releases the records.
func (p *Page) Release() {
	for _, r := range p.Records {
		r.Release()
	}
	p.Records = nil
}

// objectReader reads one kind of object.
type objectReader struct {
	shape  *shape
	steps  [][]step
	table  *tableReader // that rows of go to, nil for none; of inner objects too
	row    bool         // the end of the object is the end of a row
	index  int          // the table's number
	fills  []fill
	values *valuesReader // nil for objects that are a row
}

// fill is a column that repeats from of a table above.
type fill struct {
	column, from *column
	table        *tableReader
}

// due says whether there are rows that lack the column's value.
func (f *fill) due() bool {
	return f.column.param == nil && f.column.values() < f.table.rows
}

type step struct {
	kind   stepKind
	column *column
	object *objectReader
	edge   *edgeReader
	facts  *Facts
	plan   *stepPlan
}

// edgeReader reads the list of an edge.
type edgeReader struct {
	plan *edgePlan
	list *listReader
}

// NewDecoder returns a Decoder of the plan.
func (p *Plan) NewDecoder() *Decoder {
	d := &Decoder{plan: p, params: make([]any, len(p.params))}
	for _, t := range p.tables {
		d.tables = append(d.tables, newTableReader(t))
	}
	for _, in := range p.facts {
		d.facts = append(d.facts, in.NewFacts())
		d.facts[len(d.facts)-1].byRow = true
	}
	d.hosts = make([]int, len(d.facts))
	d.paging = pagingReader{
		keys:    newShape([]string{"cursors", "next"}, "previous"),
		cursors: newShape([]string{"after"}, "before"),
	}
	d.root = d.reader(p.node, p.node.object, "")
	if p.root == RootList {
		d.list = d.lists(d.root, nil, d.root.tableName(), "")
	}
	return d
}

// shape makes h one whose unknown fields are told.
func (d *Decoder) shape(h *shape, table, prefix string) *shape {
	d.all = append(d.all, metFields{h, table, prefix})
	return h
}

// tableName is the name of the table that o's rows go to, empty for none.
func (o *objectReader) tableName() string {
	if o.table == nil {
		return ""
	}
	return o.table.plan.name
}

// reader builds the reader of the objects of node, or of an object inside them, whose fields' names begin with
// prefix.
func (d *Decoder) reader(node *nodePlan, plan *objectPlan, prefix string) *objectReader {
	o := &objectReader{row: node.object == plan, index: node.table}
	if node.table >= 0 {
		o.table = d.tables[node.table]
		if o.row {
			for _, f := range o.table.plan.fills {
				t := d.tables[f.table]
				o.fills = append(o.fills, fill{column: &t.columns[f.column], from: &o.table.columns[f.from], table: t})
			}
		}
	}
	if entries := node.values != nil && o.row; entries {
		o.shape = d.shape(entryShape(plan.names), o.tableName(), prefix)
		o.values = d.newValues(node, o)
	} else {
		o.shape = d.shape(newShape(plan.names), o.tableName(), prefix)
	}
	for k, steps := range plan.steps {
		var list []step
		path := prefix + plan.names[k]
		for i := range steps {
			st := step{kind: steps[i].kind, plan: &steps[i]}
			switch st.kind {
			case stepColumn:
				st.column = &o.table.columns[steps[i].column]
			case stepObject:
				st.object = d.reader(node, steps[i].object, path+".")
			case stepEdge:
				st.edge = d.edgeReader(steps[i].edge, o, path)
			case stepInsights:
				st.facts = d.facts[steps[i].facts]
				d.hosts[steps[i].facts] = node.table
			case stepPoints, stepTotal: // o.values reads them
			}
			list = append(list, st)
		}
		o.steps = append(o.steps, list)
	}
	return o
}

// edgeReader builds the reader of an edge of the objects of owner.
func (d *Decoder) edgeReader(p *edgePlan, owner *objectReader, path string) *edgeReader {
	rows := d.reader(p.node, p.node.object, "")
	var summary *objectReader
	if p.summary != nil {
		summary = d.reader(p.summary, p.summary.object, "")
	}
	return &edgeReader{plan: p, list: d.lists(rows, summary, owner.tableName(), path+".")}
}

// lists builds the reader of lists of rows; summary may be nil.
func (d *Decoder) lists(rows, summary *objectReader, table, prefix string) *listReader {
	keys := []string{"data", "paging"}
	if summary != nil {
		keys = append(keys, "summary")
	}
	return &listReader{keys: d.shape(newShape(keys), table, prefix), object: rows, summary: summary}
}

// Set gives a param its value from the next page on: a string for utf8, an int64, float64, bool or time.Time for
// the column types called so (for date32 the day that the time shows), nil for none.
func (d *Decoder) Set(param string, value any) error {
	p := -1
	for i, name := range d.plan.params {
		if name == param {
			p = i
		}
	}
	if p < 0 {
		return fmt.Errorf("no column has the param %s", param)
	}
	if value != nil {
		for _, t := range d.plan.tables {
			for _, c := range t.columns {
				if c.param != p {
					continue
				}
				if _, err := checkParam(c.read, value); err != nil {
					return fmt.Errorf("param %s, column %s of table %s: %w", param, c.name, t.name, err)
				}
			}
		}
	}
	d.params[p] = value
	return nil
}

// Decode reads one page. When it fails, nothing of the page is kept and the Decoder can go on; an error about the
// page is an *Error. The page is not kept.
func (d *Decoder) Decode(page []byte) (*Page, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	s := &d.s
	if !s.start(page) || !d.readRoot() || !s.end() {
		d.page = nil
		for _, f := range d.facts {
			f.Reset()
		}
		return nil, s.err()
	}
	p := d.page
	d.page = nil
	p.Records = make([]arrow.Record, len(d.tables))
	for i := range p.Open {
		if o := &p.Open[i]; o.table >= 0 {
			t := d.tables[o.table]
			if c := &t.columns[t.plan.id]; !c.texts.isNull(o.row) {
				o.Parent = string(c.texts.at(o.row))
			}
		}
	}
	for i, t := range d.tables {
		t.finish()
		p.Records[i] = t.record()
	}
	p.Facts = d.facts
	return p, nil
}

// begin makes the Decoder ready for a page.
func (d *Decoder) begin() error {
	for _, t := range d.tables {
		for i := range t.columns {
			c := &t.columns[i]
			c.param = nil
			if p := c.plan.param; p >= 0 && d.params[p] != nil {
				c.param, _ = checkParam(c.read, d.params[p])
			}
			if c.param == nil && !c.plan.path && !c.plan.parent && c.plan.value == 0 && !c.plan.nullable {
				return fmt.Errorf("column %s of table %s wants the param %s: call Set before Decode", c.plan.name, t.plan.name, d.plan.params[c.plan.param])
			}
		}
		t.begin()
	}
	for _, f := range d.facts {
		f.Reset()
		f.reader.beginRows()
	}
	d.page = &Page{}
	return nil
}

// UnknownFields returns the fields that were met and skipped, with their table and how often, since the Decoder was
// made: some hundred for each kind of object by name, the others together as "…". The name leads to the field from
// the table's objects, as owner.username does.
func (d *Decoder) UnknownFields() []Count {
	var c []Count
	add := func(met []Count, table, prefix string) {
		for _, m := range met {
			c = append(c, Count{Table: table, Name: prefix + m.Name, Times: m.Times})
		}
	}
	for _, m := range d.all {
		add(m.shape.unknown(nil), m.table, m.prefix)
	}
	for i, f := range d.facts {
		add(f.UnknownFields(), d.plan.tables[d.hosts[i]].name, "")
	}
	return c
}

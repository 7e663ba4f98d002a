package shred

import (
	"fmt"
	"slices"
	"strings"
)

// valuesPlan is which columns of a table take what of the values of insights.
type valuesPlan struct {
	columns    [ValueDimension]int // by source, -1 for none
	dimensions []dimensionPlan
	entry      []entryColumn
	steady     bool // what the entry columns hold is the same wherever the entry's text is, but for its id
}

// entryColumn is a column that is read from the entry itself. id says that it is the entry's id.
type entryColumn struct {
	column int
	id     bool
}

// dimensionPlan is the column that takes the values of a dimension.
type dimensionPlan struct {
	name   string
	column int
}

// The keys of an entry that are read, and those that are known to be there.
const (
	valuesField = "values"
	totalField  = "total_value"
	nameField   = "name"
	idField     = "id"
)

// keyResultEnd is where the shape of results has end_time.
const keyResultEnd = 2

var entryFields = []string{nameField, "period", "title", "description", idField}

// planValues makes the objects of n entries of insights, whose values are rows of t.
func (n *nodePlan) planValues(node Node, t *tablePlan) error {
	if len(node.Edges) > 0 || len(node.Insights) > 0 {
		return fmt.Errorf("entries of insights have no edges and no insights of their own")
	}
	v := &valuesPlan{steady: true}
	for i := range v.columns {
		v.columns[i] = -1
	}
	for i, f := range node.Columns {
		switch {
		case f.Path != "":
			v.entry = append(v.entry, entryColumn{i, f.Path == idField})
			v.steady = v.steady && steady(f.Path, t.columns[i].read)
		case f.Value == ValueDimension:
			if f.Dimension == "value" || f.Dimension == "end_time" {
				return fmt.Errorf("column %s: %s is no dimension", t.columns[i].name, f.Dimension)
			}
			if slices.ContainsFunc(v.dimensions, func(d dimensionPlan) bool { return d.name == f.Dimension }) {
				return fmt.Errorf("column %s: the dimension %s stands twice", t.columns[i].name, f.Dimension)
			}
			v.dimensions = append(v.dimensions, dimensionPlan{f.Dimension, i})
		case f.Value != 0:
			if v.columns[f.Value] >= 0 {
				return fmt.Errorf("column %s: %v stands twice", t.columns[i].name, f.Value)
			}
			v.columns[f.Value] = i
		}
	}
	if len(v.dimensions) > maxKeys-16 {
		return fmt.Errorf("more than %d dimensions", maxKeys-16)
	}
	n.values = v
	if err := n.object.insert(valuesField, stepPlan{kind: stepPoints}); err != nil {
		return err
	}
	return n.object.insert(totalField, stepPlan{kind: stepTotal})
}

// steady says whether a column of the field at path holds the same wherever an entry's text is the same but for its
// value and the digits of its id. Fields inside others are left out: those beside them are counted as unknown.
func steady(path string, read reading) bool {
	switch path {
	case valuesField, totalField:
		return false
	case idField:
		return read == readText || read == readLoose
	}
	return (read == readText || read == readLoose || read == readJSON) && !strings.Contains(path, ".")
}

// A valuesReader makes rows of the values of insights.
type valuesReader struct {
	plan  *valuesPlan
	table *tableReader
	// Nil where the table has no such column.
	number, key1, key2, start, end *column
	dimensions                     []*column

	points, totals, breakdowns, results *shape
	familiar, nameKey, idKey            int // keys of the entry: those that are no surprise, and two of them

	// The open entry.
	first     int     // its first row
	pointsAt  int     // where its points stand in the page, -1 for none yet
	totalRows int     // rows of its total
	again     bool    // its points are to be read again, without what the total repeats
	value     span    // where the last value stands, if it is a bare number
	odd       bool    // no template may be made of it
	lacks     *column // a column that has a null and allows none, nil for none
	lacksAt   int

	// The open value: its dimensions, -1 for null, in text.
	tuple []span
	text  []byte
	key   []byte

	// The open breakdown: place is, for each dimension of the table, its position in dimension_values or -1, and
	// extra the other positions, with what stood there first.
	width      int
	place      []int
	extra      []int
	extraFirst []span
	extraText  []byte
	values     []span

	templates []rowTemplate
	next      []int16 // by template+1, the one whose entry followed last
	prev      int     // the template of the entry before, -1 for none
}

// newValues returns the reader of the rows of a node with Values.
func (d *Decoder) newValues(n *nodePlan, o *objectReader) *valuesReader {
	p := n.values
	v := &valuesReader{plan: p, table: o.table, prev: -1, next: []int16{-1}}
	column := func(source ValueSource) *column {
		if i := p.columns[source]; i >= 0 {
			return &v.table.columns[i]
		}
		return nil
	}
	v.number, v.key1, v.key2 = column(ValueNumber), column(ValueKey1), column(ValueKey2)
	v.start, v.end = column(ValueStart), column(ValueEnd)
	point := []string{"value", "end_time"}
	for _, dimension := range p.dimensions {
		v.dimensions = append(v.dimensions, &v.table.columns[dimension.column])
		point = append(point, dimension.name)
	}
	v.tuple, v.place = make([]span, len(v.dimensions)), make([]int, len(v.dimensions))
	table := v.table.plan.name
	v.points = d.shape(newShape(point), table, valuesField+".")
	v.totals = d.shape(newShape([]string{"value", "breakdowns"}), table, totalField+".")
	v.breakdowns = d.shape(newShape([]string{"dimension_keys", "results"}), table, totalField+".breakdowns.")
	v.results = d.shape(newShape([]string{"dimension_values", "value", "end_time"}), table, totalField+".breakdowns.results.")
	v.familiar = len(o.shape.keys)
	v.nameKey, v.idKey = o.shape.find([]byte(nameField), noKey), o.shape.find([]byte(idField), noKey)
	return v
}

// entryShape is the shape of entries: those of entryFields that are not asked for are known to be there.
func entryShape(asked []string) *shape {
	var ignored []string
	for _, f := range entryFields {
		if !slices.Contains(asked, f) {
			ignored = append(ignored, f)
		}
	}
	return newShape(asked, ignored...)
}

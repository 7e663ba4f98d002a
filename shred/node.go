package shred

import (
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Root says how the rows of a page are wrapped.
type Root uint8

const (
	// RootObject is one object, which is the one row.
	RootObject Root = iota
	// RootList is {"data": [row…], "paging": {…}}.
	RootList
	// RootByID is {"id": row…}, the answer to ids=. A null in place of a row gives none.
	RootByID
)

// A Node is one kind of object in a page, and the table that it gives rows to.
type Node struct {
	// Table is the table's name. Without one the objects give no rows; only their Edges are read.
	Table string
	// Schema are the table's columns; Columns has a Field for each. Types are utf8, int64, float64, bool,
	// timestamp[us, UTC], date32, list<utf8> and map<utf8, int64>. A field that is absent or null is null, or
	// fails the page where the schema allows none.
	Schema  *arrow.Schema
	Columns []Field
	// Edges are lists of other objects inside the object.
	Edges []Edge
	// Insights are insights answers inside the object.
	Insights []Nested
	// Values says that the objects are entries of an insights answer, and that each of their values is a row. It
	// needs a list: RootList, or an Edge. The paging of such a list moves the time window and gives no more rows,
	// so that neither Page.After, Page.More nor Page.Open tell of it.
	Values bool
}

// A Field says where the values of a column come from: Path, Param, both, Parent, or Value.
type Field struct {
	// Path leads to a field of the object, through other objects: owner.id.
	Path string
	// Param names a value that is set with Decoder.Set. While it is set, and not nil, Path is not looked at.
	Param string
	// Parent names a column of the nearest table above that has one of this name. For a row of insights that is
	// the object that the insights hang on, for a summary the object that the list hangs on.
	Parent string
	// Value says what of a value the column takes, in a Node with Values. Its other columns are of the entry, and
	// the same in all rows of one. ValueStart and ValueEnd may have a Param.
	Value ValueSource
	// Dimension is the name of a ValueDimension.
	Dimension string
	// Form is how a utf8 column is read.
	Form Form
}

// A Form says what a utf8 column takes.
type Form uint8

const (
	// FormText takes strings, and numbers and booleans by their text. Objects and arrays fail the page.
	FormText Form = iota
	// FormJSON takes anything as JSON, as it stands but for the white space between tokens.
	FormJSON
	// FormLoose takes strings, numbers and booleans as FormText does and all else as FormJSON does.
	FormLoose
)

// An Edge is a list of objects inside an object: {"data": [row…], "paging": {…}}, or a bare array.
type Edge struct {
	// Path leads to the list, as Field.Path does.
	Path string
	Node Node
	// Summary is the object called summary beside the list, if it is wanted: a row for each object whose list has
	// one, also where the list is empty or not there.
	Summary *Node
	// CursorOnly says that the edge has no next links: it goes on for as long as it gives rows and a cursor.
	CursorOnly bool
}

// A Nested is an insights answer inside an object, {"data": [entry…]}.
type Nested struct {
	// Path leads to the answer, as Field.Path does.
	Path string
	Plan *Insights
	// Location is where days begin and end, for time series; nil is UTC.
	Location *time.Location
}

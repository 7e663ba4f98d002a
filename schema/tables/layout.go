package tables

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema"
)

// A Shape says how metrics stand in a table.
type Shape string

// The shapes. The empty Shape is Wide.
const (
	// Wide has a column for each metric.
	Wide Shape = "wide"
	// Long has a row for each value of a metric.
	Long Shape = "long"
)

// A Form says what a row of a table covers.
type Form uint8

// The forms.
const (
	// Daily rows cover a day, or the week or 28 days that end with it.
	Daily Form = iota + 1
	// Ranged rows cover the whole range of dates.
	Ranged
	// Demographic rows cover a timeframe, by dimensions.
	Demographic
	// Hourly rows cover a day and hold numbers by hour of it.
	Hourly
	// Profile rows are an account as it is now.
	Profile
	// PerMedia rows are a media as it is now, by dimensions if asked for; of a long table, one value of it.
	PerMedia
	// PerChild rows are a media of an album.
	PerChild
)

// String returns the form as a word.
func (f Form) String() string {
	names := [...]string{"", "daily", "ranged", "demographic", "hourly", "profile", "per media", "per child"}
	if int(f) < len(names) && f > 0 {
		return names[f]
	}
	return fmt.Sprintf("Form(%d)", uint8(f))
}

// A Role says what a column is for.
type Role uint8

// The roles.
const (
	// AccountID is the account read. In tables of media it may be null.
	AccountID Role = iota + 1
	// Date is the day in America/Los_Angeles, StartTime the moment a span begins, EndTime the one after
	// it ends.
	Date
	StartTime
	EndTime
	// Period and Timeframe are what was asked for.
	Period
	Timeframe
	// Dimension is one dimension of the breakdown.
	Dimension
	// Measure is the value of one metric, of a wide table.
	Measure
	// MetricName, Hour and Value make the rows of a long table.
	MetricName
	Hour
	Value
	// Field is a field of the node read.
	Field
	// RetrievedAt is the logical start time of the run.
	RetrievedAt
	// MediaID is the media read, or the album that a child is in; ChildID is the child.
	MediaID
	ChildID
	// SnapshotDate is the day of RetrievedAt, of a table of snapshots.
	SnapshotDate
)

// String returns the role as a word.
func (r Role) String() string {
	names := [...]string{
		"", "account id", "date", "start time", "end time", "period", "timeframe",
		"dimension", "measure", "metric name", "hour", "value", "field", "retrieved at",
		"media id", "child id", "snapshot date",
	}
	if int(r) < len(names) && r > 0 {
		return names[r]
	}
	return fmt.Sprintf("Role(%d)", uint8(r))
}

// A ColumnRole is the role of one column. Name is what the API calls the dimension, metric or field
// behind it, and empty for the other roles.
type ColumnRole struct {
	Role Role
	Name string
}

// A Layout is a table and what its columns are for. It is a value: do not change one that you were
// given.
type Layout struct {
	Table schema.Table
	Form  Form
	Shape Shape
	// Roles has one entry for each column of Table, in the same order.
	Roles []ColumnRole
	// Metrics are those chosen, in order and without repeats; Dimensions likewise.
	Metrics    []metrics.Metric
	Dimensions []string
	// Fields are those behind the columns of the role Field, in column order. One that the catalogue does
	// not have is a String of that name without a Doc.
	Fields []nodes.Field
}

// Index returns the index of the first column of role r, or -1.
func (l Layout) Index(r Role) int {
	for i, c := range l.Roles {
		if c.Role == r {
			return i
		}
	}
	return -1
}

// IndexOf returns the index of the column of role r for the dimension, metric or field called name, or
// -1.
func (l Layout) IndexOf(r Role, name string) int {
	for i, c := range l.Roles {
		if c.Role == r && c.Name == name {
			return i
		}
	}
	return -1
}

// Names returns the names behind the columns of role r, in column order.
func (l Layout) Names(r Role) []string {
	var names []string
	for _, c := range l.Roles {
		if c.Role == r {
			names = append(names, c.Name)
		}
	}
	return names
}

// The Arrow types of the tables.
var (
	textType   = arrow.BinaryTypes.String
	intType    = arrow.PrimitiveTypes.Int64
	floatType  = arrow.PrimitiveTypes.Float64
	boolType   = arrow.FixedWidthTypes.Boolean
	dateType   = arrow.FixedWidthTypes.Date32
	momentType = arrow.FixedWidthTypes.Timestamp_us
	countsType = arrow.MapOf(textType, intType)

	textListType = arrow.ListOf(textType)
)

// add appends a column that may not be null and is known by its role alone.
func (l *Layout) add(r Role, name string, t arrow.DataType, doc string) {
	l.append(ColumnRole{Role: r}, schema.Column{Name: name, Type: t, Doc: doc})
}

// addNullable appends a column that may be null; behind is what the API calls what it holds.
func (l *Layout) addNullable(r Role, behind, name string, t arrow.DataType, doc string) {
	l.append(ColumnRole{r, behind}, schema.Column{Name: name, Type: t, Nullable: true, Doc: doc})
}

func (l *Layout) append(r ColumnRole, c schema.Column) {
	l.Roles = append(l.Roles, r)
	l.Table.Columns = append(l.Table.Columns, c)
}

// key sets the key to the columns of roles, in that order, each role with all its columns.
func (l *Layout) key(roles ...Role) {
	for _, r := range roles {
		for i, c := range l.Roles {
			if c.Role == r {
				l.Table.Key = append(l.Table.Key, l.Table.Columns[i].Name)
			}
		}
	}
}

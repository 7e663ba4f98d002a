package shred

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Role says what a column of a pivot holds.
type Role uint8

const (
	// RoleObject is the object's id; utf8.
	RoleObject Role = iota + 1
	// RoleDate is the day; date32. Not with Layout.Range.
	RoleDate
	// RoleStartTime is Layout.Start, or when that is zero the midnight with which the day begins; timestamp[us, UTC].
	RoleStartTime
	// RoleEndTime is Layout.End, or when that is zero the midnight after the day; a time series' own end_time stands
	// where it differs; timestamp[us, UTC].
	RoleEndTime
	// RoleWindowStart is Scope.Start of a total, null for a time series or where it was zero; timestamp[us, UTC].
	RoleWindowStart
	// RoleWindowEnd is Scope.End, in the same way.
	RoleWindowEnd
	// RolePeriod is Layout.Period; utf8.
	RolePeriod
	// RoleTimeframe is Layout.Timeframe; utf8.
	RoleTimeframe
	// RoleDimension is the value of dimension number Index; utf8.
	RoleDimension
	// RoleMeasure is the value of measure number Index, in a wide layout; int64, float64 or map<utf8, int64>.
	RoleMeasure
	// RoleMetric is the measure's name, in a long layout; utf8.
	RoleMetric
	// RoleHour is a map's key, null for a value that is no map's, in a long layout; utf8.
	RoleHour
	// RoleValue is the value, in a long layout; float64. An integer beyond 2^53 becomes the float nearest to it.
	RoleValue
	// RoleRetrievedAt is Layout.RetrievedAt; timestamp[us, UTC].
	RoleRetrievedAt
	// RoleBase is column number Index of Layout.Base, whatever its type.
	RoleBase
)

var roleNames = [...]string{
	"no role", "RoleObject", "RoleDate", "RoleStartTime", "RoleEndTime", "RoleWindowStart", "RoleWindowEnd", "RolePeriod",
	"RoleTimeframe", "RoleDimension", "RoleMeasure", "RoleMetric", "RoleHour", "RoleValue", "RoleRetrievedAt", "RoleBase",
}

// String returns the constant's name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("Role(%d)", uint8(r))
}

// A Slot is what one column of a pivot is filled with.
type Slot struct {
	Role Role
	// Index says which dimension, measure or base column, counted from 0; 0 for other roles.
	Index int
}

// A Layout says which columns a pivot has, and holds the values that are the same in every row.
type Layout struct {
	// Schema is the schema of the record; Columns has a Slot for each of its fields.
	Schema  *arrow.Schema
	Columns []Slot

	Period, Timeframe       string
	Start, End, RetrievedAt time.Time

	// Range adds up the values of all days: one row for an object and tuple. Maps cannot be added up. Only metrics
	// that may be summed should come from more than one window.
	Range bool

	// Base are rows that the facts are joined to: row i is object number i, which is what a Decoder's Facts mean by
	// it. A wide pivot then has at least one row for each row of Base, in its order. It is not released.
	Base arrow.Record
}

// timestampType is the one timestamp type there is here.
var timestampType = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

var integerMap = arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)

// check says what is wrong with l for facts of p.
func (l *Layout) check(p *Insights, long, byRow bool) error {
	if l.Schema == nil {
		return fmt.Errorf("a layout without a schema")
	}
	if len(l.Columns) != l.Schema.NumFields() {
		return fmt.Errorf("a layout of %d columns for a schema of %d", len(l.Columns), l.Schema.NumFields())
	}
	for i, c := range l.Columns {
		if byRow && c.Role == RoleObject {
			return fmt.Errorf("column %s: the facts of a page have rows in place of objects, take RoleBase", l.Schema.Field(i).Name)
		}
		if err := l.checkSlot(p, long, c, l.Schema.Field(i)); err != nil {
			return fmt.Errorf("column %s: %w", l.Schema.Field(i).Name, err)
		}
	}
	if l.Range {
		for _, m := range p.measures {
			if m.Type == Map {
				return fmt.Errorf("measure %s: maps cannot be added up over a range", m.Name)
			}
		}
	}
	return nil
}

func (l *Layout) checkSlot(p *Insights, long bool, c Slot, field arrow.Field) error {
	var want arrow.DataType
	limit := 1
	switch c.Role {
	case RoleObject, RolePeriod, RoleTimeframe:
		want = arrow.BinaryTypes.String
	case RoleMetric, RoleHour:
		if !long {
			return fmt.Errorf("%v stands in long layouts only", c.Role)
		}
		want = arrow.BinaryTypes.String
	case RoleDate:
		if l.Range {
			return fmt.Errorf("a range has no date")
		}
		want = arrow.FixedWidthTypes.Date32
	case RoleStartTime, RoleEndTime:
		if l.Range && (c.Role == RoleStartTime && l.Start.IsZero() || c.Role == RoleEndTime && l.End.IsZero()) {
			return fmt.Errorf("a range wants Layout.Start and Layout.End")
		}
		want = timestampType
	case RoleWindowStart, RoleWindowEnd:
		if l.Range {
			return fmt.Errorf("a range has no single window")
		}
		want = timestampType
	case RoleRetrievedAt:
		if l.RetrievedAt.IsZero() {
			return fmt.Errorf("the layout says no RetrievedAt")
		}
		want = timestampType
	case RoleDimension:
		limit, want = len(p.dimensions), arrow.BinaryTypes.String
	case RoleMeasure:
		if long {
			return fmt.Errorf("%v stands in wide layouts only", c.Role)
		}
		limit = len(p.measures)
		if c.Index >= 0 && c.Index < limit {
			want = [...]arrow.DataType{Integer: arrow.PrimitiveTypes.Int64, Decimal: arrow.PrimitiveTypes.Float64, Map: integerMap}[p.measures[c.Index].Type]
		}
	case RoleValue:
		if !long {
			return fmt.Errorf("%v stands in long layouts only", c.Role)
		}
		want = arrow.PrimitiveTypes.Float64
	case RoleBase:
		if l.Base == nil {
			return fmt.Errorf("the layout has no Base")
		}
		limit = int(l.Base.NumCols())
		if c.Index >= 0 && c.Index < limit {
			want = l.Base.Schema().Field(c.Index).Type
		}
	default:
		return fmt.Errorf("%v is no role", c.Role)
	}
	if c.Index < 0 || c.Index >= limit {
		return fmt.Errorf("%v number %d, of %d", c.Role, c.Index, limit)
	}
	if !arrow.TypeEqual(field.Type, want) {
		return fmt.Errorf("%v is %v, the schema says %v", c.Role, want, field.Type)
	}
	return nil
}

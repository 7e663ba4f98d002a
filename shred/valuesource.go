package shred

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// A ValueSource says what of a value of insights a column takes. Values are the points of a time series, totals, and
// the results of breakdowns; where one of them is a map, each of its entries.
type ValueSource uint8

const (
	// ValueNumber is the value itself; int64, float64, or utf8 for values of any kind.
	ValueNumber ValueSource = iota + 1
	// ValueKey1 is the key of a map's entry; empty, not null, for what is no map's; utf8.
	ValueKey1
	// ValueKey2 is the key inside that entry, where it is a map as well; else empty, not null; utf8.
	ValueKey2
	// ValueStart is the Field's Param, or null for a value that has its own end_time; timestamp[us, UTC].
	ValueStart
	// ValueEnd is the value's own end_time, or else the Field's Param; timestamp[us, UTC]. For the results of a
	// breakdown, whose window was asked for, it is the Param, or else their end_time.
	ValueEnd
	// ValueDimension is the value of the dimension that Field.Dimension names: from a breakdown, or from a key
	// beside a point's value; utf8. It is null for what is not divided by it.
	ValueDimension
)

var valueSourceNames = [...]string{
	"no value", "ValueNumber", "ValueKey1", "ValueKey2", "ValueStart", "ValueEnd", "ValueDimension",
}

// String returns the constant's name.
func (v ValueSource) String() string {
	if int(v) < len(valueSourceNames) {
		return valueSourceNames[v]
	}
	return fmt.Sprintf("ValueSource(%d)", uint8(v))
}

// checkValue says what is wrong with a field that has a Value or a Dimension, for a column of type dt.
func (f Field) checkValue(dt arrow.DataType, entries bool) error {
	switch {
	case f.Value > ValueDimension:
		return fmt.Errorf("%v is no source", f.Value)
	case f.Value == 0 || (f.Value == ValueDimension) != (f.Dimension != ""):
		return fmt.Errorf("a Dimension and the Value %v stand together", ValueDimension)
	case !entries:
		return fmt.Errorf("%v is for a node with Values", f.Value)
	case f.Path != "" || f.Parent != "":
		return fmt.Errorf("it has a Value and a Path or Parent")
	case f.Param != "" && f.Value != ValueStart && f.Value != ValueEnd:
		return fmt.Errorf("a Value with a Param is %v or %v", ValueStart, ValueEnd)
	}
	text := arrow.TypeEqual(dt, arrow.BinaryTypes.String)
	var good bool
	switch f.Value {
	case ValueNumber:
		good = text || arrow.TypeEqual(dt, arrow.PrimitiveTypes.Int64) || arrow.TypeEqual(dt, arrow.PrimitiveTypes.Float64)
	case ValueStart, ValueEnd:
		good = arrow.TypeEqual(dt, timestampType)
	default:
		good = text && f.Form != FormJSON
	}
	if !good {
		return fmt.Errorf("%v cannot be read into a column of type %v", f.Value, dt)
	}
	return nil
}

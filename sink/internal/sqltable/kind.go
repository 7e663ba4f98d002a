package sqltable

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/sink/internal/cell"
)

// A Kind is what the values of a column are to a database; each sink has a type of its database for it.
type Kind int

// The kinds.
const (
	Text     Kind = iota
	Integer       // fits 64 bits with a sign
	Digits        // a number with more digits than Integer and Real keep: uint64 and decimals
	Real          // a float of 64 bits
	Bool          //
	Date          // a day
	Time          // a time of day
	Instant       // a point in time: a timestamp with a zone
	WallTime      // a timestamp without a zone
	JSON          // maps, lists and structs
	Bytes         //
)

// KindOf returns the kind of the values of t. The error says why a database cannot take them.
func KindOf(t arrow.DataType) (Kind, error) {
	if err := cell.Check(t); err != nil {
		return Text, err
	}
	switch t.ID() {
	case arrow.STRING, arrow.LARGE_STRING, arrow.NULL:
		return Text, nil
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return Integer, nil
	case arrow.UINT64, arrow.DECIMAL128, arrow.DECIMAL256:
		return Digits, nil
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return Real, nil
	case arrow.BOOL:
		return Bool, nil
	case arrow.DATE32, arrow.DATE64:
		return Date, nil
	case arrow.TIME32, arrow.TIME64:
		return Time, nil
	case arrow.TIMESTAMP:
		if t.(*arrow.TimestampType).TimeZone == "" {
			return WallTime, nil
		}
		return Instant, nil
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.FIXED_SIZE_BINARY:
		return Bytes, nil
	case arrow.MAP, arrow.LIST, arrow.LARGE_LIST, arrow.FIXED_SIZE_LIST, arrow.STRUCT:
		return JSON, nil
	case arrow.DICTIONARY:
		return KindOf(t.(*arrow.DictionaryType).ValueType)
	}
	return Text, fmt.Errorf("the type %s has no place in a database: write the table as arrow", t)
}

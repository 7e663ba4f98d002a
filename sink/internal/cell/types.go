package cell

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// CheckTable says which column of t has no text form.
func CheckTable(t schema.Table) error {
	for _, c := range t.Columns {
		if err := Check(c.Type); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}

// Check says why values of t cannot be written as text.
func Check(t arrow.DataType) error {
	switch t := t.(type) {
	case *arrow.MapType:
		if !isText(t.KeyType()) && !scalar(t.KeyType()) {
			return fmt.Errorf("the keys of %s cannot be the names of a JSON object: use text keys", t)
		}
		return Check(t.ItemType())
	case *arrow.ListType:
		return Check(t.Elem())
	case *arrow.LargeListType:
		return Check(t.Elem())
	case *arrow.FixedSizeListType:
		return Check(t.Elem())
	case *arrow.StructType:
		for _, f := range t.Fields() {
			if err := Check(f.Type); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		return nil
	case *arrow.DictionaryType:
		return Check(t.ValueType)
	}
	if t.ID() == arrow.NULL || isText(t) || isFloat(t) || scalar(t) {
		return nil
	}
	return fmt.Errorf("the type %s has no text form here: write the table as arrow", t)
}

func isText(t arrow.DataType) bool {
	return t.ID() == arrow.STRING || t.ID() == arrow.LARGE_STRING
}

func isFloat(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return true
	}
	return false
}

// scalar says whether Plain knows t.
func scalar(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.BOOL, arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64,
		arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64, arrow.DECIMAL128, arrow.DECIMAL256:
		return true
	}
	return quoted(t)
}

// quoted says whether a value that Plain writes is a string in JSON.
func quoted(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.DATE32, arrow.DATE64, arrow.TIMESTAMP, arrow.TIME32, arrow.TIME64,
		arrow.BINARY, arrow.LARGE_BINARY, arrow.FIXED_SIZE_BINARY:
		return true
	}
	return false
}

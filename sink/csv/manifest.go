package csv

import (
	"bytes"
	"encoding/json"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// Manifest returns the manifest of t's file. It is never incremental for a table without a key. The same
// table gives the same bytes.
func Manifest(t schema.Table, incremental bool) ([]byte, error) {
	m := struct {
		Columns     []string `json:"columns"`
		Types       []string `json:"types"`
		PrimaryKey  []string `json:"primary_key"`
		Incremental bool     `json:"incremental"`
	}{Columns: []string{}, Types: []string{}, PrimaryKey: append([]string{}, t.Key...), Incremental: incremental && len(t.Key) > 0}
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, c.Name)
		m.Types = append(m.Types, typeName(c.Type))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

func typeName(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return "BOOLEAN"
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return "INTEGER"
	case *arrow.Float16Type, *arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal128Type, *arrow.Decimal256Type:
		return "FLOAT"
	case *arrow.Date32Type, *arrow.Date64Type:
		return "DATE"
	case *arrow.TimestampType:
		return "TIMESTAMP"
	case *arrow.DictionaryType:
		return typeName(t.ValueType)
	case arrow.NestedType:
		return "JSON"
	}
	return "STRING"
}

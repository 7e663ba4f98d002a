package schema

import (
	"bytes"
	"strconv"
	"strings"
)

// ArrowJSON returns the Arrow schemas of tables as JSON, in the order given:
// {table: {primary_key: […], fields: [{name, type, nullable}]}}, with type as Arrow prints it. It is
// indented, a field a line, without a line end; the same tables give the same bytes.
func ArrowJSON(tables []Table) ([]byte, error) {
	if err := distinct(tables); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("{")
	for i, t := range tables {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  " + quote(t.Name) + ": {\n    \"primary_key\": [")
		key := make([]string, len(t.Key))
		for j, k := range t.Key {
			key[j] = quote(k)
		}
		b.WriteString(strings.Join(key, ", ") + "],\n    \"fields\": [")
		for j, c := range t.Columns {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n      {\"name\": " + quote(c.Name) + ", \"type\": " + quote(c.Type.String()) +
				", \"nullable\": " + strconv.FormatBool(c.Nullable) + "}")
		}
		b.WriteString("\n    ]\n  }")
	}
	if len(tables) > 0 {
		b.WriteByte('\n')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

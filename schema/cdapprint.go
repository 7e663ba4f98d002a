package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// String returns c in CDAP's JSON form, compact and with the members in CDAP's order: type, name and
// fields of a record; type, logicalType, precision and scale of a decimal. A record that repeats an
// earlier name is written as that name.
func (c CDAP) String() string {
	w := cdapWriter{records: make(map[string]bool)}
	w.schema(c)
	return w.String()
}

// MarshalJSON implements json.Marshaler: what String returns.
func (c CDAP) MarshalJSON() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalJSON implements json.Unmarshaler through ParseCDAP.
func (c *CDAP) UnmarshalJSON(text []byte) (err error) {
	*c, err = ParseCDAP(text)
	return err
}

// CDAPJSON returns the CDAP schemas of tables: of one table the bare schema, of several an object with
// a member for each, in order. The same tables give the same bytes.
func CDAPJSON(tables []Table) ([]byte, error) {
	if err := distinct(tables); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for i, t := range tables {
		c, err := t.CDAP()
		if err != nil {
			return nil, err
		}
		if len(tables) == 1 {
			return []byte(c.String()), nil
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(t.Name) + ":" + c.String())
	}
	return fmt.Appendf(nil, "{%s}", b.Bytes()), nil
}

// distinct says which name two tables share.
func distinct(tables []Table) error {
	seen := make(map[string]bool, len(tables))
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return err
		}
		if seen[t.Name] {
			return fmt.Errorf("two tables are called %s", t.Name)
		}
		seen[t.Name] = true
	}
	return nil
}

// cdapWriter knows the records it has written.
type cdapWriter struct {
	bytes.Buffer
	records map[string]bool
}

func (w *cdapWriter) schema(c CDAP) {
	switch {
	case c.Logical == CDAPDecimal:
		w.WriteString(`{"type":"bytes","logicalType":"decimal","precision":` + strconv.Itoa(c.Precision) +
			`,"scale":` + strconv.Itoa(c.Scale) + `}`)
	case c.Logical != "":
		w.WriteString(`{"type":` + quote(string(c.Type)) + `,"logicalType":` + quote(string(c.Logical)) + `}`)
	case c.Type == CDAPEnum:
		w.WriteString(`{"type":"enum","symbols":[`)
		for i, s := range c.Symbols {
			w.comma(i)
			w.WriteString(quote(s))
		}
		w.WriteString("]}")
	case c.Type == CDAPArray:
		w.WriteString(`{"type":"array","items":`)
		w.schema(part(c.Items))
		w.WriteByte('}')
	case c.Type == CDAPMap:
		w.WriteString(`{"type":"map","keys":`)
		w.schema(part(c.Keys))
		w.WriteString(`,"values":`)
		w.schema(part(c.Values))
		w.WriteByte('}')
	case c.Type == CDAPRecord:
		w.record(c)
	case c.Type == CDAPUnion:
		w.WriteByte('[')
		for i, u := range c.Union {
			w.comma(i)
			w.schema(u)
		}
		w.WriteByte(']')
	default:
		w.WriteString(quote(string(c.Type)))
	}
}

func (w *cdapWriter) record(c CDAP) {
	if w.records[c.Name] || len(c.Fields) == 0 {
		w.WriteString(quote(c.Name))
		return
	}
	w.records[c.Name] = true
	w.WriteString(`{"type":"record","name":` + quote(c.Name) + `,"fields":[`)
	for i, f := range c.Fields {
		w.comma(i)
		w.WriteString(`{"name":` + quote(f.Name) + `,"type":`)
		w.schema(f.Type)
		w.WriteByte('}')
	}
	w.WriteString("]}")
}

func (w *cdapWriter) comma(i int) {
	if i > 0 {
		w.WriteByte(',')
	}
}

// quote returns s as a JSON string, leaving < > & as they are, as CDAP does.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

package schema

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
)

// Metadata keys that Arrow puts into the Arrow schema: MetaTable on the schema, MetaKey on each key
// column, with its place in the key from 1, MetaDoc on documented columns.
const (
	MetaTable = "igsource.table"
	MetaKey   = "igsource.primary_key"
	MetaDoc   = "igsource.doc"
)

// Arrow returns t as an Arrow schema. The key travels as field metadata, so that it survives IPC and
// Parquet; FromArrow reads it back.
func (t Table) Arrow() *arrow.Schema {
	place := make(map[string]int, len(t.Key))
	for i, k := range t.Key {
		place[k] = i + 1
	}
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		var keys, values []string
		if p, ok := place[c.Name]; ok {
			keys, values = append(keys, MetaKey), append(values, strconv.Itoa(p))
		}
		if c.Doc != "" {
			keys, values = append(keys, MetaDoc), append(values, c.Doc)
		}
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
		if len(keys) > 0 {
			fields[i].Metadata = arrow.NewMetadata(keys, values)
		}
	}
	meta := arrow.NewMetadata([]string{MetaTable}, []string{t.Name})
	return arrow.NewSchema(fields, &meta)
}

// FromArrow returns the Table that s was made from by Table.Arrow. A schema of other origin gives a
// table without a key, called name.
func FromArrow(name string, s *arrow.Schema) (Table, error) {
	t := Table{Name: name}
	if i := s.Metadata().FindKey(MetaTable); i >= 0 {
		t.Name = s.Metadata().Values()[i]
	}
	type part struct {
		place int
		name  string
	}
	var key []part
	for _, f := range s.Fields() {
		c := Column{Name: f.Name, Type: f.Type, Nullable: f.Nullable}
		if i := f.Metadata.FindKey(MetaDoc); i >= 0 {
			c.Doc = f.Metadata.Values()[i]
		}
		if i := f.Metadata.FindKey(MetaKey); i >= 0 {
			p, err := strconv.Atoi(f.Metadata.Values()[i])
			if err != nil {
				return Table{}, fmt.Errorf("column %s: %s is %q, want its place in the key", f.Name, MetaKey, f.Metadata.Values()[i])
			}
			key = append(key, part{p, f.Name})
		}
		t.Columns = append(t.Columns, c)
	}
	sort.Slice(key, func(i, j int) bool { return key[i].place < key[j].place })
	for _, k := range key {
		t.Key = append(t.Key, k.name)
	}
	return t, t.Check()
}

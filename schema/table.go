package schema

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Column is one column of a Table.
type Column struct {
	Name     string
	Type     arrow.DataType
	Nullable bool
	// Doc says in one sentence what the column holds. It does not take part in Equal.
	Doc string
}

// A Table is what a source delivers rows for: its columns in order, and the key, the names of the
// columns that together tell two rows apart. A Table is a value; do not change one that you were given.
type Table struct {
	Name    string
	Columns []Column
	Key     []string
}

// Column returns the column called name and its index, or -1.
func (t Table) Column(name string) (Column, int) {
	for i, c := range t.Columns {
		if c.Name == name {
			return c, i
		}
	}
	return Column{}, -1
}

// Check says what is wrong with t: no name, no column, a column without name or type or named twice, a
// key that names a column t does not have.
func (t Table) Check() error {
	if t.Name == "" {
		return fmt.Errorf("a table without a name")
	}
	if len(t.Columns) == 0 {
		return fmt.Errorf("table %s has no columns", t.Name)
	}
	seen := make(map[string]bool, len(t.Columns))
	for i, c := range t.Columns {
		switch {
		case c.Name == "":
			return fmt.Errorf("table %s: column %d has no name", t.Name, i+1)
		case c.Type == nil:
			return fmt.Errorf("table %s: column %s has no type", t.Name, c.Name)
		case seen[c.Name]:
			return fmt.Errorf("table %s: column %s stands twice", t.Name, c.Name)
		}
		seen[c.Name] = true
	}
	for i, k := range t.Key {
		if !seen[k] {
			return fmt.Errorf("table %s: key column %s is not a column", t.Name, k)
		}
		if slices.Contains(t.Key[:i], k) {
			return fmt.Errorf("table %s: key column %s stands twice", t.Name, k)
		}
	}
	return nil
}

// Equal says whether t and o have the same name, columns (name, type, nullability, order) and key.
func (t Table) Equal(o Table) bool {
	return t.Name == o.Name && slices.Equal(t.Key, o.Key) &&
		slices.EqualFunc(t.Columns, o.Columns, func(a, b Column) bool {
			return a.Name == b.Name && a.Nullable == b.Nullable && arrow.TypeEqual(a.Type, b.Type)
		})
}

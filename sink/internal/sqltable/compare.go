package sqltable

import (
	"strings"

	"github.com/igsource/igsource/plugin"
)

// A Column is a column of a table as it is wanted, in the database's own types.
type Column struct {
	Name, Type string
	Nullable   bool
}

// A Found is a column of a table that is there.
type Found struct {
	Name, Type string
	NotNull    bool
	// Default says that a row without a value gets one.
	Default bool
	// Generated says that the value is computed and cannot be written.
	Generated bool
}

// A There is a table that is there.
type There struct {
	// Database is what messages call the database, and Table the table.
	Database, Table string
	Columns         []Found
	// Fold is what CheckNames was given.
	Fold func(string) string
}

// Missing returns the columns of want that t lacks, which are to be added as nullable, whatever they are:
// the rows that are there have no value. The error is a *plugin.UserError for the first column that
// cannot hold what is wanted: types are compared without regard to case.
func (t There) Missing(want []Column, key []string) ([]Column, error) {
	found := make(map[string]Found, len(t.Columns))
	for _, c := range t.Columns {
		found[t.Fold(c.Name)] = c
	}
	isKey := make(map[string]bool, len(key))
	for _, k := range key {
		isKey[k] = true
	}
	const remedy = "rename the table in the database, or write to another database"
	var missing []Column
	for _, c := range want {
		name := t.Fold(c.Name)
		f, ok := found[name]
		delete(found, name)
		switch {
		case !ok && isKey[c.Name]:
			return nil, plugin.Userf("the table %q in %s has no column %q, which is a part of the key of this run: %s", t.Table, t.Database, c.Name, remedy)
		case !ok:
			missing = append(missing, c)
		case f.Generated:
			return nil, plugin.Userf("the column %q of the table %q in %s is computed there and cannot be written: %s", f.Name, t.Table, t.Database, remedy)
		case !strings.EqualFold(f.Type, c.Type):
			return nil, plugin.Userf("the column %q of the table %q in %s is %s, but this run writes %s: %s",
				f.Name, t.Table, t.Database, typeName(f.Type), c.Type, remedy)
		case f.NotNull && c.Nullable:
			return nil, plugin.Userf("the column %q of the table %q in %s is NOT NULL, but this run may write nulls: %s", f.Name, t.Table, t.Database, remedy)
		}
	}
	for _, f := range t.Columns {
		if _, left := found[t.Fold(f.Name)]; left && f.NotNull && !f.Default && !f.Generated {
			return nil, plugin.Userf("the column %q of the table %q in %s is NOT NULL without a default, and this run does not write it: give it a default, or %s",
				f.Name, t.Table, t.Database, remedy)
		}
	}
	return missing, nil
}

func typeName(t string) string {
	if t == "" {
		return "of no type"
	}
	return t
}

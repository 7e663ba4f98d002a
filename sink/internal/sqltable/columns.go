package sqltable

import (
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// ColumnsOf returns the columns of t in a database that has types, and of which kind they are. A column that
// it has no place for is a *plugin.UserError, in which the database is called database.
func ColumnsOf(t schema.Table, database string, types map[Kind]string) ([]Column, []Kind, error) {
	columns, kinds := make([]Column, len(t.Columns)), make([]Kind, len(t.Columns))
	for i, c := range t.Columns {
		kind, err := KindOf(c.Type)
		if err != nil {
			return nil, nil, plugin.Userf("table %s cannot be written to %s: column %s: %w", t.Name, database, c.Name, err)
		}
		columns[i], kinds[i] = Column{Name: c.Name, Type: types[kind], Nullable: c.Nullable}, kind
	}
	return columns, kinds, nil
}

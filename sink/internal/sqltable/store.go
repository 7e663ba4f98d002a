package sqltable

import (
	"context"

	"github.com/igsource/igsource/plugin"
)

// LoadAll returns the states of all inputs, by name. A row that cannot be understood is a *plugin.UserError.
func (s States) LoadAll(ctx context.Context, db DB) (map[string]plugin.State, error) {
	// A sink may have rows of its own of an input of which nothing is kept.
	rows, err := db.Texts(ctx, "SELECT DISTINCT input FROM "+s.Name+" WHERE kind IN ('start', 'properties', 'mark', 'coming', 'reached')")
	if err != nil {
		return nil, err
	}
	all := make(map[string]plugin.State, len(rows))
	for _, r := range rows {
		if all[r[0]], err = s.Load(ctx, db, r[0]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Reset forgets all that is kept of input.
func (s States) Reset(ctx context.Context, db DB, input string) error {
	return db.Exec(ctx, "DELETE FROM "+s.Name+" WHERE input = $1 AND input <> ''", input)
}

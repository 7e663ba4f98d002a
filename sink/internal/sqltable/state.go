package sqltable

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/igsource/igsource/plugin"
)

// StateTable is the name of the table of states.
const StateTable = Reserved + "state"

// StateVersion is the version of the table's content that this program writes. It reads no later one.
const StateVersion = 1

// A DB runs statements, inside the transaction that is open, if one is.
type DB interface {
	Exec(ctx context.Context, query string, args ...any) error
	// Texts returns all rows of an answer whose columns are all text and not null.
	Texts(ctx context.Context, query string, args ...any) ([][]string, error)
}

// States is the table of states: a row for each thing that is kept of an input.
//
//	input  the input's name: the referenceName. Empty in the row of the version.
//	kind   version      value is the version of the table's content
//	       start        value is the logical start time of the unfinished run, RFC 3339 in UTC
//	       properties   value is the hash of the properties that it was planned from
//	       mark         name is a split of the unfinished run, value its last committed mark
//	       coming       name is a key of the source's own, value, as JSON, what the unfinished run has reached
//	       reached      the same for finished runs
//	name   see there; empty otherwise
//	value  see there
//
// The methods are statements of a sink's transaction and take part in it.
type States struct {
	// Name is the table's name as statements need it: quoted, with its schema where there are such.
	Name string
	// Where is what messages call the database.
	Where string
}

// The kinds of rows.
const (
	kindVersion    = "version"
	kindStart      = "start"
	kindProperties = "properties"
	kindMark       = "mark"
	kindComing     = "coming"
	kindReached    = "reached"
)

// Create makes the table, which is not there. Text is the database's type for text.
func (s States) Create(ctx context.Context, db DB, text string) error {
	err := db.Exec(ctx, fmt.Sprintf("CREATE TABLE %s (input %[2]s NOT NULL, kind %[2]s NOT NULL, name %[2]s NOT NULL, value %[2]s NOT NULL, "+
		"PRIMARY KEY (input, kind, name))", s.Name, text))
	if err != nil {
		return err
	}
	return s.put(ctx, db, "", kindVersion, "", strconv.Itoa(StateVersion))
}

// Check says, as a *plugin.UserError, why this program cannot use the table that is there.
func (s States) Check(ctx context.Context, db DB) error {
	const remedy = "rename that table, or write to another database"
	rows, err := db.Texts(ctx, "SELECT value FROM "+s.Name+" WHERE input = '' AND kind = 'version' AND name = ''")
	if err != nil {
		return plugin.Userf("the table %s in %s cannot be read as a table of states (%w): %s", StateTable, s.Where, err, remedy)
	}
	if len(rows) != 1 {
		return plugin.Userf("the table %s in %s is not a table of states, because it does not say its version: %s", StateTable, s.Where, remedy)
	}
	version, err := strconv.Atoi(rows[0][0])
	if err != nil || version < 1 {
		return plugin.Userf("the table %s in %s has the version %q, which is none: %s", StateTable, s.Where, rows[0][0], remedy)
	}
	if version > StateVersion {
		return plugin.Userf("the table %s in %s has the version %d and comes from a newer program, this one knows versions up to %d: "+
			"use the newer one, or write to another database", StateTable, s.Where, version, StateVersion)
	}
	return nil
}

// Load returns the state of input. A row that cannot be understood is a *plugin.UserError.
func (s States) Load(ctx context.Context, db DB, input string) (plugin.State, error) {
	var state plugin.State
	rows, err := db.Texts(ctx, "SELECT kind, name, value FROM "+s.Name+" WHERE input = $1", input)
	if err != nil {
		return plugin.State{}, err
	}
	for _, r := range rows {
		if err := addRow(&state, r[0], r[1], r[2]); err != nil {
			return plugin.State{}, plugin.Userf("the table %s in %s has a row of input %q that cannot be understood (%w): delete the rows of that input, "+
				"and the next run reads everything again", StateTable, s.Where, input, err)
		}
	}
	return state, nil
}

func addRow(state *plugin.State, kind, name, value string) error {
	switch kind {
	case kindStart:
		start, err := time.Parse(time.RFC3339Nano, value)
		if err != nil {
			return err
		}
		state.Start = start.UTC()
	case kindProperties:
		state.Properties = value
	case kindMark:
		if state.Marks == nil {
			state.Marks = map[string]plugin.Mark{}
		}
		state.Marks[name] = plugin.Mark(value)
	case kindComing:
		return addJSON(&state.Coming, name, value)
	case kindReached:
		return addJSON(&state.Reached, name, value)
	}
	return nil
}

func addJSON(to *map[string]json.RawMessage, name, value string) error {
	if !json.Valid([]byte(value)) {
		return fmt.Errorf("%s is not JSON", name)
	}
	if *to == nil {
		*to = map[string]json.RawMessage{}
	}
	(*to)[name] = json.RawMessage(value)
	return nil
}

// Keep makes runs the unfinished ones of their inputs. Where the unfinished run of one of these inputs is
// another, it is forgotten, with its marks. Other inputs are left alone.
func (s States) Keep(ctx context.Context, db DB, runs []plugin.KeptRun) error {
	for _, r := range runs {
		state, err := s.Load(ctx, db, r.Input)
		if err != nil {
			return err
		}
		if !state.Start.IsZero() && state.Start.Equal(r.Start) && state.Properties == r.Properties {
			continue
		}
		if err := s.forget(ctx, db, r.Input); err != nil {
			return err
		}
		if err := s.put(ctx, db, r.Input, kindStart, "", r.Start.UTC().Format(time.RFC3339Nano)); err != nil {
			return err
		}
		if err := s.put(ctx, db, r.Input, kindProperties, "", r.Properties); err != nil {
			return err
		}
	}
	return nil
}

// Settle keeps marks, given in the order in which they came, and makes final what the unfinished runs of the
// inputs in ended have reached. Of several marks of a split, and of several values of a key, the last one
// alone is written.
func (s States) Settle(ctx context.Context, db DB, marks []plugin.Position, ended []string) error {
	values := map[[3]string]string{} // by input, kind and name
	for _, at := range marks {
		values[[3]string{at.Source, kindMark, at.Split}] = string(at.Mark)
		for key, value := range at.Reached {
			values[[3]string{at.Source, kindComing, key}] = string(value)
		}
	}
	rows := slices.SortedFunc(maps.Keys(values), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	for _, r := range rows {
		if err := s.put(ctx, db, r[0], r[1], r[2], values[r]); err != nil {
			return err
		}
	}
	for _, input := range ended {
		if err := s.finish(ctx, db, input); err != nil {
			return err
		}
	}
	return nil
}

// finish makes what the unfinished run of input has reached final, and forgets the run.
func (s States) finish(ctx context.Context, db DB, input string) error {
	state, err := s.Load(ctx, db, input)
	if err != nil {
		return err
	}
	for name, value := range state.Coming {
		if name == "" {
			continue // the runner's own, of the unfinished run alone
		}
		if err := s.put(ctx, db, input, kindReached, name, string(value)); err != nil {
			return err
		}
	}
	return s.forget(ctx, db, input)
}

// forget drops the unfinished run of input.
func (s States) forget(ctx context.Context, db DB, input string) error {
	return db.Exec(ctx, "DELETE FROM "+s.Name+" WHERE input = $1 AND kind IN ('start', 'properties', 'mark', 'coming')", input)
}

func (s States) put(ctx context.Context, db DB, input, kind, name, value string) error {
	return db.Exec(ctx, "INSERT INTO "+s.Name+" (input, kind, name, value) VALUES ($1, $2, $3, $4) "+
		"ON CONFLICT (input, kind, name) DO UPDATE SET value = excluded.value", input, kind, name, value)
}

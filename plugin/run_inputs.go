package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/schema"
)

// CheckInputs validates all inputs of a run and returns the tables that the run fills, in the order in
// which they are announced to the sink. It makes no request. All failures come at once, as an
// *InvalidError; where there is more than one input each names its input as the stage.
func CheckInputs(inputs []Input) ([]schema.Table, error) {
	if err := checkNames(inputs); err != nil {
		return nil, err
	}
	var failures []Failure
	var good []Input
	for _, in := range inputs {
		var own []Failure
		if err := guard("source "+in.Name+", validating", func() error { own = in.Source.Validate(); return nil }); err != nil {
			return nil, err
		}
		if len(own) == 0 {
			good = append(good, in)
			continue
		}
		if len(inputs) > 1 {
			own = atStage(own, in.Name)
		}
		failures = append(failures, own...)
	}
	tables, err := joinTables(good, len(inputs) > 1)
	var invalid *InvalidError
	switch {
	case errors.As(err, &invalid):
		failures = append(failures, invalid.Failures...)
	case errors.Is(err, ErrSchemaUnknown) && len(failures) > 0: // what is wrong comes before what is not yet known
	case err != nil:
		return nil, err
	}
	if len(failures) > 0 {
		return nil, &InvalidError{failures}
	}
	return tables, nil
}

// InputTables returns the tables that a run of inputs fills, as CheckInputs does, but asks only for the
// properties that decide them. The error is ErrSchemaUnknown while a macro decides it.
func InputTables(inputs []Input) ([]schema.Table, error) {
	if err := checkNames(inputs); err != nil {
		return nil, err
	}
	return joinTables(inputs, len(inputs) > 1)
}

func checkNames(inputs []Input) error {
	var failures []Failure
	seen := make(map[string]bool, len(inputs))
	for i, in := range inputs {
		if in.Source == nil {
			return fmt.Errorf("input %d (%s) has no source", i+1, in.Name)
		}
		if seen[in.Name] {
			failures = append(failures, Fail(fmt.Sprintf("Two sources of this run are called %q.", in.Name),
				"Give each source a referenceName of its own.").On("referenceName").AtStage(in.Name))
		}
		seen[in.Name] = true
	}
	if len(failures) > 0 {
		return &InvalidError{failures}
	}
	return nil
}

func atStage(failures []Failure, stage string) []Failure {
	out := make([]Failure, len(failures))
	for i, f := range failures {
		out[i] = f.AtStage(stage)
	}
	return out
}

// joinTables asks every input for its tables and joins those of one name. Several says that the run has
// several inputs, which failures then name.
func joinTables(inputs []Input, several bool) ([]schema.Table, error) {
	var tables []schema.Table
	var failures []Failure
	owner := map[string]string{}
	for _, in := range inputs {
		var own []schema.Table
		err := guard("source "+in.Name+", naming its tables", func() (err error) { own, err = in.Source.Tables(); return err })
		var invalid *InvalidError
		switch {
		case errors.As(err, &invalid) && several:
			failures = append(failures, atStage(invalid.Failures, in.Name)...)
		case errors.As(err, &invalid):
			failures = append(failures, invalid.Failures...)
		case err != nil && several:
			return nil, fmt.Errorf("%s: %w", in.Name, err)
		case err != nil:
			return nil, err
		}
		for _, t := range own {
			if err := t.Check(); err != nil {
				return nil, fmt.Errorf("source %s: %w; this is a bug of the source", in.Name, err)
			}
			i := slices.IndexFunc(tables, func(o schema.Table) bool { return o.Name == t.Name })
			switch {
			case i < 0:
				tables = append(tables, t)
				owner[t.Name] = in.Name
			case owner[t.Name] == in.Name:
				return nil, fmt.Errorf("source %s names table %s twice; this is a bug of the source", in.Name, t.Name)
			case !tables[i].Equal(t):
				failures = append(failures, Fail(
					fmt.Sprintf("Table %s of source %s cannot be joined with that of source %s: %s.",
						t.Name, in.Name, owner[t.Name], tableDifference(owner[t.Name], tables[i], in.Name, t)),
					"Let the sources ask for the same columns, or read them in runs of their own.").AtStage(in.Name))
			}
		}
	}
	if len(failures) > 0 {
		return nil, &InvalidError{failures}
	}
	return tables, nil
}

// tableDifference says what makes the tables of two sources unequal.
func tableDifference(aName string, a schema.Table, bName string, b schema.Table) string {
	var out []string
	missing := func(of, in schema.Table) (names []string) {
		for _, c := range of.Columns {
			if _, i := in.Column(c.Name); i < 0 {
				names = append(names, c.Name)
			}
		}
		return names
	}
	for _, side := range []struct {
		name  string
		names []string
	}{{aName, missing(a, b)}, {bName, missing(b, a)}} {
		if len(side.names) > 0 {
			out = append(out, "only "+side.name+" has "+strings.Join(side.names, ", "))
		}
	}
	for _, c := range a.Columns {
		o, i := b.Column(c.Name)
		switch {
		case i < 0:
		case !arrow.TypeEqual(c.Type, o.Type):
			out = append(out, fmt.Sprintf("%s is %s in %s and %s in %s", c.Name, c.Type, aName, o.Type, bName))
		case c.Nullable != o.Nullable:
			able := aName
			if o.Nullable {
				able = bName
			}
			out = append(out, fmt.Sprintf("%s may be null only in %s", c.Name, able))
		}
	}
	if !slices.Equal(a.Key, b.Key) {
		out = append(out, fmt.Sprintf("the key is %s in %s and %s in %s", keyText(a), aName, keyText(b), bName))
	}
	if len(out) == 0 {
		out = append(out, "the columns are in different orders")
	}
	return strings.Join(out, "; ")
}

func keyText(t schema.Table) string {
	if len(t.Key) == 0 {
		return "none"
	}
	return strings.Join(t.Key, ", ")
}

package command

import (
	"encoding/json"
	"fmt"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

type validateCommand struct {
	runFlags
	JSON bool `help:"Answer in JSON as CDAP's stage validation does: failures, warnings, spec."`
}

// Run says everything that is wrong with a run file. It makes no request.
func (c *validateCommand) Run(sys *System) error {
	o, err := c.open(sys, false, defaultParallelism)
	if err != nil {
		return err
	}
	tables, failures, err := o.check(c.JSON)
	if err != nil {
		return err
	}
	if c.JSON {
		return o.answer(sys, tables, failures)
	}
	sys.newWarner().properties(o)
	switch {
	case len(failures) > 0:
		return &plugin.InvalidError{Failures: failures}
	case tables == nil:
		fmt.Fprintln(sys.Stdout, "The run file is good; its schema is known once the macros have their values.")
	default:
		fmt.Fprintln(sys.Stdout, "The run file is good.")
	}
	return nil
}

// validation is CDAP's answer, with warnings beside the failures.
type validation struct {
	Failures []plugin.Failure `json:"failures"`
	Warnings []plugin.Failure `json:"warnings"`
	Spec     *validationSpec  `json:"spec"`
}

// validationSpec is CDAP's specification of a stage: with one table its schema, with several all of
// them under tables.
type validationSpec struct {
	stageSpec
	// Stages are the sources where there are several; name and plugin are then the first's.
	Stages       []stageSpec                `json:"stages,omitempty"`
	InputSchemas map[string]json.RawMessage `json:"inputSchemas"`
	OutputSchema json.RawMessage            `json:"outputSchema"`
	ErrorSchema  json.RawMessage            `json:"errorSchema"`
	Tables       json.RawMessage            `json:"tables,omitempty"`
}

// answer prints the answer as JSON. Its spec is null where there are failures.
func (o *opened) answer(sys *System, tables []schema.Table, failures []plugin.Failure) error {
	answer := validation{Failures: append([]plugin.Failure{}, failures...), Warnings: append([]plugin.Failure{}, o.warnings(true)...)}
	if len(failures) == 0 {
		var err error
		if answer.Spec, err = o.spec(tables); err != nil {
			return err
		}
	}
	if err := printJSON(sys.Stdout, answer); err != nil {
		return err
	}
	if len(failures) > 0 {
		return exitError(ExitUser)
	}
	return nil
}

// spec is the specification of good sources.
func (o *opened) spec(tables []schema.Table) (*validationSpec, error) {
	null := json.RawMessage("null")
	spec := &validationSpec{
		stageSpec: o.stage(0), InputSchemas: map[string]json.RawMessage{}, OutputSchema: null, ErrorSchema: null,
	}
	if len(o.inputs) > 1 {
		for i := range o.inputs {
			spec.Stages = append(spec.Stages, o.stage(i))
		}
	}
	if len(tables) == 0 {
		return spec, nil
	}
	text, err := schema.CDAPJSON(tables)
	if err != nil {
		return nil, err
	}
	if len(tables) == 1 {
		spec.OutputSchema = text
	} else {
		spec.Tables = text
	}
	return spec, nil
}

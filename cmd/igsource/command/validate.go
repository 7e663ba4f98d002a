package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
)

type validateCommand struct {
	runFlags
	JSON bool `help:"Answer as CDAP's stage validation does."`
}

// Run says everything that is wrong with a run file. It makes no request.
func (c *validateCommand) Run(sys *System) error {
	opened, err := c.open(sys, false, defaultParallelism)
	if err != nil {
		return err
	}
	var failures, warnings []plugin.Failure
	for _, in := range opened.inputs {
		at := func(f plugin.Failure) plugin.Failure {
			if c.JSON {
				return f.AtStage(in.Name) // every cause names its stage, as CDAP's collector has it
			}
			return f
		}
		for _, f := range in.Source.Validate() {
			failures = append(failures, at(f))
		}
		if w, ok := in.Source.(plugin.Warner); ok {
			for _, f := range w.Warnings() {
				warnings = append(warnings, at(f))
			}
		}
	}
	var tables []schema.Table
	if len(failures) == 0 {
		tables, err = opened.tables()
		var user *plugin.UserError
		switch {
		case errors.Is(err, plugin.ErrSchemaUnknown):
		case errors.As(err, &user):
			failures = append(failures, plugin.Fail(user.Error(), ""))
		case err != nil:
			return err
		}
	}
	if c.JSON {
		return c.json(sys, opened, failures, warnings, tables)
	}
	for _, w := range warnings {
		sys.warn(w.String())
	}
	if len(failures) > 0 {
		return &plugin.InvalidError{Failures: failures}
	}
	if tables == nil {
		fmt.Fprintln(sys.Stdout, "The run file is good; its schema is known once the macros have their values.")
		return nil
	}
	fmt.Fprintln(sys.Stdout, "The run file is good.")
	return nil
}

// validation is CDAP's answer, with warnings beside the failures.
type validation struct {
	Failures []plugin.Failure `json:"failures"`
	Warnings []plugin.Failure `json:"warnings"`
	Spec     *validationSpec  `json:"spec"`
}

// validationSpec is CDAP's specification of a stage: with one table its schema, with several all of
// them under tables. It is null where there are failures.
type validationSpec struct {
	stageSpec
	// Stages are the sources where there are several; name and plugin are then the first's.
	Stages       []stageSpec                `json:"stages,omitempty"`
	InputSchemas map[string]json.RawMessage `json:"inputSchemas"`
	OutputSchema json.RawMessage            `json:"outputSchema"`
	ErrorSchema  json.RawMessage            `json:"errorSchema"`
	Tables       json.RawMessage            `json:"tables,omitempty"`
}

// stageSpec is a source as it was given, with its macros; secrets are not echoed.
type stageSpec struct {
	Name   string     `json:"name"`
	Plugin pluginSpec `json:"plugin"`
}

type pluginSpec struct {
	Type       string            `json:"type"`
	Name       string            `json:"name"`
	Properties map[string]string `json:"properties"`
}

// stage returns the specification of source number i.
func (o *opened) stage(i int) stageSpec {
	spec := o.file.sources[i]
	out := stageSpec{Name: o.inputs[i].Name, Plugin: pluginSpec{Name: spec.plugin, Properties: make(map[string]string)}}
	for _, d := range plugin.Registered() {
		if !strings.EqualFold(d.Name, spec.plugin) {
			continue
		}
		out.Plugin.Type, out.Plugin.Name = d.Type, d.Name
		for name, value := range spec.properties {
			if d.Secret(name) && value != "" && !plugin.HasMacro(value) {
				value = secret.Redacted
			}
			out.Plugin.Properties[name] = value
		}
	}
	return out
}

func (c *validateCommand) json(sys *System, opened *opened, failures, warnings []plugin.Failure, tables []schema.Table) error {
	answer := validation{Failures: failures, Warnings: warnings}
	if answer.Failures == nil {
		answer.Failures = []plugin.Failure{}
	}
	if answer.Warnings == nil {
		answer.Warnings = []plugin.Failure{}
	}
	if len(failures) == 0 {
		null := json.RawMessage("null")
		spec := &validationSpec{
			stageSpec: opened.stage(0), InputSchemas: map[string]json.RawMessage{}, OutputSchema: null, ErrorSchema: null,
		}
		if len(opened.inputs) > 1 {
			for i := range opened.inputs {
				spec.Stages = append(spec.Stages, opened.stage(i))
			}
		}
		text, err := []byte(nil), error(nil)
		switch {
		case len(tables) == 1:
			if text, err = schema.CDAPJSON(tables); err == nil {
				spec.OutputSchema = text
			}
		case len(tables) > 1:
			if text, err = schema.CDAPJSON(tables); err == nil {
				spec.Tables = text
			}
		}
		if err != nil {
			return err
		}
		answer.Spec = spec
	}
	text, err := json.MarshalIndent(answer, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.Stdout, "%s\n", text)
	if len(failures) > 0 {
		return exitError(ExitUser)
	}
	return nil
}

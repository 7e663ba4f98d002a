package command

import (
	"errors"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// check validates all sources without a request. Without failures tables is nil only while a macro
// decides the schema. Where there are several sources, or always, failures name theirs as the stage.
func (o *opened) check(always bool) (tables []schema.Table, failures []plugin.Failure, err error) {
	tables, err = plugin.CheckInputs(o.inputs)
	var invalid *plugin.InvalidError
	switch {
	case errors.As(err, &invalid) && len(o.inputs) == 1:
		return nil, o.staged(o.inputs[0], always, invalid.Failures), nil
	case errors.As(err, &invalid):
		return nil, invalid.Failures, nil
	case errors.Is(err, plugin.ErrSchemaUnknown):
		for _, in := range o.inputs {
			failures = append(failures, o.staged(in, always, in.Source.Validate())...)
		}
		return nil, failures, nil
	}
	return tables, nil, err
}

// staged returns failures of a source with its name as their stage, if always or where there are several.
func (o *opened) staged(in plugin.Input, always bool, failures []plugin.Failure) []plugin.Failure {
	if len(o.inputs) == 1 && !always {
		return failures
	}
	out := make([]plugin.Failure, len(failures))
	for i, f := range failures {
		out[i] = f.AtStage(in.Name)
	}
	return out
}

// warnings returns the remarks on the properties of all sources, in the shape of failures.
func (o *opened) warnings(always bool) []plugin.Failure {
	var out []plugin.Failure
	for _, in := range o.inputs {
		if w, ok := in.Source.(plugin.Warner); ok {
			out = append(out, o.staged(in, always, w.Warnings())...)
		}
	}
	return out
}

// tables returns the tables of all sources, those of one name once. The properties that do not decide
// them may be missing.
func (o *opened) tables() ([]schema.Table, error) {
	tables, err := plugin.InputTables(o.inputs)
	if !errors.Is(err, plugin.ErrSchemaUnknown) {
		return tables, err
	}
	var failures []plugin.Failure
	var open []string
	for i, in := range o.inputs {
		if o.plugins[i] == nil {
			continue
		}
		properties := o.file.sources[i].properties
		for _, f := range in.Source.Validate() {
			// Of the macros that have no value, those that could not get one.
			if name, _ := f.Property(); o.resolved && plugin.HasMacro(properties[name]) && !o.plugins[i].Secret(name) {
				failures = append(failures, f)
			}
		}
		for _, name := range o.plugins[i].PropertyNames() {
			if plugin.HasMacro(properties[name]) && !o.plugins[i].Secret(name) {
				open = append(open, name)
			}
		}
	}
	if len(failures) > 0 {
		return nil, &plugin.InvalidError{Failures: failures}
	}
	return nil, plugin.Userf("the schema is not known while macros that decide it have no value (macros stand in %s): "+
		"give their arguments with --arg NAME=VALUE, or the start time with --logical-start-time", strings.Join(open, ", "))
}

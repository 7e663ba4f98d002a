package plugin

import (
	"encoding/json"
	"slices"
	"strings"
)

// The widget types of CDAP's pages; an unknown one would be shown as a textbox there.
var widgetTypes = []string{
	"connection-browser", "connection-select", "csv", "dataset-selector", "daterange", "datetime", "dlp",
	"ds-multiplevalues", "dsv", "function-dropdown-with-alias", "function-dropdown-with-arguments", "get-schema",
	"hidden", "hierarchy", "input-field-keyvalue-dropdown", "input-field-selector", "javascript-editor",
	"join-types", "json-editor", "keyvalue", "keyvalue-dropdown", "keyvalue-encoded", "memory-dropdown",
	"memory-textbox", "multi-select", "multiple-input-stage-selector", "number", "password", "plugin-list",
	"python-editor", "radio-group", "rules-engine-editor", "scala-editor", "securekey-password", "securekey-text",
	"securekey-textarea", "select", "sql-conditions", "sql-editor", "sql-select-fields", "text", "textarea",
	"textbox", "toggle", "wrangler-directives",
}

var outputTypes = []string{"schema", "non-editable-schema-editor"}

// widgets reads the groups and outputs: together they show each property exactly once.
func (c *descriptorCheck) widgets(top members) {
	for i, raw := range top.list("configuration-groups", true) {
		m := c.object(raw, at("configuration-groups", i), "label", "description", "hideByDefault", "properties")
		label := m.text("label", true)
		if label != "" {
			m.where = "group " + label
			if slices.Contains(c.labels, label) {
				c.fail(m.where, "stands twice")
			}
			c.labels = append(c.labels, label)
			if c.groups[label] == nil {
				c.groups[label] = []string{}
			}
		}
		for j, raw := range m.list("properties", true) {
			if name := c.widget(raw, m.where+": "+at("properties", j), label); name != "" {
				c.groups[label] = append(c.groups[label], name)
			}
		}
	}
	outputs := top.list("outputs", false)
	if len(outputs) > 1 {
		c.fail("outputs", "there are %d; a source has at most one", len(outputs))
	}
	for i, raw := range outputs {
		m := c.object(raw, at("outputs", i), "name", "label", "widget-type", "widget-attributes", "schema")
		if kind := m.text("widget-type", true); kind != "" && !slices.Contains(outputTypes, kind) {
			c.fail(m.where, "unknown widget-type %q%s", kind, meant(kind, outputTypes))
		}
		if name := m.text("name", false); name != "" && c.place(m.where, name, "outputs") {
			p := &c.d.Properties[c.d.byName[name]]
			p.Widget = Widget{Type: m.text("widget-type", false), Label: m.text("label", false)}
		}
	}
	for _, name := range c.d.PropertyNames() {
		if c.placed[name] == "" {
			c.fail("property "+name, "no group shows it")
		}
	}
}

// place notes where a property is shown, and says whether there is one of that name.
func (c *descriptorCheck) place(where, name, group string) bool {
	if !c.known(where, name) {
		return false
	}
	if before := c.placed[name]; before != "" {
		c.fail(where, "property %s is shown twice: in %s and in %s", name, before, group)
	}
	c.placed[name] = group
	return true
}

// widget reads how one property is shown and returns its name; empty for what has no value.
func (c *descriptorCheck) widget(raw json.RawMessage, where, group string) string {
	m := c.object(raw, where, "widget-type", "label", "name", "widget-attributes", "widget-category", "plugin-function", "description")
	valueless := m.text("widget-category", false) == "plugin"
	kind := m.text("widget-type", true)
	name := m.text("name", !valueless)
	if kind != "" && !slices.Contains(widgetTypes, kind) {
		c.fail(where, "unknown widget-type %q%s", kind, meant(kind, widgetTypes))
	}
	if valueless || name == "" || !c.place(where, name, "group "+group) {
		return ""
	}
	w := Widget{Type: kind, Label: m.text("label", true), Group: group}
	p := &c.d.Properties[c.d.byName[name]]
	m.where = "property " + name
	preset := ""
	if m.has("widget-attributes") {
		attributes := m.object("widget-attributes")
		w.Options = c.options(attributes, kind)
		preset = attributes.scalar("default")
		c.presets(m.where, attributes.text("delimiter", false), w, preset, p.Default)
	}
	if w.choice() && len(w.Options) == 0 {
		c.fail(m.where, "a %s needs options", kind)
	}
	p.Widget = w
	switch {
	case w.Secret() && (preset != "" || p.Default != ""):
		c.fail(m.where, "a secret has no default")
	case preset != "" && p.Default != "" && preset != p.Default:
		c.fail(m.where, "the widget's default %q is not the property's, %q", preset, p.Default)
	}
	return name
}

// choice says whether a value is one or some of the options.
func (w Widget) choice() bool {
	return slices.Contains([]string{"select", "multi-select", "radio-group", "toggle"}, w.Type)
}

// options reads the values that a widget offers.
func (c *descriptorCheck) options(m members, kind string) []Option {
	if kind == "toggle" {
		var out []Option
		for _, side := range []string{"on", "off"} {
			o := m.object(side, "value", "label")
			out = append(out, Option{o.text("value", true), o.text("label", false)})
		}
		return out
	}
	if !(Widget{Type: kind}).choice() {
		return nil
	}
	list, id := m.list("options", false), "id"
	if kind == "select" {
		id = "value"
		if list == nil {
			list = m.list("values", false)
		}
	}
	var out []Option
	for i, raw := range list {
		o := c.option(raw, m.where+": "+at("options", i), id)
		if slices.ContainsFunc(out, func(p Option) bool { return p.Value == o.Value }) {
			c.fail(m.where, "option %q stands twice", o.Value)
		}
		out = append(out, o)
	}
	return out
}

// option reads one value offered: bare, or an object whose member id holds it.
func (c *descriptorCheck) option(raw json.RawMessage, where, id string) Option {
	if raw[0] == '{' {
		m := c.object(raw, where, id, "label", "disabled", "tooltip")
		return Option{m.text(id, true), m.text("label", true)}
	}
	bare := members{c: c, where: where, values: map[string]json.RawMessage{id: raw}}
	value := bare.scalar(id)
	return Option{value, value}
}

// presets checks the defaults of a widget and of its property against the options.
func (c *descriptorCheck) presets(where, delimiter string, w Widget, presets ...string) {
	if delimiter == "" {
		delimiter = ","
	}
	for _, value := range slices.Compact(presets) {
		if value == "" || len(w.Options) == 0 {
			continue
		}
		chosen := []string{value}
		if w.Type == "multi-select" {
			chosen = strings.Split(value, delimiter)
		}
		for _, one := range chosen {
			if !slices.ContainsFunc(w.Options, func(o Option) bool { return o.Value == one }) {
				c.fail(where, "default %q is not among the options", one)
			}
		}
	}
}

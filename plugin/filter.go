package plugin

import (
	"encoding/json"
	"slices"
)

// A filter shows some properties while a condition holds, as CDAP's pages do: in the expression form, or
// in the form of a property, an operator and a value.
type filter struct {
	name       string
	expression *expression // nil in the operator form
	property   string
	operator   string
	value      string
	show       []string // properties, those of the groups shown included
}

// The operators of a filter.
const (
	filterEqual    = "equal to"
	filterNotEqual = "not equal to"
	filterExists   = "exists"
	filterAbsent   = "does not exist"
)

var filterOperators = []string{filterEqual, filterNotEqual, filterExists, filterAbsent}

// holds evaluates the condition over the values of the properties that have one. The operator form
// compares texts, and gives a macro no special part.
func (f *filter) holds(values map[string]string) bool {
	if f.expression != nil {
		return f.expression.holds(values)
	}
	value, ok := values[f.property]
	switch f.operator {
	case filterEqual:
		return ok && value == f.value
	case filterNotEqual:
		return !ok || value != f.value
	case filterExists:
		return value != ""
	default:
		return value == ""
	}
}

// filters reads the filters of a descriptor whose properties and groups are known.
func (c *descriptorCheck) filters(list []json.RawMessage) {
	var names []string
	for i, raw := range list {
		m := c.object(raw, at("filters", i), "name", "condition", "show")
		f := filter{name: m.text("name", true)}
		if f.name != "" {
			m.where = "filter " + f.name
			if slices.Contains(names, f.name) {
				c.fail(m.where, "stands twice")
			}
			names = append(names, f.name)
		}
		c.condition(&f, m.object("condition", "property", "operator", "value", "expression"))
		c.shown(&f, m)
		c.d.filters = append(c.d.filters, f)
	}
}

func (c *descriptorCheck) condition(f *filter, m members) {
	if m.values == nil {
		return
	}
	if text := m.text("expression", false); text != "" {
		var err error
		if f.expression, err = parseExpression(text); err != nil {
			c.fail(m.where, "%v", err)
			return
		}
		for _, name := range f.expression.identifiers {
			c.known(m.where, name)
		}
		if m.has("property") || m.has("operator") {
			c.fail(m.where, "has an expression and an operator; write one")
		}
		return
	}
	if f.property = m.text("property", true); f.property != "" {
		c.known(m.where, f.property)
	}
	switch f.operator = m.text("operator", true); {
	case f.operator == "":
	case !slices.Contains(filterOperators, f.operator):
		c.fail(m.where, "unknown operator %q%s", f.operator, meant(f.operator, filterOperators))
	case f.operator == filterEqual || f.operator == filterNotEqual:
		if !m.has("value") {
			c.fail(m.where, "operator %q needs a value", f.operator)
		} else {
			f.value = m.scalar("value")
		}
	}
}

func (c *descriptorCheck) shown(f *filter, of members) {
	list := of.list("show", true)
	if len(list) == 0 && of.has("show") {
		c.fail(of.where, "shows nothing")
	}
	for i, raw := range list {
		m := c.object(raw, of.where+": "+at("show", i), "name", "type")
		name := m.text("name", true)
		switch kind := m.text("type", false); {
		case name == "":
		case kind == "group":
			properties, ok := c.groups[name]
			if !ok {
				c.fail(of.where, "shows the group %q, which does not exist%s", name, meant(name, c.labels))
			}
			f.show = append(f.show, properties...)
		case kind == "" || kind == "property":
			c.known(of.where, name)
			f.show = append(f.show, name)
		default:
			c.fail(of.where, "shows %s as a %q; a filter shows a property or a group", name, kind)
		}
	}
}

package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// A Descriptor is what a plugin says about itself in its plugin.json: CDAP's properties and the pages for
// them. It is immutable and safe for concurrent use; do not change its Properties.
type Descriptor struct {
	// Name and Type, which is batchsource, are what a pipeline calls the plugin by.
	Name string
	Type string
	// DisplayName is for people; the Name where the file gives none.
	DisplayName string
	Description string
	// Properties are in the order of the file.
	Properties []Property

	byName  map[string]int
	filters []filter
	raw     []byte
}

// A Property is one property that a plugin declares. Its values are text.
type Property struct {
	Name        string
	Description string
	// Required properties must have a value where the filters show them.
	Required bool
	// MacroSupported says that macros in a value are replaced; otherwise they stay as they are.
	MacroSupported bool
	// MacroEscaping says that a backslash in a value makes the next character an ordinary one.
	MacroEscaping bool
	// Default is the value of an absent or empty property; empty is none.
	Default string
	Widget  Widget
}

// A Widget is how a property is shown and what it may be set to there.
type Widget struct {
	// Type is one of CDAP's widget types.
	Type  string
	Label string
	// Group is the label of the group that shows the property; empty for one that holds a schema.
	Group string
	// Options are the values offered, in order, by select, multi-select, radio-group and toggle.
	Options []Option
}

// An Option is a value that a widget offers, and its label.
type Option struct{ Value, Label string }

// Secret says whether the widget hides what is typed into it.
func (w Widget) Secret() bool { return w.Type == "password" || w.Type == "securekey-password" }

var (
	pluginName   = regexp.MustCompile(`^[A-Za-z0-9_.]+$`)
	propertyName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// ParseDescriptor reads a plugin.json and checks it as a whole: members that nothing knows, properties
// that no group or two groups show, defaults outside of the options, filters on names that do not exist.
// The error tells of all there is, a line each. The text is kept; do not change it.
func ParseDescriptor(json []byte) (*Descriptor, error) {
	if err := checkJSON(json); err != nil {
		return nil, fmt.Errorf("plugin descriptor: %w", err)
	}
	c := &descriptorCheck{
		d:      &Descriptor{byName: map[string]int{}, raw: json},
		placed: map[string]string{},
		groups: map[string][]string{},
	}
	top := c.object(json, "plugin", "name", "type", "description", "properties", "metadata", "display-name", "icon",
		"configuration-groups", "inputs", "outputs", "filters", "jump-config", "emit-errors", "emit-alerts", "errorDataset")
	c.identity(top)
	c.properties(top)
	c.widgets(top)
	c.filters(top.list("filters", false))
	c.jump(top)
	if len(c.problems) > 0 {
		return nil, fmt.Errorf("plugin descriptor: %w", errors.Join(c.problems...))
	}
	return c.d, nil
}

func (c *descriptorCheck) identity(top members) {
	c.d.Name = top.text("name", true)
	c.d.Description = top.text("description", true)
	c.d.DisplayName = top.text("display-name", false)
	if c.d.Name != "" && !pluginName.MatchString(c.d.Name) {
		c.fail("plugin", "name %q may hold letters, digits, _ and . only: CDAP splits file names at the first -", c.d.Name)
	}
	if c.d.DisplayName == "" {
		c.d.DisplayName = c.d.Name
	}
	if c.d.Type = top.text("type", true); c.d.Type != "" && c.d.Type != "batchsource" {
		c.fail("plugin", "type %q is not batchsource", c.d.Type)
	}
	if version := top.object("metadata", "spec-version", "label").text("spec-version", true); version != "" && !specVersion.MatchString(version) {
		c.fail("metadata", "spec-version %q is not like 1.5", version)
	}
	for _, name := range []string{"emit-errors", "emit-alerts"} {
		if top.has(name) {
			top.flag(name)
		}
	}
}

var specVersion = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)

func (c *descriptorCheck) properties(top members) {
	all := top.object("properties")
	if all.values != nil && len(all.names) == 0 {
		c.fail("properties", "there are none")
	}
	for _, name := range all.names {
		m := c.object(all.values[name], "property "+name, "name", "description", "type", "required",
			"macroSupported", "macroEscapingEnabled", "default", "children")
		p := Property{
			Name:           name,
			Description:    m.text("description", true),
			Required:       m.flag("required"),
			MacroSupported: m.flag("macroSupported"),
			MacroEscaping:  m.flag("macroEscapingEnabled"),
			Default:        m.text("default", false),
		}
		if inner := m.text("name", true); inner != "" && inner != name {
			c.fail(m.where, "name is %q", inner)
		}
		if kind := m.text("type", true); kind != "" && kind != "string" {
			c.fail(m.where, "type %q is not string: all values are text", kind)
		}
		if len(m.list("children", false)) > 0 {
			c.fail(m.where, "has children; all values are text")
		}
		if !propertyName.MatchString(name) {
			c.fail(m.where, "a property's name holds letters, digits and _, and begins with no digit")
		}
		if p.MacroEscaping && !p.MacroSupported {
			c.fail(m.where, "macroEscapingEnabled without macroSupported")
		}
		if p.Required && p.Default != "" {
			c.fail(m.where, "a required property has no default")
		}
		if HasMacro(p.Default) {
			c.fail(m.where, "default %q holds a macro", p.Default)
		}
		c.d.byName[name] = len(c.d.Properties)
		c.d.Properties = append(c.d.Properties, p)
	}
}

// jump checks the names that jump-config points to.
func (c *descriptorCheck) jump(top members) {
	if !top.has("jump-config") {
		return
	}
	for i, raw := range top.object("jump-config", "datasets").list("datasets", false) {
		m := c.object(raw, "jump-config: "+at("datasets", i), "ref-property-name")
		if name := m.text("ref-property-name", true); name != "" {
			c.known(m.where, name)
		}
	}
}

// Property returns the property called name.
func (d *Descriptor) Property(name string) (Property, bool) {
	i, ok := d.byName[name]
	if !ok {
		return Property{}, false
	}
	return d.Properties[i], true
}

// PropertyNames returns the names of the properties, in the order of the file.
func (d *Descriptor) PropertyNames() []string {
	names := make([]string, len(d.Properties))
	for i, p := range d.Properties {
		names[i] = p.Name
	}
	return names
}

// Secret says whether the property called name holds a secret: whether its widget is a password's.
func (d *Descriptor) Secret(name string) bool {
	p, _ := d.Property(name)
	return p.Widget.Secret()
}

// JSON returns the plugin.json, byte for byte. The caller owns it.
func (d *Descriptor) JSON() []byte { return bytes.Clone(d.raw) }

// Visible evaluates the filters over the values of the properties that have one, a macro as it is written,
// and returns which properties are shown: every one that no filter names whose condition is false.
func (d *Descriptor) Visible(values map[string]string) func(name string) bool {
	var hidden []string
	for i := range d.filters {
		if !d.filters[i].holds(values) {
			hidden = append(hidden, d.filters[i].show...)
		}
	}
	return func(name string) bool { return !slices.Contains(hidden, name) }
}

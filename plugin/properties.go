package plugin

import (
	"slices"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/secret"
)

// Properties are the values that a source was opened with, bound to its descriptor: macros replaced,
// defaults filled in, hidden ones left out. They are immutable and safe for concurrent use. Asking for a
// name that the descriptor does not declare is a mistake of the program, and panics.
type Properties struct {
	descriptor *Descriptor
	values     map[string]*value
	failures   []Failure
	warnings   []Failure
	scrubber   *secret.Scrubber
}

// A value is what is known of one property.
type value struct {
	property Property
	raw      string // as given, trimmed
	present  bool   // was given, if only as empty text
	text     string // the resolved text, trimmed; empty while pending
	pending  bool   // holds a macro that has no value
	hidden   bool   // by a filter
	// tainted says that text holds what secure() gave, in a property that is no secret itself.
	tainted bool
	failure *Failure // what is wrong with its macros
}

// bind makes the Properties of a configuration. It never fails: Failures says what is wrong.
func bind(d *Descriptor, values map[string]string, opts Options) *Properties {
	p := &Properties{descriptor: d, values: make(map[string]*value, len(d.Properties))}
	macros := opts.Macros
	if macros != nil && macros.Start.IsZero() {
		at := *macros
		at.Start = opts.Start
		macros = &at
	}
	evaluator := newMacroEvaluator(macros)
	for _, property := range d.Properties {
		given, present := values[property.Name]
		p.values[property.Name] = newValue(property, given, present, evaluator)
	}
	p.hide()
	p.judge()
	p.warn(values)
	p.scrubber = secretScrubber(p.secrets(values, evaluator))
	return p
}

func newValue(property Property, given string, present bool, e *macroEvaluator) *value {
	v := &value{property: property, raw: strings.TrimSpace(given), present: present}
	if !property.MacroSupported {
		v.text = v.raw
		return v
	}
	out, err := e.evaluate(v.raw, property.MacroEscaping, property.Widget.Secret())
	switch {
	case err != nil:
		failure := Fail(err.Error(), "").On(property.Name)
		v.failure, v.pending = &failure, true
	case e.macros == nil && hasMacro(v.raw, property.MacroEscaping):
		v.pending = true
	default:
		v.text, v.tainted = strings.TrimSpace(out.text), out.secret() && !property.Widget.Secret()
	}
	return v
}

// effective is the value that counts: the text, or the default.
func (v *value) effective() string {
	if v.hidden || v.text == "" && !v.pending {
		return v.property.Default
	}
	return v.text
}

// hide evaluates the filters.
func (p *Properties) hide() {
	visible := p.descriptor.Visible(p.filterValues())
	for name, v := range p.values {
		v.hidden = !visible(name)
	}
}

// filterValues are the values that filters judge: defaults included, a macro without value as it is written.
func (p *Properties) filterValues() map[string]string {
	out := make(map[string]string, len(p.values))
	for name, v := range p.values {
		text := v.effective()
		if v.pending {
			text = v.raw
		}
		if text != "" {
			out[name] = text
		}
	}
	return out
}

// judge collects the failures of single properties, in the descriptor's order.
func (p *Properties) judge() {
	for _, property := range p.descriptor.Properties {
		v := p.values[property.Name]
		switch {
		case v.hidden:
		case v.failure != nil:
			p.failures = append(p.failures, *v.failure)
		case !property.Required || v.pending || v.text != "":
		case !v.present:
			p.failures = append(p.failures, Fail("Required property '"+property.Name+"' has no value.", "").On(property.Name))
		case v.raw != "":
			p.failures = append(p.failures, Fail("Required property '"+property.Name+"' is empty: its macros stand for nothing.",
				"Give the macros a value.").On(property.Name))
		default:
			p.failures = append(p.failures, Fail("Required property '"+property.Name+"' is empty.", "Enter a value.").On(property.Name))
		}
	}
}

// warn collects the remarks that stop nothing.
func (p *Properties) warn(given map[string]string) {
	for _, property := range p.descriptor.Properties {
		v := p.values[property.Name]
		if !v.hidden && !property.MacroSupported && HasMacro(v.raw) {
			p.warnings = append(p.warnings, Fail("Property '"+property.Name+"' takes no macros: what stands there is read as it is written.",
				"Write the value itself.").On(property.Name))
		}
	}
	for _, name := range p.unknown(given) {
		action := ""
		if near := nearest.Name(name, p.descriptor.PropertyNames()); near != "" {
			action = "Did you mean '" + near + "'?"
		}
		p.warnings = append(p.warnings, Fail("There is no property '"+cut(name)+"'; it is ignored.", action).On(name))
	}
}

// unknown returns the names given that the descriptor does not declare, sorted.
func (p *Properties) unknown(given map[string]string) []string {
	var names []string
	for name := range given {
		if _, ok := p.values[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *Properties) value(name string) *value {
	v, ok := p.values[name]
	if !ok {
		panic("plugin: " + p.descriptor.Name + " declares no property " + name)
	}
	return v
}

// Descriptor returns what the properties are bound to.
func (p *Properties) Descriptor() *Descriptor { return p.descriptor }

// Get returns the text of a property, without white space around it: the default where it is absent,
// empty or hidden, and "" while a macro has no value. Of a secret property it gives no more than
// [redacted]; Secret has the text.
func (p *Properties) Get(name string) string {
	v := p.value(name)
	if v.property.Widget.Secret() {
		return secret.New(v.effective()).String()
	}
	return v.effective()
}

// Secret returns the text of a property as a secret: Get for those that must not be shown.
func (p *Properties) Secret(name string) secret.Text { return secret.New(p.value(name).effective()) }

// Show returns the text of a property for a message: [redacted] where it is a secret or holds what
// secure() gave, macros as they are written while they have no value.
func (p *Properties) Show(name string) string {
	switch v := p.value(name); {
	case v.property.Widget.Secret() || v.tainted && !v.hidden:
		if v.hidden || v.raw == "" {
			return ""
		}
		return secret.Redacted
	case v.pending && !v.hidden:
		return v.raw
	default:
		return v.effective()
	}
}

// Given says whether a property has a value of its own that is not empty; a macro without value is one. A
// hidden property has none.
func (p *Properties) Given(name string) bool {
	v := p.value(name)
	return !v.hidden && (v.pending || v.text != "")
}

// IsMacro says whether a property holds a macro that has no value: since macros are not evaluated, or
// since that failed, which Failures tells. Such a property is not to be judged.
func (p *Properties) IsMacro(name string) bool {
	v := p.value(name)
	return !v.hidden && v.pending
}

// Visible says whether the filters show a property.
func (p *Properties) Visible(name string) bool { return !p.value(name).hidden }

// Failures returns what is wrong with properties by themselves, in the descriptor's order: required ones
// without a value, macros that cannot be read or evaluated. The rules of the source come on top.
func (p *Properties) Failures() []Failure { return slices.Clone(p.failures) }

// Warnings returns remarks that stop nothing: macros where none are replaced, unknown properties.
func (p *Properties) Warnings() []Failure { return slices.Clone(p.warnings) }

// Scrubber takes all secrets of these properties out of text that others wrote.
func (p *Properties) Scrubber() *secret.Scrubber { return p.scrubber }

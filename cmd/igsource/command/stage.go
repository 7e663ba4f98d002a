package command

import (
	"strings"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

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
	d, given := o.plugins[i], o.file.sources[i].properties
	if d == nil {
		return stageSpec{Name: o.inputs[i].Name, Plugin: pluginSpec{Type: "batchsource", Name: o.inputs[i].Name, Properties: map[string]string{}}}
	}
	out := stageSpec{Name: o.inputs[i].Name, Plugin: pluginSpec{Type: d.Type, Name: d.Name, Properties: make(map[string]string)}}
	var secrets []secret.Text
	for name, value := range given {
		if isSecret(d, name) && !showable(value) {
			secrets = append(secrets, secret.New(strings.TrimSpace(value)))
		}
	}
	scrubber := secret.NewScrubber(secrets...) // one may stand in another property as well
	for name, value := range given {
		if isSecret(d, name) && !showable(value) {
			value = secret.Redacted
		}
		out.Plugin.Properties[name] = scrubber.Scrub(value)
	}
	return out
}

// isSecret says whether a property holds a secret, also where its name is misspelt.
func isSecret(d *plugin.Descriptor, name string) bool {
	known := d.PropertyNames()
	if _, ok := d.Property(name); ok {
		return d.Secret(name)
	}
	return d.Secret(nearest.Name(name, known))
}

// showable says whether the value of a secret property is nothing but macros with names of a sane
// length: somebody may have written the secret itself between ${ and }.
func showable(value string) bool {
	const longestName = 64
	depth, length := 0, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '$' && strings.HasPrefix(value[i:], "${"):
			depth++
			length = 0
			i++
		case c == '}' && depth > 0:
			depth--
			length = 0
		case depth == 0 && c > ' ':
			return false
		default:
			if length++; length > longestName {
				return false
			}
		}
	}
	return depth == 0
}

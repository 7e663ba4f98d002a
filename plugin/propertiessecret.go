package plugin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/secret"
)

// secrets returns every text that must not be shown: what secure() gave, and the values of secret
// properties, hidden ones too. So is what was given under a name that nearly is a secret's.
func (p *Properties) secrets(given map[string]string, e *macroEvaluator) []string {
	out := slices.Clone(e.secrets)
	for _, v := range p.values {
		switch {
		case !v.property.Widget.Secret():
		case v.pending:
			// A long text before a macro may be most of the secret; a short one is its prefix.
			const prefix = 8
			if before, _, _ := strings.Cut(v.raw, "${"); len(before) > prefix {
				out = append(out, before)
			}
		default:
			out = append(out, v.text)
			if !HasMacro(v.raw) {
				out = append(out, given[v.property.Name])
			}
		}
	}
	for _, name := range p.unknown(given) {
		if p.descriptor.Secret(nearest.Name(name, p.descriptor.PropertyNames())) && !HasMacro(given[name]) {
			out = append(out, given[name])
		}
	}
	return out
}

// secretScrubber returns a Scrubber for the secrets as they are, trimmed, and as JSON writes them.
func secretScrubber(values []string) *secret.Scrubber {
	var forms []secret.Text
	for _, value := range values {
		trimmed := strings.TrimSpace(value)
		forms = append(forms, secret.New(value), secret.New(trimmed))
		if text, err := json.Marshal(trimmed); err == nil {
			forms = append(forms, secret.New(string(text[1:len(text)-1])))
		}
	}
	return secret.NewScrubber(forms...)
}

// Hash identifies what was asked for, in hexadecimal: the SHA-256 of the plugin's name and of every visible
// property with a value, default or not. Secrets take no part in it: secret properties are left out, and a
// value that holds what secure() gave counts as it is written.
func (p *Properties) Hash() string {
	// The kind tells a macro from a value that looks like one.
	type part struct{ Name, Kind, Text string }
	parts := []part{{"", "plugin", p.descriptor.Name}}
	names := p.descriptor.PropertyNames()
	slices.Sort(names)
	for _, name := range names {
		v := p.values[name]
		switch {
		case v.hidden || v.property.Widget.Secret():
		case v.pending || v.tainted:
			parts = append(parts, part{name, "macro", v.raw})
		case v.effective() != "":
			parts = append(parts, part{name, "value", v.effective()})
		}
	}
	text, err := json.Marshal(parts)
	if err != nil {
		panic("plugin: " + err.Error()) // strings always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Package secret holds values that must never be shown: access tokens, app secrets and whatever a
// secure() macro gave.
//
// A Text prints as [redacted] through fmt, log/slog, encoding/json and encoding.TextMarshaler. Reveal
// is the only way to its content, so that a search for Reveal finds every place a secret is used.
package secret

import (
	"fmt"
	"log/slog"
	"net/url"
	"sort"
	"strings"
)

// Redacted is what a Text prints as, and what a Scrubber leaves in a secret's place.
const Redacted = "[redacted]"

// Text is a secret string. The zero value is the empty secret. It is safe to copy; compare what Reveal
// gives, not Texts.
type Text struct {
	// A pointer, because fmt prints unexported members of other structs without asking their methods:
	// it then shows an address.
	value *string
}

// New wraps a secret.
func New(value string) Text {
	if value == "" {
		return Text{}
	}
	return Text{value: &value}
}

// Reveal returns the secret itself.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// IsZero says whether the secret is empty.
func (t Text) IsZero() bool { return t.value == nil }

// String gives [redacted], as all other printed forms do, and nothing for the empty secret, so that "is
// one set?" can still be read from a log.
func (t Text) String() string {
	if t.IsZero() {
		return ""
	}
	return Redacted
}

// GoString implements fmt.GoStringer.
func (t Text) GoString() string { return fmt.Sprintf("%q", t.String()) }

// Format implements fmt.Formatter, so that no verb and no flag reaches the value.
func (t Text) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// LogValue implements slog.LogValuer.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// A Scrubber takes known secrets out of text that others wrote: error strings of net/http, bodies of
// an API. It is immutable and safe for concurrent use.
type Scrubber struct{ replacer *strings.Replacer }

// NewScrubber returns a Scrubber for secrets, plain and as they look percent-encoded in a URL. Empty
// ones are left out.
func NewScrubber(secrets ...Text) *Scrubber {
	var forms []string
	for _, s := range secrets {
		value := s.Reveal()
		if value == "" {
			continue
		}
		forms = append(forms, value)
		if e := url.QueryEscape(value); e != value {
			forms = append(forms, e)
		}
	}
	// Longest first: a secret that begins another must not leave the rest of it standing.
	sort.Slice(forms, func(i, j int) bool { return len(forms[i]) > len(forms[j]) })
	pairs := make([]string, 0, 2*len(forms))
	for _, f := range forms {
		pairs = append(pairs, f, Redacted)
	}
	return &Scrubber{replacer: strings.NewReplacer(pairs...)}
}

// Scrub returns text with every known secret replaced by [redacted]. A nil Scrubber changes nothing.
func (s *Scrubber) Scrub(text string) string {
	if s == nil {
		return text
	}
	return s.replacer.Replace(text)
}

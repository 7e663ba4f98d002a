package plugin

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/secret"
)

// Decode fills the fields of *into that carry a tag `property:"name"`, in embedded structs too, and
// returns what cannot be converted, each on its property. A property that holds a macro without value
// leaves its field zero, and so does an absent one without a default. Types:
//
//	string, secret.Text   the text; a secret property is decoded into a secret.Text only
//	bool                  true for "true" in any case, as in Java
//	int, int64            a whole number; 5.0 is 5
//	float64               a decimal number
//	time.Duration         a Go duration, or bare seconds
//	[]string              values between commas, trimmed, without empty ones and repeats, in order
//
// An into that is no pointer to a struct, a field of another type and a name that the descriptor does not
// declare are mistakes of the program, and panic.
func (p *Properties) Decode(into any) []Failure {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("plugin: Decode wants a pointer to a struct, not %T", into))
	}
	return p.decodeStruct(target.Elem())
}

func (p *Properties) decodeStruct(target reflect.Value) []Failure {
	var failures []Failure
	kind := target.Type()
	for i := range kind.NumField() {
		field := kind.Field(i)
		name, tagged := field.Tag.Lookup("property")
		switch {
		case !tagged && field.Anonymous && field.Type.Kind() == reflect.Struct:
			failures = append(failures, p.decodeStruct(target.Field(i))...)
			continue
		case !tagged:
			continue
		case !field.IsExported():
			panic(fmt.Sprintf("plugin: field %s.%s is not exported", kind.Name(), field.Name))
		}
		target.Field(i).SetZero()
		if wanted, action := p.decodeField(target.Field(i), name); wanted != "" {
			failures = append(failures, Fail(
				fmt.Sprintf("Value of field %s.%s is expected to be %s", kind.Name(), name, wanted), action).On(name))
		}
	}
	return failures
}

// decodeField sets one field. A value that cannot be converted gives what was wanted, and what to do.
func (p *Properties) decodeField(field reflect.Value, name string) (wanted, action string) {
	v := p.value(name)
	text := v.effective()
	target := field.Addr().Interface()
	if _, ok := target.(*secret.Text); !ok && v.property.Widget.Secret() {
		panic(fmt.Sprintf("plugin: secret property %s is decoded into a %s", name, field.Type()))
	}
	var ok bool
	switch target := target.(type) {
	case *string:
		*target = text
		return "", ""
	case *secret.Text:
		*target = secret.New(text)
		return "", ""
	case *[]string:
		*target = splitList(text)
		return "", ""
	case *bool:
		*target = strings.EqualFold(text, "true")
		return "", ""
	case *int:
		var n int64
		n, ok = parseInt(text, strconv.IntSize)
		*target = int(n)
		wanted, action = "a number", "Enter a whole number"
	case *int64:
		*target, ok = parseInt(text, 64)
		wanted, action = "a number", "Enter a whole number"
	case *float64:
		*target, ok = parseFloat(text)
		wanted, action = "a number", "Enter a decimal number such as 2.5"
	case *time.Duration:
		*target, ok = parseDuration(text)
		wanted, action = "a duration", "Enter seconds, such as 90, or a duration such as 90s, 10m or 1h30m"
	default:
		panic(fmt.Sprintf("plugin: property %s cannot be decoded into a %s", name, field.Type()))
	}
	if ok || text == "" {
		return "", ""
	}
	return wanted, fmt.Sprintf("%s, not '%s'.", action, cut(p.Show(name)))
}

// splitList returns the values between commas, without empty ones and repeats.
func splitList(text string) []string {
	var out []string
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// parseInt reads a whole number; Java's callers may have written it as 5.0.
func parseInt(text string, bits int) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, bits)
	if err != nil {
		return 0, false
	}
	return n, true
}

func parseFloat(text string) (float64, bool) {
	// Go also reads nan, inf, hexadecimal and underscores.
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	return n, true
}

// parseDuration reads a Go duration or bare seconds, which may have decimals.
func parseDuration(text string) (time.Duration, bool) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, true
	}
	// Only a number: 1h30 is not to be 1h30s.
	if strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	d, err := time.ParseDuration(text + "s")
	return d, err == nil
}

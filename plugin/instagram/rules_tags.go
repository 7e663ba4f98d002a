package instagram

import (
	"reflect"
	"regexp"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/igsource/igsource/secret"
)

// patterns are the rules of this package's own that a value of text either matches or not.
var patterns = map[string]*regexp.Regexp{
	// CDAP's reference names.
	"reference_name": regexp.MustCompile(`^[$.a-zA-Z0-9_-]+$`),
	"account_id":     regexp.MustCompile(`^(all|[0-9]{1,20})$`),
	"media_id":       regexp.MustCompile(`^[0-9]{1,20}$`),
	"field_name":     regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`),
	"api_version":    regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`),
}

// rules returns the validator of Config. It names members by their property tag, caches what it learns
// of a struct, and is safe for concurrent use.
var rules = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("property") })
	v.RegisterCustomTypeFunc(func(f reflect.Value) any {
		// Only whether there is one counts; the validator's errors hold the values it saw.
		if t, ok := f.Interface().(secret.Text); ok && !t.IsZero() {
			return secret.Redacted
		}
		return ""
	}, secret.Text{})
	for name, pattern := range patterns {
		must(v.RegisterValidation(name, func(f validator.FieldLevel) bool {
			text := f.Field().String()
			return text == "" || pattern.MatchString(text)
		}))
	}
	return v
})

func must(err error) {
	if err != nil {
		panic(err) // a tag registered wrongly: no test has run
	}
}

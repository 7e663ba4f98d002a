package plugin_test

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

const token = "EAAtoken-0123456789"

// good are values that nothing is wrong with.
func good(more ...string) map[string]string {
	values := map[string]string{"referenceName": "ref", "token": token, "mode": "orders"}
	for i := 0; i < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	return values
}

func bindShop(t testing.TB, values map[string]string, macros *plugin.Macros) *plugin.Properties {
	return bindTo(t, shop(t), values, plugin.Options{Macros: macros, Start: start})
}

func failureStrings(failures []plugin.Failure) []string {
	var out []string
	for _, f := range failures {
		out = append(out, f.String())
	}
	return out
}

func TestPropertiesGet(t *testing.T) {
	p := bindShop(t, good("orderId", " 1, 2\n", "pages", "", "timeout", "  "), nil)
	assert.Empty(t, p.Failures())
	assert.Empty(t, p.Warnings())
	assert.Equal(t, "1, 2", p.Get("orderId"), "without the white space around it")
	assert.Equal(t, "3", p.Get("pages"), "empty is the default")
	assert.Equal(t, "2m", p.Get("timeout"), "blank too")
	assert.Equal(t, "id,total", p.Get("columns"), "absent too")
	assert.Equal(t, "", p.Get("note"))
	assert.Equal(t, "The Shop", p.Descriptor().DisplayName)

	assert.True(t, p.Given("orderId"))
	assert.False(t, p.Given("pages"))
	assert.False(t, p.Given("timeout"))
	assert.False(t, p.Given("columns"))
	assert.True(t, p.Given("token"))
	assert.False(t, p.IsMacro("orderId"))

	assert.PanicsWithValue(t, "plugin: "+p.Descriptor().Name+" declares no property nothing", func() { p.Get("nothing") })
}

func TestPropertiesHidden(t *testing.T) {
	p := bindShop(t, good("mode", "stock", "orderId", "${never", "columns", "tax", "limit", "5"), nil)
	assert.Empty(t, p.Failures(), "what is hidden is not judged")
	assert.False(t, p.Visible("orderId"))
	assert.False(t, p.Given("orderId"))
	assert.False(t, p.IsMacro("orderId"))
	assert.Equal(t, "", p.Get("orderId"))
	assert.Equal(t, "", p.Show("orderId"))
	assert.Equal(t, "id,total", p.Get("columns"), "as if absent")
	assert.True(t, p.Visible("limit"))
	assert.Equal(t, "5", p.Get("limit"))

	assert.True(t, bindShop(t, good("mode", "${mode}"), nil).Visible("orderId"))
	assert.True(t, bindShop(t, good("mode", "${mode}"), nil).Visible("limit"))
	resolved := bindShop(t, good("mode", "${mode}"), &plugin.Macros{Arguments: map[string]string{"mode": "orders"}})
	assert.True(t, resolved.Visible("orderId"))
	assert.False(t, resolved.Visible("limit"))
}

func TestPropertiesFailures(t *testing.T) {
	macros := &plugin.Macros{Arguments: map[string]string{"nothing": " "}}
	for name, c := range map[string]struct {
		values map[string]string
		macros *plugin.Macros
		want   []string
	}{
		"none given": {nil, nil, []string{
			"referenceName: Required property 'referenceName' has no value.",
			"token: Required property 'token' has no value.",
			"mode: Required property 'mode' has no value.",
		}},
		"empty": {good("token", "", "mode", " \t"), nil, []string{
			"token: Required property 'token' is empty. Enter a value.",
			"mode: Required property 'mode' is empty. Enter a value.",
		}},
		"macros at configure time":      {good("token", "${secure(t)}", "mode", "${m}", "limit", "${l}"), nil, nil},
		"escaped at configure time":     {good("note", `\${x}`), nil, nil},
		"syntax at configure time":      {good("mode", "${m", "orderId", "${f(x}"), nil, []string{"mode: Could not find enclosing '}' for macro '${m'."}},
		"syntax of one that is visible": {good("orderId", "${f(x}"), nil, []string{"orderId: Could not find enclosing ')' for macro arguments in 'f(x'."}},
		"macros that stand for nothing": {good("mode", "${nothing}"), macros, []string{
			"mode: Required property 'mode' is empty: its macros stand for nothing. Give the macros a value.",
		}},
		"failed macros": {good("token", "${t}", "mode", "${m}", "orderId", "${secure(o)}", "timeout", "${nothing}"), macros, []string{
			"token: Argument 't' is not defined.",
			"mode: Argument 'm' is not defined.",
			"orderId: Failed to resolve macro 'secure(o)': this program has no store of secrets",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, failureStrings(bindShop(t, c.values, c.macros).Failures()))
		})
	}
}

func TestPropertiesMissingHasNoAction(t *testing.T) {
	failures := bindShop(t, good("mode", ""), nil).Failures()
	require.Len(t, failures, 1)
	assert.NotEmpty(t, failures[0].CorrectiveAction)
	failures = bindShop(t, nil, nil).Failures()
	assert.Equal(t, plugin.Fail("Required property 'referenceName' has no value.", "").On("referenceName"), failures[0])
}

func TestPropertiesMacros(t *testing.T) {
	values := good("referenceName", "${r}", "token", "${secure(t)}", "mode", "or${rest}", "note", `\${x}${logicalStartTime(yyyy)}`,
		"limit", "${undefined}")

	p := bindShop(t, values, nil)
	assert.Equal(t, "${r}", p.Get("referenceName"), "takes no macro")
	assert.False(t, p.IsMacro("referenceName"))
	assert.True(t, p.IsMacro("token"))
	assert.True(t, p.Secret("token").IsZero())
	assert.True(t, p.IsMacro("mode"))
	assert.True(t, p.Given("mode"))
	assert.Equal(t, "", p.Get("mode"))
	assert.Equal(t, "or${rest}", p.Show("mode"))
	assert.True(t, p.IsMacro("note"))
	assert.Equal(t, []string{"referenceName: Property 'referenceName' takes no macros: what stands there is read as it is written. Write the value itself."},
		failureStrings(p.Warnings()))

	p = bindShop(t, values, &plugin.Macros{
		Arguments: map[string]string{"rest": "ders"},
		Secret:    func(key string) (string, error) { return token + key, nil },
	})
	assert.Equal(t, []string(nil), failureStrings(p.Failures()), "limit is hidden")
	assert.Equal(t, "orders", p.Get("mode"))
	assert.False(t, p.IsMacro("mode"))
	assert.Equal(t, token+"t", p.Secret("token").Reveal())
	assert.Equal(t, "${x}2026", p.Get("note"), "the start is that of the options")

	p = bindShop(t, good("limit", "${undefined}", "mode", "stock"), &plugin.Macros{})
	assert.True(t, p.IsMacro("limit"), "what failed is not judged again")
	assert.Equal(t, "", p.Get("limit"))
}

func TestPropertiesUnknown(t *testing.T) {
	p := bindShop(t, good("tokn", "EAAmisnamed", "zzz", "x", "Mode", "stock"), nil)
	assert.Empty(t, p.Failures())
	assert.Equal(t, []plugin.Failure{
		plugin.Fail("There is no property 'Mode'; it is ignored.", "Did you mean 'mode'?").On("Mode"),
		plugin.Fail("There is no property 'tokn'; it is ignored.", "Did you mean 'token'?").On("tokn"),
		plugin.Fail("There is no property 'zzz'; it is ignored.", "").On("zzz"),
	}, p.Warnings())
	assert.Equal(t, "a [redacted] b x", p.Scrubber().Scrub("a EAAmisnamed b x"))
}

func TestPropertiesSecrets(t *testing.T) {
	macros := &plugin.Macros{Secret: func(key string) (string, error) {
		if key == "none" {
			return "", errors.New("nobody knows it")
		}
		return "sss " + key + "\n", nil
	}}
	p := bindShop(t, good("token", " "+token+"\n", "orderId", "act_${secure(o)}", "appSecret", "x${secure(app)}"), macros)
	require.Empty(t, p.Failures())
	assert.Equal(t, token, p.Secret("token").Reveal())
	assert.Equal(t, secret.Redacted, p.Get("token"), "there is no careless way")
	assert.Equal(t, secret.Redacted, p.Show("token"))
	assert.Equal(t, "xsss app", p.Secret("appSecret").Reveal())
	assert.Equal(t, "act_sss o", p.Get("orderId"))
	assert.Equal(t, secret.Redacted, p.Show("orderId"))
	assert.Equal(t, "3", p.Show("pages"))
	assert.Equal(t, "", bindShop(t, good(), nil).Show("appSecret"))
	assert.Equal(t, "", bindShop(t, good(), nil).Get("appSecret"))

	for _, shown := range []string{token, "sss o", "xsss app", "sss app", "sss+o"} {
		assert.NotContains(t, p.Scrubber().Scrub("<"+shown+">"), shown)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("bound", "token", p.Secret("token"))
	assert.NotContains(t, log.String()+fmt.Sprintf("%v %+v %#v", p.Secret("token"), p.Secret("token"), p.Secret("token")), token)
}

func TestPropertiesScrubWhatBecameOfASecret(t *testing.T) {
	p := bindShop(t, good("note", `x\x${secure(k)}`), &plugin.Macros{Secret: func(string) (string, error) { return `top\"sec\\ret`, nil }})
	assert.Equal(t, `xxtop"sec\ret`, p.Get("note"))
	assert.Equal(t, secret.Redacted, p.Show("note"))
	for _, shown := range []string{`top\"sec\\ret`, `top"sec\ret`, `"top\"sec\\ret"`} {
		assert.NotContains(t, p.Scrubber().Scrub("<"+shown+">"), "sec", shown)
	}
}

// TestPropertiesNeverShowASecret gives a secret in every way and looks for it in all that may be shown.
func TestPropertiesNeverShowASecret(t *testing.T) {
	long := "EAA" + strings.Repeat("x7", 60)
	macros := &plugin.Macros{
		Arguments: map[string]string{"t": long, "deep": "${t}${undefined}", "open": long + "${", "self": long + "${self}"},
		Secret:    func(string) (string, error) { return long, nil },
	}
	for _, text := range []string{
		long, "${" + long, "${" + long + "}", long + "${", "${t}", "${${t}}", "${x${t}}", "${deep}", "${open}", "${self}", "${t}${",
		"${secure(k)}", "${${secure(k)}}", "${secure(${t})}", "${f${t}(x)}", "${g(${t}}", "${logicalStartTime(${t})}",
	} {
		for _, m := range []*plugin.Macros{nil, macros} {
			p := bindShop(t, good("token", text, "pages", "${secure(k)}", "orderId", "x${secure(k)"), m)
			var config struct {
				Pages int `property:"pages"`
			}
			shown := fmt.Sprint(failureStrings(p.Failures()), failureStrings(p.Warnings()), failureStrings(p.Decode(&config)),
				p.Show("token"), p.Get("token"), p.Show("pages"), p.Secret("token"), p.Hash())
			assert.NotContains(t, shown, long[:20], text)
		}
	}
}

func TestPropertiesHash(t *testing.T) {
	base := hashOf(t, good(), nil)
	assert.Regexp(t, "^[0-9a-f]{64}$", base)
	same := func(values map[string]string, macros *plugin.Macros) {
		t.Helper()
		assert.Equal(t, base, hashOf(t, values, macros))
	}
	differs := func(values map[string]string, macros *plugin.Macros) {
		t.Helper()
		assert.NotEqual(t, base, hashOf(t, values, macros))
	}
	same(good("token", "another"), nil)
	same(good("appSecret", "s"), nil)
	same(good("pages", "3", "columns", " id,total "), nil)
	same(good("limit", "7"), nil) // hidden
	same(good("unknown", "7"), nil)
	same(good("mode", "${m}"), &plugin.Macros{Arguments: map[string]string{"m": "orders"}})
	differs(good("mode", "stock"), nil)
	differs(good("pages", "4"), nil)
	differs(good("mode", "${m}"), nil)
	differs(good("orderId", "${m}"), &plugin.Macros{Arguments: map[string]string{"m": "orders"}})

	stored := func(value string) *plugin.Macros {
		return &plugin.Macros{Secret: func(string) (string, error) { return value, nil }}
	}
	withSecret := good("orderId", "a${secure(k)}")
	assert.Equal(t, hashOf(t, withSecret, stored("one")), hashOf(t, withSecret, stored("two")))
	differs(withSecret, stored("one"))

	assert.NotEqual(t, hashOf(t, good("note", "${x}"), nil), hashOf(t, good("note", `\${x}`), nil), "a macro is not the text that looks like one")
}

// hashOf opens one plugin again and again: its name takes part in the hash.
func hashOf(t *testing.T, values map[string]string, macros *plugin.Macros) string {
	t.Helper()
	registerHashed.Do(func() {
		d := *shop(t)
		d.Name = "Hashed"
		plugin.Register(&d, func(p *plugin.Properties, _ plugin.Options) plugin.Source {
			lastHash = p.Hash()
			return nil
		})
	})
	_, err := plugin.Open("Hashed", values, plugin.Options{Macros: macros, Start: start})
	require.NoError(t, err)
	return lastHash
}

var (
	registerHashed sync.Once
	lastHash       string
)

func TestPropertiesAreImmutable(t *testing.T) {
	values := good("orderId", "1")
	before := maps.Clone(values)
	p := bindShop(t, values, nil)
	values["orderId"] = "2"
	assert.Equal(t, "1", p.Get("orderId"))
	values["orderId"] = "1"
	assert.Equal(t, before, values, "bind changes nothing")

	p = bindShop(t, nil, nil)
	p.Failures()[0] = plugin.Failure{}
	assert.NotEmpty(t, p.Failures()[0].Message)
}

func TestMacrosStartIsOptional(t *testing.T) {
	macros := &plugin.Macros{}
	p := bindShop(t, good("note", "${logicalStartTime()}"), macros)
	assert.Equal(t, "1773041415123", p.Get("note"))
	assert.True(t, macros.Start.IsZero(), "what was given is not changed")
	macros.Start = start.AddDate(1, 0, 0)
	p = bindShop(t, good("note", "${logicalStartTime(yyyy)}"), macros)
	assert.Equal(t, "2027", p.Get("note"))
}

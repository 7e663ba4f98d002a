package plugin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

type common struct {
	Token secret.Text `property:"token"`
	Mode  string      `property:"mode"`
}

type Config struct {
	common
	Columns []string      `property:"columns"`
	Pages   int           `property:"pages"`
	Limit   int64         `property:"orderId"`
	Ratio   float64       `property:"ratio"`
	Timeout time.Duration `property:"timeout"`
	Strict  bool          `property:"strict"`
	Note    secret.Text   `property:"note"`
	Other   string
}

func TestDecode(t *testing.T) {
	var c Config
	c.Other = "kept"
	assert.Empty(t, bindShop(t, good(), nil).Decode(&c))
	assert.Equal(t, Config{
		common: common{secret.New(token), "orders"}, Columns: []string{"id", "total"}, Pages: 3,
		Timeout: 2 * time.Minute, Other: "kept",
	}, c)

	p := bindShop(t, good("columns", " b ,a,, b ,c", "pages", "5.0", "orderId", "-9223372036854775808", "ratio", "2.5e-1",
		"timeout", "1h30m", "strict", "TRUE", "note", "n"), nil)
	assert.Empty(t, p.Decode(&c))
	assert.Equal(t, Config{
		common: common{secret.New(token), "orders"}, Columns: []string{"b", "a", "c"}, Pages: 5,
		Limit: -9223372036854775808, Ratio: 0.25, Timeout: 90 * time.Minute, Strict: true, Note: secret.New("n"), Other: "kept",
	}, c)

	assert.Empty(t, bindShop(t, good("timeout", "90", "strict", "yes"), nil).Decode(&c))
	assert.Equal(t, 90*time.Second, c.Timeout, "bare seconds")
	assert.False(t, c.Strict, "only true is true, as in Java")
	assert.Zero(t, c.Limit, "a value of before is not left standing")
	assert.Empty(t, bindShop(t, good("timeout", "1.5"), nil).Decode(&c))
	assert.Equal(t, 1500*time.Millisecond, c.Timeout)
}

func TestDecodeFailures(t *testing.T) {
	const (
		number   = " is expected to be a number"
		whole    = "Enter a whole number, not '"
		duration = "Enter seconds, such as 90, or a duration such as 90s, 10m or 1h30m, not '"
	)
	for _, c := range []struct{ property, value, message, action string }{
		{"pages", "abc", "Value of field Config.pages" + number, whole + "abc'."},
		{"pages", "5.5", "Value of field Config.pages" + number, whole + "5.5'."},
		{"pages", "1_000", "Value of field Config.pages" + number, whole + "1_000'."},
		{"pages", ".0", "Value of field Config.pages" + number, whole + ".0'."},
		{"pages", "99999999999999999999", "Value of field Config.pages" + number, whole + "99999999999999999999'."},
		{"orderId", "0x5", "Value of field Config.orderId" + number, whole + "0x5'."},
		{"ratio", "nan", "Value of field Config.ratio" + number, "Enter a decimal number such as 2.5, not 'nan'."},
		{"ratio", "1e999", "Value of field Config.ratio" + number, "Enter a decimal number such as 2.5, not '1e999'."},
		{"timeout", "1w", "Value of field Config.timeout is expected to be a duration", duration + "1w'."},
		{"timeout", "1h30", "Value of field Config.timeout is expected to be a duration", duration + "1h30'."},
		{"timeout", "${secure(x)}", "Value of field Config.timeout is expected to be a duration", duration + "[redacted]'."},
	} {
		t.Run(c.property+"="+c.value, func(t *testing.T) {
			macros := &plugin.Macros{Secret: func(string) (string, error) { return "hidden", nil }}
			var config Config
			failures := bindShop(t, good(c.property, c.value), macros).Decode(&config)
			assert.Equal(t, []plugin.Failure{plugin.Fail(c.message, c.action).On(c.property)}, failures)
		})
	}
}

func TestDecodeDoesNotJudgeMacros(t *testing.T) {
	c := Config{Pages: 7, Timeout: 1, Columns: []string{"x"}}
	p := bindShop(t, good("token", "${t}", "pages", "${p}", "timeout", "1${m}", "columns", "id,${c}"), nil)
	assert.Empty(t, p.Decode(&c))
	assert.Equal(t, Config{common: common{Mode: "orders"}}, c, "zero, not the default")
}

func TestDecodePanicsOnMistakes(t *testing.T) {
	p := bindShop(t, good(), nil)
	name := p.Descriptor().Name
	assert.PanicsWithValue(t, "plugin: Decode wants a pointer to a struct, not plugin_test.Config", func() { p.Decode(Config{}) })
	assert.PanicsWithValue(t, "plugin: Decode wants a pointer to a struct, not *plugin_test.Config", func() { p.Decode((*Config)(nil)) })
	assert.PanicsWithValue(t, "plugin: "+name+" declares no property nothing", func() {
		p.Decode(&struct {
			X string `property:"nothing"`
		}{})
	})
	assert.PanicsWithValue(t, "plugin: property pages cannot be decoded into a uint8", func() {
		p.Decode(&struct {
			X uint8 `property:"pages"`
		}{})
	})
	assert.PanicsWithValue(t, "plugin: secret property token is decoded into a string", func() {
		p.Decode(&struct {
			X string `property:"token"`
		}{})
	})
	assert.PanicsWithValue(t, "plugin: field .x is not exported", func() {
		p.Decode(&struct {
			x string `property:"mode"` // the mistake under test
		}{})
	})
}

func TestDecodedListHasNoBlanksAndNoRepeats(t *testing.T) {
	d := shop(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[ab, ]{1,20}`).Draw(rt, "text")
		var c struct {
			Columns []string `property:"orderId"`
		}
		require.Empty(rt, bindTo(t, d, good("orderId", text), plugin.Options{}).Decode(&c))
		seen := map[string]bool{}
		for _, one := range c.Columns {
			assert.NotEmpty(rt, one)
			assert.NotContains(rt, one, ",")
			assert.False(rt, seen[one])
			seen[one] = true
		}
	})
}

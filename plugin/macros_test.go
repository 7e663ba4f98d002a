package plugin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

var start = time.Date(2026, 3, 9, 7, 30, 15, 123e6, time.UTC) // 00:30 in California, daylight-saving time since yesterday

func testMacros() *plugin.Macros {
	arguments := map[string]string{
		"k": "value", "a b.c": "blank", "env": "prod", "token.prod": "T", "empty": "", "": "nameless",
		"nested": "<${k}>", "self": "${self}", "ping": "${pong}", "pong": "${ping}",
		"brace": "{k}", "dollar": "$", "open": "${", "slash": `\`, "escaped": `\${k}`, "comma": "yyyy,1d",
		"fn": "env", "c0": "end",
	}
	for i := 1; i <= 11; i++ {
		arguments[fmt.Sprintf("c%d", i)] = fmt.Sprintf("${c%d}", i-1)
	}
	secrets := map[string]string{"key": "s3cr3t", "lookup": "<${k}>", " key": "blank key", "paren": "p(q", "undefined": "x${s3}x", "prod": "P"}
	return &plugin.Macros{
		Arguments: arguments,
		Secret: func(key string) (string, error) {
			if v, ok := secrets[key]; ok {
				return v, nil
			}
			return "", errors.New("no such secret")
		},
		Start: start,
	}
}

func TestMacros(t *testing.T) {
	for _, c := range []struct {
		text, want string
		escaping   bool
		secret     bool
	}{
		{text: "", want: ""},
		{text: "plain $k {k} k} $ {", want: "plain $k {k} k} $ {"},
		{text: "${k}", want: "value"},
		{text: "${ k }", want: "value"},
		{text: "${\tk\n}", want: "value"},
		{text: "${a b.c}", want: "blank"},
		{text: "${empty}", want: ""},
		{text: "${}", want: "nameless"},
		{text: "a${k}b${k}c", want: "avaluebvaluec"},
		{text: "${token.${env}}", want: "T"},
		{text: "${token.${${fn}}}", want: "T"},
		{text: "${nested}", want: "<value>"},
		{text: "$${brace}", want: "value"}, // what comes of a macro may make another
		{text: "${dollar}{k}", want: "value"},
		{text: "${k}}", want: "value}"},
		// Nine more follow each of these.
		{text: "${c9}", want: "end"},
		// Escaping is off: a backslash is a backslash.
		{text: `\${k}`, want: `\value`},
		{text: `\\${k}\n`, want: `\\value\n`},
		{text: `${escaped}`, want: `\value`},
		// Escaping is on.
		{text: `\${k}`, want: `${k}`, escaping: true},
		{text: `\\${k}`, want: `\value`, escaping: true},
		{text: `\\\${k}`, want: `\${k}`, escaping: true},
		{text: `a\b\c`, want: `abc`, escaping: true},
		{text: `a\\b`, want: `a\b`, escaping: true},
		{text: `end\`, want: `end`, escaping: true},
		{text: `${escaped}`, want: `${k}`, escaping: true},
		{text: `${slash}\${k}`, want: `\value`, escaping: true},
		// Functions.
		{text: "${secure(key)}", want: "s3cr3t", secret: true},
		{text: "a-${secure(key)}-b", want: "a-s3cr3t-b", secret: true},
		{text: "${secure( key)}", want: "blank key", secret: true},
		{text: "${ secure(key) }", want: "s3cr3t", secret: true},
		{text: "${secure(lookup)}", want: "<value>", secret: true},
		{text: "${secure(${env})}", want: "P", secret: true},
		{text: "${logicalStartTime()}", want: "1773041415123"},
		{text: "${logicalStartTime(yyyy-MM-dd)}", want: "2026-03-09"},
		{text: "${logicalStartTime(yyyy-MM-dd,1d)}", want: "2026-03-08"},
		{text: "${logicalStartTime(yyyy-MM-dd'T'HH:mm:ss, 1d-4h+30m )}", want: "2026-03-08T11:00:15"},
		{text: "${logicalStartTime(yyyy-MM-dd HH:mm z,8h,America/Los_Angeles)}", want: "2026-03-08 16:30 PDT"},
		{text: "${logicalStartTime(HH Z,0s,Mars/Olympus)}", want: "07 +0000"},
		{text: "${logicalStartTime(${comma})}", want: "2026"}, // made of arguments before it is split
	} {
		t.Run(c.text, func(t *testing.T) {
			got, secret, err := testMacros().Evaluate(c.text, c.escaping)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.secret, secret)
		})
	}
}

func TestMacroErrors(t *testing.T) {
	for _, c := range []struct {
		text, want string
		escaping   bool
	}{
		{text: "${abc", want: "Could not find enclosing '}' for macro '${abc'."},
		{text: "x ${k} ${a${k}", want: "Could not find enclosing '}' for macro '${avalue'."},
		{text: "${open}", want: "Could not find enclosing '}' for macro '${'."},
		{text: `${k\}`, escaping: true, want: `Could not find enclosing '}' for macro '${k\}'.`},
		{text: "${missing}", want: "Argument 'missing' is not defined."},
		{text: "${ missing }", want: "Argument 'missing' is not defined."},
		{text: "${token.${k}}", want: "Argument 'token.value' is not defined."},
		{text: "${c10}", want: "Failed substituting macro 'end', expansion exceeded 10 levels."},
		{text: "${self}", want: "Failed substituting macro '${self}', expansion exceeded 10 levels."},
		{text: "${ping}", want: "Failed substituting macro '${pong}', expansion exceeded 10 levels."},
		{text: "${secure(key}", want: "Could not find enclosing ')' for macro arguments in 'secure(key'."},
		{text: "${secure(key) }x${secure(key)x}", want: "Could not find enclosing ')' for macro arguments in 'secure(key)x'."},
		{text: "${secure(key))}", want: "Macro arguments in 'secure(key))' have extra invalid trailing ')'."},
		{text: "${a)b(c)}", want: "Macro arguments in 'a)b(c)' have extra invalid trailing ')'."},
		{text: "${secure(a,b)}", want: "Macro 'secure' should have exactly 1 argument"},
		{text: "${secure(none)}", want: "Failed to resolve macro 'secure(none)': no such secret"},
		{text: "${secure()}", want: "Failed to resolve macro 'secure()': no such secret"},
		{text: "${oauth(a,b)}", want: "Unsupported macro function oauth"},
		{text: "${ secure (key)}", want: "Unsupported macro function secure "},
		{text: "${(x)}", want: "Unsupported macro function "},
		{text: "${logicalStartTime(yyyy-MM-ddTHH)}", want: "Failed to evaluate macro 'logicalStartTime(yyyy-MM-ddTHH)': Illegal pattern character 'T'"},
		{text: "${logicalStartTime(yyyy,1d,UTC,x)}", want: "Failed to evaluate macro 'logicalStartTime(yyyy,1d,UTC,x)': runtime macro supports at most 3 arguments - format, offset, and timezone. Formats containing a comma are not supported."},
		{text: "${logicalStartTime(yyyy,1w)}", want: `Failed to evaluate macro 'logicalStartTime(yyyy,1w)': offset "1w": "1w" is not a number with one of the units s, m, h, d; write terms such as 30s, 15m, 4h, 1d or runtime, joined by + or -`},
		// What a secret stands for is in no message.
		{text: "${x${secure(key)}}", want: "Argument 'x[redacted]' is not defined."},
		{text: "${${secure(paren)}}", want: "Could not find enclosing ')' for macro arguments in '[redacted]'."},
		{text: "${f${secure(key)}(x)}", want: "Unsupported macro function f[redacted]"},
		{text: "${secure(${secure(key)})}", want: "Failed to resolve macro 'secure([redacted])': no such secret"},
		{text: "${secure(undefined)}", want: "Argument '[redacted]' is not defined."},
		{text: "${a${secure(key)}", want: "Could not find enclosing '}' for macro '${a[redacted]'."},
		{text: "${logicalStartTime(${secure(key)})}", want: "Failed to evaluate macro 'logicalStartTime([redacted])': its arguments, which hold a secret, cannot be read"},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, secret, err := testMacros().Evaluate(c.text, c.escaping)
			require.EqualError(t, err, c.want)
			assert.Empty(t, got)
			assert.False(t, secret)
		})
	}
}

func TestMacrosWithoutStore(t *testing.T) {
	_, _, err := new(plugin.Macros).Evaluate("${secure(key)}", false)
	assert.EqualError(t, err, "Failed to resolve macro 'secure(key)': this program has no store of secrets")
}

func TestMacroErrorOfStoreIsScrubbed(t *testing.T) {
	m := &plugin.Macros{Secret: func(key string) (string, error) {
		if key == "one" {
			return "s3cr3t", nil
		}
		return "", errors.New("no access with s3cr3t")
	}}
	_, _, err := m.Evaluate("${secure(two)}${secure(one)}", false)
	assert.EqualError(t, err, "Failed to resolve macro 'secure(two)': no access with [redacted]")
}

func TestMacrosEndExplosions(t *testing.T) {
	arguments := map[string]string{"wide": strings.Repeat("${a0}", 20), "a9": "x", "long": strings.Repeat("x", 2<<20)}
	for i := range 9 {
		arguments[fmt.Sprintf("a%d", i)] = strings.Repeat(fmt.Sprintf("${a%d}", i+1), 20)
	}
	m := &plugin.Macros{Arguments: arguments}
	_, _, err := m.Evaluate("${a0}", false)
	assert.EqualError(t, err, "The macros of this value lead to more than 1000 others.")
	_, _, err = m.Evaluate("${long}", false)
	assert.EqualError(t, err, "The macros of this value make it longer by more than 1048576 bytes.")

	long := strings.Repeat("y", 3<<20)
	got, _, err := m.Evaluate(long+"${a9}", false)
	require.NoError(t, err, "a long value is no explosion")
	assert.Equal(t, long+"x", got)
}

func TestMacroErrorsAreShort(t *testing.T) {
	_, _, err := new(plugin.Macros).Evaluate("${"+strings.Repeat("é", 1000), false)
	assert.EqualError(t, err, "Could not find enclosing '}' for macro '${"+strings.Repeat("é", 99)+"…'.")
	_, _, err = testMacros().Evaluate(`${${secure(key)}\x${missing}`, true)
	assert.EqualError(t, err, "Argument 'missing' is not defined.")
}

func TestHasMacro(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "$k": false, "{k}": false, "k}": false, "$ {k}": false,
		"${k}": true, "act_${k}": true, "${": true, `\${k}`: true,
	} {
		assert.Equal(t, want, plugin.HasMacro(text), text)
	}
}

func FuzzMacros(f *testing.F) {
	for _, seed := range []string{"${k}", `\${k}\`, "${secure(key)}", "${a${b}}${", "${logicalStartTime(yyyy,-1d,PST)}", "${a(b)c)}"} {
		f.Add(seed, "x${b}", `$\{`, true)
		f.Add(seed, "${a}${a}", "${c}}${c", false)
	}
	f.Fuzz(func(t *testing.T, text, a, b string, escaping bool) {
		const hidden = "hunter2-never-shown"
		calls := 0
		m := &plugin.Macros{
			Arguments: map[string]string{"a": a, "b": b, "c": text},
			Secret: func(key string) (string, error) {
				calls++
				return hidden, nil
			},
			Start: start,
		}
		got, secret, err := m.Evaluate(text, escaping)
		if calls > 1000 {
			t.Fatalf("%d calls", calls)
		}
		if err != nil {
			if strings.Contains(err.Error(), hidden) {
				t.Fatalf("shown: %v", err)
			}
			if len(err.Error()) > 4000 {
				t.Fatalf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		if len(got) > len(text)+1<<20 {
			t.Fatalf("%d bytes of %d", len(got), len(text))
		}
		if strings.Contains(got, hidden) && !secret {
			t.Fatal("a secret is taken for none")
		}
		if !escaping && plugin.HasMacro(got) {
			t.Fatalf("a macro is left in %q", got)
		}
		if !plugin.HasMacro(text) && !escaping && got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

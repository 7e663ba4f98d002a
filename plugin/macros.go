package plugin

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/timeexpr"
)

// Macros is what macros in property values stand for at run time:
//
//	${key}                                    the run's argument
//	${secure(key)}                            a stored secret
//	${logicalStartTime(format,offset,zone)}   the logical start time; see timeexpr.LogicalStartTime
//
// Macros nest, the innermost rightmost one first, and what they stand for is evaluated again, ten levels
// deep. A Macros is not changed by its use, and safe for concurrent use where Secret is.
type Macros struct {
	Arguments map[string]string
	// Secret returns a stored secret. Its error must not hold the value. Nil knows no secret.
	Secret func(key string) (string, error)
	// Start is the logical start time; zero is that of the Options.
	Start time.Time
}

// HasMacro says whether text holds macro syntax, where nothing escapes it.
func HasMacro(text string) bool { return hasMacro(text, false) }

func hasMacro(text string, escaping bool) bool {
	return lastMacro(text, escaping) >= 0
}

// Evaluate returns text with its macros replaced. With escaping a backslash makes the next character an
// ordinary one and is dropped, as in a property with macroEscapingEnabled. fromSecret says that the result
// holds something that secure() gave and must not be shown; an error never holds such.
func (m *Macros) Evaluate(text string, escaping bool) (result string, fromSecret bool, err error) {
	out, err := newMacroEvaluator(m).evaluate(text, escaping, false)
	return out.text, out.secret(), err
}

const (
	macroDepth = 10
	// Nesting lets a short value stand for an endless one; these end it.
	macroCount  = 1000
	macroGrowth = 1 << 20
)

// A macroEvaluator evaluates the values of one configuration, and remembers the secrets it met. Without
// macros it only checks the syntax: every macro is then the empty text.
type macroEvaluator struct {
	macros  *Macros
	answers map[string]string // of Secret, by key
	secrets []string          // all that secure() gave, and what became of it

	// Of the value under way.
	escaping bool
	private  bool // it is a secret as a whole: what its arguments stand for is not quoted either
	left     int
	limit    int
}

func newMacroEvaluator(m *Macros) *macroEvaluator {
	return &macroEvaluator{macros: m, answers: map[string]string{}}
}

func (e *macroEvaluator) evaluate(text string, escaping, private bool) (markedText, error) {
	e.escaping, e.private, e.left, e.limit = escaping, private, macroCount, len(text)+macroGrowth
	out, err := e.expand(markedText{text: text}, 0)
	if err != nil {
		return markedText{}, macroError(secretScrubber(e.secrets).Scrub(err.Error()))
	}
	if escaping {
		out = out.unescape()
	}
	e.secrets = append(e.secrets, out.runs()...)
	return out, nil
}

func (e *macroEvaluator) expand(value markedText, depth int) (markedText, error) {
	if depth > macroDepth {
		shown := value.show(markSecure | markArgument)
		if e.private && !(strings.HasPrefix(value.text, "${") && strings.HasSuffix(value.text, "}")) {
			shown = secret.Redacted
		}
		return value, macroErrorf("Failed substituting macro '%s', expansion exceeded %d levels.", shown, macroDepth)
	}
	for {
		start := lastMacro(value.text, e.escaping)
		if start < 0 {
			return value, nil
		}
		end := e.first('}', value.text, start)
		if end < 0 {
			shown := value.slice(start, len(value.text)).show(markSecure | markArgument)
			if e.private {
				shown = "${" + secret.Redacted
			}
			return value, macroErrorf("Could not find enclosing '}' for macro '%s'.", shown)
		}
		if e.left--; e.left < 0 {
			return value, macroErrorf("The macros of this value lead to more than %d others.", macroCount)
		}
		body := value.slice(start+2, end).trim()
		became, err := e.macro(body)
		if err != nil {
			return value, err
		}
		if became, err = e.expand(became, depth+1); err != nil {
			return value, err
		}
		switch {
		case body.secret() || became.secret():
			became = markAll(became.text, markSecure)
		case e.private:
			became = markAll(became.text, markArgument)
		}
		if len(value.text)+len(became.text) > e.limit {
			return value, macroErrorf("The macros of this value make it longer by more than %d bytes.", macroGrowth)
		}
		value = value.splice(start, end+1, became)
	}
}

// macro returns what the macro with this body stands for, not yet evaluated itself.
func (e *macroEvaluator) macro(body markedText) (markedText, error) {
	open := e.first('(', body.text, 0)
	if open < 0 {
		return e.argument(e.plain(body))
	}
	switch end := e.first(')', body.text, 0); {
	case end < 0 || !strings.HasSuffix(body.text, ")"):
		return body, macroErrorf("Could not find enclosing ')' for macro arguments in '%s'.", body.show(markSecure|markArgument))
	case end != len(body.text)-1:
		return body, macroErrorf("Macro arguments in '%s' have extra invalid trailing ')'.", body.show(markSecure|markArgument))
	}
	return e.function(e.plain(body.slice(0, open)), e.plain(body.slice(open+1, len(body.text)-1)))
}

func (e *macroEvaluator) plain(m markedText) markedText {
	if e.escaping {
		return m.unescape()
	}
	return m
}

func (e *macroEvaluator) argument(key markedText) (markedText, error) {
	if e.macros == nil {
		return markedText{}, nil
	}
	value, ok := e.macros.Arguments[key.text]
	if !ok {
		return key, macroErrorf("Argument '%s' is not defined.", e.show(key, markSecure|markArgument))
	}
	return markedText{text: value}, nil
}

func (e *macroEvaluator) function(name, arguments markedText) (markedText, error) {
	if e.macros == nil {
		return markedText{}, nil
	}
	args := strings.Split(arguments.text, ",")
	switch name.text {
	case "secure":
		if len(args) != 1 {
			return name, macroErrorf("Macro 'secure' should have exactly 1 argument")
		}
		return e.secure(arguments)
	case "logicalStartTime":
		text, err := timeexpr.LogicalStartTime(e.macros.Start, args)
		if err != nil && arguments.secret() {
			err = errors.New("its arguments, which hold a secret, cannot be read")
		}
		if err != nil {
			return name, macroErrorf("Failed to evaluate macro 'logicalStartTime(%s)': %v", arguments.show(markSecure|markArgument), cut(err.Error()))
		}
		return markedText{text: text}, nil
	}
	return name, macroErrorf("Unsupported macro function %s", name.show(markSecure|markArgument))
}

func (e *macroEvaluator) secure(key markedText) (markedText, error) {
	value, ok := e.answers[key.text]
	if !ok {
		var err error
		if e.macros.Secret == nil {
			err = errors.New("this program has no store of secrets")
		} else {
			value, err = e.macros.Secret(key.text)
		}
		if err != nil {
			return key, macroErrorf("Failed to resolve macro 'secure(%s)': %v", e.show(key, markSecure), err)
		}
		e.answers[key.text] = value
		e.secrets = append(e.secrets, value)
	}
	return markAll(value, markSecure), nil
}

// show returns the key of a macro for a message. Somebody may have written a token itself as ${token}:
// where a secret is wanted, what is longer than any key is not quoted.
func (e *macroEvaluator) show(key markedText, hide mark) string {
	const longestKey = 64
	if e.private && len(key.text) > longestKey {
		return secret.Redacted
	}
	return key.show(hide)
}

// A macroError is what is wrong with a macro, in CDAP's words where it has some.
type macroError string

func (e macroError) Error() string { return string(e) }

func macroErrorf(format string, args ...any) error { return macroError(fmt.Sprintf(format, args...)) }

// lastMacro returns where the last ${ begins that nothing escapes, or -1.
func lastMacro(text string, escaping bool) int {
	for {
		at := strings.LastIndex(text, "${")
		if at < 0 || !escaping || !isEscaped(text, at) {
			return at
		}
		text = text[:at-1]
	}
}

// first returns where token stands first from start on, not escaped, or -1.
func (e *macroEvaluator) first(token byte, text string, start int) int {
	for i := start; i < len(text); i++ {
		if text[i] == token && (!e.escaping || !isEscaped(text, i)) {
			return i
		}
	}
	return -1
}

// isEscaped says whether an odd number of backslashes stands before text[at].
func isEscaped(text string, at int) bool {
	n := 0
	for n < at && text[at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

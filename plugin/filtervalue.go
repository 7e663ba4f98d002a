package plugin

import (
	"math"
	"strconv"
	"strings"
)

// A jexlValue is what an operand of an expression stands for: JavaScript's undefined, a boolean, a number
// or a string.
type jexlValue struct {
	kind   jexlKind
	number float64 // 0 or 1 for a boolean
	text   string
}

type jexlKind byte

const (
	jexlUndefined jexlKind = iota
	jexlBoolean
	jexlNumber
	jexlString
)

func jexlBool(b bool) jexlValue {
	if b {
		return jexlValue{kind: jexlBoolean, number: 1}
	}
	return jexlValue{kind: jexlBoolean}
}

// infer gives a property's text the type that CDAP's pages give it: a number where JavaScript's Number()
// takes it (the empty text is 0), else a boolean, else a string.
func infer(text string) jexlValue {
	switch n := jsNumber(text); {
	case !math.IsNaN(n):
		return jexlValue{kind: jexlNumber, number: n}
	case text == "true" || text == "false":
		return jexlBool(text == "true")
	}
	return jexlValue{kind: jexlString, text: text}
}

// jsNumber is JavaScript's Number(text).
func jsNumber(text string) float64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	if len(text) > 2 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1])) {
		n, err := strconv.ParseUint(text, 0, 64)
		if err != nil || strings.Contains(text, "_") {
			return math.NaN()
		}
		return float64(n)
	}
	switch text {
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	// Go also reads inf, nan, hexadecimal and underscores: JavaScript does not.
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

func (v jexlValue) truthy() bool {
	switch v.kind {
	case jexlBoolean, jexlNumber:
		return v.number != 0
	case jexlString:
		return v.text != ""
	}
	return false
}

func (v jexlValue) asNumber() float64 {
	switch v.kind {
	case jexlBoolean, jexlNumber:
		return v.number
	case jexlString:
		return jsNumber(v.text)
	}
	return math.NaN()
}

// String is the value as JavaScript prints it.
func (v jexlValue) String() string {
	switch v.kind {
	case jexlBoolean:
		return strconv.FormatBool(v.number != 0)
	case jexlNumber:
		return jsFormat(v.number)
	case jexlString:
		return v.text
	}
	return "undefined"
}

// jsFormat is a number as JavaScript prints it, up to 21 digits before the point.
func jsFormat(n float64) string {
	switch {
	case n == 0:
		return "0"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	}
	if a := math.Abs(n); a >= 1e21 || a < 1e-6 {
		return strings.Replace(strconv.FormatFloat(n, 'e', -1, 64), "e-0", "e-", 1) // 1e-7, not 1e-07
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// compare compares as JavaScript's loose operators do.
func compare(op string, a, b jexlValue) bool {
	switch op {
	case "==":
		return looseEqual(a, b)
	case "!=":
		return !looseEqual(a, b)
	}
	if a.kind == jexlString && b.kind == jexlString {
		order := float64(strings.Compare(a.text, b.text))
		a, b = jexlValue{kind: jexlNumber, number: order}, jexlValue{kind: jexlNumber}
	}
	x, y := a.asNumber(), b.asNumber()
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	default:
		return x >= y
	}
}

func looseEqual(a, b jexlValue) bool {
	switch {
	case a.kind == jexlUndefined || b.kind == jexlUndefined:
		return a.kind == b.kind
	case a.kind == jexlString && b.kind == jexlString:
		return a.text == b.text
	}
	return a.asNumber() == b.asNumber()
}

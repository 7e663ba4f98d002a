package plugin

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An expression is the condition of a filter in the expression form: the part of CDAP's language (jexl
// 2.2.2) that compares properties with literals. Arithmetic and ?: are refused, and so is a mix of && and
// || without parentheses, which CDAP reads from left to right and everybody else does not.
type expression struct {
	eval        func(values map[string]string) jexlValue
	identifiers []string
}

// holds evaluates the condition. An identifier whose whole value is a macro makes it true, as nobody
// knows yet.
func (e *expression) holds(values map[string]string) bool {
	for _, name := range e.identifiers {
		if v := values[name]; strings.HasPrefix(v, "${") && strings.HasSuffix(v, "}") {
			return true
		}
	}
	return e.eval(values).truthy()
}

func parseExpression(text string) (*expression, error) {
	p := &expressionParser{rest: text, text: text}
	p.next()
	eval, err := p.logical(0)
	if err == nil && p.token != "" {
		err = p.fail("expected an operator")
	}
	if err != nil {
		return nil, err
	}
	return &expression{eval, p.identifiers}, nil
}

type evaluation = func(values map[string]string) jexlValue

type expressionParser struct {
	text, rest  string
	token       string // empty at the end
	identifiers []string
}

const expressionDepth = 50 // parentheses in parentheses

func (p *expressionParser) fail(problem string) error {
	at := len(p.text) - len(p.rest) - len(p.token)
	if p.token == "" {
		return fmt.Errorf("expression %q ends too early: %s", p.text, problem)
	}
	return fmt.Errorf("expression %q: %s, found %q at column %d", p.text, problem, p.token,
		utf8.RuneCountInString(p.text[:at])+1)
}

var expressionOperators = []string{"===", "!==", "==", "!=", "<=", ">=", "&&", "||", "//"}

// next moves on to the next token.
func (p *expressionParser) next() {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	n := 0
	switch {
	case p.rest == "":
	case isWord(p.rest[0]):
		for n < len(p.rest) && isWord(p.rest[n]) {
			n++
		}
		if isDigit(p.rest[0]) && n+1 < len(p.rest) && p.rest[n] == '.' && isDigit(p.rest[n+1]) {
			for n++; n < len(p.rest) && isDigit(p.rest[n]); n++ {
			}
		}
	case p.rest[0] == '\'' || p.rest[0] == '"':
		for n = 1; n < len(p.rest) && p.rest[n] != p.rest[0]; n++ {
			if p.rest[n] == '\\' {
				n++
			}
		}
		n = min(n+1, len(p.rest))
	default:
		_, n = utf8.DecodeRuneInString(p.rest)
		for _, op := range expressionOperators {
			if strings.HasPrefix(p.rest, op) {
				n = len(op)
				break
			}
		}
	}
	p.token, p.rest = p.rest[:n], p.rest[n:]
}

// logical parses comparisons joined by && or by ||.
func (p *expressionParser) logical(depth int) (evaluation, error) {
	if depth > expressionDepth {
		return nil, fmt.Errorf("expression %q has more than %d parentheses in one another", p.text, expressionDepth)
	}
	left, err := p.comparison(depth)
	if err != nil {
		return nil, err
	}
	joint := ""
	for p.token == "&&" || p.token == "||" {
		if joint != "" && joint != p.token {
			return nil, p.fail("&& and || stand side by side; put parentheses around what belongs together")
		}
		joint = p.token
		p.next()
		right, err := p.comparison(depth)
		if err != nil {
			return nil, err
		}
		first, and := left, joint == "&&"
		left = func(values map[string]string) jexlValue {
			if v := first(values); v.truthy() != and {
				return v
			}
			return right(values)
		}
	}
	return left, nil
}

// comparison parses operands joined by comparing operators, all of one rank, from left to right.
func (p *expressionParser) comparison(depth int) (evaluation, error) {
	first := p.token
	left, err := p.operand(depth)
	if err != nil {
		return nil, err
	}
	for {
		op := p.token
		switch op {
		case "==", "!=", "<", "<=", ">", ">=":
			p.next()
			if isTruthText(first) || isTruthText(p.token) {
				return nil, p.fail("a property that is true or false is compared with true or false, not with the text, which never equals it")
			}
			right, err := p.operand(depth)
			if err != nil {
				return nil, err
			}
			before := left
			left = func(values map[string]string) jexlValue {
				return jexlBool(compare(op, before(values), right(values)))
			}
		case "in":
			p.next()
			if left, err = p.membership(left, depth); err != nil {
				return nil, err
			}
		default:
			return left, nil
		}
	}
}

func isTruthText(token string) bool {
	return len(token) > 2 && (token[0] == '\'' || token[0] == '"') && (token[1:len(token)-1] == "true" || token[1:len(token)-1] == "false")
}

// membership parses the right side of in: an array, or text that may hold the left side.
func (p *expressionParser) membership(left evaluation, depth int) (evaluation, error) {
	if p.token != "[" {
		right, err := p.operand(depth)
		if err != nil {
			return nil, err
		}
		return func(values map[string]string) jexlValue {
			whole := right(values)
			return jexlBool(whole.kind == jexlString && strings.Contains(whole.text, left(values).String()))
		}, nil
	}
	var elements []evaluation
	for p.next(); p.token != "]"; {
		element, err := p.operand(depth)
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
		if p.token == "," {
			p.next()
		} else if p.token != "]" {
			return nil, p.fail("expected , or ] in an array")
		}
	}
	p.next()
	return func(values map[string]string) jexlValue {
		v := left(values)
		for _, element := range elements {
			if compare("==", element(values), v) {
				return jexlBool(true)
			}
		}
		return jexlBool(false)
	}, nil
}

func (p *expressionParser) operand(depth int) (evaluation, error) {
	token := p.token
	switch {
	case token == "!":
		if depth > expressionDepth {
			return nil, p.fail("too many ! in a row")
		}
		p.next()
		of, err := p.operand(depth + 1)
		return func(values map[string]string) jexlValue { return jexlBool(!of(values).truthy()) }, err
	case token == "(":
		p.next()
		inner, err := p.logical(depth + 1)
		if err == nil && p.token != ")" {
			err = p.fail("expected )")
		}
		p.next()
		return inner, err
	case token == "[":
		return nil, p.fail("an array stands only after in")
	case token == "" || token == "in" || !isWord(token[0]) && token[0] != '\'' && token[0] != '"' && token != "-":
		return nil, p.fail("expected a property, a text in quotes, a number, true, false or (")
	case token[0] == '\'' || token[0] == '"':
		text, ok := unquote(token)
		if !ok {
			return nil, p.fail("a text has no closing quote")
		}
		p.next()
		return constant(jexlValue{kind: jexlString, text: text}), nil
	case isDigit(token[0]) || token == "-":
		return p.number()
	case token == "true" || token == "false":
		p.next()
		return constant(jexlBool(token == "true")), nil
	}
	p.next()
	p.identifiers = append(p.identifiers, token)
	return func(values map[string]string) jexlValue {
		if text, ok := values[token]; ok {
			return infer(text)
		}
		return jexlValue{}
	}, nil
}

func (p *expressionParser) number() (evaluation, error) {
	sign := 1.0
	if p.token == "-" {
		sign = -1
		p.next()
	}
	if p.token == "" || !isDigit(p.token[0]) || strings.Trim(p.token, "0123456789.") != "" {
		return nil, p.fail("expected a number")
	}
	n, err := strconv.ParseFloat(p.token, 64)
	if err != nil {
		return nil, p.fail("expected a number")
	}
	p.next()
	return constant(jexlValue{kind: jexlNumber, number: sign * n}), nil
}

func constant(v jexlValue) evaluation { return func(map[string]string) jexlValue { return v } }

// unquote takes the quotes off a text, and the backslash before a quote or a backslash.
func unquote(token string) (string, bool) {
	var b strings.Builder
	for i := 1; i < len(token); i++ {
		switch {
		case token[i] == token[0]:
			return b.String(), i == len(token)-1
		case token[i] == '\\' && i+1 < len(token) && (token[i+1] == token[0] || token[i+1] == '\\'):
			i++
		}
		b.WriteByte(token[i])
	}
	return "", false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

package graphtest

import (
	"net/url"
	"strings"
)

// selection is one item of a fields parameter: a name, its modifiers and what is asked inside it
// (facts §6).
type selection struct {
	name  string
	alias string     // of .as(x)
	args  url.Values // of the other modifiers
	sub   []selection
	text  string // of sub, as it was asked
}

// key is what the answer calls the item.
func (s selection) key() string {
	if s.alias != "" {
		return s.alias
	}
	return s.name
}

// fieldParser reads the grammar of facts §6.
type fieldParser struct {
	text  string
	at    int
	depth int
}

// maxDepth ends texts of nothing but braces; nothing real nests half as deep.
const maxDepth = 64

// parseFields reads a fields parameter. A name that comes twice on one level is code 2500 (facts §2.2).
func parseFields(text string) ([]selection, *Error) {
	p := &fieldParser{text: text}
	list, e := p.list()
	if e != nil {
		return nil, e
	}
	if p.at < len(p.text) {
		return nil, p.fail("Expected end of string instead of \"" + p.text[p.at:p.at+1] + "\".")
	}
	return list, nil
}

func (p *fieldParser) fail(what string) *Error { return syntaxError(what, p.at, p.text) }

func (p *fieldParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *fieldParser) eat(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *fieldParser) list() ([]selection, *Error) {
	var out []selection
	seen := map[string]bool{}
	for {
		s, e := p.item()
		if e != nil {
			return nil, e
		}
		if seen[s.key()] {
			return nil, p.fail("Field " + s.key() + " specified more than once. This is only possible before version 2.1")
		}
		seen[s.key()] = true
		out = append(out, s)
		if !p.eat(',') {
			return out, nil
		}
	}
}

func (p *fieldParser) item() (selection, *Error) {
	s := selection{args: url.Values{}}
	if s.name = p.name(); s.name == "" {
		return s, p.fail("Expected name.")
	}
	for p.eat('.') {
		modifier := p.name()
		if modifier == "" || !p.eat('(') {
			return s, p.fail("Expected modifier.")
		}
		value, ok := p.arguments()
		switch {
		case !ok:
			return s, p.fail("Expected \")\".")
		case modifier != "as":
			s.args.Set(modifier, value)
		case !isName(value):
			return s, p.fail("Expected alias.")
		default:
			s.alias = value
		}
	}
	if !p.eat('{') {
		return s, nil
	}
	if p.depth++; p.depth > maxDepth {
		return s, p.fail("Fields are nested too deeply.")
	}
	start := p.at
	sub, e := p.list()
	p.depth--
	if e != nil {
		return s, e
	}
	s.text = p.text[start:p.at]
	if !p.eat('}') {
		return s, p.fail("Expected \"}\".")
	}
	s.sub = sub
	return s, nil
}

// arguments reads up to the parenthesis that ends a modifier; those inside go in pairs.
func (p *fieldParser) arguments() (string, bool) {
	open := 1
	for i := p.at; i < len(p.text); i++ {
		switch p.text[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			value := strings.TrimSpace(p.text[p.at:i])
			p.at = i + 1
			return value, true
		}
	}
	p.at = len(p.text)
	return "", false
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func (p *fieldParser) name() string {
	p.space()
	start := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

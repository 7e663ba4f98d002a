package fields

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxDepth is how deep braces, and the brackets inside arguments, may stand in one another. Nothing that the API
// answers lies half as deep.
const MaxDepth = 50

// Parse reads a field expression. A text of nothing but white space is an empty list. The error is a
// *[SyntaxError].
func Parse(text string) (List, error) {
	p := parser{text: text, column: 1}
	list, err := p.list(0, 0)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// A parser reads its text from the left, a character at a time.
type parser struct {
	text   string
	at     int // the next byte
	column int // of the character at
}

// end is what peek returns behind the last character. No text can hold it.
const end = -1

func (p *parser) peek() rune {
	if p.at == len(p.text) {
		return end
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func (p *parser) skip() {
	_, size := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += size
	p.column++
}

func (p *parser) space() {
	for p.at < len(p.text) && unicode.IsSpace(p.peek()) {
		p.skip()
	}
}

// word reads a name, or returns "" where none begins.
func (p *parser) word() string {
	start := p.at
	if !beginsName(p.peek()) {
		return ""
	}
	for p.at < len(p.text) && inName(p.peek()) {
		p.skip()
	}
	return p.text[start:p.at]
}

func beginsName(r rune) bool { return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func inName(r rune) bool { return beginsName(r) || r == '-' || '0' <= r && r <= '9' }

// list reads up to the end of the text or, below the top, past the brace that closes the one at column brace.
func (p *parser) list(depth, brace int) (List, *SyntaxError) {
	closing := rune(end)
	if depth > 0 {
		closing = '}'
	}
	p.space()
	var list List
	for first := true; ; first = false {
		if first && p.peek() == closing {
			break
		}
		if first && p.peek() == end {
			return nil, p.fail("a field name or "+closes(bracket{'{', brace}), "")
		}
		item, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		p.space()
		if p.peek() == closing {
			break
		}
		if p.peek() != ',' {
			return nil, p.afterItem(item, brace)
		}
		p.skip()
		p.space()
	}
	if depth > 0 {
		p.skip()
	}
	return list, nil
}

// item reads name, modifiers and braces.
func (p *parser) item(depth int) (Item, *SyntaxError) {
	item := Item{Column: p.column}
	if item.Name = p.word(); item.Name == "" {
		return Item{}, p.noName("a field name")
	}
	for {
		p.space()
		switch p.peek() {
		case '.':
			m, err := p.modifier()
			if err != nil {
				return Item{}, err
			}
			item.Modifiers = append(item.Modifiers, m)
		case '{':
			if depth == MaxDepth {
				return Item{}, p.tooDeep("braces")
			}
			brace := p.column
			p.skip()
			var err *SyntaxError
			item.Braces = true
			item.Fields, err = p.list(depth+1, brace)
			return item, err
		default:
			return item, nil
		}
	}
}

// modifier reads a modifier from its dot.
func (p *parser) modifier() (Modifier, *SyntaxError) {
	p.skip()
	p.space()
	m := Modifier{Column: p.column}
	if m.Name = p.word(); m.Name == "" {
		return Modifier{}, p.noName("the name of a modifier")
	}
	p.space()
	if p.peek() != '(' {
		return Modifier{}, p.fail(`"(" and the arguments of `+shown(m.Name), "")
	}
	var err *SyntaxError
	m.Args, err = p.args()
	return m, err
}

// args reads arguments from their opening parenthesis past the closing one.
func (p *parser) args() (string, *SyntaxError) {
	outer := bracket{'(', p.column}
	p.skip()
	var n nesting
	for start := p.at; ; p.skip() {
		r := p.peek()
		if r == ')' && n.outside() {
			args := strings.TrimSpace(p.text[start:p.at])
			p.skip()
			return args, nil
		}
		if r != end && n.take(r, p.column) {
			if len(n.open) > MaxDepth {
				return "", p.tooDeep("brackets in arguments")
			}
			continue
		}
		missing := outer
		if n.quote.mark != 0 {
			missing = n.quote
		} else if len(n.open) > 0 {
			missing = n.open[len(n.open)-1]
		}
		return "", p.fail(closes(missing), "")
	}
}

// closes is how errors speak of what would close b.
func closes(b bracket) string {
	return fmt.Sprintf("%s, which closes the %s at column %d", shown(string(b.closing())), shown(string(b.mark)), b.column)
}

// fail is the error that something else was expected at the next character.
func (p *parser) fail(expected, hint string) *SyntaxError {
	return &SyntaxError{Text: p.text, Column: p.column, Found: p.found(), Expected: expected, Hint: hint}
}

// found is the word or character that stands next.
func (p *parser) found() string {
	if p.at == len(p.text) {
		return "the end of the text"
	}
	rest := p.text[p.at:]
	word := strings.IndexFunc(rest, func(r rune) bool { return !inName(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if word < 0 {
		word = len(rest)
	}
	if word == 0 {
		_, word = utf8.DecodeRuneInString(rest)
	}
	return shown(rest[:word])
}

// noName is the error that a name should begin at the next character.
func (p *parser) noName(expected string) *SyntaxError {
	switch r := p.peek(); {
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-':
		return p.fail(expected, "a name begins with a letter from a to z or an underscore")
	case p.at > 0 && (r == ',' || r == '}' || r == end):
		if before := strings.TrimRightFunc(p.text[:p.at], unicode.IsSpace); strings.HasSuffix(before, ",") {
			return p.fail(expected, "there is a comma too many")
		}
	}
	return p.fail(expected, "")
}

// tooDeep is the error that the next character opens one level more than is allowed.
func (p *parser) tooDeep(what string) *SyntaxError {
	e := p.fail(fmt.Sprintf("no more than %d levels of %s", MaxDepth, what), "")
	e.Found = "one more, " + e.Found + ","
	return e
}

// afterItem is the error that the next character cannot follow the item; brace is the column of the open brace, 0 at
// the top.
func (p *parser) afterItem(item Item, brace int) *SyntaxError {
	expected, hint := "a comma", ""
	if !item.Braces {
		expected += `, ".", "{"`
	}
	if brace > 0 {
		expected += " or " + closes(bracket{'{', brace})
	} else {
		expected += " or the end of the text"
	}
	switch r := p.peek(); {
	case r == '.' && item.Braces:
		hint = "modifiers stand before the braces"
	case r == '(' && len(item.Modifiers) == 0 && !item.Braces:
		hint = "arguments belong to a modifier, as in " + shown(item.Name+".limit(10)")
	case r == '}':
		hint = "there is a closing brace too many"
	case r == ')':
		hint = "there is a closing parenthesis too many"
	}
	return p.fail(expected, hint)
}

package timeexpr

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// A pattern is a form ready to be matched at the beginning of a text.
type pattern struct {
	*form
	longest *regexp.Regexp
}

// patterns are the forms by the ASCII character that a text begins with, in their order; under other, all of them.
var patterns = sync.OnceValue(compilePatterns)

func compilePatterns() (byFirst [other + 1][]pattern) {
	var pairs []string
	for _, fragment := range fragments {
		expanded := strings.NewReplacer(pairs...).Replace(fragment.pattern)
		pairs = append(pairs, "<"+fragment.name+">", expanded)
	}
	expand := strings.NewReplacer(pairs...)
	for i := range forms {
		source := expand.Replace(forms[i].pattern)
		anchored := regexp.MustCompile(`\A(?:` + source + `)`)
		anchored.Longest()
		first := firstCharacters(source)
		for c := range byFirst {
			if c == other || first[c] {
				byFirst[c] = append(byFirst[c], pattern{&forms[i], anchored})
			}
		}
	}
	return byFirst
}

const other = 128

// longest returns the form that matches most of what text begins with, and how much that is.
func longest(text string) (found *form, length int) {
	for _, p := range patterns()[min(text[0], other)] {
		if match := p.longest.FindStringIndex(text); match != nil && match[1] > length {
			found, length = p.form, match[1]
		}
	}
	return found, length
}

// firstCharacters returns which ASCII characters a match of source can begin with.
func firstCharacters(source string) (first [other]bool) {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		panic("timeexpr: " + err.Error())
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic("timeexpr: " + err.Error())
	}
	seen := make([]bool, len(program.Inst))
	var follow func(at uint32)
	follow = func(at uint32) {
		if seen[at] {
			return
		}
		seen[at] = true
		switch inst := &program.Inst[at]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			follow(inst.Out)
			follow(inst.Arg)
		case syntax.InstCapture, syntax.InstNop:
			follow(inst.Out)
		case syntax.InstRune, syntax.InstRune1:
			for c := range first {
				first[c] = first[c] || inst.MatchRune(rune(c))
			}
		}
	}
	follow(uint32(program.Start))
	return first
}

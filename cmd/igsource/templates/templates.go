package templates

import (
	"embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed *.yaml
var files embed.FS

// A Template is a run file that is ready but for the token, and for the arguments it names.
type Template struct {
	Name string
	// Doc is the first sentence of its comment, without the full stop.
	Doc string
	// Text is the run file.
	Text string
	// Arguments are the names of the macros ${name} that it holds, in order, each once.
	Arguments []string
}

// order is that in which the templates are listed: from the account to what others publish.
var order = []string{
	"account-profile", "account-insights-daily", "audience-demographics", "media", "media-comments",
	"media-insights-lifetime", "stories-insights", "tagged-media", "hashtag-top-media", "competitor-profile",
}

var load = sync.OnceValue(func() []Template {
	all := make([]Template, len(order))
	for i, name := range order {
		text, err := files.ReadFile(name + ".yaml")
		if err != nil {
			panic("templates: " + err.Error()) // a file that no test has seen
		}
		all[i] = parse(name, string(text))
	}
	return all
})

// All returns every template, in the order in which they are listed.
func All() []Template { return slices.Clone(load()) }

// Lookup returns the template called name, exactly.
func Lookup(name string) (Template, bool) {
	for _, t := range load() {
		if t.Name == name {
			return t, true
		}
	}
	return Template{}, false
}

// Names returns the names of all templates, in the order in which they are listed.
func Names() []string { return slices.Clone(order) }

var argument = regexp.MustCompile(`\$\{([A-Za-z0-9_.-]+)\}`)

// parse reads what a template says of itself.
func parse(name, text string) Template {
	t := Template{Name: name, Text: text}
	var comment []string
	head := true
	for line := range strings.Lines(text) {
		words, isComment := strings.CutPrefix(strings.TrimSpace(line), "#")
		if head = head && isComment; head {
			comment = append(comment, strings.TrimSpace(words))
		}
		if isComment {
			continue
		}
		for _, m := range argument.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(t.Arguments, m[1]) {
				t.Arguments = append(t.Arguments, m[1])
			}
		}
	}
	t.Doc, _, _ = strings.Cut(strings.Join(comment, " "), ". ")
	t.Doc = strings.TrimSuffix(t.Doc, ".")
	return t
}

package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/igsource/igsource/cmd/igsource/keboola"
	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

// runFile is a run.yaml: which sources with which properties, and where their rows land.
type runFile struct {
	sources []sourceSpec
	sink    sinkSpec
}

// sourceSpec is a plugin's name and its properties as text.
type sourceSpec struct {
	plugin     string
	line       int // of the plugin's name
	properties map[string]string

	// own makes a source that is no plugin's, called name; it has no properties.
	own  func() plugin.Source
	name string
	// idle says that there is nothing to read of the source: it only tells how to connect.
	idle bool
}

// sinkSpec is the sink of a run file: its format, its path, and where in a database its tables are. What is
// empty is the default's; path and schema may hold macros.
type sinkSpec struct {
	format, path, schema string
	// parent says that the folder above path may have to be made too.
	parent bool
	// incremental and whole are those of sink.Options.
	incremental bool
	whole       []string
}

// readRunFile reads a run file, or a Keboola configuration as one. Every error is a *plugin.UserError that names the file and, where the
// file could be read, the line.
func readRunFile(path string) (*runFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, plugin.Userf("the run file %s cannot be read: %w", path, bare(err))
	}
	if keboola.Is(path, text) {
		return readKeboola(path, text)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, plugin.Userf("the run file %s is empty: write plugin, properties and sink into it", path)
		}
		return nil, plugin.Userf("the run file %s is not valid YAML: %s", path, hideTokens(strings.TrimPrefix(err.Error(), "yaml: ")))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, plugin.Userf("the run file %s holds more than one YAML document: keep one", path)
	}
	p := runFileParser{path: path}
	file := p.file(doc.Content[0])
	if p.err != nil {
		return nil, p.err
	}
	return file, nil
}

// runFileParser walks the YAML nodes rather than decoding into a struct: a property's text must be what
// the user wrote (1.10, 2026-10-01), and an error should name its line. The first error counts.
type runFileParser struct {
	path  string
	err   error
	steps int
}

// maxSteps bounds the nodes that are visited: aliases make a small file stand for an endless one.
const maxSteps = 200_000

// step counts a node. It is false when no other is to be visited.
func (p *runFileParser) step(n *yaml.Node) bool {
	if p.steps++; p.steps > maxSteps {
		p.fail(n, "the run file stands for more than %d values by its aliases", maxSteps)
	}
	return p.err == nil
}

func (p *runFileParser) fail(n *yaml.Node, format string, args ...any) {
	if p.err == nil {
		p.err = plugin.Userf("%s:%d: %s", p.path, n.Line, fmt.Sprintf(format, args...))
	}
}

// entries calls each for every key of a map, once; known names the keys that may stand there, nil any.
func (p *runFileParser) entries(n *yaml.Node, what string, known []string, each func(key, value *yaml.Node)) {
	if n = resolveAlias(n); n.Kind != yaml.MappingNode {
		p.fail(n, "%s must be a map of names and values", what)
		return
	}
	for _, e := range p.members(n, what, 0) {
		if name := e.key.Value; known != nil && !slices.Contains(known, name) {
			hint := "it knows " + strings.Join(known, ", ")
			if near := nearest.Name(name, known); near != "" {
				hint = "did you mean " + near + "?"
			}
			p.fail(e.key, "%s has no key %s: %s", what, hideTokens(name), hint)
			continue
		}
		each(e.key, e.value)
	}
}

// A member is a key of a map and its value, which is no alias.
type member struct{ key, value *yaml.Node }

// maxNesting is how deep maps and lists may stand in one another, aliases followed.
const maxNesting = 20

// members returns what a map holds, in order: its own, then what it takes over from others with <<.
func (p *runFileParser) members(n *yaml.Node, what string, depth int) []member {
	var own []member
	var merged []*yaml.Node
	has := func(name string) bool {
		return slices.ContainsFunc(own, func(m member) bool { return m.key.Value == name })
	}
	for i := 0; i+1 < len(n.Content) && p.step(n.Content[i]); i += 2 {
		key, value := n.Content[i], resolveAlias(n.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode:
			p.fail(key, "a name in %s must be a word", what)
		case key.ShortTag() == "!!merge" && value.Kind == yaml.SequenceNode:
			for _, one := range value.Content {
				merged = append(merged, resolveAlias(one))
			}
		case key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case has(key.Value):
			p.fail(key, "%s stands twice in %s: keep one", hideTokens(key.Value), what)
		default:
			own = append(own, member{key, value})
		}
	}
	for _, other := range merged {
		if other.Kind != yaml.MappingNode || depth == maxNesting {
			p.fail(n, "what << takes over into %s must be a map that does not hold itself", what)
			break
		}
		if p.err != nil {
			break
		}
		for _, m := range p.members(other, what, depth+1) {
			if !has(m.key.Value) {
				own = append(own, m)
			}
		}
	}
	return own
}

func (p *runFileParser) file(n *yaml.Node) *runFile {
	file := &runFile{}
	single := sourceSpec{line: n.Line}
	var hasSingle, hasSources bool
	p.entries(n, "the run file", []string{"plugin", "properties", "sources", "sink"}, func(key, value *yaml.Node) {
		switch key.Value {
		case "plugin":
			hasSingle, single.plugin, single.line = true, p.scalar(value, "plugin"), key.Line
		case "properties":
			hasSingle, single.properties = true, p.properties(value)
		case "sources":
			hasSources = true
			if value.Kind != yaml.SequenceNode {
				p.fail(value, "sources must be a list of {plugin, properties}")
				return
			}
			for _, item := range value.Content {
				file.sources = append(file.sources, p.source(item))
			}
		case "sink":
			file.sink = p.sink(value)
		}
	})
	switch {
	case hasSingle && hasSources:
		p.fail(n, "give either plugin and properties, or sources, not both")
	case hasSources && len(file.sources) == 0:
		p.fail(n, "sources is empty: give at least one {plugin, properties}")
	case !hasSources && single.plugin == "":
		p.fail(n, "plugin is missing: write for example plugin: instagram")
	case !hasSources:
		file.sources = []sourceSpec{single}
	}
	return file
}

func (p *runFileParser) source(n *yaml.Node) sourceSpec {
	s := sourceSpec{line: n.Line}
	p.entries(n, "a source", []string{"plugin", "properties"}, func(key, value *yaml.Node) {
		switch key.Value {
		case "plugin":
			s.plugin, s.line = p.scalar(value, "plugin"), key.Line
		case "properties":
			s.properties = p.properties(value)
		}
	})
	if s.plugin == "" {
		p.fail(n, "a source has no plugin: write for example plugin: instagram")
	}
	return s
}

func (p *runFileParser) sink(n *yaml.Node) sinkSpec {
	var s sinkSpec
	if isNull(n) {
		return s
	}
	p.entries(n, "sink", []string{"format", "path", "schema"}, func(key, value *yaml.Node) {
		switch key.Value {
		case "format":
			s.format = p.scalar(value, "format")
		case "path":
			s.path = p.scalar(value, "path")
		case "schema":
			s.schema = p.scalar(value, "schema")
		}
	})
	return s
}

func (p *runFileParser) properties(n *yaml.Node) map[string]string {
	out := make(map[string]string)
	if isNull(n) {
		return out
	}
	p.entries(n, "properties", nil, func(key, value *yaml.Node) { out[key.Value] = p.text(key.Value, value) })
	return out
}

// scalar is the text of a single value as it is written.
func (p *runFileParser) scalar(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		p.fail(n, "%s must be a single value", what)
		return ""
	}
	if isNull(n) {
		return ""
	}
	return n.Value
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// resolveAlias is what *name stands for.
func resolveAlias(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// set applies --set property=value to every source.
func (f *runFile) set(assignments []string) error {
	for _, a := range assignments {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return plugin.Userf("--set %s: write it as --set property=value", hideTokens(name))
		}
		for i := range f.sources {
			if f.sources[i].own != nil {
				continue
			}
			if f.sources[i].properties == nil {
				f.sources[i].properties = make(map[string]string)
			}
			f.sources[i].properties[name] = value
		}
	}
	return nil
}

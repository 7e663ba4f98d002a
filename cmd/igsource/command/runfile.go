package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

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
	properties map[string]string
}

// sinkSpec is the sink of a run file, its format and path, or the defaults.
type sinkSpec struct{ format, path string }

// readRunFile reads a run file. Every error is a *plugin.UserError that names the file and the line.
func readRunFile(path string) (*runFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		return nil, plugin.Userf("cannot read the run file %s: %w", path, err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, plugin.Userf("the run file %s is empty; write plugin, properties and sink into it", path)
		}
		return nil, plugin.Userf("the run file %s is not valid YAML: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, plugin.Userf("the run file %s holds more than one YAML document; keep one", path)
	}
	p := runFileParser{path: path}
	file := p.file(doc.Content[0])
	if p.err != nil {
		return nil, p.err
	}
	return file, nil
}

// runFileParser walks the YAML nodes rather than decoding into a struct: a property's text must be what
// the user wrote (1.10, 2026-10-01), and an error should name its line.
type runFileParser struct {
	path string
	err  error
}

func (p *runFileParser) fail(n *yaml.Node, format string, args ...any) {
	if p.err == nil {
		p.err = plugin.Userf("%s:%d: %s", p.path, n.Line, fmt.Sprintf(format, args...))
	}
}

// entries calls each for every key of a map, once; known names the keys that may stand there, nil any.
func (p *runFileParser) entries(n *yaml.Node, what string, known []string, each func(key string, value *yaml.Node)) {
	n = resolveAlias(n)
	if n.Kind != yaml.MappingNode {
		p.fail(n, "%s is to be a map of names and values", what)
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolveAlias(n.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode:
			p.fail(key, "a name in %s is not a word", what)
		case seen[key.Value]:
			p.fail(key, "%s stands twice in %s", key.Value, what)
		case known != nil && !slices.Contains(known, key.Value):
			hint := ""
			if near := nearest.Name(key.Value, known); near != "" {
				hint = fmt.Sprintf("; did you mean %s?", near)
			}
			p.fail(key, "%s does not know %q (it knows %s)%s", what, key.Value, strings.Join(known, ", "), hint)
		default:
			seen[key.Value] = true
			each(key.Value, value)
		}
	}
}

func (p *runFileParser) file(n *yaml.Node) *runFile {
	file := &runFile{}
	single := sourceSpec{}
	var hasSingle, hasSources bool
	p.entries(n, "the run file", []string{"plugin", "properties", "sources", "sink"}, func(key string, value *yaml.Node) {
		switch key {
		case "plugin":
			hasSingle, single.plugin = true, p.scalar(value, "plugin")
		case "properties":
			hasSingle, single.properties = true, p.properties(value)
		case "sources":
			hasSources = true
			if value.Kind != yaml.SequenceNode {
				p.fail(value, "sources is to be a list of {plugin, properties}")
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
	case p.err != nil:
	case hasSingle && hasSources:
		p.fail(n, "give either plugin and properties, or sources, not both")
	case hasSources && len(file.sources) == 0:
		p.fail(n, "sources is empty; give at least one {plugin, properties}")
	case !hasSources && single.plugin == "":
		p.fail(n, "plugin is missing; write for example plugin: instagram")
	case !hasSources:
		file.sources = []sourceSpec{single}
	}
	return file
}

func (p *runFileParser) source(n *yaml.Node) sourceSpec {
	var s sourceSpec
	p.entries(n, "a source", []string{"plugin", "properties"}, func(key string, value *yaml.Node) {
		switch key {
		case "plugin":
			s.plugin = p.scalar(value, "plugin")
		case "properties":
			s.properties = p.properties(value)
		}
	})
	if s.plugin == "" {
		p.fail(n, "a source without plugin; write for example plugin: instagram")
	}
	return s
}

func (p *runFileParser) sink(n *yaml.Node) sinkSpec {
	var s sinkSpec
	p.entries(n, "sink", []string{"format", "path"}, func(key string, value *yaml.Node) {
		switch key {
		case "format":
			s.format = p.scalar(value, "format")
		case "path":
			s.path = p.scalar(value, "path")
		}
	})
	return s
}

func (p *runFileParser) properties(n *yaml.Node) map[string]string {
	out := make(map[string]string)
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return out
	}
	p.entries(n, "properties", nil, func(key string, value *yaml.Node) { out[key] = p.text(key, value) })
	return out
}

func (p *runFileParser) scalar(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		p.fail(n, "%s is to be a single value", what)
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// text is a property's text: a scalar as written, a list of scalars joined by commas, anything else as JSON.
func (p *runFileParser) text(name string, n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return p.scalar(n, name)
	case yaml.SequenceNode:
		items := make([]string, len(n.Content))
		for i, item := range n.Content {
			item = resolveAlias(item)
			if item.Kind != yaml.ScalarNode {
				return p.json(name, n)
			}
			items[i] = p.scalar(item, name)
		}
		return strings.Join(items, ",")
	}
	return p.json(name, n)
}

func (p *runFileParser) json(name string, n *yaml.Node) string {
	var value any
	err := n.Decode(&value)
	var text []byte
	if err == nil {
		text, err = json.Marshal(value)
	}
	if err != nil {
		p.fail(n, "%s cannot be written as JSON: %v", name, err)
	}
	return string(text)
}

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
			return plugin.Userf("--set %s: write --set property=value", a)
		}
		for i := range f.sources {
			if f.sources[i].properties == nil {
				f.sources[i].properties = make(map[string]string)
			}
			f.sources[i].properties[name] = value
		}
	}
	return nil
}

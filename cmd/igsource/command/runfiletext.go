package command

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxPropertyText bounds what aliases can make of a small file.
const maxPropertyText = 1 << 20

// text is a property's text: a scalar as written, a list of scalars joined by commas, anything else as JSON.
func (p *runFileParser) text(name string, n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return p.scalar(n, name)
	case yaml.SequenceNode:
		items := make([]string, len(n.Content))
		for i, item := range n.Content {
			if item = resolveAlias(item); item.Kind != yaml.ScalarNode {
				return p.json(name, n)
			}
			items[i] = p.scalar(item, name)
		}
		return strings.Join(items, ",")
	}
	return p.json(name, n)
}

// json is a list or map as compact JSON, keys in the order of the file.
func (p *runFileParser) json(name string, n *yaml.Node) string {
	w := jsonWriter{runFileParser: p, name: name}
	w.value(n, 0)
	return w.out.String()
}

type jsonWriter struct {
	*runFileParser
	name string
	out  bytes.Buffer
}

func (w *jsonWriter) value(n *yaml.Node, depth int) {
	n = resolveAlias(n)
	switch {
	case !w.step(n):
	case depth > maxNesting:
		w.fail(n, "%s: lists and maps stand more than %d deep in one another", w.name, maxNesting)
	case w.out.Len() > maxPropertyText:
		w.fail(n, "%s is longer than 1 MiB", w.name)
	case n.Kind == yaml.SequenceNode:
		w.out.WriteByte('[')
		for i, item := range n.Content {
			w.comma(i)
			w.value(item, depth+1)
		}
		w.out.WriteByte(']')
	case n.Kind == yaml.MappingNode:
		w.out.WriteByte('{')
		for i, m := range w.members(n, w.name, depth) {
			w.comma(i)
			w.text(m.key.Value)
			w.out.WriteByte(':')
			w.value(m.value, depth+1)
		}
		w.out.WriteByte('}')
	default:
		w.scalar(n)
	}
}

func (w *jsonWriter) comma(i int) {
	if i > 0 {
		w.out.WriteByte(',')
	}
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// scalar writes null, booleans and numbers as such; what JSON cannot write so (dates, 0x1F) as the text
// it is in the file.
func (w *jsonWriter) scalar(n *yaml.Node) {
	var truth bool
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		w.out.WriteString("null")
	case tag == "!!bool" && n.Decode(&truth) == nil:
		w.out.WriteString(strconv.FormatBool(truth))
	case (tag == "!!int" || tag == "!!float") && jsonNumber.MatchString(n.Value):
		w.out.WriteString(n.Value)
	default:
		w.text(n.Value)
	}
}

// text writes a JSON string, with <, > and & as they are.
func (w *jsonWriter) text(s string) {
	e := json.NewEncoder(&w.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string has JSON
	}
	w.out.Truncate(w.out.Len() - 1) // the encoder's line end
}

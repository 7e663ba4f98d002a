package nodes

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed catalogue.json
var catalogueJSON []byte

type catalogue struct {
	APIVersion string `json:"api_version"`
	Reviewed   string `json:"reviewed"`
	Roots      []Root `json:"roots"`
	Nodes      []Node `json:"nodes"`
}

// load reads the embedded catalogue once. It can only fail for a file that no test has seen, so it
// panics.
var load = sync.OnceValue(func() *catalogue {
	c, err := parse(catalogueJSON)
	if err != nil {
		panic("nodes: " + err.Error())
	}
	return c
})

// parse reads a catalogue strictly: an unknown member is a misspelling.
func parse(text []byte) (*catalogue, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	c := new(catalogue)
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("catalogue.json: %w", err)
	}
	for i := range c.Nodes {
		n := &c.Nodes[i]
		// The printed form has [] where a list is empty, never null.
		if n.DefaultFields == nil {
			n.DefaultFields = []string{}
		}
		if n.Edges == nil {
			n.Edges = []Edge{}
		}
	}
	return c, nil
}

// APIVersion is the version of the Graph API that the catalogue was last compared with.
func APIVersion() string { return load().APIVersion }

// Lookup returns the node called name, in either case.
func Lookup(name string) (Node, bool) {
	for _, n := range load().Nodes {
		if strings.EqualFold(n.Name, name) {
			return n, true
		}
	}
	return Node{}, false
}

// All returns every node in catalogue order.
func All() []Node { return slices.Clone(load().Nodes) }

// Roots returns the paths that lead to objects without an id, in catalogue order. A name stands once for each
// login where it means different things.
func Roots() []Root { return slices.Clone(load().Roots) }

// Names returns the names of all nodes in catalogue order.
func Names() []string {
	var names []string
	for _, n := range load().Nodes {
		names = append(names, n.Name)
	}
	return names
}

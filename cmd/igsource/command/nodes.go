package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

type nodesCommand struct {
	Name string `arg:"" optional:"" placeholder:"NAME" help:"Only this node, with its fields and edges, in either case."`
	JSON bool   `help:"Print the catalogue, or the node, as JSON."`
}

// Run prints the node catalogue, or one node of it.
func (c *nodesCommand) Run(sys *System) error {
	if c.Name == "" {
		if c.JSON {
			return printJSON(sys.Stdout, nodes.All())
		}
		return printNodes(sys)
	}
	n, ok := nodes.Lookup(c.Name)
	if !ok {
		hint := "they are " + strings.Join(nodes.Names(), ", ")
		if near := nearest.Name(c.Name, nodes.Names()); near != "" {
			hint = "did you mean " + near + "?"
		}
		return plugin.Userf("there is no node called %s: %s", hideTokens(c.Name), hint)
	}
	if c.JSON {
		return printJSON(sys.Stdout, n)
	}
	return printNode(sys, n)
}

// printNodes prints a line for each node, and for each path that leads to one without an id.
func printNodes(sys *System) error {
	rows := [][]string{{"node", "fields", "edges", "what it is"}}
	for _, n := range nodes.All() {
		rows = append(rows, []string{n.Name, strconv.Itoa(len(n.Fields)), strconv.Itoa(len(n.Edges)), n.Doc})
	}
	if err := printRows(sys.Stdout, rows); err != nil {
		return err
	}
	fmt.Fprintln(sys.Stdout)
	rows = [][]string{{"path without an id", "node", "login", "what it is"}}
	for _, r := range nodes.Roots() {
		rows = append(rows, []string{r.Name, r.Node, hosts(r.Login), strings.Join(append([]string{r.Doc}, params(r.Params)...), " ")})
	}
	return printRows(sys.Stdout, rows)
}

// printNode prints what a node has.
func printNode(sys *System, n nodes.Node) error {
	given := "all of them"
	if len(n.DefaultFields) > 0 {
		given = strings.Join(n.DefaultFields, ", ")
	}
	fmt.Fprintf(sys.Stdout, "%s: %s\nGiven when no fields are asked for: %s.\n\n", n.Name, n.Doc, given)
	rows := [][]string{{"field", "type", "login", "public", "notes"}}
	for _, f := range n.Fields {
		rows = append(rows, []string{f.Name, fieldType(f), hosts(f.Login), yes(f.Public), fieldNotes(f)})
	}
	if err := printRows(sys.Stdout, rows); err != nil || len(n.Edges) == 0 {
		return err
	}
	fmt.Fprintln(sys.Stdout)
	rows = [][]string{{"edge", "node", "login", "notes"}}
	for _, e := range n.Edges {
		rows = append(rows, []string{e.Name, e.Node, hosts(e.Login), edgeNotes(e)})
	}
	return printRows(sys.Stdout, rows)
}

// fieldType is a field's type, with the node that an object or list is of.
func fieldType(f nodes.Field) string {
	switch {
	case f.Node == "":
		return string(f.Type)
	case f.Type == nodes.List:
		return "list of " + f.Node
	}
	return f.Node
}

// hosts are the logins whose hosts have something.
func hosts(login string) string {
	if login == "" {
		return "both"
	}
	return login
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// fieldNotes are what a field is and what else to know of it.
func fieldNotes(f nodes.Field) string {
	notes := []string{f.Doc}
	add := func(when bool, format string, args ...any) {
		if when {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	add(f.Argument != "", "Asked for as %s.%s(…).", f.Name, f.Argument)
	add(f.OnlyIn != "", "Only inside %s.", f.OnlyIn)
	add(len(f.MediaTypes) > 0, "Only of %s.", strings.Join(f.MediaTypes, ", "))
	add(f.Separate, "Fails the request for objects that do not have it.")
	add(f.Foreign, "It may belong to others: public fields, no insights.")
	add(f.Since != "", "Since %s.", f.Since)
	add(f.RemovedIn != "", "Refused from %s on.", f.RemovedIn)
	add(f.Doubtful, "Most likely refused.")
	add(f.Secret, "A credential: never delivered.")
	return strings.Join(notes, " ")
}

// edgeNotes are what an edge gives and what else to know of it.
func edgeNotes(e nodes.Edge) string {
	notes := []string{e.Doc}
	if len(e.DefaultFields) > 0 {
		notes = append(notes, "Gives "+strings.Join(e.DefaultFields, ", ")+" when no fields are asked for.")
	}
	if e.Foreign {
		notes = append(notes, "They belong to others: public fields, no insights.")
	}
	if e.MaxLimit > 0 {
		notes = append(notes, fmt.Sprintf("At most %d a page.", e.MaxLimit))
	}
	if len(e.Summary) > 0 {
		names := make([]string, len(e.Summary))
		for i, f := range e.Summary {
			names[i] = f.Name
		}
		notes = append(notes, "Its summary has "+strings.Join(names, ", ")+".")
	}
	return strings.Join(append(notes, params(e.Params)...), " ")
}

// params says which parameters are needed, and which are taken.
func params(all []nodes.Param) []string {
	var needed, taken, out []string
	for _, p := range all {
		if p.Required {
			needed = append(needed, p.Name)
		} else {
			taken = append(taken, p.Name)
		}
	}
	if len(needed) > 0 {
		out = append(out, "Needs "+strings.Join(needed, ", ")+".")
	}
	if len(taken) > 0 {
		out = append(out, "Takes "+strings.Join(taken, ", ")+".")
	}
	return out
}

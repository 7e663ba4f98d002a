package tables

import (
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
)

// summaryPart is the part of a table's name that summaries have.
const summaryPart = "summary"

// summaryTotal is the field that every summary has.
const summaryTotal = "total_count"

// summarised says whether an item asks for a summary.
func summarised(item fields.Item) bool {
	args, ok := item.Modifier(summaryPart)
	return ok && !slices.Contains([]string{"false", "0"}, strings.ToLower(args))
}

// summary makes the position beside a list that item asks a summary of, or returns nil.
func (b *queryBuilder) summary(p, list *queryPart, item fields.Item, s queryScope) *queryPart {
	if !summarised(item) {
		return nil
	}
	at := slices.IndexFunc(item.Modifiers, func(m fields.Modifier) bool { return m.Name == summaryPart })
	sum := &queryPart{
		Position: &Position{
			Kind: SummaryPosition, Path: list.Path + "." + summaryPart, Edge: list.Edge, Table: -1, GraphNode: list.GraphNode,
		},
		label: summaryPart, at: item.Modifiers[at].Column, shared: list.shared,
	}
	b.parts = append(b.parts, sum)
	p.waiting = append(p.waiting, queryParent{sum, s.idPath, s.idPrefix, s.idOpen})
	names := []string{summaryTotal}
	all := false
	for _, arg := range item.Args(summaryPart) {
		switch {
		case slices.Contains([]string{"true", "1"}, strings.ToLower(arg)):
			all = true
		case !slices.Contains(names, arg):
			names = append(names, arg)
		}
	}
	if all {
		for _, f := range list.Edge.Summary {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	for _, name := range names {
		b.summaryColumn(sum, name)
	}
	return sum
}

func (b *queryBuilder) summaryColumn(sum *queryPart, name string) {
	f := nodes.Field{Name: name, Type: nodes.String}
	i := slices.IndexFunc(sum.Edge.Summary, func(f nodes.Field) bool { return f.Name == name })
	form := QueryText
	switch {
	case i >= 0:
		f = sum.Edge.Summary[i]
	case name == summaryTotal:
		f = nodes.Field{Name: name, Type: nodes.Int, Doc: "How many objects the list has."}
	default:
		form = QueryLoose
		if !aliasName.MatchString(name) {
			b.fail(sum.at, "Write summary(true), or names of fields.", "%s is not a field of a summary.", quoted(name))
			return
		}
	}
	b.column(sum, fields.Item{Name: name, Column: sum.at}, queryScope{}, fieldType(f), form, fieldDoc(f))
}

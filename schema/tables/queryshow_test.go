package tables_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/schema/tables"
)

type query = tables.QueryOptions

// layoutOf is the layout of a query that must be without failures and warnings.
func layoutOf(t *testing.T, o query) *tables.QueryLayout {
	t.Helper()
	l, failures, warnings := tables.Query(o)
	require.Empty(t, failures)
	require.Empty(t, warnings)
	return l
}

// shownTables shows tables: a line for the name and the key of each, and one for its columns.
func shownTables(all []schema.Table) string {
	var b strings.Builder
	for _, t := range all {
		fmt.Fprintf(&b, "%s (%s)\n ", t.Name, strings.Join(t.Key, " "))
		for _, c := range t.Columns {
			fmt.Fprintf(&b, " %s:%s", c.Name, shownType(c.Type.String(), c.Nullable))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func shownType(name string, nullable bool) string {
	switch name {
	case "timestamp[us, tz=UTC]":
		name = "moment"
	case "list<item: utf8, nullable>":
		name = "texts"
	}
	if nullable {
		return name + "?"
	}
	return name
}

var roleNames = map[tables.QueryRole]string{
	tables.QueryAbsent: "absent", tables.QueryID: "id", tables.QueryAccount: "account",
	tables.QueryGraphNode: "node", tables.QueryParent: "parent", tables.QueryField: "field", tables.QueryKey1: "key1",
	tables.QueryKey2: "key2", tables.QueryValue: "value", tables.QueryStart: "start", tables.QueryEnd: "end",
	tables.QueryDimension: "dimension",
}

var kindNames = map[tables.PositionKind]string{
	tables.ObjectPosition: "object", tables.ListPosition: "list",
	tables.InsightsPosition: "insights", tables.SummaryPosition: "summary",
}

// shownPositions shows the tree: a line for each position, and one for its columns behind the basic four, which
// the law looks at.
func shownPositions(p *tables.Position) string {
	var b strings.Builder
	showPosition(&b, p, "")
	return b.String()
}

func showPosition(b *strings.Builder, p *tables.Position, indent string) {
	fmt.Fprintf(b, "%s%s %q of %s as %s", indent, kindNames[p.Kind], p.Path, p.Node, p.GraphNode)
	if p.Table >= 0 {
		fmt.Fprintf(b, " in table %d", p.Table)
	}
	if p.ParentColumn != "" {
		fmt.Fprintf(b, ", parent %s", p.ParentColumn)
	}
	for _, via := range p.Via {
		fmt.Fprintf(b, ", via %s", via.Name)
	}
	if len(p.Metrics) > 0 {
		fmt.Fprintf(b, ", metrics %s", strings.Join(p.Metrics, " "))
	}
	if len(p.Dimensions) > 0 {
		fmt.Fprintf(b, ", by %s", strings.Join(p.Dimensions, " "))
	}
	fmt.Fprintf(b, ", asks %s\n", p.Item)
	columns := p.Columns
	if p.Table >= 0 {
		columns = columns[4:]
	}
	for _, c := range columns {
		fmt.Fprintf(b, "%s  - %s %s", indent, c.Name, roleNames[c.Role])
		if c.Path != "" {
			fmt.Fprintf(b, " %s", c.Path)
		}
		if c.Form != tables.QueryText {
			fmt.Fprintf(b, " %s", map[tables.QueryForm]string{tables.QueryJSON: "json", tables.QueryLoose: "loose"}[c.Form])
		}
		b.WriteByte('\n')
	}
	for _, child := range p.Children {
		showPosition(b, child, indent+"  ")
	}
}

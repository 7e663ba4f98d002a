package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

type schemaCommand struct {
	runFlags
	Format string `enum:"text,cdap,arrow-json" default:"text" help:"text, cdap (CDAP schema JSON) or arrow-json."`
}

// Run prints the tables of a run file. It makes no request and needs neither token nor dates.
func (c *schemaCommand) Run(sys *System) error {
	opened, err := c.open(sys, false, defaultParallelism)
	if err != nil {
		return err
	}
	tables, err := opened.tables()
	if err != nil {
		return err
	}
	var text []byte
	switch c.Format {
	case "cdap":
		text, err = schema.CDAPJSON(tables)
	case "arrow-json":
		text, err = schema.ArrowJSON(tables)
	default:
		return printTables(sys, tables)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sys.Stdout, "%s\n", text)
	return err
}

// tables returns the tables of all sources, those of one name once.
func (o *opened) tables() ([]schema.Table, error) {
	var all []schema.Table
	var failures []plugin.Failure
	for _, in := range o.inputs {
		tables, err := in.Source.Tables()
		var invalid *plugin.InvalidError
		switch {
		case errors.As(err, &invalid):
			failures = append(failures, invalid.Failures...)
			continue
		case errors.Is(err, plugin.ErrSchemaUnknown):
			return nil, plugin.Userf("%w; give them with --arg", err)
		case err != nil:
			return nil, err
		}
		for _, t := range tables {
			at := slices.IndexFunc(all, func(o schema.Table) bool { return o.Name == t.Name })
			switch {
			case at < 0:
				all = append(all, t)
			case !all[at].Equal(t):
				return nil, plugin.Userf("two sources give a table called %s with different columns or keys; make them agree, or read them in two runs", t.Name)
			}
		}
	}
	if len(failures) > 0 {
		return nil, &plugin.InvalidError{Failures: failures}
	}
	return all, nil
}

// printTables prints tables for people.
func printTables(sys *System, tables []schema.Table) error {
	w := tabwriter.NewWriter(sys.Stdout, 0, 0, 2, ' ', 0)
	for i, t := range tables {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s (key: %s)\n", t.Name, strings.Join(t.Key, ", "))
		for _, c := range t.Columns {
			null := "not null"
			if c.Nullable {
				null = ""
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", c.Name, c.Type, null, c.Doc)
		}
	}
	return w.Flush()
}

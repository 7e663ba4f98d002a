package command

import (
	"fmt"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

type schemaCommand struct {
	runFlags
	Format string `default:"text" placeholder:"text|cdap|arrow-json" help:"text (the default), cdap (CDAP schema JSON) or arrow-json."`
}

// Run prints the tables of a run file. It makes no request and needs neither token nor dates.
func (c *schemaCommand) Run(sys *System) error {
	show := printTables
	switch c.Format {
	case "text":
	case "cdap":
		show = printSchema(schema.CDAPJSON)
	case "arrow-json":
		show = printSchema(schema.ArrowJSON)
	default:
		return plugin.Userf("--format %s: give text, cdap or arrow-json", c.Format)
	}
	o, err := c.open(sys, false, defaultParallelism)
	if err != nil {
		return err
	}
	sys.newWarner().properties(o)
	tables, err := o.tables()
	if err != nil {
		return err
	}
	return show(sys, tables)
}

// printSchema prints tables as one JSON text.
func printSchema(encode func([]schema.Table) ([]byte, error)) func(*System, []schema.Table) error {
	return func(sys *System, tables []schema.Table) error {
		text, err := encode(tables)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(sys.Stdout, "%s\n", text)
		return err
	}
}

// printTables prints tables for people.
func printTables(sys *System, tables []schema.Table) error {
	for i, t := range tables {
		if i > 0 {
			fmt.Fprintln(sys.Stdout)
		}
		key := "no key"
		if len(t.Key) > 0 {
			key = "key: " + strings.Join(t.Key, ", ")
		}
		fmt.Fprintf(sys.Stdout, "%s (%s)\n", t.Name, key)
		rows := make([][]string, len(t.Columns))
		for i, c := range t.Columns {
			null := "not null"
			if c.Nullable {
				null = ""
			}
			rows[i] = []string{"  " + c.Name, c.Type.String(), null, c.Doc}
		}
		if err := printRows(sys.Stdout, rows); err != nil {
			return err
		}
	}
	return nil
}

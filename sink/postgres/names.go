package postgres

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// longest is how many bytes of a name PostgreSQL keeps; it cuts off the rest without a word.
const longest = 63

// shortName is what a table or column called name is called in the database: the name itself up to 63 bytes,
// and a longer one cut to 54, followed by _ and 8 digits of its hash, so that it is the same in every run and
// not that of another long name.
func shortName(name string) string {
	if len(name) <= longest {
		return name
	}
	sum := fmt.Sprintf("_%.4x", sha256.Sum256([]byte(name)))
	cut := longest - len(sum)
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + sum
}

// quote is the identifier of SQL for a table or column called name.
func quote(name string) string { return sqltable.Quote(shortName(name)) }

func quoteAll(names []string) string {
	short := make([]string, len(names))
	for i, n := range names {
		short[i] = shortName(n)
	}
	return sqltable.QuoteAll(short)
}

// systemColumns are those that every table has.
var systemColumns = []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

func checkNames(tables []schema.Table) error {
	if err := sqltable.CheckNames(tables, shortName); err != nil {
		return err
	}
	for _, t := range tables {
		for _, c := range t.Columns {
			if slices.Contains(systemColumns, c.Name) {
				return plugin.Userf("the column %q of table %q cannot be called so in PostgreSQL, which keeps the name for itself: rename it", c.Name, t.Name)
			}
		}
	}
	return nil
}

package sqltable

import (
	"strings"
	"unicode/utf8"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// Reserved is what the names of the sinks' own tables and indexes begin with, in any case.
const Reserved = "igsource_"

// Quote returns name as an identifier of SQL, whatever it holds but a NUL.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// QuoteAll returns names as a list of identifiers.
func QuoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// LowerASCII returns s with the letters A to Z in lower case: what names differ by where a database folds
// no others.
func LowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// CheckNames refuses tables and columns whose names the database cannot hold, or cannot tell apart: two
// are one to it where fold gives the same. The error is a *plugin.UserError.
func CheckNames(tables []schema.Table, fold func(string) string) error {
	owner := make(map[string]string, len(tables))
	for _, t := range tables {
		if !holdable(t.Name) {
			return plugin.Userf("a database cannot hold a table called %q: its name is not text", t.Name)
		}
		if strings.HasPrefix(strings.ToLower(t.Name), Reserved) {
			return plugin.Userf("a table cannot be called %q in a database: names with %s are kept for tables of our own, so rename it", t.Name, Reserved)
		}
		folded := fold(t.Name)
		if other, dup := owner[folded]; dup {
			return plugin.Userf("the tables %q and %q are one table to the database: rename one of them", other, t.Name)
		}
		owner[folded] = t.Name
		if err := checkColumns(t, fold); err != nil {
			return err
		}
	}
	return nil
}

func checkColumns(t schema.Table, fold func(string) string) error {
	owner := make(map[string]string, len(t.Columns))
	for _, c := range t.Columns {
		if !holdable(c.Name) {
			return plugin.Userf("a database cannot hold the column %q of table %q: its name is not text", c.Name, t.Name)
		}
		folded := fold(c.Name)
		if other, dup := owner[folded]; dup {
			return plugin.Userf("the columns %q and %q of table %q are one column to the database: rename one of them", other, c.Name, t.Name)
		}
		owner[folded] = c.Name
	}
	return nil
}

func holdable(name string) bool { return utf8.ValidString(name) && !strings.Contains(name, "\x00") }

package sink

import (
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// FileName returns the name of a table's file without extension: letters, digits, dot, underscore and
// minus are kept, every other character becomes an underscore. A name that Windows keeps for a device,
// such as nul, gets an underscore at its end, on every system, so that files are called the same
// everywhere.
func FileName(table string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, table)
	if base, rest, dotted := strings.Cut(name, "."); isDevice(base) {
		name = base + "_"
		if dotted {
			name += "." + rest
		}
	}
	return name
}

func isDevice(name string) bool {
	switch name = strings.ToLower(name); name {
	case "con", "prn", "aux", "nul":
		return true
	}
	if len(name) != 4 {
		return false
	}
	return (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '1' && name[3] <= '9'
}

// checkNames refuses two tables whose files have one name, also where only case tells them apart: many
// file systems do not.
func checkNames(tables []schema.Table) error {
	owner := make(map[string]string, len(tables))
	for _, t := range tables {
		file := FileName(t.Name)
		folded := strings.ToLower(file)
		if other, dup := owner[folded]; dup {
			return plugin.Userf("the tables %q and %q would both be written to the file %s: rename one of them", other, t.Name, file)
		}
		owner[folded] = t.Name
	}
	return nil
}

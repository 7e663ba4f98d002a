package fields

import (
	"slices"
	"strings"

	"github.com/igsource/igsource/internal/nearest"
)

// A Modifier is one .name(args) behind an Item.
type Modifier struct {
	Name string
	// Args is the text between the parentheses, without white space around it.
	Args string
	// Column is where the name begins in the text that was parsed, in characters from 1; 0 for one that was
	// made.
	Column int
}

// List splits the arguments at commas, but not inside brackets or quotes. Line breaks are taken out, white
// space around an argument too, and empty arguments are left out.
func (m Modifier) List() []string {
	var (
		list  []string
		n     nesting
		begin int
	)
	add := func(arg string) {
		if arg = strings.TrimSpace(lineBreaks.Replace(arg)); arg != "" {
			list = append(list, arg)
		}
	}
	for at, r := range m.Args {
		if r == ',' && n.outside() {
			add(m.Args[begin:at])
			begin = at + 1
		}
		n.take(r, 0)
	}
	add(m.Args[begin:])
	return list
}

var lineBreaks = strings.NewReplacer("\n", "", "\r", "")

// modifiers are those of the field expansion guide, of the edges' parameters that mean something to Instagram's
// reads, and those that reads of Pages have beside them.
var modifiers = []string{
	"after",
	"as",
	"before",
	"breakdown",
	"comment_id",
	"date_preset",
	"filter",
	"height",
	"limit",
	"media_id",
	"metric",
	"metric_type",
	"offset",
	"order",
	"period",
	"q",
	"redirect",
	"since",
	"summary",
	"time_increment",
	"time_range",
	"timeframe",
	"type",
	"until",
	"user_id",
	"username",
	"width",
}

// Modifiers returns the names of the modifiers that are known, sorted. The API takes others too, such as the
// parameters of single edges, so an unknown name deserves a warning, no more.
func Modifiers() []string { return slices.Clone(modifiers) }

// Known says whether name is one of [Modifiers].
func Known(name string) bool {
	_, found := slices.BinarySearch(modifiers, name)
	return found
}

// Nearest returns the known modifier that a misspelt name was most likely meant to be, or "" if none is near.
func Nearest(name string) string { return nearest.Name(name, modifiers) }

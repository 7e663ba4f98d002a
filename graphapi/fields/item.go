package fields

import (
	"slices"
	"strings"
)

// An Item is one field or edge of a List, with what it is asked with.
type Item struct {
	Name      string
	Modifiers []Modifier
	// Fields are those between braces; Braces says that there were braces, even with nothing in them.
	Fields List
	Braces bool
	// Column is where the item begins in the text that was parsed, in characters from 1; 0 for one that was
	// made.
	Column int
}

// Label is what the API calls the item in its answer: the alias that as() gives, or the name.
func (i Item) Label() string {
	if alias, ok := i.Modifier("as"); ok && alias != "" {
		return alias
	}
	return i.Name
}

// Modifier returns the arguments of the first modifier called name.
func (i Item) Modifier(name string) (args string, ok bool) {
	for _, m := range i.Modifiers {
		if m.Name == name {
			return m.Args, true
		}
	}
	return "", false
}

// Args returns the arguments of the first modifier called name, as [Modifier.List] splits them; nil where there is none.
func (i Item) Args(name string) []string {
	for _, m := range i.Modifiers {
		if m.Name == name {
			return m.List()
		}
	}
	return nil
}

// With returns i with the modifier name(args), in the place of its namesake or else as the last; i itself
// stays as it is, and both share their Fields. args are printed as they are: what has brackets or quotes must
// have them in pairs.
func (i Item) With(name, args string) Item {
	at := slices.IndexFunc(i.Modifiers, func(m Modifier) bool { return m.Name == name })
	made := Modifier{Name: name, Args: strings.TrimSpace(args)}
	if at < 0 {
		i.Modifiers = append(slices.Clip(i.Modifiers), made)
		return i
	}
	made.Column = i.Modifiers[at].Column
	i = i.Without(name)
	i.Modifiers = slices.Insert(i.Modifiers, at, made)
	return i
}

// Without returns i without the modifiers called name; i itself stays as it is, and both share their Fields.
func (i Item) Without(name string) Item {
	var rest []Modifier
	for _, m := range i.Modifiers {
		if m.Name != name {
			rest = append(rest, m)
		}
	}
	i.Modifiers = rest
	return i
}

// String prints the item as the API takes it.
func (i Item) String() string {
	var b strings.Builder
	i.print(&b)
	return b.String()
}

func (i Item) print(b *strings.Builder) {
	b.WriteString(i.Name)
	for _, m := range i.Modifiers {
		b.WriteString("." + m.Name + "(" + m.Args + ")")
	}
	if i.Braces || len(i.Fields) > 0 {
		b.WriteByte('{')
		i.Fields.print(b)
		b.WriteByte('}')
	}
}

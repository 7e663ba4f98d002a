package fields

import (
	"iter"
	"slices"
	"strings"
)

// A List is a field expression: the fields and edges asked for, in order.
type List []Item

// Index returns the place of the first item that the API's answer calls label, or -1.
func (l List) Index(label string) int {
	return slices.IndexFunc(l, func(i Item) bool { return i.Label() == label })
}

// Find returns the first item that the API's answer calls label.
func (l List) Find(label string) (item Item, ok bool) {
	if i := l.Index(label); i >= 0 {
		return l[i], true
	}
	return Item{}, false
}

// All gives the items at every depth, in the order of the text: an item before those in its braces.
func (l List) All() iter.Seq[Item] {
	return func(yield func(Item) bool) { l.each(yield) }
}

func (l List) each(yield func(Item) bool) bool {
	for _, i := range l {
		if !yield(i) || !i.Fields.each(yield) {
			return false
		}
	}
	return true
}

// String prints the list as the API takes it: without white space but for what stands inside arguments. Two
// lists that print alike ask for the same.
func (l List) String() string {
	var b strings.Builder
	l.print(&b)
	return b.String()
}

func (l List) print(b *strings.Builder) {
	for n, i := range l {
		if n > 0 {
			b.WriteByte(',')
		}
		i.print(b)
	}
}

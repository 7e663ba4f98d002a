package tables

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/graphapi/nodes"
)

// readable says whether the API can answer a field of the catalogue here, and if not, why.
func (b *queryBuilder) readable(item fields.Item, f nodes.Field, s queryScope) bool {
	_, argued := item.Modifier(f.Argument)
	switch {
	case !f.On(b.o.Login):
		b.fail(item.Column, fmt.Sprintf("Leave it out, or set the login to %s.", f.Login), "%s can be read with the %s login alone.", f.Name, f.Login)
	case f.RemovedIn != "":
		b.fail(item.Column, "Leave it out.", "%s was removed in %s.", f.Name, f.RemovedIn)
	case f.OnlyIn != "" && !slices.Contains(s.through, f.OnlyIn):
		b.fail(item.Column, "Leave it out.", "%s can be read through %s alone.", f.Name, f.OnlyIn)
	case f.Argument != "" && !argued:
		b.fail(item.Column, fmt.Sprintf("Write %s.%s(…).", f.Name, f.Argument), "%s cannot be read without its argument %s.", f.Name, f.Argument)
	default:
		if f.Doubtful {
			b.warn(item.Column, "Leave it out if the call fails.", "%s is documented for %s, but the API most likely refuses it.", f.Name, s.node.Name)
		} else if s.foreign && !f.Public && hasPublic(s.node) {
			b.warn(item.Column, "Leave it out if the call fails.", "%s is not known to be public, and the objects belong to other accounts.", f.Name)
		}
		return true
	}
	return false
}

// hasPublic says whether it is known of the fields of n which are public.
func hasPublic(n queryNode) bool {
	return slices.ContainsFunc(n.Fields, func(f nodes.Field) bool { return f.Public })
}

// credentials fails for credentials among fields whose object is not known.
func (b *queryBuilder) credentials(list fields.List) {
	for item := range list.All() {
		if item.Name == "access_token" {
			b.fail(item.Column, "Leave it out.", "%s is a credential, which no table may hold.", item.Name)
		}
	}
}

// judgeList judges the modifiers of a list.
func (b *queryBuilder) judgeList(item fields.Item, edge nodes.Edge) bool {
	for _, param := range edge.Params {
		if _, ok := item.Modifier(param.Name); param.Required && !ok {
			b.warn(item.Column, fmt.Sprintf("Write %s.%s(…).", item.Name, param.Name), "%s cannot be read without its parameter %s.", item.Name, param.Name)
		}
	}
	b.judgeModifiers(item, paramNames(edge), false)
	for _, m := range item.Modifiers {
		if m.Name != "limit" {
			continue
		}
		n, err := strconv.Atoi(m.Args)
		switch {
		case err != nil || n < 0 || n > 100 || strconv.Itoa(n) != m.Args:
			b.fail(m.Column, "Choose a number from 1 to 100.", "the limit of %s is %s.", item.Name, quoted(m.Args))
			return false
		case n == 0 && !summarised(item):
			b.fail(m.Column, "Choose a number from 1 to 100, or add .summary(true).", "the limit of %s is 0, and no summary is asked for.", item.Name)
			return false
		}
	}
	return true
}

// judgeAlias says whether the alias of an item can be a name.
func (b *queryBuilder) judgeAlias(item fields.Item) bool {
	for _, m := range item.Modifiers {
		if m.Name == "as" && !aliasName.MatchString(m.Args) {
			b.fail(m.Column, "Choose one of letters, digits and underscores.", "%s is not a name that %s can have.", quoted(m.Args), item.Name)
			return false
		}
	}
	return true
}

// judgeRepeats fails for modifiers that stand twice.
func (b *queryBuilder) judgeRepeats(item fields.Item) bool {
	for i, m := range item.Modifiers {
		if slices.ContainsFunc(item.Modifiers[:i], func(o fields.Modifier) bool { return o.Name == m.Name }) {
			b.fail(m.Column, "Leave one of them.", "%s stands twice behind %s.", m.Name, item.Name)
			return false
		}
	}
	return true
}

// judgeModifiers warns of modifiers that nothing is known of, and of those that only lists take; own are the item's.
func (b *queryBuilder) judgeModifiers(item fields.Item, own []string, single bool) {
	for _, m := range item.Modifiers {
		switch {
		case slices.Contains(own, m.Name) || m.Name == "as":
		case !fields.Known(m.Name):
			near := append(slices.Clip(own), fields.Modifiers()...)
			b.warn(m.Column, orNames(m.Name, near, "Leave it out if the call fails."), "%s is not a modifier that is known; it is sent as it is.", m.Name)
		case single && listed(fields.Item{Modifiers: []fields.Modifier{m}}):
			b.warn(m.Column, "Leave it out.", "%s is for lists, and %s is none.", m.Name, item.Name)
		}
	}
}

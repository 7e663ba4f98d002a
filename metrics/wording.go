package metrics

import (
	"fmt"
	"strings"
)

// removedMessage says since when m is gone.
func removedMessage(m Metric) string {
	if m.RemovedIn == "" {
		return fmt.Sprintf("%s was removed on %s.", m.Name, m.Removed)
	}
	return fmt.Sprintf("%s was removed in %s, and from all versions on %s.", m.Name, m.RemovedIn, m.Removed)
}

// removedAction says what took the place of m, or which metrics would fit.
func removedAction(m Metric, fitting []string) string {
	switch {
	case m.ReplacedBy == "":
		return "Nothing replaced it. " + chooseFrom(fitting)
	case len(m.ReplacedWith) > 0:
		return fmt.Sprintf("Use %s with the breakdown %s.", m.ReplacedBy, strings.Join(m.ReplacedWith, ","))
	default:
		return fmt.Sprintf("Use %s.", m.ReplacedBy)
	}
}

// notOf says which product types a metric is not of.
func notOf(productTypes []string) string {
	if len(productTypes) == 0 {
		return " alone"
	}
	return ", not of " + list(productTypes, "or")
}

// chooseFrom is the action that names what would fit.
func chooseFrom(fitting []string) string {
	if len(fitting) == 0 {
		return "Change the rest of the choice first: no metric fits it."
	}
	return fmt.Sprintf("Choose from %s.", list(fitting, "and"))
}

// orElse is an action, or else a choice of what would fit.
func orElse(action string, fitting []string) string {
	if len(fitting) == 0 {
		return action + "."
	}
	return fmt.Sprintf("%s, or choose from %s.", action, list(fitting, "and"))
}

// list joins names as people do: a, b and c.
func list[T ~string](names []T, last string) string {
	var b strings.Builder
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" " + last + " ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(n))
	}
	return b.String()
}

func objectNoun(o Object) string {
	if o == Account {
		return "accounts"
	}
	return "media"
}

// quoteEmpty makes a name that cannot be seen visible.
func quoteEmpty(s string) string {
	if strings.TrimSpace(s) == "" {
		return `""`
	}
	return s
}

// title is a product's name as people write it.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

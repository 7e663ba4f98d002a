package graphtest

import (
	"net/url"
	"strings"
)

// summary is what was asked of the object summary beside a list's data.
type summary struct{ order, total bool }

func (s summary) asked() bool { return s.order || s.total }

// readSummary reads summary(true), or the members that are wanted. Every list can be counted; those that have
// an order name it.
func readSummary(params url.Values, ordered bool) (summary, *Error) {
	var s summary
	switch value := strings.TrimSpace(params.Get("summary")); value {
	case "", "false", "0":
	case "true", "1":
		s = summary{order: ordered, total: true}
	default:
		names := []string{"total_count"}
		if ordered {
			names = []string{"order", "total_count"}
		}
		for _, name := range strings.Split(value, ",") {
			switch name = strings.TrimSpace(name); {
			case !contains(names, name):
				return s, mustBeOneOf("summary", append([]string{"true", "false"}, names...))
			case name == "order":
				s.order = true
			default:
				s.total = true
			}
		}
	}
	return s, nil
}

// append writes the summary of a list.
func (s summary) append(b []byte, l listing) []byte {
	if !s.asked() {
		return b
	}
	b = append(appendKey(b, "summary"), '{')
	if s.order {
		b = appendMember(b, "order", l.order)
	}
	if s.total {
		b = appendNumber(b, "total_count", int64(max(l.to-l.from, 0)))
	}
	return append(b, '}')
}

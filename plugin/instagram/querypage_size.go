package instagram

import "strconv"

// pageOf is how many objects to ask for at once of a list inside other objects: as asked, else the most that
// the API gives; 0 leaves it to the API.
func (t *queryText) pageOf(n *queryNode) int {
	if text, ok := n.Item.Modifier("limit"); ok {
		size, err := strconv.Atoi(text)
		if err == nil && size > 0 {
			return size
		}
		return 0
	}
	switch {
	case t.spec.limit > 0 && (n.above == nil || n.direct()):
		if n.Edge.MaxLimit > 0 { // of an edge that gives less, so many come at once
			return min(t.spec.limit, n.Edge.MaxLimit)
		}
		return t.spec.limit
	case n.Edge.Name == "children":
		return 0 // an album comes whole
	case n.above == nil:
		for _, p := range t.spec.layout.Params {
			if size, err := strconv.Atoi(p.Value); p.Name == "limit" && err == nil && size > 0 {
				return size
			}
		}
		return mostOf(n.Edge, n.Node, "")
	}
	return mostOf(n.Edge, n.Node, n.above.Node)
}

// rootPage is the size of the pages of a list that is read as such.
func (t *queryText) rootPage(n *queryNode) int {
	if size := t.pageOf(n); size > 0 {
		return size
	}
	return usualPage
}

// usualPage is how many objects the API gives when nothing is said.
const usualPage = 25

package graphapi

import (
	"slices"

	"github.com/igsource/igsource/graphapi/fields"
)

// AskedMetrics returns the metrics that the failed request asked for, in its order and each once: those of its metric
// parameter, and those of every insights item of its fields parameter, at any depth. It is nil where it asked for none,
// or where no request is known.
func (e *Error) AskedMetrics() []string {
	var all []string
	for _, list := range askedMetrics(e.asked) {
		for _, name := range list {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// askedMetrics are the lists of metrics that a request with the parameters asks for. Fields that are no field expression
// ask for none.
func askedMetrics(params []Param) (lists [][]string) {
	r := Request{Params: params}
	if list := (fields.Modifier{Args: r.Param("metric")}).List(); list != nil {
		lists = append(lists, list)
	}
	expression, err := fields.Parse(r.Param("fields"))
	if err != nil {
		return lists
	}
	for item := range expression.All() {
		if list := item.Args("metric"); list != nil && item.Name == "insights" {
			lists = append(lists, list)
		}
	}
	return lists
}

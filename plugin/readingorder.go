package plugin

import (
	"fmt"
	"sort"
)

// readingOrder orders the lanes for reading: the first of every input, then the second of every input, each as
// its plan wants it.
func (r *runner) readingOrder(plans []Plan) ([]*lane, error) {
	byInput := make([][]*lane, len(r.inputs))
	for _, l := range r.lanes {
		byInput[l.input] = append(byInput[l.input], l)
	}
	for i, p := range plans {
		if err := p.orderForReading(byInput[i]); err != nil {
			return nil, fmt.Errorf("source %s %w; this is a bug of the source", r.inputs[i].Name, err)
		}
	}
	out := make([]*lane, 0, len(r.lanes))
	for i := 0; len(out) < len(r.lanes); i++ {
		for _, ls := range byInput {
			if i < len(ls) {
				out = append(out, ls[i])
			}
		}
	}
	return out, nil
}

// orderForReading sorts the lanes of the plan's splits.
func (p Plan) orderForReading(lanes []*lane) error {
	if len(p.Reading) == 0 {
		return nil
	}
	place := make(map[string]int, len(p.Splits))
	for _, s := range p.Splits {
		place[s.ID] = len(p.Reading)
	}
	for at, id := range p.Reading {
		switch was, planned := place[id]; {
		case !planned:
			return fmt.Errorf("wants split %s to be read, which it did not plan", id)
		case was < len(p.Reading):
			return fmt.Errorf("wants split %s to be read twice", id)
		}
		place[id] = at
	}
	sort.SliceStable(lanes, func(i, j int) bool { return place[lanes[i].split.ID] < place[lanes[j].split.ID] })
	return nil
}

package graphtest

import "strings"

// mostWeight is what an answer may weigh when nothing else was set: far more than a page ever does, and
// little enough that lists nested in lists in lists end.
const mostWeight = 1 << 18

// weightOf is what a row of these fields weighs: one for each field, and one for each metric.
func weightOf(fields []selection) int {
	if len(fields) == 0 {
		return 1
	}
	weight := 0
	for _, s := range fields {
		if metric := s.args.Get("metric"); s.name == "insights" && metric != "" {
			weight += strings.Count(metric, ",") + 1
			continue
		}
		weight++
	}
	return weight
}

// weigh adds to what the answer weighs, and refuses one that weighs too much (facts §8: code 1).
func (c *call) weigh(weight int) *Error {
	most := c.h.pageWeight
	if most == 0 {
		most = mostWeight
	}
	if c.weight += weight; c.weight > most {
		return tooMuchData()
	}
	return nil
}

package graphapi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The API names the metrics that it refuses only in its messages.
var (
	metricsBehind = regexp.MustCompile(`(?i)\bmetrics? \(([^)]*)\)`)                        // metrics (a,b) should be; for metric (a)
	metricsBefore = regexp.MustCompile(`(?i)\(([^)#]*)\) metrics?\b`)                       // (a) metric only supports
	metricNamed   = regexp.MustCompile(`(?i)\bdoes not support the ([a-z0-9_]+) metric\b`)  // the X metric for this media
	metricAt      = regexp.MustCompile(`(?i)\bmetric\[(\d+)\] must be one of[^:]*:\s*(.+)`) // metric[0] must be one of the following values: a, b
	metricName    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// RefusedMetrics returns the metrics that the message complains of, in its order; nil where it names none.
// A message that only gives a position and the names that exist is held against the metric parameter of the request.
func (e *Error) RefusedMetrics() []string {
	if e.Code != 100 && e.Kind() != BadRequest {
		return nil
	}
	var found []string
	add := func(list string) {
		for _, name := range strings.Split(list, ",") {
			if name = strings.TrimSpace(name); metricName.MatchString(name) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	for _, form := range []*regexp.Regexp{metricsBehind, metricsBefore, metricNamed} {
		for _, m := range form.FindAllStringSubmatch(e.Message, -1) {
			add(m[1])
		}
	}
	if m := metricAt.FindStringSubmatch(e.Message); m != nil {
		known := strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' || r == '.' })
		for _, name := range e.metrics {
			if !slices.Contains(known, name) {
				add(name)
			}
		}
		if i, ok := e.RefusedIndex(); ok && len(found) == 0 && i < len(e.metrics) {
			add(e.metrics[i])
		}
	}
	return found
}

// RefusedIndex returns the position, from 0, of the metric that a message "metric[i] must be one of"
// complains of.
func (e *Error) RefusedIndex() (int, bool) {
	m := metricAt.FindStringSubmatch(e.Message)
	if m == nil {
		return 0, false
	}
	i, err := strconv.Atoi(m[1])
	return i, err == nil
}

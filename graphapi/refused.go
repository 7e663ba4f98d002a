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

	fieldRefused = regexp.MustCompile(`(?i)\bnonexisting field \(([A-Za-z0-9_]+)\)`) // Tried accessing nonexisting field (x)
)

// RefusedField returns the field that the message says its object does not have. The API names one at a time,
// whatever else is wrong.
func (e *Error) RefusedField() (name string, ok bool) {
	m := fieldRefused.FindStringSubmatch(e.Message)
	if m == nil || e.Code != 100 && e.Kind() != BadRequest {
		return "", false
	}
	return m[1], true
}

// RefusedMetrics returns the metrics that the message complains of, in its order; nil where it names none. Where
// the request is known they are among [Error.AskedMetrics]: a message that only gives a position and the names that
// exist is held against those. Where the request has several lists of metrics, and it cannot be told which of them
// the position is in, none is returned.
func (e *Error) RefusedMetrics() []string {
	if e.Code != 100 && e.Kind() != BadRequest {
		return nil
	}
	var found []string
	add := func(names []string) {
		for _, name := range names {
			if name = strings.TrimSpace(name); metricName.MatchString(name) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	for _, form := range []*regexp.Regexp{metricsBehind, metricsBefore, metricNamed} {
		for _, m := range form.FindAllStringSubmatch(e.Message, -1) {
			add(strings.Split(m[1], ","))
		}
	}
	lists := askedMetrics(e.asked)
	if i, ok := e.RefusedIndex(); ok {
		add(refusedAt(lists, i, e.knownMetrics()))
	}
	if len(lists) == 0 {
		return found
	}
	var asked []string
	for _, name := range found {
		if slices.ContainsFunc(lists, func(list []string) bool { return slices.Contains(list, name) }) {
			asked = append(asked, name)
		}
	}
	return asked
}

// refusedAt returns the metrics that are refused when the one at position i of some list is, for only the known ones
// exist.
func refusedAt(lists [][]string, i int, known []string) (refused []string) {
	isKnown := func(name string) bool { return slices.Contains(known, name) }
	for _, list := range lists {
		if len(lists) > 1 && (i >= len(list) || isKnown(list[i])) {
			continue // another list is meant
		}
		names := slices.DeleteFunc(slices.Clone(list), isKnown)
		if len(names) == 0 && i < len(list) {
			names = list[i : i+1]
		}
		if refused != nil && !slices.Equal(refused, names) {
			return nil
		}
		refused = names
	}
	return refused
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

// knownMetrics are the names that a message "metric[i] must be one of" lists.
func (e *Error) knownMetrics() []string {
	m := metricAt.FindStringSubmatch(e.Message)
	if m == nil {
		return nil
	}
	return strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' || r == '.' })
}

package metrics

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed catalogue.json
var catalogueJSON []byte

// catalogue is what catalogue.json holds, and ways into it.
type catalogue struct {
	APIVersion string   `json:"api_version"`
	Reviewed   string   `json:"reviewed"`
	Metrics    []Metric `json:"metrics"`

	byName map[Object]map[string]int
}

// load reads the embedded catalogue once. It can only fail for a file that no test has seen, so it
// panics.
var load = sync.OnceValue(func() *catalogue {
	c, err := parse(catalogueJSON)
	if err != nil {
		panic("metrics: " + err.Error())
	}
	return c
})

// parse reads a catalogue strictly: an unknown member is a misspelling.
func parse(text []byte) (*catalogue, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	c := &catalogue{byName: map[Object]map[string]int{Account: {}, Media: {}}}
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("catalogue.json: %w", err)
	}
	for i := range c.Metrics {
		m := &c.Metrics[i]
		names, ok := c.byName[m.Object]
		if !ok {
			return nil, fmt.Errorf("catalogue.json: %s has the object %q", m.Name, m.Object)
		}
		if _, twice := names[m.Name]; twice {
			return nil, fmt.Errorf("catalogue.json: %s of %s stands twice", m.Name, m.Object)
		}
		names[m.Name] = i
		// The printed form has [] where a list is empty, never null.
		m.Periods = orEmpty(m.Periods)
		m.Types = orEmpty(m.Types)
		m.Breakdowns = orEmpty(m.Breakdowns)
		m.Timeframes = orEmpty(m.Timeframes)
		m.ProductTypes = orEmpty(m.ProductTypes)
	}
	return c, nil
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return slices.Clip(s)
}

// APIVersion is the version of the Graph API that the catalogue was last compared with.
func APIVersion() string { return load().APIVersion }

// Lookup returns the metric of object that is called name, exactly, whatever its status.
func Lookup(object Object, name string) (Metric, bool) {
	c := load()
	i, ok := c.byName[object][name]
	if !ok {
		return Metric{}, false
	}
	return c.Metrics[i], true
}

// All returns every metric of object in catalogue order, removed ones too.
func All(object Object) []Metric {
	var all []Metric
	for _, m := range load().Metrics {
		if m.Object == object {
			all = append(all, m)
		}
	}
	return all
}

// Names returns the names of the current metrics of object, in catalogue order.
func Names(object Object) []string {
	var names []string
	for _, m := range load().Metrics {
		if m.Object == object && m.Status == Current {
			names = append(names, m.Name)
		}
	}
	return names
}

// Dimensions returns every dimension that a current metric of object takes, in order of first
// appearance.
func Dimensions(object Object) []string {
	return union(object, func(m Metric) []string { return m.Breakdowns })
}

// Timeframes returns every timeframe that a current metric of object takes, in order of first
// appearance.
func Timeframes(object Object) []string {
	return union(object, func(m Metric) []string { return m.Timeframes })
}

// Periods returns every period that a current metric of object has, in order of first appearance.
func Periods(object Object) []Period {
	return union(object, func(m Metric) []Period { return m.Periods })
}

func union[T comparable](object Object, of func(Metric) []T) []T {
	var all []T
	for _, m := range load().Metrics {
		if m.Object != object || m.Status != Current {
			continue
		}
		for _, v := range of(m) {
			if !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

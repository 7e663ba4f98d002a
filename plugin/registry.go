package plugin

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// A Factory makes a source from bound properties. It never fails on a missing or bad value: Validate of
// what it returns says what is wrong. It may be called at any time, by several goroutines.
type Factory func(properties *Properties, opts Options) Source

// Options are what Open needs beside the properties.
type Options struct {
	// Macros evaluates macros, as at run time. Nil leaves macros as they are, as at configure time: a
	// property that holds one is then not judged.
	Macros *Macros
	// Start is the logical start time; zero is the clock's now.
	Start time.Time
	Environment
}

var registry = struct {
	sync.RWMutex
	entries map[string]entry
}{entries: map[string]entry{}}

type entry struct {
	descriptor *Descriptor
	factory    Factory
}

// Register makes a plugin known by its descriptor's name; package init functions call it. It panics on
// a nil argument and on a name registered twice, as database/sql does.
func Register(descriptor *Descriptor, factory Factory) {
	if descriptor == nil || factory == nil {
		panic("plugin: Register needs a descriptor and a factory")
	}
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.entries[descriptor.Name]; dup {
		panic("plugin: Register called twice for " + descriptor.Name)
	}
	registry.entries[descriptor.Name] = entry{descriptor, factory}
}

// Registered returns the descriptors of all registered plugins, by name.
func Registered() []*Descriptor {
	registry.RLock()
	defer registry.RUnlock()
	out := make([]*Descriptor, 0, len(registry.entries))
	for _, e := range registry.entries {
		out = append(out, e.descriptor)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Open returns the source called name over properties. Names are compared without case, so that
// "instagram" opens Instagram. The only error is a *UserError for a name that nothing registered.
func Open(name string, properties map[string]string, opts Options) (Source, error) {
	registry.RLock()
	var found *entry
	for n, e := range registry.entries {
		if strings.EqualFold(n, name) {
			found = &e
		}
	}
	registry.RUnlock()
	if found == nil {
		var known []string
		for _, d := range Registered() {
			known = append(known, d.Name)
		}
		return nil, Userf("there is no plugin called %q; known: %s", name, strings.Join(known, ", "))
	}
	opts.Environment = opts.Environment.WithDefaults()
	if opts.Start.IsZero() {
		opts.Start = opts.Clock.Now()
	}
	return found.factory(bind(found.descriptor, properties, opts), opts), nil
}

var _ fmt.Stringer = Failure{}

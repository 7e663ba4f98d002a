package sink

import (
	"slices"
	"strings"
	"sync"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

// Options say which sink to open, and where it writes.
type Options struct {
	// Format is the name of a registered format, such as csv; case does not matter.
	Format string
	// Path is where the sink writes: for files, the folder; for a database server, its address, which may
	// hold a password: do not print it.
	Path string
	// Schema is where in a database the tables are; empty is the database's own choice. Formats that have no
	// such thing do not look at it.
	Schema string
	// Incremental says that the rows are meant to be merged by key into those of earlier runs. Files then
	// are one a run, where the run's state is kept; see Folder. Formats that have a place for it, as csv has
	// in its manifest, pass it on to who reads them: for tables with a key, since rows without one could only
	// be added again.
	Incremental bool
	// Whole names tables whose rows are all there is, and replace those of earlier runs also where
	// Incremental is set.
	Whole []string
	// Clock tells sinks that wait how long they have; nil is the system's.
	Clock clock.Clock
}

// FolderOptions are the options as a Folder takes them, for formats that write files.
func (o Options) FolderOptions() []FolderOption {
	if !o.Incremental {
		return nil
	}
	return []FolderOption{Incremental(o.Whole...)}
}

// A Factory makes a sink. It touches nothing: what is wrong with a target is said by Sink.Begin.
type Factory func(Options) (plugin.Sink, error)

var registry = struct {
	sync.RWMutex
	factories map[string]Factory
}{factories: map[string]Factory{}}

// Register makes a format known by its name, in lower case; package init functions call it. It panics
// on an empty name, a nil factory and a name registered twice, as database/sql does.
func Register(format string, factory Factory) {
	if format == "" || format != strings.ToLower(format) || factory == nil {
		panic("sink: Register needs a name in lower case and a factory")
	}
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.factories[format]; dup {
		panic("sink: Register called twice for " + format)
	}
	registry.factories[format] = factory
}

// Formats returns the names of the registered formats, sorted.
func Formats() []string {
	registry.RLock()
	defer registry.RUnlock()
	names := make([]string, 0, len(registry.factories))
	for n := range registry.factories {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Open returns the sink that opts names. A format that nothing registered is a *plugin.UserError that
// lists those that are known; so is an empty path.
func Open(opts Options) (plugin.Sink, error) {
	registry.RLock()
	factory := registry.factories[strings.ToLower(opts.Format)]
	registry.RUnlock()
	if factory == nil {
		return nil, plugin.Userf("there is no format called %q; known: %s", opts.Format, strings.Join(Formats(), ", "))
	}
	if opts.Path == "" {
		return nil, plugin.Userf("the sink of format %s needs a path to write to", opts.Format)
	}
	return factory(opts)
}

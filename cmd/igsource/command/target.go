package command

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

// Defaults of where rows land.
const (
	defaultFormat = "parquet"
	defaultOut    = "out"
)

// databases are the formats that are no folder of files, and where each of them is unless the user says;
// empty is nowhere.
var databases = map[string]string{"sqlite": "instagram.db", "duckdb": "instagram.duckdb", "postgres": ""}

// sinkFlags say where rows land, over the run file.
type sinkFlags struct {
	Out    string `placeholder:"PATH" help:"Where to write, over the run file's sink.path: ${paths}."`
	Format string `placeholder:"FORMAT" help:"${formats}, over the run file's sink.format. Default parquet."`
}

// A target is where the rows of a run land.
type target struct {
	sink   plugin.Sink
	format string
	path   string // may hold a secret
}

// folder is the folder that the sink makes, or empty where it is no folder.
func (t target) folder() string {
	if _, isDatabase := databases[t.format]; isDatabase {
		return ""
	}
	return t.path
}

// String is the target as people are told of it: the address of a server may hold a password.
func (t target) String() string {
	if t.format == "postgres" {
		return "the postgres database"
	}
	return t.path
}

// sinkOptions are what the flags, the run file and the defaults name, in this order. Parent says that the
// folder above the path may have to be made too.
func (c *sinkFlags) sinkOptions(sys *System, f *runFlags, spec sinkSpec, start time.Time) (opts sink.Options, parent bool, err error) {
	opts = sink.Options{
		Format: cmp.Or(c.Format, spec.format, defaultFormat), Path: c.Out,
		Incremental: spec.incremental, Whole: spec.whole, Clock: sys.Clock,
	}
	kind := kindOf(opts.Format)
	if kind == kindOf(cmp.Or(spec.format, defaultFormat)) { // the path of another kind of target is none of this one
		if opts.Schema, err = f.sinkText(sys, "schema", spec.schema, start); err != nil {
			return opts, false, err
		}
		if opts.Path == "" && spec.path != "" {
			parent = spec.parent
			if opts.Path, err = f.sinkText(sys, "path", spec.path, start); err != nil {
				return opts, false, err
			}
		}
	}
	if opts.Path == "" {
		opts.Path = defaultOut
		if at, isDatabase := databases[kind]; isDatabase {
			opts.Path = at
		}
	}
	if kind == "postgres" {
		sys.hide(opts.Path)
	} else if isAddress(opts.Path) {
		sys.hide(opts.Path, filepath.Clean(opts.Path))
		where := "--out"
		if c.Out == "" {
			where = f.File + ": sink.path"
		}
		return opts, false, plugin.Userf("%s is the address of a PostgreSQL database, but the format is %s: give --format postgres, or another path", where, opts.Format)
	}
	return opts, parent, nil
}

// pathsOf says what the paths of formats are.
func pathsOf(formats []string) string {
	text := "a folder, by default " + defaultOut
	for _, f := range formats {
		if file := databases[f]; file != "" {
			text += ", for " + f + " a file, by default " + file
		}
	}
	if slices.Contains(formats, "postgres") {
		text += ", for postgres its address"
	}
	return text
}

// isAddress says whether a path is meant for postgres: of files and folders it would make some that are named
// after a password.
func isAddress(path string) bool {
	return strings.HasPrefix(path, "postgres://") || strings.HasPrefix(path, "postgresql://")
}

// kindOf is the same for formats that may stand at one path.
func kindOf(format string) string {
	if format = strings.ToLower(format); databases[format] != "" || format == "postgres" {
		return format
	}
	return "files"
}

// target opens the sink. It touches nothing.
func (c *sinkFlags) target(sys *System, f *runFlags, o *opened) (target, error) {
	opts, parent, err := c.sinkOptions(sys, f, o.file.sink, o.start)
	if err != nil {
		return target{}, err
	}
	if !opts.Incremental {
		opts.Incremental, opts.Whole = o.incremental()
	}
	if kindOf(opts.Format) == "postgres" && opts.Path == "" {
		return target{}, plugin.Userf("the format postgres needs the address of the database: write it as sink.path into %s, best as ${secure(pg)}, or give it with --out", f.File)
	}
	to, err := sink.Open(opts)
	if err != nil {
		where := "--format"
		if c.Format == "" {
			where = f.File + ": sink.format"
		}
		return target{}, plugin.Userf("%s: %w", where, err)
	}
	if o.file.sink.parent && kindOf(opts.Format) == "files" {
		to = sink.Stateless(to) // where its configuration comes from, each run is a new one
	}
	if parent {
		to = newInParent(to, filepath.Dir(opts.Path))
	}
	return target{sink: to, format: strings.ToLower(opts.Format), path: opts.Path}, nil
}

// incremental says whether any source reads only what is new, and which tables are whole each time all the same:
// those that none of these sources fills.
func (o *opened) incremental() (some bool, whole []string) {
	var added []string
	for _, in := range o.inputs {
		tables, err := in.Source.Tables()
		if err != nil {
			continue // the run says what is wrong
		}
		source, ok := in.Source.(plugin.Incremental)
		adds := ok && source.Incremental()
		some = some || adds
		for _, t := range tables {
			if adds {
				added = append(added, t.Name)
			} else {
				whole = append(whole, t.Name)
			}
		}
	}
	return some, slices.DeleteFunc(whole, func(name string) bool { return slices.Contains(added, name) })
}

// sinkText is what a value of the run file's sink stands for. Where a secret is in it, none of it is shown
// from here on.
func (f *runFlags) sinkText(sys *System, key, text string, start time.Time) (string, error) {
	if !plugin.HasMacro(text) {
		return text, nil
	}
	store, err := f.secretStore(sys)
	if err != nil {
		return "", err
	}
	var given []string
	macros := plugin.Macros{Arguments: f.Arg, Start: start, Secret: func(key string) (string, error) {
		value, err := store(key)
		given = append(given, value)
		return value, err
	}}
	out, private, err := macros.Evaluate(text, false)
	if err != nil {
		return "", plugin.Userf("%s: sink.%s: %w", f.File, key, err)
	}
	if private {
		sys.hide(append(given, out, filepath.Clean(out), filepath.Dir(out))...)
	}
	return out, nil
}

// A through is a sink that another one is behind, and what the runner may ask of it beside.
type through interface {
	plugin.Sink
	plugin.WorkPlacer
}

// keeping is a sink whose state the sink behind keeps.
type keeping struct {
	through
	keeper plugin.StateKeeper
}

// keepingThrough returns outer as a plugin.StateKeeper where the sink behind is one.
func keepingThrough(outer through, behind plugin.Sink) plugin.Sink {
	if keeper, ok := behind.(plugin.StateKeeper); ok {
		return keeping{outer, keeper}
	}
	return outer
}

// State implements plugin.StateKeeper.
func (k keeping) State(ctx context.Context, name string) (plugin.State, error) {
	return k.keeper.State(ctx, name)
}

// Claim implements plugin.StateKeeper.
func (k keeping) Claim(ctx context.Context, names []string) error { return k.keeper.Claim(ctx, names) }

// Settle implements plugin.StateKeeper.
func (k keeping) Settle(ctx context.Context) (bool, error) { return k.keeper.Settle(ctx) }

// SpoolDir implements plugin.StateKeeper.
func (k keeping) SpoolDir(name string) string { return k.keeper.SpoolDir(name) }

// Keep implements plugin.StateKeeper.
func (k keeping) Keep(ctx context.Context, runs []plugin.KeptRun) error {
	return k.keeper.Keep(ctx, runs)
}

// workDir is that of a sink, or empty where it has none.
func workDir(s plugin.Sink) string {
	if w, ok := s.(plugin.WorkPlacer); ok {
		return w.WorkDir()
	}
	return ""
}

var _ plugin.StateKeeper = keeping{}

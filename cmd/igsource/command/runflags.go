package command

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

// runFlags are the flags of every command that opens the sources of a run file.
type runFlags struct {
	File             string            `short:"f" required:"" placeholder:"FILE" help:"The run file (YAML), or a Keboola configuration (config.json)."`
	Set              []string          `sep:"none" placeholder:"PROPERTY=VALUE" help:"Set one property of every source, over the run file. Repeatable."`
	Arg              map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"A runtime argument: what the macro $${NAME} stands for. Repeatable."`
	LogicalStartTime string            `placeholder:"T" help:"The run's logical start time, RFC 3339 or epoch milliseconds: what today, relative dates and the macro $${logicalStartTime(…)} go by. Default now."`
	GraphURL         string            `placeholder:"URL" help:"Send every call to this server instead of Instagram's (or set IGSOURCE_GRAPH_URL)."`
	Secrets          string            `placeholder:"FILE" help:"A YAML file of names and values that the macro $${secure(NAME)} reads where the environment has no IGSOURCE_SECRET_NAME."`
}

// opened is a run file with its sources.
type opened struct {
	file    *runFile
	plugins []*plugin.Descriptor // of the sources; nil of one that is no plugin's
	inputs  []plugin.Input
	start   time.Time
	// resolved says that macros were evaluated.
	resolved bool
	// resumes says that start is that of an unfinished run, which is gone on with.
	resumes bool
}

// open reads the run file and opens its sources. resolve evaluates macros, as a run must; without it
// they stay macros unless the user gave arguments or a start time.
func (f *runFlags) open(sys *System, resolve bool, parallelism int) (*opened, error) {
	return f.openSome(sys, resolve, parallelism, (*runFile).reading)
}

// openSome is open for the sources that keep says.
func (f *runFlags) openSome(sys *System, resolve bool, parallelism int, keep func(*runFile, sourceSpec) bool) (*opened, error) {
	file, err := readRunFile(f.File)
	if err != nil {
		return nil, err
	}
	if err := file.set(f.Set); err != nil {
		return nil, err
	}
	file.sources = slices.DeleteFunc(file.sources, func(s sourceSpec) bool { return !keep(file, s) })
	start, err := f.start(sys)
	if err != nil {
		return nil, err
	}
	return f.openAt(sys, file, start, resolve, parallelism)
}

// openAt opens the sources of a run file under a logical start time.
func (f *runFlags) openAt(sys *System, file *runFile, start time.Time, resolve bool, parallelism int) (*opened, error) {
	out := &opened{file: file, start: start, resolved: resolve || len(f.Arg) > 0 || f.LogicalStartTime != ""}
	endpoint, err := f.endpoint(sys)
	if err != nil {
		return nil, err
	}
	opts := plugin.Options{Start: out.start, Environment: plugin.Environment{
		Clock: sys.Clock, Endpoint: endpoint, Parallelism: parallelism, Shared: new(plugin.Shared),
	}}
	if out.resolved {
		secrets, err := f.secretStore(sys)
		if err != nil {
			return nil, err
		}
		opts.Macros = &plugin.Macros{Arguments: f.Arg, Secret: secrets, Start: out.start}
	}
	for i, spec := range file.sources {
		if spec.own != nil {
			out.plugins = append(out.plugins, nil)
			out.inputs = append(out.inputs, plugin.Input{Name: spec.name, Source: spec.own()})
			continue
		}
		source, err := plugin.Open(spec.plugin, spec.properties, opts)
		if err != nil {
			return nil, plugin.Userf("%s:%d: %w", f.File, spec.line, err)
		}
		d := descriptor(spec.plugin)
		if err := f.checkSet(d); err != nil {
			return nil, err
		}
		out.plugins = append(out.plugins, d)
		out.inputs = append(out.inputs, plugin.Input{Name: file.inputName(i, d), Source: source})
	}
	return out, nil
}

// descriptor is that of a plugin which was opened.
func descriptor(name string) *plugin.Descriptor {
	for _, d := range plugin.Registered() {
		if strings.EqualFold(d.Name, name) {
			return d
		}
	}
	return nil
}

// inputName is the name of source number i in the run: its referenceName, or where that is missing
// something that tells it apart.
func (f *runFile) inputName(i int, d *plugin.Descriptor) string {
	if name := strings.TrimSpace(f.sources[i].properties["referenceName"]); name != "" {
		return name
	}
	if len(f.sources) == 1 {
		return d.Name
	}
	return "source " + strconv.Itoa(i+1)
}

// checkSet refuses --set of a property that the plugin does not have: a typing error there should not
// pass as a warning. The value is not repeated: it may be a secret.
func (f *runFlags) checkSet(d *plugin.Descriptor) error {
	known := d.PropertyNames()
	for _, a := range f.Set {
		name, _, _ := strings.Cut(a, "=")
		if slices.Contains(known, name) {
			continue
		}
		hint := ""
		if near := nearest.Name(name, known); near != "" {
			hint = "; did you mean " + near + "?"
		}
		return plugin.Userf("--set %s: the plugin %s has no such property%s", hideTokens(name), d.Name, hint)
	}
	return nil
}

// start is the logical start time, in whole microseconds, which is how every target keeps it.
func (f *runFlags) start(sys *System) (time.Time, error) {
	if f.LogicalStartTime == "" {
		return sys.Clock.Now().UTC().Truncate(time.Microsecond), nil
	}
	t, err := time.Parse(time.RFC3339, f.LogicalStartTime)
	if ms, notNumber := strconv.ParseInt(f.LogicalStartTime, 10, 64); notNumber == nil {
		t, err = time.UnixMilli(ms), nil
	}
	if t = t.UTC().Truncate(time.Microsecond); err != nil || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, plugin.Userf("--logical-start-time %s is no time: write it as 2026-11-22T06:00:00Z or as epoch milliseconds", hideTokens(f.LogicalStartTime))
	}
	return t, nil
}

// endpoint is the server that calls go to, or empty for Instagram's own. Its text is not repeated: it
// may hold a password.
func (f *runFlags) endpoint(sys *System) (string, error) {
	const variable = "IGSOURCE_GRAPH_URL"
	text, where := f.GraphURL, "--graph-url"
	if text == "" {
		text, where = sys.Getenv(variable), variable
	}
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", plugin.Userf("%s is not the address of a Graph API: write it as https://host or http://host:port, with a path if need be", where)
	}
	return text, nil
}

// finish ends the sources of a command that does not run them.
func (o *opened) finish(ctx context.Context, err *error) {
	for _, in := range o.inputs {
		*err = errors.Join(*err, in.Source.Finish(context.WithoutCancel(ctx), *err == nil))
	}
}

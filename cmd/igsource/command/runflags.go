package command

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/igsource/igsource/internal/nearest"
	"github.com/igsource/igsource/plugin"
)

// runFlags are the flags of every command that opens the sources of a run file.
type runFlags struct {
	File             string            `short:"f" required:"" placeholder:"FILE" help:"The run file (YAML)."`
	Set              []string          `sep:"none" placeholder:"PROPERTY=VALUE" help:"Set one property, over the run file. Repeatable."`
	Arg              map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"A runtime argument: what the macro $${NAME} stands for. Repeatable."`
	LogicalStartTime string            `placeholder:"T" help:"The run's logical start time, RFC 3339 or epoch milliseconds: what today and relative dates mean. Default now."`
	GraphURL         string            `placeholder:"URL" help:"Send every call to this server instead of Instagram's (or set IGSOURCE_GRAPH_URL)."`
	Secrets          string            `placeholder:"FILE" help:"A YAML file of names and values that secure(name) reads, after the environment's IGSOURCE_SECRET_NAME."`
}

// opened is a run file with its sources.
type opened struct {
	file   *runFile
	start  time.Time
	inputs []plugin.Input
}

// open reads the run file and opens its sources. resolve evaluates macros, as a run must; without it
// they stay macros unless the user gave arguments or a start time.
func (f *runFlags) open(sys *System, resolve bool, parallelism int) (*opened, error) {
	file, err := readRunFile(f.File)
	if err != nil {
		return nil, err
	}
	if err := file.set(f.Set); err != nil {
		return nil, err
	}
	start, err := f.start(sys)
	if err != nil {
		return nil, err
	}
	opts := plugin.Options{Start: start, Environment: plugin.Environment{
		Clock: sys.Clock, Endpoint: f.GraphURL, Parallelism: parallelism, Shared: new(plugin.Shared),
	}}
	if opts.Endpoint == "" {
		opts.Endpoint = sys.Getenv("IGSOURCE_GRAPH_URL")
	}
	if resolve || len(f.Arg) > 0 || f.LogicalStartTime != "" {
		secrets, err := f.secretStore(sys)
		if err != nil {
			return nil, err
		}
		opts.Macros = &plugin.Macros{Arguments: f.Arg, Secret: secrets, Start: start}
	}
	out := &opened{file: file, start: start}
	for _, spec := range file.sources {
		if err := f.checkSet(spec.plugin); err != nil {
			return nil, err
		}
		source, err := plugin.Open(spec.plugin, spec.properties, opts)
		if err != nil {
			return nil, err
		}
		out.inputs = append(out.inputs, plugin.Input{Name: spec.properties["referenceName"], Source: source})
	}
	return out, nil
}

// checkSet refuses --set of a property that the plugin does not have: a typing error there should not
// pass as a warning.
func (f *runFlags) checkSet(pluginName string) error {
	for _, d := range plugin.Registered() {
		if !strings.EqualFold(d.Name, pluginName) {
			continue
		}
		for _, a := range f.Set {
			name, _, _ := strings.Cut(a, "=")
			if known := d.PropertyNames(); !slices.Contains(known, name) {
				hint := ""
				if near := nearest.Name(name, known); near != "" {
					hint = "; did you mean " + near + "?"
				}
				return plugin.Userf("--set %s: the plugin %s has no property %s%s", a, d.Name, name, hint)
			}
		}
	}
	return nil
}

func (f *runFlags) start(sys *System) (time.Time, error) {
	if f.LogicalStartTime == "" {
		return sys.Clock.Now().UTC(), nil
	}
	if ms, err := strconv.ParseInt(f.LogicalStartTime, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, f.LogicalStartTime)
	if err != nil {
		return time.Time{}, plugin.Userf("--logical-start-time %s: write it as 2026-11-22T06:00:00Z or as epoch milliseconds", f.LogicalStartTime)
	}
	return t.UTC(), nil
}

// secretStore returns what secure(key) asks: the environment first, then the secrets file.
func (f *runFlags) secretStore(sys *System) (func(string) (string, error), error) {
	var file map[string]string
	if f.Secrets != "" {
		text, err := os.ReadFile(f.Secrets)
		if err != nil {
			var pathError *fs.PathError
			if errors.As(err, &pathError) {
				err = pathError.Err
			}
			return nil, plugin.Userf("cannot read the secrets file %s: %w", f.Secrets, err)
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			// The parser's own words may quote the file.
			return nil, plugin.Userf("the secrets file %s is not a YAML map of names and values", f.Secrets)
		}
	}
	return func(key string) (string, error) {
		variable := secretVariable(key)
		if v := sys.Getenv(variable); v != "" {
			return v, nil
		}
		if v, ok := file[key]; ok {
			return v, nil
		}
		if f.Secrets != "" {
			return "", plugin.Userf("set %s, or write %s into %s", variable, key, f.Secrets)
		}
		return "", plugin.Userf("set %s, or name a file with --secrets", variable)
	}, nil
}

// secretVariable is the environment variable of a secret: IGSOURCE_SECRET_ and the key in upper case,
// with everything but letters and digits as _.
func secretVariable(key string) string {
	return "IGSOURCE_SECRET_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, key)
}

package command

import (
	"cmp"
	"context"
	"path/filepath"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

// Defaults of the command.
const (
	defaultFormat      = "parquet"
	defaultOut         = "out"
	defaultParallelism = 8
)

type readCommand struct {
	runFlags
	Out         string `placeholder:"DIR" help:"Folder to write into, over the run file's sink.path. Default out."`
	Format      string `placeholder:"FORMAT" help:"parquet, csv, arrow or jsonl, over the run file's sink.format. Default parquet."`
	Report      string `placeholder:"FILE" help:"Write a report of the run as JSON, also when it fails."`
	Progress    string `default:"auto" placeholder:"auto|never" help:"auto (the default) draws a bar on a terminal and prints plain lines elsewhere; never does neither."`
	Parallelism int    `default:"8" placeholder:"N" help:"HTTP requests at once. Default 8. It does not change what is written."`
	DryRun      bool   `help:"Say what would be read and how many calls that takes, and stop there. The only calls made are those that find out which accounts all is, and how many posts they have."`
	Strict      bool   `help:"Take warnings about the properties for errors, and fail where fields come that no table has a column for."`
}

// Run reads.
func (c *readCommand) Run(ctx context.Context, sys *System) error {
	switch {
	case c.Parallelism < 1:
		return plugin.Userf("--parallelism %d: give 1 or more", c.Parallelism)
	case c.Progress != "auto" && c.Progress != "never":
		return plugin.Userf("--progress %s: give auto or never", c.Progress)
	}
	o, err := c.open(sys, true, c.Parallelism)
	if err != nil {
		return err
	}
	to, out, err := c.sink(o.file.sink)
	if err != nil {
		return err
	}
	if c.Strict {
		if err := o.strict(); err != nil {
			return err
		}
	}
	if c.DryRun {
		return o.dryRun(ctx, sys, c.Parallelism, c.Progress == "auto")
	}
	r := run{opened: o, sink: to, parallelism: c.Parallelism, progress: c.Progress == "auto", strict: c.Strict}
	if c.Report != "" {
		if r.report, err = reserveReport(c.Report, out); err != nil {
			return err
		}
	}
	return r.do(ctx, sys)
}

// sink opens the sink that the flags, the run file and the defaults name, in this order, and returns its
// path too. It touches nothing.
func (c *readCommand) sink(spec sinkSpec) (plugin.Sink, string, error) {
	where := "--format"
	if c.Format == "" {
		where = c.File + ": sink.format"
	}
	format, path := cmp.Or(c.Format, spec.format, defaultFormat), cmp.Or(c.Out, spec.path, defaultOut)
	to, err := sink.Open(sink.Options{Format: format, Path: path, Incremental: spec.incremental, Whole: spec.whole})
	if err != nil {
		return nil, "", plugin.Userf("%s: %w", where, err)
	}
	if spec.parent {
		to = sink.Stateless(to) // where its configuration comes from, each run is a new one
	}
	if spec.parent && c.Out == "" {
		to = &inParent{Sink: to, folder: filepath.Dir(path)}
	}
	return to, path, nil
}

// strict makes failures of warnings.
func (o *opened) strict() error {
	warnings := o.warnings(false)
	if len(warnings) == 0 {
		return nil // what else is wrong is said by the run
	}
	_, failures, err := o.check(false)
	if err != nil {
		return err
	}
	return &plugin.InvalidError{Failures: append(failures, warnings...)}
}

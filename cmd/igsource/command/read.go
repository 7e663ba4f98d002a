package command

import (
	"context"

	"github.com/igsource/igsource/plugin"
)

// defaultParallelism is how many HTTP requests there are at once.
const defaultParallelism = 8

type readCommand struct {
	runFlags
	sinkFlags
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
	to, err := c.target(sys, &c.runFlags, o)
	if err != nil {
		return err
	}
	keeper, _ := to.sink.(plugin.StateKeeper)
	if keeper != nil {
		if o, err = c.resume(ctx, sys, o, keeper, c.Parallelism); err != nil {
			return err
		}
	}
	if c.Strict {
		if err := o.strict(); err != nil {
			return err
		}
	}
	if c.DryRun {
		return o.dryRun(ctx, sys, keeper, c.Parallelism, c.Progress == "auto")
	}
	r := run{opened: o, sink: to.sink, parallelism: c.Parallelism, progress: c.Progress == "auto", strict: c.Strict}
	if c.Report != "" {
		if r.report, err = reserveReport(c.Report, to.folder()); err != nil {
			return err
		}
	}
	return r.do(ctx, sys)
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

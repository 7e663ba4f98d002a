package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	Report      string `placeholder:"FILE" help:"Write a report of the run as JSON."`
	Progress    string `enum:"auto,never" default:"auto" help:"auto draws a bar on a terminal and prints plain lines elsewhere; never prints neither."`
	Parallelism int    `default:"8" help:"HTTP requests at once."`
	DryRun      bool   `help:"Print what would be read and how many calls that takes, and make none but those that find out what all is."`
}

// Run reads.
func (c *readCommand) Run(ctx context.Context, sys *System) error {
	if c.Parallelism < 1 {
		return plugin.Userf("--parallelism %d: give 1 or more", c.Parallelism)
	}
	opened, err := c.open(sys, true, c.Parallelism)
	if err != nil {
		return err
	}
	if c.DryRun {
		return dryRun(ctx, sys, opened, c.Parallelism)
	}
	target := opened.file.sink
	first := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	format, out := first(c.Format, target.format, defaultFormat), first(c.Out, target.path, defaultOut)
	to, err := sink.Open(sink.Options{Format: format, Path: out})
	if err != nil {
		return err
	}
	if err := checkReport(c.Report); err != nil {
		return err
	}
	run := run{opened: opened, sink: to, parallelism: c.Parallelism, report: c.Report, progress: c.Progress == "auto"}
	return run.do(ctx, sys)
}

// run is one run of opened sources into a sink, told to the user.
type run struct {
	*opened
	sink        plugin.Sink
	parallelism int
	report      string
	progress    bool
}

func (r run) do(ctx context.Context, sys *System) error {
	for _, in := range r.inputs {
		sys.warnings(in.Source)
	}
	teller := newTeller(sys, r.progress)
	report, err := plugin.Run(ctx, r.inputs, r.sink, plugin.RunOptions{
		Start: r.start, Clock: sys.Clock, Parallelism: r.parallelism, Progress: teller.tell,
	})
	teller.close()
	for _, w := range report.Warnings {
		sys.warn(w)
	}
	if r.report != "" {
		if writeErr := writeReport(r.report, report); writeErr != nil {
			err = errors.Join(err, writeErr)
		}
	}
	if err != nil {
		var invalid *plugin.InvalidError
		if !errors.As(err, &invalid) {
			fmt.Fprintln(sys.Stderr, report.Gist())
		}
		return err
	}
	fmt.Fprintln(sys.Stderr, report.Gist())
	if report.Status == plugin.StatusPartial {
		return exitError(ExitPartial)
	}
	return nil
}

// warnings prints a source's remarks on its properties.
func (sys *System) warnings(source plugin.Source) {
	if w, ok := source.(plugin.Warner); ok {
		for _, f := range w.Warnings() {
			sys.warn(f.String())
		}
	}
}

// checkReport refuses, before anything is read, a report that could not be written afterwards.
func checkReport(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return plugin.Userf("--report %s is a folder; name a file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return plugin.Userf("--report %s: the folder %s does not exist", path, filepath.Dir(path))
	}
	return nil
}

// writeReport writes the report whole or not at all.
func writeReport(path string, report *plugin.Report) error {
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".igsource-report-*")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	_, err = temp.Write(append(text, '\n'))
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return nil
}

// dryRun prints the plan of a run.
func dryRun(ctx context.Context, sys *System, opened *opened, parallelism int) error {
	var total plugin.Estimate
	for _, in := range opened.inputs {
		sys.warnings(in.Source)
		if failures := in.Source.Validate(); len(failures) > 0 {
			return &plugin.InvalidError{Failures: failures}
		}
		plan, err := in.Source.Plan(ctx, plugin.PlanRequest{Start: opened.start, Now: sys.Clock.Now()})
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.Stdout, "%s: %s\n", in.Name, count(len(plan.Splits), "split"))
		estimator, ok := in.Source.(plugin.Estimator)
		for _, split := range plan.Splits {
			if !ok {
				fmt.Fprintf(sys.Stdout, "  %s\n", split.ID)
				continue
			}
			e, err := estimator.Estimate(split)
			if err != nil {
				return err
			}
			total = total.Beside(e)
			fmt.Fprintf(sys.Stdout, "  %s: %s in %s\n", split.ID, count(int(e.Counted), "counted call"), count(int(e.Requests), "request"))
		}
	}
	if total.Requests > 0 {
		path := max(total.Chain, (total.Requests+int64(parallelism)-1)/int64(parallelism))
		fmt.Fprintf(sys.Stdout, "%s in %s; critical path %s at parallelism %d\n",
			count(int(total.Counted), "counted call"), count(int(total.Requests), "request"),
			count(int(path), "request"), parallelism)
	}
	return nil
}

// count is a number with its noun: 1 row, 2 rows.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

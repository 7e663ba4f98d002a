package command

import (
	"context"
	"fmt"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/timeexpr"
)

// run is one run of opened sources into a sink, told to the user.
type run struct {
	*opened
	sink        plugin.Sink
	parallelism int
	report      *reportFile // nil is none
	progress    bool
	strict      bool // fields without a column fail the run
}

// A toldError has been told to the user; only its exit code is left to find.
type toldError struct{ error }

func (e toldError) Unwrap() error { return e.error }

// do runs. The last thing on stderr is the gist of the report, or, where nothing was asked yet, what is to
// be mended.
func (r run) do(ctx context.Context, sys *System) error {
	warner := sys.newWarner()
	warner.properties(r.opened)
	if r.resumes {
		if _, failures, err := r.check(false); err == nil && len(failures) == 0 {
			fmt.Fprintf(sys.Stderr, "Resuming the run of %s, which did not come to its end.\n", instant(r.start))
			if timeexpr.DayOf(r.start, timeexpr.Pacific) < timeexpr.DayOf(sys.Clock.Now(), timeexpr.Pacific) {
				fmt.Fprintln(sys.Stderr, "Its today is not this day: run once more afterwards for what is new since.")
			}
		}
	}
	teller := newTeller(sys, r.progress)
	report, err := plugin.Run(ctx, r.inputs, r.sink, plugin.RunOptions{
		Start: r.start, Clock: sys.Clock, Parallelism: r.parallelism, Strict: r.strict, Progress: teller.tell,
	})
	teller.close()
	for _, w := range report.Warnings {
		warner.warn(w)
	}
	var reportErr error
	if r.report != nil {
		if reportErr = r.report.write(sys, report); reportErr != nil {
			fmt.Fprintln(sys.Stderr, "error:", reportErr)
		}
	}
	if exitCode(err) == ExitUser && report.Calls.Requests == 0 {
		return err // to be mended before there is anything to report
	}
	fmt.Fprint(sys.Stderr, report.Gist())
	switch {
	case err != nil && len(report.Splits) > 0:
		return exitError(ExitFailed) // it had begun to read: whatever the reason, that is a failed run
	case err != nil:
		return toldError{err}
	case reportErr != nil:
		return toldError{reportErr}
	case report.Status == plugin.StatusPartial:
		return exitError(ExitPartial)
	}
	return nil
}

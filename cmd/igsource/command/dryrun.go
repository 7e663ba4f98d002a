package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/igsource/igsource/plugin"
)

// dryRun prints the plan of a run, and the calls that it takes when nothing goes wrong. It goes by what
// keeper, which may be nil, keeps of earlier runs.
func (o *opened) dryRun(ctx context.Context, sys *System, keeper plugin.StateKeeper, parallelism int, progress bool) (err error) {
	defer o.finish(ctx, &err)
	sys.newWarner().properties(o)
	if _, err := plugin.CheckInputs(o.inputs); err != nil {
		return err
	}
	var total plugin.Estimate
	if o.resumes {
		fmt.Fprintf(sys.Stdout, "This goes on with the run of %s, which did not come to its end.\n", instant(o.start))
	}
	for i, in := range o.inputs {
		state, err := o.leftBehind(ctx, keeper, i)
		if err != nil {
			return err
		}
		plan, err := in.Source.Plan(ctx, plugin.PlanRequest{Start: o.start, Now: sys.Clock.Now(), State: state, Notes: sys.waits(progress)})
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.Stdout, "%s: %s\n", in.Name, count(len(plan.Splits), "split"))
		estimator, ok := in.Source.(plugin.Estimator)
		for _, split := range plan.Splits {
			mark, begun := state.Marks[split.ID]
			if begun && isLast(in.Source, mark) {
				fmt.Fprintf(sys.Stdout, "  %s: read before\n", split.ID)
				continue
			}
			if !ok {
				fmt.Fprintf(sys.Stdout, "  %s\n", split.ID)
				continue
			}
			e, err := estimator.Estimate(ctx, split)
			if err != nil {
				return err
			}
			total = total.Beside(e)
			if begun {
				e.Why = strings.TrimPrefix(e.Why+", less what was read before", ", ")
			}
			why := ""
			if e.Why != "" {
				why = ": " + e.Why
			}
			fmt.Fprintf(sys.Stdout, "  %s: %s%s in %s%s\n", split.ID, atLeast(e), count(e.Counted, "counted call"), count(e.Requests, "request"), why)
		}
	}
	if total.Requests > 0 {
		path := max(total.Chain, (total.Requests+int64(parallelism)-1)/int64(parallelism))
		fmt.Fprintf(sys.Stdout, "In all %s%s in %s; at parallelism %d they take the time of %s.\n",
			atLeast(total), count(total.Counted, "counted call"), count(total.Requests, "request"), parallelism, count(path, "request"))
	}
	return nil
}

// atLeast says that an estimate may be too low.
func atLeast(e plugin.Estimate) string {
	if e.AtLeast {
		return "at least "
	}
	return ""
}

package plugin

import (
	"context"
	"fmt"
	"time"
)

// ResumeStart returns the logical start time of the unfinished run that keeper's target holds of the inputs
// called names, and whether there is one to resume. Macros and relative dates are evaluated before a run
// begins, and a split is the same only under the same start: a host that opens sources for a StateKeeper asks
// first, and opens them with what it is told.
//
//	start, resumes, err := plugin.ResumeStart(ctx, keeper, names)
//	if err != nil { … }
//	if !resumes {
//		start = now
//	}
//	inputs := open(start) // Options.Start, and Macros.Start where that is set
//	if resumes {
//		if resumes, err = plugin.Resumes(ctx, keeper, inputs, start); err == nil && !resumes {
//			// The properties have changed: finish these sources, and open them with now.
//		}
//	}
//	report, err := plugin.Run(ctx, inputs, keeper, plugin.RunOptions{Start: start})
//
// A start time that the user gives goes before it. Only inputs with marks count: where none was committed
// there is nothing to go on from. When they do not agree, because they were part of different runs, no run is
// resumed: Run under a new start gives the unfinished ones up, with a warning each. Nothing is missed
// by that, but what they had read is read again. The error is keeper's.
func ResumeStart(ctx context.Context, keeper StateKeeper, names []string) (start time.Time, resumes bool, err error) {
	for _, name := range names {
		s, err := keeper.State(ctx, name)
		switch {
		case err != nil:
			return time.Time{}, false, err
		case !s.Unfinished():
		case start.IsZero():
			start = s.Start
		case !start.Equal(s.Start):
			return time.Time{}, false, nil
		}
	}
	return start, !start.IsZero(), nil
}

// Resumes says whether a Run of inputs under start would go on from the marks that keeper's target holds of
// at least one of them. It makes no request. The error is keeper's, or a *PanicError.
func Resumes(ctx context.Context, keeper StateKeeper, inputs []Input, start time.Time) (bool, error) {
	for _, in := range inputs {
		s, err := keeper.State(ctx, in.Name)
		if err != nil {
			return false, err
		}
		hash, err := hashOf(in)
		if err != nil {
			return false, err
		}
		if s.Unfinished() && whyNot(s, KeptRun{in.Name, keptTime(start), hash}) == "" {
			return true, nil
		}
	}
	return false, nil
}

// keptTime is a start time as every target can hold it.
func keptTime(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// hashOf is the hash of an input's properties, empty where it does not tell.
func hashOf(in Input) (hash string, err error) {
	if s, ok := in.Source.(Identified); ok {
		err = guard("source "+in.Name+", telling what it was asked for", func() error { hash = s.Hash(); return nil })
	}
	return hash, err
}

// whyNot says why the unfinished run of s is not resumed by run, or is empty where it is.
func whyNot(s State, run KeptRun) string {
	switch {
	case run.Properties == "":
		return "the source does not tell whether its properties are the same"
	case s.Properties != run.Properties:
		return "its properties changed"
	case !keptTime(s.Start).Equal(run.Start):
		return "this run has another logical start time, " + run.Start.Format(time.RFC3339Nano)
	}
	return ""
}

// recall finds what earlier runs left of every input, and whether a run is resumed.
func (r *runner) recall(ctx context.Context) error {
	r.keeper, _ = r.sink.(StateKeeper)
	if r.keeper != nil {
		r.opts.Start = keptTime(r.opts.Start)
	}
	for _, in := range r.inputs {
		s, given := r.opts.State[in.Name]
		if r.keeper != nil {
			hash, err := hashOf(in)
			if err != nil {
				return err
			}
			run := KeptRun{in.Name, r.opts.Start, hash}
			r.runs = append(r.runs, run)
			if !given {
				if err := guard("the sink", func() (err error) { s, err = r.keeper.State(ctx, in.Name); return err }); err != nil {
					return orStopped(ctx, err)
				}
				s = r.resume(s, run)
			}
		}
		h := newHeadway(s.Coming)
		if h.lost > 0 {
			r.ledger.partial = true
			r.ledger.warn(fmt.Sprintf("the run of %s that this one goes on with had left out %s before", in.Name, count(h.lost, "object")))
		}
		r.states = append(r.states, s.own())
		r.headways = append(r.headways, h)
	}
	return nil
}

// resume returns what run goes on from.
func (r *runner) resume(s State, run KeptRun) State {
	why := whyNot(s, run)
	if why == "" {
		return s
	}
	if s.Unfinished() {
		r.ledger.warn(fmt.Sprintf("the unfinished run of %s of %s is given up because %s: what it had read is read again, where it is still asked for",
			run.Input, s.Start.UTC().Format(time.RFC3339Nano), why))
	}
	return s.givenUp()
}

// keep tells a keeper whose marks it will be given.
func (r *runner) keep(ctx context.Context) error {
	if r.keeper == nil {
		return nil
	}
	return guard("the sink", func() error { return r.keeper.Keep(ctx, r.runs) })
}

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
// A start time that the user gives goes before it. Only inputs count of which something was committed, or
// spooled (see StateKeeper.SpoolDir): of others there is nothing to go on from. When they do not agree, because they were part of different runs, no run is
// resumed: Run under a new start gives the unfinished ones up, with a warning each. Nothing is missed
// by that, but what they had read is read again. The error is keeper's.
func ResumeStart(ctx context.Context, keeper StateKeeper, names []string) (start time.Time, resumes bool, err error) {
	for _, name := range names {
		s, err := keeper.State(ctx, name)
		switch {
		case err != nil:
			return time.Time{}, false, err
		case !goesOn(keeper, name, s):
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
		if goesOn(keeper, in.Name, s) && whyNot(s, KeptRun{in.Name, keptTime(start), hash}) == "" {
			return true, nil
		}
	}
	return false, nil
}

// goesOn says whether an unfinished run has left something: marks, or what it had read of an input called name and not
// yet delivered.
func goesOn(keeper StateKeeper, name string, s State) bool {
	if s.Start.IsZero() {
		return false
	}
	return s.Unfinished() || spooled(keeper.SpoolDir(name))
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
		resumes := false
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
			resumes = whyNot(s, run) == ""
		}
		r.resumes = append(r.resumes, resumes)
		h := newHeadway(s.Coming)
		r.tellLeftOut(in.Name, h.lost)
		r.states = append(r.states, s.own())
		r.headways = append(r.headways, h)
	}
	return nil
}

// tellLeftOut says what an earlier part of the run had left out of an input.
func (r *runner) tellLeftOut(input string, objects int64) {
	if objects > 0 {
		r.ledger.partial = true
		r.ledger.warn(fmt.Sprintf("the run of %s that this one goes on with had left out %s before", input, count(objects, "object")))
	}
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

// claim has a keeper refuse a second run of the same input before anything is asked.
func (r *runner) claim(ctx context.Context) error {
	if r.keeper == nil {
		return nil
	}
	names := make([]string, len(r.inputs))
	for i, in := range r.inputs {
		names[i] = in.Name
	}
	return guard("the sink", func() error { return r.keeper.Claim(ctx, names) })
}

// keep tells a keeper whose marks it will be given. A run that could not be planned takes nothing away.
func (r *runner) keep(ctx context.Context) error {
	if r.keeper == nil {
		return nil
	}
	return guard("the sink", func() error { return r.keeper.Keep(ctx, r.runs) })
}

// placeSpools says where the splits of each input are spooled.
func (r *runner) placeSpools() error {
	if r.keeper != nil {
		r.settler = &settler{sink: r.keeper, now: r.opts.Clock.Now}
	}
	for i, in := range r.inputs {
		p := &spoolPlace{run: KeptRun{Input: in.Name}, tables: r.list}
		r.places = append(r.places, p)
		if r.keeper != nil && r.runs[i].Properties != "" {
			if err := guard("the sink", func() error { p.dir = r.keeper.SpoolDir(in.Name); return nil }); err != nil {
				return err
			}
		}
		if p.dir != "" {
			p.keeps, p.run, p.resumes, p.settler = true, r.runs[i], r.resumes[i], r.settler
			continue
		}
		var err error
		if p.dir, err = r.work.open(); err != nil {
			return err
		}
	}
	return nil
}

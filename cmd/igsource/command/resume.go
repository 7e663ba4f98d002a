package command

import (
	"context"
	"time"

	"github.com/igsource/igsource/plugin"
)

// resume returns o, or in its place the same sources opened under the logical start time of the run that
// keeper's target has unfinished, where that can be gone on with. A start time that the user gave stays.
func (f *runFlags) resume(ctx context.Context, sys *System, o *opened, keeper plugin.StateKeeper, parallelism int) (_ *opened, err error) {
	at := o
	if f.LogicalStartTime == "" {
		names := make([]string, len(o.inputs))
		for i, in := range o.inputs {
			names[i] = in.Name
		}
		start, unfinished, err := plugin.ResumeStart(ctx, keeper, names)
		if err != nil || !unfinished {
			return o, err
		}
		if at, err = f.openAt(sys, o.file, start, true, parallelism); err != nil {
			return nil, err
		}
	}
	at.resumes, err = plugin.Resumes(ctx, keeper, at.inputs, at.start)
	if at == o {
		return o, err
	}
	other := o
	if !at.resumes { // the properties have changed
		at, other = o, at
	}
	other.finish(ctx, &err)
	return at, err
}

// leftBehind is what keeper's target holds for a run of input number i, as its source may see it; the zero
// State without a keeper.
func (o *opened) leftBehind(ctx context.Context, keeper plugin.StateKeeper, i int) (plugin.State, error) {
	if keeper == nil {
		return plugin.State{}, nil
	}
	in := o.inputs[i]
	s, err := keeper.State(ctx, in.Name)
	if err != nil {
		return plugin.State{}, err
	}
	source, ok := in.Source.(plugin.Identified)
	if !ok || !s.Unfinished() || !s.Start.Equal(o.start) || s.Properties != source.Hash() {
		return plugin.State{Reached: s.Reached}, nil
	}
	delete(s.Coming, "") // the runner's own
	return s, nil
}

// instant is a logical start time as the flags take it.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

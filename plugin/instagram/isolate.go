package instagram

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
)

// isolate turns refused calls into smaller ones that leave out what the API refuses, and notes what was
// refused. Days that the API keeps no more are left out. A metric that a message names costs one call more. Where no name is given, the first of the
// calls alike is asked metric by metric, and what that teaches is applied to the others.
func (a *accountAsker) isolate(ctx context.Context, refusals []refusal) ([]call, error) {
	var again []call
	var unnamed []refusal
	for _, f := range refusals {
		named := f.named()
		switch {
		case a.tooOld(f.call, f.err):
			again = append(again, a.reachable(f)...)
		case f.err.Kind() == graphapi.TooMuchData:
			parts, err := f.halves()
			if err != nil {
				return nil, err
			}
			again = append(again, parts...)
		case len(named) == 0:
			unnamed = append(unnamed, f)
		default:
			for _, name := range named {
				narrower, ok := a.narrower(f, name)
				if ok {
					again = append(again, narrower)
				}
				a.refused(f.of(name), f.err) // of the days that are asked again, an answer says more
			}
			if rest := f.without(named); len(rest.metrics) > 0 {
				again = append(again, rest)
			}
		}
	}
	for len(unnamed) > 0 {
		probe := unnamed[0]
		bad, err := a.probe(ctx, probe)
		if err != nil {
			return nil, err
		}
		rest := unnamed[1:]
		unnamed = nil
		for _, f := range rest {
			if !slices.Equal(f.metrics, probe.metrics) || f.group.Type != probe.group.Type {
				unnamed = append(unnamed, f)
				continue
			}
			for _, name := range bad {
				a.refused(f.of(name), probe.err)
			}
			if left := f.without(bad); len(left.metrics) > 0 {
				again = append(again, left)
			}
		}
	}
	return again, nil
}

// probe asks the metrics of a call one by one and returns those that are refused.
func (a *accountAsker) probe(ctx context.Context, f refusal) ([]string, error) {
	if len(f.metrics) == 1 {
		return nil, f.lost()
	}
	singles := make([]call, len(f.metrics))
	for i, name := range f.metrics {
		singles[i] = f.of(name)
	}
	refusals, err := a.ask(ctx, singles)
	if err != nil {
		return nil, err
	}
	if len(refusals) == len(singles) {
		return nil, f.lost()
	}
	var bad []string
	for _, single := range refusals {
		bad = append(bad, single.metrics...)
		a.refused(single.call, single.err)
	}
	return bad, nil
}

// lost is the error of a call that cannot be made smaller.
func (f refusal) lost() error {
	if len(f.metrics) > 1 {
		return fmt.Errorf("%s: %w: %w", f.what(), errNothingLeft, f.err)
	}
	return fmt.Errorf("%s: %w", f.what(), f.err)
}

// named returns the metrics of the call that the refusal names.
func (f refusal) named() []string {
	var names []string
	for _, name := range f.err.RefusedMetrics() {
		if slices.Contains(f.metrics, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if f.err.Kind() == graphapi.TooFewFollowers && len(names) == 0 {
		// It concerns the metrics that need followers, named or not.
		for _, name := range f.metrics {
			if m, ok := metrics.Lookup(metrics.Account, name); ok && m.MinFollowers > 0 {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 && len(f.metrics) == 1 && strings.Contains(f.err.Message, f.metrics[0]) {
		return f.metrics
	}
	return names
}

// halves splits a call that asks for too much at once: its metrics, else its days.
func (f refusal) halves() ([]call, error) {
	if n := len(f.metrics); n > 1 {
		return []call{f.of(f.metrics[:n/2]...), f.of(f.metrics[n/2:]...)}, nil
	}
	if f.days == nil && f.keep != nil && f.series() {
		return f.halfSpans()
	}
	if f.days == nil || f.days.days() == 1 || !f.series() {
		return nil, f.lost()
	}
	middle := f.days.From + (f.days.To-f.days.From)/2
	older, newer := window{f.days.From, middle}, window{middle + 1, f.days.To}
	return []call{f.over(older, older.exactSpan()), f.over(newer, newer.exactSpan())}, nil
}

// narrower asks a metric with a reach again for what is surely inside it: the API may count the edge
// otherwise than we do. Two steps, then the days count as beyond reach.
func (a *accountAsker) narrower(f refusal, name string) (call, bool) {
	m, ok := metrics.Lookup(metrics.Account, name)
	if !ok || m.ReachDays == 0 || f.span == nil || !aboutReach(f.err) {
		return call{}, false
	}
	if f.days == nil {
		return f.of(name).narrow(m.ReachDays, a.now)
	}
	inside, ok := f.days.clip(reach(m.ReachDays, a.now))
	if !ok {
		return call{}, false
	}
	c := f.of(name)
	switch f.narrowed {
	case 0:
		c = c.over(inside, inside.rollingSpan(m.ReachDays, a.now))
	case 1:
		if inside.days() == 1 {
			return call{}, false
		}
		inside.From++
		c = c.over(inside, inside.exactSpan())
	default:
		return call{}, false
	}
	c.narrowed++
	return c, true
}

// aboutReach says whether the API refuses days that a metric no longer has.
func aboutReach(e *graphapi.Error) bool {
	return e.Kind() == graphapi.BadRequest && strings.Contains(e.Message, "only supports querying data for the last")
}

// what names a call for people.
func (c call) what() string {
	text := strings.Join(c.metrics, ",")
	if c.days == nil {
		return text
	}
	if c.days.From == c.days.To {
		return fmt.Sprintf("%s of %s", text, c.days.From)
	}
	return fmt.Sprintf("%s of %s to %s", text, c.days.From, c.days.To)
}

package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
)

type stateCommand struct {
	Show  stateShowCommand  `cmd:"" help:"Show how far the runs of each source have come; makes no request."`
	Reset stateResetCommand `cmd:"" help:"Forget how far the runs of a run file's sources have come, so that the next one reads everything; rows stay."`
}

// stateFlags are the flags of the commands that look after the state in a run file's target.
type stateFlags struct {
	runFlags
	sinkFlags
}

// openStore opens the target of a run file, and its sources, which say what they are called.
func (f *stateFlags) openStore(sys *System) (*opened, target, plugin.StateStore, error) {
	o, err := f.open(sys, false, defaultParallelism)
	if err != nil {
		return nil, target{}, nil, err
	}
	to, err := f.target(sys, &f.runFlags, o)
	if err != nil {
		return nil, target{}, nil, err
	}
	switch store := to.sink.(type) {
	case plugin.StateStore:
		return o, to, store, nil
	case plugin.StateKeeper:
		return nil, target{}, nil, plugin.Userf("the format %s keeps how far runs have come, but cannot say it", to.format)
	}
	return nil, target{}, nil, plugin.Userf("the format %s keeps nothing of earlier runs: each run reads everything", to.format)
}

type stateShowCommand struct {
	stateFlags
	JSON bool `help:"Print the states as JSON."`
}

// Run shows what the target keeps: of the run file's sources first, then of others.
func (c *stateShowCommand) Run(ctx context.Context, sys *System) (err error) {
	o, to, store, err := c.openStore(sys)
	if err != nil {
		return err
	}
	defer o.finish(ctx, &err)
	kept, err := store.States(ctx)
	if err != nil {
		return err
	}
	shown := []shownState{}
	for _, in := range o.inputs {
		s := newShownState(in.Name, kept[in.Name], in.Source)
		s.InRunFile = true
		shown = append(shown, s)
		delete(kept, in.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		shown = append(shown, newShownState(name, kept[name], nil))
	}
	if c.JSON {
		return printJSON(sys.Stdout, shown)
	}
	fmt.Fprintf(sys.Stdout, "%s\n", to)
	for _, s := range shown {
		if err := s.print(sys); err != nil {
			return err
		}
	}
	return nil
}

// shownState is what is shown of a state.
type shownState struct {
	Name       string                     `json:"name"`
	InRunFile  bool                       `json:"in_run_file"`
	Unfinished *shownRun                  `json:"unfinished"`
	Reached    map[string]json.RawMessage `json:"reached"`
}

// shownRun is a run that did not come to its end.
type shownRun struct {
	Start  time.Time   `json:"start"`
	Splits shownSplits `json:"splits"`
	// Reached is how far this run has come, and Withheld the keys of which it will say nothing, because
	// objects of them were left out: Lost in all.
	Reached  map[string]json.RawMessage `json:"reached"`
	Withheld []string                   `json:"withheld"`
	Lost     int64                      `json:"lost"`
}

// shownSplits counts the splits that have a mark. Complete is nil where nobody tells a last mark from others,
// and Begun then counts them all.
type shownSplits struct {
	Complete *int `json:"complete,omitempty"`
	Begun    int  `json:"begun"`
}

// newShownState is what is shown of a state; source, which may be nil, tells which splits are complete.
func newShownState(name string, s plugin.State, source plugin.Source) shownState {
	out := shownState{Name: name, Reached: orEmpty(s.Reached)}
	if s.Start.IsZero() {
		return out
	}
	run := &shownRun{Start: s.Start, Splits: shownSplits{Begun: len(s.Marks)}, Reached: orEmpty(s.Coming)}
	run.Withheld, run.Lost = s.Withheld()
	if run.Withheld == nil {
		run.Withheld = []string{}
	}
	delete(run.Reached, "") // the runner's own, which Withheld tells of
	if _, ok := source.(lastMarker); ok {
		complete := 0
		for _, mark := range s.Marks {
			if isLast(source, mark) {
				complete++
			}
		}
		run.Splits = shownSplits{Complete: &complete, Begun: len(s.Marks) - complete}
	}
	out.Unfinished = run
	return out
}

func orEmpty(m map[string]json.RawMessage) map[string]json.RawMessage {
	if m == nil {
		return map[string]json.RawMessage{}
	}
	return m
}

// lastMarker is a source that knows the last mark of a split.
type lastMarker interface{ IsLast(m plugin.Mark) bool }

func isLast(source plugin.Source, mark plugin.Mark) bool {
	s, ok := source.(lastMarker)
	return ok && s.IsLast(mark)
}

// print prints a state for people.
func (s shownState) print(sys *System) error {
	other := ""
	if !s.InRunFile {
		other = " (not of this run file)"
	}
	fmt.Fprintf(sys.Stdout, "\n%s%s\n", s.Name, other)
	if s.Unfinished == nil && len(s.Reached) == 0 {
		fmt.Fprintln(sys.Stdout, "  nothing is kept")
		return nil
	}
	if len(s.Reached) > 0 {
		fmt.Fprintln(sys.Stdout, "  complete:")
	}
	if err := printReached(sys, s.Reached); err != nil || s.Unfinished == nil {
		return err
	}
	fmt.Fprintf(sys.Stdout, "  unfinished run of %s: %s\n", instant(s.Unfinished.Start), s.Unfinished.Splits)
	if err := printReached(sys, s.Unfinished.Reached); err != nil {
		return err
	}
	if s.Unfinished.Lost > 0 {
		text := "    left out: " + count(s.Unfinished.Lost, "object")
		if len(s.Unfinished.Withheld) > 0 {
			text += ", so that this is not taken for complete: " + strings.Join(s.Unfinished.Withheld, ", ")
		}
		fmt.Fprintln(sys.Stdout, text)
	}
	return nil
}

// String says how many splits have come how far.
func (s shownSplits) String() string {
	if s.Complete == nil {
		return count(s.Begun, "split") + " begun or complete"
	}
	return fmt.Sprintf("%s complete, %d begun", count(*s.Complete, "split"), s.Begun)
}

// printReached prints how far keys have come, a line each.
func printReached(sys *System, reached map[string]json.RawMessage) error {
	var rows [][]string
	for _, key := range slices.Sorted(maps.Keys(reached)) {
		rows = append(rows, []string{"    " + key, string(reached[key])})
	}
	return printRows(sys.Stdout, rows)
}

type stateResetCommand struct {
	stateFlags
	Name string `placeholder:"REF" help:"Forget what is kept of this reference name alone, whether the run file has it or not."`
}

// Run forgets what the target keeps, and says what that was. A run that is under way is not disturbed.
func (c *stateResetCommand) Run(ctx context.Context, sys *System) (err error) {
	o, to, store, err := c.openStore(sys)
	if err != nil {
		return err
	}
	defer o.finish(ctx, &err)
	sources := make(map[string]plugin.Source)
	var names []string
	for _, in := range o.inputs {
		sources[in.Name] = in.Source
		names = append(names, in.Name)
	}
	if c.Name != "" {
		names = []string{c.Name}
	}
	for _, name := range names {
		kept, unreadable := store.State(ctx, name)
		if err := store.ResetState(ctx, name); err != nil {
			return err
		}
		fmt.Fprintln(sys.Stdout, forgotten(name, to.String(), kept, sources[name], unreadable))
	}
	return nil
}

// forgotten says what was kept of name. Unreadable is why nobody knows.
func forgotten(name, where string, kept plugin.State, source plugin.Source, unreadable error) string {
	var user *plugin.UserError
	if errors.As(unreadable, &user) {
		return fmt.Sprintf("%s: forgotten in %s, though it could not be read", name, where)
	}
	s := newShownState(name, kept, source)
	var what []string
	if s.Unfinished != nil {
		what = append(what, fmt.Sprintf("the unfinished run of %s (%s)", instant(s.Unfinished.Start), s.Unfinished.Splits))
	}
	if n := len(s.Reached); n > 0 {
		what = append(what, "how far "+strings.Join(slices.Sorted(maps.Keys(s.Reached)), ", ")+" had come")
	}
	if len(what) == 0 {
		return fmt.Sprintf("%s: nothing is kept in %s", name, where)
	}
	return fmt.Sprintf("%s: forgotten in %s: %s", name, where, strings.Join(what, ", and "))
}

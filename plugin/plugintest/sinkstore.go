package plugintest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/igsource/igsource/plugin"
)

// StoresState says that the sink is a plugin.StateStore, and has TestSink test that. It goes with KeepsState.
func StoresState() SinkOption {
	return func(s *sinkSuite) {
		s.more = append(s.more, func(s *sinkSuite) []sinkCheck {
			return []sinkCheck{
				{"states of a target that is not there", s.checkNoStates},
				{"states listed and forgotten", s.checkStates},
				{"state of a run under way", s.checkResetUnderWay},
			}
		})
	}
}

// store opens a sink to look after its states.
func (s *sinkSuite) store(t testing.TB, dir string) (plugin.StateStore, error) {
	sink := s.open(t, dir)
	store, ok := sink.(plugin.StateStore)
	if !ok {
		return nil, fmt.Errorf("%T is not a plugin.StateStore", sink)
	}
	return store, nil
}

func (s *sinkSuite) reset(t testing.TB, dir, input string) error {
	store, err := s.store(t, dir)
	if err != nil {
		return err
	}
	if err := store.ResetState(context.Background(), input); err != nil {
		return fmt.Errorf("ResetState(%q): %w", input, err)
	}
	return nil
}

// expectStates compares the names that are listed, and what is listed of them with what State answers.
func (s *sinkSuite) expectStates(t testing.TB, dir string, names ...string) error {
	store, err := s.store(t, dir)
	if err != nil {
		return err
	}
	all, err := store.States(context.Background())
	if err != nil {
		return fmt.Errorf("States: %w", err)
	}
	var got []string
	for name, state := range all {
		got = append(got, name)
		err = errors.Join(err, s.expectState(t, dir, name, state))
	}
	if slices.Sort(got); !slices.Equal(got, names) {
		err = errors.Join(err, fmt.Errorf("there are states of %q, want %q", got, names))
	}
	return err
}

func (s *sinkSuite) checkNoStates(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	before, err := listing(filepath.Dir(dir))
	if err != nil {
		return err
	}
	if err := errors.Join(s.expectStates(t, dir), s.reset(t, dir, "suite")); err != nil {
		return err
	}
	after, err := listing(filepath.Dir(dir))
	if err == nil && !slices.Equal(before, after) {
		err = fmt.Errorf("looking after states that are not there makes %q", after)
	}
	return err
}

func (s *sinkSuite) checkStates(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	one, err := s.unfinished(t, dir, "one")
	if err != nil {
		return err
	}
	ended, err := s.keep(t, dir, "two", secondStart, "p1")
	if err != nil {
		return err
	}
	return errors.Join(ended.mark("s", 0, "k", "1"), ended.finish(true),
		s.expectStates(t, dir, "one", "two"),
		s.reset(t, dir, "nobody"), s.expectStates(t, dir, "one", "two"),
		s.reset(t, dir, "two"), s.expectStates(t, dir, "one"),
		s.expectState(t, dir, "two", plugin.State{}), s.expectState(t, dir, "one", one),
		s.reset(t, dir, "one"), s.expectStates(t, dir), s.expectState(t, dir, "one", plugin.State{}),
		s.expect(t, dir, numberTable, numbers(0, 3)...))
}

func (s *sinkSuite) checkResetUnderWay(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.keep(t, dir, "one", firstStart, "p1")
	if err != nil {
		return err
	}
	err = r.mark("s", 0)
	var user *plugin.UserError
	switch refused := s.reset(t, dir, "one"); {
	case refused == nil:
		err = errors.Join(err, errors.New("the state of a run under way is forgotten"))
	case !errors.As(refused, &user):
		err = errors.Join(err, fmt.Errorf("%w, want a *plugin.UserError", refused))
	}
	return errors.Join(err, s.reset(t, dir, "two"), r.mark("s", 1), r.finish(false),
		s.expectState(t, dir, "one", plugin.State{Start: firstStart, Properties: "p1", Marks: map[string]plugin.Mark{"s": StepMark(1)}}),
		s.reset(t, dir, "one"), s.expectState(t, dir, "one", plugin.State{}))
}

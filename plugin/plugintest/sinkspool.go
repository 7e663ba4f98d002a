package plugintest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/igsource/igsource/plugin"
)

// settle settles what was committed.
func (r *sinkRun) settle() error {
	k, ok := r.sink.(plugin.StateKeeper)
	if !ok {
		return fmt.Errorf("%T is not a plugin.StateKeeper", r.sink)
	}
	switch settled, err := k.Settle(context.Background()); {
	case err != nil:
		return fmt.Errorf("Settle: %w", err)
	case !settled:
		return errors.New("Settle cannot be done, and nothing is in its way")
	}
	return nil
}

func (s *sinkSuite) checkSettled(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.keep(t, dir, "suite", firstStart, "p1")
	if err != nil {
		return err
	}
	err = errors.Join(
		r.settle(), // nothing
		r.write(numberTable, numbers(0, 2)...), r.mark("s", 0, "a", "1"), r.settle(), r.settle(),
		r.mark("s", 1), r.settle(), // a mark alone
		r.write(numberTable, numbers(2, 3)...), r.abort(), r.settle(),
		r.write(numberTable, numbers(3, 4)...), r.mark("s", 2), r.settle(),
		r.finish(false),
	)
	if err = errors.Join(err, s.expectState(t, dir, "suite", plugin.State{
		Start: firstStart, Properties: "p1", Marks: map[string]plugin.Mark{"s": StepMark(2)}, Coming: texts("a", "1"),
	})); err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "suite", firstStart, "p1"); err != nil {
		return err
	}
	return errors.Join(r.finish(true), s.expect(t, dir, numberTable, slices.Concat(numbers(0, 2), numbers(3, 4))...))
}

// checkSpools leaves something in the folder for spools, which alone is reason enough to go on with a run.
func (s *sinkSuite) checkSpools(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	place := func(name string) string {
		k, ok := s.open(t, dir).(plugin.StateKeeper)
		if !ok {
			return ""
		}
		return k.SpoolDir(name)
	}
	one, two := place("one"), place("two")
	if one == "" && two == "" {
		return nil
	}
	if one == two || one != place("one") {
		return fmt.Errorf("the folder for spools of one input is %q and %q, of another %q", one, place("one"), two)
	}
	if there, ok := s.open(t, filepath.Join(t.TempDir(), "out")).(plugin.StateKeeper); ok && there.SpoolDir("one") == one {
		return fmt.Errorf("two targets have %s for their spools", one)
	}
	r, err := s.keep(t, dir, "one", firstStart, "p1")
	if err != nil {
		return err
	}
	spool := filepath.Join(one, "a.spool")
	err = errors.Join(os.MkdirAll(one, 0o700), os.WriteFile(spool, []byte("spooled"), 0o600), r.finish(false),
		s.expectState(t, dir, "one", plugin.State{Start: firstStart, Properties: "p1"}))
	if err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "one", firstStart, "p1"); err != nil {
		return err
	}
	if _, err := os.Stat(spool); err != nil {
		return errors.Join(fmt.Errorf("what was spooled is not there for the run that goes on: %w", err), r.finish(false))
	}
	if err := r.finish(false); err != nil {
		return err
	}
	if store, ok := s.open(t, dir).(plugin.StateStore); ok {
		if err := store.ResetState(context.Background(), "one"); err != nil {
			return fmt.Errorf("ResetState: %w", err)
		}
		if _, err := os.Stat(one); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s stays when the state is reset", one)
		}
	}
	return os.RemoveAll(one)
}

package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// KeepsState says that the sink is a plugin.StateKeeper, and has TestSink test that. Without KeepsCommitted
// what an unfinished run has committed shows when the run has come to its end, and then alone; a run without
// a mark need not be remembered.
func KeepsState() SinkOption {
	return func(s *sinkSuite) {
		s.more = append(s.more, func(s *sinkSuite) []sinkCheck {
			return []sinkCheck{
				{"state of a target that is not there", s.checkNoState},
				{"state of an unfinished run", s.checkUnfinished},
				{"state of a resumed run", s.checkResumed},
				{"state that another run forgets", s.checkForgotten},
				{"state of two inputs", s.checkTwoInputs},
				{"state is not kept unasked", s.checkUnasked},
				{"rows without a key come once", s.checkOnce},
				{"what is settled stays", s.checkSettled},
				{"spools of an unfinished run", s.checkSpools},
			}
		})
	}
}

// Excludes says that the sink, a plugin.StateKeeper, keeps a second run with one input out of a target that a
// first one writes to, as a *plugin.UserError of Claim, and lets other inputs in.
func Excludes() SinkOption {
	return func(s *sinkSuite) {
		s.more = append(s.more, func(s *sinkSuite) []sinkCheck { return []sinkCheck{{"two runs at once", s.checkTwoRuns}} })
	}
}

var (
	firstStart  = time.Date(2026, 10, 15, 6, 0, 0, 123456000, time.UTC)
	secondStart = firstStart.Add(24 * time.Hour)
)

// keep begins a run whose state is kept of input.
func (s *sinkSuite) keep(t testing.TB, dir, input string, start time.Time, properties string) (*sinkRun, error) {
	r, err := s.begin(t, dir, numberTable, otherTable)
	if err != nil {
		return nil, err
	}
	r.input = input
	k, ok := r.sink.(plugin.StateKeeper)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T is not a plugin.StateKeeper", r.sink), r.finish(false))
	}
	if err := k.Claim(context.Background(), []string{input}); err != nil {
		return nil, errors.Join(fmt.Errorf("Claim: %w", err), r.finish(false))
	}
	if err := k.Keep(context.Background(), []plugin.KeptRun{{Input: input, Start: start, Properties: properties}}); err != nil {
		return nil, errors.Join(fmt.Errorf("Keep: %w", err), r.finish(false))
	}
	return r, nil
}

// mark commits with what was reached: keys and values in turn.
func (r *sinkRun) mark(split string, step int, reached ...string) error {
	at := plugin.Position{Source: r.input, Split: split, Mark: StepMark(step)}
	for i := 0; i < len(reached); i += 2 {
		if at.Reached == nil {
			at.Reached = map[string]json.RawMessage{}
		}
		at.Reached[reached[i]] = json.RawMessage(reached[i+1])
	}
	if err := r.sink.Commit(context.Background(), at); err != nil {
		return fmt.Errorf("Commit: %w", err)
	}
	return nil
}

// expectState compares what a next run would find of input with want.
func (s *sinkSuite) expectState(t testing.TB, dir, input string, want plugin.State) error {
	k, ok := s.open(t, dir).(plugin.StateKeeper)
	if !ok {
		return errors.New("the sink is not a plugin.StateKeeper")
	}
	got, err := k.State(context.Background(), input)
	if err != nil {
		return fmt.Errorf("State(%q): %w", input, err)
	}
	if g, w := stateText(got), stateText(want); !reflect.DeepEqual(g, w) {
		return fmt.Errorf("the state of %q is\n%v, want\n%v", input, g, w)
	}
	return nil
}

// stateText is a state without what does not tell two apart: nil and empty, and how a time is held.
func stateText(s plugin.State) map[string]string {
	out := map[string]string{"start": s.Start.UTC().Format(time.RFC3339Nano), "properties": s.Properties}
	for k, v := range s.Marks {
		out["mark "+k] = string(v)
	}
	for k, v := range s.Reached {
		out["reached "+k] = string(v)
	}
	for k, v := range s.Coming {
		out["coming "+k] = string(v)
	}
	return out
}

func texts(pairs ...string) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return m
}

func (s *sinkSuite) checkNoState(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	before, err := listing(filepath.Dir(dir))
	if err != nil {
		return err
	}
	if err := s.expectState(t, dir, "suite", plugin.State{}); err != nil {
		return err
	}
	after, err := listing(filepath.Dir(dir))
	if err != nil {
		return err
	}
	if !slices.Equal(before, after) {
		return fmt.Errorf("asking for the state makes %q", after)
	}
	return nil
}

// unfinished leaves an unfinished run of input behind, and returns its state.
func (s *sinkSuite) unfinished(t testing.TB, dir, input string) (plugin.State, error) {
	r, err := s.keep(t, dir, input, firstStart, "p1")
	if err != nil {
		return plugin.State{}, err
	}
	err = errors.Join(
		r.write(numberTable, numbers(0, 2)...), r.mark("s1", 0, "a", `{"day":"2026-10-01"}`, "", `{"lost":1}`),
		r.write(numberTable, numbers(2, 3)...), r.mark("s1", 1, "a", `{"day":"2026-10-02"}`),
		r.mark("s2 'é\"", 0), // a mark alone
		r.mark("s3", 5, "b", `[1,2]`),
		r.write(numberTable, numbers(3, 9)...), r.abort(),
		r.write(numberTable, numbers(9, 10)...),
		r.finish(false),
	)
	return plugin.State{
		Start: firstStart, Properties: "p1",
		Marks:  map[string]plugin.Mark{"s1": StepMark(1), "s2 'é\"": StepMark(0), "s3": StepMark(5)},
		Coming: texts("a", `{"day":"2026-10-02"}`, "b", `[1,2]`, "", `{"lost":1}`),
	}, err
}

func (s *sinkSuite) checkUnfinished(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	want, err := s.unfinished(t, dir, "suite")
	err = errors.Join(err,
		s.expectState(t, dir, "suite", want), s.expectState(t, dir, "suite", want),
		s.expectState(t, dir, "another", plugin.State{}))
	if s.keeps {
		return errors.Join(err, s.expect(t, dir, numberTable, numbers(0, 3)...))
	}
	r, again := s.keep(t, dir, "suite", firstStart, "p1")
	if again != nil {
		return errors.Join(err, again)
	}
	return errors.Join(err, r.finish(true), s.expect(t, dir, numberTable, numbers(0, 3)...))
}

func (s *sinkSuite) checkResumed(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	want, err := s.unfinished(t, dir, "suite")
	if err != nil {
		return err
	}
	r, err := s.keep(t, dir, "suite", firstStart.In(time.FixedZone("elsewhere", 3600)), "p1")
	if err != nil {
		return err
	}
	err = errors.Join(r.write(numberTable, numbers(3, 4)...), r.mark("s1", 2, "c", `"x"`), r.finish(false))
	want.Marks["s1"], want.Coming["c"] = StepMark(2), json.RawMessage(`"x"`)
	if err = errors.Join(err, s.expectState(t, dir, "suite", want)); err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "suite", firstStart, "p1"); err != nil {
		return err
	}
	reached := maps.Clone(want.Coming)
	delete(reached, "") // the runner's, of the unfinished run
	err = errors.Join(r.finish(true), s.expectState(t, dir, "suite", plugin.State{Reached: reached}),
		s.expect(t, dir, numberTable, numbers(0, 4)...))
	if err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "suite", secondStart, "p2"); err != nil {
		return err
	}
	err = errors.Join(r.mark("t", 0, "a", `"later"`), r.finish(false), s.expectState(t, dir, "suite", plugin.State{
		Start: secondStart, Properties: "p2", Marks: map[string]plugin.Mark{"t": StepMark(0)}, Reached: reached, Coming: texts("a", `"later"`),
	}))
	if err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "suite", secondStart, "p2"); err != nil {
		return err
	}
	reached["a"] = json.RawMessage(`"later"`)
	return errors.Join(r.finish(true), s.expectState(t, dir, "suite", plugin.State{Reached: reached}),
		s.expect(t, dir, numberTable, s.after(numbers(0, 4), nil)...))
}

func (s *sinkSuite) checkForgotten(t testing.TB) error {
	for _, c := range []struct {
		what, properties string
		start            time.Time
	}{{"another start", "p1", secondStart}, {"other properties", "p2", firstStart}} {
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := s.unfinished(t, dir, "suite"); err != nil {
			return err
		}
		r, err := s.keep(t, dir, "suite", c.start, c.properties)
		if err != nil {
			return err
		}
		want := plugin.State{}
		if s.keeps {
			want = plugin.State{Start: c.start, Properties: c.properties}
		}
		if err := errors.Join(r.finish(false), s.expectState(t, dir, "suite", want)); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
	}
	return nil
}

func (s *sinkSuite) checkTwoInputs(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	one, err := s.unfinished(t, dir, "one")
	if err != nil {
		return err
	}
	if _, err := s.unfinished(t, dir, "two"); err != nil {
		return err
	}
	r, err := s.keep(t, dir, "two", secondStart, "p1")
	if err != nil {
		return err
	}
	return errors.Join(r.mark("s", 0, "k", "1"), r.finish(true),
		s.expectState(t, dir, "one", one), s.expectState(t, dir, "two", plugin.State{Reached: texts("k", "1")}))
}

func (s *sinkSuite) checkUnasked(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	want, err := s.unfinished(t, dir, "suite")
	if err != nil {
		return err
	}
	r, err := s.begin(t, dir, numberTable, otherTable)
	if err != nil {
		return err
	}
	r.input = "suite"
	return errors.Join(r.write(numberTable, numbers(3, 4)...), r.mark("s1", 7, "a", "0"), r.finish(true),
		s.expectState(t, dir, "suite", want), s.expect(t, dir, numberTable, s.after(numbers(0, 3), numbers(3, 4))...))
}

// after is what shows after a run has written rows on top of earlier ones.
func (s *sinkSuite) after(earlier, rows [][]any) [][]any {
	if s.keeps {
		return slices.Concat(earlier, rows)
	}
	return rows
}

// checkOnce goes on from a mark in a table in which nothing tells a row from its double.
func (s *sinkSuite) checkOnce(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	rows := [][]any{{"a", "x"}, {"a", "x"}, {"b", nil}, {"c", "z"}}
	r, err := s.keep(t, dir, "suite", firstStart, "p1")
	if err != nil {
		return err
	}
	err = errors.Join(r.write(otherTable, rows[:2]...), r.mark("s", 0), r.write(otherTable, rows[2]), r.mark("s", 1),
		r.write(otherTable, rows[3]), r.finish(false))
	if err != nil {
		return err
	}
	if r, err = s.keep(t, dir, "suite", firstStart, "p1"); err != nil {
		return err
	}
	return errors.Join(r.write(otherTable, rows[3]), r.mark("s", 2), r.finish(true), s.expect(t, dir, otherTable, rows...))
}

func (s *sinkSuite) checkTwoRuns(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	first, err := s.keep(t, dir, "one", firstStart, "p1")
	if err != nil {
		return err
	}
	other, err := s.keep(t, dir, "two", firstStart, "p1")
	if err != nil {
		return errors.Join(fmt.Errorf("a run of another input is kept out: %w", err), first.finish(false))
	}
	err = errors.Join(
		first.write(numberTable, numbers(0, 1)...), first.mark("s", 0),
		other.write(numberTable, numbers(1, 2)...), other.mark("s", 0),
	)
	second, kept := s.keep(t, dir, "one", firstStart, "p1")
	var user *plugin.UserError
	switch {
	case kept == nil:
		err = errors.Join(err, errors.New("two runs of one input write to one target"), second.finish(false))
	case !errors.As(kept, &user):
		err = errors.Join(err, fmt.Errorf("%w, want a *plugin.UserError", kept))
	}
	err = errors.Join(err, first.mark("s", 1), first.finish(true), other.finish(false))
	again, kept := s.keep(t, dir, "one", firstStart, "p1")
	if kept != nil {
		return errors.Join(err, fmt.Errorf("a run is kept out after the other has ended: %w", kept))
	}
	if !s.keeps {
		err = errors.Join(err, s.expect(t, dir, numberTable, numbers(0, 1)...))
	}
	return errors.Join(err, again.finish(true), s.expectSet(t, dir, numberTable, s.after(numbers(0, 2), nil)...))
}

// expectSet is expect without regard to order.
func (s *sinkSuite) expectSet(t testing.TB, dir string, table schema.Table, rows ...[]any) error {
	rec := Record(table, rows...)
	defer rec.Release()
	want, got := Cells(rec), s.read(t, dir, table)
	slices.SortFunc(want, slices.Compare)
	slices.SortFunc(got, slices.Compare)
	if !slices.EqualFunc(want, got, slices.Equal) {
		return fmt.Errorf("table %s shows\n%q, want\n%q", table.Name, got, want)
	}
	return nil
}

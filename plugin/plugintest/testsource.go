package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/igsource/igsource/plugin"
)

// A SourceOption tells TestSource more about a source.
type SourceOption func(*sourceSuite)

// CountRequests gives TestSource the number of requests that all sources of this test have made so far,
// so that it can see that Validate and Tables make none, and that none is made after the end of a read.
func CountRequests(count func() int64) SourceOption {
	return func(s *sourceSuite) { s.requests = count }
}

// Secrets names texts that may appear nowhere: in no split, mark, note, failure or error.
func Secrets(secrets ...string) SourceOption {
	return func(s *sourceSuite) { s.secrets = append(s.secrets, secrets...) }
}

// Start sets the logical start time of all plans, and the real time, instead of 2026-10-15T12:00:00Z.
func Start(at time.Time) SourceOption {
	return func(s *sourceSuite) { s.start = at }
}

type sourceSuite struct {
	open     func(testing.TB) plugin.Source
	requests func() int64
	secrets  []string
	start    time.Time
}

// promptly is how long a source may take to end after its context.
const promptly = 10 * time.Second

// TestSource tests that a source keeps the promises of plugin.Source. Open is called for every subtest
// and opens a fresh source with good properties, whose service answers the same each time; it registers
// on the given test the cleanup of what it starts, a server for one. The more splits, batches and tables
// the source has, the more is tested.
//
// The suite looks for goroutines left behind by each subtest, so nothing else may start or end some
// meanwhile: do not run it in parallel with other tests.
func TestSource(t *testing.T, open func(t testing.TB) plugin.Source, opts ...SourceOption) {
	t.Helper()
	s := newSourceSuite(open, opts)
	for _, c := range s.checks() {
		before := goleak.IgnoreCurrent()
		t.Run(c.name, func(t *testing.T) {
			if err := c.check(t); err != nil {
				t.Error(err)
			}
		})
		if err := goleak.Find(before); err != nil {
			t.Errorf("%s: goroutines are left behind after Finish: %v", c.name, err)
		}
	}
}

func newSourceSuite(open func(testing.TB) plugin.Source, opts []SourceOption) *sourceSuite {
	s := &sourceSuite{open: open, start: time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC), requests: func() int64 { return 0 }}
	for _, o := range opts {
		o(s)
	}
	return s
}

type sourceCheck struct {
	name  string
	check func(testing.TB) error
}

func (s *sourceSuite) checks() []sourceCheck {
	with := func(f func(context.Context, *reading) error) func(testing.TB) error {
		return func(t testing.TB) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r := &reading{suite: s, source: s.open(t)}
			err := f(ctx, r)
			if e := r.source.Finish(context.WithoutCancel(ctx), err == nil); e != nil {
				err = errors.Join(err, fmt.Errorf("Finish: %w", e))
			}
			return err
		}
	}
	return []sourceCheck{
		{"schema without requests", with(s.checkSchema)},
		{"plan", s.checkPlan},
		{"rows", with(s.checkRows)},
		{"resume", with(s.checkResume)},
		{"concurrent reads", with(s.checkConcurrent)},
		{"break", with(s.checkBreak)},
		{"cancel", with(s.checkCancel)},
		{"foreign split", with(s.checkForeign)},
		{"finish alone", with(func(context.Context, *reading) error { return nil })},
	}
}

// clean is an error when text, which is what what says, holds a secret.
func (s *sourceSuite) clean(what, text string) error {
	for _, secret := range s.secrets {
		if secret != "" && strings.Contains(text, secret) {
			return fmt.Errorf("%s holds a secret", what)
		}
	}
	return nil
}

func (s *sourceSuite) plan(ctx context.Context, r *reading) ([]plugin.Split, error) {
	p, err := r.source.Plan(ctx, plugin.PlanRequest{Start: s.start, Now: s.start, Notes: r.note})
	if err != nil {
		return nil, fmt.Errorf("Plan: %w", err)
	}
	if err := r.noteErr(); err != nil {
		return nil, err
	}
	// What is read from here on is what another worker would get.
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("the plan cannot be written as JSON: %w", err)
	}
	var back plugin.Plan
	if err := json.Unmarshal(text, &back); err != nil {
		return nil, fmt.Errorf("the plan cannot be read from its JSON: %w", err)
	}
	again, err := json.Marshal(back)
	if err != nil {
		return nil, err
	}
	if string(again) != string(text) {
		return nil, fmt.Errorf("the plan changes on its way through JSON:\n%s\n%s", text, again)
	}
	return back.Splits, s.clean("a split", string(text))
}

func (s *sourceSuite) checkSchema(_ context.Context, r *reading) error {
	before := s.requests()
	tables, err := r.source.Tables()
	if err != nil {
		return fmt.Errorf("Tables: %w", err)
	}
	if len(tables) == 0 {
		return errors.New("Tables names no table")
	}
	seen := map[string]bool{}
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return err
		}
		if seen[t.Name] {
			return fmt.Errorf("Tables names %s twice", t.Name)
		}
		seen[t.Name] = true
	}
	for range 3 {
		if fs := r.source.Validate(); len(fs) > 0 {
			return fmt.Errorf("Validate fails: %v", fs)
		}
		again, err := r.source.Tables()
		if err != nil {
			return fmt.Errorf("Tables, asked again: %w", err)
		}
		if !reflect.DeepEqual(again, tables) {
			return errors.New("Tables answers otherwise when it is asked again")
		}
	}
	if w, ok := r.source.(plugin.Warner); ok {
		for _, f := range w.Warnings() {
			if err := s.clean("a warning", f.String()); err != nil {
				return err
			}
		}
	}
	if n := s.requests() - before; n != 0 {
		return fmt.Errorf("Validate and Tables made %d requests", n)
	}
	return nil
}

func (s *sourceSuite) checkPlan(t testing.TB) error {
	ctx := context.Background()
	var plans [2][]plugin.Split
	var last error // of what is only wrong where the plans are equal
	for i := range plans {
		r := &reading{suite: s, source: s.open(t)}
		splits, err := s.plan(ctx, r)
		if err == nil && i == len(plans)-1 {
			last = s.identified(r.source, splits)
		}
		err = errors.Join(err, r.source.Finish(ctx, err == nil))
		if err != nil {
			return err
		}
		plans[i] = splits
	}
	if len(plans[0]) == 0 {
		return errors.New("there is no split to test with")
	}
	if !reflect.DeepEqual(plans[0], plans[1]) {
		return errors.New("two plans from the same properties and start are not equal")
	}
	seen := map[string]bool{}
	for _, sp := range plans[0] {
		switch {
		case sp.ID == "":
			return errors.New("a split has no ID")
		case sp.Properties == "":
			return fmt.Errorf("split %s does not say which properties it was planned from", sp.ID)
		case seen[sp.ID]:
			return fmt.Errorf("two splits are called %s", sp.ID)
		}
		seen[sp.ID] = true
	}
	return last
}

// identified holds the splits of an Identified source to what it says it was asked for.
func (s *sourceSuite) identified(source plugin.Source, splits []plugin.Split) error {
	i, ok := source.(plugin.Identified)
	if !ok {
		return nil
	}
	for _, sp := range splits {
		if hash := i.Hash(); sp.Properties != "" && sp.Properties != hash {
			return fmt.Errorf("split %s was planned from the properties %q, Hash says %q", sp.ID, sp.Properties, hash)
		}
	}
	return nil
}

func (s *sourceSuite) checkRows(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	keys, err := newKeys(r.source)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		batches, err := r.read(ctx, sp, "")
		if err != nil {
			return err
		}
		if err := keys.add(sp.ID, batches); err != nil {
			return err
		}
		if len(batches) == 0 || batches[len(batches)-1].mark == "" {
			return fmt.Errorf("split %s: the last batch carries no mark", sp.ID)
		}
		again, err := r.read(ctx, sp, "")
		if err != nil {
			return err
		}
		if err := sameRows("split "+sp.ID+", read again", rowsOf(again), rowsOf(batches)); err != nil {
			return err
		}
	}
	return nil
}

func (s *sourceSuite) checkResume(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		batches, err := r.read(ctx, sp, "")
		if err != nil {
			return err
		}
		for i, b := range batches {
			if b.mark == "" {
				continue
			}
			what := fmt.Sprintf("split %s, resumed after batch %d of %d", sp.ID, i+1, len(batches))
			rest, err := r.read(ctx, sp, b.mark)
			if err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			if err := sameRows(what, rowsOf(rest), rowsOf(batches[i+1:])); err != nil {
				return err
			}
			if want, got := lastReached(batches[i+1:]), lastReached(rest); want != "" && got != want {
				return fmt.Errorf("%s: it reaches %q, want %q", what, got, want)
			}
			if len(rest) > 0 && rest[len(rest)-1].mark == "" {
				return fmt.Errorf("%s: the last batch carries no mark", what)
			}
		}
	}
	return nil
}

func (s *sourceSuite) checkConcurrent(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	want := make([]map[string][][]string, len(splits))
	for i, sp := range splits {
		batches, err := r.read(ctx, sp, "")
		if err != nil {
			return err
		}
		want[i] = rowsOf(batches)
	}
	errs := make([]error, len(splits))
	var wg sync.WaitGroup
	for i, sp := range splits {
		wg.Add(1)
		go func() {
			defer wg.Done()
			batches, err := r.read(ctx, sp, "")
			if err == nil {
				err = sameRows("split "+sp.ID+", read beside others", rowsOf(batches), want[i])
			}
			errs[i] = err
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *sourceSuite) checkBreak(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		for _, err := range r.source.Read(ctx, sp, plugin.ReadOptions{}) {
			if err != nil {
				return fmt.Errorf("split %s: %w", sp.ID, err)
			}
			break
		}
	}
	before := s.requests()
	if err := r.source.Finish(ctx, false); err != nil {
		return fmt.Errorf("Finish: %w", err)
	}
	r.source = s.nothing()
	if n := s.requests() - before; n != 0 {
		return fmt.Errorf("%d requests were made after the loops had been left", n)
	}
	return nil
}

// nothing stands in for a source that has been finished.
func (s *sourceSuite) nothing() plugin.Source { return new(Source) }

func (s *sourceSuite) checkCancel(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		batches, err := r.read(ctx, sp, "")
		if err != nil {
			return err
		}
		for _, after := range []int{0, 1} {
			if len(batches) <= after {
				continue
			}
			what := fmt.Sprintf("split %s of %d batches, cancelled after %d", sp.ID, len(batches), after)
			ended := make(chan error, 1)
			go func() { ended <- r.cancelAfter(ctx, sp, after, len(batches)) }()
			timer := time.NewTimer(promptly)
			select {
			case err := <-ended:
				timer.Stop()
				if err != nil {
					return fmt.Errorf("%s: %w", what, err)
				}
			case <-timer.C:
				return fmt.Errorf("%s: Read had not ended %s later", what, promptly)
			}
		}
	}
	return nil
}

func (s *sourceSuite) checkForeign(ctx context.Context, r *reading) error {
	splits, err := s.plan(ctx, r)
	if err != nil {
		return err
	}
	for _, sp := range splits {
		sp.Properties += "0"
		var got error
		for _, err := range r.source.Read(ctx, sp, plugin.ReadOptions{}) {
			if got = err; err == nil {
				return fmt.Errorf("split %s: a split of other properties is read", sp.ID)
			}
		}
		if !errors.Is(got, plugin.ErrForeignSplit) {
			return fmt.Errorf("split %s: a split of other properties gives %w, want ErrForeignSplit", sp.ID, got)
		}
		if err := s.clean("an error", got.Error()); err != nil {
			return err
		}
	}
	return nil
}

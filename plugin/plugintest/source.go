package plugintest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// Source is a source that follows a script. Set its fields before its first use.
type Source struct {
	// Schemas are its tables, and Script its splits.
	Schemas []schema.Table
	Script  []Split
	// ReadFirst is the plan's Reading.
	ReadFirst []string
	// Failures and Remarks are the answers of Validate and Warnings.
	Failures, Remarks []plugin.Failure
	// TablesErr, PlanErr and FinishErr are what those methods fail with.
	TablesErr, PlanErr, FinishErr error
	// Tolerant is the answer of GoesOn.
	Tolerant bool
	// OnPlan, when not nil, is called by Plan and may send notes, wait, fail or panic.
	OnPlan func(context.Context, plugin.PlanRequest) error
	// Properties stands for the hash of the properties, which Hash returns; splits of another are foreign.
	Properties string
	// Allocator, when not nil, gives the allocator of a split's records.
	Allocator func(split string) memory.Allocator

	mu       sync.Mutex
	finished []bool
	reading  int
	most     int
	resumed  map[string]plugin.Mark
}

// A Split is the script of a split.
type Split struct {
	ID    string
	Key   string
	Steps []Step
}

// A Step is one event of a split: what is set of it happens in the order of the fields.
type Step struct {
	// Do, when not nil, is called first, and may wait, send notes, fail or panic. Its error ends the split.
	Do func(ctx context.Context, notes func(plugin.Note)) error
	// Err ends the split.
	Err error
	// Table and Rows, as of Record, are a batch; none when Table is empty.
	Table string
	Rows  [][]any
	// Mark says that the batch carries a mark; without a batch it goes alone.
	Mark bool
}

// Validate implements plugin.Source.
func (s *Source) Validate() []plugin.Failure { return s.Failures }

// Warnings implements plugin.Warner.
func (s *Source) Warnings() []plugin.Failure { return s.Remarks }

// GoesOn implements plugin.Tolerant.
func (s *Source) GoesOn() bool { return s.Tolerant }

// Hash implements plugin.Identified.
func (s *Source) Hash() string { return s.Properties }

// Tables implements plugin.Source.
func (s *Source) Tables() ([]schema.Table, error) { return s.Schemas, s.TablesErr }

// Plan implements plugin.Source.
func (s *Source) Plan(ctx context.Context, req plugin.PlanRequest) (plugin.Plan, error) {
	if err := ctx.Err(); err != nil {
		return plugin.Plan{}, err
	}
	if s.OnPlan != nil {
		if req.Notes == nil {
			req.Notes = func(plugin.Note) {}
		}
		if err := s.OnPlan(ctx, req); err != nil {
			return plugin.Plan{}, err
		}
	}
	if s.PlanErr != nil {
		return plugin.Plan{}, s.PlanErr
	}
	p := plugin.Plan{Reading: s.ReadFirst}
	for i, sp := range s.Script {
		payload, err := json.Marshal(i)
		if err != nil {
			return plugin.Plan{}, err
		}
		p.Splits = append(p.Splits, plugin.Split{ID: sp.ID, Key: sp.Key, Properties: s.Properties, Payload: payload})
	}
	return p, nil
}

// Read implements plugin.Source.
func (s *Source) Read(ctx context.Context, split plugin.Split, opts plugin.ReadOptions) iter.Seq2[plugin.Batch, error] {
	return func(yield func(plugin.Batch, error) bool) {
		s.enter(split.ID, opts.Resume)
		defer s.leave()
		if err := s.play(ctx, split, opts, func(b plugin.Batch) bool { return yield(b, nil) }); err != nil {
			yield(plugin.Batch{}, err)
		}
	}
}

// play plays a split's script to show, until that is false.
func (s *Source) play(ctx context.Context, split plugin.Split, opts plugin.ReadOptions, show func(plugin.Batch) bool) error {
	var place int
	if err := json.Unmarshal(split.Payload, &place); err != nil {
		return fmt.Errorf("split %s: %w", split.ID, err)
	}
	if split.Properties != s.Properties || place < 0 || place >= len(s.Script) || s.Script[place].ID != split.ID {
		return plugin.ErrForeignSplit
	}
	notes := opts.Notes
	if notes == nil {
		notes = func(plugin.Note) {}
	}
	mem := memory.DefaultAllocator
	if s.Allocator != nil {
		mem = s.Allocator(split.ID)
	}
	begin, err := MarkStep(opts.Resume)
	if err != nil {
		return err
	}
	for i, step := range s.Script[place].Steps {
		if i < begin {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if step.Do != nil {
			if err := step.Do(ctx, notes); err != nil {
				return err
			}
		}
		if step.Err != nil {
			return step.Err
		}
		if !s.show(mem, step, i, opts.Tables, show) {
			return nil
		}
	}
	return nil
}

// show shows the batch of a step; it is false when no more is wanted.
func (s *Source) show(mem memory.Allocator, step Step, i int, wanted []string, show func(plugin.Batch) bool) bool {
	b := plugin.Batch{}
	if step.Mark {
		b.Mark = StepMark(i)
	}
	if step.Table != "" && (wanted == nil || slices.Contains(wanted, step.Table)) {
		b.Table = step.Table
		b.Record = build(mem, s.table(step.Table), step.Rows)
		defer b.Record.Release()
	}
	if b.Record == nil && b.Mark == "" {
		return true
	}
	return show(b)
}

func (s *Source) table(name string) schema.Table {
	for _, t := range s.Schemas {
		if t.Name == name {
			return t
		}
	}
	panic("plugintest: the script names table " + name + ", which Schemas lacks")
}

// StepMark is the mark of a split's step, counted from 0.
func StepMark(step int) plugin.Mark { return plugin.Mark("step " + strconv.Itoa(step)) }

// MarkStep is the step at which reading after a mark goes on: 0 for the empty mark.
func MarkStep(m plugin.Mark) (int, error) {
	if m == "" {
		return 0, nil
	}
	text, ok := strings.CutPrefix(string(m), "step ")
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return 0, fmt.Errorf("%q is not a mark of this source", m)
	}
	return n + 1, nil
}

func (s *Source) enter(split string, resume plugin.Mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading++
	s.most = max(s.most, s.reading)
	if s.resumed == nil {
		s.resumed = map[string]plugin.Mark{}
	}
	s.resumed[split] = resume
}

func (s *Source) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading--
}

// Finish implements plugin.Source.
func (s *Source) Finish(ctx context.Context, succeeded bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = append(s.finished, succeeded)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("finish was given a context that has ended: %w", err)
	}
	return s.FinishErr
}

// Finished returns what Finish was called with, in order.
func (s *Source) Finished() []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bool(nil), s.finished...)
}

// Reading returns how many Reads are under way, and how many were at most.
func (s *Source) Reading() (now, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reading, s.most
}

// Resumed returns the splits that were read, each with the mark it was read after.
func (s *Source) Resumed() map[string]plugin.Mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.resumed)
}

var (
	_ plugin.Source     = (*Source)(nil)
	_ plugin.Warner     = (*Source)(nil)
	_ plugin.Tolerant   = (*Source)(nil)
	_ plugin.Identified = (*Source)(nil)
)

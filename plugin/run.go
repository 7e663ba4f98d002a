package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/schema"
)

// An Input is one source of a run.
type Input struct {
	// Name tells the inputs of a run apart; it is the source's referenceName.
	Name   string
	Source Source
}

// RunOptions are the options of Run and Records. The zero value is a good one.
type RunOptions struct {
	// Start is the logical start time; zero is the clock's now.
	Start time.Time
	// Clock tells the real time; nil is the system's.
	Clock clock.Clock
	// Parallelism is how many splits are read at once; 0 is 8. It never changes what is delivered.
	Parallelism int
	// WorkDir is where the run makes a folder of its own to spool in, and removes it. A sink that is a
	// WorkPlacer comes first; empty is the system's folder for temporary files. What a StateKeeper has a
	// SpoolDir for is spooled there.
	WorkDir string
	// State holds, by input, what earlier runs left: splits with a mark are read on from there. An input
	// that has an entry is not looked up in a StateKeeper, and its marks are taken to be good.
	State map[string]State
	// Strict makes the run fail when fields came that no table has a column for (see Unknown). All splits
	// are read before that, so that the error names every such field. A run that goes on with an unfinished
	// one knows only of what it read itself.
	Strict bool
	// Progress is told how far the run has come, one call at a time and never after Run has returned.
	// What changes during a call is told together in the next one.
	Progress func(Progress)
}

const defaultParallelism = 8

// Run reads all inputs into sink. Splits are read in parallel, side by side over the inputs, and
// delivered in the order of the inputs and their plans: the sink is given the same whatever the
// parallelism. What is not yet its turn, or not yet marked, waits on disk; at most two batches of a
// split are in memory.
//
// The report is never nil. The error is nil when the report's status is complete or partial, and then
// the sink has been finished; it is an *InvalidError when the inputs' properties are bad, and wraps
// context.Cause(ctx) when ctx ended the run. Every source is finished exactly once, and so is the sink
// if its Begin was called, whatever happens in between: the errors of that are joined. All sink calls
// are made on the caller's goroutine. A source or sink that panics ends the run with a *PanicError.
//
// A *SplitError costs the rest of that split and makes the run partial, and failed if no split is left;
// any other error of a source ends the run. So do two different rows with one key, unless the source is
// Tolerant and goes on: then they cost the rest of the split that came later. Rows are proved by their
// table's key before they are committed. Equal rows are delivered once.
//
// Where the sink is a StateKeeper, what it keeps of every input goes to Plan, and an unfinished run of the
// same properties (see Identified) and logical start time is gone on with: each split is read from its last
// mark, committed or spooled, and one that was complete gives nothing more. The start time to open the sources with is
// ResumeStart's. An unfinished run of others is given up with a warning, and read again from what finished runs
// have reached. A run that was interrupted any number of times leaves in the target what it would have left at
// once, with one exception: rows are proved among those that one call of Run delivers, whether it read them or
// found them in the StateKeeper's SpoolDir, where what was read ahead waits. An equal row that was
// committed before the interruption is written again, which by its key changes nothing; a different row with
// the key of such a row is not noticed, and replaces it. Sinks that keep no state begin anew each time.
func Run(ctx context.Context, inputs []Input, sink Sink, opts RunOptions) (*Report, error) {
	return runTables(ctx, inputs, sink, opts, nil)
}

// runTables is Run, for the tables named by only; nil is all.
func runTables(ctx context.Context, inputs []Input, sink Sink, opts RunOptions, only []string) (report *Report, err error) {
	if opts.Clock == nil {
		opts.Clock = clock.System()
	}
	if opts.Start.IsZero() {
		opts.Start = opts.Clock.Now()
	}
	if opts.Parallelism <= 0 {
		opts.Parallelism = defaultParallelism
	}
	r := &runner{inputs: inputs, sink: sink, opts: opts, only: only, ledger: newLedger(), progress: newProgress(opts.Progress)}
	// Deferred, so that a sink which leaves the goroutine (a test's FailNow) leaves nothing behind.
	err = errLeft
	defer func() {
		err = r.close(ctx, err)
		report = r.report(err)
	}()
	err = r.execute(ctx)
	return
}

var errLeft = errors.New("the run's goroutine was left before the run had ended")

// A runner is one call of Run.
type runner struct {
	inputs []Input
	sink   Sink
	opts   RunOptions
	only   []string

	tables   []schema.Table
	byName   map[string]*runTable
	list     []*runTable // as tables
	lanes    []*lane     // in the order of delivery
	queue    []*lane     // in the order of reading
	ledger   *ledger
	progress *progress
	work     workDir
	keys     keyMemory
	// Of state, by input: what earlier runs left, as the sources see it, and how far this run has come.
	states   []State
	headways []*headway
	keeper   StateKeeper // the sink; nil where it is none
	runs     []KeptRun
	resumes  []bool // by input: an unfinished run is gone on with
	// Of spools: where they are, by input, and what sees to it that they are no longer needed.
	places  []*spoolPlace
	settler *settler // nil without a keeper

	begun bool
	wrote bool // something was written since the last commit
}

// execute does everything between Validate and the last commit.
func (r *runner) execute(ctx context.Context) error {
	if len(r.inputs) == 0 {
		return Userf("there is nothing to read: give at least one source")
	}
	if err := r.prepare(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	if err := r.recall(ctx); err != nil {
		return err
	}
	r.begun = true
	if err := guard("the sink", func() error { return r.sink.Begin(ctx, r.tables) }); err != nil {
		return orStopped(ctx, err)
	}
	if err := r.claim(ctx); err != nil {
		return orStopped(ctx, err)
	}
	base := r.opts.WorkDir
	if p, ok := r.sink.(WorkPlacer); ok {
		var dir string
		if err := guard("the sink", func() error { dir = p.WorkDir(); return nil }); err != nil {
			return err
		}
		base = cmp.Or(dir, base)
	}
	r.work.base = base
	for _, t := range r.list {
		if t.proof != nil {
			t.proof.dir = r.work.open
		}
	}
	if r.keeper == nil { // before anything is asked
		if _, err := r.work.open(); err != nil {
			return err
		}
	}
	plans, err := r.plan(ctx)
	if err != nil {
		return err
	}
	if err := r.keep(ctx); err != nil {
		return orStopped(ctx, err)
	}
	if err := r.placeSpools(); err != nil {
		return err
	}
	if r.lanes, err = r.lay(plans); err != nil {
		return err
	}
	if r.queue, err = r.readingOrder(plans); err != nil {
		return err
	}
	if err := r.transfer(ctx); err != nil {
		return err
	}
	if err := r.ledger.allFailed(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	if r.opts.Strict {
		return r.ledger.unknown.err()
	}
	return nil
}

// prepare validates and finds the tables, without a request.
func (r *runner) prepare() error {
	tables, err := CheckInputs(r.inputs)
	if err != nil {
		return err
	}
	for _, in := range r.inputs {
		w, ok := in.Source.(Warner)
		if !ok {
			continue
		}
		var own []Failure
		if err := guard("source "+in.Name+", warning", func() error { own = w.Warnings(); return nil }); err != nil {
			return err
		}
		for _, f := range own {
			r.ledger.warn(f.String())
		}
	}
	r.byName = make(map[string]*runTable, len(tables))
	for _, t := range tables {
		if r.only != nil && !slices.Contains(r.only, t.Name) {
			continue
		}
		rt, err := newRunTable(t, &r.keys)
		if err != nil {
			return err
		}
		rt.index = len(r.tables)
		r.tables = append(r.tables, t)
		r.byName[t.Name] = rt
		r.list = append(r.list, rt)
		r.ledger.table(t.Name)
	}
	return nil
}

// plan plans all inputs side by side.
func (r *runner) plan(parent context.Context) ([]Plan, error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	plans := make([]Plan, len(r.inputs))
	books := make([]*noteBook, len(r.inputs))
	var wg sync.WaitGroup
	for i, in := range r.inputs {
		books[i] = newNoteBook(r.progress, "", r.only)
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := errLeft
			defer func() {
				if err != nil {
					cancel(err)
				}
			}()
			err = guard("source "+in.Name+", planning", func() (err error) {
				plans[i], err = in.Source.Plan(ctx, PlanRequest{
					Start: r.opts.Start, Now: r.opts.Clock.Now(), State: r.states[i], Notes: books[i].add,
				})
				if err != nil {
					return r.named(in, err)
				}
				return nil
			})
		}()
	}
	wg.Wait()
	for _, b := range books {
		b.rest()
		r.ledger.merge(b)
	}
	if ctx.Err() != nil {
		return nil, orStopped(parent, context.Cause(ctx))
	}
	return plans, nil
}

// named puts the input's name before an error where there are several; failures carry it themselves.
func (r *runner) named(in Input, err error) error {
	if len(r.inputs) == 1 {
		return err
	}
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		return &InvalidError{atStage(invalid.Failures, in.Name)}
	}
	return fmt.Errorf("%s: %w", in.Name, err)
}

// lay makes the lanes of all splits, in the order of delivery.
func (r *runner) lay(plans []Plan) ([]*lane, error) {
	var lanes []*lane
	for i, p := range plans {
		in := r.inputs[i]
		marks := r.states[i].Marks
		found, err := r.places[i].leftovers(p.Splits, marks)
		if err != nil {
			return nil, err
		}
		var lost int64
		seen := make(map[string]bool, len(p.Splits))
		for _, s := range p.Splits {
			if s.ID == "" {
				return nil, fmt.Errorf("source %s planned a split without an ID; this is a bug of the source", in.Name)
			}
			if seen[s.ID] {
				return nil, fmt.Errorf("source %s planned two splits called %s; this is a bug of the source", in.Name, s.ID)
			}
			seen[s.ID] = true
			l := newLane(len(lanes), i, "source "+in.Name+", split "+s.ID, s, marks[s.ID], r.places[i])
			if left, ok := found[s.ID]; ok {
				l.goOn(left)
				lost += left.lost
			}
			l.book = newNoteBook(r.progress, s.ID, r.only)
			lanes = append(lanes, l)
			name := ""
			if len(r.inputs) > 1 {
				name = in.Name
			}
			r.ledger.split(name, s.ID)
		}
		r.tellLeftOut(in.Name, lost)
	}
	r.progress.plan(len(lanes))
	return lanes, nil
}

// transfer reads all lanes while the calling goroutine delivers them.
func (r *runner) transfer(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	var wg sync.WaitGroup
	defer func() {
		cancel(errLeft)
		wg.Wait()
	}()
	queue := r.queue
	work := make(chan *lane, len(queue))
	for _, l := range queue {
		work <- l
	}
	close(work)
	for range min(r.opts.Parallelism, len(queue)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for l := range work {
				if ctx.Err() != nil {
					return
				}
				r.read(ctx, cancel, l)
			}
		}()
	}
	if err := r.deliver(ctx); err != nil {
		cancel(err)
		return orStopped(parent, context.Cause(ctx))
	}
	return nil
}

// stopped is the error of a run that ctx ended.
func stopped(ctx context.Context) error {
	return fmt.Errorf("the run was stopped: %w", context.Cause(ctx))
}

// orStopped is err, or what says that ctx ended the run where that is all that err says.
func orStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Cause(ctx)) || errors.Is(err, ctx.Err())) {
		return stopped(ctx)
	}
	return err
}

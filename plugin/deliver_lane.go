package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
)

// A lane is the way of one split's batches from the worker that reads it to the goroutine that delivers.
// Before its turn, and while the rows have no mark yet, batches go through a spool. With its turn, a
// marked batch is passed on in memory: it waits for the next one, which tells whether it was the last,
// and the source waits until it is delivered. So one batch is kept and one is lent, never more.
// Where spools outlive a run, all batches go through one: what is in memory alone would be asked for again.
type lane struct {
	index  int
	name   string // for errors
	input  int
	split  Split
	resume Mark
	book   *noteBook
	place  *spoolPlace

	mu      sync.Mutex
	turn    bool
	pending *item
	spool   *spool
	// Frames of the spool: appended; appended up to the last mark; free to be taken; taken.
	appended, marked, free, taken int
	left                          int  // of the frames: so many were read by an earlier part of the run
	any                           bool // a mark came
	ended                         bool
	given                         bool  // given up: what came after the last commit is not delivered
	err                           error // the *SplitError that the sequence ended with, or why it was given up
	fault                         error // what ended the run, if this lane did
	stopped                       error // why it was not read to its end
	cancel                        context.CancelCauseFunc
	news                          tidings // since the last mark
	latest                        Mark    // that came
	mistake                       error   // of a note

	// Of the goroutine that delivers.
	commits  int
	rows     int64
	finished bool

	wake  chan struct{} // something may be taken, or the lane ended
	moved chan struct{} // something was taken
}

// An item is a batch on its way; rec is the lane's reference.
type item struct {
	table *runTable
	rec   arrow.Record
	mark  Mark
	news  tidings // that go with mark
	free  bool    // may be taken
	left  bool    // an earlier part of the run has read it
	last  bool
}

func newLane(index, input int, name string, split Split, resume Mark, place *spoolPlace) *lane {
	return &lane{
		index: index, input: input, name: name, split: split, resume: resume, latest: resume, place: place,
		wake: make(chan struct{}, 1), moved: make(chan struct{}, 1),
	}
}

// goOn gives the lane what an earlier part of the run has left of it: it is delivered first, and the rest is
// read from its last mark on.
func (l *lane) goOn(left leftover) {
	l.spool, l.left = left.spool, left.frames
	l.appended, l.marked, l.free = left.frames, left.frames, left.frames-1
	l.any, l.resume, l.latest = true, left.last, left.last
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// errGivenUp ends the reading of a lane that was given up.
var errGivenUp = fmt.Errorf("the rest of the split is not wanted: %w", context.Canceled)

// begin tells the lane what ends its reading.
func (l *lane) begin(cancel context.CancelCauseFunc) {
	l.mu.Lock()
	l.cancel = cancel
	l.mu.Unlock()
}

// giveUp ends the lane as if its sequence had ended with err after the last mark that was delivered.
func (l *lane) giveUp(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given, l.err = true, err
	l.cancel(errGivenUp)
	return l.forget()
}

// note takes what the source says beside its batches, from any goroutine.
func (l *lane) note(n Note) {
	l.book.add(n)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return
	}
	if err := l.news.hear(l.split.Key, n); err != nil && l.mistake == nil {
		l.mistake = fmt.Errorf("%s: %w; this is a bug of the source", l.name, err)
	}
}

// add takes a batch from the source; t and rec are nil for a mark alone.
func (l *lane) add(ctx context.Context, t *runTable, rec arrow.Record, mark Mark) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.given {
		return errGivenUp
	}
	if l.mistake != nil {
		return l.mistake
	}
	it := &item{table: t, rec: rec, mark: mark}
	if mark != "" {
		it.news, l.news = l.news, tidings{} // what is said from here on goes with the next mark
	}
	// Another batch: what was marked before it is not the last and may go.
	if l.pending != nil {
		l.pending.free = true
	}
	l.free = l.marked
	signal(l.wake)
	for l.almostEmpty() {
		l.mu.Unlock()
		select {
		case <-l.moved:
		case <-ctx.Done():
		}
		l.mu.Lock()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	l.any = l.any || mark != ""
	if l.turn && l.spool == nil && mark != "" && !l.place.keeps {
		if rec != nil {
			rec.Retain()
		}
		l.pending, l.latest = it, mark
		return nil
	}
	if l.spool == nil {
		s, err := l.place.create(l.split.ID, l.latest)
		if err != nil {
			return err
		}
		l.spool = s
	}
	if err := l.spool.append(it); err != nil {
		return err
	}
	l.appended++
	if mark != "" {
		l.marked, l.latest = l.appended, mark
	}
	return nil
}

// almostEmpty says that waiting for one batch to be delivered empties the lane, so that the next need
// not go through the disk.
func (l *lane) almostEmpty() bool {
	if !l.turn || l.place.keeps {
		return false
	}
	return l.pending != nil || l.spool != nil && l.marked == l.appended && l.appended-l.taken <= 1
}

// end ends the lane with what its sequence ended with, and returns what ends the run: an error that is
// not a *SplitError, the source's or the disk's. Nothing more of such a lane is delivered.
func (l *lane) end(err error) (fault error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer signal(l.wake)
	l.ended = true
	var split *SplitError
	switch {
	case l.given && (err == nil || errors.Is(err, context.Canceled) || errors.As(err, &split)):
		return nil
	case l.mistake != nil:
		l.fault = l.mistake
		return l.fault
	case err == nil && !l.any && l.appended == 0 && l.resume != "":
		// Nothing was left after the mark: it was the last.
		l.pending = &item{mark: l.resume}
	case err == nil && (!l.any || l.appended > l.marked):
		l.fault = fmt.Errorf("%s: the last batch carries no mark; this is a bug of the source", l.name)
		return l.fault
	case err != nil && !errors.As(err, &split):
		l.fault = err
		return err
	}
	l.err = err
	if l.pending != nil {
		l.pending.free = true
	}
	l.free = l.marked
	if l.spool == nil {
		return nil
	}
	if l.taken == l.marked {
		l.fault = l.drop()
	} else {
		l.fault = l.spool.seal()
	}
	return l.fault
}

// stop ends a lane that is not read on because the run has ended.
func (l *lane) stop(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = cause
	signal(l.wake)
}

// blame notes that delivering the lane ended the run.
func (l *lane) blame(err error) {
	l.mu.Lock()
	l.fault = cmp.Or(l.fault, err)
	l.mu.Unlock()
}

// drop removes the spool.
func (l *lane) drop() error {
	s := l.spool
	l.spool = nil
	l.appended, l.marked, l.free, l.taken, l.left = 0, 0, 0, 0, 0
	if err := l.place.remove(s); err != nil {
		return spoolError(err)
	}
	return nil
}

// takeTurn tells the lane that what it holds is delivered from now on.
func (l *lane) takeTurn() {
	l.mu.Lock()
	l.turn = true
	l.mu.Unlock()
}

// next waits for the next item that may be delivered, and calls idle before that. It is false after the last.
func (l *lane) next(ctx context.Context, idle func(context.Context) error) (*item, bool, error) {
	for idled := false; ; {
		if ctx.Err() != nil {
			return nil, false, context.Cause(ctx)
		}
		it, ended, err := l.poll()
		if it != nil || ended || err != nil {
			return it, it != nil, err
		}
		if !idled {
			idled = true
			if err := idle(ctx); err != nil {
				return nil, false, err
			}
			continue // something may have come in the meantime
		}
		select {
		case <-l.wake:
		case <-ctx.Done():
		}
	}
}

func (l *lane) poll() (it *item, ended bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := cmp.Or(l.fault, l.stopped); err != nil {
		return nil, false, err
	}
	if l.spool != nil && l.taken < l.free {
		s := l.spool
		// Only this goroutine removes a spool of which something is left to take.
		l.mu.Unlock()
		it, err = s.take()
		l.mu.Lock()
		if err != nil {
			return nil, false, err
		}
		it.left = l.taken < l.left
		if l.pending == nil && it.mark != "" && l.taken+1 == l.marked {
			l.finishWith(it)
		}
		return it, false, nil
	}
	if l.pending != nil && l.pending.free {
		l.finishWith(l.pending)
		return l.pending, false, nil
	}
	return nil, l.ended, nil
}

// finishWith tells it, which nothing follows yet, whether it is the last of a lane that ended well: what the
// source said after it then goes with it.
func (l *lane) finishWith(it *item) {
	if it.last = l.ended && l.err == nil; it.last {
		it.news, l.news = it.news.then(l.news), tidings{}
	}
}

// done releases an item that was delivered, or could not be.
func (l *lane) done(it *item) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer signal(l.moved)
	if it.rec != nil {
		it.rec.Release()
	}
	if it == l.pending {
		l.pending = nil
		return nil
	}
	l.taken++
	if l.taken == l.appended && !l.place.keeps || l.taken == l.marked && l.ended {
		return l.drop()
	}
	return nil
}

// repeats says that it is where the lane resumes, and that nothing was read after that.
func (l *lane) repeats(it *item) bool {
	return it.last && l.commits == 0 && it.rec == nil && it.mark == l.resume
}

// commit counts a commit and its rows.
func (l *lane) commit(rows int64) {
	l.commits++
	l.rows += rows
}

// forget lets go of what is not delivered yet.
func (l *lane) forget() error {
	if l.pending != nil {
		if l.pending.rec != nil {
			l.pending.rec.Release()
		}
		l.pending = nil
	}
	if l.spool == nil {
		return nil
	}
	return l.drop()
}

// close lets go of what an unfinished lane holds, and leaves what was spooled to a run that goes on with it. Its
// worker has ended.
func (l *lane) close() {
	if l.spool != nil && l.place.keeps && !l.given && l.marked > 0 {
		_ = l.spool.close() // what is not whole is not gone on with
		l.spool = nil
	}
	_ = l.forget() // the whole work folder goes, and says so if it cannot
}

package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// finishLimit bounds Finish of a run that went well: a sink may have all its rows to move.
	finishLimit = 30 * time.Minute
	// cleanupLimit bounds Abort, Finish of a run that did not, and Finish of a source.
	cleanupLimit = 20 * time.Second
)

// A PanicError says that a source or a sink panicked. Its text tells where, and of what type the value
// was, but not the value: nobody knows what it holds.
type PanicError struct {
	// What was being done, with the names of the source and the split.
	What string
	// Type is the Go type of the panic's value, and Place the file and line that panicked.
	Type, Place string
	// Stack is the goroutine's stack as debug.Stack gives it.
	Stack []byte
}

// Error says what panicked, and where.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%s: panic with a value of type %s at %s; this is a bug", e.What, e.Type, e.Place)
}

// newPanicError is called by the deferred function that recovered value.
func newPanicError(what string, value any) *PanicError {
	e := &PanicError{What: what, Type: fmt.Sprintf("%T", value), Place: "an unknown place", Stack: debug.Stack()}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	panicked := false
	for {
		f, more := frames.Next()
		inRuntime := len(f.Function) > 8 && f.Function[:8] == "runtime."
		if panicked && !inRuntime {
			e.Place = fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
			return e
		}
		panicked = panicked || inRuntime
		if !more {
			return e
		}
	}
}

// guard calls f and makes a panic of it an error.
func guard(what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(what, v)
		}
	}()
	return f()
}

// live is ctx without its end, but with a bound.
func live(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}

// close aborts what was written but not committed, finishes the sink and the sources, and removes the
// work folder. It returns err with what went wrong meanwhile.
func (r *runner) close(ctx context.Context, err error) error {
	for _, l := range r.lanes {
		l.close()
		r.ledger.merge(l.book)
	}
	err = join(err, r.progress.stop())
	err = join(err, r.abort(ctx))
	for _, t := range r.list {
		t.close()
	}
	if r.begun {
		limit := finishLimit
		if err != nil {
			limit = cleanupLimit
		}
		func() {
			ctx, cancel := live(ctx, limit)
			defer cancel()
			ok := err == nil
			finished := guard("the sink", func() error { return r.sink.Finish(ctx, ok) })
			err = join(err, finished)
			r.closeSpools(err == nil, finished == nil)
		}()
	}
	if e := r.work.remove(); e != nil {
		r.ledger.warn(e.Error())
	}
	ok := err == nil
	for _, in := range r.inputs {
		if in.Source == nil {
			continue
		}
		ctx, cancel := live(ctx, cleanupLimit)
		e := guard("source "+in.Name+", finishing", func() error { return in.Source.Finish(ctx, ok) })
		cancel()
		if e != nil {
			err = join(err, r.named(in, e))
		}
	}
	return err
}

// closeSpools removes what no run needs any more: the spools of all splits where the run succeeded, and those that
// were delivered where the sink has made its commits durable.
func (r *runner) closeSpools(succeeded, durable bool) {
	var errs []error
	if r.settler != nil && durable {
		errs = append(errs, removeFiles(r.settler.retirees()))
	}
	for _, p := range r.places {
		errs = append(errs, p.close(succeeded))
	}
	if err := errors.Join(errs...); err != nil {
		r.ledger.warn(err.Error())
	}
}

// join is errors.Join that keeps a single error as it is.
func join(err, more error) error {
	switch {
	case more == nil:
		return err
	case err == nil:
		return more
	}
	return errors.Join(err, more)
}

// A workDir is the folder of its own that a run works in, below base, and what had to be made for it. An empty base
// is the system's place for such.
type workDir struct {
	base string

	once sync.Once
	path string
	made string // base, when it was made for it
	err  error
}

// open returns the folder, and makes it when it is first asked for: what a run that was killed has made there nobody
// else removes.
func (w *workDir) open() (string, error) {
	w.once.Do(func() {
		if w.err = w.make(); w.err != nil {
			w.err = Userf("the work folder cannot be made: %w; choose another one", w.err)
		}
	})
	return w.path, w.err
}

func (w *workDir) make() (err error) {
	if w.base != "" {
		if _, err := os.Stat(w.base); errors.Is(err, os.ErrNotExist) {
			w.made = w.base
		}
		if err := os.MkdirAll(w.base, 0o700); err != nil {
			return err
		}
	}
	w.path, err = os.MkdirTemp(w.base, "igsource-run-*")
	return err
}

// remove removes the folder, and the one above if it was made for it and nobody else uses it.
func (w *workDir) remove() error {
	if w.path == "" {
		return nil
	}
	if err := os.RemoveAll(w.path); err != nil {
		return fmt.Errorf("the work folder could not be removed: %w; remove it by hand", err)
	}
	if w.made != "" {
		_ = os.Remove(w.made) // it stays where another run spools in it
	}
	return nil
}

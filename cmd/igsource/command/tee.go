package command

import (
	"context"
	"errors"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// tee is a sink that hands everything on to two. What they keep of runs is not kept.
type tee struct {
	sinks [2]plugin.Sink
	begun int // of sinks, how many were told to begin
}

// each calls do for the sinks, until one fails.
func (t *tee) each(do func(plugin.Sink) error) error {
	for _, s := range t.sinks {
		if err := do(s); err != nil {
			return err
		}
	}
	return nil
}

// Begin implements plugin.Sink.
func (t *tee) Begin(ctx context.Context, tables []schema.Table) error {
	return t.each(func(s plugin.Sink) error { t.begun++; return s.Begin(ctx, tables) })
}

// Write implements plugin.Sink.
func (t *tee) Write(ctx context.Context, b plugin.Batch) error {
	return t.each(func(s plugin.Sink) error { return s.Write(ctx, b) })
}

// Commit implements plugin.Sink.
func (t *tee) Commit(ctx context.Context, at plugin.Position) error {
	return t.each(func(s plugin.Sink) error { return s.Commit(ctx, at) })
}

// Abort implements plugin.Sink.
func (t *tee) Abort(ctx context.Context) error {
	return errors.Join(t.sinks[0].Abort(ctx), t.sinks[1].Abort(ctx))
}

// Finish implements plugin.Sink: the second first, so that the first, which can still be left as it was, follows
// it where it fails.
func (t *tee) Finish(ctx context.Context, ok bool) error {
	var err error
	for i := t.begun - 1; i >= 0; i-- {
		err = errors.Join(err, t.sinks[i].Finish(ctx, ok && err == nil))
	}
	return err
}

// WorkDir implements plugin.WorkPlacer.
func (t *tee) WorkDir() string { return workDir(t.sinks[0]) }

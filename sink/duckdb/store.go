//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

var _ plugin.StateStore = (*Sink)(nil)

// States implements plugin.StateStore. It makes no file.
func (s *Sink) States(ctx context.Context) (map[string]plugin.State, error) {
	all := map[string]plugin.State{}
	err := s.look(ctx, func(f *file, conn *sql.Conn) error {
		there, err := s.checkedStates(ctx, f, conn)
		if err != nil || !there {
			return err
		}
		all, err = s.states(f).LoadAll(ctx, session{conn})
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ResetState implements plugin.StateStore. It holds the lock of the input meanwhile; a run that holds it is
// named by the *plugin.UserError.
func (s *Sink) ResetState(ctx context.Context, name string) (err error) {
	found, err := s.found()
	if err != nil || !found {
		return err
	}
	path, err := canonical(s.path)
	if err != nil {
		return plugin.Userf("%s cannot be found (%w): give another path", s.path, bare(err))
	}
	lock, err := lockfile.Lock(path, name, s.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if err := s.reset(ctx, name); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.refuse(err)
	}
	s.known.Remember(name, plugin.State{})
	return nil
}

func (s *Sink) reset(ctx context.Context, name string) (err error) {
	var f *file
	err = s.patient(ctx, func() (err error) { f, err = openFile(ctx, s.path); return err })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.release()) }()
	conn, err := f.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	f.turn.Lock()
	defer f.turn.Unlock()
	there, err := s.checkedStates(ctx, f, conn)
	if err != nil || !there {
		return err
	}
	if err := transact(ctx, conn, func() error { return s.states(f).Reset(ctx, session{conn}, name) }); err != nil {
		return err
	}
	return os.RemoveAll(s.SpoolDir(name))
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
)

var _ plugin.StateStore = (*Sink)(nil)

// States implements plugin.StateStore. It makes no file.
func (s *Sink) States(ctx context.Context) (map[string]plugin.State, error) {
	all := map[string]plugin.State{}
	err := s.look(ctx, func(conn *sql.Conn) error {
		there, err := s.checkedStates(ctx, conn)
		if err != nil || !there {
			return err
		}
		all, err = s.states().LoadAll(ctx, session{conn})
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
	target, err := filepath.EvalSymlinks(s.path)
	if err != nil {
		return plugin.Userf("%s cannot be found (%w): give another path", s.path, bare(err))
	}
	lock, err := lockfile.Lock(target, name, s.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	db, conn, err := dial(ctx, s.path, "rw")
	if err != nil {
		return s.unchangeable(ctx, err)
	}
	if err = s.reset(ctx, conn, name); err == nil {
		err = os.RemoveAll(s.SpoolDir(name))
	}
	if err = errors.Join(err, conn.Close(), db.Close()); err != nil {
		return s.unchangeable(ctx, err)
	}
	s.known.Remember(name, plugin.State{})
	return nil
}

func (s *Sink) reset(ctx context.Context, conn *sql.Conn, name string) error {
	there, err := s.checkedStates(ctx, conn)
	if err != nil || !there {
		return err
	}
	if err := patient(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err = s.states().Reset(ctx, session{conn}, name)
	if err == nil {
		err = patient(ctx, conn, "COMMIT")
	}
	if err != nil {
		_ = exec(context.Background(), conn, "ROLLBACK") // fails where SQLite has rolled back itself
	}
	return err
}

// unchangeable makes a *plugin.UserError of what keeps the state from being changed.
func (s *Sink) unchangeable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.refuse(err)
}

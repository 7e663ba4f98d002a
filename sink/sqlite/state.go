package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// session is a connection as the table of states needs it.
type session struct{ conn *sql.Conn }

var _ sqltable.DB = session{}

// Exec implements sqltable.DB.
func (c session) Exec(ctx context.Context, query string, args ...any) error {
	return exec(ctx, c.conn, query, args...)
}

// Texts implements sqltable.DB.
func (c session) Texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	return texts(ctx, c.conn, query, args...)
}

func (s *Sink) states() sqltable.States {
	return sqltable.States{Name: sqltable.StateTable, Where: s.path}
}

// State implements plugin.StateKeeper. It makes no file.
func (s *Sink) State(ctx context.Context, name string) (plugin.State, error) {
	var state plugin.State
	err := s.look(ctx, func(conn *sql.Conn) error {
		there, err := s.checkedStates(ctx, conn)
		if err != nil || !there {
			return err
		}
		state, err = s.states().Load(ctx, session{conn}, name)
		return err
	})
	if err != nil {
		return plugin.State{}, err
	}
	s.known.Remember(name, state)
	return state, nil
}

// found says whether there is a database to look into.
func (s *Sink) found() (bool, error) {
	if info, err := os.Stat(s.path); errors.Is(err, os.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return false, nil
	}
	_, err := checkTarget(s.path)
	return err == nil, err
}

// look gives do a connection that changes nothing, where there is a database.
func (s *Sink) look(ctx context.Context, do func(*sql.Conn) error) error {
	found, err := s.found()
	if err != nil || !found {
		return err
	}
	db, conn, err := dial(ctx, s.path, "rw")
	if err != nil {
		return s.unreadable(ctx, err)
	}
	if err = exec(ctx, conn, "PRAGMA query_only = ON"); err == nil {
		err = do(conn)
	}
	if err = errors.Join(err, conn.Close(), db.Close()); err != nil {
		return s.unreadable(ctx, err)
	}
	return nil
}

// checkedStates says whether there is a table of states, and refuses one that cannot be used.
func (s *Sink) checkedStates(ctx context.Context, conn *sql.Conn) (bool, error) {
	db := session{conn}
	there, err := hasStates(ctx, db)
	if err != nil || !there {
		return false, err
	}
	return true, s.states().Check(ctx, db)
}

// unreadable makes a *plugin.UserError of what keeps the state from being read.
func (s *Sink) unreadable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var user *plugin.UserError
	if err = s.explain(err); errors.As(err, &user) {
		return err
	}
	return plugin.Userf("the state in %s cannot be read: %w", s.path, err)
}

func hasStates(ctx context.Context, db sqltable.DB) (bool, error) {
	rows, err := db.Texts(ctx, "SELECT type FROM sqlite_master WHERE name = '"+sqltable.StateTable+"' COLLATE NOCASE")
	return len(rows) > 0, err
}

// Claim implements plugin.StateKeeper: it locks the inputs until Finish. Another run that has one of them is named by
// the *plugin.UserError, and so is the case that such a run came between State and here.
func (s *Sink) Claim(ctx context.Context, names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.phase != open:
		return errClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return s.claim(ctx, names)
}

func (s *Sink) claim(ctx context.Context, names []string) error {
	target, err := filepath.EvalSymlinks(s.path)
	if err != nil {
		return plugin.Userf("%s is gone: the run cannot go on (%w)", s.path, bare(err))
	}
	there, err := s.checkedStates(ctx, s.conn)
	if err != nil {
		return s.explain(err)
	}
	for _, name := range names {
		if s.locks[name] != nil {
			continue
		}
		l, err := lockfile.Lock(target, name, s.now())
		if err != nil {
			return err
		}
		if s.locks == nil {
			s.locks = map[string]*lockfile.File{}
		}
		s.locks[name] = l
		if !there {
			continue
		}
		if err := s.known.Check(ctx, session{s.conn}, s.states(), name); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

// Keep implements plugin.StateKeeper.
func (s *Sink) Keep(ctx context.Context, runs []plugin.KeptRun) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.phase != open:
		return errClosed
	case s.kept != nil:
		return errors.New("the state of this run is kept already")
	case s.tx.open:
		return errors.New("the state of a run is kept from its begin on, before anything is written")
	case ctx.Err() != nil:
		return ctx.Err()
	}
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = r.Input
	}
	if err := s.claim(ctx, names); err != nil {
		return err
	}
	if err := s.patient(ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.explain(err)
	}
	err := s.keep(ctx, runs)
	if err == nil {
		err = s.patient(ctx, "COMMIT")
	}
	if err != nil {
		s.rollback()
		return s.explain(err)
	}
	s.kept = names
	return nil
}

func (s *Sink) keep(ctx context.Context, runs []plugin.KeptRun) error {
	db := session{s.conn}
	there, err := hasStates(ctx, db)
	if err != nil {
		return err
	}
	states := s.states()
	if there {
		err = states.Check(ctx, db)
	} else {
		err = states.Create(ctx, db, typeNames[sqltable.Text])
	}
	if err != nil {
		return err
	}
	return states.Keep(ctx, db, runs)
}

// Settle implements plugin.StateKeeper: it ends the transaction.
func (s *Sink) Settle(ctx context.Context) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.phase != open:
		return false, errClosed
	case s.broken != nil:
		return false, s.tellBroken()
	case s.tx.dirty:
		return false, nil
	}
	return true, s.flush(ctx, false)
}

// SpoolDir implements plugin.StateKeeper: a folder beside the database.
func (s *Sink) SpoolDir(name string) string {
	return lockfile.Beside(filepath.Clean(s.path), name, ".spool")
}

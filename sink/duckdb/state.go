//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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

// states is the table of states of a file.
func (s *Sink) states(f *file) sqltable.States {
	return sqltable.States{Name: f.table(sqltable.StateTable), Where: s.path}
}

// State implements plugin.StateKeeper. It makes no file.
func (s *Sink) State(ctx context.Context, name string) (plugin.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.asked, name) {
		s.asked = append(s.asked, name)
	}
	var state plugin.State
	err := s.look(ctx, func(f *file, conn *sql.Conn) error {
		there, err := s.checkedStates(ctx, f, conn)
		if err != nil || !there {
			return err
		}
		state, err = s.states(f).Load(ctx, session{conn}, name)
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
	if info, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return false, nil
	}
	_, err := checkTarget(s.path)
	return err == nil, err
}

// look gives do a connection that changes nothing, where there is a database.
func (s *Sink) look(ctx context.Context, do func(*file, *sql.Conn) error) error {
	found, err := s.found()
	if err != nil || !found {
		return err
	}
	err = s.patient(ctx, func() error {
		return look(ctx, s.path, func(f *file) error {
			conn, err := f.connect(ctx)
			if err != nil {
				return err
			}
			return errors.Join(do(f, conn), conn.Close())
		})
	})
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	var user *plugin.UserError
	if err = s.explain(err); errors.As(err, &user) {
		return err
	}
	return plugin.Userf("the state in %s cannot be read: %w", s.path, err)
}

// checkedStates says whether there is a table of states, and refuses one that cannot be used.
func (s *Sink) checkedStates(ctx context.Context, f *file, conn *sql.Conn) (bool, error) {
	db := session{conn}
	there, err := hasTable(ctx, db, f, sqltable.StateTable)
	if err != nil || !there {
		return false, err
	}
	return true, s.states(f).Check(ctx, db)
}

// Claim implements plugin.StateKeeper: it locks the inputs until Finish. Another run that has one of them is
// named by the *plugin.UserError, and so is the case that such a run came between State and here.
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
	s.file.turn.Lock()
	defer s.file.turn.Unlock()
	there, err := s.checkedStates(ctx, s.file, s.conn)
	if err != nil {
		return s.explain(err)
	}
	for _, name := range names {
		if s.locks[name] != nil {
			continue
		}
		l, err := lockfile.Lock(s.file.path, name, s.now())
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
		if err := s.known.Check(ctx, session{s.conn}, s.states(s.file), name); err != nil {
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
	case s.tx.rows > 0 || s.tx.dirty:
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
	if err := s.transact(ctx, func() error { return s.keep(ctx, runs) }); err != nil {
		return s.explain(err)
	}
	s.kept = names
	return nil
}

func (s *Sink) keep(ctx context.Context, runs []plugin.KeptRun) error {
	db, states := session{s.conn}, s.states(s.file)
	there, err := s.checkedStates(ctx, s.file, s.conn)
	if err == nil && !there {
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
	path, err := canonical(s.path)
	if err != nil { // there is nothing to write beside
		path = filepath.Clean(s.path)
	}
	return lockfile.Beside(path, name, ".spool")
}

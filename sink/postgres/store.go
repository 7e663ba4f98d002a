package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

var _ plugin.StateStore = (*Sink)(nil)

// State implements plugin.StateKeeper, on a connection of its own.
func (s *Sink) State(ctx context.Context, name string) (plugin.State, error) {
	var state plugin.State
	err := s.look(ctx, func(c *session, _ relation) (err error) {
		state, err = s.states().Load(ctx, c, name)
		return err
	})
	if err != nil {
		return plugin.State{}, err
	}
	s.known.Remember(name, state)
	return state, nil
}

// States implements plugin.StateStore, on a connection of its own.
func (s *Sink) States(ctx context.Context) (map[string]plugin.State, error) {
	all := map[string]plugin.State{}
	err := s.look(ctx, func(c *session, _ relation) (err error) {
		all, err = s.states().LoadAll(ctx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ResetState implements plugin.StateStore, on a connection of its own. It holds the lock of the input
// meanwhile; a run that holds it is named by the *plugin.UserError.
func (s *Sink) ResetState(ctx context.Context, name string) error {
	err := s.look(ctx, func(c *session, r relation) error {
		if err := s.checkTable(sqltable.StateTable, r); err != nil {
			return err
		}
		if err := s.lockSoon(ctx, c, name); err != nil {
			return err
		}
		return s.states().Reset(ctx, c, name)
	})
	if err != nil {
		return err
	}
	if dir := s.SpoolDir(name); dir != "" {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("the state is reset, but %w: remove it by hand", err)
		}
	}
	s.known.Remember(name, plugin.State{})
	return nil
}

// look gives do a connection, where there is a table of states that can be used. It makes nothing.
func (s *Sink) look(ctx context.Context, do func(*session, relation) error) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	if s.phase != fresh {
		return errors.New("the state is looked at before Begin")
	}
	if err := s.visit(ctx, do); err != nil {
		return s.refuse(ctx, err)
	}
	return nil
}

func (s *Sink) visit(ctx context.Context, do func(*session, relation) error) error {
	var err error
	if s.server, err = parse(s.dsn); err != nil {
		return err
	}
	c, err := s.server.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if s.schema = s.opts.Schema; s.schema == "" {
		rows, err := c.Texts(ctx, "SELECT coalesce(current_schema()::text, '')")
		if err != nil {
			return err
		}
		s.schema = rows[0][0]
	}
	r, there, err := s.relation(ctx, c, sqltable.StateTable)
	if err != nil || !there {
		return err
	}
	if err := s.states().Check(ctx, c); err != nil {
		return err
	}
	return do(c, r)
}

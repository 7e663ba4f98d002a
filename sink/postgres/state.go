package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

func (s *Sink) states() sqltable.States {
	return sqltable.States{Name: sqltable.Quote(s.schema) + "." + sqltable.StateTable, Where: s.where()}
}

// State implements plugin.StateKeeper, on a connection of its own.
func (s *Sink) State(ctx context.Context, name string) (plugin.State, error) {
	if err := s.lock(ctx); err != nil {
		return plugin.State{}, err
	}
	defer s.unlock()
	if s.phase != fresh {
		return plugin.State{}, errors.New("the state is asked for before Begin")
	}
	state, err := s.read(ctx, name)
	if err != nil {
		return plugin.State{}, s.refuse(ctx, err)
	}
	s.known[name] = clone(state)
	return state, nil
}

func (s *Sink) read(ctx context.Context, name string) (state plugin.State, err error) {
	if s.server, err = parse(s.dsn); err != nil {
		return state, err
	}
	c, err := s.server.connect(ctx)
	if err != nil {
		return state, err
	}
	defer c.close()
	s.schema = s.opts.Schema
	if s.schema == "" {
		rows, err := c.Texts(ctx, "SELECT coalesce(current_schema()::text, '')")
		if err != nil {
			return state, err
		}
		s.schema = rows[0][0]
	}
	_, there, err := s.relation(ctx, c, sqltable.StateTable)
	if err != nil || !there {
		return state, err
	}
	if err := s.states().Check(ctx, c); err != nil {
		return state, err
	}
	return s.states().Load(ctx, c, name)
}

// clone returns a copy that shares nothing with state but what nobody changes.
func clone(state plugin.State) plugin.State {
	state.Marks = maps.Clone(state.Marks)
	state.Reached = cloneJSON(state.Reached)
	state.Coming = cloneJSON(state.Coming)
	return state
}

func cloneJSON(m map[string]json.RawMessage) map[string]json.RawMessage {
	m = maps.Clone(m)
	for k, v := range m {
		m[k] = slices.Clone(v)
	}
	return m
}

// checkStates refuses a table of states that cannot be one, before anything is changed.
func (s *Sink) checkStates(ctx context.Context) error {
	r, there, err := s.relation(ctx, s.conn, sqltable.StateTable)
	if err != nil || !there {
		return err
	}
	if err := s.checkTable(sqltable.StateTable, r); err != nil {
		return err
	}
	return s.states().Check(ctx, s.conn)
}

// Keep implements plugin.StateKeeper. It locks the inputs of runs until Finish; another run that has one of
// them is named by the *plugin.UserError, and so is the case that such a run came between State and here.
func (s *Sink) Keep(ctx context.Context, runs []plugin.KeptRun) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	switch {
	case s.phase != open:
		return errClosed
	case s.run.id != "":
		return errors.New("the state of this run is kept already")
	case s.tx.rows > 0 || s.run.number > 0:
		return errors.New("the state of a run is kept from its begin on, before anything is written")
	}
	if err := s.keep(ctx, runs); err != nil {
		return s.refuse(ctx, err)
	}
	return nil
}

func (s *Sink) keep(ctx context.Context, runs []plugin.KeptRun) error {
	next := newRun(runs, s.clock.Now())
	for _, input := range next.inputs {
		if err := s.lockSoon(ctx, input); err != nil {
			return err
		}
	}
	err := s.conn.within(ctx, func() error {
		if err := s.setupLock(ctx); err != nil {
			return err
		}
		_, there, err := s.relation(ctx, s.conn, sqltable.StateTable)
		if err != nil {
			return err
		}
		states := s.states()
		if there {
			err = states.Check(ctx, s.conn)
		} else {
			err = states.Create(ctx, s.conn, "text")
		}
		if err != nil {
			return err
		}
		for _, input := range next.inputs {
			if err := s.unchanged(ctx, input); err != nil {
				return err
			}
		}
		if err := states.Keep(ctx, s.conn, runs); err != nil {
			return err
		}
		return next.enter(ctx, s.conn, states)
	})
	if err == nil {
		s.run = next
	}
	return err
}

// A run that was killed just now has its lock until the server has noticed: at most about this long.
const (
	lockGrace = time.Second
	lockPause = 50 * time.Millisecond
)

// lockSoon takes the lock of an input, and waits a moment where another run has it.
func (s *Sink) lockSoon(ctx context.Context, input string) error {
	for waited := time.Duration(0); ; waited += lockPause {
		by, ok, err := s.lockInput(ctx, s.conn, input)
		switch {
		case ok || err != nil:
			return err
		case waited >= lockGrace:
			return sqltable.Busy(input, s.where(), by.holder)
		}
		if err := s.clock.Sleep(ctx, lockPause); err != nil {
			return err
		}
	}
}

// unchanged refuses an input whose state is no longer what State answered.
func (s *Sink) unchanged(ctx context.Context, input string) error {
	was, asked := s.known[input]
	if !asked {
		return nil
	}
	is, err := s.states().Load(ctx, s.conn, input)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(was, is) {
		return plugin.Userf("another run of %q has written to %s while this one began: start this one again", input, s.where())
	}
	return nil
}

// writeState writes the marks of the transaction, and the run's end.
func (s *Sink) writeState(ctx context.Context, p *pipeline, ended bool) error {
	last := make(map[[2]string]int, len(s.tx.marks))
	for i, at := range s.tx.marks {
		last[[2]string{at.Source, at.Split}] = i
	}
	for i, at := range s.tx.marks {
		if last[[2]string{at.Source, at.Split}] != i && len(at.Reached) == 0 {
			continue // a later mark of the split takes its place
		}
		if err := s.states().Mark(ctx, p, at); err != nil {
			return err
		}
	}
	if !ended {
		return nil
	}
	for _, input := range s.run.inputs {
		if err := s.states().Finish(ctx, p, input); err != nil {
			return err
		}
	}
	return nil
}

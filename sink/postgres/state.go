package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

func (s *Sink) states() sqltable.States {
	return sqltable.States{Name: sqltable.Quote(s.schema) + "." + sqltable.StateTable, Where: s.where()}
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

// Claim implements plugin.StateKeeper: it locks the inputs until Finish. Another run that has one of them is named by
// the *plugin.UserError, and so is the case that such a run came between State and here.
func (s *Sink) Claim(ctx context.Context, names []string) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	if s.phase != open {
		return errClosed
	}
	if err := s.claim(ctx, names); err != nil {
		return s.refuse(ctx, err)
	}
	return nil
}

func (s *Sink) claim(ctx context.Context, names []string) error {
	next := s.claimed.with(names, s.clock.Now())
	for _, input := range next.inputs {
		if s.claimed.has(input) {
			continue
		}
		if err := s.lockSoon(ctx, s.conn, input); err != nil {
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
			if s.claimed.has(input) {
				continue
			}
			if err := s.known.Check(ctx, s.conn, states, input); err != nil {
				return err
			}
			if err := next.sign(ctx, s.conn, states, input); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.claimed = next
	}
	return err
}

// Keep implements plugin.StateKeeper.
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
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = r.Input
	}
	if err := s.claim(ctx, names); err != nil {
		return err
	}
	next := newRun(s.claimed)
	err := s.conn.within(ctx, func() error {
		if err := s.states().Keep(ctx, s.conn, runs); err != nil {
			return err
		}
		return next.enter(ctx, s.conn, s.states())
	})
	if err == nil {
		s.run = next
	}
	return err
}

// Settle implements plugin.StateKeeper: it ends the transaction, unless the server has gone away.
func (s *Sink) Settle(ctx context.Context) (bool, error) {
	if err := s.lock(ctx); err != nil {
		return false, err
	}
	defer s.unlock()
	switch {
	case s.phase != open:
		return false, errClosed
	case s.broken != nil:
		return false, s.tellBroken()
	case s.tx.dirty:
		return false, nil
	}
	err := s.flush(ctx, false, false)
	return err == nil && s.empty(), err
}

// SpoolDir implements plugin.StateKeeper: a folder in the user's cache, of the database and the schema as they are
// named. It is empty where the user has no place for a cache.
func (s *Sink) SpoolDir(name string) string {
	server, err := parse(s.dsn)
	if err != nil {
		return "" // as Begin says
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	c := server.config
	id := sha256.Sum256(fmt.Appendf(nil, "%q %d %q %q %q", c.Host, c.Port, c.Database, c.User, s.opts.Schema))
	return lockfile.Beside(filepath.Join(cache, "igsource", fmt.Sprintf("postgres-%.8x", id)), name, ".spool")
}

// A run that was killed just now has its lock until the server has noticed: at most about this long.
const (
	lockGrace = time.Second
	lockPause = 50 * time.Millisecond
)

// lockSoon takes the lock of an input on the connection, and waits a moment where another run has it.
func (s *Sink) lockSoon(ctx context.Context, c *session, input string) error {
	for waited := time.Duration(0); ; waited += lockPause {
		by, ok, err := s.lockInput(ctx, c, input)
		switch {
		case ok || err != nil:
			return err
		case waited >= lockGrace:
			return lockfile.Busy(input, s.where(), by.holder)
		}
		if err := s.clock.Sleep(ctx, lockPause); err != nil {
			return err
		}
	}
}

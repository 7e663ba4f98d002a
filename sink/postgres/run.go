package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/internal/lockfile"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// Kinds of rows in the table of states beside those of sqltable.States; they stay when a run has ended.
const (
	// kindRun is who has the input's lock: the server's process for it, and the holder.
	kindRun = "run"
	// kindTransaction is the last transaction of a run: the run's ID and the transaction's number. Each
	// transaction counts it on, so that after a lost connection it tells whether the last one was committed.
	kindTransaction = "transaction"
)

// A claim is the inputs that a Sink has locked.
type claim struct {
	inputs []string // sorted: two runs with several take the locks in one order
	self   lockfile.Holder
}

// with is c with more inputs.
func (c claim) with(names []string, now time.Time) claim {
	if len(c.inputs) == 0 {
		c.self = lockfile.Self(now)
	}
	c.inputs = slices.Concat(c.inputs, names)
	slices.Sort(c.inputs)
	c.inputs = slices.Compact(c.inputs)
	return c
}

func (c claim) has(input string) bool { return slices.Contains(c.inputs, input) }

// sign writes who has the lock of input.
func (c claim) sign(ctx context.Context, s *session, states sqltable.States, input string) error {
	return put(ctx, s, states, input, kindRun, fmt.Sprintf("%d %s", s.pid, c.self))
}

// A run is what a Sink's run keeps the state of. The zero run keeps none.
type run struct {
	claim
	id     string
	number int64 // of the last transaction that was committed
	lost   uint32
}

func newRun(c claim) run { return run{claim: c, id: rand.Text()} }

// counted is the value of the row of kindTransaction after the transaction number.
func (r *run) counted(number int64) string { return fmt.Sprintf("%s %d", r.id, number) }

// enter writes the rows of the run.
func (r *run) enter(ctx context.Context, c *session, states sqltable.States) error {
	for _, input := range r.inputs {
		if err := put(ctx, c, states, input, kindTransaction, r.counted(0)); err != nil {
			return err
		}
	}
	return nil
}

func put(ctx context.Context, db sqltable.DB, states sqltable.States, input, kind, value string) error {
	return db.Exec(ctx, "INSERT INTO "+states.Name+" (input, kind, name, value) VALUES ($1, $2, '', $3) "+
		"ON CONFLICT (input, kind, name) DO UPDATE SET value = excluded.value", input, kind, value)
}

// fence counts the transactions of the run on, in one that is open: a statement an input, each of which must
// change one row.
func (r *run) fence(ctx context.Context, p *pipeline, states sqltable.States) {
	for _, input := range r.inputs {
		_ = p.Exec(ctx, "UPDATE "+states.Name+" SET value = $1 WHERE input = $2 AND kind = '"+kindTransaction+"' AND name = '' AND value = $3",
			r.counted(r.number+1), input, r.counted(r.number))
	}
}

// takenOver is the error of a run whose place another one has taken, or whose transactions the server has
// forgotten.
func (s *Sink) takenOver() error {
	return plugin.Userf("another run has written the state of %s in %s, or an older copy of it was put in place: start this run again",
		strings.Join(s.run.inputs, ", "), s.where())
}

// wasCommitted says, on a new connection that has the locks, whether the transaction after the last known
// one was committed.
func (s *Sink) wasCommitted(ctx context.Context, c *session) (bool, error) {
	var yes int
	for _, input := range s.run.inputs {
		rows, err := c.Texts(ctx, "SELECT value FROM "+s.states().Name+" WHERE input = $1 AND kind = '"+kindTransaction+"' AND name = ''", input)
		if err != nil {
			return false, err
		}
		switch {
		case len(rows) == 1 && rows[0][0] == s.run.counted(s.run.number):
		case len(rows) == 1 && rows[0][0] == s.run.counted(s.run.number+1) && s.tx.unsure:
			yes++
		default:
			return false, s.takenOver()
		}
	}
	if yes != 0 && yes != len(s.run.inputs) {
		return false, s.takenOver()
	}
	return yes > 0, nil
}

// lockKey is the number that an advisory lock goes by.
func lockKey(schema, kind, name string) string {
	sum := sha256.Sum256([]byte("igsource\x00" + schema + "\x00" + kind + "\x00" + name))
	return strconv.FormatInt(int64(binary.BigEndian.Uint64(sum[:])), 10)
}

// An owner is who has a lock: the server's process, 0 where the lock is free by now, and the holder, nil
// where nobody knows.
type owner struct {
	pid    uint32
	holder *lockfile.Holder
}

// lockInput takes the lock of an input on the connection, or says who has it.
func (s *Sink) lockInput(ctx context.Context, c *session, input string) (by owner, ok bool, err error) {
	key := lockKey(s.schema, "input", input)
	rows, err := c.Texts(ctx, "SELECT pg_catalog.pg_try_advisory_lock($1::bigint)::text", key)
	if err != nil || rows[0][0] == "true" {
		return owner{}, err == nil, err
	}
	if rows, err = c.Texts(ctx, "SELECT l.pid::text FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database "+
		"WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND d.datname = current_database() "+
		"AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint", key); err != nil || len(rows) == 0 {
		return owner{}, false, err
	}
	pid, err := strconv.ParseUint(rows[0][0], 10, 32)
	if err != nil {
		return owner{}, false, err
	}
	by.pid = uint32(pid)
	if _, there, err := s.relation(ctx, c, sqltable.StateTable); err != nil || !there {
		return by, false, err
	}
	rows, err = c.Texts(ctx, "SELECT value FROM "+s.states().Name+" WHERE input = $1 AND kind = '"+kindRun+"' AND name = ''", input)
	if err != nil || len(rows) == 0 {
		return by, false, err
	}
	// A row of another process is that of an earlier run: this one is only just beginning.
	if process, line, _ := strings.Cut(rows[0][0], " "); process == strconv.FormatUint(pid, 10) {
		if h, ok := lockfile.ParseHolder(line); ok {
			by.holder = &h
		}
	}
	return by, false, nil
}

// relock takes the locks of the run on a new connection. Again says that the process of the lost connection
// still has one: it is asked to end.
func (s *Sink) relock(ctx context.Context, c *session) (again bool, err error) {
	for _, input := range s.run.inputs {
		by, ok, err := s.lockInput(ctx, c, input)
		switch {
		case err != nil:
			return false, err
		case ok:
			continue
		case by.pid == s.run.lost:
			_, _ = c.Texts(ctx, "SELECT pg_catalog.pg_terminate_backend($1::integer)::text", by.pid) // it may have ended just now
			return true, fmt.Errorf("the server still works for the connection that was lost")
		case by.pid == 0:
			return true, fmt.Errorf("the lock of %q was let go just now", input)
		}
		return false, lockfile.Busy(input, s.where(), by.holder)
	}
	for _, input := range s.run.inputs {
		if err := s.run.sign(ctx, c, s.states(), input); err != nil {
			return false, err
		}
	}
	return false, nil
}

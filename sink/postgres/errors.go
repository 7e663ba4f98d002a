package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/igsource/igsource/plugin"
)

// errRolledBack says that the server rolled back where it was asked to commit.
var errRolledBack = errors.New("the server has rolled the transaction back")

// code is the SQLSTATE of an error, empty for those that do not come from the server.
func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// passes says whether an error is one of other programs' work at the same time, after which the same
// transaction may succeed: serialization_failure, deadlock_detected, lock_not_available.
func passes(err error) bool {
	switch code(err) {
	case "40001", "40P01", "55P03":
		return true
	}
	return false
}

// hopeless says whether waiting for the server cannot help: it is there, and does not let us in.
func hopeless(err error) bool {
	c := code(err)
	return strings.HasPrefix(c, "28") || c == "3D000" || c == "42501"
}

// remedies say by SQLSTATE, or its first two characters, what an error means and what to do.
var remedies = map[string]string{
	"28":    "does not let the user in: check the user and the password in the sink's path",
	"3D000": "does not exist: create it, or give another one",
	"3F000": "lacks the schema: create it, or give another one",
	"42501": "lacks a privilege that is needed: have it granted, or use another user",
	"25006": "is read-only: write to the primary server, or make the database writable",
	"53100": "cannot be written, the server's disk is full: free some space there",
	"53200": "cannot be written, the server is out of memory",
	"53300": "takes no more connections: close some, or raise the server's limit",
	"55P03": "is locked by another program, and that for more than 30 seconds: end that program's transaction",
	"57014": "stopped a statement: raise statement_timeout for this user",
	"57P03": "is starting up or shutting down: try again in a moment",
	"23":    "refuses a row for a rule that was added to the table by hand: take the rule away, or write to another schema",
	"54":    "has a limit that is exceeded",
	"22":    "refuses a value",
	"40P01": "was locked by other programs again and again: let fewer write into the same tables at once",
	"40001": "was changed by other programs again and again: let fewer write into the same tables at once",
}

// explain says what an error means for the user. It keeps nothing of the error but scrubbed text, because
// those of pgconn hold the password.
func (s *server) explain(err error) error {
	var user *plugin.UserError
	switch {
	case err == nil || errors.As(err, &user):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded) && code(err) == "":
		return context.DeadlineExceeded
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		text := s.scrub.Scrub(pg.Message)
		if remedy := cmp.Or(remedies[pg.Code], remedies[pg.Code[:min(2, len(pg.Code))]]); remedy != "" {
			return plugin.Userf("%s %s (%s)", s.where, remedy, text)
		}
		return fmt.Errorf("%s cannot be written: %s (SQLSTATE %s)", s.where, text, pg.Code)
	}
	var c *connectError
	if errors.As(err, &c) {
		return plugin.Userf("%s cannot be reached: see that the server runs, and check the sink's path (%s)", s.where, s.scrub.Scrub(c.text()))
	}
	return fmt.Errorf("%s cannot be written: %s", s.where, s.scrub.Scrub(err.Error()))
}

// refuse is explain for what is found before anything is written: whatever it is, the user is to mend it.
func (s *Sink) refuse(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.server != nil {
		err = s.server.explain(err)
	}
	var user *plugin.UserError
	if errors.As(err, &user) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &plugin.UserError{Err: err}
}

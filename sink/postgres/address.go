package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
)

// A server is what a DSN says.
type server struct {
	config *pgconn.Config
	scrub  *secret.Scrubber
	// where is what messages call the database. It holds nothing of the DSN but host and database.
	where string
	// nullsEqual says that a unique index can hold nulls equal.
	nullsEqual bool
}

// connectLimit bounds an attempt to connect where the DSN has no connect_timeout.
const connectLimit = 30 * time.Second

// parse reads a DSN, and what the environment, a service file or a file of passwords adds to it. Its errors
// quote nothing of it.
func parse(dsn secret.Text) (*server, error) {
	const how = "write it as postgres://user:password@host:5432/database, with each %, /, @, : and ? in the password percent-encoded, or as host=… dbname=…"
	config, err := pgconn.ParseConfig(dsn.Reveal())
	if err != nil {
		return nil, plugin.Userf("the address of the PostgreSQL database cannot be read%s: %s", reason(err), how)
	}
	// Where a password was not encoded, a part of it may be taken for a host or a database.
	names := config.Host + config.Database
	for _, f := range config.Fallbacks {
		names += f.Host
	}
	if strings.ContainsAny(names, "@?") {
		return nil, plugin.Userf("the address of the PostgreSQL database has an @ or a ? in its host or database: %s", how)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectLimit
	}
	if _, ok := config.RuntimeParams["application_name"]; !ok {
		config.RuntimeParams["application_name"] = "igsource"
	}
	config.RuntimeParams["client_encoding"] = "UTF8"
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}}
	config.DialFunc = dialer.DialContext
	where := fmt.Sprintf("the database %q on %s", config.Database, config.Host)
	if config.Database == "" {
		where = "the database on " + config.Host
	}
	if config.Port != 0 && config.Port != 5432 {
		where += ":" + strconv.Itoa(int(config.Port))
	}
	s := &server{config: config, scrub: secret.NewScrubber(dsn, secret.New(config.Password))}
	s.where = s.scrub.Scrub(where)
	return s, nil
}

// reasons are all that pgconn says without quoting.
var reasons = []string{
	"failed to parse as URL", "failed to parse as keyword/value", "failed to read service", "failed to configure TLS", "invalid sslcertmode",
	"invalid connect_timeout", "invalid port", "unknown target_session_attrs value", "unknown channel_binding value", "invalid require_auth",
}

// reason is why a DSN cannot be read, where that can be told.
func reason(err error) string {
	text := err.Error()
	if i := slices.IndexFunc(reasons, func(r string) bool { return strings.Contains(text, "`: "+r) }); i >= 0 {
		return " (" + reasons[i] + ")"
	}
	return ""
}

// connect opens a connection.
func (s *server) connect(ctx context.Context) (*session, error) {
	conn, err := pgconn.ConnectConfig(ctx, s.config)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &connectError{err}
	}
	c := &session{conn: conn, pid: conn.PID()}
	// Not as a parameter of the connection: poolers refuse those that they do not know.
	if err := c.simple(ctx, "SET lock_timeout = '30s'"); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// connectError is a failure to connect. It is for explain alone, which scrubs it.
type connectError struct{ err error }

func (e *connectError) Error() string { return "the server cannot be reached" }
func (e *connectError) Unwrap() error { return e.err }

// text is the cause without what pgconn puts before it: the user, who is nobody's business. What is the same
// with TLS and without is told once.
func (e *connectError) text() string {
	var c *pgconn.ConnectError
	if errors.As(e.err, &c) {
		return strings.Join(slices.Compact(strings.Split(c.Unwrap().Error(), "\n")), "; ")
	}
	return e.err.Error()
}

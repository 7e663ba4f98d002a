package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/igsource/igsource/sink/internal/sqltable"
)

// A session is a connection.
type session struct {
	conn *pgconn.PgConn
	pid  uint32 // of the server's process for it
}

var _ sqltable.DB = (*session)(nil)

// closeLimit bounds how long saying goodbye to the server takes.
const closeLimit = 5 * time.Second

// close ends the connection, if there is one.
func (c *session) close() {
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	// The server's process may take a moment to end, and its locks with it: the next run is not to meet them.
	if !c.conn.IsClosed() {
		_ = c.simple(ctx, "SELECT pg_catalog.pg_advisory_unlock_all()")
	}
	_ = c.conn.Close(ctx) // whoever closes it has what they came for
	select {
	case <-c.conn.CleanupDone():
	case <-ctx.Done():
	}
}

// simple executes statements that have no parameters.
func (c *session) simple(ctx context.Context, statements string) error {
	return c.conn.Exec(ctx, statements).Close()
}

func values(args []any) [][]byte {
	out := make([][]byte, len(args))
	for i, a := range args {
		out[i] = fmt.Append([]byte{}, a) // a nil slice is a null
	}
	return out
}

// Exec implements sqltable.DB.
func (c *session) Exec(ctx context.Context, query string, args ...any) error {
	_, err := c.conn.ExecParams(ctx, query, values(args), nil, nil, nil).Close()
	return err
}

// Texts implements sqltable.DB.
func (c *session) Texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	r := c.conn.ExecParams(ctx, query, values(args), nil, nil, nil).Read()
	if r.Err != nil {
		return nil, r.Err
	}
	out := make([][]string, len(r.Rows))
	for i, row := range r.Rows {
		out[i] = make([]string, len(row))
		for j, v := range row {
			out[i][j] = string(v)
		}
	}
	return out, nil
}

// within does do in a transaction, which it ends.
func (c *session) within(ctx context.Context, do func() error) error {
	if err := c.simple(ctx, beginStatement); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return c.commit(ctx)
	}
	c.rollback(ctx)
	return err
}

const beginStatement = "BEGIN ISOLATION LEVEL READ COMMITTED"

// commit ends a transaction. A server answers well also where it has rolled back.
func (c *session) commit(ctx context.Context) error {
	results, err := c.conn.Exec(ctx, "COMMIT").ReadAll()
	if err == nil && (len(results) != 1 || results[0].CommandTag.String() != "COMMIT") {
		return errRolledBack
	}
	return err
}

// rollback ends a transaction, if one is open, whatever its state.
func (c *session) rollback(ctx context.Context) {
	if c.conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
	defer cancel()
	_ = c.simple(ctx, "ROLLBACK") // where it fails, so has the connection
}

// A pipeline gathers statements and sends them together, so that many cost one round trip.
type pipeline struct {
	*session
	batch pgconn.Batch
	count int
	// tags are the answers of the last run.
	tags []pgconn.CommandTag
}

// Exec implements sqltable.DB: the statement waits for run.
func (p *pipeline) Exec(_ context.Context, query string, args ...any) error {
	p.batch.ExecParams(query, values(args), nil, nil, nil)
	p.count++
	return nil
}

// Texts implements sqltable.DB, after what waits.
func (p *pipeline) Texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	if err := p.run(ctx); err != nil {
		return nil, err
	}
	return p.session.Texts(ctx, query, args...)
}

// run executes what waits, up to the first failure.
func (p *pipeline) run(ctx context.Context) error {
	p.tags = p.tags[:0]
	if p.count == 0 {
		return nil
	}
	results := p.conn.ExecBatch(ctx, &p.batch)
	for results.NextResult() {
		tag, _ := results.ResultReader().Close() // its error is that of results
		p.tags = append(p.tags, tag)
	}
	p.batch, p.count = pgconn.Batch{}, 0
	return results.Close()
}

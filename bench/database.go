package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink/postgres"
	"github.com/igsource/igsource/sink/sqlite"
)

// databases measures writing into each.
func databases(ctx context.Context) (report figures.Report, err error) {
	dir, err := os.MkdirTemp("", "igsource-bench-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	report, err = sqliteFigures(ctx, dir)
	if err != nil {
		return report, fmt.Errorf("SQLite: %w", err)
	}
	more, err := postgresFigures(ctx)
	if err != nil {
		return report, fmt.Errorf("PostgreSQL: %w", err)
	}
	report.Add(more)
	return report, nil
}

// An order is what a child that writes is to do: the path of an SQLite database, or the address and the schema of a
// PostgreSQL one, and how many rows.
type order struct {
	SQLite   string `json:"sqlite,omitempty"`
	Postgres string `json:"postgres,omitempty"`
	Schema   string `json:"schema,omitempty"`
	Rows     int    `json:"rows,omitempty"`
}

// writePeak is the child that writes rows, and tells the most memory that the process ever had.
func writePeak(ctx context.Context, o order, out io.Writer) error {
	var to plugin.StateKeeper = sqlite.New(o.SQLite, sqlite.Options{})
	if o.Postgres != "" {
		to = postgres.New(secret.New(o.Postgres), postgres.Options{Schema: o.Schema})
	}
	var meter figures.Meter
	if err := loading.Fill(ctx, to, o.Rows, meter.Look); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(figures.Peak{Rows: int64(o.Rows), Bytes: meter.Peak()})
}

// askToWrite has a child write.
func askToWrite(ctx context.Context, o order) (figures.Peak, error) {
	c, err := figures.Self(ctx, "-role", roleWrite)
	if err != nil {
		return figures.Peak{}, err
	}
	return figures.Ask(c, o)
}

// serveStatements is the child that executes statements.
func serveStatements(ctx context.Context, o order, in *json.Decoder, out io.Writer) (err error) {
	var statements interface {
		loading.Statements
		close() error
	}
	if o.Postgres != "" {
		statements, err = newPostgresStatements(ctx, o.Postgres, o.Schema)
	} else {
		statements, err = newSQLiteStatements(ctx, o.SQLite)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, statements.close()) }()
	return loading.Serve(ctx, statements, in, out)
}

// startStatements starts a child that executes statements.
func startStatements(ctx context.Context, o order) (*loading.Remote, error) {
	c, err := figures.Self(ctx, "-role", roleStatements)
	if err != nil {
		return nil, err
	}
	return loading.StartRemote(c, o)
}

// lastMark is the statement that finds the last mark that a sink has made durable, in the schema; there is one split.
func lastMark(schema string) string {
	return "SELECT value FROM " + schema + ".igsource_state WHERE kind = 'mark'"
}

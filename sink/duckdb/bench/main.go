//go:build duckdb_arrow

// Command bench measures how fast rows get into DuckDB through the sink, against the same statements fed from memory,
// and how much memory that takes. It prints what was measured beside the gate and the aim of each figure, and exits with
// 1 when a figure misses its gate. The README of the bench command of the main module tells how.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink/duckdb"
)

// The roles of the children that bench starts of itself.
const (
	roleWrite      = "write"      // writes rows and tells its peak of memory: see writePeak
	roleStatements = "statements" // writes rows by statements alone: see serveStatements
)

// DuckDB keeps what it has read of its file, up to a limit of the sink's: memory is bounded, not flat. In MiB.
const memoryGate, memoryAim = 256, 128

func main() {
	role := flag.String("role", "", "for bench itself: what a process that it starts is to do")
	flag.Parse()
	ctx := context.Background()
	if *role != "" {
		if err := act(ctx, *role, os.Stdin, os.Stdout); err != nil {
			fail(fmt.Errorf("%s: %w", *role, err))
		}
		return
	}
	report, err := measure(ctx)
	if err != nil {
		fail(err)
	}
	held, err := report.Print(os.Stdout)
	if err != nil {
		fail(err)
	}
	if !held {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// measure measures everything.
func measure(ctx context.Context) (report figures.Report, err error) {
	dir, err := os.MkdirTemp("", "igsource-bench-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var times loading.Times
	for pass := range loading.Passes {
		statements, err := startStatements(ctx, filepath.Join(dir, fmt.Sprintf("statements%d.duckdb", pass)))
		if err != nil {
			return report, err
		}
		t, err := contest(ctx, filepath.Join(dir, fmt.Sprintf("sink%d.duckdb", pass)), statements, loading.Many)
		if err = errors.Join(err, statements.Close()); err != nil {
			return report, err
		}
		times.Add(t)
	}
	report = times.Report("DuckDB")
	runs := 0
	memory, err := loading.BoundedMemory("DuckDB", memoryGate, memoryAim, func(rows int) (figures.Peak, error) {
		runs++
		c, err := figures.Self(ctx, "-role", roleWrite)
		if err != nil {
			return figures.Peak{}, err
		}
		return figures.Ask(c, order{Path: filepath.Join(dir, fmt.Sprintf("peak%d.duckdb", runs)), Rows: rows})
	})
	report.Add(memory)
	return report, err
}

// contest writes so many rows into a database at path, and has statements do the same in theirs.
func contest(ctx context.Context, path string, statements loading.Side, rows int) (times loading.Times, err error) {
	to := duckdb.New(path, duckdb.Options{})
	if err := loading.Start(ctx, to); err != nil {
		return times, errors.Join(err, to.Finish(ctx, false))
	}
	defer func() { err = errors.Join(err, to.Finish(ctx, err == nil)) }()
	beside := duckdb.New(path, duckdb.Options{}) // shares the file that the other one has open
	durable := func(ctx context.Context) (plugin.Mark, error) {
		state, err := beside.State(ctx, loading.Input)
		for _, mark := range state.Marks {
			return mark, err
		}
		return "", err
	}
	return loading.Contest{Sink: to, Durable: durable, Statements: statements}.Run(ctx, rows, loading.TurnBatches)
}

// An order is what a child is to do: the path of its database, and how many rows to write.
type order struct {
	Path string `json:"path"`
	Rows int    `json:"rows,omitempty"`
}

// startStatements starts a child that executes statements.
func startStatements(ctx context.Context, path string) (*loading.Remote, error) {
	c, err := figures.Self(ctx, "-role", roleStatements)
	if err != nil {
		return nil, err
	}
	return loading.StartRemote(c, order{Path: path})
}

// act plays a child's role, on in and out.
func act(ctx context.Context, role string, in io.Reader, out io.Writer) error {
	var o order
	orders := json.NewDecoder(in)
	if err := orders.Decode(&o); err != nil {
		return err
	}
	switch role {
	case roleWrite:
		return writePeak(ctx, o, out)
	case roleStatements:
		return serveStatements(ctx, o.Path, orders, out)
	}
	return fmt.Errorf("there is no role %q", role)
}

// writePeak is the child that writes rows, and tells the most memory that the process ever had.
func writePeak(ctx context.Context, o order, out io.Writer) error {
	var meter figures.Meter
	if err := loading.Fill(ctx, duckdb.New(o.Path, duckdb.Options{}), o.Rows, meter.Look); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(figures.Peak{Rows: int64(o.Rows), Bytes: meter.Peak()})
}

// serveStatements is the child that executes statements.
func serveStatements(ctx context.Context, path string, in *json.Decoder, out io.Writer) error {
	statements, err := newStatements(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(loading.Serve(ctx, statements, in, out), statements.close())
}

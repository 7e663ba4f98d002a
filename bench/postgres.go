package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/igsource/igsource/internal/figures"
	"github.com/igsource/igsource/internal/loading"
	"github.com/igsource/igsource/internal/pgserver"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink/postgres"
)

// postgresFigures measures writing into databases of a server of its own, where PostgreSQL is installed.
func postgresFigures(ctx context.Context) (report figures.Report, err error) {
	server, err := pgserver.New()
	if errors.Is(err, pgserver.ErrMissing) {
		return loading.Skipped("PostgreSQL"), nil
	}
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	dsn := "host=" + server.Dir() + " user=igs dbname=postgres"
	var times loading.Times
	for range loading.Passes {
		t, err := postgresContest(ctx, dsn, loading.Many)
		if err != nil {
			return report, err
		}
		times.Add(t)
	}
	report = times.Report("PostgreSQL")
	memory, err := loading.Memory("PostgreSQL", func(rows int) (peak figures.Peak, err error) {
		err = inSchemas(ctx, dsn, []string{"peak"}, func(*pgconn.PgConn) error {
			peak, err = askToWrite(ctx, order{Postgres: dsn, Schema: "peak", Rows: rows})
			return err
		})
		return peak, err
	})
	report.Add(memory)
	return report, err
}

// inSchemas gives do a connection of a database that has schemas of these names, which are dropped afterwards.
func inSchemas(ctx context.Context, dsn string, names []string, do func(*pgconn.PgConn) error) (err error) {
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for _, name := range names {
		if err := conn.Exec(ctx, "CREATE SCHEMA "+name).Close(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, conn.Exec(ctx, "DROP SCHEMA "+name+" CASCADE").Close()) }()
	}
	return do(conn)
}

// The schemas of a contest.
const ours, bare = "through_sink", "by_statements"

// postgresContest writes so many rows into a table in each of two schemas, that of the statements in a child.
func postgresContest(ctx context.Context, dsn string, rows int) (times loading.Times, err error) {
	err = inSchemas(ctx, dsn, []string{ours, bare}, func(beside *pgconn.PgConn) (err error) {
		statements, err := startStatements(ctx, order{Postgres: dsn, Schema: bare})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, statements.Close()) }()
		times, err = postgresRace(ctx, dsn, beside, statements, rows, loading.TurnBatches)
		return err
	})
	return times, err
}

func postgresRace(ctx context.Context, dsn string, beside *pgconn.PgConn, statements loading.Side, rows, turn int) (times loading.Times, err error) {
	to := postgres.New(secret.New(dsn), postgres.Options{Schema: ours})
	if err := loading.Start(ctx, to); err != nil {
		return times, errors.Join(err, to.Finish(ctx, false))
	}
	defer func() { err = errors.Join(err, to.Finish(ctx, err == nil)) }()
	if _, err := beside.Prepare(ctx, "last", lastMark(ours), nil); err != nil {
		return times, err
	}
	durable := func(ctx context.Context) (plugin.Mark, error) {
		r := beside.ExecPrepared(ctx, "last", nil, nil, nil).Read()
		if r.Err != nil || len(r.Rows) == 0 {
			return "", r.Err
		}
		return plugin.Mark(r.Rows[0][0]), nil
	}
	times, err = loading.Contest{Sink: to, Durable: durable, Statements: statements}.Run(ctx, rows, turn)
	return times, errors.Join(err, beside.Deallocate(ctx, "last"))
}

// postgresStatements executes the sink's statements on a table of the sink's.
type postgresStatements struct {
	conn    *pgconn.PgConn
	schema  string
	batches [][]byte // their rows as binary COPY has them
	copied  bytes.Buffer
}

func newPostgresStatements(ctx context.Context, dsn, schema string) (*postgresStatements, error) {
	if err := loading.Fill(ctx, postgres.New(secret.New(dsn), postgres.Options{Schema: schema}), 0, nil); err != nil {
		return nil, err
	}
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := conn.Exec(ctx, loading.PostgresStaging).Close(); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &postgresStatements{conn: conn, schema: schema}, nil
}

func (s *postgresStatements) close() error { return s.conn.Close(context.Background()) }

// Ready implements loading.Statements.
func (s *postgresStatements) Ready(batches []arrow.Record) error {
	s.batches = nil
	for _, b := range batches {
		var out []byte
		for row := range int(b.NumRows()) {
			out = binary.BigEndian.AppendUint16(out, uint16(b.NumCols()))
			for _, c := range b.Columns() {
				var err error
				if out, err = appendCopied(out, c, row); err != nil {
					return err
				}
			}
		}
		s.batches = append(s.batches, out)
	}
	return nil
}

// What binary COPY begins and ends with, and how days and microseconds count from 2000-01-01 instead of 1970-01-01.
const (
	copyHeader    = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	copyTrailer   = "\xff\xff"
	daysTo2000    = 10_957
	microsTo2000  = daysTo2000 * 86_400_000_000
	copiedNothing = "\xff\xff\xff\xff"
)

// appendCopied appends the value of c in a row as binary COPY has it, for the types of loading.Table.
func appendCopied(dst []byte, c arrow.Array, row int) ([]byte, error) {
	if c.IsNull(row) {
		return append(dst, copiedNothing...), nil
	}
	long := func(v uint64) []byte { return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(dst, 8), v) }
	switch c := c.(type) {
	case *array.String:
		v := c.Value(row)
		return append(binary.BigEndian.AppendUint32(dst, uint32(len(v))), v...), nil
	case *array.Date32:
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(dst, 4), uint32(c.Value(row)-daysTo2000)), nil
	case *array.Timestamp:
		return long(uint64(c.Value(row) - microsTo2000)), nil
	case *array.Int64:
		return long(uint64(c.Value(row))), nil
	case *array.Float64:
		return long(math.Float64bits(c.Value(row))), nil
	}
	return dst, fmt.Errorf("no value for a %s", c.DataType())
}

// Begin implements loading.Statements.
func (s *postgresStatements) Begin(ctx context.Context) error {
	s.copied.Reset()
	s.copied.WriteString(copyHeader)
	return s.conn.Exec(ctx, loading.PostgresBegin).Close()
}

// Run implements loading.Statements: there is one COPY a transaction.
func (s *postgresStatements) Run(_ context.Context, batch int) error {
	s.copied.Write(s.batches[batch])
	return nil
}

// Commit implements loading.Statements.
func (s *postgresStatements) Commit(ctx context.Context) error {
	s.copied.WriteString(copyTrailer)
	if _, err := s.conn.CopyFrom(ctx, &s.copied, loading.PostgresCopy); err != nil {
		return err
	}
	if err := s.conn.Exec(ctx, loading.PostgresMerge(s.schema)).Close(); err != nil {
		return err
	}
	return s.conn.Exec(ctx, loading.PostgresCommit).Close()
}

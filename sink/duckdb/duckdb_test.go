//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/cell"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// connected gives do a connection of the database at path, which is made where it is missing, with the file's
// schema as the default one.
func connected(t testing.TB, path string, do func(*sql.Conn)) {
	t.Helper()
	ctx := context.Background()
	f, err := openFile(ctx, path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.release()) }()
	conn, err := f.connect(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	require.NoError(t, exec(ctx, conn, "USE "+sqltable.Quote(f.name)+".main"))
	f.turn.Lock()
	defer f.turn.Unlock()
	do(conn)
}

// query returns the rows of an answer as text, as DuckDB prints it.
func query(t testing.TB, path, text string) [][]string {
	t.Helper()
	out := [][]string{}
	connected(t, path, func(conn *sql.Conn) {
		rows, err := conn.QueryContext(context.Background(), "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ("+text+")")
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		names, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			into := make([]any, len(names))
			row := make([]sql.NullString, len(names))
			for i := range row {
				into[i] = &row[i]
			}
			require.NoError(t, rows.Scan(into...))
			cells := make([]string, len(names))
			for i, c := range row {
				if cells[i] = plugintest.Null; c.Valid {
					cells[i] = c.String
				}
			}
			out = append(out, cells)
		}
		require.NoError(t, rows.Err())
	})
	return out
}

// change executes statements on a database, as its owner may.
func change(t testing.TB, path string, statements ...string) {
	t.Helper()
	connected(t, path, func(conn *sql.Conn) {
		for _, s := range statements {
			require.NoError(t, exec(context.Background(), conn, s), s)
		}
	})
}

// readTable reads a table back in the order in which its rows came, as plugintest.Cells has them.
func readTable(t testing.TB, path string, table schema.Table) [][]string {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return [][]string{}
	}
	var columns []string
	for _, c := range table.Columns {
		name := sqltable.Quote(c.Name)
		switch kindOf(t, c) {
		case sqltable.Instant, sqltable.WallTime:
			name = "epoch_us(" + name + ")"
		case sqltable.Date:
			name += " - DATE '1970-01-01'"
		case sqltable.Bytes:
			name = "base64(" + name + ")"
		}
		columns = append(columns, fmt.Sprintf("%s AS r%d", name, len(columns)))
	}
	rows := query(t, path, "SELECT "+strings.Join(columns, ", ")+" FROM "+sqltable.Quote(table.Name))
	for _, r := range rows {
		for i, c := range table.Columns {
			if r[i] != plugintest.Null {
				r[i] = goText(t, c, r[i])
			}
		}
	}
	return rows
}

func kindOf(t testing.TB, c schema.Column) sqltable.Kind {
	t.Helper()
	kind, err := sqltable.KindOf(c.Type)
	require.NoError(t, err)
	return kind
}

// goText brings what readTable asks for into the form of plugintest.Cells.
func goText(t testing.TB, c schema.Column, text string) string {
	t.Helper()
	switch kind := kindOf(t, c); kind {
	case sqltable.Instant, sqltable.WallTime:
		us, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		zone := "Z"
		if kind == sqltable.WallTime {
			zone = ""
		}
		return string(cell.AppendTimestamp(nil, us, arrow.Microsecond, zone))
	case sqltable.Date:
		days, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		return string(cell.AppendDate(nil, days))
	case sqltable.Real:
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return strconv.FormatFloat(v, 'f', -1, 64)
	case sqltable.Bytes:
		b, err := base64.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		return string(b)
	}
	return text
}

func openSink(_ testing.TB, path string) plugin.Sink {
	to, err := sink.Open(sink.Options{Format: "duckdb", Path: path})
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return to
}

func TestConformance(t *testing.T) {
	plugintest.TestSink(t, openSink, readTable,
		plugintest.KeepsCommitted(), plugintest.KeepsState(), plugintest.Merges(), plugintest.Excludes(), plugintest.StoresState())
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// query returns the rows of an answer as plugintest.Cells would, but for booleans, which SQLite has not.
func query(t testing.TB, path, text string, args ...any) [][]string {
	t.Helper()
	db, conn, err := dial(context.Background(), path, "rw")
	require.NoError(t, err)
	defer func() { require.NoError(t, errors.Join(conn.Close(), db.Close())) }()
	rows, err := conn.QueryContext(context.Background(), text, args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	names, err := rows.Columns()
	require.NoError(t, err)
	out := [][]string{}
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
	return out
}

// change executes statements on a database, as its owner may.
func change(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, conn, err := dial(context.Background(), path, "rwc")
	require.NoError(t, err)
	defer func() { require.NoError(t, errors.Join(conn.Close(), db.Close())) }()
	for _, s := range statements {
		require.NoError(t, exec(context.Background(), conn, s), s)
	}
}

// readTable reads a table back in the order in which its rows came. The driver makes times of columns that
// are declared as such, so all is read as text; floats are printed with all their digits.
func readTable(t testing.TB, path string, table schema.Table) [][]string {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return [][]string{}
	}
	var columns string
	for i, c := range table.Columns {
		if i > 0 {
			columns += ", "
		}
		name := sqltable.Quote(c.Name)
		switch kind, err := sqltable.KindOf(c.Type); {
		case err != nil:
			t.Fatal(err)
		case kind == sqltable.Bool:
			columns += "iif(" + name + " IS NULL, NULL, iif(" + name + ", 'true', 'false'))"
		case kind == sqltable.Real:
			columns += name
		default:
			columns += "CAST(" + name + " AS TEXT)"
		}
	}
	return query(t, path, "SELECT "+columns+" FROM "+sqltable.Quote(table.Name)+" ORDER BY rowid")
}

func openSink(_ testing.TB, path string) plugin.Sink {
	to, err := sink.Open(sink.Options{Format: "sqlite", Path: path})
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return to
}

func TestConformance(t *testing.T) {
	plugintest.TestSink(t, openSink, func(t testing.TB, path string, table schema.Table) [][]string {
		rows := readTable(t, path, table)
		for _, r := range rows {
			for i, c := range table.Columns {
				r[i] = plainFloat(t, c, r[i])
			}
		}
		return rows
	}, plugintest.KeepsCommitted(), plugintest.KeepsState(), plugintest.Merges(), plugintest.Excludes(), plugintest.StoresState())
}

// plainFloat writes a float as plugintest.Cells does; the driver writes large ones with an exponent.
func plainFloat(t testing.TB, c schema.Column, text string) string {
	if kind, err := sqltable.KindOf(c.Type); err != nil || kind != sqltable.Real || text == plugintest.Null {
		return text
	}
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return strconv.FormatFloat(v, 'f', -1, 64)
}

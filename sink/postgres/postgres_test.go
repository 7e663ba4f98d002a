package postgres

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// readTable reads a table back as plugintest.Cells has it, in the order in which its rows came.
func readTable(t testing.TB, in string, table schema.Table) [][]string {
	t.Helper()
	if len(query(t, in, "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2", in, shortName(table.Name))) == 0 {
		return [][]string{}
	}
	columns := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		name := quote(c.Name)
		switch kind, err := sqltable.KindOf(c.Type); {
		case err != nil:
			t.Fatal(err)
		case kind == sqltable.Bool:
			columns[i] = name + "::text"
		case kind == sqltable.Instant:
			columns[i] = "to_char(" + name + `, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
		default:
			columns[i] = name
		}
	}
	rows := query(t, in, "SELECT "+strings.Join(columns, ", ")+" FROM "+quote(table.Name)+" ORDER BY ctid")
	for _, r := range rows {
		for i, c := range table.Columns {
			kind, _ := sqltable.KindOf(c.Type)
			r[i] = plain(t, kind, r[i])
		}
	}
	return rows
}

// plain writes a value as plugintest.Cells does.
func plain(t testing.TB, kind sqltable.Kind, text string) string {
	switch {
	case text == plugintest.Null:
	case kind == sqltable.Real:
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return strconv.FormatFloat(v, 'f', -1, 64)
	case kind == sqltable.JSON:
		var b bytes.Buffer
		require.NoError(t, json.Compact(&b, []byte(text)))
		return b.String()
	case kind == sqltable.Instant:
		return strings.Replace(strings.TrimSuffix(text, "Z"), ".000000", "", 1) + "Z"
	}
	return text
}

func openSink(t testing.TB, dir string) plugin.Sink {
	to, err := sink.Open(sink.Options{Format: "postgres", Path: dsn(t).Reveal(), Schema: schemaFor(t, dir)})
	require.NoError(t, err)
	return to
}

func TestConformance(t *testing.T) {
	dsn(t) // skips
	for _, old := range []bool{false, true} {
		name := "as it is"
		if old {
			name = "as before PostgreSQL 15"
		}
		t.Run(name, func(t *testing.T) {
			open := func(t testing.TB, dir string) plugin.Sink {
				s := openSink(t, dir)
				s.(*Sink).old = old
				return s
			}
			read := func(t testing.TB, dir string, table schema.Table) [][]string {
				return readTable(t, schemaFor(t, dir), table)
			}
			plugintest.TestSink(t, open, read, plugintest.KeepsCommitted(), plugintest.KeepsState(), plugintest.Merges(), plugintest.Excludes(), plugintest.StoresState())
		})
	}
}

package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/igsource/igsource/internal/pgserver"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// The server of all tests, nil where PostgreSQL is not installed.
var (
	testServer *pgserver.Server
	errServer  error
)

// requireServer is the variable of the environment that makes a missing server a failure.
const requireServer = "IGSOURCE_REQUIRE_POSTGRES"

func TestMain(m *testing.M) {
	if os.Getenv(childDSN) != "" {
		runChild()
		return
	}
	cache, err := os.MkdirTemp("", "igsource-cache-")
	if err == nil {
		err = os.Setenv("XDG_CACHE_HOME", cache)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	testServer, errServer = pgserver.New()
	if errServer != nil && (os.Getenv(requireServer) != "" || !errors.Is(errServer, pgserver.ErrMissing)) {
		fmt.Fprintln(os.Stderr, "the tests' PostgreSQL server:", errServer)
		os.Exit(1)
	}
	code := m.Run()
	if testServer != nil {
		if err := testServer.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "the tests' PostgreSQL server:", err)
			code = max(code, 1)
		}
	}
	_ = os.RemoveAll(cache)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// dsn is the address of the tests' database; words are added to it.
func dsn(t testing.TB, words ...string) secret.Text {
	t.Helper()
	if testServer == nil {
		t.Skip(errServer)
	}
	return secret.New("host=" + testServer.Dir() + " user=igs dbname=postgres " + strings.Join(words, " "))
}

// admin returns a connection of the superuser, with schema in front of its search path.
func admin(t testing.TB, schema string) *session {
	t.Helper()
	s, err := parse(dsn(t))
	require.NoError(t, err)
	c, err := s.connect(context.Background())
	require.NoError(t, err)
	require.NoError(t, c.simple(context.Background(), "SET search_path = "+sqltable.Quote(schema)+", public; SET timezone = 'UTC'"))
	return c
}

// change executes statements as the owner of the database may.
func change(t testing.TB, schema string, statements ...string) {
	t.Helper()
	c := admin(t, schema)
	defer c.close()
	for _, s := range statements {
		require.NoError(t, c.simple(context.Background(), s), s)
	}
}

// role makes a user, where there is none of that name.
func role(t testing.TB, name, options string) {
	t.Helper()
	if len(query(t, "public", "SELECT 1 FROM pg_roles WHERE rolname = $1", name)) == 0 {
		change(t, "public", "CREATE ROLE "+name+" LOGIN "+options)
	}
}

// query returns the rows of an answer as text, nulls as plugintest.Null.
func query(t testing.TB, schema, text string, args ...any) [][]string {
	t.Helper()
	c := admin(t, schema)
	defer c.close()
	r := c.conn.ExecParams(context.Background(), text, values(args), nil, nil, nil).Read()
	require.NoError(t, r.Err)
	out := [][]string{}
	for _, row := range r.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			if cells[i] = plugintest.Null; v != nil {
				cells[i] = string(v)
			}
		}
		out = append(out, cells)
	}
	return out
}

// freshSchema makes a schema for a test.
func freshSchema(t testing.TB) string {
	t.Helper()
	return schemaFor(t, filepath.Join(t.TempDir(), "out"))
}

// schemaFor is the schema that stands for the folder dir, made where the folder could be made.
func schemaFor(t testing.TB, dir string) string {
	t.Helper()
	name := fmt.Sprintf("t%x", sha256.Sum256([]byte(dir)))[:40]
	if info, err := os.Stat(filepath.Dir(dir)); err == nil && info.IsDir() {
		change(t, "public", "CREATE SCHEMA IF NOT EXISTS "+name)
	} else {
		require.Falsef(t, errors.Is(err, fs.ErrNotExist), "%v", err)
	}
	return name
}

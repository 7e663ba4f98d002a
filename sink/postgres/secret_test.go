package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
)

// allow adds a line in front of the server's rules of who gets in.
func allow(t testing.TB, rule string) {
	t.Helper()
	path := filepath.Join(testServer.Dir(), "data", "pg_hba.conf")
	rules, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(rule+"\n"+string(rules)), 0o600))
	change(t, "public", "SELECT pg_reload_conf()")
}

func TestTheAddressIsNeverShown(t *testing.T) {
	const password = "pa%s/ss@w:0rd?"
	encoded := "pa%25s%2Fss%40w%3A0rd%3F"
	dsn(t)
	role(t, "locked", "PASSWORD 'another'")
	allow(t, "local all locked scram-sha-256")
	dir := strings.ReplaceAll(testServer.Dir(), "/", "%2F")
	for address, want := range map[string]string{
		"postgres://locked:" + encoded + "@" + dir + "/postgres": `the database "postgres" on ` + testServer.Dir() +
			` does not let the user in: check the user and the password in the sink's path (password authentication failed for user "locked")`,
		"postgres://locked:" + encoded + "@127.0.0.1:1/db":                     `the database "db" on 127.0.0.1:1 cannot be reached: see that the server runs, and check the sink's path (`,
		"postgres://locked:" + encoded + "@nowhere.invalid/db?sslmode=disable": `the database "db" on nowhere.invalid cannot be reached: see that the server runs, and check the sink's path (`,
		"postgres://locked:" + password + "@host/db":                           "the address of the PostgreSQL database cannot be read (failed to parse as URL): write it as ",
		"postgres://locked:pa/ss@host/db":                                      "the address of the PostgreSQL database cannot be read (invalid port): write it as ",
		"postgres://locked:pass@geheim@host/db":                                "the address of the PostgreSQL database has an @ or a ? in its host or database: write it as ",
		"postgres://locked:12/pass@host/db":                                    "the address of the PostgreSQL database has an @ or a ? in its host or database: write it as ",
		"host=h password=pa%s/ss@w:0rd? x":                                     "the address of the PostgreSQL database cannot be read (failed to parse as keyword/value): write it as ",
		"host=h password=pass sslmode=no-such":                                 "the address of the PostgreSQL database cannot be read (failed to configure TLS): write it as ",
		"out":                                                                  "the address of the PostgreSQL database cannot be read (failed to parse as keyword/value): write it as ",
	} {
		s := New(secret.New(address), Options{})
		_, stateErr := s.State(t.Context(), "in")
		beginErr := s.Begin(t.Context(), []schema.Table{logs})
		for _, err := range []error{stateErr, beginErr} {
			var user *plugin.UserError
			require.ErrorAs(t, err, &user, address)
			assert.True(t, strings.HasPrefix(err.Error(), want), "%s\n%s", err, want)
			for e := err; e != nil; {
				for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
					shown := fmt.Sprintf(verb, e)
					for _, part := range []string{password, encoded, "pa%s", "w:0rd", "pass@", "geheim", "12/pass", "pass sslmode", address} {
						if part != "out" {
							assert.NotContains(t, shown, part)
						}
					}
				}
				u, ok := e.(interface{ Unwrap() error })
				if !ok {
					break
				}
				e = u.Unwrap()
			}
		}
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			assert.NotContains(t, fmt.Sprintf(verb, s), "pa%", verb)
		}
		require.NoError(t, s.Finish(t.Context(), false))
	}
}

func TestAPasswordLetsIn(t *testing.T) {
	in := freshSchema(t)
	role(t, "guarded", "SUPERUSER PASSWORD 'a/b@c'")
	allow(t, "local all guarded scram-sha-256")
	s := New(secret.New("postgres://guarded:a%2Fb%40c@"+strings.ReplaceAll(testServer.Dir(), "/", "%2F")+"/postgres"), Options{Schema: in})
	require.NoError(t, s.Begin(t.Context(), []schema.Table{logs}))
	assert.Equal(t, [][]string{{"igsource"}}, query(t, in, "SELECT application_name FROM pg_stat_activity WHERE usename = 'guarded'"))
	require.NoError(t, s.Finish(t.Context(), true))
}

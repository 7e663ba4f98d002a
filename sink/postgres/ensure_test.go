package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink"
)

var (
	text   = arrow.BinaryTypes.String
	number = arrow.PrimitiveTypes.Int64
	posts  = schema.Table{Name: "posts", Key: []string{"id", "part"}, Columns: []schema.Column{
		{Name: "id", Type: text}, {Name: "part", Type: text, Nullable: true}, {Name: "likes", Type: number, Nullable: true},
	}}
	users = schema.Table{Name: "users", Key: []string{"id"}, Columns: []schema.Column{{Name: "id", Type: text}, {Name: "name", Type: text, Nullable: true}}}
	logs  = schema.Table{Name: "logs", Columns: []schema.Column{{Name: "line", Type: text, Nullable: true}}}
)

// layout is all that a schema holds, to compare.
func layout(t testing.TB, in string) [][]string {
	return query(t, in, `SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_class c
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) ORDER BY 1, a.attnum`, in)
}

// place is what messages call a schema of the tests.
func place(in string) string {
	return fmt.Sprintf("the schema %q of the database \"postgres\" on %s", in, testServer.Dir())
}

func TestConflictsAreRefused(t *testing.T) {
	dsn(t)
	const other = "rename the table in the database, or write to another database"
	for name, c := range map[string]struct{ setup, want string }{
		"type": {
			"CREATE TABLE users (id text PRIMARY KEY, name varchar(20))",
			`the column "name" of the table "users" in PLACE is character varying(20), but this run writes text: ` + other,
		},
		"domain": {
			"CREATE DOMAIN word AS text; CREATE TABLE users (id text PRIMARY KEY, name word)",
			`the column "name" of the table "users" in PLACE is SCHEMA.word, but this run writes text: ` + other,
		},
		"not null": {
			"CREATE TABLE users (id text PRIMARY KEY, name text NOT NULL)",
			`the column "name" of the table "users" in PLACE is NOT NULL, but this run may write nulls: ` + other,
		},
		"generated": {
			"CREATE TABLE users (id text PRIMARY KEY, name text GENERATED ALWAYS AS (upper(id)) STORED)",
			`the column "name" of the table "users" in PLACE is computed there and cannot be written: ` + other,
		},
		"column that wants a value": {
			"CREATE TABLE users (id text PRIMARY KEY, name text, age bigint NOT NULL)",
			`the column "age" of the table "users" in PLACE is NOT NULL without a default, and this run does not write it: give it a default, or ` + other,
		},
		"key column missing": {
			"CREATE TABLE users (name text)",
			`the table "users" in PLACE has no column "id", which is a part of the key of this run: ` + other,
		},
		"no key": {
			"CREATE TABLE users (id text NOT NULL, name text)",
			`the table "users" in PLACE has no unique index for the key of this run, (id): make it by CREATE UNIQUE INDEX ON "SCHEMA"."users" ("id"); or ` +
				"rename the table there, or write to another schema",
		},
		"partial index": {
			"CREATE TABLE users (id text NOT NULL, name text); CREATE UNIQUE INDEX ON users (id) WHERE name IS NULL",
			`the table "users" in PLACE has no unique index for the key of this run, (id): make it by CREATE UNIQUE INDEX ON "SCHEMA"."users" ("id"); or ` +
				"rename the table there, or write to another schema",
		},
		"index of distinct nulls": {
			"CREATE TABLE posts (id text NOT NULL, part text, likes bigint); CREATE UNIQUE INDEX ON posts (id, part)",
			`the table "posts" in PLACE has no unique index for the key of this run, (id, part): make it by CREATE UNIQUE INDEX ON "SCHEMA"."posts" ` +
				`("id", "part") NULLS NOT DISTINCT; or rename the table there, or write to another schema`,
		},
		"another key": {
			"CREATE TABLE users (id text NOT NULL, name text PRIMARY KEY)",
			`the column "name" of the table "users" in PLACE is NOT NULL, but this run may write nulls: ` + other,
		},
		"narrower key": {
			"CREATE TABLE posts (id text PRIMARY KEY, part text, likes bigint); CREATE UNIQUE INDEX ON posts (id, part) NULLS NOT DISTINCT",
			`the table "posts" in PLACE has another key than in this run, (id) where it is to be (id, part): rename the table there, or write to another schema`,
		},
		"key where none is wanted": {
			"CREATE TABLE logs (line text UNIQUE)",
			`the table "logs" in PLACE has another key than in this run, (line) where it is to be none: rename the table there, or write to another schema`,
		},
		"view":              {"CREATE VIEW users AS SELECT 1", `"users" in PLACE is not a table but a view: rename it there, or write to another schema`},
		"materialized view": {"CREATE MATERIALIZED VIEW users AS SELECT 1", `"users" in PLACE is not a table but a materialized view: rename it there, or write to another schema`},
		"sequence":          {"CREATE SEQUENCE users", `"users" in PLACE is not a table but a sequence: rename it there, or write to another schema`},
		"unlogged": {
			"CREATE UNLOGGED TABLE users (id text PRIMARY KEY, name text)",
			`the table "users" in PLACE is unlogged, and loses its rows when the server stops hard: ALTER TABLE … SET LOGGED, or write to another schema`,
		},
		"state is a view": {"CREATE VIEW igsource_state AS SELECT 1", `"igsource_state" in PLACE is not a table but a view: rename it there, or write to another schema`},
		"state of a newer program": {
			"CREATE TABLE igsource_state (input text, kind text, name text, value text); INSERT INTO igsource_state VALUES ('', 'version', '', '2')",
			`the table igsource_state in PLACE has the version 2 and comes from a newer program, this one knows versions up to 1: use the newer one, or write to another database`,
		},
		"type of the name": {
			"CREATE TYPE users AS ENUM ('a')",
			`the database "postgres" on DIR cannot be written: type "users" already exists (SQLSTATE 42710)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := freshSchema(t)
			change(t, in, c.setup)
			before := layout(t, in)
			wider := logs
			wider.Name, wider.Columns = "a wider one", append(wider.Columns[:1:1], schema.Column{Name: "more", Type: text, Nullable: true})
			s := New(dsn(t), Options{Schema: in})
			err := s.Begin(t.Context(), []schema.Table{wider, posts, users, logs})
			require.EqualError(t, err, strings.NewReplacer("PLACE", place(in), "SCHEMA", in, "DIR", testServer.Dir()).Replace(c.want))
			var user *plugin.UserError
			require.ErrorAs(t, err, &user)
			require.NoError(t, s.Finish(t.Context(), false))
			assert.Equal(t, before, layout(t, in), "nothing is changed")
		})
	}
}

func TestTablesThatAreThere(t *testing.T) {
	dsn(t)
	for name, setup := range map[string]string{
		"by hand, in another order": "CREATE TABLE posts (likes bigint, note text DEFAULT 'n', part text, id text NOT NULL, UNIQUE NULLS NOT DISTINCT (part, id))",
		"with a number of its own":  "CREATE TABLE posts (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text, part text, likes bigint, UNIQUE NULLS NOT DISTINCT (id, part))",
		"from before PostgreSQL 15": "CREATE TABLE posts (id text NOT NULL, part text, likes bigint); CREATE UNIQUE INDEX ON posts (id, (part IS NULL), coalesce(part, ''::text))",
		"in parts": "CREATE TABLE posts (id text NOT NULL, part text NOT NULL DEFAULT '', likes bigint, PRIMARY KEY (id, part)) PARTITION BY HASH (id); " +
			"ALTER TABLE posts ALTER part DROP DEFAULT; CREATE TABLE posts_0 PARTITION OF posts FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
	} {
		t.Run(name, func(t *testing.T) {
			in := freshSchema(t)
			change(t, in, setup)
			table := posts
			var nothing any
			if name == "in parts" {
				table.Columns = append([]schema.Column{table.Columns[0], {Name: "part", Type: text}}, table.Columns[2:]...)
				nothing = "none"
			}
			for likes := range 3 {
				rows(t, in, table, []any{"a", nothing, likes}, []any{"a", "", likes}, []any{"b", "x", nil})
			}
			got := query(t, in, "SELECT id, part, likes FROM posts ORDER BY id, part DESC")
			want := [][]string{{"a", plugintest.Null, "2"}, {"a", "", "2"}, {"b", "x", plugintest.Null}}
			if nothing != nil {
				want[0][1] = "none"
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestTheKeyOfNulls(t *testing.T) {
	for _, old := range []bool{false, true} {
		in := freshSchema(t)
		begin := func() *Sink {
			s := New(dsn(t), Options{Schema: in})
			s.old = old
			require.NoError(t, s.Begin(t.Context(), []schema.Table{posts}))
			return s
		}
		require.NoError(t, begin().Finish(t.Context(), true))
		want := "CREATE UNIQUE INDEX posts_id_part_idx ON " + in + ".posts USING btree (id, part) NULLS NOT DISTINCT"
		if old {
			want = "CREATE UNIQUE INDEX posts_id_expr_coalesce_idx ON " + in + ".posts USING btree (id, ((part IS NULL)), COALESCE(part, ''::text))"
		}
		assert.Equal(t, [][]string{{want}}, query(t, in, "SELECT indexdef FROM pg_indexes WHERE schemaname = $1", in))
		require.NoError(t, begin().Finish(t.Context(), true))
		assert.Equal(t, [][]string{{want}}, query(t, in, "SELECT indexdef FROM pg_indexes WHERE schemaname = $1", in))
	}
}

func TestRowsOfOneKeyInOneTransaction(t *testing.T) {
	in := freshSchema(t)
	float := schema.Table{Name: "f", Key: []string{"x"}, Columns: []schema.Column{{Name: "x", Type: arrow.PrimitiveTypes.Float64}, {Name: "n", Type: number}}}
	zero := 0.0
	rows(t, in, float, []any{zero, 1}, []any{-zero, 2}, []any{1.0, 3}, []any{-1 / (1 / zero), 4})
	assert.Equal(t, [][]string{{"0", "4"}, {"1", "3"}}, query(t, in, "SELECT abs(x), n FROM f ORDER BY 1"))

	rows(t, in, posts, []any{"b", nil, 1}, []any{"a", nil, 2}, []any{"b", nil, 3}, []any{"c", "", 4}, []any{"b", "", 5})
	assert.Equal(t, [][]string{{"a", plugintest.Null, "2"}, {"b", plugintest.Null, "3"}, {"c", "", "4"}, {"b", "", "5"}}, readTable(t, in, posts))
}

func TestColumnsAreAdded(t *testing.T) {
	in := freshSchema(t)
	rows(t, in, users, []any{"1", "Ann"})
	wide := users
	wide.Columns = append(users.Columns[:1:1], schema.Column{Name: "age", Type: number, Doc: "In years."}, users.Columns[1])
	rows(t, in, wide, []any{"2", 30, "Bob"})
	rows(t, in, users, []any{"2", "Bert"})
	assert.Equal(t, [][]string{{"1", "Ann", plugintest.Null}, {"2", "Bert", "30"}}, query(t, in, "SELECT id, name, age FROM users ORDER BY id"))
	assert.Equal(t, [][]string{{"In years."}}, query(t, in, "SELECT col_description('users'::regclass, 3)"))
}

func TestPrivileges(t *testing.T) {
	dsn(t)
	role(t, "weak", "")
	change(t, "public", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	as := func(in string) *Sink {
		return New(secret.New(fmt.Sprintf("host=%s user=weak dbname=postgres", testServer.Dir())), Options{Schema: in})
	}
	lacks := "the database \"postgres\" on " + testServer.Dir() + " lacks a privilege that is needed: have it granted, or use another user "
	in := freshSchema(t)
	begin := func(table schema.Table, want string) {
		t.Helper()
		before := layout(t, in)
		s := as(in)
		err := s.Begin(t.Context(), []schema.Table{table})
		if want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, lacks+want)
			assert.Equal(t, before, layout(t, in))
		}
		require.NoError(t, s.Finish(t.Context(), false))
	}
	begin(users, "(permission denied for schema "+in+")")
	change(t, in, "GRANT USAGE ON SCHEMA "+in+" TO weak")
	begin(users, "(permission denied for schema "+in+")")
	rows(t, in, users, []any{"1", "Ann"})
	begin(users, "(permission denied for table users)")
	change(t, in, "GRANT INSERT, SELECT ON users TO weak")
	begin(users, "(permission denied for table users)")
	change(t, in, "GRANT UPDATE ON users TO weak")
	begin(users, "")
	wide := users
	wide.Columns = append(users.Columns[:2:2], schema.Column{Name: "age", Type: number, Nullable: true})
	begin(wide, "(must be owner of table users)")
	change(t, in, "REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
	begin(users, `(permission denied to create temporary tables in database "postgres")`)
	change(t, in, "GRANT TEMPORARY ON DATABASE postgres TO PUBLIC")

	s := as(in)
	require.NoError(t, s.Begin(t.Context(), []schema.Table{users}))
	require.EqualError(t, s.Keep(t.Context(), []plugin.KeptRun{{Input: "in"}}), lacks+"(permission denied for schema "+in+")")
	require.NoError(t, s.Finish(t.Context(), false))
}

func TestTargetsThatAreNone(t *testing.T) {
	dsn(t)
	change(t, "public", "DROP DATABASE IF EXISTS latin", "DROP DATABASE IF EXISTS frozen",
		"CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0",
		"CREATE DATABASE frozen", "ALTER DATABASE frozen SET default_transaction_read_only = on")
	on := " on " + testServer.Dir()
	for _, c := range []struct{ words, schema, want string }{
		{"dbname=none", "", `the database "none"` + on + ` does not exist: create it, or give another one (database "none" does not exist)`},
		{"", "nowhere", `there is no schema "nowhere" in the database "postgres"` + on + `: create it by CREATE SCHEMA "nowhere", or give another one`},
		{"search_path=nowhere", "", `the database "postgres"` + on + ` has no schema in the search path of this user: say which schema to write to`},
		{"dbname=latin", "", `the database "latin"` + on + ` has the encoding LATIN1, which cannot hold all text: create one with the encoding UTF8`},
		{"dbname=frozen", "", `the database "frozen"` + on + ` is read-only: write to the primary server, or make the database writable (cannot execute CREATE TABLE in a read-only transaction)`},
		{"user=nobody", "", `the database "postgres"` + on + ` does not let the user in: check the user and the password in the sink's path (role "nobody" does not exist)`},
	} {
		s := New(dsn(t, c.words), Options{Schema: c.schema})
		err := s.Begin(t.Context(), []schema.Table{users})
		require.EqualError(t, err, c.want)
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.NoError(t, s.Finish(t.Context(), false))
	}
	state, err := New(dsn(t), Options{Schema: "nowhere"}).State(t.Context(), "in")
	require.NoError(t, err)
	assert.Equal(t, plugin.State{}, state)
	_, err = New(dsn(t, "dbname=none"), Options{}).State(t.Context(), "in")
	require.ErrorContains(t, err, `the database "none"`+on+" does not exist")
}

func TestThePublicSchemaIsTheDefault(t *testing.T) {
	table := users
	table.Name = "in the public schema"
	to, err := sink.Open(sink.Options{Format: "postgres", Path: dsn(t).Reveal()})
	require.NoError(t, err)
	require.NoError(t, to.Begin(t.Context(), []schema.Table{table}))
	require.NoError(t, to.Finish(t.Context(), true))
	assert.Equal(t, [][]string{{"public"}}, query(t, "public", "SELECT schemaname FROM pg_tables WHERE tablename = $1", table.Name))
}

func TestNamesThatAreRefused(t *testing.T) {
	for want, table := range map[string]schema.Table{
		`a table cannot be called "Igsource_state" in a database: names with igsource_ are kept for tables of our own, so rename it`: {Name: "Igsource_state", Columns: logs.Columns},
		`the column "ctid" of table "t" cannot be called so in PostgreSQL, which keeps the name for itself: rename it`:               {Name: "t", Columns: []schema.Column{{Name: "ctid", Type: text}}},
		`a database cannot hold a table called "a\x00": its name is not text`:                                                        {Name: "a\x00", Columns: logs.Columns},
		`table t cannot be written to PostgreSQL: column c: the type duration[s] has no text form here: write the table as arrow`:    {Name: "t", Columns: []schema.Column{{Name: "c", Type: arrow.FixedWidthTypes.Duration_s}}},
	} {
		require.EqualError(t, New(secret.New("nonsense"), Options{}).Begin(t.Context(), []schema.Table{table}), want)
	}
}

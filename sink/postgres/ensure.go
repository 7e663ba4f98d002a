package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/internal/sqltable"
)

// The versions of PostgreSQL, as server_version_num has them.
const (
	oldestVersion    = 12_00_00
	nullsAreEqual    = 15_00_00 // UNIQUE NULLS NOT DISTINCT
	setupLockKey     = "tables"
	otherKindsRemedy = "rename it there, or write to another schema"
)

// examine looks at the server and finds the schema.
func (s *Sink) examine(ctx context.Context) error {
	rows, err := s.conn.Texts(ctx, "SELECT current_setting('server_version_num'), current_setting('server_encoding'), coalesce(current_schema()::text, '')")
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(rows[0][0])
	if err != nil || version < oldestVersion {
		return plugin.Userf("%s is of PostgreSQL %s, which is too old: 12 or later is needed", s.server.where, s.conn.conn.ParameterStatus("server_version"))
	}
	s.server.nullsEqual = version >= nullsAreEqual && !s.old
	if rows[0][1] != "UTF8" {
		return plugin.Userf("%s has the encoding %s, which cannot hold all text: create one with the encoding UTF8", s.server.where, rows[0][1])
	}
	if err := s.findSchema(ctx, rows[0][2]); err != nil {
		return err
	}
	for _, t := range s.list {
		t.target = sqltable.Quote(s.schema) + "." + quote(t.Name)
	}
	return nil
}

// findSchema settles on the schema, current being the first one of the search path that exists.
func (s *Sink) findSchema(ctx context.Context, current string) error {
	if s.opts.Schema == "" {
		if current == "" {
			return plugin.Userf("%s has no schema in the search path of this user: say which schema to write to", s.server.where)
		}
		s.schema = current
		return nil
	}
	there, err := s.conn.Texts(ctx, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", s.opts.Schema)
	if err != nil {
		return err
	}
	if len(there) == 0 {
		return plugin.Userf("there is no schema %q in %s: create it by CREATE SCHEMA %s, or give another one",
			s.opts.Schema, s.server.where, sqltable.Quote(s.opts.Schema))
	}
	s.schema = s.opts.Schema
	return nil
}

// setupLock keeps two runs from making the same table at once, to the end of the transaction.
func (s *Sink) setupLock(ctx context.Context) error {
	return s.conn.Exec(ctx, "SELECT pg_catalog.pg_advisory_xact_lock($1::bigint)", lockKey(s.schema, setupLockKey, ""))
}

// prepare makes the temporary tables of a connection, and tries what will be done with them.
func (s *Sink) prepare(ctx context.Context, c *session) error {
	p := &pipeline{session: c}
	for _, t := range s.list {
		_ = p.Exec(ctx, t.stagingStatement())
		_ = p.Exec(ctx, t.mergeStatement(false))
	}
	return p.run(ctx)
}

// A relation is what stands under a name.
type relation struct{ oid, kind, persistence string }

// relation looks name up in the schema.
func (s *Sink) relation(ctx context.Context, db sqltable.DB, name string) (relation, bool, error) {
	rows, err := db.Texts(ctx, "SELECT c.oid::text, c.relkind::text, c.relpersistence::text FROM pg_catalog.pg_class c "+
		"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2", s.schema, name)
	if err != nil || len(rows) == 0 {
		return relation{}, false, err
	}
	return relation{rows[0][0], rows[0][1], rows[0][2]}, true, nil
}

// kinds are those of relations that are no tables.
var kinds = map[string]string{
	"v": "a view", "m": "a materialized view", "f": "a foreign table", "S": "a sequence", "i": "an index", "I": "an index", "c": "a type",
}

// checkTable refuses what rows cannot be kept in.
func (s *Sink) checkTable(name string, r relation) error {
	if what, other := kinds[r.kind]; other {
		return plugin.Userf("%q in %s is not a table but %s: %s", name, s.where(), what, otherKindsRemedy)
	}
	if r.persistence != "p" {
		return plugin.Userf("the table %q in %s is unlogged, and loses its rows when the server stops hard: ALTER TABLE … SET LOGGED, or write to another schema",
			name, s.where())
	}
	return nil
}

// where is what messages call the schema.
func (s *Sink) where() string { return fmt.Sprintf("the schema %q of %s", s.schema, s.server.where) }

// ensure makes the table, or widens the one that is there.
func (s *Sink) ensure(ctx context.Context, t *table) error {
	r, there, err := s.relation(ctx, s.conn, shortName(t.Name))
	if err != nil {
		return err
	}
	if !there {
		return s.create(ctx, t)
	}
	if err := s.checkTable(shortName(t.Name), r); err != nil {
		return err
	}
	found, err := s.columns(ctx, r.oid)
	if err != nil {
		return err
	}
	missing, err := sqltable.There{Database: s.where(), Table: shortName(t.Name), Columns: found, Fold: shortName}.Missing(t.columns, t.Key)
	if err != nil {
		return err
	}
	if err := s.findKey(ctx, t, r.oid, found); err != nil {
		return err
	}
	p := &pipeline{session: s.conn}
	for _, c := range missing {
		_ = p.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.target, quote(c.Name), c.Type))
		s.comment(ctx, p, t, c.Name)
	}
	return p.run(ctx)
}

func (s *Sink) create(ctx context.Context, t *table) error {
	var columns []string
	for _, c := range t.columns {
		column := quote(c.Name) + " " + c.Type
		if !c.Nullable {
			column += " NOT NULL"
		}
		columns = append(columns, column)
	}
	p := &pipeline{session: s.conn}
	t.conflict = quoteAll(t.Key)
	var index string
	switch {
	case len(t.Key) == 0:
	case !t.nullableKey():
		columns = append(columns, "PRIMARY KEY ("+t.conflict+")")
	default:
		index = s.indexStatement(t)
	}
	_ = p.Exec(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", t.target, strings.Join(columns, ", ")))
	if index != "" {
		_ = p.Exec(ctx, index)
	}
	if shortName(t.Name) != t.Name {
		_ = p.Exec(ctx, fmt.Sprintf("COMMENT ON TABLE %s IS %s", t.target, literal(t.Name)))
	}
	for _, c := range t.columns {
		s.comment(ctx, p, t, c.Name)
	}
	return p.run(ctx)
}

// indexStatement makes the unique index for a key that may hold nulls, and sets what it is on.
func (s *Sink) indexStatement(t *table) string {
	if s.server.nullsEqual {
		t.conflict = quoteAll(t.Key)
		return fmt.Sprintf("CREATE UNIQUE INDEX ON %s (%s) NULLS NOT DISTINCT", t.target, t.conflict)
	}
	t.conflict = t.keyExpressions(func(column string) bool { c, _ := t.Column(column); return c.Nullable })
	return fmt.Sprintf("CREATE UNIQUE INDEX ON %s (%s)", t.target, t.conflict)
}

// comment says in the database what a column holds, and its whole name where that is cut.
func (s *Sink) comment(ctx context.Context, p *pipeline, t *table, column string) {
	c, _ := t.Column(column)
	text := c.Doc
	if shortName(column) != column {
		text = strings.TrimSuffix(column+": "+text, ": ")
	}
	if text != "" {
		_ = p.Exec(ctx, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.target, quote(column), literal(text)))
	}
}

// literal is text as a constant of SQL, whatever the server's settings.
func literal(text string) string {
	text = strings.NewReplacer(`\`, `\\`, "'", "''").Replace(string(appendText(nil, text)))
	return "E'" + text + "'"
}

// columns returns the columns of a table that is there.
func (s *Sink) columns(ctx context.Context, oid string) ([]sqltable.Found, error) {
	rows, err := s.conn.Texts(ctx, "SELECT attname::text, pg_catalog.format_type(atttypid, atttypmod), attnotnull::text, "+
		"(atthasdef OR attidentity <> '')::text, (attgenerated <> '' OR attidentity = 'a')::text "+
		"FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum", oid)
	if err != nil {
		return nil, err
	}
	found := make([]sqltable.Found, len(rows))
	for i, r := range rows {
		found[i] = sqltable.Found{Name: r[0], Type: r[1], NotNull: r[2] == "true", Default: r[3] == "true", Generated: r[4] == "true"}
	}
	return found, nil
}

// An index is a unique one.
type index struct {
	name       string
	primary    bool
	nullsEqual bool
	// columns are sorted; one is empty for an expression.
	columns []string
}

// indexes returns the unique indexes of a table that hold for all its rows at once.
func (s *Sink) indexes(ctx context.Context, oid string) ([]index, error) {
	nullsEqual := "false"
	if s.server.nullsEqual {
		nullsEqual = "i.indnullsnotdistinct"
	}
	rows, err := s.conn.Texts(ctx, "SELECT c.relname::text, i.indisprimary::text, "+nullsEqual+"::text, coalesce(a.attname::text, '') "+
		"FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) k "+
		"LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] "+
		"WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL ORDER BY c.relname, 4", oid)
	if err != nil {
		return nil, err
	}
	var out []index
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].name != r[0] {
			out = append(out, index{name: r[0], primary: r[1] == "true", nullsEqual: r[2] == "true"})
		}
		last := &out[len(out)-1]
		last.columns = append(last.columns, r[3])
	}
	for i := range out {
		slices.Sort(out[i].columns)
	}
	return out, nil
}

// findKey finds what makes the key of the run unique in a table that is there, and refuses a table with
// another key.
func (s *Sink) findKey(ctx context.Context, t *table, oid string, found []sqltable.Found) error {
	all, err := s.indexes(ctx, oid)
	if err != nil {
		return err
	}
	const remedy = "rename the table there, or write to another schema"
	key := make([]string, len(t.Key))
	for i, k := range t.Key {
		key[i] = shortName(k)
	}
	slices.Sort(key)
	writes := func(column string) bool {
		return slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return shortName(c.Name) == column })
	}
	for _, i := range all {
		// Others, which somebody added by hand, may well hold for the rows of the run too.
		stricter := i.primary || len(key) == 0 || !slices.ContainsFunc(i.columns, func(c string) bool { return !slices.Contains(key, c) })
		if stricter && !slices.Equal(i.columns, key) && !slices.ContainsFunc(i.columns, func(c string) bool { return !writes(c) }) {
			return plugin.Userf("the table %q in %s has another key than in this run, %s where it is to be %s: %s",
				shortName(t.Name), s.where(), keyText(i.columns), keyText(key), remedy)
		}
	}
	if len(key) == 0 {
		return nil
	}
	notNull := make(map[string]bool, len(found))
	for _, f := range found {
		notNull[f.Name] = f.NotNull
	}
	nulls := slices.ContainsFunc(key, func(k string) bool { return !notNull[k] })
	if slices.ContainsFunc(all, func(i index) bool { return slices.Equal(i.columns, key) && (!nulls || i.nullsEqual) }) {
		t.conflict = quoteAll(t.Key)
		return nil
	}
	if nulls {
		expressions := t.keyExpressions(func(column string) bool { return !notNull[shortName(column)] })
		ok, err := s.isUnique(ctx, t, expressions)
		if err != nil {
			return err
		}
		if ok {
			t.conflict = expressions
			return nil
		}
	}
	statement := fmt.Sprintf("CREATE UNIQUE INDEX ON %s (%s)", t.target, quoteAll(t.Key))
	if nulls {
		statement = s.indexStatement(t)
	}
	return plugin.Userf("the table %q in %s has no unique index for the key of this run, %s: make it by %s; or %s",
		shortName(t.Name), s.where(), keyText(key), statement, remedy)
}

// isUnique asks the server whether a unique index is on expressions, which it alone can compare.
func (s *Sink) isUnique(ctx context.Context, t *table, expressions string) (bool, error) {
	if err := s.conn.simple(ctx, "SAVEPOINT igsource_key"); err != nil {
		return false, err
	}
	column := quote(t.Columns[0].Name)
	err := s.conn.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE false ON CONFLICT (%s) DO NOTHING",
		t.target, column, column, t.target, expressions))
	if err != nil && code(err) != "42P10" {
		return false, err
	}
	return err == nil, s.conn.simple(ctx, "ROLLBACK TO igsource_key")
}

func keyText(columns []string) string {
	if len(columns) == 0 {
		return "none"
	}
	return "(" + strings.Join(columns, ", ") + ")"
}

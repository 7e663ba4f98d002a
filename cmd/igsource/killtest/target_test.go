//go:build unix

package killtest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// content is all that a target holds: lines of text by the name of a table or file. The first line of a table
// is its columns.
type content map[string][]string

// A target is where the runs of a point write to.
type target interface {
	// sink is the target as a run file has it.
	sink() string
	// environment is what a run needs to know beside.
	environment() []string
	// content returns all that the target holds, in order, but for what tells one process from another. Where
	// it is not whole it says so.
	content(t testing.TB) content
	// watch returns when over is closed. Before that it calls kill at change number n of the target that it sees,
	// or, where it can tell, just before that.
	watch(n int, before bool, kill func(), over <-chan struct{})
	// settle is called when a run has ended, in whatever way, and returns when the target knows.
	settle()
	// drop removes what does not go with the folder.
	drop(t testing.TB)
	close()
}

var targets = []string{"sqlite", "parquet", "postgres"}

// newTarget makes a target of a kind, in a folder that is there.
func newTarget(t testing.TB, kind, dir string) target {
	t.Helper()
	switch kind {
	case "sqlite":
		return sqliteTarget{filepath.Join(dir, "instagram.db")}
	case "parquet":
		return filesTarget{filepath.Join(dir, "out")}
	}
	return newPostgresTarget(t)
}

// A filesTarget is a folder of files.
type filesTarget struct{ dir string }

func (f filesTarget) sink() string        { return "{format: parquet, path: " + f.dir + "}" }
func (filesTarget) environment() []string { return nil }
func (filesTarget) settle()               {}
func (filesTarget) drop(testing.TB)       {}
func (filesTarget) close()                {}

func (f filesTarget) watch(n int, _ bool, kill func(), over <-chan struct{}) {
	watchFolder(f.dir, n, kill, over)
}

var runID = regexp.MustCompile(`"[A-Z2-7]{26}"`)

// content is that of all files but the hidden ones.
func (f filesTarget) content(t testing.TB) content {
	t.Helper()
	out := content{}
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), "."):
			return nil
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(f.dir, path)
		out[name] = []string{runID.ReplaceAllString(string(b), `"ID"`)}
		return err
	})
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return out
}

// watchFolder looks at a folder over and over, and kills at change number n that it sees.
func watchFolder(dir string, n int, kill func(), over <-chan struct{}) {
	for last := signature(dir); ; runtime.Gosched() {
		select {
		case <-over:
			return
		default:
		}
		if s := signature(dir); s != last {
			last = s
			if n--; n == 0 {
				kill()
			}
		}
	}
}

// signature is the names, sizes and times of all files in a folder.
func signature(dir string) string {
	var out strings.Builder
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // it has just gone
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintln(&out, path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return out.String()
}

// A sqliteTarget is a database file.
type sqliteTarget struct{ path string }

func (s sqliteTarget) sink() string        { return "{format: sqlite, path: " + s.path + "}" }
func (sqliteTarget) environment() []string { return nil }
func (sqliteTarget) settle()               {}
func (sqliteTarget) drop(testing.TB)       {}
func (sqliteTarget) close()                {}

func (s sqliteTarget) watch(n int, _ bool, kill func(), over <-chan struct{}) {
	watchFolder(filepath.Dir(s.path), n, kill, over)
}

func (s sqliteTarget) content(t testing.TB) content {
	t.Helper()
	out := content{}
	if _, err := os.Stat(s.path); err != nil {
		return out
	}
	db, err := sql.Open("sqlite", s.path)
	require.NoError(t, err)
	defer db.Close()
	texts := func(query string) []string {
		rows, err := db.Query(query)
		require.NoError(t, err, query)
		defer rows.Close()
		var out []string
		for rows.Next() {
			var text string
			require.NoError(t, rows.Scan(&text))
			out = append(out, text)
		}
		require.NoError(t, rows.Err())
		return out
	}
	if whole := texts("PRAGMA integrity_check"); !slices.Equal(whole, []string{"ok"}) {
		out["integrity_check"] = whole
	}
	for _, table := range texts("SELECT name FROM sqlite_master WHERE type = 'table'") {
		columns := texts(fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", table))
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = fmt.Sprintf(`quote("%s")`, c)
		}
		rows := texts(fmt.Sprintf(`SELECT %s FROM "%s"`, strings.Join(cells, "||' | '||"), table))
		slices.Sort(rows)
		out[table] = append([]string{strings.Join(columns, " | ")}, rows...)
	}
	out["indexes"] = texts("SELECT name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE type <> 'table' ORDER BY 1")
	return out
}

// A postgresTarget is a schema of the tests' server, reached through a proxy.
type postgresTarget struct {
	name  string
	proxy *proxy
}

var schemas atomic.Int64

// runner is, in the state, who has written, and in which transaction.
var runner = regexp.MustCompile(`\d+ process \d+ on host \S+, since [0-9TZ:.-]+|[A-Z2-7]{26} \d+`)

func newPostgresTarget(t testing.TB) *postgresTarget {
	t.Helper()
	p := &postgresTarget{name: fmt.Sprintf("kill%d", schemas.Add(1))}
	p.query(t, "CREATE SCHEMA "+p.name)
	p.proxy = newProxy(t, filepath.Join(testServer.Dir(), socket))
	return p
}

func (p *postgresTarget) sink() string {
	return "{format: postgres, path: '${secure(pg)}', schema: " + p.name + "}"
}

func (p *postgresTarget) environment() []string {
	return []string{"IGSOURCE_SECRET_PG=host=" + p.proxy.dir + " user=igs dbname=postgres"}
}

func (p *postgresTarget) settle() { p.proxy.settle() }

func (p *postgresTarget) close() { p.proxy.close() }

// watch takes what the run sends to the server for changes.
func (p *postgresTarget) watch(n int, before bool, kill func(), over <-chan struct{}) {
	p.proxy.arm(n, before, kill)
	<-over
}

func (p *postgresTarget) drop(t testing.TB) { p.query(t, "DROP SCHEMA "+p.name+" CASCADE") }

// query returns the first cells of an answer.
func (p *postgresTarget) query(t testing.TB, text string) []string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, "host="+testServer.Dir()+" user=igs dbname=postgres")
	require.NoError(t, err)
	defer func() {
		_ = conn.Close(ctx)
		<-conn.CleanupDone()
	}()
	r := conn.ExecParams(ctx, text, nil, nil, nil, nil).Read()
	require.NoError(t, r.Err, text)
	var out []string
	for _, row := range r.Rows {
		out = append(out, string(row[0]))
	}
	return out
}

func (p *postgresTarget) content(t testing.TB) content {
	t.Helper()
	out := content{}
	for _, table := range p.query(t, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = '"+p.name+"'::regnamespace") {
		const columns = `SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END, ' | ' ORDER BY attnum)
			FROM pg_attribute WHERE attnum > 0 AND attrelid = '%s.%s'::regclass`
		rows := p.query(t, fmt.Sprintf("SELECT x::text FROM %s.%s x", p.name, table))
		if table == "igsource_state" {
			for i, row := range rows {
				rows[i] = runner.ReplaceAllString(row, "RUN")
			}
		}
		slices.Sort(rows)
		out[table] = append(p.query(t, fmt.Sprintf(columns, p.name, table)), rows...)
	}
	indexes := p.query(t, "SELECT indexdef FROM pg_indexes WHERE schemaname = '"+p.name+"' ORDER BY 1")
	for i := range indexes {
		indexes[i] = strings.ReplaceAll(indexes[i], p.name+".", "")
	}
	out["indexes"] = indexes
	return out
}

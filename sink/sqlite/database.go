package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "modernc.org/sqlite" // registers the driver
	lib "modernc.org/sqlite/lib"

	"github.com/igsource/igsource/plugin"
)

// A target is what stands where the database will be.
type target int

const (
	missing target = iota
	blank          // a file of no bytes
	given
)

// checkTarget refuses what cannot be a database file. It does not open it: closing it again would end the
// locks that another connection of this process has on it.
func checkTarget(path string) (target, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return given, plugin.Userf("%s is a folder: give the path of a database file, such as %s", path, filepath.Join(path, "instagram.db"))
	case err == nil && !info.Mode().IsRegular():
		return given, plugin.Userf("%s is not a file that can hold a database: give another path", path)
	case err == nil:
		if info.Size() == 0 {
			return blank, nil
		}
		return given, nil
	case !errors.Is(err, fs.ErrNotExist):
		return given, plugin.Userf("%s cannot be looked at (%w): give another path", path, bare(err))
	}
	folder := filepath.Dir(path)
	info, err = os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return given, plugin.Userf("%s cannot be made, because the folder %s does not exist: create it first, or give another path", path, folder)
	case err != nil:
		return given, plugin.Userf("%s cannot be made, because the folder %s cannot be looked into (%w): give another path", path, folder, bare(err))
	case !info.IsDir():
		return given, plugin.Userf("%s cannot be made, because %s is a file, not a folder: give another path", path, folder)
	}
	return missing, nil
}

func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// lockWait is how many milliseconds SQLite waits for a lock at a time, and lockTries how often: ten seconds
// in all, in which a run that is stopped stops.
const (
	lockWait  = 200
	lockTries = 50
)

// cacheSize is how much of the database is kept in memory, as a negative number of KiB. Four times as much
// makes a million rows a fifth faster, and takes that memory.
const cacheSize = -8 << 10

// address is the database for the driver. Mode is rwc or rw, with and without making the file.
func address(path, mode string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	slashed := filepath.ToSlash(whole)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	return fmt.Sprintf("file:%s?mode=%s&_pragma=busy_timeout(%d)&_pragma=cache_size(%d)", (&url.URL{Path: slashed}).EscapedPath(), mode, lockWait, cacheSize), nil
}

// dial opens one connection.
func dial(ctx context.Context, path, mode string) (*sql.DB, *sql.Conn, error) {
	dsn, err := address(path, mode)
	if err != nil {
		return nil, nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, conn, nil
}

// connect opens the connection of the run, in the modes that the package's comment tells of.
func (s *Sink) connect(ctx context.Context, found target) error {
	mode := "rw"
	if found == missing {
		mode = "rwc"
	}
	var err error
	if s.db, s.conn, err = dial(ctx, s.path, mode); err != nil {
		return err
	}
	for _, query := range s.setup {
		if err := s.exec(ctx, query); err != nil {
			return err
		}
	}
	if found != given {
		// A file system without shared memory stays with the rollback journal, and says so.
		if err := s.patient(ctx, "PRAGMA journal_mode = WAL"); err != nil {
			return err
		}
	}
	var journal string
	if err := s.conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return err
	}
	if journal == "wal" {
		return s.exec(ctx, "PRAGMA synchronous = NORMAL")
	}
	return s.exec(ctx, "PRAGMA synchronous = FULL")
}

func (s *Sink) exec(ctx context.Context, query string, args ...any) error {
	return exec(ctx, s.conn, query, args...)
}

func exec(ctx context.Context, conn *sql.Conn, query string, args ...any) error {
	_, err := conn.ExecContext(ctx, query, args...)
	return err
}

func (s *Sink) texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	return texts(ctx, s.conn, query, args...)
}

func texts(ctx context.Context, conn *sql.Conn, query string, args ...any) (out [][]string, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		row := make([]string, len(names))
		into := make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// patient executes a statement that may have to wait for another program's lock.
func (s *Sink) patient(ctx context.Context, query string) error { return patient(ctx, s.conn, query) }

func patient(ctx context.Context, conn *sql.Conn, query string) error {
	var err error
	for range lockTries {
		if err = exec(ctx, conn, query); code(err) != lib.SQLITE_BUSY || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// rollback ends a transaction, if one is open, whatever its state.
func (s *Sink) rollback() {
	_ = s.exec(context.Background(), "ROLLBACK") // fails where SQLite has rolled back itself
}

// restore makes a target that was no database yet what it was, if nobody has put anything into it.
func (s *Sink) restore(found target) {
	holdsNothing := true
	if s.conn != nil {
		var n int
		err := s.conn.QueryRowContext(context.Background(), "SELECT count(*) FROM sqlite_master").Scan(&n)
		holdsNothing = err == nil && n == 0
	}
	_ = s.close()
	switch {
	case !holdsNothing || found == given:
	case found == blank:
		_ = os.Truncate(s.path, 0)
	default:
		for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
			_ = os.Remove(s.path + suffix)
		}
	}
}

// sync makes durable what was committed, against a power failure too.
func (s *Sink) sync(ctx context.Context) error {
	// It answers that it was busy where readers keep it from copying everything; the log is synced then.
	if err := s.exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil && code(err) != lib.SQLITE_BUSY && code(err) != lib.SQLITE_LOCKED {
		return s.explain(err)
	}
	return nil
}

// code is SQLite's primary code of an error, 0 for others.
func code(err error) int {
	var e *sqlite3.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// explain says what an error of SQLite means for the user.
func (s *Sink) explain(err error) error {
	var user *plugin.UserError
	if err == nil || errors.As(err, &user) {
		return err
	}
	switch code(err) {
	case lib.SQLITE_FULL:
		return plugin.Userf("%s cannot be written, the disk is full: free some space, or write to another disk (%w)", s.path, err)
	case lib.SQLITE_READONLY:
		return plugin.Userf("%s is read-only: make it writable, or write to another file (%w)", s.path, err)
	case lib.SQLITE_NOTADB:
		return plugin.Userf("%s is not an SQLite database: move it away, or write to another file (%w)", s.path, err)
	case lib.SQLITE_CORRUPT:
		return plugin.Userf("%s is a damaged SQLite database: put a copy of it in its place, or write to another file (%w)", s.path, err)
	case lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return plugin.Userf("%s cannot be opened as a database: see that the file and its folder may be written, or write to another file (%w)", s.path, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return plugin.Userf("%s is locked by another program that writes to it, and that for more than %d seconds: close that program, or write to another file (%w)",
			s.path, lockWait*lockTries/1000, err)
	case lib.SQLITE_CONSTRAINT:
		return plugin.Userf("%s refuses a row for a rule that was added to the table by hand: take the rule away, or write to another file (%w)", s.path, err)
	}
	return fmt.Errorf("%s cannot be written: %w", s.path, err)
}

// refuse is explain for what is found before anything is written: whatever it is, the user is to mend it.
func (s *Sink) refuse(err error) error {
	var user *plugin.UserError
	if err = s.explain(err); errors.As(err, &user) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &plugin.UserError{Err: err}
}

// raw gives the driver's connection to do.
func raw(conn *sql.Conn, do func(driver.Conn) error) error {
	return conn.Raw(func(c any) error { return do(c.(driver.Conn)) })
}

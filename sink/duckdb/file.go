//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
)

// What DuckDB may take of the machine. A transaction needs little of it: the rest is for its checkpoints, and
// for parts of the file that are read again and again.
const (
	memoryLimit = "512MiB"
	mostThreads = 4
)

// A file is a database that this process has open. There is one of it for all sinks that write to it: the
// system's lock on the file keeps out other processes, but no second opening of this one.
type file struct {
	path string // the canonical one
	info os.FileInfo
	name string // of the database, as catalogs have it
	db   *sql.DB

	users int // guarded by files

	// turn is held by whoever writes, or looks into the catalogs.
	turn sync.Mutex
}

// files are those that are open.
var files struct {
	sync.Mutex
	open []*file
}

// settings are those that a database is opened with.
func settings(readOnly bool) string {
	v := url.Values{
		"threads":      {strconv.Itoa(min(mostThreads, runtime.GOMAXPROCS(0)))},
		"memory_limit": {memoryLimit},
		// What is not built in is never fetched, and a file that asks for it is refused.
		"autoinstall_known_extensions": {"false"},
		"autoload_known_extensions":    {"false"},
	}
	if readOnly {
		v.Set("access_mode", "READ_ONLY")
	}
	return v.Encode()
}

// dial opens the database at a canonical path, which it makes where it is missing.
func dial(ctx context.Context, path string, readOnly bool) (*file, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Size() == 0 && !readOnly {
		if err := os.Remove(path); err != nil { // DuckDB takes it for a damaged one
			return nil, err
		}
	}
	connector, err := duckdb.NewConnector(path+"?"+settings(readOnly), nil)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, db: sql.OpenDB(connector)}
	f.db.SetMaxIdleConns(-1) // a connection ends with its user, and its temporary tables with it
	var kind string
	if f.info, err = os.Stat(path); err == nil {
		err = f.db.QueryRowContext(ctx, "SELECT database_name, type FROM duckdb_databases() WHERE database_name = current_database()").Scan(&f.name, &kind)
	}
	if err == nil && kind != "duckdb" {
		err = errors.New(notDuckDB)
	}
	if err != nil {
		return nil, errors.Join(err, f.db.Close())
	}
	return f, nil
}

// opened returns the file at path, if it is open; nil else. The caller holds files.
func opened(path string) *file {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	for _, f := range files.open {
		if os.SameFile(f.info, info) {
			return f
		}
	}
	return nil
}

// openFile opens the database at path, or joins those who have it open. The caller releases it.
func openFile(ctx context.Context, path string) (*file, error) {
	files.Lock()
	defer files.Unlock()
	return joinFile(ctx, path)
}

// joinFile is openFile for who holds files.
func joinFile(ctx context.Context, path string) (*file, error) {
	f := opened(path)
	if f == nil {
		at, err := canonical(path)
		if err != nil {
			return nil, err
		}
		if f, err = dial(ctx, at, false); err != nil {
			return nil, err
		}
		files.open = append(files.open, f)
	}
	f.users++
	return f, nil
}

// release closes the file, if nobody else in this process has it open.
func (f *file) release() error {
	files.Lock()
	defer files.Unlock()
	f.users--
	if f.users > 0 {
		return nil
	}
	files.open = slices.DeleteFunc(files.open, func(o *file) bool { return o == f })
	return f.db.Close()
}

// alone says that one user alone has the file open.
func (f *file) alone() bool {
	files.Lock()
	defer files.Unlock()
	return f.users == 1
}

// look gives do the database at path: the open one, or one that is opened for reading alone. Nobody opens
// another meanwhile, which could not be for writing.
func look(ctx context.Context, path string, do func(*file) error) (err error) {
	files.Lock()
	f := opened(path)
	if f != nil {
		f.users++
		files.Unlock()
		defer func() { err = errors.Join(err, f.release()) }()
		f.turn.Lock()
		defer f.turn.Unlock()
		return do(f)
	}
	defer files.Unlock()
	at, err := canonical(path)
	if err != nil {
		return err
	}
	if f, err = dial(ctx, at, true); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.db.Close()) }()
	return do(f)
}

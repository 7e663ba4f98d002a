//go:build duckdb_arrow

package duckdb

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

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
// locks that DuckDB has on it in this process.
func checkTarget(path string) (target, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return given, plugin.Userf("%s is a folder: give the path of a database file, such as %s", path, filepath.Join(path, "instagram.duckdb"))
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
	if _, err := os.Lstat(path); err == nil {
		return given, plugin.Userf("%s is a link to a file that does not exist: remove the link, or give another path", path)
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

// canonical is the one path of the file at path, which may not be there yet. DuckDB keeps its log beside the
// path that it is given: under two names of one file a run would not find the log of another that was killed.
func canonical(path string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(whole); err == nil {
		return target, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(whole))
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, filepath.Base(whole)), nil
}

// checkPath refuses a path that the driver would read as something else: what it is given is one, followed by
// settings, and taken apart as a URL is.
func checkPath(path string) error {
	for _, c := range []string{"?", "#"} {
		if strings.Contains(path, c) {
			return plugin.Userf("%s cannot be opened, because DuckDB's driver takes no path that holds a %q: give another path", path, c)
		}
	}
	if _, err := url.Parse(path); err != nil {
		return plugin.Userf("%s cannot be opened, because DuckDB's driver takes no such path (%w): give another path", path, bareURL(err))
	}
	return nil
}

func bareURL(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// restore makes a target that was no database yet what it was, if nobody has put anything into it.
func (s *Sink) restore(found target) {
	path, holdsNothing := "", false
	if s.file != nil && s.file.alone() {
		path = s.file.path
		if s.conn != nil {
			rows, err := s.texts(context.Background(), "SELECT table_name FROM duckdb_tables() WHERE database_name = $1 "+
				"UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = $1 AND NOT internal", s.file.name)
			holdsNothing = err == nil && len(rows) == 0
		}
	}
	_ = s.close()
	switch {
	case !holdsNothing || found == given:
	case found == blank:
		_ = os.Remove(path + ".wal")
		_ = os.WriteFile(path, nil, 0o666)
	default:
		_ = os.Remove(path + ".wal")
		_ = os.Remove(path)
	}
}

//go:build duckdb_arrow

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/igsource/igsource/plugin"
)

// notDuckDB says that DuckDB opened a file, with an extension that somebody installed, that is none of its own.
const notDuckDB = "the file is a database of another kind"

// isOpenElsewhere says that another process has the file open.
func isOpenElsewhere(err error) bool {
	return err != nil && says(err, "Could not set lock on file", "being used by another process")
}

// says says whether DuckDB's own words for an error hold one of texts.
func says(err error, texts ...string) bool {
	message := err.Error()
	for _, t := range texts {
		if strings.Contains(message, t) {
			return true
		}
	}
	return false
}

// holder is what DuckDB says of who has a file open.
var holder = regexp.MustCompile(`Conflicting lock is held in (.+?) \(PID (\d+)\)`)

// kind is DuckDB's own kind of an error.
func kind(err error) (duckdb.ErrorType, bool) {
	var e *duckdb.Error
	if errors.As(err, &e) {
		return e.Type, true
	}
	return 0, false
}

// explain says what an error of DuckDB means for the user.
func (s *Sink) explain(err error) error {
	var user *plugin.UserError
	if err == nil || errors.As(err, &user) {
		return err
	}
	of, _ := kind(err)
	switch {
	case isOpenElsewhere(err):
		who := "another program"
		if m := holder.FindStringSubmatch(err.Error()); m != nil {
			who = fmt.Sprintf("another program (%s, process %s)", m[1], m[2])
		}
		return plugin.Userf("%s is open in %s, and DuckDB lets no other process open it meanwhile: wait until that has ended, or write to another file", s.path, who)
	case says(err, "with a different configuration than existing connections", "Unique file handle conflict"):
		return plugin.Userf("%s is open in this program already, by other means than this sink: close it there, or write to another file (%w)", s.path, plain(err))
	case says(err, "No space left on device", "File too large", "Disk quota exceeded", "not enough space on the disk"):
		return plugin.Userf("%s cannot be written, the disk is full: free some space, or write to another disk (%w)", s.path, plain(err))
	case says(err, "Read-only file system", "Permission denied", "Access is denied", "in read-only mode"):
		return plugin.Userf("%s cannot be opened for writing: see that the file and its folder may be written, or write to another file (%w)", s.path, plain(err))
	case says(err, "not a valid DuckDB database file", "_extension\" not found", notDuckDB):
		return plugin.Userf("%s is not a DuckDB database: move it away, or write to another file (%w)", s.path, plain(err))
	case says(err, "Trying to read a database file with version number"):
		return plugin.Userf("%s was made by another version of DuckDB, which this one cannot read: write to another file (%w)", s.path, plain(err))
	case of == duckdb.ErrorTypeSerialization, says(err, "Corrupt database file", "checksum", "Failure while replaying WAL"):
		return plugin.Userf("%s is a damaged DuckDB database: put a copy of it in its place, or write to another file (%w)", s.path, plain(err))
	case of == duckdb.ErrorTypeConstraint:
		return plugin.Userf("%s refuses a row for a rule that was added to the table by hand: take the rule away, or write to another file (%w)", s.path, plain(err))
	}
	return fmt.Errorf("%s cannot be written: %w", s.path, plain(err))
}

// plain is err without what the driver puts around it.
func plain(err error) error {
	var e *duckdb.Error
	if errors.As(err, &e) && strings.HasPrefix(err.Error(), "database/sql/driver: ") {
		return e
	}
	return err
}

// refuse is explain for what is found before anything is written: whatever it is, the user is to mend it.
func (s *Sink) refuse(err error) error {
	var user *plugin.UserError
	if err = s.explain(err); errors.As(err, &user) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &plugin.UserError{Err: err}
}

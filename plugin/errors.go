package plugin

import (
	"fmt"
	"strings"
)

// An InvalidError carries the failures of properties that a run was asked for all the same.
type InvalidError struct{ Failures []Failure }

// Error lists the failures, a line each.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Failures))
	for i, f := range e.Failures {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// A SplitError says that reading a split failed and that the run may go on without the rest of it.
type SplitError struct{ Err error }

// Error is the cause's text.
func (e *SplitError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SplitError) Unwrap() error { return e.Err }

// A UserError is a mistake that the user can mend without looking into the program: a folder that
// cannot be written, a file that is not there. Its text is a whole sentence that says how.
type UserError struct{ Err error }

// Error is the cause's text.
func (e *UserError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UserError) Unwrap() error { return e.Err }

// Userf returns a *UserError with a formatted cause.
func Userf(format string, args ...any) error { return &UserError{fmt.Errorf(format, args...)} }

//go:build !unix

package pgserver

import (
	"errors"
	"syscall"
)

// A Server is a PostgreSQL server; there is none on this system.
type Server struct{}

// ErrMissing says that PostgreSQL is not installed, or that nobody may run it.
var ErrMissing = errors.New("no PostgreSQL")

// New always fails with ErrMissing.
func New() (*Server, error) { return nil, ErrMissing }

// Dir is empty.
func (*Server) Dir() string { return "" }

// Start always fails with ErrMissing.
func (*Server) Start() error { return ErrMissing }

// Running is false.
func (*Server) Running() bool { return false }

// Stop does nothing.
func (*Server) Stop(syscall.Signal) error { return nil }

// Close does nothing.
func (*Server) Close() error { return nil }

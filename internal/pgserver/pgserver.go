//go:build unix

// Package pgserver runs a PostgreSQL server for tests: from the installed binaries, in a temporary folder, on
// a unix socket.
package pgserver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A Server is a PostgreSQL server. Its methods are for one goroutine.
type Server struct {
	bin, dir string
	process  *exec.Cmd
	orders   io.WriteCloser
	logged   chan struct{} // closed when the log has ended
}

// ErrMissing says that PostgreSQL is not installed, or that nobody may run it.
var ErrMissing = errors.New("no PostgreSQL")

// find returns the folder of the binaries, the newest there is.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%w: there is no initdb in PATH or /usr/lib/postgresql", ErrMissing)
	}
	slices.SortFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// New makes a server's folder and starts it. Its superuser is called igs, and gets in without a password.
func New() (*Server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	// A short path: that of a socket has 100 bytes at most.
	dir, err := os.MkdirTemp("/tmp", "igs-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if err := s.init(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.Start()
}

func (s *Server) init() error {
	if c := servant(); c != nil {
		if err := os.Chown(s.dir, int(c.Uid), int(c.Gid)); err != nil {
			return fmt.Errorf("%w: root must not run it, and cannot give a folder to another: %w", ErrMissing, err)
		}
	} else if os.Getuid() == 0 {
		return fmt.Errorf("%w: root must not run it, and there is no user postgres", ErrMissing)
	}
	out, err := s.command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "igs", "-A", "trust", "-E", "UTF8", "--locale=C", "-N").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Dir is the folder of the socket, which is the host of an address.
func (s *Server) Dir() string { return s.dir }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...) //nolint:noctx // it ends by itself, or by Stop
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: servant(), Setpgid: true}
	return cmd
}

// keeper runs the server until it is told how to stop it: also by the end of its orders, when the process of
// the tests has ended in whatever way. It then removes the folder too.
const keeper = `dir=$1; shift; "$@" </dev/null & read -r how; kill -"${how:-QUIT}" $!; wait; [ -n "$how" ] || rm -rf "$dir"`

// Start starts a server that was stopped, and returns when it takes connections.
func (s *Server) Start() error {
	s.process = s.command("/bin/sh", "-c", keeper, "keeper", s.dir, filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40", "-c", "deadlock_timeout=20ms",
		"-c", "log_min_messages=log", "-c", "lc_messages=C")
	log, err := s.process.StderrPipe()
	if err != nil {
		return err
	}
	if s.orders, err = s.process.StdinPipe(); err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	s.logged = make(chan struct{})
	ready := make(chan string, 1)
	go s.follow(log, ready)
	if last := <-ready; last != "" {
		return errors.Join(fmt.Errorf("postgres does not start: %s", last), s.Stop(syscall.SIGQUIT))
	}
	return nil
}

// follow reads the log to its end. Ready gets an empty text when the server takes connections, or its last
// words.
func (s *Server) follow(log io.Reader, ready chan<- string) {
	defer close(s.logged)
	lines := bufio.NewScanner(log)
	var last string
	for told := false; lines.Scan(); {
		last = lines.Text()
		if !told && strings.Contains(last, "database system is ready to accept connections") {
			told = true
			ready <- ""
		}
	}
	select {
	case ready <- last:
	default:
	}
}

// Running says whether the server was started and not stopped.
func (s *Server) Running() bool { return s.process != nil }

// Stop stops the server: SIGINT ends its connections and shuts down in order, SIGQUIT at once, as after a
// crash.
func (s *Server) Stop(how syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	name := "INT"
	if how == syscall.SIGQUIT {
		name = "QUIT"
	}
	_, _ = fmt.Fprintln(s.orders, name) // it may have ended
	<-s.logged
	err := s.process.Wait()
	s.process = nil
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// Close stops the server and removes its folder.
func (s *Server) Close() error {
	return errors.Join(s.Stop(syscall.SIGQUIT), os.RemoveAll(s.dir))
}

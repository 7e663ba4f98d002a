package graphtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Server is a Handler that listens.
type Server struct {
	*Handler
	URL string // http://host:port, without a slash at the end

	http  *http.Server
	conns sync.WaitGroup
	ended chan error
	once  sync.Once
	err   error
}

// Listen serves a World at an address such as 127.0.0.1:0, where port 0 takes a free one. Close ends it.
func Listen(address string, world *World, options ...Option) (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("graphtest: cannot listen at %s: %w", address, err)
	}
	s := &Server{Handler: NewHandler(world, options...), URL: "http://" + listener.Addr().String(), ended: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           s.Handler,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // faults abort connections on purpose
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.conns.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.conns.Done()
			}
		},
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s, nil
}

// Close ends every connection, hanging requests included, and waits until they are gone. It may be called
// more than once.
func (s *Server) Close() error {
	s.once.Do(func() {
		close(s.done)
		err := s.http.Close()
		if serve := <-s.ended; err == nil && !errors.Is(serve, http.ErrServerClosed) {
			err = serve
		}
		s.conns.Wait()
		if err != nil {
			s.err = fmt.Errorf("graphtest: closing the server: %w", err)
		}
	})
	return s.err
}

// TB is what Start needs of a testing.TB, so that package testing is not linked into programs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start serves a World on a free loopback port until the test ends.
func Start(t TB, world *World, options ...Option) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", world, options...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Fatalf("%v", err)
		}
	})
	return s
}

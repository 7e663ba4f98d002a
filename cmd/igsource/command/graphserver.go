package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

type graphServerCommand struct {
	Addr     string        `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one."`
	Accounts int           `default:"3" help:"How many accounts it has."`
	Seed     uint64        `default:"1" help:"What its figures are made from; the same seed gives the same."`
	Latency  time.Duration `help:"How long each request takes."`
	Login    string        `enum:"facebook,instagram" default:"facebook" help:"Which of the two hosts to be: facebook or instagram."`
}

// Run serves the built-in Graph API until it is interrupted.
func (c *graphServerCommand) Run(ctx context.Context, sys *System) error {
	if c.Accounts < 1 {
		return plugin.Userf("--accounts %d: give 1 or more", c.Accounts)
	}
	host := graphtest.Facebook
	if c.Login == "instagram" {
		host = graphtest.Instagram
	}
	world := graphtest.NewWorld(c.Seed, graphtest.WithAccounts(c.Accounts))
	server, err := serveGraph(ctx, c.Addr, graphtest.NewHandler(world, graphtest.WithHost(host), graphtest.WithLatency(c.Latency)))
	if err != nil {
		return err
	}
	defer server.close()
	fmt.Fprintf(sys.Stdout, "%s\n", server.url)
	fmt.Fprintf(sys.Stderr, "A Graph API with made-up data (login %s). Its token, which opens nothing else: %s\n", c.Login, world.Token(host))
	fmt.Fprintf(sys.Stderr, "Accounts: %s\n", strings.Join(world.AccountIDs(), ", "))
	fmt.Fprintf(sys.Stderr, "Use it with --graph-url %s or IGSOURCE_GRAPH_URL; stop it with Ctrl-C.\n", server.url)
	select {
	case <-ctx.Done():
		return nil
	case err := <-server.failed:
		return fmt.Errorf("the Graph API server stopped: %w", err)
	}
}

// graphServer is the built-in Graph API on a listener.
type graphServer struct {
	url    string
	http   *http.Server
	failed chan error
}

func serveGraph(ctx context.Context, addr string, handler http.Handler) (*graphServer, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, plugin.Userf("cannot listen on %s: %w", addr, err)
	}
	s := &graphServer{
		url:    "http://" + listener.Addr().String(),
		http:   &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute},
		failed: make(chan error, 1),
	}
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
		close(s.failed)
	}()
	return s, nil
}

func (s *graphServer) close() {
	_ = s.http.Close() // connections of a server that ends with the command
	for range s.failed {
	}
}

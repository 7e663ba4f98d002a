package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

type graphServerCommand struct {
	Addr     string        `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one. Default 127.0.0.1:0."`
	Accounts int           `default:"3" placeholder:"N" help:"How many accounts it has. Default 3."`
	Seed     uint64        `default:"1" placeholder:"N" help:"What its figures are made from; the same seed gives the same. Default 1."`
	Latency  time.Duration `placeholder:"DURATION" help:"How long each request takes, such as 100ms."`
	Login    string        `default:"facebook" placeholder:"facebook|instagram" help:"Which of the two hosts to be. Default facebook."`
}

// maxAccounts is as many as a World tells apart by their ids.
const maxAccounts = 10000

// Run serves the built-in Graph API until it is interrupted.
func (c *graphServerCommand) Run(ctx context.Context, sys *System) (err error) {
	host := graphtest.Facebook
	switch {
	case c.Accounts < 1 || c.Accounts > maxAccounts:
		return plugin.Userf("--accounts %d: give 1 to %d", c.Accounts, maxAccounts)
	case c.Latency < 0:
		return plugin.Userf("--latency %v: give 0 or more", c.Latency)
	case c.Login == "instagram":
		host = graphtest.Instagram
	case c.Login != "facebook":
		return plugin.Userf("--login %s: give facebook or instagram", c.Login)
	}
	world := graphtest.NewWorld(c.Seed, graphtest.WithClock(sys.Clock), graphtest.WithAccounts(c.Accounts))
	server, err := listen(c.Addr, world, graphtest.WithHost(host), graphtest.WithLatency(c.Latency))
	if err != nil {
		return err
	}
	defer closeServer(server, &err)
	if _, err := fmt.Fprintln(sys.Stdout, server.URL); err != nil {
		return err
	}
	fmt.Fprintf(sys.Stderr, "A Graph API with made-up data (login %s). Its token, which opens nothing else: %s\n", c.Login, world.Token(host))
	fmt.Fprintf(sys.Stderr, "Its accounts: %s\n", accountList(world.AccountIDs()))
	fmt.Fprintf(sys.Stderr, "Read it with --graph-url %s or IGSOURCE_GRAPH_URL; stop it with Ctrl-C.\n", server.URL)
	<-ctx.Done()
	return nil
}

// accountList names the first of many accounts.
func accountList(ids []string) string {
	const most = 10
	if n := len(ids) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), n)
	}
	return strings.Join(ids, ", ")
}

// listen serves a world at an address.
func listen(addr string, world *graphtest.World, options ...graphtest.Option) (*graphtest.Server, error) {
	server, err := graphtest.Listen(addr, world, options...)
	if err == nil {
		return server, nil
	}
	cause := err
	var op *net.OpError
	if errors.As(err, &op) {
		cause = op.Err
	}
	return nil, plugin.Userf("--addr %s cannot be listened on: %w: give another as host:port, or port 0 for a free one", addr, cause)
}

// closeServer ends a server with the command.
func closeServer(server *graphtest.Server, err *error) {
	if e := server.Close(); *err == nil {
		*err = e
	}
}

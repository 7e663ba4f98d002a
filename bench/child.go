package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"

	"github.com/igsource/igsource/internal/figures"
)

// The roles of the children that bench starts of itself.
const (
	roleServe = "serve" // serves pages: see serve
	roleRead  = "read"  // reads pages and tells its peak of memory: see readPeak
	roleWrite = "write" // writes rows into a database and tells its peak of memory: see writePeak

	roleStatements = "statements" // writes rows into a database by statements alone: see serveStatements
)

// command is bench itself in another role.
func command(ctx context.Context, role string, pages int) (*exec.Cmd, error) {
	return figures.Self(ctx, "-role", role, "-pages", strconv.Itoa(pages))
}

// act plays a child's role, on in and out.
func act(ctx context.Context, role string, pages int, in io.Reader, out io.Writer) error {
	switch role {
	case roleServe:
		return serve(ctx, pages, in, out)
	case roleRead:
		var at address
		if err := json.NewDecoder(in).Decode(&at); err != nil {
			return err
		}
		got, err := readPeak(ctx, at, pages)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(got)
	case roleWrite, roleStatements:
		var o order
		orders := json.NewDecoder(in)
		if err := orders.Decode(&o); err != nil {
			return err
		}
		if role == roleWrite {
			return writePeak(ctx, o, out)
		}
		return serveStatements(ctx, o, orders, out)
	}
	return fmt.Errorf("there is no role %q", role)
}

// startServer starts a child that serves a corpus of so many pages. stop ends it. Should bench itself end, the child's
// input ends too, and so does the child.
func startServer(ctx context.Context, pages int) (at address, stop func() error, err error) {
	c, err := command(ctx, roleServe, pages)
	if err != nil {
		return at, nil, err
	}
	in, err := c.StdinPipe()
	if err != nil {
		return at, nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return at, nil, err
	}
	if err := c.Start(); err != nil {
		return at, nil, fmt.Errorf("the server did not start: %w", err)
	}
	stop = func() error { return errors.Join(in.Close(), c.Wait()) }
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		return at, nil, errors.Join(fmt.Errorf("the server did not say where it is: %w", err), stop())
	}
	return at, stop, nil
}

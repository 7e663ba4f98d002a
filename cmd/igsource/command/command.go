// Package command is the igsource command as a library, so that another program can be the same command
// with one more sink or source: it imports what it wants to have registered, and calls Main.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

// Exit codes. They are part of the command's contract and never renumbered.
const (
	ExitComplete = 0 // everything asked for was delivered
	ExitUser     = 1 // a configuration or another user's error; nothing was read
	ExitFailed   = 2 // the run failed or was interrupted; targets are as they were
	ExitPartial  = 3 // skipOnError: what could be read was delivered, the report says what is missing
)

// System is what the command touches of the machine; a test hands in its own.
type System struct {
	Stdout, Stderr io.Writer
	// Getenv reads an environment variable; nil is os.Getenv.
	Getenv func(string) string
	// Clock tells the time; nil is the system's.
	Clock clock.Clock
	// Terminal says whether Stderr is a terminal that a progress bar may be drawn on, and how wide it is.
	Terminal func() (width int, ok bool)
}

type cli struct {
	Read        readCommand        `cmd:"" help:"Read what a run file asks for into its sink."`
	Schema      schemaCommand      `cmd:"" help:"Show the tables that a run file gives, without any request."`
	Validate    validateCommand    `cmd:"" help:"Say everything that is wrong with a run file, without any request."`
	Metrics     metricsCommand     `cmd:"" help:"List the insights metrics, and what each goes with."`
	Accounts    accountsCommand    `cmd:"" help:"List the accounts that a run file's token reaches."`
	Demo        demoCommand        `cmd:"" help:"Run the whole thing against a built-in Graph API; needs no token."`
	GraphServer graphServerCommand `cmd:"" name:"graph-server" help:"Serve the built-in Graph API on its own."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// Main runs the command with args (without the program's name) and returns its exit code. ctx ending
// stops it within seconds, leaving no half-written file.
func Main(ctx context.Context, args []string, sys System) int {
	if sys.Getenv == nil {
		sys.Getenv = os.Getenv
	}
	if sys.Clock == nil {
		sys.Clock = clock.System()
	}
	if sys.Terminal == nil {
		sys.Terminal = func() (int, bool) { return 0, false }
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("igsource"),
		kong.Description("Reads Instagram (the Graph API) as typed tables: Parquet, CSV, Arrow or JSON lines."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(sys.Stdout, sys.Stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&sys),
	)
	if err != nil {
		fmt.Fprintln(sys.Stderr, "error:", err)
		return ExitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(sys.Stderr, "error: %s\nRun igsource --help, or igsource COMMAND --help.\n", err)
		return ExitUser
	}
	return sys.exit(ctx, parsed.Run())
}

// exit tells err and turns it into an exit code.
func (sys *System) exit(ctx context.Context, err error) int {
	if err == nil {
		return ExitComplete
	}
	var code exitError
	var invalid *plugin.InvalidError
	var user *plugin.UserError
	switch {
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &invalid):
		sys.failures(invalid.Failures)
		return ExitUser
	case errors.As(err, &user):
		fmt.Fprintln(sys.Stderr, "error:", user)
		return ExitUser
	case ctx.Err() != nil:
		fmt.Fprintln(sys.Stderr, "error: interrupted")
		return ExitFailed
	default:
		fmt.Fprintln(sys.Stderr, "error:", err)
		return ExitFailed
	}
}

// failures prints configuration failures, a line each.
func (sys *System) failures(failures []plugin.Failure) {
	for _, f := range failures {
		fmt.Fprintln(sys.Stderr, "error:", f)
	}
	if n := len(failures); n > 1 {
		fmt.Fprintf(sys.Stderr, "%d things to mend; nothing was read.\n", n)
	}
}

// warn prints a remark.
func (sys *System) warn(text string) {
	fmt.Fprintln(sys.Stderr, "warning:", strings.TrimSpace(text))
}

// exitError ends the command with a code after everything has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/secret"
	"github.com/igsource/igsource/sink"
)

// Exit codes. They are part of the command's contract and never renumbered.
const (
	ExitComplete = 0 // everything asked for was delivered
	ExitUser     = 1 // a configuration or another user's error, which the user can mend
	ExitFailed   = 2 // the run failed or was interrupted; files are as they were, databases at the last mark
	ExitPartial  = 3 // skipOnError: what could be read was delivered, the report says what is missing
)

// System is what the command touches of the machine; a test hands in its own.
type System struct {
	Stdout, Stderr io.Writer
	// Getenv reads an environment variable; nil is os.Getenv.
	Getenv func(string) string
	// Clock tells the time; nil is the system's.
	Clock clock.Clock
	// Terminal says whether Stderr is a terminal that a progress bar may be drawn on, and how many
	// characters wide it is; nil says no.
	Terminal func() (width int, ok bool)

	secrets []secret.Text // what hide was given
}

type cli struct {
	Read        readCommand        `cmd:"" help:"Read what a run file asks for into files or a database."`
	Schema      schemaCommand      `cmd:"" help:"Show the tables that a run file gives; makes no request, needs no token and no dates."`
	Validate    validateCommand    `cmd:"" help:"Say everything that is wrong with a run file; makes no request."`
	Metrics     metricsCommand     `cmd:"" help:"List the insights metrics, and what each goes with."`
	Nodes       nodesCommand       `cmd:"" help:"List the nodes of the Graph API, or the fields and edges of one."`
	Accounts    accountsCommand    `cmd:"" help:"List the accounts that a run file's token reaches."`
	Templates   templatesCommand   `cmd:"" help:"List the run files that init writes."`
	Init        initCommand        `cmd:"" help:"Write a run file that is ready but for the token."`
	Compact     compactCommand     `cmd:"" help:"Make one file of those that incremental runs wrote, for each table."`
	State       stateCommand       `cmd:"" help:"Show, or make it forget, what a run file's target keeps of earlier runs."`
	Demo        demoCommand        `cmd:"" help:"Run the whole thing against a built-in Graph API; needs no token."`
	GraphServer graphServerCommand `cmd:"" name:"graph-server" help:"Serve the built-in Graph API on its own."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

const description = `Reads Instagram (the Graph API) as typed tables: Parquet, CSV, Arrow or JSON lines, or
tables of a database.

Exit codes: 0 complete, 1 something the user can mend, 2 failed or interrupted, 3 partial.`

// Main runs the command with args (without the program's name) and returns its exit code. ctx ending
// stops it within seconds, leaving no half-written file.
func Main(ctx context.Context, args []string, sys System) int {
	answers := &answerWriter{out: sys.Stdout}
	sys.Stdout = answers
	code := sys.run(ctx, args)
	if answers.err != nil && code == ExitComplete {
		fmt.Fprintln(sys.Stderr, "error:", answers.err)
		return ExitFailed
	}
	return code
}

func (sys System) run(ctx context.Context, args []string) int {
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
		kong.Description(description),
		kong.Vars{"formats": choice(sink.Formats()), "paths": pathsOf(sink.Formats())},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(sys.Stdout, sys.Stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&sys),
	)
	if err != nil {
		return sys.exit(ctx, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		help := "igsource --help"
		var wrong *kong.ParseError
		if errors.As(err, &wrong) && wrong.Context != nil && wrong.Context.Selected() != nil {
			help = wrong.Context.Selected().FullPath() + " --help"
		}
		fmt.Fprintf(sys.Stderr, "error: %s; see %s\n", hideTokens(err.Error()), help)
		return ExitUser
	}
	return sys.exit(ctx, parsed.Run())
}

// answerWriter remembers that an answer could not be written, so that no command has to look after each
// of its lines.
type answerWriter struct {
	out io.Writer
	err error
}

func (w *answerWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.out.Write(p)
	if err != nil {
		w.err = fmt.Errorf("the answer could not be written: %w", bare(err))
	}
	return n, w.err
}

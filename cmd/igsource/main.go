// Igsource reads Instagram (the Graph API) as typed tables: igsource --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	_ "github.com/igsource/igsource"
	"github.com/igsource/igsource/cmd/igsource/command"
	_ "github.com/igsource/igsource/sink/arrow"
	_ "github.com/igsource/igsource/sink/csv"
	_ "github.com/igsource/igsource/sink/jsonl"
	_ "github.com/igsource/igsource/sink/parquet"
	_ "github.com/igsource/igsource/sink/postgres"
	_ "github.com/igsource/igsource/sink/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait for what the first one tidies up
	os.Exit(command.Main(ctx, os.Args[1:], command.System{
		Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: func() (int, bool) {
			fd := int(os.Stderr.Fd())
			if !term.IsTerminal(fd) {
				return 0, false
			}
			width, _, err := term.GetSize(fd)
			return width, err == nil && width > 0
		},
	}))
}

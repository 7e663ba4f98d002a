// Package program is the igsource program: the command with the Instagram source and every sink that needs no
// cgo, on the terminal, the arguments and the signals of its process. A program that is the same with one more
// sink imports that, and calls Main:
//
//	import (
//		"github.com/igsource/igsource/cmd/igsource/program"
//		_ "github.com/igsource/igsource/sink/duckdb"
//	)
//
//	func main() { program.Main() }
package program

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

// Main is the program. It does not return.
func Main() {
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

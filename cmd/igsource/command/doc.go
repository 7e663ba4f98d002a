// Package command is the igsource command as a library, so that another program can be the same command
// with one more sink or source: it imports what it wants to have registered, and calls Main.
//
//	import (
//		_ "github.com/igsource/igsource"
//		_ "github.com/igsource/igsource/sink/csv"
//	)
//
//	func main() {
//		os.Exit(command.Main(context.Background(), os.Args[1:], command.System{Stdout: os.Stdout, Stderr: os.Stderr}))
//	}
//
// What a command answers goes to Stdout, all else to Stderr; the exit codes are the constants below. A
// secret is written to neither, nor into a report.
package command

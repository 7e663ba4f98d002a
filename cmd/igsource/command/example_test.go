package command_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/igsource/igsource/cmd/igsource/command"
)

// Another program is the same command with the sources and sinks that it imports.
func ExampleMain() {
	dir, err := os.MkdirTemp("", "igsource")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "run.yaml")
	err = os.WriteFile(file, []byte(`
plugin: instagram
properties:
  referenceName: brand
  accessToken: ${secure(instagram)}
  requestType: account_profile
  accountId: all
`), 0o600)
	if err != nil {
		panic(err)
	}
	code := command.Main(context.Background(), []string{"validate", "-f", file}, command.System{Stdout: os.Stdout, Stderr: os.Stderr})
	fmt.Println("exit", code)
	// Output:
	// The run file is good.
	// exit 0
}

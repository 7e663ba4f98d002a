package command

import (
	"fmt"
	"runtime/debug"

	"github.com/igsource/igsource/metrics"
)

type versionCommand struct{}

// Run prints the module's version and the Graph API version that the catalogue was compared with.
func (versionCommand) Run(sys *System) error {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	fmt.Fprintf(sys.Stdout, "igsource %s, Graph API %s\n", version, metrics.APIVersion())
	return nil
}

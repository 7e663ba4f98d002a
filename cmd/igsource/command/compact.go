package command

import (
	"context"
	"fmt"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

type compactCommand struct {
	stateFlags
}

// Run makes one file of the files of each table in the folder that a run file writes to.
func (c *compactCommand) Run(ctx context.Context, sys *System) (err error) {
	o, err := c.open(sys, false, defaultParallelism)
	if err != nil {
		return err
	}
	defer o.finish(ctx, &err)
	to, err := c.target(sys, &c.runFlags, o)
	if err != nil {
		return err
	}
	if to.folder() == "" {
		return plugin.Userf("there is nothing to compact in %s: a database merges rows as they come", to)
	}
	done, err := sink.Compact(ctx, to.folder(), sink.CompactOptions{})
	for _, t := range done {
		fmt.Fprintf(sys.Stdout, "%s: %s of %s became %s in %s\n", t.Table, count(t.RowsBefore, "row"), count(int64(t.Files), "file"), count(t.Rows, "row"), t.Path)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintf(sys.Stdout, "%s: no table has more than one file\n", to)
	}
	return err
}

package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/instagram"
)

type accountsCommand struct {
	runFlags
	JSON bool `help:"Print the accounts as JSON."`
}

// accountLister is a source that knows which accounts its token reaches.
type accountLister interface {
	Accounts(ctx context.Context, notes func(plugin.Note)) ([]instagram.Account, error)
}

// Run lists the accounts that the token of a run file reaches. It needs accessToken alone.
func (c *accountsCommand) Run(ctx context.Context, sys *System) (err error) {
	opened, err := c.open(sys, true, defaultParallelism)
	if err != nil {
		return err
	}
	accounts := []instagram.Account{}
	seen := make(map[string]bool)
	for i, in := range opened.inputs {
		lister, ok := in.Source.(accountLister)
		if !ok {
			return plugin.Userf("the plugin %s has no accounts to list", opened.file.sources[i].plugin)
		}
		found, err := lister.Accounts(ctx, nil)
		if err != nil {
			return err
		}
		for _, a := range found {
			if !seen[a.ID] {
				seen[a.ID] = true
				accounts = append(accounts, a)
			}
		}
	}
	if c.JSON {
		text, err := json.MarshalIndent(accounts, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.Stdout, "%s\n", text)
		return nil
	}
	if len(accounts) == 0 {
		fmt.Fprintln(sys.Stdout, "The token reaches no Instagram professional account.")
		return nil
	}
	w := tabwriter.NewWriter(sys.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\tusername\tname\tfollowers\tpage")
	for _, a := range accounts {
		followers := ""
		if a.Followers != nil {
			followers = strconv.FormatInt(*a.Followers, 10)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.ID, a.Username, a.Name, followers, a.PageName)
	}
	return w.Flush()
}

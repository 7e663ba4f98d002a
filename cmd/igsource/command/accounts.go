package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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

// Run lists the accounts that the token of a run file reaches, each once. Of the properties it needs
// accessToken alone.
func (c *accountsCommand) Run(ctx context.Context, sys *System) (err error) {
	o, err := c.openSome(sys, true, defaultParallelism, (*runFile).connecting)
	if err != nil {
		return err
	}
	defer o.finish(ctx, &err)
	if failures := o.connectionFailures(); len(failures) > 0 {
		return &plugin.InvalidError{Failures: failures}
	}
	accounts := []instagram.Account{}
	seen := make(map[string]bool)
	for i, in := range o.inputs {
		lister, ok := in.Source.(accountLister)
		if !ok {
			return plugin.Userf("the plugin %s has no accounts to list", o.plugins[i].Name)
		}
		found, err := lister.Accounts(ctx, sys.waits(true))
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
		return printJSON(sys.Stdout, accounts)
	}
	return printAccounts(sys, accounts)
}

// connectionProperties are those that calls need, whatever is asked for.
var connectionProperties = []string{"accessToken", "login", "apiVersion", "appSecret", "maxRetryDuration", "requestTimeout"}

// connectionFailures returns what is wrong with the properties that listing accounts needs.
func (o *opened) connectionFailures() []plugin.Failure {
	var out []plugin.Failure
	for _, in := range o.inputs {
		for _, f := range in.Source.Validate() {
			if name, _ := f.Property(); slices.Contains(connectionProperties, name) {
				if len(o.inputs) > 1 {
					f = f.AtStage(in.Name)
				}
				out = append(out, f)
			}
		}
	}
	return out
}

// printAccounts prints accounts for people.
func printAccounts(sys *System, accounts []instagram.Account) error {
	if len(accounts) == 0 {
		_, err := fmt.Fprintln(sys.Stdout, "The token reaches no Instagram professional account.")
		return err
	}
	rows := [][]string{{"id", "username", "name", "followers", "page"}}
	for _, a := range accounts {
		followers := ""
		if a.Followers != nil {
			followers = strconv.FormatInt(*a.Followers, 10)
		}
		rows = append(rows, []string{a.ID, a.Username, a.Name, followers, a.PageName})
	}
	return printRows(sys.Stdout, rows)
}

package plugintest

import (
	"context"
	"os"
	"slices"

	"github.com/igsource/igsource/plugin"
)

var _ plugin.StateStore = (*Keeper)(nil)

// States implements plugin.StateStore.
func (k *Keeper) States(context.Context) (map[string]plugin.State, error) {
	if err := k.call(Call{Method: "States"}); err != nil {
		return nil, err
	}
	k.mu.Lock()
	names := make([]string, 0, len(k.states))
	for name := range k.states {
		names = append(names, name)
	}
	k.mu.Unlock()
	all := make(map[string]plugin.State, len(names))
	for _, name := range names {
		all[name] = k.Kept(name)
	}
	return all, nil
}

// ResetState implements plugin.StateStore.
func (k *Keeper) ResetState(_ context.Context, name string) error {
	if err := k.call(Call{Method: "ResetState", Input: name}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if slices.ContainsFunc(k.runs, func(r plugin.KeptRun) bool { return r.Input == name }) {
		return plugin.Userf("a run of %s is under way: wait until it has ended", name)
	}
	delete(k.states, name)
	if k.Spools == "" {
		return nil
	}
	return os.RemoveAll(k.SpoolDir(name))
}

package sqltable

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/igsource/igsource/plugin"
)

// Known is what a sink has answered of states before its run: a run that changed one of them meanwhile is
// found by it. The zero Known knows nothing. It is safe for concurrent use.
type Known struct {
	mu     sync.Mutex
	states map[string]plugin.State
}

// Remember notes that the state of input is state, of which it keeps a copy.
func (k *Known) Remember(input string, state plugin.State) {
	state.Marks = maps.Clone(state.Marks)
	state.Reached = cloneJSON(state.Reached)
	state.Coming = cloneJSON(state.Coming)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.states == nil {
		k.states = map[string]plugin.State{}
	}
	k.states[input] = state
}

func cloneJSON(m map[string]json.RawMessage) map[string]json.RawMessage {
	m = maps.Clone(m)
	for k, v := range m {
		m[k] = slices.Clone(v)
	}
	return m
}

// Check refuses, as a *plugin.UserError, an input whose state is no longer what was remembered; one of which
// nothing was is as it may be.
func (k *Known) Check(ctx context.Context, db DB, states States, input string) error {
	k.mu.Lock()
	was, ok := k.states[input]
	k.mu.Unlock()
	if !ok {
		return nil
	}
	is, err := states.Load(ctx, db, input)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(was, is) {
		return plugin.Userf("another run of %q has written to %s while this one began: start this one again", input, states.Where)
	}
	return nil
}

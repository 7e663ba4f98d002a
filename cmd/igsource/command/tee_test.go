package command

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// Where one of the two fails, the other is told that the run has.
func TestTee(t *testing.T) {
	fails := func(method string) func(plugintest.Call) error {
		return func(c plugintest.Call) error {
			if c.Method == method {
				return errors.New("disk full")
			}
			return nil
		}
	}
	for _, c := range []struct {
		first, second         string // the method that fails
		wantFirst, wantSecond []string
	}{
		{"", "", []string{"Begin", "Commit in s 1", "Abort", "Finish true"}, []string{"Begin", "Commit in s 1", "Abort", "Finish true"}},
		{"Begin", "", []string{"Begin", "Finish false"}, nil},
		{"", "Begin", []string{"Begin", "Finish false"}, []string{"Begin", "Finish false"}},
		{"", "Finish", []string{"Begin", "Commit in s 1", "Abort", "Finish false"}, []string{"Begin", "Commit in s 1", "Abort", "Finish true"}},
		{"Abort", "", []string{"Begin", "Commit in s 1", "Abort", "Finish false"}, []string{"Begin", "Commit in s 1", "Abort", "Finish false"}},
	} {
		first, second := plugintest.Memory{Fault: fails(c.first)}, plugintest.Memory{Fault: fails(c.second)}
		both := &tee{sinks: [2]plugin.Sink{&first, &second}}
		err := both.Begin(t.Context(), nil)
		if err == nil {
			err = errors.Join(both.Commit(t.Context(), plugin.Position{Source: "in", Split: "s", Mark: "1"}), both.Abort(t.Context()))
		}
		err = errors.Join(err, both.Finish(t.Context(), err == nil))
		if c.first+c.second == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "disk full")
		}
		assert.Equal(t, c.wantFirst, calls(first.Calls()))
		assert.Equal(t, c.wantSecond, calls(second.Calls()))
	}
}

func calls(of []plugintest.Call) []string {
	var out []string
	for _, c := range of {
		out = append(out, c.String())
	}
	return out
}

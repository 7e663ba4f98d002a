package plugin_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// TestASecondRunIsRefusedBeforeAnythingIsAsked: what a sink says when it is asked for the inputs ends the run.
func TestASecondRunIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	busy := plugin.Userf("another run is under way: wait")
	sink := &plugintest.Keeper{Fault: failAt("Claim", 1, busy)}
	src := three()
	src.OnPlan = func(context.Context, plugin.PlanRequest) error {
		t.Error("it was planned")
		return nil
	}
	_, err := plugin.Run(t.Context(), one(src), sink, keptOptions(t))
	require.ErrorIs(t, err, busy)
	assert.Equal(t, []string{"Begin", "Claim brand", "Finish false"}, newCalls(sink))
	assert.Equal(t, plugin.State{}, sink.Kept("brand"))
}

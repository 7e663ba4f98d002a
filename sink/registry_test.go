package sink_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/sink"
)

func TestOpen(t *testing.T) {
	var got sink.Options
	made := sink.NewFolder("out", sink.Format{})
	sink.Register("test-open", func(o sink.Options) (plugin.Sink, error) {
		got = o
		return made, nil
	})
	opened, err := sink.Open(sink.Options{Format: "Test-Open", Path: "here", Incremental: true})
	require.NoError(t, err)
	require.Same(t, made, opened)
	require.Equal(t, sink.Options{Format: "Test-Open", Path: "here", Incremental: true}, got)
	require.Contains(t, sink.Formats(), "test-open")

	require.Panics(t, func() { sink.Register("test-open", func(sink.Options) (plugin.Sink, error) { return nil, nil }) })
	require.Panics(t, func() { sink.Register("", func(sink.Options) (plugin.Sink, error) { return nil, nil }) })
	require.Panics(t, func() { sink.Register("Upper", func(sink.Options) (plugin.Sink, error) { return nil, nil }) })
	require.Panics(t, func() { sink.Register("nil", nil) })
}

func TestOpenRefuses(t *testing.T) {
	sink.Register("test-refuse", func(sink.Options) (plugin.Sink, error) { return nil, nil })
	for _, c := range []struct {
		opts sink.Options
		want string
	}{
		{sink.Options{Format: "xlsx", Path: "out"}, `there is no format called "xlsx"; known: `},
		{sink.Options{Format: "test-refuse"}, "the sink of format test-refuse needs a path to write to"},
	} {
		_, err := sink.Open(c.opts)
		var user *plugin.UserError
		require.ErrorAs(t, err, &user)
		require.ErrorContains(t, err, c.want)
	}
	_, err := sink.Open(sink.Options{Format: "xlsx", Path: "out"})
	require.ErrorContains(t, err, "test-refuse")
}

package plugin_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// readers makes the splits of src note when they are read.
func readers(src *plugintest.Source) (order func() []string) {
	var mu sync.Mutex
	var ids []string
	for i, sp := range src.Script {
		src.Script[i].Steps[0].Do = func(context.Context, func(plugin.Note)) error {
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, sp.ID)
			return nil
		}
	}
	return func() []string { return ids }
}

func TestReadingOrderOfAPlan(t *testing.T) {
	src := source(script(batch("a", "!")), script(batch("b", "!")), script(batch("c", "!")), script(batch("d", "!")))
	src.ReadFirst = []string{"s2", "s1"}
	order := readers(src)
	sink := &plugintest.Memory{}
	defer sink.Release()
	rep, err := plugin.Run(t.Context(), []plugin.Input{{Name: "in", Source: src}}, sink, plugin.RunOptions{Parallelism: 1, WorkDir: t.TempDir()})
	require.NoError(t, err)
	assert.Equal(t, []string{"s2", "s1", "s0", "s3"}, order())
	var delivered []string
	for _, s := range rep.Splits {
		delivered = append(delivered, s.ID)
	}
	assert.Equal(t, []string{"s0", "s1", "s2", "s3"}, delivered)
	assert.Equal(t, []string{"a", "b", "c", "d"}, ids(sink.Rows("days")))
}

func TestReadingOrderThatIsNone(t *testing.T) {
	for _, c := range []struct {
		name, want string
		reading    []string
	}{
		{"foreign", "source in wants split s9 to be read, which it did not plan; this is a bug of the source", []string{"s9"}},
		{"twice", "source in wants split s0 to be read twice; this is a bug of the source", []string{"s0", "s0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := source(script(batch("a", "!")))
			src.ReadFirst = c.reading
			_, err := plugin.Run(t.Context(), []plugin.Input{{Name: "in", Source: src}}, &plugintest.Memory{}, plugin.RunOptions{WorkDir: t.TempDir()})
			require.EqualError(t, err, c.want)
		})
	}
}

package plugin_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

var registered atomic.Int64

// uniqueName is a plugin name that nothing in this test binary has.
func uniqueName() string { return fmt.Sprintf("Test%d", registered.Add(1)) }

// bindTo opens a plugin of this descriptor and returns the properties that its factory was given.
func bindTo(t testing.TB, d *plugin.Descriptor, values map[string]string, opts plugin.Options) *plugin.Properties {
	t.Helper()
	copied := *d
	copied.Name = uniqueName()
	var bound *plugin.Properties
	plugin.Register(&copied, func(p *plugin.Properties, _ plugin.Options) plugin.Source {
		bound = p
		return nil
	})
	_, err := plugin.Open(copied.Name, values, opts)
	require.NoError(t, err)
	return bound
}

func TestRegisterRefuses(t *testing.T) {
	d, factory := &plugin.Descriptor{Name: uniqueName()}, func(*plugin.Properties, plugin.Options) plugin.Source { return nil }
	assert.Panics(t, func() { plugin.Register(nil, factory) })
	assert.Panics(t, func() { plugin.Register(d, nil) })
	plugin.Register(d, factory)
	assert.PanicsWithValue(t, "plugin: Register called twice for "+d.Name, func() { plugin.Register(d, factory) })
	assert.Contains(t, plugin.Registered(), d)
}

func TestRegisteredIsSorted(t *testing.T) {
	for range 3 {
		plugin.Register(&plugin.Descriptor{Name: uniqueName()}, func(*plugin.Properties, plugin.Options) plugin.Source { return nil })
	}
	all := plugin.Registered()
	for i := range all[1:] {
		assert.Less(t, all[i].Name, all[i+1].Name)
	}
}

func TestOpenFillsInOptions(t *testing.T) {
	name, now := uniqueName(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var got plugin.Options
	plugin.Register(&plugin.Descriptor{Name: name}, func(_ *plugin.Properties, opts plugin.Options) plugin.Source {
		got = opts
		return nil
	})

	_, err := plugin.Open("TEST"+name[4:], nil, plugin.Options{Environment: plugin.Environment{Clock: clock.NewFake(now)}})
	require.NoError(t, err, "names are compared without case")
	assert.Equal(t, now, got.Start)
	assert.Equal(t, 8, got.Parallelism)
	assert.NotNil(t, got.Log)
	assert.NotNil(t, got.Shared)

	start := now.AddDate(0, 0, -1)
	_, err = plugin.Open(name, nil, plugin.Options{Start: start})
	require.NoError(t, err)
	assert.Equal(t, start, got.Start)
}

func TestOpenUnknown(t *testing.T) {
	_, err := plugin.Open("Nobody", nil, plugin.Options{})
	var user *plugin.UserError
	require.ErrorAs(t, err, &user)
	assert.Contains(t, err.Error(), `there is no plugin called "Nobody"; known: `)
}

func TestShared(t *testing.T) {
	var s plugin.Shared
	type key struct{ name string }
	made := 0
	create := func() any { made++; return made }
	assert.Equal(t, 1, s.Get(key{"a"}, create))
	assert.Equal(t, 1, s.Get(key{"a"}, create))
	assert.Equal(t, 2, s.Get(key{"b"}, create))
}

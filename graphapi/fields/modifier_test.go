package fields_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/fields"
)

func TestKnownModifiers(t *testing.T) {
	names := fields.Modifiers()
	assert.True(t, slices.IsSorted(names))
	assert.Equal(t, names, slices.Compact(slices.Clone(names)))
	for _, name := range []string{
		"after", "as", "before", "breakdown", "comment_id", "limit", "media_id", "metric", "metric_type", "order",
		"period", "q", "since", "summary", "timeframe", "until", "user_id", "username",
	} {
		assert.True(t, fields.Known(name), name)
		assert.Contains(t, names, name)
	}
	for _, name := range []string{"", "Limit", "limits", "zzz", "metric "} {
		assert.False(t, fields.Known(name), name)
	}
	names[0] = "changed"
	assert.Equal(t, "after", fields.Modifiers()[0], "the list is the caller's own")
}

func TestNearestModifier(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"limt", "limit"},
		{"metrics", "metric"},
		{"breakdowns", "breakdown"},
		{"peroid", "period"},
		{"metrictype", "metric_type"},
		{"nothing_like_it", ""},
	} {
		assert.Equal(t, c.want, fields.Nearest(c.name), c.name)
	}
}

package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/metrics"
)

func TestNearest(t *testing.T) {
	among := []string{"reach", "views", "likes", "follower_count", "saves"}
	for name, want := range map[string]string{
		"reach":          "reach",
		"raech":          "reach",
		" Reach ":        "reach",
		"saved":          "saves",
		"followers_cnt":  "follower_count",
		"followercount":  "follower_count",
		"follower_cuont": "follower_count",
		"view":           "views",
		"":               "",
		"x":              "",
		"bananas":        "",
		"Überreach":      "",
	} {
		assert.Equal(t, want, metrics.Nearest(name, among), name)
	}
	assert.Equal(t, "cat", metrics.Nearest("bat", []string{"cat", "hat"}), "the first of equals")
	assert.Empty(t, metrics.Nearest("reach", nil))
}

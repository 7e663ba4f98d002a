package nearest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/internal/nearest"
)

func TestNearest(t *testing.T) {
	names := []string{"accessToken", "accountId", "accountMetrics", "mediaMetrics", "fromDate", "toDate", "period"}
	for _, c := range []struct{ name, want string }{
		{"acessToken", "accessToken"},
		{"accessToken", "accessToken"},
		{"ACCESSTOKEN", "accessToken"},
		{"accesTokne", "accessToken"}, // one left out, two swapped
		{"accountid", "accountId"},
		{"peroid", "period"},
		{"from", "fromDate"},        // how a name begins
		{"Date", "toDate"},          // the shortest that ends so
		{"metrics", "mediaMetrics"}, // likewise
		{"xyz", ""},
		{"", ""},
		{"to", ""}, // too short to tell
		{"größe", ""},
	} {
		assert.Equal(t, c.want, nearest.Name(c.name, names), c.name)
	}
	assert.Equal(t, "", nearest.Name("anything", nil))
	assert.Equal(t, "aab", nearest.Name("aaa", []string{"aab", "aac"}), "of equals the first")
}

func TestNearestFindsEveryNameWithOneSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z]{4,12}`).Draw(t, "name")
		at := rapid.IntRange(0, len(name)-1).Draw(t, "at")
		letter := rapid.StringMatching(`[a-z]?`).Draw(t, "letter")
		slip := name[:at] + letter + name[at+1:]
		assert.Equal(t, name, nearest.Name(slip, []string{"0123456789012345678901234567890", name}))
	})
}

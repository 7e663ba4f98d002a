package fields_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/fields"
)

func TestItemsAreFoundByLabel(t *testing.T) {
	list := parse(t, "id,media.as(posts){media},media,posts")
	assert.Equal(t, 1, list.Index("posts"))
	assert.Equal(t, 2, list.Index("media"))
	assert.Equal(t, -1, list.Index("name"))
	found, ok := list.Find("posts")
	assert.True(t, ok)
	assert.Equal(t, "media.as(posts){media}", found.String())
	_, ok = list.Find("name")
	assert.False(t, ok)
	assert.Equal(t, -1, fields.List(nil).Index("id"))
}

func TestAllGivesEveryDepthInOrder(t *testing.T) {
	list := parse(t, "a,b{c{d},e},f")
	names := func(most int) (names []string) {
		for i := range list.All() {
			if names = append(names, i.Name); len(names) == most {
				break
			}
		}
		return names
	}
	assert.Equal(t, []string{"a", "b", "c", "d", "e", "f"}, names(0))
	assert.Equal(t, []string{"a", "b", "c", "d"}, names(4), "a loop may end inside braces")
}

package instagram_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin/instagram"
)

func TestHashtagsAreLookedUpOnce(t *testing.T) {
	// The API's own page shows the bare object, the API gives the list.
	source, asked := pages(t, 200, `{"data":[{"id":"17843853986012965"}]}`, `{"id":"17841593698074073"}`)
	for _, c := range []struct {
		name, want string
		asked      int
	}{
		{"coffee", "17843853986012965", 1},
		{"#Coffee ", "17843853986012965", 1},
		{"tea", "17841593698074073", 2},
		{"coffee", "17843853986012965", 2},
	} {
		id, err := instagram.HashtagID(t.Context(), source, "17841400000000001", c.name)
		require.NoError(t, err)
		require.Equal(t, c.want, id)
		require.Equal(t, c.asked, *asked)
	}
}

func TestHashtagsThatAreNotFound(t *testing.T) {
	source, asked := pages(t, 400, `{"error":{"message":"(#18) too many hashtags","type":"OAuthException","code":18}}`,
		`{"data":[]}`, `{"data":[{"id":7}]}`)
	_, err := instagram.HashtagID(t.Context(), source, "17841400000000001", "coffee")
	require.ErrorContains(t, err, "looking up the hashtag coffee: ")
	e, ok := graphapi.AsError(err)
	require.True(t, ok)
	require.Equal(t, graphapi.Blocked, e.Kind())
	_, err = instagram.HashtagID(t.Context(), source, "17841400000000001", "coffee")
	require.EqualError(t, err, "looking up the hashtag coffee: the API knows no such hashtag")
	id, err := instagram.HashtagID(t.Context(), source, "17841400000000001", "coffee")
	require.NoError(t, err)
	require.Equal(t, "7", id)
	require.Equal(t, 3, *asked, "an error is not remembered")
}

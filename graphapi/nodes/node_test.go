package nodes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/nodes"
)

func node(t *testing.T, name string) nodes.Node {
	t.Helper()
	n, ok := nodes.Lookup(name)
	require.True(t, ok, name)
	return n
}

func TestFieldsOfAnAccount(t *testing.T) {
	user := node(t, "IGUser")
	for name, want := range map[string]nodes.Field{
		"followers_count": {Name: "followers_count", Type: nodes.Int, Public: true, Doc: "How many accounts follow the account now."},
		"is_published":    {Name: "is_published", Type: nodes.Bool, Login: "facebook", Doc: "Whether the account is published."},
		"user_id":         {Name: "user_id", Type: nodes.Int, Login: "instagram", Doc: "Id of the professional account behind the app-scoped id."},
		"owner_business":  {Name: "owner_business", Type: nodes.Object, Node: "Business", Login: "facebook", Doc: "Business that owns the account."},
		"mentioned_media": {Name: "mentioned_media", Type: nodes.Object, Node: "IGMedia", Login: "facebook", Argument: "media_id", Doc: "A media that mentions the account, looked up by its id."},
	} {
		f, ok := user.Field(name)
		require.True(t, ok, name)
		assert.Equal(t, want, f)
	}
	_, ok := user.Field("Username")
	assert.False(t, ok)
	_, ok = user.Field("media")
	assert.False(t, ok, "an edge is no field")
}

func TestFieldsOfMediaAndComments(t *testing.T) {
	media, comment := node(t, "IGMedia"), node(t, "IGComment")
	timestamp, _ := media.Field("timestamp")
	assert.Equal(t, nodes.Datetime, timestamp.Type)
	thumbnail, _ := media.Field("thumbnail_url")
	assert.Equal(t, []string{"VIDEO"}, thumbnail.MediaTypes)
	shared, _ := media.Field("is_shared_to_feed")
	assert.Equal(t, []string{"REELS"}, shared.MediaTypes)
	ads, _ := media.Field("boost_ads_list")
	assert.Equal(t, nodes.List, ads.Type)
	assert.Equal(t, "IGBoostMediaAd", ads.Node)
	title, _ := media.Field("video_title")
	assert.Equal(t, "v14.0", title.RemovedIn)
	from, _ := comment.Field("from")
	assert.Equal(t, "IGCommentFromUser", from.Node)
	writer := node(t, from.Node)
	assert.Equal(t, []string{"id", "username"}, writer.Defaults())
}

func TestEdges(t *testing.T) {
	user := node(t, "IGUser")
	media, ok := user.Edge("media")
	require.True(t, ok)
	assert.Equal(t, "IGMedia", media.Node)
	assert.Equal(t, 100, media.MaxLimit)
	tags, _ := user.Edge("tags")
	assert.True(t, tags.NoNext)
	insights, _ := user.Edge("insights")
	assert.Equal(t, "InsightsResult", insights.Node)
	comments, _ := node(t, "IGMedia").Edge("comments")
	assert.Equal(t, 50, comments.MaxLimit)
	accounts, _ := node(t, "User").Edge("accounts")
	assert.Equal(t, []string{"access_token", "category", "category_list", "name", "id", "tasks"}, accounts.DefaultFields)
	_, ok = user.Edge("username")
	assert.False(t, ok)

	conversations, _ := user.Edge("conversations")
	assert.True(t, conversations.On("instagram"))
	assert.True(t, conversations.On(""))
	assert.False(t, conversations.On("facebook"))
	assert.True(t, media.On("facebook"))
}

func TestFieldNamesByLogin(t *testing.T) {
	user := node(t, "IGUser")
	assert.Len(t, user.FieldNames(""), 23)
	assert.Equal(t, []string{"biography", "followers_count", "follows_count", "id", "media_count", "name", "profile_picture_url",
		"username", "website", "account_type", "user_id", "alt_text"}, user.FieldNames("instagram"))
	assert.NotContains(t, user.FieldNames("facebook"), "account_type")
}

func TestDefaults(t *testing.T) {
	assert.Equal(t, []string{"timestamp", "text", "id"}, node(t, "IGComment").Defaults())
	assert.Equal(t, []string{"permission", "status"}, node(t, "Permission").Defaults(), "all of a thing that is no node")
}

func TestScalar(t *testing.T) {
	for ty, want := range map[nodes.Type]bool{nodes.String: true, nodes.Int: true, nodes.Float: true, nodes.Bool: true,
		nodes.Datetime: true, nodes.Object: false, nodes.List: false} {
		assert.Equal(t, want, ty.Scalar(), ty)
	}
}

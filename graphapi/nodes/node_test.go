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
		"mentioned_media": {Name: "mentioned_media", Type: nodes.Object, Node: "IGMedia", Login: "facebook", Argument: "media_id", Foreign: true, Doc: "A media that mentions the account, looked up by its id."},
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

func TestFieldsThatNotEveryMediaHas(t *testing.T) {
	media := node(t, "IGMedia")
	suits := func(name, mediaType, productType string) bool {
		f, ok := media.Field(name)
		require.True(t, ok, name)
		return f.Suits(mediaType, productType)
	}
	assert.True(t, suits("caption", "", ""))
	assert.True(t, suits("thumbnail_url", "VIDEO", "FEED"))
	assert.False(t, suits("thumbnail_url", "IMAGE", "FEED"))
	assert.True(t, suits("is_shared_to_feed", "VIDEO", "REELS"))
	assert.False(t, suits("is_shared_to_feed", "VIDEO", "FEED"))
	assert.False(t, suits("saved_count", "IMAGE", "STORY"))

	var separate, onlyIn []string
	for _, n := range nodes.All() {
		for _, f := range n.Fields {
			if f.Separate {
				separate = append(separate, n.Name+"."+f.Name)
				assert.NotEmpty(t, f.MediaTypes, "what it suits must be known")
			}
			if f.OnlyIn != "" {
				onlyIn = append(onlyIn, n.Name+"."+f.Name)
				_, ok := node(t, "IGUser").Field(f.OnlyIn)
				assert.True(t, ok)
			}
		}
	}
	assert.Equal(t, []string{"IGMedia.copyright_check_information"}, separate)
	assert.Equal(t, []string{"IGMedia.view_count"}, onlyIn)
}

// Lists of objects without an id have a field that tells them apart.
func TestFieldsThatIdentify(t *testing.T) {
	for name, want := range map[string]string{"Permission": "permission", "IGMediaProductTag": "product_id", "IGBoostMediaAd": "ad_id", "IGMedia": ""} {
		got := ""
		for _, f := range node(t, name).Fields {
			if f.Identifies {
				got += f.Name
			}
		}
		assert.Equal(t, want, got, name)
	}
}

func TestEdgesOfMedia(t *testing.T) {
	user, hashtag := node(t, "IGUser"), node(t, "IGHashtag")
	for name, want := range map[string][]string{"media": {"AD", "FEED", "REELS"}, "stories": {"STORY"}, "tags": nil} {
		e, _ := user.Edge(name)
		assert.Equal(t, want, e.ProductTypes, name)
		assert.Equal(t, name == "tags", e.Foreign, name)
	}
	for _, e := range hashtag.Edges {
		assert.True(t, e.Foreign, e.Name)
	}
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
	require.Len(t, comments.Summary, 2)
	assert.Equal(t, nodes.Field{Name: "total_count", Type: nodes.Int, Doc: "How many objects the list has."}, comments.Summary[0])
	replies, _ := node(t, "IGComment").Edge("replies")
	assert.Equal(t, 50, replies.MaxLimit)
	limit, _ := user.Edge("content_publishing_limit")
	assert.True(t, limit.Single)
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
	assert.Equal(t, []string{
		"biography", "followers_count", "follows_count", "id", "media_count", "name", "profile_picture_url",
		"username", "website", "account_type", "user_id", "alt_text",
	}, user.FieldNames("instagram"))
	assert.NotContains(t, user.FieldNames("facebook"), "account_type")
}

func TestDefaults(t *testing.T) {
	assert.Equal(t, []string{"timestamp", "text", "id"}, node(t, "IGComment").Defaults())
	assert.Equal(t, []string{"permission", "status"}, node(t, "Permission").Defaults(), "all of a thing that is no node")
}

func TestScalar(t *testing.T) {
	for ty, want := range map[nodes.Type]bool{
		nodes.String: true, nodes.Int: true, nodes.Float: true, nodes.Bool: true,
		nodes.Datetime: true, nodes.Object: false, nodes.List: false,
	} {
		assert.Equal(t, want, ty.Scalar(), ty)
	}
}

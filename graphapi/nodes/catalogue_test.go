package nodes_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/nodes"
)

func TestCatalogueHasAllNodes(t *testing.T) {
	assert.Equal(t, []string{
		"IGUser", "IGMedia", "IGComment", "IGUserCollaborativeMedia", "IGHashtag", "Page", "User", "InsightsResult",
		"IGCommentFromUser", "IGMediaBoostEligibilityInfo", "IGVideoCopyrightCheckMatchesInformation", "IGBoostMediaAd",
		"IGMediaCollaborator", "IGMediaProductTag", "ContentPublishingLimit", "ContentPublishingConfig",
		"InstagramInsightsValue", "PageCategory", "Permission",
	}, nodes.Names())
	assert.Len(t, nodes.All(), len(nodes.Names()))
	assert.Equal(t, "v25.0", nodes.APIVersion())
	for name, want := range map[string][2]int{
		"IGUser": {23, 29}, "IGMedia": {34, 7}, "IGComment": {11, 1}, "IGUserCollaborativeMedia": {17, 0},
		"IGHashtag": {2, 2}, "Page": {13, 2}, "User": {2, 4}, "InsightsResult": {7, 0},
	} {
		n, ok := nodes.Lookup(name)
		require.True(t, ok, name)
		assert.Equal(t, want, [2]int{len(n.Fields), len(n.Edges)}, name)
	}
}

func TestLookup(t *testing.T) {
	n, ok := nodes.Lookup("iguser")
	require.True(t, ok)
	assert.Equal(t, "IGUser", n.Name)
	for _, name := range []string{"", "Business", "IG User"} {
		_, ok := nodes.Lookup(name)
		assert.False(t, ok, name)
	}
}

// What must hold of every entry, so that an edit of the data that breaks it is seen.
func TestCatalogueIsSound(t *testing.T) {
	logins := []string{"", "facebook", "instagram"}
	types := []nodes.Type{nodes.String, nodes.Int, nodes.Float, nodes.Bool, nodes.Datetime, nodes.Object, nodes.List}
	for _, n := range nodes.All() {
		t.Run(n.Name, func(t *testing.T) {
			assert.Regexp(t, `^[A-Z].*\.$`, n.Doc)
			seen := map[string]bool{}
			for _, f := range n.Fields {
				assert.Regexp(t, `^[a-z][a-z0-9_]*$`, f.Name)
				assert.False(t, seen[f.Name], f.Name)
				seen[f.Name] = true
				assert.Contains(t, types, f.Type, f.Name)
				assert.Contains(t, logins, f.Login, f.Name)
				for _, m := range f.MediaTypes {
					assert.Contains(t, []string{"IMAGE", "VIDEO", "CAROUSEL_ALBUM", "FEED", "REELS", "STORY", "AD"}, m, f.Name)
				}
				assert.Regexp(t, `^[A-Za-z].*[^.]\.$`, f.Doc, f.Name)
				if f.Node != "" {
					assert.False(t, f.Type.Scalar(), f.Name)
				}
				if f.Since != "" {
					_, err := time.Parse(time.DateOnly, f.Since)
					assert.NoError(t, err, f.Name)
				}
				assert.False(t, f.Foreign && f.Node == "", f.Name)
				assert.False(t, f.Identifies && seen["id"], "%s: the id tells the objects apart", f.Name)
			}
			for _, name := range n.Defaults() {
				assert.True(t, seen[name], name)
			}
			edges := map[string]bool{}
			for _, e := range n.Edges {
				assert.False(t, edges[e.Name], e.Name)
				edges[e.Name] = true
				assert.NotEmpty(t, e.Node, e.Name)
				assert.Contains(t, logins, e.Login, e.Name)
				for _, p := range e.ProductTypes {
					assert.Contains(t, []string{"FEED", "REELS", "STORY", "AD"}, p, e.Name)
				}
				assert.Regexp(t, `^[A-Z].*\.$`, e.Doc, e.Name)
				for i, f := range e.Summary {
					assert.Equal(t, i == 0, f.Name == "total_count", e.Name)
					assert.True(t, f.Type.Scalar(), f.Name)
					assert.Regexp(t, `^[A-Z].*\.$`, f.Doc, f.Name)
				}
				for _, p := range e.Params {
					assert.NotEmpty(t, p.Name, e.Name)
					assert.Contains(t, types, p.Type, e.Name)
				}
				if to, ok := nodes.Lookup(e.Node); ok {
					for _, name := range e.DefaultFields {
						_, ok := to.Field(name)
						assert.True(t, ok, name)
					}
				}
			}
		})
	}
}

func TestRoots(t *testing.T) {
	var got []string
	for _, r := range nodes.Roots() {
		_, ok := nodes.Lookup(r.Node)
		assert.True(t, ok, r.Node)
		assert.Regexp(t, `^[A-Z].*\.$`, r.Doc)
		got = append(got, r.Name+" "+r.Login+" "+r.Node)
		assert.True(t, r.On(""))
		assert.Equal(t, r.Login == "facebook", r.On("facebook"))
		assert.Equal(t, r.Name == "ig_hashtag_search", r.List)
		for _, p := range r.Params {
			assert.True(t, p.Required, p.Name)
		}
	}
	assert.Equal(t, []string{"me facebook User", "me instagram IGUser", "ig_hashtag_search facebook IGHashtag"}, got)
	assert.Len(t, nodes.Roots()[2].Params, 2)
}

// What leads out of the objects of an account, so that two accounts may lead to one object.
func TestForeign(t *testing.T) {
	var got []string
	for _, n := range nodes.All() {
		for _, f := range n.Fields {
			if f.Foreign {
				got = append(got, n.Name+"."+f.Name)
			}
		}
		for _, e := range n.Edges {
			if e.Foreign {
				got = append(got, n.Name+"/"+e.Name)
			}
		}
	}
	assert.Equal(t, []string{
		"IGUser.business_discovery", "IGUser.mentioned_comment", "IGUser.mentioned_media", "IGUser.collaborative_media_search",
		"IGUser/tags", "IGComment.user", "IGHashtag/recent_media", "IGHashtag/top_media",
	}, got)
}

// Credentials among the fields are marked, so that none reaches an output.
func TestSecrets(t *testing.T) {
	for _, n := range nodes.All() {
		for _, f := range n.Fields {
			assert.Equal(t, f.Name == "access_token", f.Secret, "%s.%s", n.Name, f.Name)
		}
	}
}

func TestNodeJSON(t *testing.T) {
	n, _ := nodes.Lookup("IGHashtag")
	text, err := json.Marshal(n)
	require.NoError(t, err)
	assert.Equal(t, `{"name":"IGHashtag","doc":"A hashtag.","default_fields":["id"],`+
		`"fields":[{"name":"id","type":"string","login":"facebook","doc":"Id of the hashtag."},{"name":"name","type":"string","login":"facebook","doc":"The hashtag without its sign."}],`+
		`"edges":[{"name":"recent_media","node":"IGMedia","login":"facebook","params":[{"name":"user_id","type":"string","required":true}],"foreign":true,"doc":"Newest media with the hashtag, of the last day."},`+
		`{"name":"top_media","node":"IGMedia","login":"facebook","params":[{"name":"user_id","type":"string","required":true}],"foreign":true,"doc":"Most popular media with the hashtag."}]}`, string(text))
	limit, _ := nodes.Lookup("Permission")
	text, err = json.Marshal(limit)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"default_fields":[]`)
	assert.Contains(t, string(text), `"edges":[]`)
}

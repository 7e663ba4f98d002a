package graphtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
)

// escaped is a text as the API writes it, of those that need no escape but of slashes.
func escaped(s string) string { return `"` + strings.ReplaceAll(s, "/", `\/`) + `"` }

func TestCollaborators(t *testing.T) {
	w := graphtest.NewWorld(28, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 100 }))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	shared := 0
	for _, m := range w.Media(account) {
		list := w.Collaborators(m.ID)
		want := make([]string, 0, len(list))
		for _, c := range list {
			want = append(want, fmt.Sprintf(`{"username":"%s","invite_status":"%s","id":"%s"}`, c.Username, c.Status, c.ID))
		}
		if len(list) == 0 {
			assert.Equal(t, `{"data":[]}`, p.get("/"+m.ID+"/collaborators").body)
			assert.Equal(t, `{"id":"`+m.ID+`"}`, p.get("/"+m.ID, "fields", "collaborators,product_tags").body)
			continue
		}
		shared++
		assert.True(t, strings.HasPrefix(p.get("/"+m.ID+"/collaborators").body, `{"data":[`+strings.Join(want, ",")+`],"paging":{"cursors":{`))
	}
	assert.Greater(t, shared, 8)
	assert.Less(t, shared, 30)
	assert.Equal(t, `{"data":[]}`, p.get("/"+w.Media(account)[0].ID+"/product_tags", "fields", "product_id,name").body)
	assert.Empty(t, w.Collaborators("17900000000000000"))
}

func TestPublishingLimit(t *testing.T) {
	w := graphtest.NewWorld(29, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.FirstPost, a.LastPost = 49, noon.Add(-48*time.Hour), noon
	}))
	p := newProbe(t, w)
	account := w.AccountIDs()[0]
	usage := 0
	for _, m := range w.Media(account) {
		if m.Timestamp.After(noon.Add(-24 * time.Hour)) {
			usage++
		}
	}
	require.Greater(t, usage, 15)
	assert.Equal(t, int64(usage), w.PublishingUsage(account))
	assert.Equal(t, fmt.Sprintf(`{"data":[{"quota_usage":%d}]}`, usage), p.get("/"+account+"/content_publishing_limit").body)
	assert.Equal(t, fmt.Sprintf(`{"data":[{"config":{"quota_total":100,"quota_duration":86400},"quota_usage":%d}]}`, usage),
		p.get("/"+account+"/content_publishing_limit", "fields", "config,quota_usage").body)
	assert.Equal(t, `{"content_publishing_limit":{"data":[{"config":{"quota_total":100}}]},"id":"`+account+`"}`,
		p.get("/"+account, "fields", "content_publishing_limit{config{quota_total}}").body)
	assert.Zero(t, w.PublishingUsage("1"))
}

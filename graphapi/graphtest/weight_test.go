package graphtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/igsource/igsource/graphapi/graphtest"
)

const tooMuch = `{"error":{"message":"Please reduce the amount of data you're asking for, then retry your request","type":"OAuthException","code":1}}`

// TestPageWeight: rows times fields and metrics decide, and half of a page weighs half (facts §8).
func TestPageWeight(t *testing.T) {
	w := graphtest.NewWorld(1, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Kinds = 60, []graphtest.PostKind{graphtest.FeedAlbum}
	}))
	account := w.AccountIDs()[0]
	children := len(w.Media(account)[0].Children)
	for name, c := range map[string]struct {
		most          int
		limit, fields string
		fails         bool
	}{
		"at the limit":             {8 * 50, "50", "id,caption,insights.metric(reach,views,likes,saved,shares,comments)", false},
		"one more row":             {8 * 50, "51", "id,caption,insights.metric(reach,views,likes,saved,shares,comments)", true},
		"one more metric":          {8 * 50, "50", "id,caption,insights.metric(reach,views,likes,saved,shares,comments,reposts)", true},
		"one more field":           {8 * 50, "50", "id,caption,timestamp,insights.metric(reach,views,likes,saved,shares,comments)", true},
		"half of it":               {8 * 50, "25", "id,caption,timestamp,insights.metric(reach,views,likes,saved,shares,comments)", false},
		"only the rows there are":  {60, "100", "id", false},
		"without fields":           {59, "100", "", true},
		"children weigh too":       {1 + children*2, "1", "children{id,media_type}", false},
		"children weigh too much":  {children * 2, "1", "children{id,media_type}", true},
		"nothing limits by itself": {0, "100", "id,caption,insights.metric(reach,views),children{id,media_type,timestamp}", false},
	} {
		t.Run(name, func(t *testing.T) {
			var options []graphtest.Option
			if c.most > 0 {
				options = append(options, graphtest.WithPageWeight(c.most))
			}
			p := newProbe(t, w, options...)
			got := p.get("/v25.0/"+account+"/media", "limit", c.limit, "fields", c.fields)
			if c.fails {
				assert.Equal(t, 500, got.status)
				assert.Equal(t, tooMuch, got.body)
				return
			}
			assert.Equal(t, 200, got.status)
		})
	}
	// lists in lists in lists end somewhere
	p := newProbe(t, w)
	assert.Equal(t, tooMuch, p.get("/"+account, "fields", "media.limit(100){owner{media.limit(100){owner{media.limit(100){owner{media.limit(3){id}}}}}}}").body)
	small := newProbe(t, w, graphtest.WithPageWeight(children-1))
	assert.Equal(t, tooMuch, small.get("/"+w.Media(account)[0].ID+"/children").body)
	assert.Equal(t, 200, small.get("/"+w.Media(account)[0].ID, "fields", "id,caption,timestamp,media_type").status, "what is no list weighs nothing")
}

package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
)

const mediaHead = `media_id utf8 | media id
account_id utf8? | account id
media_type utf8? | field media_type
media_product_type utf8? | field media_product_type
permalink utf8? | field permalink
timestamp timestamp[us, tz=UTC]? | field timestamp
`

const longHead = `media_id utf8 | media id
account_id utf8? | account id
metric utf8 | metric name
period utf8 | period
`

const retrievedLine = "retrieved_at timestamp[us, tz=UTC] | retrieved at"

type media = tables.MediaOptions

func TestMedia(t *testing.T) {
	for _, c := range []struct {
		name    string
		options media
		shape   string
		key     string
	}{
		{"bare media", media{Table: tables.AccountMediaTable, Edge: "media", Login: "facebook"}, mediaHead, "media_id"},
		{
			"wide media",
			media{
				Table: tables.AccountMediaTable, Edge: "media", Login: "facebook", Shape: tables.Wide,
				Metrics: []string{"reach", "reels_skip_rate", "ig_reels_avg_watch_time", "reach"},
				Fields:  []string{"caption", "like_count", "is_shared_to_feed", "owner", "caption", "permalink", "id", "timestamp"},
			},
			mediaHead + `caption utf8? | field caption
like_count int64? | field like_count
is_shared_to_feed bool? | field is_shared_to_feed
owner utf8? | field owner
reach int64? | measure reach
reels_skip_rate float64? | measure reels_skip_rate
ig_reels_avg_watch_time int64? | measure ig_reels_avg_watch_time
`, "media_id",
		},
		{
			"wide media by dimension",
			media{
				Table: tables.MediaInsightsTable, Login: "facebook", Metrics: []string{"navigation"},
				Breakdown: []string{"story_navigation_action_type", "story_navigation_action_type"}, Fields: []string{"children", "username"},
			},
			mediaHead + `username utf8? | field username
story_navigation_action_type utf8? | dimension story_navigation_action_type
navigation int64? | measure navigation
`, "media_id, story_navigation_action_type",
		},
		{
			"long media",
			media{Table: tables.MediaInsightsTable, Metrics: []string{"reach", "reels_skip_rate"}, Shape: tables.Long},
			longHead + "value float64? | value\n", "media_id, metric, period",
		},
		{
			"long media by dimension",
			media{Table: tables.AccountMediaTable, Edge: "media", Metrics: []string{"profile_activity"}, Breakdown: []string{"action_type"}, Shape: tables.Long},
			longHead + "action_type utf8? | dimension action_type\nvalue float64? | value\n", "media_id, metric, period, action_type",
		},
		{
			"stories without metrics ask for no dimension",
			media{Table: tables.AccountMediaTable, Edge: "stories", Breakdown: []string{"action_type", "moon"}},
			mediaHead, "media_id",
		},
		{
			"tagged media",
			media{Table: tables.AccountMediaTable, Edge: "tags", Fields: []string{"caption", "owner"}},
			mediaHead + "caption utf8? | field caption\nowner utf8? | field owner\n", "media_id",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, warnings, err := tables.Media(c.options)
			require.NoError(t, err)
			assert.Empty(t, warnings)
			sound(t, l)
			assert.Equal(t, c.options.Table, l.Table.Name)
			assert.Equal(t, tables.PerMedia, l.Form)
			assert.Equal(t, strings.Split(c.shape+retrievedLine, "\n"), shape(l))
			assert.Equal(t, c.key, strings.Join(l.Table.Key, ", "))
			goldens(t, strings.ReplaceAll(c.name, " ", "_"), l.Table)
		})
	}
}

// Both tables of media have one schema.
func TestMediaTablesAreOne(t *testing.T) {
	o := media{Table: tables.MediaInsightsTable, Metrics: []string{"reach"}, Fields: []string{"caption"}}
	a, _, err := tables.Media(o)
	require.NoError(t, err)
	o.Table, o.Edge = tables.AccountMediaTable, "media"
	b, _, err := tables.Media(o)
	require.NoError(t, err)
	a.Table.Name = "account_media"
	assert.Equal(t, a, b)
}

func TestMediaLayoutHoldsWhatIsBehind(t *testing.T) {
	l, warnings, err := tables.Media(media{
		Table: tables.AccountMediaTable, Edge: "media", Login: "facebook",
		Metrics: []string{"views", "reach"}, Fields: []string{"copyright_check_information", "mood"},
	})
	require.NoError(t, err)
	assert.Len(t, warnings, 1)
	assert.Equal(t, tables.Wide, l.Shape)
	assert.Equal(t, 0, l.Index(tables.MediaID))
	assert.Equal(t, 1, l.Index(tables.AccountID))
	assert.Equal(t, 8, l.IndexOf(tables.Measure, "views"))
	assert.Equal(t, []string{"views", "reach"}, l.Names(tables.Measure))
	assert.Equal(t, "reach", l.Metrics[1].Name)
	assert.Equal(t, metrics.Media, l.Metrics[1].Object)
	var names []string
	for _, f := range l.Fields {
		names = append(names, f.Name)
	}
	assert.Equal(t, l.Names(tables.Field), names)
	assert.True(t, l.Fields[4].Separate)
	assert.Equal(t, nodes.Field{Name: "mood", Type: nodes.String}, l.Fields[5])
	c, _ := l.Table.Column("copyright_check_information")
	assert.Equal(t, "Result of the copyright check of a video, as JSON text.", c.Doc)
}

func TestMediaChildren(t *testing.T) {
	l := tables.MediaChildren()
	sound(t, l)
	assert.Equal(t, "account_media_children", l.Table.Name)
	assert.Equal(t, tables.PerChild, l.Form)
	assert.Equal(t, tables.Wide, l.Shape)
	assert.Equal(t, []string{"child_id"}, l.Table.Key)
	assert.Equal(t, strings.Split(`child_id utf8 | child id
media_id utf8 | media id
account_id utf8? | account id
media_type utf8? | field media_type
media_url utf8? | field media_url
permalink utf8? | field permalink
shortcode utf8? | field shortcode
thumbnail_url utf8? | field thumbnail_url
timestamp timestamp[us, tz=UTC]? | field timestamp
username utf8? | field username
`+retrievedLine, "\n"), shape(l))
	assert.Len(t, l.Fields, 7)
	goldens(t, "children", l.Table)

	assert.True(t, media{Fields: []string{"caption", "children"}}.Children())
	assert.False(t, media{Fields: []string{"caption"}}.Children())
}

func TestMediaWithoutTable(t *testing.T) {
	const account, insights = tables.AccountMediaTable, tables.MediaInsightsTable
	for name, c := range map[string]struct {
		options media
		want    string
	}{
		"no such table": {media{Table: "media"}, "media is not a table of media: choose media_insights or account_media"},
		"no metric":     {media{Table: insights}, "table media_insights: no metric is chosen"},
		"no layout":     {media{Table: account, Edge: "media", Shape: "tall"}, "table account_media: tall is not a layout: choose wide or long"},
		"no such edge":  {media{Table: account, Edge: "live_media"}, "table account_media: live_media is not an edge that media are read from: choose media, stories, tags"},
		"a bad metric":  {media{Table: insights, Metrics: []string{"reach", "saves"}}, "table media_insights: saves is a metric of accounts, not of media. Use saved, which is the nearest name for media."},
		"a bad field":   {media{Table: account, Edge: "media", Fields: []string{"comments"}}, "table account_media: comments is an edge of a media and not a field of it. Leave it out, and read it with a query."},
		"long, no rows": {media{Table: account, Edge: "media", Shape: tables.Long}, "table account_media: The long layout has a row for each value of a metric, and no metric is chosen. Choose metrics, or the wide layout."},
		"metric and field": {
			media{Table: account, Edge: "tags", Metrics: []string{"reach"}, Fields: []string{""}},
			"table account_media: Media of the edge tags belong to other accounts, who alone can read their metrics. Leave the metrics out, or read the edge media or stories. A name in the list of fields is empty. Take out the comma too many.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, _, err := tables.Media(c.options)
			assert.EqualError(t, err, c.want)
			assert.Zero(t, l)
		})
	}
}

// Whatever is asked for: a sound table, the same each time, or an error.
func TestMediaLaw(t *testing.T) {
	node, _ := nodes.Lookup("IGMedia")
	names := append(node.FieldNames(""), "children", "mood", "Caption", "media_id", "retrieved_at")
	for _, e := range node.Edges {
		names = append(names, e.Name)
	}
	all := append(metrics.Names(metrics.Media), "all", "plays", "nonsense")
	rapid.Check(t, func(t *rapid.T) {
		o := media{
			Table:     rapid.SampledFrom([]string{"account_media", "media_insights"}).Draw(t, "table"),
			Metrics:   rapid.SliceOfN(rapid.SampledFrom(all), 0, 4).Draw(t, "metrics"),
			Fields:    rapid.SliceOfN(rapid.SampledFrom(append(names, all...)), 0, 5).Draw(t, "fields"),
			Breakdown: rapid.SliceOfN(rapid.SampledFrom(metrics.Dimensions(metrics.Media)), 0, 1).Draw(t, "breakdown"),
			Edge:      rapid.SampledFrom([]string{"", "media", "stories", "tags"}).Draw(t, "edge"),
			Login:     rapid.SampledFrom([]string{"", "facebook", "instagram"}).Draw(t, "login"),
			Shape:     rapid.SampledFrom([]tables.Shape{"", tables.Wide, tables.Long}).Draw(t, "shape"),
		}
		l, warnings, err := tables.Media(o)
		again, _, _ := tables.Media(o)
		assert.Equal(t, l, again)
		failures, same := tables.CheckMediaFields(o)
		assert.Equal(t, same, warnings)
		bad := len(failures) > 0 || len(o.Problems()) > 0 || o.Table == "media_insights" && len(o.Metrics) == 0
		assert.Equal(t, bad, err != nil)
		if err != nil {
			return
		}
		assert.NoError(t, l.Table.Check())
		assert.Len(t, l.Roles, len(l.Table.Columns))
		assert.Equal(t, "media_id", l.Table.Columns[0].Name)
		assert.Equal(t, "retrieved_at", l.Table.Columns[len(l.Roles)-1].Name)
		assert.Len(t, l.Names(tables.Field), len(l.Fields))
		for _, f := range l.Fields {
			assert.True(t, f.On(o.Login), f.Name)
		}
		for _, m := range l.Metrics {
			assert.Contains(t, o.Choice().Fitting(), m.Name)
		}
	})
}

package instagram_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// Where the conversion lies on a page must not show in the rows, and must cost little.
func TestPostsBeforeTheConversion(t *testing.T) {
	const n = 110
	for _, oldest := range []int{0, 55, 99, 100, 101, n - 1, n} {
		t.Run(fmt.Sprint("from ", oldest), func(t *testing.T) {
			old := each(func(m *graphtest.Media) { m.BeforeConversion = m.Index >= oldest })
			j, o := mediaJob(t, n, old, sixMetrics)
			o.chain(j.world.Media(j.properties["accountId"]))
			report := o.matches(t, j)
			assert.LessOrEqual(t, report.Calls.Counted, int64(3+9))

			// Nothing rides on pages here: calls for single posts find it.
			j, o = mediaJob(t, n, old, "ig_reels_avg_watch_time,follows")
			o.chain(j.world.Media(j.properties["accountId"]))
			report = o.matches(t, j)
			assert.LessOrEqual(t, report.Calls.Counted, int64(3+oldest+50))
		})
	}
}

func TestStoriesWithTooFewViewers(t *testing.T) {
	j, o := mediaJob(t, 5, func(a *graphtest.Account) {
		a.Stories, a.QuietStories = 14, 4
		a.EachMedia = func(m *graphtest.Media) {
			if m.ProductType == "STORY" && (m.Index == 9 || m.Index == 13) {
				m.Viewers = 2
			}
		}
	}, "reach,replies,navigation,likes")
	j.properties["mediaEdge"] = "stories"
	j.properties["mediaMetrics"], o.metrics = "reach,replies,navigation", []string{"reach", "replies", "navigation"}
	o.chain(j.world.Stories(j.properties["accountId"]))
	o.matches(t, j)
	require.Len(t, o.skipped, 3)
	require.EqualValues(t, 6, o.skipped[0].Count)
}

func TestPostsThatAreNotOnFacebook(t *testing.T) {
	j, o := mediaJob(t, 130, each(func(m *graphtest.Media) { m.NotOnFacebook = m.Index%7 == 3 }), "reach,facebook_views,crossposted_views")
	o.chain(j.world.Media(j.properties["accountId"]))
	o.matches(t, j)
	require.True(t, slices.ContainsFunc(o.skipped, func(s plugin.SkippedReport) bool {
		return s.Reason == "not_on_facebook" && s.Metric == "crossposted_views"
	}))
}

func TestMetricsRefusedByName(t *testing.T) {
	reel := func(m *graphtest.Media) bool { return m.ProductType == "REELS" }
	for name, c := range map[string]struct {
		n       int
		kinds   []graphtest.PostKind
		refused func(m *graphtest.Media) []string
		metrics string
		gate    int64
	}{
		"two posts": {n: 220, gate: 3 + 2*9, refused: func(m *graphtest.Media) []string {
			return some(m.Index == 40 || m.Index == 219, "saved")
		}},
		"ten posts far apart": {n: 300, gate: 3 + 10*7, refused: func(m *graphtest.Media) []string { return some(m.Index%30 == 29, "saved") }},
		"the first posts of all": {n: 120, gate: 120 + 30, refused: func(m *graphtest.Media) []string {
			return some(m.Index < 6, "views")
		}},
		"every other post": {n: 120, gate: 200, refused: func(m *graphtest.Media) []string { return some(m.Index%2 == 1, "saved") }},
		"two metrics of one post": {n: 120, gate: 2 + 12, refused: func(m *graphtest.Media) []string {
			return some(m.Index == 70, "saved", "views")
		}},
		"all six metrics of two posts": {n: 120, gate: 2 + 2*15, refused: func(m *graphtest.Media) []string {
			return some(m.Index == 99 || m.Index == 0, strings.Split(sixMetrics, ",")...)
		}},
		"of a whole product type": {
			n: 120, gate: 60 + 30, kinds: []graphtest.PostKind{graphtest.Reel, graphtest.FeedImage},
			refused: func(m *graphtest.Media) []string { return some(reel(m), "saved") },
		},
		"of every product type": {n: 120, gate: 30, refused: func(*graphtest.Media) []string { return []string{"saved"} }},
		"that only some types have": {
			n: 120, metrics: "reach,follows,profile_visits", gate: 110,
			refused: func(m *graphtest.Media) []string { return some(m.Index%5 == 0, "follows") },
		},
		"that only some types have, of the whole type": {
			n: 120, metrics: "reach,follows,profile_visits,reels_skip_rate", gate: 200,
			refused: func(m *graphtest.Media) []string { return []string{"follows", "reels_skip_rate"} },
		},
		"of a whole product type, alone, before the oldest": {
			n: 260, metrics: "saved", gate: 260, kinds: []graphtest.PostKind{graphtest.FeedImage, graphtest.Reel, graphtest.FeedAlbum},
			refused: func(m *graphtest.Media) []string {
				m.BeforeConversion = m.Index >= 130
				return some(!reel(m), "saved")
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.metrics == "" {
				c.metrics = sixMetrics
			}
			j, o := mediaJob(t, c.n, func(a *graphtest.Account) {
				a.Kinds = c.kinds
				a.EachMedia = func(m *graphtest.Media) { m.Refused = c.refused(m) }
			}, c.metrics)
			o.chain(j.world.Media(j.properties["accountId"]))
			report := o.matches(t, j)
			t.Log(name, report.Calls.Counted)
			assert.LessOrEqual(t, report.Calls.Counted, c.gate)
		})
	}
}

func some(when bool, names ...string) []string {
	if !when {
		return nil
	}
	return names
}

func TestAMetricThatTheAPIDoesNotKnow(t *testing.T) {
	six := strings.Split(sixMetrics, ",")
	known := slices.DeleteFunc(slices.Clone(six), func(name string) bool { return name == "saved" })
	fault := graphtest.ErrorFault("unknown metric", graphtest.Error{
		Code: 100, Message: "(#100) metric[4] must be one of the following values: " + strings.Join(known, ", "),
	}, graphtest.Refused)
	rule := graphtest.WithRules(graphtest.Rule{Fault: fault, Metric: "saved"})
	refused := func(_ graphtest.Media, metric string) (absence, bool) {
		return absence{"refused_metric", 100, 0}, metric == "saved"
	}
	j, o := mediaJob(t, 210, func(*graphtest.Account) {}, sixMetrics, rule)
	o.refused = refused
	list := j.world.Media(j.properties["accountId"])
	o.chain(list)
	report := o.matches(t, j)
	require.EqualValues(t, 3+1, report.Calls.Counted)

	given := list[:40]
	j = givenJob(j, given, sixMetrics)
	j.server = graphtest.Start(t, j.world, rule)
	o = &oracle{world: j.world, metrics: six, refused: refused}
	o.given(given[0].ID+".."+given[39].ID, given)
	report = o.matches(t, j)
	require.EqualValues(t, 80, report.Calls.Counted)
}

// givenJob is a job that reads media by their ids.
func givenJob(j job, list []graphtest.Media, names string) job {
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	j.properties = mediaProperties(map[string]string{
		"requestType": "media_insights", "mediaId": strings.Join(ids, ","), "mediaMetrics": names,
	})
	return j
}

func TestEmptyInsights(t *testing.T) {
	j, o := mediaJob(t, 130, each(func(m *graphtest.Media) {
		m.NoInsights = m.Index%9 == 4
		if m.Index%11 == 2 {
			m.Absent = []string{"likes", "follows"}
		}
	}), "reach,likes,follows")
	o.chain(j.world.Media(j.properties["accountId"]))
	o.matches(t, j)
	require.True(t, slices.ContainsFunc(o.skipped, func(s plugin.SkippedReport) bool { return s.Reason == "no_data" && s.Metric == "follows" }))
}

func TestAdsHaveNoInsights(t *testing.T) {
	kinds := []graphtest.PostKind{
		graphtest.Ad, graphtest.FeedImage, graphtest.Reel, graphtest.FeedVideo, graphtest.Reel, graphtest.FeedAlbum,
		graphtest.FeedImage, graphtest.FeedImage, graphtest.FeedImage, graphtest.Reel, graphtest.FeedImage, graphtest.FeedImage, graphtest.Ad,
	}
	j, o := mediaJob(t, 130, func(a *graphtest.Account) { a.Kinds = kinds }, sixMetrics)
	o.chain(j.world.Media(j.properties["accountId"]))
	report := o.matches(t, j)
	t.Log(report.Calls.Counted)
	assert.LessOrEqual(t, report.Calls.Counted, int64(2+20*8))
}

func TestAlbumChildrenHaveNoInsightsOfTheirOwn(t *testing.T) {
	for _, names := range []string{sixMetrics, "follows"} { // on the first call, and on one of their own
		j, o := mediaJob(t, 60, func(*graphtest.Account) {}, names)
		var list []graphtest.Media
		for _, m := range j.world.Media(j.properties["accountId"]) {
			if list = append(list, m); len(m.Children) > 0 {
				list = append(list, m.Children[0], m.Children[1])
			}
		}
		list = list[:48]
		split := list[0].ID + ".." + list[47].ID
		j = givenJob(j, list, names)
		o.given(split, list)
		o.matches(t, j)
		require.True(t, slices.ContainsFunc(o.skipped, func(s plugin.SkippedReport) bool { return s.Reason == "album_child" }))
	}
}

func TestDeletedPosts(t *testing.T) {
	gone := each(func(m *graphtest.Media) { m.Deleted = m.Index == 0 || m.Index == 57 || m.Index == 129 })
	for _, names := range []string{sixMetrics, "follows,reels_skip_rate"} {
		j, o := mediaJob(t, 130, gone, names)
		list := j.world.Media(j.properties["accountId"])
		_, report, err := j.run(t)
		require.ErrorContains(t, err, "does not exist")
		require.Equal(t, plugin.StatusFailed, report.Status)

		j.server.ResetStats()
		j.properties["errorHandling"] = "skipOnError"
		o.chain(list)
		require.Len(t, o.lost, 3)
		o.matches(t, j)

		given := list[30:70]
		j = givenJob(j, given, names)
		j.server = graphtest.Start(t, j.world)
		_, report, err = j.run(t)
		require.ErrorContains(t, err, list[57].ID)
		require.Equal(t, plugin.StatusFailed, report.Status)

		j.server.ResetStats()
		j.properties["errorHandling"] = "skipOnError"
		o = &oracle{world: j.world, metrics: o.metrics}
		o.given(given[0].ID+".."+given[39].ID, given)
		o.matches(t, j)
		require.Equal(t, []string{list[57].ID}, o.lost)
	}
}

func TestDeletedAlbumsTakeTheirChildrenWithThem(t *testing.T) {
	j, o := mediaJob(t, 120, func(a *graphtest.Account) {
		a.Kinds = []graphtest.PostKind{graphtest.FeedAlbum, graphtest.FeedImage}
		a.EachMedia = func(m *graphtest.Media) { m.Deleted = m.Index == 30 || m.Index == 31 || m.Index == 80 }
	}, "follows")
	j.properties["errorHandling"], j.properties["fields"] = "skipOnError", "children"
	list := j.world.Media(j.properties["accountId"])
	o.chain(list)
	sink, _ := j.read(t)
	require.Equal(t, o.rows, sink.Rows("account_media"))
	var want []string
	for _, m := range list {
		if !m.Deleted {
			for _, c := range m.Children {
				want = append(want, c.ID)
			}
		}
	}
	var got []string
	for _, row := range sink.Rows("account_media_children") {
		got = append(got, row[0])
	}
	require.Equal(t, want, got)
}

// Halving a page because it is too heavy and halving it to find a post go together, and so do pages that come
// short or empty.
func TestBadPostsOnHeavyAndOnRaggedPages(t *testing.T) {
	for name, option := range map[string]graphtest.Option{
		"heavy": graphtest.WithPageWeight(12 * 30), "ragged": graphtest.WithRaggedPages(),
	} {
		t.Run(name, func(t *testing.T) {
			j, o := mediaJob(t, 260, each(func(m *graphtest.Media) {
				m.Refused = some(m.Index == 13 || m.Index == 14 || m.Index == 77 || m.Index == 140, "comments")
				m.Deleted = m.Index == 90
				m.NoInsights = m.Index == 91
				m.BeforeConversion = m.Index >= 199
			}), sixMetrics, option)
			j.properties["errorHandling"] = "skipOnError"
			o.chain(j.world.Media(j.properties["accountId"]))
			report := o.matches(t, j)
			t.Log(report.Calls.Counted)
			assert.LessOrEqual(t, report.Calls.Counted, int64(140))
		})
	}
}

func TestMediaBreakdowns(t *testing.T) {
	for edge, c := range map[string]struct{ metric, dimension string }{
		"media":   {"profile_activity", "action_type"},
		"stories": {"navigation", "story_navigation_action_type"},
	} {
		for _, layout := range []string{"wide", "long"} {
			t.Run(edge+" "+layout, func(t *testing.T) {
				j, _ := mediaJob(t, 110, func(a *graphtest.Account) { a.Stories, a.QuietStories = 9, 2 }, c.metric)
				j.properties["breakdown"], j.properties["layout"], j.properties["mediaEdge"] = c.dimension, layout, edge
				id := j.properties["accountId"]
				list := j.world.Media(id)
				if edge == "stories" {
					list = j.world.Stories(id)
				}
				var want [][]string
				for _, m := range list {
					tuples, ok := j.world.MediaTuples(m.ID, c.metric, c.dimension)
					slices.SortFunc(tuples, func(a, b graphtest.Tuple) int { return strings.Compare(a.Dimensions[0], b.Dimensions[0]) })
					head := []string{m.ID, id}
					if layout == "wide" {
						head = append(head, text(m.Type), text(m.ProductType), text(m.Permalink), moment(m.Timestamp))
						if !ok || len(tuples) == 0 {
							want = append(want, append(head, plugintest.Null, plugintest.Null, moment(now)))
						}
					} else {
						head = append(head, c.metric, "lifetime")
					}
					for _, tuple := range tuples {
						want = append(want, append(slices.Clone(head), tuple.Dimensions[0], strconv.FormatInt(tuple.Value, 10), moment(now)))
					}
				}
				sink, report := j.read(t)
				require.Equal(t, want, sink.Rows("account_media"))
				require.NotEmpty(t, report.Skipped)
			})
		}
	}
}

func TestAllMediaMetrics(t *testing.T) {
	for edge, types := range map[string][]string{"media": {"AD", "FEED", "REELS"}, "stories": {"STORY"}} {
		for _, login := range []string{"facebook", "instagram"} {
			t.Run(edge+" "+login, func(t *testing.T) {
				w := graphtest.NewWorld(107, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) {
					a.Media, a.OddPerMille, a.Stories = 60, 0, 6
				}))
				host := graphtest.Facebook
				if login == "instagram" {
					host = graphtest.Instagram
				}
				id := w.AccountIDs()[0]
				j := job{world: w, host: host, server: graphtest.Start(t, w, graphtest.WithHost(host)), properties: mediaProperties(map[string]string{
					"accountId": id, "mediaMetrics": "all", "mediaEdge": edge, "login": login,
				})}
				o := &oracle{world: w, metrics: metrics.Choice{Object: metrics.Media, Login: login, ProductTypes: types}.Fitting()}
				list := w.Media(id)
				if edge == "stories" {
					list = w.Stories(id)
				}
				o.chain(list)
				o.matches(t, j)
				require.Equal(t, edge == "media", slices.Contains(o.metrics, "reels_skip_rate"))
			})
		}
	}
}

func TestDecimalsOfMedia(t *testing.T) {
	j, o := mediaJob(t, 40, func(a *graphtest.Account) { a.Kinds = []graphtest.PostKind{graphtest.Reel} }, "reels_skip_rate")
	o.chain(j.world.Media(j.properties["accountId"]))
	o.matches(t, j)
	require.True(t, slices.ContainsFunc(o.rows, func(row []string) bool { return strings.Contains(row[6], ".") }))
	require.Empty(t, o.skipped)
}

func TestGivenMediaWithEveryPeculiarity(t *testing.T) {
	names := "reach,likes,saved,follows,facebook_views,crossposted_views,navigation,reels_skip_rate"
	j, o := mediaJob(t, 200, func(a *graphtest.Account) {
		a.OddPerMille, a.PersonalPosts, a.Stories, a.QuietStories = 400, 40, 4, 2
	}, names)
	id := j.properties["accountId"]
	var list []graphtest.Media
	for i, m := range j.world.Media(id) {
		if i%5 == 0 {
			list = append(list, m)
		}
	}
	list = append(list, j.world.Stories(id)...)
	slices.Reverse(list)
	j = givenJob(j, list, names)
	j.properties["errorHandling"] = "skipOnError"
	for i := range list { // what is gone is gone, whenever it was posted
		list[i].BeforeConversion = list[i].BeforeConversion && !list[i].Deleted
	}
	o.given(list[0].ID+".."+list[len(list)-1].ID, list)
	o.matches(t, j)
	require.NotEmpty(t, o.lost)
}

func TestMixedAccounts(t *testing.T) {
	names := "reach,saved,views,follows,facebook_views"
	w := graphtest.NewWorld(109, graphtest.WithNow(now),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille, a.PersonalPosts = 230, 80, 70 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 150, 20 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.PersonalPosts = 20, 20 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }))
	j := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{"mediaMetrics": names, "errorHandling": "skipOnError"})}
	o := &oracle{world: w, metrics: strings.Split(names, ",")}
	for _, id := range sorted(w) {
		o.chain(w.Media(id))
	}
	o.matches(t, j)
}

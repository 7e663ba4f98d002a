package instagram_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// sixMetrics are what every post has.
const sixMetrics = "reach,views,likes,comments,saved,shares"

// mediaProperties asks for the media of all accounts.
func mediaProperties(changes map[string]string) map[string]string {
	p := properties(map[string]string{
		"requestType": "account_media", "accountMetrics": "", "period": "", "fromDate": "", "toDate": "", "mediaMetrics": sixMetrics,
	})
	for k, v := range changes {
		p[k] = v
	}
	return p
}

// wantMedia is the row of a media with metrics, computed from the world alone.
func wantMedia(w *graphtest.World, m graphtest.Media, metrics []string) []string {
	row := []string{m.ID, m.Account, text(m.Type), text(m.ProductType), text(m.Permalink), moment(m.Timestamp)}
	for _, name := range metrics {
		row = append(row, insight(w.MediaInsight(m.ID, name)))
	}
	return append(row, moment(now))
}

// insight is a value of the world as plugintest writes it.
func insight(v any, ok bool) string {
	if !ok {
		return plugintest.Null
	}
	if f, isFloat := v.(float64); isFloat {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func posts(n int, change func(*graphtest.Media)) graphtest.WorldOption {
	return graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.EachMedia = int64(n), 0, change
	})
}

func TestFiveHundredPostsInTheFewestCalls(t *testing.T) {
	six := strings.Split(sixMetrics, ",")
	for name, c := range map[string]struct {
		metrics string
		change  func(*graphtest.Media)
		gate    int64 // counted calls
		reasons map[string]int64
	}{
		"clean": {metrics: sixMetrics, gate: 5},
		"three posts on three pages fail them": {
			metrics: sixMetrics, gate: 32,
			change: func(m *graphtest.Media) {
				if m.Index == 37 || m.Index == 250 || m.Index == 499 {
					m.Refused = []string{"saved"}
					m.BeforeConversion = m.Index == 499
				}
			},
		},
		"the oldest 40 % predate the conversion": {
			metrics: sixMetrics, gate: 15,
			change:  func(m *graphtest.Media) { m.BeforeConversion = m.Index >= 300 },
			reasons: map[string]int64{"before_conversion": 200 * 6},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := graphtest.NewWorld(67, graphtest.WithNow(now), posts(500, c.change))
			ids := w.AccountIDs()
			j := job{world: w, server: graphtest.Start(t, w), parallelism: 4, properties: mediaProperties(map[string]string{
				"mediaMetrics": c.metrics, "accountId": ids[0],
			})}
			rows, report := j.rows(t)
			var want [][]string
			for _, m := range w.Media(ids[0]) {
				want = append(want, wantMedia(w, m, six))
			}
			require.Len(t, want, 500)
			require.Equal(t, want, rows)
			assert.Equal(t, j.server.Stats().Calls, report.Calls.Counted)
			assert.LessOrEqual(t, report.Calls.Counted, c.gate)
			t.Log(name, report.Calls.Counted, report.Skipped)
			for reason, count := range c.reasons {
				var got int64
				for _, s := range report.Skipped {
					if s.Reason == reason {
						got += s.Count
					}
				}
				assert.Equal(t, count, got, reason)
			}
		})
	}
}

func TestMetricsOfSomeKindsTakeACallForEachSuchPost(t *testing.T) {
	w := graphtest.NewWorld(71, graphtest.WithNow(now), posts(500, nil))
	id := w.AccountIDs()[0]
	metrics := append(strings.Split(sixMetrics, ","), "ig_reels_avg_watch_time")
	j := job{world: w, server: graphtest.Start(t, w), parallelism: 4, properties: mediaProperties(map[string]string{
		"accountId": id, "mediaMetrics": strings.Join(metrics, ","),
	})}
	rows, report := j.rows(t)
	var want [][]string
	reels := int64(0)
	for _, m := range w.Media(id) {
		want = append(want, wantMedia(w, m, metrics))
		if m.ProductType == "REELS" {
			reels++
		}
	}
	require.Equal(t, want, rows)
	require.NotZero(t, reels)
	require.Equal(t, 5+reels, report.Calls.Counted)
	require.Equal(t, []plugin.SkippedReport{{
		Split: id, Metric: "ig_reels_avg_watch_time", Reason: "not_for_type", Count: 500 - reels, Objects: []string{"FEED"},
	}}, report.Skipped)
}

func TestMediaAtAnyParallelismWithEveryPeculiarity(t *testing.T) {
	w := graphtest.NewWorld(73, graphtest.WithNow(now),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 330, 60 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 120 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }))
	metrics := []string{"reach", "likes", "follows", "reels_skip_rate", "facebook_views", "views"}
	j := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"mediaMetrics": strings.Join(metrics, ","), "errorHandling": "skipOnError",
	})}
	j.parallelism = 1
	one, first, err := j.run(t)
	require.NoError(t, err)
	j.parallelism = 16
	many, second, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, one.Rows("account_media"), many.Rows("account_media"))
	require.Equal(t, first.Skipped, second.Skipped)
	require.Equal(t, first.Tables, second.Tables)
	require.Equal(t, first.Calls.Counted, second.Calls.Counted)
	var want [][]string
	for _, id := range sorted(w) {
		for _, m := range w.Media(id) {
			if !m.Deleted {
				want = append(want, wantMedia(w, m, metrics))
			}
		}
	}
	require.Equal(t, want, one.Rows("account_media"))
	t.Log(first.Gist())
}

func TestMediaBetweenDays(t *testing.T) {
	w := graphtest.NewWorld(79, graphtest.WithNow(now), posts(400, nil))
	id := w.AccountIDs()[0]
	all := w.Media(id)
	from, to := graphtest.DayOf(all[300].Timestamp), graphtest.DayOf(all[50].Timestamp)
	j := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"accountId": id, "fromDate": from.String(), "toDate": to.String(),
	})}
	rows, _ := j.rows(t)
	var want [][]string
	for _, m := range all {
		if d := graphtest.DayOf(m.Timestamp); d >= from && d <= to {
			want = append(want, wantMedia(w, m, strings.Split(sixMetrics, ",")))
		}
	}
	require.Equal(t, want, rows)
}

func TestMediaWithoutMetricsWithFieldsAndChildren(t *testing.T) {
	w := graphtest.NewWorld(83, graphtest.WithNow(now), posts(150, nil))
	id := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"accountId": id, "mediaMetrics": "", "fields": "caption,shortcode,children",
	})}
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.EqualValues(t, 2, report.Calls.Counted)
	var want, children [][]string
	for _, m := range w.Media(id) {
		want = append(want, []string{
			m.ID, id, m.Type, m.ProductType, text(m.Permalink), moment(m.Timestamp), text(m.Caption), text(m.Shortcode), moment(now),
		})
		for _, c := range m.Children {
			children = append(children, []string{
				c.ID, m.ID, id, c.Type, text(c.MediaURL), text(c.Permalink), text(c.Shortcode), text(c.ThumbnailURL), moment(c.Timestamp),
				text(c.Username), moment(now),
			})
		}
	}
	require.Equal(t, want, sink.Rows("account_media"))
	require.NotEmpty(t, children)
	require.Equal(t, children, sink.Rows("account_media_children"))
}

func TestGivenMedia(t *testing.T) {
	w := graphtest.NewWorld(89, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 90, 0 }))
	id := w.AccountIDs()[0]
	var media []graphtest.Media
	for i, m := range w.Media(id) {
		if i%3 == 0 {
			media = append(media, m)
		}
	}
	media = append(media, w.Stories(id)...)
	slices.Reverse(media)
	var ids []string
	for _, m := range media {
		ids = append(ids, m.ID)
	}
	metrics := []string{"reach", "likes", "replies", "ig_reels_avg_watch_time"}
	j := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"requestType": "media_insights", "mediaId": strings.Join(ids, ","), "mediaMetrics": strings.Join(metrics, ","),
	})}
	rows, report := j.rows(t)
	var want [][]string
	for _, m := range media {
		want = append(want, wantMedia(w, m, metrics))
	}
	require.Equal(t, want, rows)
	t.Log(report.Calls, report.Skipped)
}

func TestMediaPagesThatAreTooHeavyShrinkAndGrow(t *testing.T) {
	w := graphtest.NewWorld(97, graphtest.WithNow(now), posts(500, nil))
	id := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithPageWeight(60*12)), properties: mediaProperties(map[string]string{"accountId": id})}
	rows, report := j.rows(t)
	require.Len(t, rows, 500)
	require.Less(t, report.Calls.Counted, int64(20))
}

func TestStoriesAndTags(t *testing.T) {
	w := graphtest.NewWorld(101, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 10 }))
	id := w.AccountIDs()[0]
	stories := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"accountId": id, "mediaEdge": "stories", "mediaMetrics": "reach,replies,navigation",
	})}
	rows, report := stories.rows(t)
	var want [][]string
	for _, m := range w.Stories(id) {
		want = append(want, wantMedia(w, m, []string{"reach", "replies", "navigation"}))
	}
	require.Equal(t, want, rows)
	t.Log(report.Skipped)

	tags := job{world: w, server: graphtest.Start(t, w), properties: mediaProperties(map[string]string{
		"accountId": id, "mediaEdge": "tags", "mediaMetrics": "",
	})}
	rows, _ = tags.rows(t)
	require.Len(t, rows, len(w.Tagged(id)))
	for i, m := range w.Tagged(id) {
		require.Equal(t, m.ID, rows[i][0])
		require.Equal(t, id, rows[i][1])
	}
	_ = time.Second
}

func TestALongRangeIsReadInSlicesOfTime(t *testing.T) {
	w := graphtest.NewWorld(103, graphtest.WithNow(now), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.FirstPost, a.LastPost = 3000, 0, now.AddDate(-2, 0, 0), now.AddDate(0, 0, -1)
	}))
	id := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), parallelism: 8, properties: mediaProperties(map[string]string{
		"accountId": id, "fromDate": "2024-01-01",
	})}
	rows, report := j.rows(t)
	var want [][]string
	for _, m := range w.Media(id) {
		want = append(want, wantMedia(w, m, strings.Split(sixMetrics, ",")))
	}
	require.Len(t, want, 3000)
	require.Equal(t, want, rows)
	require.Greater(t, len(report.Splits), 4)
	require.LessOrEqual(t, report.Calls.Counted, int64(40), "thirty pages, one to find out, and one for each slice at most")
}

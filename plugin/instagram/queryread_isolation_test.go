package instagram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// troubled is a world in which everything goes wrong once: a metric is refused for one post, another post is
// deleted, an account lacks the permission; and the query that reads it.
func troubled() (*graphtest.World, map[string]string) {
	plain := func(a *graphtest.Account) {
		a.Media, a.OddPerMille = 130, 0
		a.CommentCount = func(m graphtest.Media) int { return []int{0, 60, 2}[m.Index%3] }
		a.ReplyCount = func(c graphtest.Comment) int { return c.Index % 3 }
	}
	w := graphtest.NewWorld(55, graphtest.WithClock(newClock()),
		graphtest.WithAccount(plain, func(a *graphtest.Account) {
			a.EachMedia = func(m *graphtest.Media) {
				m.Deleted = m.Index == 77
				m.Refused = some(m.Index == 41, "saved")
			}
		}),
		graphtest.WithAccount(plain, func(a *graphtest.Account) { a.MediaDenied = true }),
		graphtest.WithAccount(plain))
	return w, querying(q("all", "media", "id,caption,comments{text,replies{text}},insights.metric(reach,saved){values}",
		"accounts", strings.Join(w.AccountIDs(), ",")))
}

func TestEverythingWrongOnce(t *testing.T) {
	w, properties := troubled()
	ids := w.AccountIDs()
	properties["errorHandling"] = "skipOnError"
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithPageWeight(4000)), properties: properties}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusPartial, report.Status)
	var media, comments, replies, insights [][]string
	for _, account := range []string{ids[0], ids[2]} {
		list := w.Media(account)
		rows, _ := insightsOracle(w, list, "page_media_insights", []string{"reach", "saved"})
		insights = append(insights, rows...)
		for _, m := range list {
			if m.Deleted {
				continue
			}
			media = append(media, []string{m.ID, account, "page_media", account, text(m.Caption)})
			for _, c := range w.Comments(m.ID) {
				comments = append(comments, []string{c.ID, account, "page_media_comments", m.ID, text(c.Text)})
				for _, r := range w.Replies(c.ID) {
					replies = append(replies, []string{r.ID, account, "page_media_comments_replies", c.ID, text(r.Text)})
				}
			}
		}
	}
	require.Equal(t, media, sink.Rows("all_media"))
	require.Equal(t, byCells(comments), byCells(sink.Rows("all_comments")))
	require.Equal(t, byCells(replies), byCells(sink.Rows("all_replies")))
	require.Equal(t, byCells(insights), byCells(sink.Rows("all_insights")))
	require.Equal(t, map[string]int64{"saved refused_metric": 1}, absences(report))
	deleted := w.Media(ids[0])[77]
	require.Equal(t, "all/"+ids[0], report.Splits[0].ID)
	require.Contains(t, report.Splits[0].Error, "media "+deleted.ID)
	require.Contains(t, report.Splits[0].Error, "does not exist")
	require.Equal(t, "all/"+ids[1], report.Splits[1].ID)
	require.Contains(t, report.Splits[1].Error, "code 10")
	require.Empty(t, report.Splits[2].Error)

	delete(properties, "errorHandling")
	_, report, err := j.run(t)
	require.Error(t, err)
	require.Equal(t, plugin.StatusFailed, report.Status)
	require.Contains(t, err.Error(), "all/"+ids[0])
}

// A comment that is gone fails every page that asks for its replies: it is found, and all others are read.
func TestDeletedCommentsCostTheirRepliesAlone(t *testing.T) {
	w := threadWorld(10, func(a *graphtest.Account) {
		a.EachComment = func(c *graphtest.Comment) { c.Deleted = c.Parent == "" && (c.Index == 1 || c.Index == 73) }
	})
	account := w.AccountIDs()[0]
	var comments, replies [][]string
	var gone []string
	for _, m := range w.Media(account) {
		for _, c := range w.Comments(m.ID) {
			comments = append(comments, []string{c.ID, account, "page_media_comments", m.ID, text(c.Text)})
			if c.Deleted {
				gone = append(gone, c.ID)
			}
			for _, r := range w.Replies(c.ID) {
				replies = append(replies, []string{r.ID, account, "page_media_comments_replies", c.ID, text(r.Text)})
			}
		}
	}
	require.NotEmpty(t, gone)
	for endpoint, fields := range map[string]string{
		"media": "id,comments{text,replies{text}}",
		"":      "username,media{comments{text,replies{text}}}", // which rides on the account
	} {
		j := job{world: w, server: graphtest.Start(t, w), properties: querying(q("c", endpoint, fields, "accounts", account))}
		j.properties["errorHandling"] = "skipOnError"
		sink, report := j.read(t)
		require.Equal(t, plugin.StatusPartial, report.Status)
		require.Equal(t, byCells(comments), byCells(sink.Rows("c_comments")))
		require.Equal(t, byCells(replies), byCells(sink.Rows("c_replies")))
		require.Contains(t, report.Splits[0].Error, "comment "+gone[0]+": replies: ")

		delete(j.properties, "errorHandling")
		_, _, err := j.run(t)
		require.ErrorContains(t, err, "does not exist")
	}
}

// A nested page that fails costs the rest of its object's list, and says whose.
func TestANestedPageWithoutPermission(t *testing.T) {
	w := threadWorld(20)
	account := w.AccountIDs()[0]
	denied, ok := graphtest.FaultNamed("error 10")
	require.True(t, ok)
	long := w.Media(account)[6]
	require.Len(t, w.Comments(long.ID), 120)
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithRules(graphtest.Rule{Fault: denied, Path: long.ID + "/comments"})), properties: querying(
		q("c", "media", "id,comments{text}", "accounts", account))}
	_, _, err := j.run(t)
	require.ErrorContains(t, err, long.ID)
	j.properties["errorHandling"] = "skipOnError"
	j.server.ResetStats()
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Contains(t, report.Splits[0].Error, "media "+long.ID+": comments: ")
	var comments [][]string
	for _, m := range w.Media(account) {
		list := w.Comments(m.ID)
		if m.ID == long.ID {
			list = list[:50]
		}
		for _, c := range list {
			comments = append(comments, []string{c.ID, account, "page_media_comments", m.ID, text(c.Text)})
		}
	}
	require.Equal(t, byCells(comments), byCells(sink.Rows("c_comments")))
}

// Pages that are too heavy are made smaller at every level, down to single objects with little of what is inside.
func TestTooHeavyAtEveryLevel(t *testing.T) {
	for _, weight := range []int{40, 90, 400, 3000} {
		t.Run(fmt.Sprint(weight), func(t *testing.T) {
			t.Parallel()
			w := threadWorld(10)
			account := w.AccountIDs()[0]
			j := job{world: w, server: graphtest.Start(t, w, graphtest.WithPageWeight(weight)), properties: querying(
				q("c", "media", "id,caption,comments{text,replies{text}}", "accounts", account))}
			sink, report := j.read(t)
			require.Equal(t, plugin.StatusComplete, report.Status)
			var comments, replies []string
			for _, m := range w.Media(account) {
				for _, c := range w.Comments(m.ID) {
					comments = append(comments, c.ID)
					for _, r := range w.Replies(c.ID) {
						replies = append(replies, r.ID)
					}
				}
			}
			ids := func(table string) []string {
				var out []string
				for _, row := range sink.Rows(table) {
					out = append(out, row[0])
				}
				slices.Sort(out)
				return out
			}
			slices.Sort(comments)
			slices.Sort(replies)
			require.Equal(t, comments, ids("c_comments"))
			require.Equal(t, replies, ids("c_replies"))
		})
	}
}

// Of several accounts read in one batch, one that cannot be read costs itself alone.
func TestAnObjectThatFailsCostsItselfAlone(t *testing.T) {
	w := graphtest.NewWorld(61, graphtest.WithClock(newClock()), graphtest.WithAccounts(3))
	ids := w.AccountIDs()
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("who", "", "username,followers_count", "accounts", ids[0]+",17841499999999999,"+ids[2]))}
	_, report, err := j.run(t)
	require.ErrorContains(t, err, "account 17841499999999999")
	require.Equal(t, plugin.StatusFailed, report.Status)

	j.properties["errorHandling"] = "skipOnError"
	j.server.ResetStats()
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Contains(t, report.Splits[0].Error, "account 17841499999999999")
	var want [][]string
	for _, id := range []string{ids[0], ids[2]} {
		a, _ := w.Account(id)
		want = append(want, []string{id, id, "page", id, a.Username, fmt.Sprint(a.Followers)})
	}
	require.Equal(t, want, sink.Rows("who_page"))
	require.EqualValues(t, 1, report.Calls.Requests)
	require.EqualValues(t, 3, report.Calls.Counted)
}

// An edge that the token may not read costs itself alone; the account and its other edges come.
func TestAnEdgeWithoutPermission(t *testing.T) {
	w := threadWorld(130, func(a *graphtest.Account) { a.Tagged = 5 })
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithTokens(graphtest.Token{
		Value: w.Token(graphtest.Facebook), Scopes: []string{"instagram_basic", "pages_read_engagement", "pages_show_list"},
	})), properties: querying(q("a", "", "username,media{caption},tags{caption}", "accounts", account))}
	_, _, err := j.run(t)
	require.ErrorContains(t, err, "code 10")

	j.properties["errorHandling"] = "skipOnError"
	j.server.ResetStats()
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Contains(t, report.Splits[0].Error, "account "+account+": tags: ")
	require.Equal(t, mediaIDs(w.Media(account)), firstColumn(sink, "a_media"))
	require.Equal(t, []string{account}, firstColumn(sink, "a_page"))
	require.Empty(t, sink.Rows("a_tags"))
}

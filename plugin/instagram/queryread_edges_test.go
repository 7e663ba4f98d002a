package instagram_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// firstColumn are the ids of a table, in order.
func firstColumn(sink *plugintest.Memory, table string) []string {
	var out []string
	for _, row := range sink.Rows(table) {
		out = append(out, row[0])
	}
	return out
}

func mediaIDs(list []graphtest.Media) []string {
	var out []string
	for _, m := range list {
		out = append(out, m.ID)
	}
	return out
}

// Media of another account come with the profile that was looked up, and go on behind a cursor inside it.
func TestBusinessDiscoveryIsReadToItsEnd(t *testing.T) {
	w := graphtest.NewWorld(71, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 10 }),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 230, 0 }))
	ids := w.AccountIDs()
	other, _ := w.Account(ids[1])
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("rival", "", "business_discovery.username("+other.Username+"){username,followers_count,media{id,caption}}", "accounts", ids[0]))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Equal(t, mediaIDs(w.Media(ids[1])), firstColumn(sink, "rival_media"))
	for i, row := range sink.Rows("rival_media") {
		require.Equal(t, []string{ids[0], "page_business_discovery_media", ids[1]}, row[1:4], i)
	}
	page := sink.Rows("rival_page")
	require.Len(t, page, 1)
	require.Contains(t, page[0], other.Username)
	// a list without links ends with an empty page
	require.EqualValues(t, 4, report.Calls.Counted)
}

func TestTagsGoOnWithoutLinks(t *testing.T) {
	w := graphtest.NewWorld(72, graphtest.WithClock(newClock()), graphtest.WithAccount(func(a *graphtest.Account) { a.Tagged = 230 }))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("t", "tags", "id,caption,timestamp", "accounts", account), q("inside", "", "username,tags{caption}", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Equal(t, mediaIDs(w.Tagged(account)), firstColumn(sink, "t_tags"))
	require.Equal(t, mediaIDs(w.Tagged(account)), firstColumn(sink, "inside_tags"))
	require.Len(t, sink.Rows("inside_page"), 1)
}

func TestMediaOfAHashtag(t *testing.T) {
	w := graphtest.NewWorld(73, graphtest.WithClock(newClock()), graphtest.WithAccounts(1),
		graphtest.WithHashtags(func(string) graphtest.HashtagCount { return graphtest.HashtagCount{Top: 130, Recent: 20} }))
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("top", "ig_hashtag_search/top_media?q=coffee", "id,caption,like_count", "accounts", account),
		q("tag", "ig_hashtag_search?q=coffee", "id,name", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var media, tag string
	for _, table := range sink.Tables() {
		if strings.HasPrefix(table.Name, "top") {
			media = table.Name
		} else {
			tag = table.Name
		}
	}
	require.Equal(t, mediaIDs(w.TopMedia("coffee")), firstColumn(sink, media))
	require.Equal(t, []string{w.HashtagID("coffee")}, firstColumn(sink, tag))
}

// Endpoints without accounts: the user, an object by its id, an edge of one.
func TestEndpointsWithoutAccounts(t *testing.T) {
	w := threadWorld(20)
	long := w.Media(w.AccountIDs()[0])[6]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("me", "me", "id,name,accounts{id,name}", "accounts", "none"),
		q("one", long.ID, "id,caption,comments{text}", "accounts", "none"),
		q("talk", long.ID+"/comments", "text,replies{text}", "accounts", "none"))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	names := make(map[string][]string)
	for _, table := range sink.Tables() {
		names[table.Name] = firstColumn(sink, table.Name)
	}
	var comments []string
	for _, c := range w.Comments(long.ID) {
		comments = append(comments, c.ID)
	}
	require.Len(t, comments, 120)
	require.Equal(t, comments, names["one_comments"])
	var talk []string
	for name, ids := range names {
		if strings.HasPrefix(name, "talk_") && strings.HasSuffix(name, "comments") {
			talk = ids
			require.Equal(t, plugintest.Null, sink.Rows(name)[0][1])
			require.Equal(t, plugintest.Null, sink.Rows(name)[0][3])
		}
	}
	require.Equal(t, comments, talk)
	require.Len(t, names["me_accounts"], 2)
	require.Equal(t, w.UserID(), sink.Rows("me_accounts")[0][3])
}

// A summary is a row of its own, also of a list that is not wanted, and in a list that goes on.
func TestSummaries(t *testing.T) {
	w := threadWorld(30)
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("s", "media", "id,comments.limit(0).summary(total_count)", "accounts", account),
		q("r", "media", "id,comments.summary(total_count){text}", "accounts", account))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var want [][]string
	var comments int
	for _, m := range w.Media(account) {
		n := len(w.Comments(m.ID))
		comments += n
		want = append(want, []string{plugintest.Null, account, "page_media_comments", m.ID, fmt.Sprint(n)})
	}
	require.Equal(t, byCells(want), byCells(sink.Rows("s_summary")))
	require.Equal(t, byCells(want), byCells(sink.Rows("r_summary")))
	require.Len(t, sink.Rows("r_comments"), comments)
}

// The account itself, edges of it that ride, edges with insights that do not, and its own insights.
func TestAnAccountWithEverythingBelowIt(t *testing.T) {
	w := threadWorld(230, func(a *graphtest.Account) { a.OddPerMille, a.Stories = 0, 3 })
	ids := w.AccountIDs()
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("all", "", "username,insights.metric(reach).period(day).since(7 days ago),media.as(posts){caption,insights.metric(reach){values}},stories{id,caption},tags{caption}",
			"accounts", strings.Join(ids, ",")))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var posts, tags, stories [][]string
	reach := 0
	for _, id := range ids {
		for _, m := range w.Media(id) {
			posts = append(posts, []string{m.ID, id, "page_posts", id, text(m.Caption)})
		}
		for _, m := range w.Tagged(id) {
			tags = append(tags, []string{m.ID, id, "page_tags", id, text(m.Caption)})
		}
		for _, m := range w.Stories(id) {
			stories = append(stories, []string{m.ID, id, "page_stories", id, text(m.Caption)})
		}
		reach += 7 + len(w.Media(id))
	}
	require.Equal(t, posts, sink.Rows("all_posts"))
	require.Equal(t, tags, sink.Rows("all_tags"))
	require.Equal(t, stories, sink.Rows("all_stories"))
	require.Len(t, sink.Rows("all_page"), 2)
	require.Len(t, sink.Rows("all_insights"), reach)
	// the account with its stories and tags, the end of the tags, its insights, its posts in three pages; and once
	// the Pages' tokens
	require.EqualValues(t, 2*(1+1+1+3)+pageTokenCalls, report.Calls.Counted)
}

// Without a row of its own and with one edge alone, the account is not asked for.
func TestAnEdgeOfAnAccountThatGivesNoRow(t *testing.T) {
	w := threadWorld(230)
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("m", "", "media{caption}", "accounts", account, "since", "2026-10-01", "until", "2026-11-01", "limit", 10))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var want []string
	for _, m := range w.Media(account) {
		if s := m.Timestamp.Format("2006-01-02T15:04:05"); s >= "2026-10-01" && s <= "2026-11-01T00:00:00" {
			want = append(want, m.ID)
		}
	}
	require.NotEmpty(t, want)
	require.Equal(t, want, firstColumn(sink, "m_media"))
	require.EqualValues(t, ceil(len(want), 10), report.Calls.Counted)
}

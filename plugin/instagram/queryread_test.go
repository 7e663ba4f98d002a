package instagram_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// querying are the properties of a run of queries.
func querying(queries ...map[string]any) map[string]string {
	text, err := json.Marshal(queries)
	if err != nil {
		panic(err)
	}
	return map[string]string{"referenceName": "brand", "requestType": "query", "queries": string(text)}
}

// q is one query.
func q(name, endpoint, fields string, more ...any) map[string]any {
	out := map[string]any{"name": name, "endpoint": endpoint, "fields": fields}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// threadWorld has two accounts of n posts each, of which some have more comments than a page, and some comments
// more replies.
func threadWorld(n int, changes ...func(*graphtest.Account)) *graphtest.World {
	account := func(a *graphtest.Account) {
		a.Media = int64(n)
		a.CommentCount = func(m graphtest.Media) int {
			return [...]int{0, 3, 50, 0, 51, 1, 120, 7, 0, 100}[m.Index%10]
		}
		a.ReplyCount = func(c graphtest.Comment) int {
			if c.Index == 2 {
				return [...]int{1, 50, 51, 130}[len(c.Text)%4]
			}
			return c.Index % 2
		}
	}
	option := graphtest.WithAccount(append([]func(*graphtest.Account){account}, changes...)...)
	return graphtest.NewWorld(97, graphtest.WithClock(newClock()), option, option)
}

// byCells sorts rows.
func byCells(rows [][]string) [][]string {
	out := slices.Clone(rows)
	slices.SortFunc(out, slices.Compare)
	return out
}

// ceil is how many pages of size n objects take.
func ceil(n, size int) int { return (n + size - 1) / size }

func TestThreeLevelsOfTwoAccounts(t *testing.T) {
	t.Run("below media", func(t *testing.T) {
		threeLevels(t, "media", "id,caption,comments{text,like_count,replies{text,username}}")
	})
	t.Run("below the account, which gives a row too", func(t *testing.T) {
		threeLevels(t, "", "username,media{caption,comments{text,like_count,replies{text,username}}}")
	})
}

// threeLevels reads posts, comments and replies of two accounts.
func threeLevels(t *testing.T, endpoint, fields string) {
	const each = 110 // more than a page
	w := threadWorld(each)
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("threads", endpoint, fields, "accounts", strings.Join(w.AccountIDs(), ",")))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)

	var media, comments, replies [][]string
	fewest := 0
	for _, account := range w.AccountIDs() {
		posts := w.Media(account)
		require.Len(t, posts, each)
		fewest += ceil(len(posts), 100)
		for _, m := range posts {
			media = append(media, []string{m.ID, account, "page_media", account, text(m.Caption)})
			list := w.Comments(m.ID)
			fewest += max(0, ceil(len(list), 50)-1)
			for _, c := range list {
				comments = append(comments, []string{c.ID, account, "page_media_comments", m.ID, text(c.Text), fmt.Sprint(c.Likes)})
				answers := w.Replies(c.ID)
				fewest += max(0, ceil(len(answers), 50)-1)
				for _, r := range answers {
					replies = append(replies, []string{r.ID, account, "page_media_comments_replies", c.ID, text(r.Text), r.Username})
				}
			}
		}
	}
	require.Equal(t, media, sink.Rows("threads_media"))
	require.Equal(t, byCells(comments), byCells(sink.Rows("threads_comments")))
	require.Equal(t, byCells(replies), byCells(sink.Rows("threads_replies")))
	require.LessOrEqual(t, float64(report.Calls.Counted), 1.1*float64(fewest), "%d calls, %d are the fewest", report.Calls.Counted, fewest)
	require.EqualValues(t, fewest, report.Calls.Counted)
	keys := make(map[string][]string)
	for _, table := range sink.Tables() {
		keys[table.Name] = table.Key
	}
	delete(keys, "threads_page")
	require.Equal(t, map[string][]string{
		"threads_media": {"parent_id", "id"}, "threads_comments": {"parent_id", "id"}, "threads_replies": {"parent_id", "id"},
	}, keys)
	require.Empty(t, report.Warnings)
	require.NotEqual(t, plugintest.Null, media[0][0])
}

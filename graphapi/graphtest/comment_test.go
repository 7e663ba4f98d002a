package graphtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
)

func commentIDs(list []graphtest.Comment) []string {
	out := make([]string, 0, len(list))
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// TestCommentLaws: whatever the account, comments are as many as was said, newest first, between the post and
// now, each with an id of its own that finds it again; and the same World says the same.
func TestCommentLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, comments := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 25).Draw(t, "comments")
		replies, exact := rapid.IntRange(0, 5).Draw(t, "replies"), rapid.Bool().Draw(t, "exact")
		account := graphtest.WithAccount(func(a *graphtest.Account) {
			a.Media, a.Tagged = 3, 1
			a.EachMedia = func(m *graphtest.Media) { m.Comments = int64(comments) }
			if exact {
				a.CommentCount = func(m graphtest.Media) int { return comments + m.Index }
				a.ReplyCount = func(c graphtest.Comment) int { return (replies + c.Index) % 6 }
			}
		})
		w := graphtest.NewWorld(seed, graphtest.WithNow(noon), account, account)
		again := graphtest.NewWorld(seed, graphtest.WithNow(noon), account, account)
		seen := map[string]bool{}
		check := func(list []graphtest.Comment, after time.Time) {
			for i, c := range list {
				require.Equal(t, i, c.Index)
				require.False(t, seen[c.ID], c.ID)
				require.Len(t, c.ID, 17)
				seen[c.ID] = true
				found, ok := w.CommentByID(c.ID)
				require.True(t, ok)
				require.Equal(t, c, found)
				require.False(t, c.Timestamp.Before(after) || c.Timestamp.After(noon))
				require.False(t, i > 0 && c.Timestamp.After(list[i-1].Timestamp))
			}
		}
		for _, id := range w.AccountIDs() {
			for _, m := range append(w.Media(id), w.Tagged(id)...) {
				list := w.Comments(m.ID)
				require.Equal(t, commentIDs(list), commentIDs(again.Comments(m.ID)))
				check(list, m.Timestamp)
				all := len(list)
				for _, c := range list {
					require.Equal(t, []string{m.ID, "", id}, []string{c.Media, c.Parent, c.Account})
					answers := w.Replies(c.ID)
					check(answers, c.Timestamp)
					require.Len(t, answers, c.Replies)
					if exact {
						require.Equal(t, (replies+c.Index)%6, c.Replies)
					}
					all += len(answers)
					for _, r := range answers {
						require.Equal(t, []string{m.ID, c.ID}, []string{r.Media, r.Parent})
						require.Empty(t, w.Replies(r.ID))
					}
				}
				if exact {
					require.Len(t, list, comments+m.Index)
				} else {
					require.Equal(t, comments, all, "the count is of comments and replies")
				}
			}
		}
	})
}

// TestCommentsNobodyHas: what no comment can hang on, and what is no comment's id.
func TestCommentsNobodyHas(t *testing.T) {
	w := graphtest.NewWorld(5, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.Stories, a.Kinds = 3, 1, []graphtest.PostKind{graphtest.FeedAlbum}
		a.CommentCount = func(graphtest.Media) int { return 2 }
		a.EachMedia = func(m *graphtest.Media) { m.Deleted = m.Index == 2 }
	}))
	list := w.Media(w.AccountIDs()[0])
	require.Len(t, w.Comments(list[0].ID), 2)
	for _, id := range []string{"", "abc", list[0].Children[0].ID, list[2].ID, w.Stories(w.AccountIDs()[0])[0].ID, w.AccountIDs()[0]} {
		assert.Empty(t, w.Comments(id), id)
	}
	one := w.Comments(list[0].ID)[1]
	for _, id := range []string{"", list[0].ID, one.ID[:16], "19" + one.ID[2:], one.ID[:16] + "x", "18000000000000000"} {
		_, ok := w.CommentByID(id)
		assert.False(t, ok, id)
		assert.Empty(t, w.Replies(id), id)
	}
}

// TestCommentVariety: the texts of a well-commented account hold what spoils a careless reader or writer.
func TestCommentVariety(t *testing.T) {
	w := graphtest.NewWorld(4, graphtest.WithNow(noon), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media = 20
		a.CommentCount = func(graphtest.Media) int { return 100 }
	}))
	text, count := strings.Builder{}, map[string]int{}
	for _, m := range w.Media(w.AccountIDs()[0]) {
		for _, c := range w.Comments(m.ID) {
			text.WriteString(c.Text)
			count["none"] += map[bool]int{true: 1}[c.Text == ""]
			count["hidden"] += map[bool]int{true: 1}[c.Hidden]
			count["owner"] += map[bool]int{true: 1}[c.ByOwner]
			count["replied"] += map[bool]int{true: 1}[c.Replies > 0]
			count["long"] += map[bool]int{true: 1}[len(c.Text) > 1500]
		}
	}
	for _, s := range []string{"\"", "\\", "/", "\n", "\r", "\t", "\u2028", "😍", "すごい", "أين", "\u200d", "e\u0301", "</script>"} {
		assert.True(t, strings.Contains(text.String(), s), "%q", s)
	}
	for name, atLeast := range map[string]int{"none": 20, "hidden": 20, "owner": 100, "replied": 300, "long": 1} {
		assert.GreaterOrEqual(t, count[name], atLeast, name)
		assert.Less(t, count[name], 1000, name)
	}
}

// TestCommentsYetToCome: the clock brings comments, and moves none.
func TestCommentsYetToCome(t *testing.T) {
	at := clock.NewFake(noon)
	w := graphtest.NewWorld(8, graphtest.WithClock(at), graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.FirstPost, a.LastPost = 2, noon.Add(-time.Hour), noon.Add(time.Hour)
		a.CommentCount = func(graphtest.Media) int { return 40 }
		a.ReplyCount = func(graphtest.Comment) int { return 3 }
	}))
	account := w.AccountIDs()[0]
	p := newProbe(t, w)
	require.Len(t, w.Media(account), 1)
	old := w.Media(account)[0].ID
	before := w.Comments(old)
	require.Len(t, before, 40, "what was there when the World was made is complete")
	at.Advance(2 * time.Hour)
	assert.Equal(t, before, w.Comments(old))
	fresh := w.Media(account)[0].ID
	some := w.Comments(fresh)
	require.Less(t, len(some), 39)
	require.NotEmpty(t, some)
	ids, _ := p.walk("/"+fresh+"/comments", "limit", "50", "fields", "id")
	assert.Equal(t, commentIDs(some), ids)
	assert.Equal(t, 40-len(some), some[0].Index, "a place is for good")
	at.Advance(4 * 24 * time.Hour)
	all := w.Comments(fresh)
	require.Len(t, all, 40)
	assert.Equal(t, some, all[40-len(some):])
	assert.Len(t, w.Replies(all[39].ID), 3)
}

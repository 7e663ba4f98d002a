package instagram_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// The API names one field that it does not have at a time, and fails the whole request for it.
func TestFieldsThatTheAPIDoesNotHave(t *testing.T) {
	w := threadWorld(20)
	account := w.AccountIDs()[0]
	var media, comments [][]string
	for _, m := range w.Media(account) {
		media = append(media, []string{m.ID, account, "page_media", account, plugintest.Null, text(m.Caption)})
		for _, c := range w.Comments(m.ID) {
			comments = append(comments, []string{c.ID, account, "page_media_comments", m.ID, text(c.Text), plugintest.Null})
		}
	}
	warnings := []string{
		"query m: the API refuses the field from_id ((#100) Tried accessing nonexisting field (from_id)): it is left out, and its column stays empty",
		"query m: the API refuses the field shoe_size ((#100) Tried accessing nonexisting field (shoe_size)): it is left out, and its column stays empty",
	}
	for endpoint, fields := range map[string]string{
		"media": "from_id,caption,comments{text,shoe_size}",
		"":      "username,media{from_id,caption,comments{text,shoe_size}}",
	} {
		clean := job{world: w, server: graphtest.Start(t, w), properties: querying(q("m", endpoint, "caption,comments{text}", "accounts", account))}
		if endpoint == "" {
			clean = job{world: w, server: graphtest.Start(t, w), properties: querying(q("m", "", "username,media{caption,comments{text}}", "accounts", account))}
		}
		_, report := clean.read(t)
		calls := report.Calls.Counted

		j := job{world: w, server: graphtest.Start(t, w), properties: querying(q("m", endpoint, fields, "accounts", account))}
		sink, report := j.read(t)
		require.Equal(t, plugin.StatusComplete, report.Status)
		require.Equal(t, media, sink.Rows("m_media"))
		require.Equal(t, byCells(comments), byCells(sink.Rows("m_comments")))
		require.Subset(t, report.Warnings, warnings)
		require.Equal(t, calls+2, report.Calls.Counted, "a call for each of the two fields, once")
	}
}

// Accounts that are read side by side learn of a field together, or each for itself, and give the same rows.
func TestFieldsThatTheAPIDoesNotHaveOfManyAccounts(t *testing.T) {
	w := threadWorld(4)
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(q("p", "", "username,shoe_size,name"))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	var want [][]string
	for _, id := range sorted(w) {
		a, ok := w.Account(id)
		require.True(t, ok)
		want = append(want, []string{id, id, "page", id, a.Username, plugintest.Null, text(a.Name)})
	}
	require.Equal(t, want, sink.Rows("p_page"))
}

// Whoever asks first finds out for all: the calls do not depend on how many ask at once.
func TestFieldsThatTheAPIDoesNotHaveCostOneCallInAll(t *testing.T) {
	w := threadWorld(4)
	for _, parallelism := range []int{1, 16} {
		j := job{world: w, server: graphtest.Start(t, w), properties: querying(q("p", "media", "id,shoe_size,comments{hat_size}")), parallelism: parallelism}
		_, report, err := j.run(t)
		require.NoError(t, err)
		require.Equal(t, int64(1+2+2), report.Calls.Counted, "the accounts, a page of each, and one refusal a field")
	}
}

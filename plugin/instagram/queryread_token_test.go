package instagram_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// privateJob reads stories with insights, posts with insights and insights of accounts.
func privateJob(t *testing.T, options ...graphtest.Option) job {
	t.Helper()
	account := graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille, a.Stories = 30, 0, 4 })
	w := graphtest.NewWorld(81, graphtest.WithClock(newClock()), account, account)
	ids := strings.Join(w.AccountIDs(), ",")
	return job{world: w, server: graphtest.Start(t, w, options...), properties: querying(
		q("s", "stories", "id,caption,insights.metric(reach,replies){values}", "accounts", ids),
		q("m", "media", "id,caption,insights.metric(reach){values}", "accounts", ids),
		q("d", "insights?metric=reach&period=day", "", "accounts", ids))}
}

func privateRows(t *testing.T, j job) map[string][][]string {
	t.Helper()
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	out := make(map[string][][]string)
	for _, table := range sink.Tables() {
		out[table.Name] = sink.Rows(table.Name)
	}
	require.NotContains(t, strings.Join(report.Warnings, " "), j.world.Accounts()[0].PageToken)
	return out
}

// Stories and insights are read with the Page's token, and with the user's where that is refused.
func TestPageTokensAndTheUsersToken(t *testing.T) {
	plain := privateRows(t, privateJob(t))
	require.Len(t, plain["s_stories"], 8)
	require.Len(t, plain["m_media"], 60)
	require.NotEmpty(t, plain["d_insights"])

	needed := privateJob(t, graphtest.WithPageTokenFor("stories", "insights"))
	require.Equal(t, plain, privateRows(t, needed))
	require.Zero(t, needed.server.Stats().Errors[190])

	refused := privateJob(t, graphtest.WithPageTokensRefused(graphtest.Error{}))
	require.Equal(t, plain, privateRows(t, refused))
	require.Positive(t, refused.server.Stats().Errors[190])

	both := privateJob(t, graphtest.WithPageTokenFor("stories", "insights"), graphtest.WithPageTokensRefused(graphtest.Error{}))
	_, report, err := both.run(t)
	require.Error(t, err)
	assertNoToken(t, both, report, err)
	require.NotContains(t, err.Error(), both.world.Accounts()[0].PageToken)
}

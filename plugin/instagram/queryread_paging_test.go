package instagram_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// An empty page is no end of a list, unless the query says so.
func TestStopOnEmptyResponse(t *testing.T) {
	w := threadWorld(250)
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w, graphtest.WithRaggedPages()), properties: querying(
		q("on", "media", "id,caption", "accounts", account), q("stop", "media", "id,caption", "accounts", account, "stopOnEmptyResponse", true))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Equal(t, mediaIDs(w.Media(account)), firstColumn(sink, "on_media"))
	require.Equal(t, mediaIDs(w.Media(account))[:100], firstColumn(sink, "stop_media"))
}

// A list that is cut by time is one page, where the query wants no links to other times followed.
func TestTimeBasedPagination(t *testing.T) {
	w := threadWorld(130)
	account := w.AccountIDs()[0]
	j := job{world: w, server: graphtest.Start(t, w), properties: querying(
		q("one", "media", "id,caption", "accounts", account, "since", "10 years ago", "limit", 30, "timeBasedPagination", true),
		q("all", "media", "id,caption", "accounts", account, "limit", 60, "timeBasedPagination", true))}
	sink, report := j.read(t)
	require.Equal(t, plugin.StatusComplete, report.Status)
	require.Equal(t, mediaIDs(w.Media(account))[:30], firstColumn(sink, "one_media"))
	require.Equal(t, mediaIDs(w.Media(account)), firstColumn(sink, "all_media"))
	require.EqualValues(t, 1+3, report.Calls.Counted)
}

// A field that came and has no column is told, with how often; the id, which always comes, is none.
func TestFieldsThatNobodyAskedFor(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"data":[{"id":"1","caption":"a","surprise":7,"comments":{"data":[{"id":"2","text":"x","mood":"good"},{"id":"3","mood":"bad"}]}},
			{"id":"4","surprise":8}]}`))
	}))
	defer server.Close()
	properties := querying(q("m", "media", "caption,comments{text}", "accounts", "17841400000000001"))
	properties["accessToken"] = "EAAB0000"
	source, err := plugin.Open(igsource.Instagram, properties, plugin.Options{
		Macros: &plugin.Macros{Start: now}, Start: now, Environment: plugin.Environment{Clock: newClock(), Endpoint: server.URL},
	})
	require.NoError(t, err)
	sink := &plugintest.Memory{}
	t.Cleanup(sink.Release)
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "brand", Source: source}}, sink, plugin.RunOptions{Start: now, Clock: newClock(), WorkDir: t.TempDir()})
	require.NoError(t, err)
	require.Equal(t, []string{"1", "4"}, firstColumn(sink, "m_media"))
	require.Equal(t, []string{"2", "3"}, firstColumn(sink, "m_comments"))
	require.ElementsMatch(t, []string{
		"table m_media: field surprise came 2 times and is in no table", "table m_comments: field mood came 2 times and is in no table",
	}, report.Warnings)
}

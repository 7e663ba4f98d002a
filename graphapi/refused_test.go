package graphapi_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi"
)

func TestRefusedMetricsAreReadFromMessages(t *testing.T) {
	for _, c := range []struct {
		message string
		want    []string
	}{
		{"(#100) The following metrics (views,profile_views, total_interactions) should be specified with parameter metric_type=total_value", []string{"views", "profile_views", "total_interactions"}},
		{"(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day", []string{"follower_count"}},
		{"(#100) Incompatible breakdowns (follow_type) for metric (views)", []string{"views"}},
		{"(#100) The following periods (week) are incompatible with the metric (online_followers)", []string{"online_followers"}},
		{"(#100) The Media Insights API does not support the plays metric for this media product type.", []string{"plays"}},
		{"(#100) There cannot be more than 30 days (2592000 s) between since and until.", nil},
		{"(#100) Tried accessing nonexisting field (metric)", nil},
	} {
		e := graphapi.Error{Code: 100, Message: c.message}
		assert.Equal(t, c.want, e.RefusedMetrics(), c.message)
	}
	assert.Nil(t, (&graphapi.Error{Code: 4, Message: "metric (views)"}).RefusedMetrics())
}

func TestRefusedFieldIsReadFromMessages(t *testing.T) {
	for _, c := range []struct{ message, want string }{
		{"(#100) Tried accessing nonexisting field (from_id)", "from_id"},
		{"(#100) Tried accessing nonexisting field (view_count) on node type (ShadowIGMedia)", "view_count"},
		{"(#100) Invalid parameter", ""},
	} {
		name, ok := (&graphapi.Error{Code: 100, Message: c.message}).RefusedField()
		assert.Equal(t, c.want, name)
		assert.Equal(t, c.want != "", ok)
	}
	_, ok := (&graphapi.Error{Code: 4, Message: "nonexisting field (x)"}).RefusedField()
	assert.False(t, ok)
}

func TestRefusedMetricsByPosition(t *testing.T) {
	for _, c := range []struct {
		message string
		want    []string
		index   int
	}{
		{"(#100) metric[1] must be one of the following values: reach, replies, saved", []string{"views"}, 1},
		{"(#100) metric[0] must be one of the following values: saved, replies.", []string{"reach", "views"}, 0},
		{"(#100) metric[1] must be one of the following values: reach, views", []string{"views"}, 1},
	} {
		b := newBench(t, nil, reply(400, graphError(100, 0, c.message)))
		_, err := b.Get(t.Context(), insights) // asks for reach and views
		e := graphErr(t, err)
		assert.Equal(t, c.want, e.RefusedMetrics(), c.message)
		i, found := e.RefusedIndex()
		assert.True(t, found)
		assert.Equal(t, c.index, i)
	}
	e := graphapi.Error{Code: 100, Message: "(#100) metric[0] must be one of the following values: reach"}
	assert.Nil(t, e.RefusedMetrics(), "no request is known")
	_, found := (&graphapi.Error{Code: 100, Message: "x"}).RefusedIndex()
	assert.False(t, found)
}

// asking is a request for the fields of media.
func asking(fields string) graphapi.Request {
	return graphapi.Request{Path: account + "/media", Params: []graphapi.Param{{Name: "fields", Value: fields}, {Name: "limit", Value: "1"}}}
}

func TestRefusedMetricsInsideFields(t *testing.T) {
	const (
		several  = "insights.metric(views,followers).period(day),media{id,insights.metric(likes,plays)}"
		mustBe0  = "(#100) metric[0] must be one of the following values: reach, likes, views"
		mustBe1  = "(#100) metric[1] must be one of the following values: reach, likes, views"
		oneMedia = "(#100) The Media Insights API does not support the likes metric for this media product type."
	)
	for _, c := range []struct {
		fields, message string
		want            []string
	}{
		{"id,insights.metric(reach, plays){name,values}", mustBe1, []string{"plays"}},
		{"id,insights.metric(plays,\n exits)", mustBe0, []string{"plays", "exits"}},
		{"id,children{insights.metric(reach,plays)}", mustBe1, []string{"plays"}},
		{"id,insights.metric(reach,views)", mustBe1, []string{"views"}},
		{"id,insights.metric(reach,likes)", oneMedia, []string{"likes"}},
		{"id,insights.metric(reach)", oneMedia, nil},
		{"id,caption", oneMedia, []string{"likes"}},
		{"id,insights.metric(reach", oneMedia, []string{"likes"}},
		{"insights.metric(reach,views).period(day),media{insights.metric(likes,plays)}", mustBe1, []string{"plays"}},
		{"insights.metric(reach).period(day),media{insights.metric(likes,plays)}", mustBe1, []string{"plays"}},
		{"insights.metric(reach).period(day),media{insights.metric(likes,plays)},stories{insights.metric(likes,plays)}", mustBe1, []string{"plays"}},
		{several, mustBe1, nil}, // followers or plays
		{several, mustBe0, nil}, // likes and views are both there
		{several, oneMedia, []string{"likes"}},
	} {
		b := newBench(t, nil, reply(400, graphError(100, 0, c.message)))
		_, err := b.Get(t.Context(), asking(c.fields))
		assert.Equal(t, c.want, graphErr(t, err).RefusedMetrics(), "%s: %s", c.fields, c.message)
	}
}

func TestAskedMetrics(t *testing.T) {
	for _, c := range []struct {
		request graphapi.Request
		want    []string
	}{
		{insights, []string{"reach", "views"}},
		{insights.With("metric", " views ,\nreach,views"), []string{"views", "reach"}},
		{insights.With("metric", "reach").With("fields", "name,values"), []string{"reach"}},
		{asking("id,caption"), nil},
		{asking("id,insights"), nil},
		{asking("id,insights.metric(reach,"), nil},
		{asking("id,other.metric(likes)"), nil},
		{asking("id,insights.period(lifetime).metric(reach, saved).as(numbers){values},children{insights.metric(saved,views)}"), []string{"reach", "saved", "views"}},
	} {
		b := newBench(t, nil, reply(400, graphError(100, 0, "no")))
		_, err := b.Get(t.Context(), c.request)
		assert.Equal(t, c.want, graphErr(t, err).AskedMetrics(), "%v", c.request.Params)
	}
	assert.Nil(t, (&graphapi.Error{Code: 100}).AskedMetrics(), "no request is known")
}

func TestItemsOfABatchKnowTheirMetrics(t *testing.T) {
	refusal := `{"code":400,"body":` + strconv.Quote(graphError(100, 0, "(#100) metric[0] must be one of the following values: reach")) + `}`
	b := newBench(t, nil, reply(200, "["+refusal+","+refusal+"]"))
	results, err := b.Batch(t.Context(), []graphapi.Request{asking("id,insights.metric(plays)"), insights.With("metric", "exits")})
	require.NoError(t, err)
	assert.Equal(t, []string{"plays"}, graphErr(t, results[0].Err).RefusedMetrics())
	assert.Equal(t, []string{"exits"}, graphErr(t, results[1].Err).RefusedMetrics())
}

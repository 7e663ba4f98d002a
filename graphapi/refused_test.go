package graphapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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

package tables_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/nodes"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
)

func remark(element, message, action string) []tables.Remark {
	return []tables.Remark{{Element: element, Message: message, Action: action}}
}

func TestMediaFieldsWithWarnings(t *testing.T) {
	const unknown = " is not a field of media that is known; it is read as text."
	const leave = "Leave it out if the call fails."
	for name, c := range map[string]struct {
		options media
		field   string
		columns int // of the field
		want    []tables.Remark
	}{
		"misspelt":           {media{}, "captoin", 1, remark("captoin", "captoin"+unknown, "Use caption if that was meant.")},
		"in capitals":        {media{}, "Permalink", 1, remark("Permalink", "Permalink"+unknown, "Use permalink if that was meant.")},
		"unknown":            {media{}, "shoe_size", 1, remark("shoe_size", "shoe_size"+unknown, leave)},
		"nearest of a host":  {media{Login: "instagram"}, "saved_coumt", 1, remark("saved_coumt", "saved_coumt"+unknown, leave)},
		"a metric":           {media{}, "views", 1, remark("views", "views"+unknown, "Name it among the metrics if that was meant.")},
		"the media's id":     {media{}, "media_id", 0, remark("media_id", "media_id is no field of the API; the table has this column anyway.", "Leave it out.")},
		"the account's id":   {media{}, "account_id", 0, remark("account_id", "account_id is no field of the API; the table has this column anyway.", "Leave it out.")},
		"the time of a run":  {media{}, "retrieved_at", 0, remark("retrieved_at", "retrieved_at is no field of the API; the table has this column anyway.", "Leave it out.")},
		"of others":          {media{Edge: "tags"}, "like_count", 1, remark("like_count", "like_count is not known to be public, and the media belong to other accounts.", leave)},
		"unknown, of others": {media{Edge: "tags"}, "captoin", 1, remark("captoin", "captoin"+unknown, "Use caption if that was meant.")},
		"long": {
			media{Shape: tables.Long, Metrics: []string{"reach"}},
			"caption", 0,
			remark("caption", "caption has no column in the long layout.", "Leave it out, or choose the wide layout."),
		},
		"a default, long": {
			media{Shape: tables.Long, Metrics: []string{"reach"}},
			"permalink", 0,
			remark("permalink", "permalink has no column in the long layout.", "Leave it out, or choose the wide layout."),
		},
		"unknown, long": {
			media{Shape: tables.Long, Metrics: []string{"reach"}},
			"captoin", 0,
			remark("captoin", "captoin has no column in the long layout.", "Leave it out, or choose the wide layout."),
		},
		"the metric, long": {
			media{Shape: tables.Long, Metrics: []string{"reach"}},
			"reach", 0,
			remark("reach", "reach has no column in the long layout.", "Leave it out, or choose the wide layout."),
		},
		"plain":              {media{Edge: "media"}, "like_count", 1, nil},
		"public, of others":  {media{Edge: "tags"}, "comments_count", 1, nil},
		"a default":          {media{}, "media_product_type", 1, nil},
		"the id":             {media{}, "id", 0, nil},
		"children":           {media{}, "children", 0, nil},
		"children, long":     {media{Shape: tables.Long, Metrics: []string{"reach"}}, "children", 0, nil},
		"a host not known":   {media{}, "saved_count", 1, nil},
		"a host still open":  {media{Login: "${login}", Open: []metrics.Kind{metrics.KindLogin}}, "saved_count", 1, nil},
		"an edge still open": {media{Edge: "tags", Open: []metrics.Kind{metrics.KindProductTypes}}, "like_count", 1, nil},
		"an object":          {media{Login: "facebook"}, "boost_eligibility_info", 1, nil},
		"separate":           {media{Login: "facebook"}, "copyright_check_information", 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.options
			o.Table, o.Fields = tables.AccountMediaTable, []string{c.field, c.field}
			failures, warnings := tables.CheckMediaFields(o)
			assert.Empty(t, failures)
			assert.Equal(t, c.want, warnings)
			l, same, err := tables.Media(o)
			require.NoError(t, err)
			assert.Equal(t, warnings, same)
			assert.Equal(t, c.columns == 1, l.IndexOf(tables.Field, c.field) >= 0)
		})
	}
}

func TestMediaFieldsThatCannotBe(t *testing.T) {
	const query = "Leave it out, and read it with a query."
	for name, c := range map[string]struct {
		options media
		field   string
		want    []tables.Remark
	}{
		"an edge":             {media{}, "comments", remark("comments", "comments is an edge of a media and not a field of it.", query)},
		"insights":            {media{}, "insights", remark("insights", "insights is an edge of a media and not a field of it.", query)},
		"a field and an edge": {media{Login: "facebook"}, "boost_ads_list", remark("boost_ads_list", "boost_ads_list is an edge of a media and not a field of it.", query)},
		"of Facebook's host":  {media{Login: "instagram"}, "saved_count", remark("saved_count", "saved_count can be read with the facebook login alone.", "Leave it out, or set the login to facebook.")},
		"removed":             {media{Login: "facebook"}, "video_title", remark("video_title", "video_title was removed in v14.0.", "Leave it out.")},
		"of others' media":    {media{Login: "facebook"}, "view_count", remark("view_count", "view_count can be read through business_discovery alone.", query)},
		"an expansion":        {media{}, "children{id}", remark("children{id}", "children{id} is not the name of a field.", "Name plain fields, and read nested ones with a query.")},
		"nothing":             {media{}, "", remark("", "A name in the list of fields is empty.", "Take out the comma too many.")},
		"blanks, long":        {media{Shape: tables.Long}, " ", remark(" ", "A name in the list of fields is empty.", "Take out the comma too many.")},
		"an edge, long":       {media{Shape: tables.Long}, "comments", remark("comments", "comments is an edge of a media and not a field of it.", query)},
		"a metric chosen":     {media{Metrics: []string{"reach"}}, "reach", remark("reach", "reach is chosen as a metric or dimension, and the table has one column of that name.", "Leave it out of the fields.")},
		"one of all":          {media{Metrics: []string{"all"}}, "reach", remark("reach", "reach is chosen as a metric or dimension, and the table has one column of that name.", "Leave it out of the fields.")},
		"a dimension chosen": {
			media{Metrics: []string{"profile_activity"}, Breakdown: []string{"action_type"}},
			"action_type",
			remark("action_type", "action_type is chosen as a metric or dimension, and the table has one column of that name.", "Leave it out of the fields."),
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.options
			o.Table, o.Edge = tables.AccountMediaTable, "media"
			o.Fields = []string{"timestamp", c.field, "id", c.field}
			failures, _ := tables.CheckMediaFields(o)
			assert.Equal(t, c.want, failures)
			_, _, err := tables.Media(o)
			assert.ErrorContains(t, err, c.want[0].Message+" "+c.want[0].Action)
		})
	}
}

// Every field of the catalogue is read into a column, refused with a reason, or asks for another table.
func TestEveryFieldOfMediaIsDecided(t *testing.T) {
	node, _ := nodes.Lookup("IGMedia")
	var refused []string
	for _, f := range node.Fields {
		o := media{Table: tables.AccountMediaTable, Edge: "media", Login: "facebook", Fields: []string{f.Name}}
		if failures, warnings := tables.CheckMediaFields(o); len(failures) > 0 {
			refused = append(refused, f.Name)
		} else {
			assert.Empty(t, warnings, f.Name)
		}
	}
	assert.Equal(t, []string{"video_title", "view_count", "boost_ads_list"}, refused)
}

// No metric or dimension of media has the name of a field, so that a table may hold all of them.
func TestMetricsAndFieldsOfMediaShareNoName(t *testing.T) {
	node, _ := nodes.Lookup("IGMedia")
	for _, name := range append(metrics.Names(metrics.Media), metrics.Dimensions(metrics.Media)...) {
		_, field := node.Field(name)
		_, edge := node.Edge(name)
		assert.Equal(t, name == "comments", field || edge, name)
	}
}

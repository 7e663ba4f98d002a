package main

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/shred"
)

var timestamp = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

func field(name string, dt arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: dt, Nullable: true}
}

// postFields are the columns of a post but for its metrics.
var postFields = []arrow.Field{
	field("media_id", arrow.BinaryTypes.String),
	field("caption", arrow.BinaryTypes.String),
	field("media_type", arrow.BinaryTypes.String),
	field("media_product_type", arrow.BinaryTypes.String),
	field("permalink", arrow.BinaryTypes.String),
	field("timestamp", timestamp),
	field("like_count", arrow.PrimitiveTypes.Int64),
	field("comments_count", arrow.PrimitiveTypes.Int64),
}

var (
	postSchema    = arrow.NewSchema(postFields, nil)
	mediaSchema   = arrow.NewSchema(append(postFields[:len(postFields):len(postFields)], metricFields(mediaMetrics)...), nil)
	commentSchema = arrow.NewSchema([]arrow.Field{
		field("comment_id", arrow.BinaryTypes.String),
		field("media_id", arrow.BinaryTypes.String),
		field("text", arrow.BinaryTypes.String),
		field("username", arrow.BinaryTypes.String),
		field("timestamp", timestamp),
		field("like_count", arrow.PrimitiveTypes.Int64),
	}, nil)
)

func metricFields(metrics []metricText) []arrow.Field {
	var fields []arrow.Field
	for _, m := range metrics {
		fields = append(fields, field(m.name, arrow.PrimitiveTypes.Int64))
	}
	return fields
}

func measures(metrics ...metricText) []shred.Measure {
	var list []shred.Measure
	for _, m := range metrics {
		list = append(list, shred.Measure{Name: m.name, Type: shred.Integer})
	}
	return list
}

// mediaPlan is the plan of a page of posts.
func mediaPlan() *shred.Plan {
	insights, err := shred.CompileInsights(measures(mediaMetrics...), nil)
	if err != nil {
		panic(err)
	}
	plan, err := shred.Compile(shred.RootList, shred.Node{
		Table:  "media",
		Schema: postSchema,
		Columns: []shred.Field{
			{Path: "id"},
			{Path: "caption"},
			{Path: "media_type"},
			{Path: "media_product_type"},
			{Path: "permalink"},
			{Path: "timestamp"},
			{Path: "like_count"},
			{Path: "comments_count"},
		},
		Edges: []shred.Edge{{Path: "comments", Node: shred.Node{
			Table:  "comments",
			Schema: commentSchema,
			Columns: []shred.Field{
				{Path: "id"}, {Parent: "media_id"}, {Path: "text"}, {Path: "username"}, {Path: "timestamp"}, {Path: "like_count"},
			},
		}}},
		Insights: []shred.Nested{{Path: "insights", Plan: insights}},
	})
	if err != nil {
		panic(err)
	}
	return plan
}

// mediaShred decodes pages with shred, the pivot of the metrics included.
type mediaShred struct {
	decoder *shred.Decoder
	layout  shred.Layout
}

func newMediaShred(plan *shred.Plan) *mediaShred {
	m := &mediaShred{decoder: plan.NewDecoder(), layout: shred.Layout{Schema: mediaSchema}}
	for i := range postFields {
		m.layout.Columns = append(m.layout.Columns, shred.Slot{Role: shred.RoleBase, Index: i})
	}
	for i := range mediaMetrics {
		m.layout.Columns = append(m.layout.Columns, shred.Slot{Role: shred.RoleMeasure, Index: i})
	}
	return m
}

// decode returns the records of posts and comments.
func (m *mediaShred) decode(page []byte) (media, comments arrow.Record, err error) {
	p, err := m.decoder.Decode(page)
	if err != nil {
		return nil, nil, err
	}
	m.layout.Base = p.Records[0]
	media, err = p.Facts[0].Wide(m.layout)
	p.Records[0].Release()
	if err != nil {
		p.Records[1].Release()
		return nil, nil, err
	}
	return media, p.Records[1], nil
}

package main

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/shred"
)

// A position is one place in the answer to a query, and the table of its rows.
type position struct {
	table, graphNode string
	fields           []arrow.Field // behind the basic ones
	schema           *arrow.Schema
}

func newPosition(table, graphNode string, fields ...arrow.Field) position {
	basic := []arrow.Field{
		field("id", arrow.BinaryTypes.String),
		field("ex_account_id", arrow.BinaryTypes.String),
		field("fb_graph_node", arrow.BinaryTypes.String),
		field("parent_id", arrow.BinaryTypes.String),
	}
	return position{table, graphNode, fields, arrow.NewSchema(append(basic, fields...), nil)}
}

// The positions of the query media?fields=id,caption,…,comments.limit(50){…,replies{…}},insights.metric(…), in the order
// in which records of them come.
var positions = []position{
	newPosition(
		"media", "page_media",
		field("caption", arrow.BinaryTypes.String),
		field("media_type", arrow.BinaryTypes.String),
		field("media_product_type", arrow.BinaryTypes.String),
		field("permalink", arrow.BinaryTypes.String),
		field("timestamp", timestamp),
		field("like_count", arrow.PrimitiveTypes.Int64),
		field("comments_count", arrow.PrimitiveTypes.Int64),
		field("owner_id", arrow.BinaryTypes.String),
	),
	newPosition(
		"comments", "page_media_comments",
		field("text", arrow.BinaryTypes.String),
		field("username", arrow.BinaryTypes.String),
		field("timestamp", timestamp),
		field("like_count", arrow.PrimitiveTypes.Int64),
	),
	newPosition(
		"replies", "page_media_comments_replies",
		field("text", arrow.BinaryTypes.String),
		field("username", arrow.BinaryTypes.String),
		field("timestamp", timestamp),
	),
	newPosition(
		"insights", "page_media_insights",
		field("name", arrow.BinaryTypes.String),
		field("key1", arrow.BinaryTypes.String),
		field("key2", arrow.BinaryTypes.String),
		field("value", arrow.PrimitiveTypes.Int64),
		field("period", arrow.BinaryTypes.String),
		field("start_time", timestamp),
		field("end_time", timestamp),
	),
}

const (
	positionMedia = iota
	positionComments
	positionReplies
	positionInsights
)

// node is the shred.Node of position p, whose rows hang on rows of the one above it.
func (p position) node() shred.Node {
	n := shred.Node{Table: p.table, Schema: p.schema, Columns: []shred.Field{
		{Path: "id"}, {Param: "account"}, {Param: p.graphNode}, {Parent: "id"},
	}}
	for _, f := range p.fields {
		n.Columns = append(n.Columns, shred.Field{Path: f.Name})
	}
	return n
}

// nestedPlan is the plan of a page of the query.
func nestedPlan() *shred.Plan {
	media, comments := positions[positionMedia].node(), positions[positionComments].node()
	insights := positions[positionInsights].node()
	insights.Values = true
	copy(insights.Columns[4:], []shred.Field{
		{Path: "name"},
		{Value: shred.ValueKey1},
		{Value: shred.ValueKey2},
		{Value: shred.ValueNumber},
		{Path: "period"},
		{Value: shred.ValueStart, Param: "start"},
		{Value: shred.ValueEnd, Param: "end"},
	})
	comments.Edges = []shred.Edge{{Path: "replies", Node: positions[positionReplies].node()}}
	media.Columns[3] = shred.Field{Param: "account"}
	media.Columns[len(media.Columns)-1].Path = "owner.id"
	media.Edges = []shred.Edge{{Path: "comments", Node: comments}, {Path: "insights", Node: insights}}
	plan, err := shred.Compile(shred.RootList, media)
	if err != nil {
		panic(err)
	}
	return plan
}

// nestedShred decodes pages of the query with shred.
type nestedShred struct{ decoder *shred.Decoder }

func newNestedShred(plan *shred.Plan) *nestedShred {
	d := plan.NewDecoder()
	params := map[string]string{"account": nestedAccount}
	for _, p := range positions {
		params[p.graphNode] = p.graphNode
	}
	for name, value := range params {
		if err := d.Set(name, value); err != nil {
			panic(err)
		}
	}
	return &nestedShred{d}
}

// decode returns a record for each position, and how many edges go on behind the page.
func (n *nestedShred) decode(page []byte) (records []arrow.Record, open int, err error) {
	p, err := n.decoder.Decode(page)
	if err != nil {
		return nil, 0, err
	}
	return p.Records, len(p.Open), nil
}

// A nestedDecoder reads a page of the query into a record for each position.
type nestedDecoder interface {
	decode(page []byte) (records []arrow.Record, open int, err error)
}

// decodeNested decodes all pages and counts their rows.
func decodeNested(d nestedDecoder, pages [][]byte) (rows int64, err error) {
	for _, page := range pages {
		records, _, err := d.decode(page)
		if err != nil {
			return rows, err
		}
		for _, r := range records {
			rows += r.NumRows()
			r.Release()
		}
	}
	return rows, nil
}

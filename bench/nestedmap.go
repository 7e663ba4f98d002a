package main

import (
	"encoding/json"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// nestedMaps decodes pages of the query the way generic readers do: encoding/json into maps, then Arrow's builders.
type nestedMaps struct {
	builders []*array.RecordBuilder // by position
	open     int
}

func newNestedMaps() *nestedMaps {
	n := &nestedMaps{}
	for _, p := range positions {
		n.builders = append(n.builders, array.NewRecordBuilder(memory.DefaultAllocator, p.schema))
	}
	return n
}

func (n *nestedMaps) decode(page []byte) (records []arrow.Record, open int, err error) {
	var answer map[string]any
	if err := json.Unmarshal(page, &answer); err != nil {
		return nil, 0, err
	}
	n.open = 0
	posts, ok := answer["data"].([]any)
	if !ok {
		return nil, 0, fmt.Errorf("no data")
	}
	for _, p := range posts {
		post, ok := p.(map[string]any)
		if !ok {
			return nil, 0, fmt.Errorf("a post is %T", p)
		}
		if err := n.post(post); err != nil {
			return nil, 0, err
		}
	}
	for _, b := range n.builders {
		records = append(records, b.NewRecord())
	}
	return records, n.open, nil
}

// row begins a row of a position and appends its fields called keys, in the order of its columns.
func (n *nestedMaps) row(position int, object map[string]any, parent any, keys ...string) error {
	b := n.builders[position]
	appendText(b.Field(0), object["id"])
	appendText(b.Field(1), nestedAccount)
	appendText(b.Field(2), positions[position].graphNode)
	appendText(b.Field(3), parent)
	for i, key := range keys {
		column := b.Field(4 + i)
		switch column.(type) {
		case *array.Int64Builder:
			appendInteger(column, object[key])
		case *array.TimestampBuilder:
			if err := appendTime(column, object[key]); err != nil {
				return err
			}
		default:
			appendText(column, object[key])
		}
	}
	return nil
}

// list calls one for each object of an edge, and counts the edge if it goes on.
func (n *nestedMaps) list(edge any, one func(map[string]any) error) error {
	answer, ok := edge.(map[string]any)
	if !ok {
		return nil
	}
	list, _ := answer["data"].([]any)
	for _, o := range list {
		object, _ := o.(map[string]any)
		if err := one(object); err != nil {
			return err
		}
	}
	if paging, ok := answer["paging"].(map[string]any); ok {
		cursors, _ := paging["cursors"].(map[string]any)
		if cursors["after"] != nil && paging["next"] != nil {
			n.open++
		}
	}
	return nil
}

func (n *nestedMaps) post(post map[string]any) error {
	owner, _ := post["owner"].(map[string]any)
	post["owner_id"] = owner["id"]
	err := n.row(positionMedia, post, nestedAccount,
		"caption", "media_type", "media_product_type", "permalink", "timestamp", "like_count", "comments_count", "owner_id")
	if err != nil {
		return err
	}
	err = n.list(post["comments"], func(comment map[string]any) error {
		if err := n.row(positionComments, comment, post["id"], "text", "username", "timestamp", "like_count"); err != nil {
			return err
		}
		return n.list(comment["replies"], func(reply map[string]any) error {
			return n.row(positionReplies, reply, comment["id"], "text", "username", "timestamp")
		})
	})
	if err != nil {
		return err
	}
	return n.list(post["insights"], func(entry map[string]any) error {
		points, _ := entry["values"].([]any)
		for _, p := range points {
			point, _ := p.(map[string]any)
			entry["value"], entry["end_time"] = point["value"], point["end_time"]
			entry["key1"], entry["key2"] = "", ""
			if err := n.row(positionInsights, entry, post["id"], "name", "key1", "key2", "value", "period", "start_time", "end_time"); err != nil {
				return err
			}
		}
		return nil
	})
}

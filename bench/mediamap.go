package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// mediaMaps decodes pages the way generic readers do: encoding/json into maps, then Arrow's builders.
type mediaMaps struct {
	media, comments *array.RecordBuilder
}

func newMediaMaps() *mediaMaps {
	return &mediaMaps{
		media:    array.NewRecordBuilder(memory.DefaultAllocator, mediaSchema),
		comments: array.NewRecordBuilder(memory.DefaultAllocator, commentSchema),
	}
}

func (m *mediaMaps) decode(page []byte) (media, comments arrow.Record, err error) {
	var answer map[string]any
	if err := json.Unmarshal(page, &answer); err != nil {
		return nil, nil, err
	}
	posts, ok := answer["data"].([]any)
	if !ok {
		return nil, nil, fmt.Errorf("no data")
	}
	for _, p := range posts {
		post, ok := p.(map[string]any)
		if !ok {
			return nil, nil, fmt.Errorf("a post is %T", p)
		}
		if err := m.post(post); err != nil {
			return nil, nil, err
		}
	}
	return m.media.NewRecord(), m.comments.NewRecord(), nil
}

func (m *mediaMaps) post(post map[string]any) error {
	for i, key := range []string{"id", "caption", "media_type", "media_product_type", "permalink"} {
		appendText(m.media.Field(i), post[key])
	}
	if err := appendTime(m.media.Field(5), post["timestamp"]); err != nil {
		return err
	}
	appendInteger(m.media.Field(6), post["like_count"])
	appendInteger(m.media.Field(7), post["comments_count"])

	values := map[string]any{}
	if insights, ok := post["insights"].(map[string]any); ok {
		entries, _ := insights["data"].([]any)
		for _, e := range entries {
			entry, _ := e.(map[string]any)
			name, _ := entry["name"].(string)
			points, _ := entry["values"].([]any)
			for _, p := range points {
				if point, ok := p.(map[string]any); ok {
					values[name] = point["value"]
				}
			}
		}
	}
	for i, metric := range mediaMetrics {
		appendInteger(m.media.Field(len(postFields)+i), values[metric.name])
	}

	edge, ok := post["comments"].(map[string]any)
	if !ok {
		return nil
	}
	list, _ := edge["data"].([]any)
	for _, c := range list {
		comment, _ := c.(map[string]any)
		appendText(m.comments.Field(0), comment["id"])
		appendText(m.comments.Field(1), post["id"])
		appendText(m.comments.Field(2), comment["text"])
		appendText(m.comments.Field(3), comment["username"])
		if err := appendTime(m.comments.Field(4), comment["timestamp"]); err != nil {
			return err
		}
		appendInteger(m.comments.Field(5), comment["like_count"])
	}
	return nil
}

func appendText(b array.Builder, v any) {
	if s, ok := v.(string); ok {
		b.(*array.StringBuilder).Append(s)
		return
	}
	b.AppendNull()
}

func appendInteger(b array.Builder, v any) {
	if n, ok := v.(float64); ok {
		b.(*array.Int64Builder).Append(int64(n))
		return
	}
	b.AppendNull()
}

func appendTime(b array.Builder, v any) error {
	s, ok := v.(string)
	if !ok {
		b.AppendNull()
		return nil
	}
	t, err := time.Parse(apiTime, s)
	if err != nil {
		return err
	}
	b.(*array.TimestampBuilder).Append(arrow.Timestamp(t.UnixMicro()))
	return nil
}

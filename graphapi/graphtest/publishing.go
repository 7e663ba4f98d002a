package graphtest

import (
	"strconv"
	"time"
)

// publishingTotal is how many posts an account may publish in publishingTime. The sheet names the fields
// only.
const (
	publishingTotal = 100
	publishingTime  = 24 * time.Hour
)

// PublishingUsage returns how many posts of the last 24 hours count against an account's publishing limit.
func (w *World) PublishingUsage(account string) int64 {
	a := w.byID[account]
	if a == nil {
		return 0
	}
	now := w.clock.Now()
	return w.posted(a, now) - w.posted(a, now.Add(-publishingTime))
}

// publishingKind is the one entry of content_publishing_limit; it has no id.
func publishingKind() *kind {
	return &kind{name: "ContentPublishingLimitResponse", defaults: []string{"quota_usage"}, withoutID: true, fields: map[string]field{
		"quota_usage": {anyHost, func(c *call, n node, _ selection, b []byte) ([]byte, *Error) {
			return strconv.AppendInt(b, c.h.world.PublishingUsage(n.account.ID), 10), nil
		}},
		"config": {anyHost, func(c *call, n node, s selection, b []byte) ([]byte, *Error) {
			return c.appendNode(b, node{kind: c.h.kinds.publishingConfig, account: n.account}, s.sub)
		}},
	}}
}

func publishingConfigKind() *kind {
	return &kind{name: "ContentPublishingLimitConfig", defaults: []string{"quota_total", "quota_duration"}, withoutID: true, fields: map[string]field{
		"quota_total":    raw(anyHost, func(node) string { return strconv.Itoa(publishingTotal) }),
		"quota_duration": raw(anyHost, func(node) string { return strconv.Itoa(int(publishingTime / time.Second)) }),
	}}
}

// servePublishingLimit lists one entry, and no paging.
func servePublishingLimit(c *call, n node, q edgeQuery, b []byte) ([]byte, *Error) {
	b = append(b, `{"data":[`...)
	b, e := c.appendNode(b, node{kind: c.h.kinds.publishing, account: n.account}, q.fields)
	return append(b, ']', '}'), e
}

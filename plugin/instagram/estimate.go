package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
)

// batchSize is how many calls the API takes in one request.
const batchSize = 50

// Estimate implements plugin.Estimator. For the posts of an account it asks how many there are.
func (s *Source) Estimate(ctx context.Context, split plugin.Split) (plugin.Estimate, error) {
	var w work
	if err := json.Unmarshal(split.Payload, &w); err != nil || !s.own(w) {
		return plugin.Estimate{}, fmt.Errorf("the payload of split %s was not written by this source", split.ID)
	}
	switch s.config.RequestType {
	case Query:
		return s.estimateQuery(ctx, w)
	case AccountMedia:
		return s.estimateMedia(ctx, w)
	case MediaInsights:
		e := s.together(int64(len(w.Media)), "a call for each media")
		e.AtLeast = true // its product type decides what else is asked
		return e, nil
	case AccountProfile:
		return s.together(int64(len(w.Accounts)), "a call for each account"), nil
	}
	calls := s.calls(w)
	calls = append(calls, s.probes(w, calls, func(call) bool { return false })...)
	series, totals := 0, 0
	for _, c := range calls {
		if c.series() {
			series++
		} else {
			totals++
		}
	}
	return s.together(int64(len(calls)), fmt.Sprintf("%d for time series, %d for totals", series, totals)), nil
}

// together estimates calls that need nothing of each other.
func (s *Source) together(calls int64, why string) plugin.Estimate {
	e := plugin.Estimate{Requests: calls, Counted: calls, Chain: min(calls, 1), Why: why}
	if graphapi.Login(s.config.Login).HasBatch() {
		e.Requests = (calls + batchSize - 1) / batchSize
	}
	return e
}

// estimateMedia estimates the pages of an account's media.
func (s *Source) estimateMedia(ctx context.Context, w work) (plugin.Estimate, error) {
	d, err := s.decoder()
	if err != nil {
		return plugin.Estimate{}, err
	}
	pages := int64(1)
	e := plugin.Estimate{AtLeast: true, Why: "pages of " + s.config.MediaEdge + ", each needing the one before"}
	if s.config.MediaEdge == tables.MediaEdge && w.Days == nil {
		posts, err := s.countMedia(ctx, w.Accounts[0].ID)
		if err != nil {
			return plugin.Estimate{}, err
		}
		pages = max(1, (posts+pageSize-1)/pageSize)
		e.Why = fmt.Sprintf("%d posts in pages of %d, each needing the one before", posts, pageSize)
		e.AtLeast = false
	}
	if len(d.media.groups.Common.Metrics) > 0 {
		e.Why += "; metrics that every kind has ride on them"
	}
	if slices.ContainsFunc(d.media.groups.Types, func(t metrics.TypeGroups) bool { return len(t.Groups) > 0 }) {
		e.AtLeast = true
		e.Why += "; metrics that only some kinds have take a call for each such media"
	}
	e.Requests, e.Counted, e.Chain = pages, pages, pages
	return e, nil
}

// countMedia asks how many posts an account has.
func (s *Source) countMedia(ctx context.Context, account string) (int64, error) {
	client, err := s.graph(nil)
	if err != nil {
		return 0, err
	}
	answer, err := client.Get(ctx, graphapi.Request{Path: account, Account: account, Params: []graphapi.Param{{Name: "fields", Value: "media_count"}}})
	if err != nil {
		return 0, fmt.Errorf("asking how many posts account %s has: %w", account, err)
	}
	defer answer.Release()
	var profile struct {
		Media int64 `json:"media_count"`
	}
	if err := json.Unmarshal(answer.Body, &profile); err != nil {
		return 0, fmt.Errorf("asking how many posts account %s has: the answer is not what it should be: %w", account, err)
	}
	return profile.Media, nil
}

var _ plugin.Estimator = (*Source)(nil)

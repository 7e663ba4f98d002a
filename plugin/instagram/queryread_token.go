package instagram

import (
	"context"
	"slices"

	"github.com/igsource/igsource/graphapi"
)

// caller makes the calls of a query: without the fields that the API turns out not to have, with the token of the
// account's Page, where there is one, and once more with the user's where that is refused. When the user's token
// does better, it stays with it. It is for one goroutine.
type caller struct {
	user, page *graphapi.Client // page is nil where there is none
	filter     *fieldFilter
}

// Get makes one call.
func (c *caller) Get(ctx context.Context, r graphapi.Request) (answer *graphapi.Answer, err error) {
	waited := c.filter.missing.alone(ctx, []graphapi.Request{r}, func() bool {
		for {
			sent := c.filter.strip(r)
			answer, err = c.get(ctx, sent)
			if !c.filter.missing.learn(sent, err) {
				return err == nil
			}
		}
	})
	if waited != nil {
		return nil, waited
	}
	return answer, err
}

func (c *caller) get(ctx context.Context, r graphapi.Request) (*graphapi.Answer, error) {
	if c.page == nil {
		return c.user.Get(ctx, r)
	}
	answer, err := c.page.Get(ctx, r)
	if !tokenRefused(err) {
		return answer, err
	}
	answer, err = c.user.Get(ctx, r)
	if err == nil {
		c.page = nil
	}
	return answer, err
}

// Batch makes any number of calls.
func (c *caller) Batch(ctx context.Context, requests []graphapi.Request) (results []graphapi.Result, err error) {
	waited := c.filter.missing.alone(ctx, requests, func() bool {
		results, err = c.batchWithout(ctx, requests)
		return err == nil && slices.ContainsFunc(results, func(r graphapi.Result) bool { return r.Err == nil })
	})
	if waited != nil {
		return nil, waited
	}
	return results, err
}

// batchWithout makes calls, those again that ask for a field which the API turns out not to have.
func (c *caller) batchWithout(ctx context.Context, requests []graphapi.Request) ([]graphapi.Result, error) {
	sent := make([]graphapi.Request, len(requests))
	for i, r := range requests {
		sent[i] = c.filter.strip(r)
	}
	results, err := c.batch(ctx, sent)
	for err == nil {
		var again []graphapi.Request
		var places []int
		for i, result := range results {
			if c.filter.missing.learn(sent[i], result.Err) {
				places = append(places, i)
			}
		}
		if len(places) == 0 {
			return results, nil
		}
		for _, i := range places {
			sent[i] = c.filter.strip(requests[i])
			again = append(again, sent[i])
		}
		var second []graphapi.Result
		if second, err = c.batch(ctx, again); err != nil {
			return nil, err
		}
		for i, at := range places {
			results[at] = second[i]
		}
	}
	return results, err
}

func (c *caller) batch(ctx context.Context, requests []graphapi.Request) ([]graphapi.Result, error) {
	if c.page == nil {
		return c.user.Batch(ctx, requests)
	}
	results, err := c.page.Batch(ctx, requests)
	if err != nil && !tokenRefused(err) {
		return results, err
	}
	var again []graphapi.Request
	var places []int
	for i, result := range results {
		if tokenRefused(result.Err) {
			again, places = append(again, requests[i]), append(places, i)
		}
	}
	if len(again) == 0 {
		return results, nil
	}
	second, err := c.user.Batch(ctx, again)
	if err != nil {
		return nil, err
	}
	for i, at := range places {
		if results[at] = second[i]; second[i].Err == nil {
			c.page = nil
		}
	}
	return results, nil
}

// tokenRefused says that another token may do better.
func tokenRefused(err error) bool {
	e, ok := graphapi.AsError(err)
	return ok && (e.Kind() == graphapi.Permission || e.Kind() == graphapi.TokenInvalid || e.Kind() == graphapi.ProofRefused)
}

// caller returns who makes the calls for what is read at n: stories and insights are read with the Page's token.
func (q *queryReading) caller(ctx context.Context, private bool) (*caller, error) {
	c := &caller{user: q.client, filter: q.newFieldFilter()}
	if !private || q.account == "" {
		return c, nil
	}
	page, ok, err := q.source.pageClient(ctx, q.account, q.notes)
	if err != nil {
		return nil, err
	}
	if ok {
		c.page = page
	}
	return c, nil
}

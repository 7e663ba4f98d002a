package instagram

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
	"github.com/igsource/igsource/timeexpr"
)

// compileInsights makes the decoding plan of the chosen metrics.
func compileInsights(l tables.Layout) (*shred.Insights, error) {
	measures := make([]shred.Measure, len(l.Metrics))
	for i, m := range l.Metrics {
		measures[i] = shred.Measure{Name: m.Name, Type: valueTypes[m.Value]}
	}
	return shred.CompileInsights(measures, l.Dimensions)
}

var valueTypes = map[metrics.ValueType]shred.ValueType{
	metrics.Integer: shred.Integer, metrics.Decimal: shred.Decimal, metrics.Map: shred.Map,
}

// insights reads a split of account insights: all its calls together, those that were refused again in
// smaller parts, until every value is there or its absence explained.
func (r *reading) insights(ctx context.Context) (arrow.Record, error) {
	facts := r.decoding.insights.NewFacts()
	gaps := newGaps(r)
	pending := r.source.calls(r.work)
	for len(pending) > 0 {
		refusals, err := r.ask(ctx, pending, facts, gaps)
		if err != nil {
			return nil, err
		}
		if pending, err = r.isolate(ctx, refusals, facts, gaps); err != nil {
			return nil, err
		}
	}
	gaps.explain(facts)
	return r.pivot(facts)
}

// refusal is a call that the API did not answer, for a reason that may lie in one of its metrics.
type refusal struct {
	call
	err *graphapi.Error
}

// ask makes calls and takes their values; what is refused comes back.
func (r *reading) ask(ctx context.Context, calls []call, facts *shred.Facts, gaps *gaps) ([]refusal, error) {
	account := r.work.Accounts[0].ID
	requests := make([]graphapi.Request, len(calls))
	for i, c := range calls {
		requests[i] = c.request(account)
	}
	results, err := r.client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	var refusals []refusal
	for i, c := range calls {
		if err := results[i].Err; err != nil {
			e, ok := graphapi.AsError(err)
			if !ok || !isolable(e) {
				return nil, err
			}
			refusals = append(refusals, refusal{c, e})
			continue
		}
		answer, err := facts.Decode(results[i].Answer.Body, r.scope(c))
		if err != nil {
			return nil, fmt.Errorf("the answer to %s is not what it should be: %w", c.what(), err)
		}
		results[i].Answer.Release()
		gaps.answered(c, answer)
	}
	return refusals, nil
}

// scope is what the answer to c is about.
func (r *reading) scope(c call) shred.Scope {
	s := shred.Scope{Object: r.work.Accounts[0].ID, Location: timeexpr.Pacific}
	if c.days != nil {
		s.From, s.To, s.Day = int32(c.days.From), int32(c.days.To), int32(c.days.From)
		s.Start, s.End = midnight(c.days.From), midnight(c.days.To+1)
	}
	return s
}

// isolable says whether a refusal may be due to one metric of a call, or to asking for too much at once.
func isolable(e *graphapi.Error) bool {
	switch e.Kind() {
	case graphapi.BadRequest, graphapi.FatalMetric, graphapi.TooFewFollowers, graphapi.TooMuchData:
		return true
	}
	return false
}

// errNothingLeft says that a refusal named no metric and every metric of the call met it: then it is not
// about metrics, and must not pass as absent data.
var errNothingLeft = errors.New("every metric of the call was refused")

package instagram

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/clock"
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
	account := r.work.Accounts[0].ID
	a := accountAsker{
		client: r.client, now: r.work.now(), clock: r.source.options.Clock, refused: gaps.refused, horizon: gaps.horizon, days: true,
		request: func(c call) graphapi.Request { return c.request(account) },
		take: func(c call, body []byte) error {
			answer, err := facts.Decode(body, r.scope(c))
			if err == nil {
				gaps.answered(c, answer)
			}
			return err
		},
	}
	calls := r.source.calls(r.work)
	has := func(metric string, day timeexpr.Day) bool {
		return facts.Has(account, gaps.measure(metric), int32(day))
	}
	needed, err := r.spare(ctx, &a, calls, has)
	if err != nil {
		return nil, err
	}
	if err := a.run(ctx, needed); err != nil {
		return nil, err
	}
	r.hear(a.horizon, calls, has)
	gaps.explain(facts)
	r.tellUnknown(r.table.Table.Name, facts.UnknownFields())
	return r.pivot(facts)
}

// accountAsker makes calls for insights of an account, and takes those that are refused into smaller ones.
type accountAsker struct {
	client  batcher
	now     time.Time   // the plan's
	clock   clock.Clock // tells how much later it is
	request func(c call) graphapi.Request
	take    func(c call, answer []byte) error
	// refused is told of metrics that the API refused for good.
	refused func(c call, e *graphapi.Error)
	// horizon is what is known of the object; days says that calls are all that tells their metrics apart, so
	// that what is known of a metric holds for other windows.
	horizon *horizon
	days    bool
	later   []call // that wait for what others tell
}

// run makes calls until everything they ask for is answered or refused.
func (a *accountAsker) run(ctx context.Context, calls []call) error {
	pending, later := a.staged(calls)
	a.later = later
	for {
		if len(pending) == 0 {
			pending, a.later = a.later, nil
		}
		if len(pending) == 0 {
			return nil
		}
		refusals, err := a.ask(ctx, pending)
		if err != nil {
			return err
		}
		if pending, err = a.isolate(ctx, refusals); err != nil {
			return err
		}
	}
}

// refusal is a call that the API did not answer, for a reason that may lie in one of its metrics.
type refusal struct {
	call
	err *graphapi.Error
}

// ask makes calls and takes their values; what is refused, or known to be, comes back.
func (a *accountAsker) ask(ctx context.Context, calls []call) ([]refusal, error) {
	calls, refusals := a.recall(calls)
	requests := make([]graphapi.Request, len(calls))
	for i, c := range calls {
		requests[i] = a.request(c)
	}
	results, err := a.client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	for i, c := range calls {
		if err := results[i].Err; err != nil {
			e, ok := graphapi.AsError(err)
			if !ok || !isolable(e) {
				return nil, err
			}
			a.learn(c, e)
			refusals = append(refusals, refusal{c, e})
			continue
		}
		if err := a.take(c, results[i].Answer.Body); err != nil {
			return nil, fmt.Errorf("the answer to %s is not what it should be: %w", c.what(), err)
		}
		results[i].Answer.Release()
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

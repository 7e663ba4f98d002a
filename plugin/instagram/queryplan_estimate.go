package instagram

import (
	"context"
	"fmt"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
)

// estimateQuery estimates a split of a query. Of lists it knows how long an account's posts are; what lies
// inside other objects only reading tells.
func (s *Source) estimateQuery(ctx context.Context, w work) (plugin.Estimate, error) {
	q, _ := s.queries().at(*w.Query)
	root := q.layout.Root
	if root.Kind == tables.ObjectPosition && len(root.Children) == 0 {
		return s.together(int64(max(1, len(w.Accounts))), "a call for each object"), nil
	}
	plan, err := q.plan.planOf(q.layout, s.config.Login, s.incrementalList(q))
	if err != nil {
		return plugin.Estimate{}, err
	}
	reading := &queryReading{reading: &reading{source: s, work: w}, spec: q, plan: plan}
	if len(w.Accounts) > 0 {
		reading.account = w.Accounts[0].ID
	}
	if reading.text, err = newQueryText(q, plan, w.start()); err != nil {
		return plugin.Estimate{}, err
	}
	e := queryEstimate{queryReading: reading}
	if err := e.units(ctx); err != nil {
		return plugin.Estimate{}, err
	}
	e.Why = strings.Join(e.parts, ", ")
	return e.Estimate, nil
}

// queryEstimate is an estimate as it grows. Its parts are read one after the other.
type queryEstimate struct {
	*queryReading
	plugin.Estimate
	parts []string
}

// add adds calls of which each needs the one before.
func (e *queryEstimate) add(calls int64, what string) {
	e.Requests += calls
	e.Counted += calls
	e.Chain += calls
	e.parts = append(e.parts, what)
}

// more says that there may be more calls.
func (e *queryEstimate) more(why string) {
	e.AtLeast = true
	e.parts = append(e.parts, why)
}

// units adds the parts that the split is read in.
func (e *queryEstimate) units(ctx context.Context) error {
	if _, ok := e.spec.hashtag(); ok {
		e.add(1, "the hashtag's id")
	}
	root := e.plan.root
	if root.Kind != tables.ObjectPosition {
		return e.edge(ctx, root)
	}
	own := len(e.queryReading.units())
	var apart []*queryNode
	riding := false
	for _, n := range root.children {
		if e.text.apart[n] {
			apart = append(apart, n)
			own--
		} else if n.Kind != tables.SummaryPosition {
			riding = true
		}
	}
	if own > 0 {
		e.add(1, "the object")
	}
	if riding {
		e.more("what does not fit its edges' first pages")
	}
	for _, n := range apart {
		if err := e.edge(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// edge adds an edge that is read by calls of its own.
func (e *queryEstimate) edge(ctx context.Context, n *queryNode) error {
	if n.insights() {
		return e.insights(n)
	}
	size := int64(e.text.rootPage(n))
	pages, what := int64(1), fmt.Sprintf("pages of %d of %s", size, n.Edge.Name)
	switch counted := e.wholeEdge(n); {
	case counted:
		posts, err := e.source.countMedia(ctx, e.account)
		if err != nil {
			return err
		}
		pages = max(1, (posts+size-1)/size)
		e.add(pages, fmt.Sprintf("%d posts in pages of %d", posts, size))
	default:
		e.add(pages, what)
		e.AtLeast = true
	}
	if len(n.children) > 0 {
		e.more("what does not fit the first pages inside them")
	}
	return nil
}

// wholeEdge says whether a list is all posts of the account, which one small call counts.
func (e *queryEstimate) wholeEdge(n *queryNode) bool {
	if e.account == "" || n.Edge.Name != tables.MediaEdge || len(n.Via) > 0 || e.spec.since != "" || e.spec.until != "" {
		return false
	}
	for _, key := range []string{keySince, keyUntil} {
		if _, ok := n.Item.Modifier(key); ok || n.above == nil && e.spec.param(key) != "" {
			return false
		}
	}
	return true
}

// insights adds insights of the object at the root, in the windows that their dates take.
func (e *queryEstimate) insights(n *queryNode) error {
	w := &insightWindows{queryReading: e.queryReading, n: n, asker: accountAsker{now: e.work.now()}}
	var err error
	if w.whole, err = w.span(); err != nil {
		return err
	}
	calls := int64(len(w.calls()))
	what := "one call for insights"
	if calls > 1 {
		what = fmt.Sprintf("%d calls for insights", calls)
	}
	e.parts = append(e.parts, what)
	e.Counted += calls
	e.Chain++ // they go side by side
	if graphapi.Login(e.source.config.Login).HasBatch() {
		calls = (calls + batchSize - 1) / batchSize
	}
	e.Requests += calls
	return nil
}

// param returns a parameter behind the question mark of the endpoint, or nothing.
func (q *querySpec) param(name string) string {
	for _, p := range q.layout.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

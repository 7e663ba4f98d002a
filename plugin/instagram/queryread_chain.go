package instagram

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
)

// chainUnit reads a list page by page: the query's endpoint, or an edge of the account.
func (q *queryReading) chainUnit(n *queryNode) queryUnit {
	return func(ctx context.Context, from chainMark) (bool, error) {
		c, err := q.newChain(ctx, n, from)
		if err != nil {
			return false, err
		}
		if err := q.prepare(ctx, n); err != nil {
			return false, err
		}
		q.age.old = c.old != nil
		for p, err := range c.portions(ctx) {
			if err != nil {
				return false, err
			}
			more, err := q.portion(ctx, n, p)
			if err != nil || !more {
				return false, err
			}
		}
		return true, ctx.Err()
	}
}

// newChain starts the chain of a list, or goes on where a mark says.
func (q *queryReading) newChain(ctx context.Context, n *queryNode, from chainMark) (*chain, error) {
	private := n.below((*queryNode).private)
	client, err := q.caller(ctx, private)
	if err != nil {
		return nil, err
	}
	plain := func(as shape) graphapi.Request {
		if n.above == nil {
			r := q.text.root(n, q.path, q.account, as)
			if strings.HasPrefix(q.spec.layout.Path, hashtagSearch) && q.account != "" && r.Param("user_id") == "" {
				r = r.With("user_id", q.account)
			}
			if strings.HasPrefix(q.spec.layout.Path, hashtagSearch+"/") {
				r.Params = slices.DeleteFunc(r.Params, func(p graphapi.Param) bool { return p.Name == "q" })
			}
			return r
		}
		return q.text.edgeOf(n, q.path, q.account, as)
	}
	riding := n.riding()
	c := &chain{
		client: client, name: n.label(), plain: plain(shape{}), unknown: make(map[string]gap),
		skip: q.source.config.ErrorHandling == skipOnError, bare: q.source.config.ErrorHandling == skipOnError,
		most: q.text.rootPage(n), limit: q.text.rootPage(n), stopEmpty: q.spec.stopOnEmpty,
	}
	c.onePage = q.text.once(n, c.plain)
	for _, in := range riding {
		c.common = append(c.common, without(in.groups.Common.Metrics, c.common)...)
	}
	c.expand = func(names []string) string {
		var items []string
		for _, in := range riding {
			if own := within(in.groups.Common.Metrics, names); len(own) > 0 {
				items = append(items, q.text.riding(in, own))
			}
		}
		return strings.Join(items, ",")
	}
	c.lacks = func(kind, metric string) bool {
		return slices.ContainsFunc(riding, func(in *queryNode) bool { return slices.Contains(in.groups.Of(kind).Lacks, metric) })
	}
	if n.holdsLists() {
		whole := c.plain.Param("fields")
		c.lighter = func(r graphapi.Request, step int) (graphapi.Request, bool) {
			riders, ok := strings.CutPrefix(r.Param("fields"), whole)
			if step > mostShrunk || !ok { // without the lists there is nothing to make smaller
				return r, false
			}
			return r.With("fields", plain(shape{shrink: step}).Param("fields")+riders), true
		}
		if c.skip {
			c.thin = func(r graphapi.Request) graphapi.Request {
				return r.With("fields", plain(shape{thin: true}).Param("fields"))
			}
		}
	}
	c.resume(from)
	return c, nil
}

// riding are the insights that ride on the pages of a list: those of the objects on it, where they may be the
// account's own.
func (n *queryNode) riding() []*queryNode {
	if n.kind < 0 || n.foreign() {
		return nil
	}
	var out []*queryNode
	for _, c := range n.children {
		if c.insights() && len(c.Via) == 0 && len(c.groups.Common.Metrics) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// within are the names that are among some.
func within(names, some []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(some, name) })
}

// portion delivers what one call of a chain brought, and all that is below it.
func (q *queryReading) portion(ctx context.Context, n *queryNode, p portion) (bool, error) {
	page, err := q.decode(n, p.answer.Body, q.parent())
	p.answer.Release()
	if err != nil {
		return false, fmt.Errorf("a page of %s is not what it should be: %w", n.label(), err)
	}
	defer page.release()
	for _, in := range n.riding() {
		a := q.askers[in]
		maps.Copy(a.learnt.unknown, p.unknown)
	}
	if p.anew {
		q.age.old, q.newest = false, 0
	}
	q.meet(n, page)
	if p.lost != nil {
		id := textAt(page.records[n.number], n.id, 0)
		if err := q.lose(n, id, p.lost); err != nil {
			return false, err
		}
		page.drop()
	}
	if p.thin {
		q.begin(page)
	}
	var mark plugin.Mark
	if p.last {
		mark, err = q.mark(nil)
	} else {
		mark, err = q.mark(&p.mark)
	}
	if err != nil {
		return false, err
	}
	return q.deliver(ctx, page, &p, mark)
}

package instagram

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/schema/tables"
)

// edgeChildren is the edge to the media of an album, which have no insights.
const edgeChildren = "children"

// complete asks for the insights of the objects on a page that did not ride on it, and drops the objects that
// cannot be read.
func (q *queryReading) complete(ctx context.Context, p *queryPage, ride *portion) error {
	for i, rec := range p.records {
		if rec == nil || rec.NumRows() == 0 {
			continue
		}
		n := q.plan.nodes[i]
		var asked []*queryNode
		for _, in := range n.children {
			if in.insights() && !q.text.apart[in] {
				asked = append(asked, in)
			}
		}
		if len(asked) == 0 {
			continue
		}
		if err := q.prepare(ctx, n); err != nil {
			return err
		}
		for _, in := range asked { // what one learns of a page's age, the others keep
			q.askers[in].begin(0)
		}
		for _, in := range asked {
			of := ride
			if n != p.at {
				of = nil
			}
			if err := q.askInsights(ctx, p, n, in, of); err != nil {
				return err
			}
		}
	}
	return p.prune(q.plan.nodes)
}

// prepare makes what asks for the insights of single objects at n.
func (q *queryReading) prepare(ctx context.Context, n *queryNode) error {
	for _, in := range n.children {
		if !in.insights() || q.askers[in] != nil {
			continue
		}
		c, err := q.caller(ctx, true)
		if err != nil {
			return err
		}
		a := &asker{
			client: c, groups: in.groups, learnt: newLearntRefusals(), conversion: new(conversion), foreign: n.foreign(),
			request: func(id string, names []string) graphapi.Request {
				return q.text.insightsOf(in, id+"/"+in.Item.Name, q.account, names)
			},
			lose: func(id string, err error) error { return q.lose(n, id, err) },
		}
		if n.chained() && n.Edge.Name == tables.MediaEdge { // its media come by time
			a.ordered, a.conversion = true, q.age
		}
		q.askers[in] = a
	}
	return nil
}

// chained says that the list is read by a chain: nothing above it is a list.
func (n *queryNode) chained() bool {
	return n.above == nil || n.above.above == nil && n.above.Kind == tables.ObjectPosition
}

// askInsights completes the insights in of the objects of n on a page.
func (q *queryReading) askInsights(ctx context.Context, p *queryPage, n, in *queryNode, ride *portion) error {
	rec := p.records[n.number]
	rows := int(rec.NumRows())
	link := n.id
	if in.ParentColumn != "" {
		link = n.column(in.ParentColumn)
	}
	list := newListed(rows)
	places := make(map[string]int, rows)
	for row := range rows {
		list.ids[row], list.kinds[row] = textAt(rec, link, row), textAt(rec, n.kind, row)
		list.lost[row] = list.ids[row] == ""
		places[list.ids[row]] = row
	}
	if n.Edge.Name == edgeChildren {
		list.share(gap{reason: reasonAlbumChild}, nil)
	}
	if ride != nil {
		list.share(ride.none, within(in.groups.Common.Metrics, ride.asked))
		if names := within(in.Metrics, ride.refused); len(names) > 0 && rows > 0 && len(n.riding()) == 1 {
			list.refused = map[int]refusedMetrics{0: {names, ride.why}}
		}
	}
	gaps := &mediaGaps{groups: in.groups, measures: in.groups.Metrics, none: list.none, cells: make(map[cellAt]gap), lost: list.lost}
	has := make(map[cellAt]bool)
	in.mark(has, p.records[in.number], gaps.measures, func(parent string) (int, bool) { row, ok := places[parent]; return row, ok })
	a := q.askers[in]
	a.take = func(row int, body []byte) error {
		answer, err := q.decode(in, body, list.ids[row])
		if err != nil {
			return err
		}
		values := answer.records[in.number]
		p.extra = append(p.extra, extraRecord{in, values})
		in.mark(has, values, gaps.measures, func(string) (int, bool) { return row, true })
		return nil
	}
	if err := a.ask(ctx, list, 0, rows, gaps); err != nil {
		return err
	}
	gaps.explain(q.split, 0, rows, list.id, list.productType, func(row, measure int) bool { return has[cellAt{row, measure}] }, q.note)
	for row, lost := range list.lost {
		if id := textAt(rec, n.id, row); lost && id != "" {
			p.lose(n, id)
		}
	}
	return nil
}

// mark notes in has which metrics have a value in a record of insights n, by the row of the object.
func (n *queryNode) mark(has map[cellAt]bool, rec arrow.Record, measures []string, rowOf func(parent string) (int, bool)) {
	if rec == nil {
		return
	}
	for i := range int(rec.NumRows()) {
		if n.value >= 0 && rec.Column(n.value).IsNull(i) {
			continue
		}
		if row, ok := rowOf(textAt(rec, n.parent, i)); ok {
			has[cellAt{row, slices.Index(measures, textAt(rec, n.name, i))}] = true
		}
	}
}

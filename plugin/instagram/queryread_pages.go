package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// roundSize is how many nested pages are read side by side, so many that every connection has some, and so few
// that memory stays small. It does not depend on how many connections there are: the rows would.
const roundSize = 200

// queryPage is one answer, decoded.
type queryPage struct {
	at      *queryNode
	records []arrow.Record // by position; nil for those that are not part of it
	more    bool
	after   string
	open    []nestedPage
	// extra are records of insights that were asked for apart, in the order of the calls.
	extra []extraRecord
	// lost are ids of objects that cannot be delivered, by position.
	lost map[*queryNode]map[string]bool
}

type extraRecord struct {
	of     *queryNode
	record arrow.Record
}

// nestedPage is a page of a list inside an object that is still to be read.
type nestedPage struct {
	list   *queryNode
	owner  string // the object whose page held the beginning
	parent string // what stands in parent_id
	after  string
	size   int // 0 leaves it to the API
	as     shape
	tries  int
}

func (p *queryPage) release() {
	for _, rec := range p.records {
		if rec != nil {
			rec.Release()
		}
	}
	for _, e := range p.extra {
		e.record.Release()
	}
	p.records, p.extra = nil, nil
}

// drop forgets all that the page holds, but where the next one is.
func (p *queryPage) drop() {
	for i, rec := range p.records {
		if rec != nil {
			p.records[i] = rec.NewSlice(0, 0)
			rec.Release()
		}
	}
	p.open = nil
}

// lose notes that an object cannot be delivered.
func (p *queryPage) lose(n *queryNode, id string) {
	if p.lost == nil {
		p.lost = make(map[*queryNode]map[string]bool)
	}
	if p.lost[n] == nil {
		p.lost[n] = make(map[string]bool)
	}
	p.lost[n][id] = true
}

// prune drops the objects that are lost, and all that is below them.
func (p *queryPage) prune(nodes []*queryNode) error {
	if len(p.lost) == 0 {
		return nil
	}
	for _, n := range nodes {
		rec := p.records[n.number]
		if rec == nil {
			continue
		}
		gone := func(rec arrow.Record, row int) bool {
			id, parent := textAt(rec, n.id, row), textAt(rec, n.parent, row)
			bad := n.id >= 0 && p.lost[n][id] || n != p.at && p.lost[n.above][parent]
			if bad && n.id >= 0 {
				p.lose(n, id)
			}
			return bad
		}
		kept, err := keepRows(rec, gone)
		if err != nil {
			return err
		}
		p.records[n.number] = kept
		rec.Release()
		for i, e := range p.extra {
			if e.of != n {
				continue
			}
			if p.extra[i].record, err = keepRows(e.record, gone); err != nil {
				return err
			}
			e.record.Release()
		}
	}
	p.open = slices.DeleteFunc(p.open, func(o nestedPage) bool { return p.lost[o.list.above][o.owner] })
	return nil
}

// opened lists the nested lists that a page does not hold to their end.
func (q *queryReading) opened(p *queryPage, open []shred.Open) error {
	for _, o := range open {
		at, err := strconv.Atoi(o.Table)
		if err != nil || at >= len(q.plan.nodes) {
			continue
		}
		n := q.plan.nodes[at]
		switch {
		case n.Kind != tables.ListPosition || n.summaryOnly() || q.text.apart[n] || q.text.once(n, graphapi.Request{}):
			continue
		case o.Parent == "":
			return fmt.Errorf("%s has more pages than one, but hangs on an object without an id, so that they cannot be asked for", n.label())
		case q.spec.stopOnEmpty && !p.holds(n, o.Parent):
			continue
		}
		next := nestedPage{list: n, owner: o.Parent, parent: o.Parent, after: o.After, size: q.text.pageOf(n)}
		if column := n.above.column(n.ParentColumn); column >= 0 && column != n.above.id {
			next.parent = p.beside(n.above, o.Parent, column)
		}
		p.open = append(p.open, next)
	}
	return nil
}

// beside is the text in another column of the object of that id.
func (p *queryPage) beside(n *queryNode, id string, column int) string {
	rec := p.records[n.number]
	for row := range int(rec.NumRows()) {
		if textAt(rec, n.id, row) == id {
			return textAt(rec, column, row)
		}
	}
	return ""
}

// holds says whether any object of n hangs on owner.
func (p *queryPage) holds(n *queryNode, owner string) bool {
	rec := p.records[n.number]
	for row := range int(rec.NumRows()) {
		if textAt(rec, n.parent, row) == owner {
			return true
		}
	}
	return false
}

// deliver yields what a page holds and all that is below it, the mark with the last of it. ride is the part of
// a chain that brought it, nil for others.
func (q *queryReading) deliver(ctx context.Context, p *queryPage, ride *portion, mark plugin.Mark) (bool, error) {
	if err := q.complete(ctx, p, ride); err != nil {
		return false, err
	}
	rows := q.newRows()
	defer rows.release()
	rows.take(p)
	open := p.open
	for len(open) > 0 {
		if more, err := q.send(rows, ""); err != nil || !more {
			return more, err
		}
		round := open[:min(len(open), roundSize)]
		next, err := q.round(ctx, round, rows)
		if err != nil {
			return false, err
		}
		open = append(slices.Clone(open[len(round):]), next...)
	}
	return q.send(rows, mark)
}

// round reads nested pages side by side, and returns those that follow on them.
func (q *queryReading) round(ctx context.Context, round []nestedPage, rows *queryRows) ([]nestedPage, error) {
	results := make([]graphapi.Result, len(round))
	for _, private := range []bool{false, true} {
		var requests []graphapi.Request
		var places []int
		for i, o := range round {
			if o.list.below((*queryNode).private) == private {
				requests = append(requests, q.text.page(o.list, o.owner, q.account, o.after, o.size, o.as))
				places = append(places, i)
			}
		}
		if len(requests) == 0 {
			continue
		}
		if q.nested[private] == nil {
			c, err := q.caller(ctx, private)
			if err != nil {
				return nil, err
			}
			q.nested[private] = c
		}
		part, err := q.nested[private].Batch(ctx, requests)
		if err != nil {
			return nil, err
		}
		for i, at := range places {
			results[at] = part[i]
		}
	}
	var next []nestedPage
	for i, o := range round {
		more, err := q.nestedResult(ctx, o, results[i], rows)
		if err != nil {
			return nil, err
		}
		next = append(next, more...)
	}
	return next, nil
}

// nestedResult takes in what one nested page brought, and returns those that follow on it.
func (q *queryReading) nestedResult(ctx context.Context, o nestedPage, result graphapi.Result, rows *queryRows) ([]nestedPage, error) {
	if result.Err != nil {
		if smaller, ok := o.smaller(result.Err); ok {
			return []nestedPage{smaller}, nil
		}
		if q.source.config.ErrorHandling == skipOnError && notFound(result.Err) && o.list.holdsLists() && !o.as.thin {
			// Something in a list inside one of the objects: all but that one's can be read.
			if o.as.thin = o.size == 1; !o.as.thin {
				o.size = max(1, firstSize(o.size)/2)
			}
			return []nestedPage{o}, nil
		}
		return nil, q.lose(o.list.above, o.owner, fmt.Errorf("%s: %w", o.list.label(), result.Err))
	}
	defer result.Answer.Release()
	body, parent := result.Answer.Body, o.parent
	if len(o.list.Via) > 0 {
		if body, parent = inside(body, o.list.Path); body == nil {
			return nil, nil
		}
	}
	page, err := q.decode(o.list, body, parent)
	if err != nil {
		return nil, fmt.Errorf("a page of %s of %s is not what it should be: %w", o.list.label(), o.owner, err)
	}
	defer page.release()
	if o.as.thin {
		q.begin(page)
	}
	if err := q.complete(ctx, page, nil); err != nil {
		return nil, err
	}
	next := page.open
	if page.more && page.after != "" && !(q.spec.stopOnEmpty && page.records[o.list.number].NumRows() == 0) {
		if page.after == o.after {
			return nil, fmt.Errorf("the pages of %s of %s go round in a circle: the API gave one cursor twice", o.list.label(), o.owner)
		}
		o.after, o.as, o.tries = page.after, shape{}, 0
		o.size = min(q.text.pageOf(o.list), 2*o.size) // 0 again where the API chooses
		next = append([]nestedPage{o}, next...)
	}
	rows.take(page)
	return next, nil
}

// smaller is the page to ask for when the API asks for less data at once.
func (o nestedPage) smaller(err error) (nestedPage, bool) {
	if !tooMuch(err) {
		return o, false
	}
	switch {
	case o.size != 1:
		o.size = firstSize(o.size) / 2
	case o.as.shrink < mostShrunk && o.list.holdsLists():
		o.as.shrink++
	default:
		o.tries++
		return o, o.tries < mostTooMuch
	}
	return o, true
}

// firstSize is the size of a page, also where the API was to choose it.
func firstSize(size int) int {
	if size == 0 {
		return usualPage
	}
	return size
}

// holdsLists says whether there are lists inside the objects of n.
func (n *queryNode) holdsLists() bool {
	return n.below(func(b *queryNode) bool { return b != n && b.Kind == tables.ListPosition })
}

// begin lists the lists inside the objects of a page that came without them.
func (q *queryReading) begin(p *queryPage) {
	rec := p.records[p.at.number]
	p.open = nil
	for row := range int(rec.NumRows()) {
		id := textAt(rec, p.at.id, row)
		for _, n := range p.at.children {
			if n.Kind != tables.ListPosition || n.summaryOnly() || q.text.apart[n] || id == "" {
				continue
			}
			next := nestedPage{list: n, owner: id, parent: id, size: q.text.pageOf(n)}
			if column := p.at.column(n.ParentColumn); column >= 0 {
				next.parent = textAt(rec, column, row)
			}
			p.open = append(p.open, next)
		}
	}
}

// inside is the list that path leads to in an object, and the id of the object that it hangs on; nil where
// there is none.
func inside(body []byte, path string) (list []byte, owner string) {
	list = body
	for key := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if json.Unmarshal(list, &object) != nil {
			return nil, ""
		}
		var id ident
		owner = ""
		if json.Unmarshal(object["id"], &id) == nil {
			owner = string(id)
		}
		list = object[key]
	}
	return list, owner
}

package instagram

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
)

// keepRows returns the rows of rec that are not gone. The caller releases it, and keeps rec.
func keepRows(rec arrow.Record, gone func(rec arrow.Record, row int) bool) (arrow.Record, error) {
	var parts []arrow.Record
	defer func() {
		for _, part := range parts {
			part.Release()
		}
	}()
	n := int(rec.NumRows())
	for from := 0; from < n; {
		to := from
		for to < n && !gone(rec, to) {
			to++
		}
		if to > from {
			parts = append(parts, rec.NewSlice(int64(from), int64(to)))
		}
		from = to + 1
	}
	switch len(parts) {
	case 0:
		return rec.NewSlice(0, 0), nil
	case 1:
		parts[0].Retain()
		return parts[0], nil
	}
	return concatenate(parts)
}

// queryRows gathers the rows of pages, by position.
type queryRows struct {
	nodes   []*queryNode
	records [][]arrow.Record
}

func (q *queryReading) newRows() *queryRows {
	return &queryRows{nodes: q.plan.nodes, records: make([][]arrow.Record, len(q.plan.nodes))}
}

// take adds the rows of a page, which stays the caller's.
func (r *queryRows) take(p *queryPage) {
	add := func(n *queryNode, rec arrow.Record) {
		if n.table != "" && rec != nil && rec.NumRows() > 0 {
			rec.Retain()
			r.records[n.number] = append(r.records[n.number], rec)
		}
	}
	for i, rec := range p.records {
		add(r.nodes[i], rec)
	}
	for _, e := range p.extra {
		add(e.of, e.record)
	}
}

// join takes over the rows of o, behind its own.
func (r *queryRows) join(o *queryRows) {
	for i, list := range o.records {
		r.records[i] = append(r.records[i], list...)
		o.records[i] = nil
	}
}

func (r *queryRows) release() {
	for i, list := range r.records {
		for _, rec := range list {
			rec.Release()
		}
		r.records[i] = nil
	}
}

// batches are the rows as the tables take them, a batch for each position. The caller releases them.
func (r *queryRows) batches() ([]plugin.Batch, error) {
	var out []plugin.Batch
	for i, list := range r.records {
		if len(list) == 0 {
			continue
		}
		whole := list[0]
		if len(list) == 1 {
			whole.Retain()
		} else {
			var err error
			if whole, err = concatenate(list); err != nil {
				return out, err
			}
		}
		out = append(out, plugin.Batch{Table: r.nodes[i].table, Record: r.nodes[i].delivered(whole)})
		whole.Release()
	}
	return out, nil
}

// send yields what was gathered, the mark, if there is one, with the last of it, and forgets it.
func (q *queryReading) send(rows *queryRows, mark plugin.Mark) (more bool, err error) {
	batches, err := rows.batches()
	rows.release()
	defer func() {
		for _, b := range batches {
			b.Record.Release()
		}
	}()
	switch {
	case err != nil:
		return false, err
	case mark == "" && !slices.ContainsFunc(batches, func(b plugin.Batch) bool { return q.wanted(b.Table) }):
		return true, nil
	}
	return q.yieldMarked(slices.Clone(batches), mark, q.yield), nil
}

package instagram

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// decoder is the decoder of answers that begin at n, its params set.
func (q *queryReading) decoder(n *queryNode) (*shred.Decoder, error) {
	d := q.decoders[n]
	if d == nil {
		d = n.plan.NewDecoder()
		q.decoders[n] = d
		for _, at := range q.plan.nodes {
			if name := "fb_graph_node " + at.key(); n.params[name] {
				if err := d.Set(name, at.GraphNode); err != nil {
					return nil, err
				}
			}
		}
	}
	return d, q.set(d, n, paramAccount, q.account)
}

// set gives a param a text, or none where it is empty.
func (q *queryReading) set(d *shred.Decoder, n *queryNode, param, text string) error {
	switch {
	case !n.params[param]:
		return nil
	case text == "":
		return d.Set(param, nil)
	}
	return d.Set(param, text)
}

// decode reads an answer that begins at n, of an object parent.
func (q *queryReading) decode(n *queryNode, body []byte, parent string) (*queryPage, error) {
	d, err := q.decoder(n)
	if err != nil {
		return nil, err
	}
	if err := q.set(d, n, paramParent, parent); err != nil {
		return nil, err
	}
	if q.plan.takesAnything() {
		body = withoutTokens(body)
	}
	page, err := d.Decode(body)
	if err != nil {
		return nil, err
	}
	p := &queryPage{at: n, records: make([]arrow.Record, len(q.plan.nodes)), after: page.After, more: page.More}
	for i, name := range n.plan.Tables() {
		at, _ := strconv.Atoi(name) // the plan's own
		p.records[at] = page.Records[i]
	}
	if n.cursorOnly() {
		p.more = p.after != "" && p.records[n.number].NumRows() > 0
	}
	return p, q.opened(p, page.Open)
}

// takesAnything says whether a column takes whatever comes.
func (p *queryPlan) takesAnything() bool {
	return slices.ContainsFunc(p.nodes, func(n *queryNode) bool {
		return slices.ContainsFunc(n.Columns, func(c tables.QueryColumn) bool { return c.Role == tables.QueryField && c.Form != tables.QueryText })
	})
}

// tokenInLink is a link to another page, up to its token, and the token.
var tokenInLink = regexp.MustCompile(`("(?:next|previous)"\s*:\s*"(?:[^"\\]|\\.)*?access_token=)[^&"\\\s]+`)

// withoutTokens returns body without the tokens that its links to other pages hold: a column that takes whatever
// comes, as JSON, takes a list with its links.
func withoutTokens(body []byte) []byte {
	if !bytes.Contains(body, []byte("access_token=")) {
		return body
	}
	return tokenInLink.ReplaceAll(body, []byte("${1}[redacted]"))
}

// tellUnknown tells the fields that came and have no column.
func (q *queryReading) tellUnknown() {
	for _, n := range q.plan.nodes {
		d := q.decoders[n]
		if d == nil {
			continue
		}
		for _, c := range d.UnknownFields() {
			if unasked(c.Name) {
				continue
			}
			table := ""
			if at, err := strconv.Atoi(c.Table); err == nil && at < len(q.plan.nodes) {
				table = q.plan.nodes[at].tableName()
			}
			q.note(plugin.Unknown{Split: q.split, Table: table, Field: c.Name, Count: int64(c.Times)})
		}
	}
}

// tableName is the table of the objects at n, or of the nearest above that are delivered.
func (n *queryNode) tableName() string {
	for at := n; at != nil; at = at.above {
		if at.table != "" {
			return at.table
		}
	}
	return ""
}

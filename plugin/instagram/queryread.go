package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// mostShrunk is how often the pages of nested edges can be halved: fifty, 25, 12, … 1.
const mostShrunk = 6

// queryReading is one Read of one split of a query.
type queryReading struct {
	*reading
	spec *querySpec
	plan *queryPlan
	text *queryText
	// account is the account that is read, empty where there is none or there are several.
	account string
	// path is the root's.
	path string
	// rootID is the id of the object at the root, where it is known.
	rootID   string
	yield    func(plugin.Batch) bool
	unit     int
	last     bool
	decoders map[*queryNode]*shred.Decoder
	askers   map[*queryNode]*asker
	age      *conversion
	nested   map[bool]*caller // of nested pages
}

// queryMark is a place in a split of a query: parts that are complete, and a place in the chain of the next.
type queryMark struct {
	Unit int    `json:"unit,omitempty"`
	Root string `json:"root,omitempty"`
	chainMark
}

// unit is a part of a split that is read behind the others. from is where to go on in it.
type queryUnit func(ctx context.Context, from chainMark) (more bool, err error)

// query reads one split of a query: its parts one after the other, and gives what they hold to yield, which says
// whether to go on.
func (r *reading) query(ctx context.Context, q *querySpec, resume plugin.Mark, yield func(plugin.Batch) bool) error {
	plan, err := q.plan.planOf(q.layout, r.source.config.Login)
	if err != nil {
		return err
	}
	reading := &queryReading{
		reading: r, spec: q, plan: plan, yield: yield, age: new(conversion),
		decoders: make(map[*queryNode]*shred.Decoder), askers: make(map[*queryNode]*asker), nested: make(map[bool]*caller),
	}
	if reading.text, err = newQueryText(q, plan, r.work.start()); err != nil {
		return err
	}
	if len(r.work.Accounts) == 1 {
		reading.account = r.work.Accounts[0].ID
	}
	var mark queryMark
	units := reading.units()
	if resume != "" {
		err := json.Unmarshal([]byte(resume), &mark)
		if err != nil || mark.Unit < 0 || mark.Unit >= len(units) || mark.Unit == 0 && mark.After == "" {
			return fmt.Errorf("split %s has no mark %q", r.split, resume)
		}
	}
	if err := reading.locate(ctx); err != nil {
		return err
	}
	if mark.Root != "" {
		reading.rootID = mark.Root
	}
	defer reading.tellUnknown()
	for i := mark.Unit; i < len(units); i++ {
		reading.unit, reading.last = i, i == len(units)-1
		more, err := units[i](ctx, mark.chainMark)
		if err != nil || !more {
			return err
		}
		mark.chainMark = chainMark{}
	}
	return ctx.Err()
}

// locate finds out what the root's path is.
func (q *queryReading) locate(ctx context.Context) error {
	q.path, q.rootID = q.spec.layout.Path, q.account
	switch {
	case q.account == "":
		if last := q.path[strings.LastIndexByte(q.path, '/')+1:]; q.plan.root.Kind == tables.ObjectPosition && numeric(last) {
			q.rootID = last
		}
	case q.path == "":
		q.path = q.account
	case q.path == hashtagSearch:
	case strings.HasPrefix(q.path, hashtagSearch+"/"):
		name, _ := q.spec.hashtag() // the rules want one
		id, err := q.source.hashtagID(ctx, q.account, name, q.notes)
		if err != nil {
			return err
		}
		q.path = id + strings.TrimPrefix(q.path, hashtagSearch)
	default:
		q.path = q.account + "/" + q.path
	}
	return nil
}

func numeric(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// units are the parts of the split. Edges of an account that an object's page may fail for, which those with
// insights are, are read apart from the account, and so is an only edge where the account itself gives no row.
func (q *queryReading) units() []queryUnit {
	root := q.plan.root
	switch {
	case root.insights():
		return []queryUnit{q.insightsUnit(root)}
	case root.Kind == tables.ListPosition:
		return []queryUnit{q.chainUnit(root)}
	case len(q.work.Accounts) > 1:
		return []queryUnit{q.objects}
	}
	var riders []*queryNode
	wanted := root.Table >= 0
	for _, n := range root.children {
		switch {
		case n.Kind == tables.SummaryPosition:
		case n.insights():
			if len(n.Via) == 0 {
				q.text.apart[n] = true
			} else {
				wanted = true
			}
		case len(n.Via) == 0 && n.below((*queryNode).insights):
			q.text.apart[n] = true
			wanted = wanted || n.summary != nil
		default:
			riders = append(riders, n)
		}
	}
	if len(riders) == 1 && !wanted && len(riders[0].Via) == 0 && riders[0].summary == nil {
		q.text.apart[riders[0]], riders = true, nil
	}
	var units []queryUnit
	if wanted || len(riders) > 0 || q.account == "" && !numeric(q.spec.layout.Path) {
		units = append(units, q.object)
	}
	for _, n := range root.children {
		switch {
		case !q.text.apart[n]:
		case n.insights():
			units = append(units, q.insightsUnit(n))
		default:
			units = append(units, q.chainUnit(n))
		}
	}
	return units
}

// mark writes the place behind what is read of the unit; m is nil at its end.
func (q *queryReading) mark(m *chainMark) (plugin.Mark, error) {
	at := queryMark{Unit: q.unit + 1}
	switch {
	case m != nil:
		at = queryMark{Unit: q.unit, chainMark: *m}
	case q.last:
		return markDone, nil
	}
	if q.account == "" {
		at.Root = q.rootID
	}
	text, err := json.Marshal(at)
	return plugin.Mark(text), err
}

// object reads the root object with the first pages of the edges that ride on it.
func (q *queryReading) object(ctx context.Context, _ chainMark) (bool, error) {
	root := q.plan.root
	c, err := q.caller(ctx, root.below(func(n *queryNode) bool { return n.private() && !q.text.apart[n] && !n.insights() }))
	if err != nil {
		return false, err
	}
	answer, err := c.Get(ctx, q.text.root(root, q.path, q.account, shape{}))
	for shrink := 1; tooMuch(err) && shrink <= mostShrunk; shrink++ {
		answer, err = c.Get(ctx, q.text.root(root, q.path, q.account, shape{shrink: shrink}))
	}
	if err != nil {
		return false, err
	}
	page, err := q.decode(root, answer.Body, q.account)
	answer.Release()
	if err != nil {
		return false, err
	}
	defer page.release()
	if rec := page.records[root.number]; rec.NumRows() > 0 {
		if id := textAt(rec, root.id, 0); id != "" {
			q.rootID = id
		}
	}
	mark, err := q.mark(nil)
	if err != nil {
		return false, err
	}
	return q.deliver(ctx, page, nil, mark)
}

// objects reads several accounts' objects in one batch.
func (q *queryReading) objects(ctx context.Context, _ chainMark) (bool, error) {
	root := q.plan.root
	requests := make([]graphapi.Request, len(q.work.Accounts))
	for i, a := range q.work.Accounts {
		path := a.ID
		if q.spec.layout.Path != "" {
			path += "/" + q.spec.layout.Path
		}
		requests[i] = q.text.root(root, path, a.ID, shape{})
	}
	results, err := q.client.Batch(ctx, requests)
	if err != nil {
		return false, err
	}
	rows := q.newRows()
	defer rows.release()
	found := false
	var lost []error
	for i, a := range q.work.Accounts {
		err := results[i].Err
		if err == nil {
			q.account = a.ID
			var page *queryPage
			if page, err = q.decode(root, results[i].Answer.Body, a.ID); err == nil {
				results[i].Answer.Release()
				rows.take(page)
				page.release()
				found = true
				continue
			}
		}
		err = fmt.Errorf("account %s: %w", a.ID, err)
		if q.source.config.ErrorHandling != skipOnError || deadToken(err) {
			return false, err
		}
		lost = append(lost, err)
		q.note(plugin.Lost{Split: q.split, Object: a.ID, Err: err})
	}
	if !found {
		return false, lost[0]
	}
	return q.send(rows, markDone)
}

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
			if step > mostShrunk || r.Param("fields") == "id" {
				return r, false
			}
			riders := strings.TrimPrefix(r.Param("fields"), whole)
			return r.With("fields", plain(shape{shrink: step}).Param("fields")+riders), true
		}
		if c.skip {
			c.thin = func(r graphapi.Request) graphapi.Request {
				return r.With("fields", plain(shape{thin: true}).Param("fields"))
			}
		}
	}
	c.after, c.suspect = from.After, from.Suspects
	c.common = without(c.common, from.Suspects)
	if from.Old {
		c.old = &conversionGap
	}
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

// parent is what stands in parent_id of the objects right below the account.
func (q *queryReading) parent() string {
	if q.plan.root.Kind == tables.ObjectPosition {
		return q.rootID
	}
	return q.account
}

// lose says that an object cannot be read, or not to the end: an error, or with skipOnError a note.
func (q *queryReading) lose(n *queryNode, id string, err error) error {
	what := "object"
	if n.Node == mediaNode {
		what = "media"
	}
	return q.loseObject(what, id, err, 2)
}

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

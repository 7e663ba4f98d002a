package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	newest   int64 // when the newest post was made, of an incremental split
	decoders map[*queryNode]*shred.Decoder
	askers   map[*queryNode]*asker
	age      *conversion
	nested   map[bool]*caller // of nested pages
}

// queryMark is a place in a split of a query: parts that are complete, and a place in the chain of the next.
type queryMark struct {
	Unit int    `json:"unit,omitempty"`
	Root string `json:"root,omitempty"`
	// Newest, of an incremental split of posts, is when the newest one was made that the chain began with, and Done
	// says that the split is complete.
	Newest int64 `json:"newest,omitempty"`
	Done   bool  `json:"done,omitempty"`
	chainMark
}

// queryUnit is a part of a split that is read behind the others. from is where to go on in it; more is false
// where the host wants no more.
type queryUnit func(ctx context.Context, from chainMark) (more bool, err error)

// query reads one split of a query: its parts one after the other, and gives what they hold to yield, which says
// whether to go on.
func (r *reading) query(ctx context.Context, q *querySpec, resume plugin.Mark, yield func(plugin.Batch) bool) error {
	plan, err := q.plan.planOf(q.layout, r.source.config.Login, r.source.incrementalList(q))
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
	reading.text.progress = r.work.Progress
	if len(r.work.Accounts) == 1 {
		reading.account = r.work.Accounts[0].ID
	}
	var mark queryMark
	units := reading.units()
	if resume != "" {
		err := json.Unmarshal([]byte(resume), &mark)
		if err == nil && mark.Done && r.work.Progress != nil {
			r.reach(r.work.Progress.reachedPosts(mark.Newest))
			yield(plugin.Batch{Mark: resume})
			return nil
		}
		reading.newest = mark.Newest
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
	case m != nil && q.spec.unkeyed:
		// A row that comes twice stands there twice: should the API take the cursor no more, reading begins anew
		// where nothing has been committed.
		return "", nil
	case m != nil:
		at = queryMark{Unit: q.unit, Newest: q.newest, chainMark: *m}
	case q.last && q.work.Progress != nil && q.spec.incrementalList():
		at = queryMark{Newest: q.newest, Done: true}
		q.reach(q.work.Progress.reachedPosts(q.newest))
	case q.last:
		q.reach(q.work.Reached)
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
	apart := q.ridersFail(err)
	if apart { // each edge by a request of its own, so that the one that fails costs itself alone
		answer, err = c.Get(ctx, q.text.root(root, q.path, q.account, shape{thin: true}))
	}
	if err != nil {
		return false, err
	}
	page, err := q.decode(root, answer.Body, q.account)
	answer.Release()
	if err != nil {
		return false, err
	}
	if apart {
		q.begin(page)
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

// ridersFail says whether the root's object may be there without the edges that ride on it.
func (q *queryReading) ridersFail(err error) bool {
	e, ok := graphapi.AsError(err)
	if !ok || q.source.config.ErrorHandling != skipOnError {
		return false
	}
	rides := slices.ContainsFunc(q.plan.root.children, func(n *queryNode) bool {
		return n.Kind == tables.ListPosition && !q.text.apart[n]
	})
	switch e.Kind() {
	case graphapi.NotFound, graphapi.Permission, graphapi.TooMuchData:
		return rides
	}
	return false
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
	c, err := q.caller(ctx, false)
	if err != nil {
		return false, err
	}
	results, err := c.Batch(ctx, requests)
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

// parent is what stands in parent_id of the objects right below the account.
func (q *queryReading) parent() string {
	if q.plan.root.Kind == tables.ObjectPosition {
		return q.rootID
	}
	return q.account
}

// lose says that an object cannot be read, or not to the end: an error, or with skipOnError a note.
func (q *queryReading) lose(n *queryNode, id string, err error) error {
	what, ok := objectNames[n.Node]
	if !ok {
		what = "object"
	}
	return q.loseObject(what, id, err, 2)
}

// objectNames are what people call the objects of a node.
var objectNames = map[string]string{mediaNode: "media", commentNode: "comment", hashtagNode: "hashtag", accountNode: "account"}

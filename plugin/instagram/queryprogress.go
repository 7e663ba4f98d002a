package instagram

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/igsource/igsource/graphapi/fields"
	"github.com/igsource/igsource/metrics"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// reachedQuery is how far a query of one account has come: all from Since to Until is complete. Of posts, Until is
// when the newest one was made that the list had when its reading began; of insights it is the end of a day.
type reachedQuery struct {
	// Since is zero where the list is read from its beginning.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until"`
}

// queryWork is what an incremental split of a query begins with.
type queryWork struct {
	// From is where reading begins; zero leaves it to the query. Behind it is all complete.
	From time.Time `json:"from,omitzero"`
	// Prev is what earlier runs have reached, zero where that is nothing, and Since where what is complete begins
	// when the split is.
	Prev  reachedQuery `json:"prev,omitzero"`
	Since time.Time    `json:"since,omitzero"`
}

// incrementalList says whether the query reads the posts of an account, which go by time; so says incrementalSeries
// of time series of an account's insights with a since. Tables without a key take no row twice, and with
// timeBasedPagination a since means another thing.
func (q *querySpec) incrementalList() bool {
	root := q.layout.Root
	return !q.none && !q.unkeyed && !q.timeBased && root.Kind == tables.ListPosition && q.layout.Path == tables.MediaEdge &&
		root.Node == mediaNode && q.param("after") == "" && q.param("before") == "" && !slices.ContainsFunc(root.Item.Fields, aliasOfTimestamp)
}

// incrementalList says whether the source reads the posts of a query incrementally.
func (s *Source) incrementalList(q *querySpec) bool {
	return s.config.Incremental && q.incrementalList()
}

func aliasOfTimestamp(i fields.Item) bool {
	return i.Label() == timestampField && i.Name != timestampField
}

func (q *querySpec) incrementalSeries() bool {
	root := q.layout.Root
	if q.none || q.unkeyed || root.Kind != tables.InsightsPosition || len(root.Dimensions) > 0 || len(root.Metrics) == 0 {
		return false
	}
	return q.param("metric_type") != string(metrics.TotalValue) && metrics.Period(q.param("period")).Dated()
}

// timestampField is when a media was posted.
const timestampField = "timestamp"

// bounds are since and until as the query asks; zero where it asks for none.
func (q *querySpec) bounds(start time.Time) (since, until time.Time, err error) {
	read := func(text string) (at time.Time) {
		if text != "" && err == nil {
			at, err = q.instant(text, start)
		}
		return at.UTC()
	}
	since, until = read(firstText(q.since, q.param("since"))), read(firstText(q.until, q.param("until")))
	return since, until, err
}

// planQuery plans the part of a query that no earlier run has completed, of one account.
func (s *Source) planQuery(p *planning, q *querySpec, id string, w work, state plugin.State) error {
	list, series := q.incrementalList(), q.incrementalSeries()
	if !s.config.Incremental || !list && !series {
		p.add(id, w)
		return nil
	}
	since, until, err := q.bounds(p.base.start())
	if err != nil {
		return err
	}
	if series && since.IsZero() { // the API's own days
		p.add(id, w)
		return nil
	}
	if end := p.base.start(); until.IsZero() || series && until.After(end) {
		until = end
	}
	key := progressKey(Query+"/"+q.name+"/"+w.Accounts[0].ID, []string{q.endpoint, q.fields})
	prev, _ := readReached[reachedQuery](state, key)
	w.Progress = &queryWork{Prev: prev, Since: since}
	if !prev.Until.IsZero() && !since.Before(prev.Since) {
		from := midnight(timeexpr.DayOf(prev.Until.Add(-time.Second), timeexpr.Pacific) - timeexpr.Day(s.config.Lookback))
		if list {
			from = minTime(prev.Until, midnight(timeexpr.DayOf(p.base.start(), timeexpr.Pacific).Add(-s.config.RefreshDays)))
		}
		if !since.After(prev.Until) { // without a gap in between
			w.Progress.Since = prev.Since
		}
		if w.Progress.From = maxTime(since, from).UTC(); !w.Progress.From.Before(until) {
			return nil // there is nothing to read
		}
	} else if !prev.Until.IsZero() && until.Before(prev.Since) { // it does not join what is complete
		w.Progress.Since = prev.Since
	}
	if series {
		end := midnight(timeexpr.DayOf(until, timeexpr.Pacific))
		if complete := midnight(p.base.complete() + 1); end.After(complete) {
			end = complete
		}
		if end = maxTime(end, prev.Until).UTC(); end.After(w.Progress.Since) {
			w.Reached = written(reachedQuery{w.Progress.Since, end})
		}
	}
	p.addKeyed(id, key, w)
	return nil
}

// reachedPosts is the value of the complete split of posts whose chain began with a post of newest, in unix seconds.
func (w *queryWork) reachedPosts(newest int64) json.RawMessage {
	value := reachedQuery{Since: w.Since, Until: w.Prev.Until}
	if at := time.Unix(newest, 0).UTC(); newest != 0 && at.After(value.Until) {
		value.Until = at
	}
	if value.Until.IsZero() {
		return nil // there was no post
	}
	return written(value)
}

// meet takes in the first object of a chain of posts: the newest.
func (q *queryReading) meet(n *queryNode, p *queryPage) {
	if q.work.Progress == nil || n.above != nil || n.posted < 0 || q.newest != 0 {
		return
	}
	rec := p.records[n.number]
	for row := range int(rec.NumRows()) {
		if at, err := time.Parse("2006-01-02T15:04:05-0700", textAt(rec, n.posted, row)); err == nil {
			q.newest = at.Unix()
			return
		}
	}
}

// from narrows since to where an incremental split begins. A second more on its other side, because whether an edge
// counts its own instant is not documented.
func (w *queryWork) from(since string) string {
	if w == nil || w.From.IsZero() {
		return since
	}
	return strconv.FormatInt(w.From.Unix()-1, 10)
}

package instagram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/timeexpr"
)

// objectsPerSplit is how many profiles, or given media, ride in one split: a batch takes as many.
const objectsPerSplit = 50

// work is what a split is about: its payload.
type work struct {
	// Accounts is one account, or, for profiles and objects, some; none for a query without accounts.
	Accounts []target `json:"accounts,omitempty"`
	// Media are the ids of given media.
	Media []string `json:"media,omitempty"`
	// Days are the days of a dated split.
	Days *window `json:"days,omitempty"`
	// Backfill says that Days are one of the windows of a backfill.
	Backfill bool `json:"backfill,omitempty"`
	// Query is the place of the query in the property queries, from 0.
	Query *int `json:"query,omitempty"`
	// Reached is what the split's key has reached when the split is complete.
	Reached json.RawMessage `json:"reached,omitempty"`
	// Posts is what an incremental split of posts begins with.
	Posts *postsWork `json:"posts,omitempty"`
	// Progress is what an incremental split of a query begins with.
	Progress *queryWork `json:"progress,omitempty"`
	// Now and Start are the plan's real and logical time, in unix seconds.
	Now   int64 `json:"now"`
	Start int64 `json:"start"`
}

func (w work) now() time.Time   { return time.Unix(w.Now, 0).UTC() }
func (w work) start() time.Time { return time.Unix(w.Start, 0).UTC() }

// target is an account to read, and what is known of it beforehand.
type target struct {
	ID        string `json:"id"`
	Followers *int64 `json:"followers,omitempty"`
}

// Plan implements plugin.Source. A split is one account and one window of days; with aggregate=range
// one account and all its days; for demographics one account; for posts one account, or, where there are
// many in a range, a slice of it; for profiles and given media up to fifty; for queries see planQueries. What is read
// incrementally depends on req.State.Reached, and its posts are one split an account. Insights that go back more than
// a year are best read newest first: see backfills. The only requests find out what "all" is, and how densely the
// posts of a range stand.
func (s *Source) Plan(ctx context.Context, req plugin.PlanRequest) (plugin.Plan, error) {
	choice, failures := s.check(req.Start, atRunTime)
	if len(failures) > 0 {
		return plugin.Plan{}, &plugin.InvalidError{Failures: failures}
	}
	p := planning{properties: s.properties.Hash(), taken: make(map[string]bool), base: work{Now: req.Now.Unix(), Start: req.Start.Unix()}}
	if s.config.RequestType == Query {
		return s.planQueries(ctx, &p, req)
	}
	if s.config.RequestType == MediaInsights {
		for ids := range slices.Chunk(s.config.MediaID, objectsPerSplit) {
			p.add(between(ids[0], ids[len(ids)-1]), work{Media: ids})
		}
		return p.plan, p.err
	}
	targets, err := s.targets(ctx, req.Notes)
	if err != nil {
		return plugin.Plan{}, err
	}
	if s.config.RequestType == AccountProfile {
		for some := range slices.Chunk(targets, objectsPerSplit) {
			p.add(between(some[0].ID, some[len(some)-1].ID), work{Accounts: some})
		}
		return p.plan, p.err
	}
	switch {
	case s.incrementalDays(choice):
		s.planDays(&p, choice, targets, req.State)
		return p.ordered()
	case s.incrementalPosts():
		if err := s.planPosts(&p, choice, targets, req.State); err != nil {
			return plugin.Plan{}, err
		}
		return p.plan, p.err
	}
	windows, err := s.windows(ctx, choice, targets, req.Notes)
	if err != nil {
		return plugin.Plan{}, err
	}
	for i, t := range targets {
		first, backfill := len(p.plan.Splits), s.config.RequestType == AccountInsights && p.backfills(windows[i])
		for _, days := range windows[i] {
			id := t.ID
			if days != nil {
				id = fmt.Sprintf("%s/%s..%s", t.ID, days.From, days.To)
			}
			p.add(id, work{Accounts: []target{t}, Days: days, Backfill: backfill})
		}
		p.account(first, backfill)
	}
	return p.ordered()
}

// planning is a plan as it grows.
type planning struct {
	properties string
	base       work
	plan       plugin.Plan
	taken      map[string]bool // ids of splits
	err        error
	reading    []string // ids of splits as they are best read, where backfill says that this is not their order
	backfill   bool
}

// add adds a split about w, at the plan's time.
func (p *planning) add(id string, w work) { p.addKeyed(id, "", w) }

// addKeyed adds a split that is a part of what key names.
func (p *planning) addKeyed(id, key string, w work) {
	w.Now, w.Start = p.base.Now, p.base.Start
	payload, err := json.Marshal(w)
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("writing split %s: %w", id, err)
	}
	p.taken[id] = true
	p.plan.Splits = append(p.plan.Splits, plugin.Split{ID: id, Properties: p.properties, Key: key, Payload: payload})
}

// windows returns the days of each split of each target, in the order of their rows.
func (s *Source) windows(ctx context.Context, c choice, targets []target, notes func(plugin.Note)) ([][]*window, error) {
	windows := make([][]*window, len(targets))
	if s.config.RequestType != AccountMedia || c.days == nil {
		for i := range targets {
			windows[i] = c.windows()
		}
		return windows, nil
	}
	sliced, err := s.slices(ctx, targets, *c.days, notes)
	for i, of := range sliced {
		windows[i] = pointers(of)
	}
	return windows, err
}

// between names a split of several objects by the first and the last.
func between(first, last string) string {
	if first == last {
		return first
	}
	return first + ".." + last
}

// targets returns the accounts to read, in the order of their rows.
func (s *Source) targets(ctx context.Context, notes func(plugin.Note)) ([]target, error) {
	if !s.config.All() {
		out := make([]target, len(s.config.AccountID))
		for i, id := range s.config.AccountID {
			out[i] = target{ID: id}
		}
		return out, nil
	}
	accounts, err := s.Accounts(ctx, notes)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, plugin.Userf("accountId is all, but the token reaches no Instagram professional account; " +
			"link one to a Page that the user has a role on, or tick the Page when the token is made")
	}
	return targetsOf(accounts), nil
}

// targetsOf are accounts as splits name them.
func targetsOf(accounts []Account) []target {
	out := make([]target, len(accounts))
	for i, a := range accounts {
		out[i] = target{ID: a.ID, Followers: a.Followers}
	}
	return out
}

// choice is the properties of account_insights, judged and resolved.
type choice struct {
	// days are the days asked for; nil where the metrics know none.
	days *window
	// whole says that one split holds all the days.
	whole bool
}

// windows returns the days of each split of an account, oldest first; a nil window is a split without days.
func (c choice) windows() []*window {
	if c.days == nil || c.whole {
		return []*window{c.days}
	}
	return pointers(c.days.dailyWindows())
}

func pointers(windows []window) []*window {
	out := make([]*window, len(windows))
	for i := range windows {
		out[i] = &windows[i]
	}
	return out
}

// resolveDay reads fromDate or toDate with base as now.
func resolveDay(text string, base time.Time) (timeexpr.Day, error) {
	return timeexpr.ParseDay(text, base.In(timeexpr.Pacific), timeexpr.Pacific)
}

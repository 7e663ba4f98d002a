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
	// Accounts is one account, or, for profiles, some.
	Accounts []target `json:"accounts,omitempty"`
	// Media are the ids of given media.
	Media []string `json:"media,omitempty"`
	// Days are the days of a dated split.
	Days *window `json:"days,omitempty"`
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
// one account and all its days; for demographics and media one account; for profiles up to fifty
// accounts, and for given media up to fifty of them. The requests are those that find out what "all" is.
func (s *Source) Plan(ctx context.Context, req plugin.PlanRequest) (plugin.Plan, error) {
	choice, failures := s.check(req.Start, atRunTime)
	if len(failures) > 0 {
		return plugin.Plan{}, &plugin.InvalidError{Failures: failures}
	}
	base := work{Now: req.Now.Unix(), Start: req.Start.Unix()}
	var plan plugin.Plan
	add := func(id string, w work) error {
		payload, err := json.Marshal(w)
		if err != nil {
			return fmt.Errorf("writing split %s: %w", id, err)
		}
		plan.Splits = append(plan.Splits, plugin.Split{ID: id, Properties: s.properties.Hash(), Payload: payload})
		return nil
	}
	if s.config.RequestType == MediaInsights {
		for ids := range slices.Chunk(s.config.MediaID, objectsPerSplit) {
			w := base
			w.Media = ids
			if err := add(between(ids[0], ids[len(ids)-1]), w); err != nil {
				return plugin.Plan{}, err
			}
		}
		return plan, nil
	}
	targets, err := s.targets(ctx, req.Notes)
	if err != nil {
		return plugin.Plan{}, err
	}
	if s.config.RequestType == AccountProfile {
		for some := range slices.Chunk(targets, objectsPerSplit) {
			w := base
			w.Accounts = some
			if err := add(between(some[0].ID, some[len(some)-1].ID), w); err != nil {
				return plugin.Plan{}, err
			}
		}
		return plan, nil
	}
	windows := make([][]*window, len(targets))
	for i := range targets {
		windows[i] = choice.windows()
	}
	if s.config.RequestType == AccountMedia && choice.days != nil {
		slices, err := s.slices(ctx, targets, *choice.days, req.Notes)
		if err != nil {
			return plugin.Plan{}, err
		}
		for i, of := range slices {
			windows[i] = pointers(of)
		}
	}
	for i, t := range targets {
		for _, days := range windows[i] {
			w := base
			w.Accounts, w.Days = []target{t}, days
			id := t.ID
			if days != nil {
				id = fmt.Sprintf("%s/%s..%s", t.ID, days.From, days.To)
			}
			if err := add(id, w); err != nil {
				return plugin.Plan{}, err
			}
		}
	}
	return plan, nil
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
	out := make([]target, len(accounts))
	for i, a := range accounts {
		out[i] = target{ID: a.ID, Followers: a.Followers}
	}
	return out, nil
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

package instagram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/timeexpr"
)

// publishedAfter is how long after a day's end its values may still be missing: the API publishes them up to
// two days late.
const publishedAfter = 48 * time.Hour

// completeDay is the last day whose values are all published at an instant.
func completeDay(at time.Time) timeexpr.Day {
	return timeexpr.DayOf(at.Add(-publishedAfter), timeexpr.Pacific) - 1
}

// complete is the last day that a run can call complete. It goes by the logical start time, because a split
// that an interrupted run has read is not read again when the run is gone on with.
func (w work) complete() timeexpr.Day {
	if w.now().Before(w.start()) {
		return completeDay(w.now())
	}
	return completeDay(w.start())
}

// stateDay is a day as state is kept and shown: 2026-11-19.
type stateDay timeexpr.Day

// MarshalText implements encoding.TextMarshaler.
func (d stateDay) MarshalText() ([]byte, error) { return []byte(timeexpr.Day(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *stateDay) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a day", text)
	}
	*d = stateDay(timeexpr.DayOf(at, time.UTC))
	return nil
}

// reachedDays is how far the insights of an account have come: all days from From to To are complete.
type reachedDays struct {
	From stateDay `json:"from"`
	To   stateDay `json:"to"`
}

// readReached reads what a key has reached; ok is false where that is nothing, or cannot be read, which is read
// again rather than believed.
func readReached[T any](state plugin.State, key string) (value T, ok bool) {
	text, ok := state.Reached[key]
	if !ok || json.Unmarshal(text, &value) != nil {
		return *new(T), false
	}
	return value, true
}

// written is a value as Reached takes it.
func written(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic("instagram: " + err.Error()) // texts, numbers and days always marshal
	}
	return text
}

// progressKey names what is read incrementally: of what, and a digest of all that its progress depends on. A
// metric more is another key, so that it is read from the beginning.
func progressKey(of string, parts any) string {
	sum := sha256.Sum256(written(parts))
	return of + "/" + hex.EncodeToString(sum[:6])
}

// insightsKey is the key of an account's insights.
func (s *Source) insightsKey(account string) string {
	c := s.config
	return progressKey(AccountInsights+"/"+account, [][]string{sortedNames(c.AccountMetrics), sortedNames(c.Breakdown), {c.Period, c.Layout}})
}

// mediaKey is the key of an account's posts.
func (s *Source) mediaKey(account string, d *mediaDecoding) string {
	c := s.config
	snapshots := fmt.Sprint(c.Snapshots)
	return progressKey(AccountMedia+"/"+account, [][]string{
		sortedNames(d.measures()), sortedNames(d.table.Dimensions), sortedNames(c.Fields), {c.MediaEdge, c.Layout, snapshots},
	})
}

func sortedNames(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// datedPart is a window of days to read, and what its account has reached with it; nil says nothing new.
type datedPart struct {
	days    window
	reached *reachedDays
}

// newDays cuts what there is to read of the days asked for, oldest first, when prev is complete already (nil is
// nothing) and days are published to complete: what is before prev, and what follows from lookback days before
// its end.
func newDays(asked window, prev *reachedDays, lookback int, complete timeexpr.Day) []datedPart {
	var out []datedPart
	from := asked.From // where what is complete begins
	newer := asked
	end := asked.From - 1 // where it ends
	if prev != nil {
		begin, last := timeexpr.Day(prev.From), timeexpr.Day(prev.To)
		newer.From = max(asked.From, last.Add(-lookback))
		if asked.From <= last+1 { // without a gap in between
			from, end = min(begin, asked.From), last
		}
		if asked.From < begin {
			older := window{asked.From, min(asked.To, begin-1)}
			for _, w := range older.dailyWindows() {
				out = append(out, datedPart{days: w})
			}
			newer.From = max(newer.From, older.To+1)
			if older.To+1 == begin && older.To <= complete {
				out[len(out)-1].reached = &reachedDays{stateDay(asked.From), prev.To}
			} else {
				from = begin
			}
		}
	}
	for _, w := range newer.dailyWindows() {
		p := datedPart{days: w}
		if end = max(end, min(w.To, complete)); end >= from {
			p.reached = &reachedDays{stateDay(from), stateDay(end)}
		}
		out = append(out, p)
	}
	return out
}

// incrementalDays says whether the days of account insights are read incrementally.
func (s *Source) incrementalDays(c choice) bool {
	return s.config.Incremental && s.config.RequestType == AccountInsights && c.days != nil && !c.whole &&
		s.config.form() == tables.Daily
}

// planDays plans the days of accounts that no earlier run has completed.
func (s *Source) planDays(p *planning, c choice, targets []target, state plugin.State) {
	for _, t := range targets {
		key := s.insightsKey(t.ID)
		var prev *reachedDays
		if r, ok := readReached[reachedDays](state, key); ok && r.From <= r.To {
			prev = &r
		}
		parts := newDays(*c.days, prev, s.config.Lookback, p.base.complete())
		windows := make([]*window, len(parts))
		for i := range parts {
			windows[i] = &parts[i].days
		}
		first, backfill := len(p.plan.Splits), p.backfills(windows)
		for _, part := range parts {
			w := work{Accounts: []target{t}, Days: &part.days, Backfill: backfill}
			if part.reached != nil {
				w.Reached = written(part.reached)
			}
			p.addKeyed(fmt.Sprintf("%s/%s..%s", t.ID, part.days.From, part.days.To), key, w)
		}
		p.account(first, backfill)
	}
}

// reach tells how far the split's key has come.
func (r *reading) reach(value json.RawMessage) {
	if r.key != "" && value != nil {
		r.note(plugin.Reached{Key: r.key, Value: value})
	}
}

package instagram

import (
	"slices"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/timeexpr"
)

// backfillDays is how many days before today the windows of an account may begin before they are a backfill, which is
// read newest first. Shorter ranges are read in the order of delivery, so that their rows need not wait on disk.
const backfillDays = 365

// backfills says whether the windows of an account, oldest first, are a backfill.
func (p *planning) backfills(windows []*window) bool {
	today := timeexpr.DayOf(p.base.now(), timeexpr.Pacific)
	return len(windows) > 1 && windows[0] != nil && windows[0].From < today-backfillDays
}

// account notes that the splits from the one at first on are those of an account.
func (p *planning) account(first int, backfill bool) {
	ids := make([]string, 0, len(p.plan.Splits)-first)
	for _, s := range p.plan.Splits[first:] {
		ids = append(ids, s.ID)
	}
	if backfill {
		// The newest window tells what the API refuses, and where it ends. Account by account, because the rows of
		// an account wait for its oldest window, and those of all later accounts wait for them.
		slices.Reverse(ids)
		p.backfill = true
	}
	p.reading = append(p.reading, ids...)
}

// ordered is the plan with the order in which it is best read.
func (p *planning) ordered() (plugin.Plan, error) {
	if p.backfill {
		p.plan.Reading = p.reading
	}
	return p.plan, p.err
}

package instagram_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// Where the API refuses nothing for its age, and has nothing far back, a backfill says so for each day, and does not ask
// for each day.
func TestABackfillBeyondWhatIsKept(t *testing.T) {
	d := newTarget(t, 263, graphtest.WithAccounts(1), keptFrom(time.Time{}))
	id := d.world.AccountIDs()[0]
	source := insightsOf(id, map[string]string{"accountMetrics": "reach,views", "fromDate": "2021-11-22"})
	report, made, err := d.run(t, now, source)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusComplete, report.Status)
	rows := d.keeper.Committed("account_insights")
	require.Len(t, rows, 730)
	require.True(t, slices.IsSortedFunc(rows, func(a, b []string) int { return strings.Compare(a[1], b[1]) }), "oldest first")
	require.Equal(t, wantDaily(d.world, []string{id}, []string{"reach", "views"}, day(t, rows[0][1]), day(t, "2026-11-21")), rows)
	days := int64(day(t, "2026-11-21") - day(t, "2021-11-22") + 1)
	var absent int64
	for _, s := range report.Skipped {
		require.Equal(t, "no_data", s.Reason)
		absent += s.Count
	}
	require.Equal(t, 2*(days-730), absent)
	windows := (days + 27) / 28
	require.LessOrEqual(t, made, 730+2*windows+2*28, "a call a day of two years, and two for each window")
	require.Equal(t, map[string]string{"account_insights/" + id: `{"from":"2021-11-22","to":"2026-11-19"}`}, d.reached(t, 0))
}

package instagram_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// alone is a source with one of its splits.
type alone struct {
	plugin.Source
	split plugin.Split
}

func (a alone) Plan(context.Context, plugin.PlanRequest) (plugin.Plan, error) {
	return plugin.Plan{Splits: []plugin.Split{a.split}}, nil
}

// Whoever reads one split alone, and knows nothing of the others, gets the same rows and says the same of what is
// absent, whatever instants the API counts by and wherever its history begins.
func TestASplitOfABackfillReadAlone(t *testing.T) {
	edge := aBackfill{}.begin()
	one := graphtest.WithAccounts(1)
	likes := graphtest.WithAccount(func(a *graphtest.Account) { a.Refused = []string{"likes"} })
	poor := graphtest.WithAccount(func(a *graphtest.Account) { a.Followers, a.TooFewFails = 60, true })
	backfills := map[string]aBackfill{
		"empty before":        {world: []graphtest.WorldOption{one, graphtest.WithHistory(650)}},
		"refused metrics":     {world: []graphtest.WorldOption{likes}},
		"too few followers":   {world: []graphtest.WorldOption{poor}},
		"a day less is kept":  {kept: edge.AddDate(0, 0, 1), world: []graphtest.WorldOption{one}},
		"a day more is kept":  {kept: edge.AddDate(0, 0, -1), world: []graphtest.WorldOption{one, graphtest.WithHistory(800)}},
		"from midnight on":    {kept: day(t, "2024-11-22").Start(), world: []graphtest.WorldOption{one, graphtest.WithHistory(800)}},
		"a month more":        {kept: edge.AddDate(0, -1, -5), world: []graphtest.WorldOption{one, graphtest.WithHistory(800)}},
		"a month less":        {kept: edge.AddDate(0, 1, 5), world: []graphtest.WorldOption{one}},
		"nothing is too old":  {ever: true, world: []graphtest.WorldOption{one, graphtest.WithHistory(5000)}},
		"the end of a window": {kept: day(t, "2024-11-24").Start(), world: []graphtest.WorldOption{one, graphtest.WithHistory(800)}},
	}
	for name, b := range backfills {
		b.job = map[string]string{"accountMetrics": "reach,views,likes,follower_count", "fromDate": "2024-08-01", "toDate": "2025-03-01"}
		for _, reading := range []graphtest.Reading{{}, {SinceExcluded: true, UntilExcluded: true}, {ByBucketStart: true}} {
			t.Run(name+"/"+reading.String(), func(t *testing.T) {
				t.Parallel()
				sink, report, asked, w := b.run(t, 1, graphtest.WithReading(reading))
				rows := sink.Rows("account_insights")
				together := len(asked.insights())

				server := graphtest.Start(t, w, graphtest.WithReading(reading), asked.option())
				j := job{world: w, server: server, properties: properties(b.job), parallelism: 1}
				planner := j.open(t)
				plan, err := planner.Plan(t.Context(), plugin.PlanRequest{Start: now, Now: now})
				require.NoError(t, err)
				require.NoError(t, planner.Finish(t.Context(), true))
				var apart [][]string
				absent := map[string]int64{}
				for _, split := range plan.Splits {
					var one plugintest.Memory
					r, err := plugin.Run(t.Context(), []plugin.Input{{Name: "brand", Source: alone{j.open(t), split}}}, &one,
						plugin.RunOptions{Start: now, Clock: newClock(), Parallelism: 1, WorkDir: t.TempDir()})
					require.NoError(t, err)
					apart = append(apart, one.Rows("account_insights")...)
					for what, count := range skips(r) {
						absent[what] += count
					}
					one.Release()
				}
				assert.Equal(t, rows, apart)
				assert.Equal(t, skips(report), absent)
				assert.LessOrEqual(t, together, len(asked.insights()))

				// Of the totals all that is kept is there: the days that begin when it begins.
				account, begin := sorted(w)[0], day(t, "2024-08-01")
				for begin.Start().Before(b.begin()) {
					begin++
				}
				values := map[string]string{}
				for _, row := range rows {
					values[row[1]] = row[5]
				}
				for d := day(t, "2024-08-01"); d <= day(t, "2025-03-01"); d++ {
					v, ok := w.Daily(account, "views", d)
					if !ok || d < begin {
						require.Contains(t, []string{"", plugintest.Null}, values[d.String()], d)
					} else {
						require.Equal(t, cell(v, true), values[d.String()], d)
					}
				}
				// And of the series, which may have the day in which it begins.
				for _, row := range rows {
					v, ok := w.Daily(account, "reach", day(t, row[1]))
					if ok && day(t, row[1]) >= begin {
						require.Equal(t, cell(v, true), row[4], row[1])
					} else if row[4] != plugintest.Null {
						require.Equal(t, cell(v, ok), row[4], row[1])
						require.Equal(t, begin-1, day(t, row[1]))
					}
				}
			})
		}
	}
}

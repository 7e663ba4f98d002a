package instagram_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
)

// Queries of years read what is kept, in order, and say what is not.
func TestAQueryOverYearsEndsWhereTheAPIEnds(t *testing.T) {
	from, to := day(t, "2022-11-22"), day(t, "2026-11-21")
	run := func(t *testing.T, endpoint string, until time.Time, options ...graphtest.Option) (*graphtest.World, [][]string, *plugin.Report, int) {
		asked := new(calls)
		w := graphtest.NewWorld(317, graphtest.WithNow(now), graphtest.WithHistory(3000), graphtest.WithAccounts(1))
		j := job{world: w, server: graphtest.Start(t, w, append(options, asked.option())...), properties: querying(
			q("years", endpoint, "", "accounts", w.AccountIDs()[0], "since", fmt.Sprint(from.Start().Unix()), "until", fmt.Sprint(until.Unix())))}
		sink, report := j.read(t)
		return w, sink.Rows("years_insights"), report, len(asked.insights()) / 2 // it is read twice
	}
	for _, reading := range graphtest.Readings() {
		t.Run("series/"+reading.String(), func(t *testing.T) {
			w, rows, report, made := run(t, "insights?metric=reach&period=day", to.End(), graphtest.WithReading(reading))
			id := w.AccountIDs()[0]
			first := day(t, twoYearsAgo)
			if reading.ByBucketStart {
				first++ // it began before the history does
			}
			var want [][]string
			for d := first; d <= to; d++ {
				v, ok := w.Daily(id, "reach", d)
				require.True(t, ok)
				want = append(want, seriesRow(id, "reach", d, v))
			}
			got := make([][]string, 0, len(rows))
			for _, row := range rows {
				got = append(got, row[:len(want[0])])
			}
			if reading.ByBucketStart { // the end of the last day is the start of the next
				require.Equal(t, to+1, day(t, "2026-11-22"))
				want = append(want, got[len(got)-1])
			}
			if reading.SinceExcluded || reading.UntilExcluded || reading.ByBucketStart {
				require.InDelta(t, len(want), len(got), 1, "the last instant counts or not")
				want = want[:len(got)]
			}
			require.Equal(t, want, got)
			require.Equal(t, map[string]int64{"reach beyond_reach 100": 731}, skips(report))
			// 26 windows, and the one in which the history begins thrice: whole, what is left of it, and the day before.
			require.Equal(t, 26+3, made)
		})
	}
	t.Run("totals", func(t *testing.T) {
		w, rows, report, made := run(t, "insights?metric=views&period=day&metric_type=total_value", to.End().Add(-time.Second))
		require.Len(t, rows, 25)
		require.True(t, slices.IsSortedFunc(rows, func(a, b []string) int { return strings.Compare(a[9], b[9]) }))
		require.Equal(t, moment(day(t, "2024-11-23").Start()), rows[0][9], "the first whole day")
		var sum int64
		for _, row := range rows {
			v, err := strconv.ParseInt(row[7], 10, 64)
			require.NoError(t, err)
			sum += v
		}
		total, ok := w.Total(w.AccountIDs()[0], "views", day(t, "2024-11-23"), to)
		require.True(t, ok)
		require.Equal(t, total, sum)
		require.Equal(t, map[string]int64{"views beyond_reach 100": 25}, skips(report))
		require.Equal(t, 25+1, made)
	})
}

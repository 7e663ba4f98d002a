package instagram_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// twoYearsAgo is the day that is two years before now, of which not all is kept.
const twoYearsAgo = "2024-11-22"

// keptFrom makes the API keep insights from an instant on, as of now: what begins earlier is refused. The zero
// instant refuses nothing.
func keptFrom(from time.Time) graphtest.WorldOption {
	if from.IsZero() {
		return graphtest.WithRetention(0)
	}
	return graphtest.WithRetention(now.Sub(from) + time.Second)
}

func since(c graphtest.Call) int64 {
	at, err := strconv.ParseInt(c.Params.Get("since"), 10, 64)
	if err != nil {
		return 0
	}
	return at
}

// insights returns the calls for insights that were made since the last take.
func (c *calls) insights() []graphtest.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.DeleteFunc(c.list, func(c graphtest.Call) bool { return !strings.HasSuffix(c.Path, "/insights") })
	c.list = nil
	return out
}

// skips are the counts of a report's absent values by metric, reason and code.
func skips(r *plugin.Report) map[string]int64 {
	out := map[string]int64{}
	for _, s := range r.Skipped {
		out[fmt.Sprintf("%s %s %d", s.Metric, s.Reason, s.Code)] += s.Count
	}
	return out
}

// aBackfill is a run of account insights over years.
type aBackfill struct {
	world []graphtest.WorldOption
	kept  time.Time // the instant from which on the API keeps insights, where that is not two years ago
	ever  bool      // the API refuses nothing for its age
	rule  *graphtest.Rule
	job   map[string]string
}

// begin is the instant before which the API refuses a since; zero where there is none.
func (b aBackfill) begin() time.Time {
	if b.kept.IsZero() && !b.ever {
		return now.AddDate(-2, 0, 0)
	}
	return b.kept
}

func (b aBackfill) run(t testing.TB, parallelism int, options ...graphtest.Option) (*plugintest.Memory, *plugin.Report, *calls, *graphtest.World) {
	t.Helper()
	asked := new(calls)
	world := append([]graphtest.WorldOption{graphtest.WithNow(now)}, b.world...)
	if b.ever || !b.kept.IsZero() {
		world = append(world, keptFrom(b.kept))
	}
	w := graphtest.NewWorld(307, world...)
	j := job{world: w, server: graphtest.Start(t, w, append(options, asked.option())...), properties: properties(b.job), parallelism: parallelism}
	if b.rule != nil {
		j.server.SetRules(*b.rule)
	}
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusComplete, report.Status)
	return sink, report, asked, w
}

// Windows that go back more than a year are read newest first, account by account, and delivered oldest first.
func TestABackfillIsReadNewestFirst(t *testing.T) {
	for name, c := range map[string]struct {
		from   string
		newest bool
	}{
		"almost two years":      {"2024-11-24", true},
		"a year and a day":      {"2025-11-21", true},
		"a year is not so much": {"2025-11-22", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := aBackfill{world: []graphtest.WorldOption{graphtest.WithAccounts(2)}, job: map[string]string{"accountMetrics": "reach", "fromDate": c.from}}
			sink, report, asked, w := b.run(t, 1)
			ids := sorted(w)
			windows := int(day(t, "2026-11-21")-day(t, c.from)+28) / 28
			made := asked.insights()
			require.Len(t, made, 2*windows)
			for i, call := range made {
				require.Equal(t, ids[i/windows], call.Account)
				if i%windows > 0 {
					require.Equal(t, c.newest, since(call) < since(made[i-1]))
				}
			}
			rows := sink.Rows("account_insights")
			require.Equal(t, wantDaily(w, ids, []string{"reach"}, day(t, c.from), day(t, "2026-11-21")), rows)
			for i, s := range report.Splits[1:] {
				require.Less(t, report.Splits[i].ID, s.ID, "delivered oldest first")
			}
			side, other, _, _ := b.run(t, 8)
			require.Equal(t, rows, side.Rows("account_insights"))
			require.Equal(t, report.Skipped, other.Skipped)
			require.Equal(t, report.Splits, other.Splits)
		})
	}
}

// What a backfill costs. docs/incremental.md has these figures.
func TestWhatABackfillCosts(t *testing.T) {
	const windows = 27 // of 730 days
	account := []graphtest.WorldOption{graphtest.WithAccounts(1)}
	begun := map[string]int64{"follower_count beyond_reach 0": 700}
	for _, m := range strings.Split(tenMetrics, ",") {
		if m != "follower_count" {
			begun[m+" no_data 0"], begun[m+" beyond_reach 100"] = 579, 1
		}
	}
	for name, c := range map[string]struct {
		backfill aBackfill
		calls    int // one window after the other
		side     int // at most, eight windows side by side
		rows     int
		skipped  map[string]int64
	}{
		"two years": {
			// The first day is not whole any more: its total is refused, and its window of the series once.
			aBackfill{world: account, job: map[string]string{"accountMetrics": tenMetrics}},
			730 + windows + 1 + 1, 730 + windows + 1 + 1, 730,
			map[string]int64{
				"follower_count beyond_reach 0": 700, "views beyond_reach 100": 1, "likes beyond_reach 100": 1, "comments beyond_reach 100": 1,
				"saves beyond_reach 100": 1, "shares beyond_reach 100": 1, "total_interactions beyond_reach 100": 1,
				"accounts_engaged beyond_reach 100": 1, "replies beyond_reach 100": 1,
			},
		},
		"time series alone": {
			// The oldest window is asked whole, for what is left, and for the day in which the history begins.
			aBackfill{world: account, job: map[string]string{"accountMetrics": "reach"}}, 26 + 3, 26 + 3, 730, map[string]int64{},
		},
		"begun five months ago": {
			// Six windows by day, a total for each of the 20 before, and two days, the first of which is refused as is its
			// window of the series, once; side by side also the first day of each that is empty.
			aBackfill{world: []graphtest.WorldOption{graphtest.WithAccounts(1), graphtest.WithHistory(150)}, job: map[string]string{"accountMetrics": tenMetrics}},
			6*28 + 20 + 2 + windows + 1 + 1, 6*28 + 1 + 2*20 + 2 + windows + 1 + 1, 150, begun,
		},
		"five years": {
			aBackfill{world: account, job: map[string]string{"accountMetrics": "reach,views", "fromDate": "2021-11-22"}},
			// The oldest window that has something asks for two days and, once refused, for what is left of the series.
			26*28 + 2 + 26 + 2, 26*28 + 2 + 26 + 2 + 3*8, 730,
			map[string]int64{"reach beyond_reach 100": 1096, "views beyond_reach 100": 1097},
		},
		"five years, the older empty": {
			aBackfill{world: account, ever: true, job: map[string]string{"accountMetrics": "reach,views", "fromDate": "2021-11-22"}},
			// 27 windows by day, a total for each of the 39 before, and the series of all.
			27*28 + 39 + 66, 27*28 + 39 + 66, 730,
			map[string]int64{"reach no_data 0": 1096, "views no_data 0": 1096},
		},
		"a metric that is refused": {
			// One day meets it, and two that may be too old, which would be the reason then; one is.
			aBackfill{
				world: []graphtest.WorldOption{graphtest.WithAccount(func(a *graphtest.Account) { a.Refused = []string{"likes"} })},
				job:   map[string]string{"accountMetrics": "views,likes"},
			},
			1 + 730 + 2, 8 + 730 + 2, 729,
			map[string]int64{"likes refused_metric 100": 729, "likes beyond_reach 100": 1, "views beyond_reach 100": 1},
		},
		"a metric that reaches back a hundred days": {
			// Its days are asked in the four windows that have some; of the series the oldest window is asked thrice.
			aBackfill{world: account, rule: &graphtest.Rule{
				Path: "*/insights", Metric: "views", When: func(c graphtest.Call) bool { return since(c) < day(t, "2026-08-14").Start().Unix() },
				Fault: graphtest.ErrorFault("beyond reach", graphtest.Error{
					Code: 100, Message: "(#100) (views) metric only supports querying data for the last 100 days excluding the current day",
				}, graphtest.Refused),
			}, job: map[string]string{"accountMetrics": "reach,views"}},
			4*28 + windows + 2, 8*28 + windows + 2 + 8, 730,
			map[string]int64{"views beyond_reach 100": 630},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := c.backfill
			if b.job["fromDate"] == "" {
				b.job["fromDate"] = twoYearsAgo
			}
			sink, report, asked, w := b.run(t, 1)
			rows := sink.Rows("account_insights")
			require.Len(t, rows, c.rows)
			assert.Len(t, asked.insights(), c.calls)
			assert.Equal(t, c.skipped, skips(report))
			metrics := strings.Split(b.job["accountMetrics"], ",")
			want := wantDaily(w, sorted(w), metrics, day(t, b.job["fromDate"]), day(t, "2026-11-21"))
			if first := want[0]; !b.ever && first[1] == twoYearsAgo { // the series alone is left of it
				for i, m := range metrics {
					if m != "reach" {
						first[4+i] = plugintest.Null
					}
				}
				if !slices.Contains(metrics, "reach") {
					want = want[1:]
				}
			}
			if b.rule != nil {
				for _, row := range want[:630] {
					row[5] = plugintest.Null
				}
			}
			assert.Equal(t, want, rows)
			side, other, many, _ := b.run(t, 8)
			assert.Equal(t, rows, side.Rows("account_insights"))
			assert.Equal(t, report.Skipped, other.Skipped)
			assert.LessOrEqual(t, len(many.insights()), c.side, "side by side")
		})
	}
}

// Where the history begins moves on while a backfill is read.
func TestABackfillThatTakesHours(t *testing.T) {
	for name, c := range map[string]struct {
		job   map[string]string
		calls int
		rows  int
	}{
		"two years":  {map[string]string{"accountMetrics": "reach", "fromDate": twoYearsAgo}, 26 + 3, 730},
		"longer":     {map[string]string{"accountMetrics": "reach", "fromDate": "2024-01-01"}, 26 + 3, 730},
		"a day less": {map[string]string{"accountMetrics": "reach", "fromDate": "2024-11-23"}, 26 + 2, 729},
	} {
		t.Run(name, func(t *testing.T) {
			clk, asked := newClock(), new(calls)
			w := graphtest.NewWorld(331, graphtest.WithClock(clk), graphtest.WithAccounts(1))
			want := wantDaily(w, w.AccountIDs(), []string{"reach"}, day(t, c.job["fromDate"]), day(t, "2026-11-21"))
			server := graphtest.Start(t, w, graphtest.WithObserver(func(call graphtest.Call) {
				asked.add(call)
				clk.Advance(8 * time.Minute)
			}))
			rows, _ := job{world: w, server: server, clock: clk, properties: properties(c.job)}.rows(t)
			require.Equal(t, want, rows)
			require.Len(t, rows, c.rows)
			require.Len(t, asked.insights(), c.calls)
		})
	}
}

// A backfill is stopped wherever one likes, and gone on with; what has been reached grows in the order of delivery.
func TestABackfillIsResumed(t *testing.T) {
	world := func() *target { return newTarget(t, 311, graphtest.WithAccounts(2)) }
	source := insightsOf("all", map[string]string{"accountMetrics": "reach,views", "fromDate": "2024-06-01", "incremental": "true"})
	clean := world()
	_, _, err := clean.run(t, now, source)
	require.NoError(t, err)
	ids := sorted(clean.world)
	rows := clean.keeper.Committed("account_insights")
	require.Len(t, rows, 2*730)
	done := map[string]string{}
	for _, id := range ids {
		done["account_insights/"+id] = `{"from":"2024-06-01","to":"2026-11-19"}`
	}
	require.Equal(t, done, clean.reached(t, 0))
	const windows = 33 // of an account
	for kill := 1; kill < 2*windows; kill += 16 {
		d := world()
		d.killAfter(kill)
		_, _, err := d.run(t, now, source)
		require.ErrorIs(t, err, plugintest.ErrKilled)
		if kill < windows {
			coming := d.keeper.Kept("input0").Coming
			require.Len(t, coming, 1, "what is newest is delivered last")
			for _, value := range coming {
				to := day(t, "2026-11-21") - graphtest.Day(28*(windows-kill))
				require.JSONEq(t, fmt.Sprintf(`{"from":"2024-06-01","to":"%s"}`, to), string(value))
			}
		}
		d.keeper.Fault = nil
		d.clock.Advance(time.Hour)
		_, _, err = d.run(t, now, source)
		require.NoError(t, err)
		require.Equal(t, rows, d.keeper.Committed("account_insights"), "killed at commit %d", kill)
		require.Equal(t, done, d.reached(t, 0), "killed at commit %d", kill)
	}
	// The next day is no backfill.
	clean.clock.Advance(24 * time.Hour)
	clean.asked.insights()
	clean.today(t, source)
	require.Len(t, clean.asked.insights(), 2*(7+1))
}

// The same words for a since that lies in the future, as it does where the API's clock is behind, say nothing of older
// days: there the run fails, and knows no better afterwards.
func TestARefusedFutureIsNotTheEndOfHistory(t *testing.T) {
	const last = "2026-10-23" // the API's today; the newest window begins on the 25th
	w := graphtest.NewWorld(313, graphtest.WithNow(day(t, last).End().Add(-time.Hour)), graphtest.WithAccounts(1))
	j := job{world: w, server: graphtest.Start(t, w), properties: properties(map[string]string{
		"accountMetrics": "reach", "fromDate": twoYearsAgo, "errorHandling": "skipOnError",
	})}
	sink, report, err := j.run(t)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Equal(t, wantDaily(w, w.AccountIDs(), []string{"reach"}, day(t, twoYearsAgo), day(t, last)), sink.Rows("account_insights"))
	lost := report.Splits[len(report.Splits)-1]
	require.Equal(t, plugin.StatusFailed, lost.Status)
	require.Contains(t, lost.Error, "since param is not valid")
}

// Where the API also refuses what reaches into today, in the words it has for what is too old, older windows are asked.
func TestABackfillWhoseNewestWindowIsRefused(t *testing.T) {
	job := map[string]string{"accountMetrics": "reach,follower_count", "fromDate": "2025-06-01", "toDate": "2026-11-22"}
	b := aBackfill{world: []graphtest.WorldOption{graphtest.WithAccounts(1)}, job: job}
	sink, _, _, w := b.run(t, 1, graphtest.WithTodayRefused())
	rows := sink.Rows("account_insights")
	require.Equal(t, wantDaily(w, sorted(w), []string{"reach", "follower_count"}, day(t, "2025-06-01"), day(t, "2026-11-22")), rows)
	require.Equal(t, plugintest.Null, rows[len(rows)-1][5])
	require.NotEqual(t, plugintest.Null, rows[len(rows)-31][5], "thirty days before today")
}

// One row for a range has what the API still has of it, in whole windows, and says that there is more.
func TestARangeOfYears(t *testing.T) {
	b := aBackfill{
		world: []graphtest.WorldOption{graphtest.WithAccounts(1)},
		job:   map[string]string{"accountMetrics": "views,likes", "aggregate": "range", "fromDate": "2022-01-01"},
	}
	sink, report, asked, w := b.run(t, 1)
	// 24 windows of 30 days, two of them a day shorter because the clocks go back.
	from, to := day(t, "2024-12-04"), day(t, "2026-11-21")
	row := []string{sorted(w)[0], moment(day(t, "2022-01-01").Start()), moment(to.End()), "day"}
	for _, m := range []string{"views", "likes"} {
		v, ok := w.Total(row[0], m, from, to)
		row = append(row, cell(v, ok))
	}
	require.Equal(t, [][]string{row}, sink.Rows("account_insights"))
	require.Equal(t, map[string]int64{"views beyond_reach 100": 1, "likes beyond_reach 100": 1}, skips(report))
	require.Equal(t, "2022-01-01", report.Skipped[0].From)
	require.Equal(t, (from - 1).String(), report.Skipped[0].To)
	require.Len(t, asked.insights(), 24+1)
}

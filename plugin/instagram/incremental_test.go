package instagram_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

// target is a database that runs write into, day after day.
type target struct {
	keeper plugintest.Keeper
	clock  *clock.Fake
	world  *graphtest.World
	server *graphtest.Server
	asked  *calls
}

func newTarget(t testing.TB, seed uint64, options ...graphtest.WorldOption) *target {
	t.Helper()
	d := &target{clock: newClock(), asked: new(calls)}
	d.world = graphtest.NewWorld(seed, append([]graphtest.WorldOption{graphtest.WithClock(d.clock)}, options...)...)
	d.server = graphtest.Start(t, d.world, d.asked.option())
	return d
}

// run runs sources under a logical start time, and returns the report with how many calls the server counted.
func (d *target) run(t testing.TB, start time.Time, sources ...map[string]string) (*plugin.Report, int64, error) {
	t.Helper()
	before := d.server.Stats().Calls
	var inputs []plugin.Input
	for i, p := range sources {
		j := job{world: d.world, server: d.server, clock: d.clock, start: start, properties: p, parallelism: 2}
		inputs = append(inputs, plugin.Input{Name: fmt.Sprint("input", i), Source: j.open(t)})
	}
	report, err := plugin.Run(context.Background(), inputs, &d.keeper, plugin.RunOptions{
		Start: start, Clock: d.clock, Parallelism: 2, WorkDir: t.TempDir(),
	})
	return report, d.server.Stats().Calls - before, err
}

// today runs sources now; the run must be complete.
func (d *target) today(t testing.TB, sources ...map[string]string) int64 {
	t.Helper()
	report, made, err := d.run(t, d.clock.Now(), sources...)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusComplete, report.Status)
	return made
}

// reached is what an input has reached, by key without its digest.
func (d *target) reached(t testing.TB, input int) map[string]string {
	t.Helper()
	out := map[string]string{}
	for key, value := range d.keeper.Kept(fmt.Sprint("input", input)).Reached {
		name := key[:strings.LastIndexByte(key, '/')]
		require.NotContains(t, out, name)
		out[name] = string(value)
	}
	return out
}

// rows are the rows of a table by their first column, without the last, which is when they were read.
func byID(rows [][]string) map[string][]string {
	out := map[string][]string{}
	for _, row := range rows {
		out[row[0]] = row[:len(row)-1]
	}
	return out
}

const tenMetrics = "reach,follower_count,views,likes,comments,saves,shares,total_interactions,accounts_engaged,replies"

// yearOfPosts has 500 posts, 20 of them in the last 30 days, the newest an hour old.
func yearOfPosts(change func(*graphtest.Media)) graphtest.WorldOption {
	return graphtest.WithAccount(func(a *graphtest.Account) {
		a.Media, a.OddPerMille, a.EachMedia = 500, 0, change
		a.LastPost, a.FirstPost = now.Add(-time.Hour), now.Add(-500*36*time.Hour)
	})
}

func postsOf(id string, changes map[string]string) map[string]string {
	p := mediaProperties(map[string]string{"accountId": id, "incremental": "true"})
	for k, v := range changes {
		p[k] = v
	}
	return p
}

func insightsOf(id string, changes map[string]string) map[string]string {
	p := properties(map[string]string{
		"accountId": id, "accountMetrics": tenMetrics, "fromDate": "2026-09-01", "toDate": "yesterday", "incremental": "true",
	})
	for k, v := range changes {
		p[k] = v
	}
	return p
}

func TestASecondDayReadsOnlyWhatIsNew(t *testing.T) {
	d := newTarget(t, 211, yearOfPosts(nil))
	id := d.world.AccountIDs()[0]
	sources := []map[string]string{insightsOf(id, nil), postsOf(id, nil)}
	first := d.today(t, sources...)
	newest := d.world.Media(id)[0].Timestamp.UTC().Format(time.RFC3339)
	require.Equal(t, map[string]string{"account_insights/" + id: `{"from":"2026-09-01","to":"2026-11-19"}`}, d.reached(t, 0))
	require.Equal(t, map[string]string{"account_media/" + id: `{"newest":"` + newest + `"}`}, d.reached(t, 1))
	d.asked.take()
	d.clock.Advance(24 * time.Hour)
	second := d.today(t, sources...)
	t.Log(first, second)
	assert.LessOrEqual(t, second, int64(12))
	// From 2026-11-16, three days before the last complete day, to yesterday: a call a day for totals, one for all
	// time series; and one page of posts.
	assert.EqualValues(t, 7+1+1, second)
	require.Equal(t, map[string]string{"account_insights/" + id: `{"from":"2026-09-01","to":"2026-11-20"}`}, d.reached(t, 0))

	fresh := &target{clock: d.clock, world: d.world, server: d.server, asked: d.asked}
	fresh.today(t, sources...)
	want, got := fresh.keeper.Committed("account_insights"), d.keeper.Committed("account_insights")
	require.Len(t, got, 83)
	kept := slices.IndexFunc(want, func(row []string) bool { return row[1] == "2026-10-23" })
	require.Equal(t, plugintest.Null, want[kept][5], "follower_count reaches 30 days back, so that it is gone for whoever asks now")
	require.NotEqual(t, plugintest.Null, got[kept][5])
	want[kept][5] = got[kept][5]
	require.Equal(t, want, got)
	require.Equal(t, byID(fresh.keeper.Committed("account_media")), byID(d.keeper.Committed("account_media")), "no post's figures moved")
}

// Reading on after a mark makes no call that was made before it, and ends where it would have ended.
func TestReadingOnCostsWhatIsLeft(t *testing.T) {
	list := querying(q("posts", "media", "caption,insights.metric(reach)", "accounts", "all"))
	list["incremental"] = "true"
	for name, source := range map[string]map[string]string{"posts": postsOf("all", nil), "query": list} {
		t.Run(name, func(t *testing.T) {
			d := newTarget(t, 257, yearOfPosts(nil))
			s := job{world: d.world, server: d.server, clock: d.clock, properties: source}.open(t)
			defer func() { require.NoError(t, s.Finish(t.Context(), true)) }()
			plan, err := s.Plan(t.Context(), plugin.PlanRequest{Start: now, Now: now})
			require.NoError(t, err)
			require.Len(t, plan.Splits, 1)
			read := func(from plugin.Mark) (marks []plugin.Mark, reached []string, made int64) {
				before := d.server.Stats().Calls
				for b, err := range s.Read(t.Context(), plan.Splits[0], plugin.ReadOptions{Resume: from, Notes: func(n plugin.Note) {
					if r, ok := n.(plugin.Reached); ok {
						reached = append(reached, string(r.Value))
					}
				}}) {
					require.NoError(t, err)
					if b.Mark != "" {
						marks = append(marks, b.Mark)
					}
				}
				return marks, reached, d.server.Stats().Calls - before
			}
			marks, reached, made := read("")
			require.Len(t, marks, 5)
			require.EqualValues(t, 5, made)
			require.Len(t, reached, 1)
			for i, mark := range marks {
				again, same, calls := read(mark)
				require.EqualValues(t, 4-i, calls)
				require.Equal(t, reached, same, "also behind the last mark: it may have been withheld")
				if i < 4 {
					require.Equal(t, marks[i+1:], again)
				} else {
					require.Equal(t, marks[i:], again)
				}
			}
		})
	}
}

// A run that is killed at any commit, and gone on with, leaves what one run leaves.
func TestKilledAtEveryCommit(t *testing.T) {
	query := querying(
		q("posts", "media", "caption,comments{text},insights.metric(reach,saved)", "accounts", "all"),
		q("reach", "insights?metric=reach,follower_count&period=day&since=70 days ago", "", "accounts", "all"),
		q("tags", "tags", "caption", "accounts", "all"),
		q("loose", "media", "caption,permalink", "accounts", "all", "incremental", false),
	)
	query["incremental"] = "true"
	for name, sources := range map[string][]map[string]string{
		"incremental": {
			insightsOf("all", map[string]string{"accountMetrics": "reach,views"}),
			postsOf("all", map[string]string{"fields": "children,caption", "errorHandling": "skipOnError"}),
			query,
		},
		"whole": {
			insightsOf("all", map[string]string{"accountMetrics": "reach,views", "incremental": ""}),
			mediaProperties(map[string]string{"fromDate": "2026-01-01", "snapshots": "true"}),
			properties(map[string]string{"requestType": "account_profile", "snapshots": "true"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			world := func() *target {
				return newTarget(t, 223,
					graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.PersonalPosts = 230, 60 }),
					graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 120, 20 }))
			}
			clean := world()
			_, _, err := clean.run(t, now, sources...)
			require.NoError(t, err)
			commits := 0
			for _, c := range clean.keeper.Calls() {
				if c.Method == "Commit" {
					commits++
				}
			}
			require.Greater(t, commits, 10)
			for kill := range commits {
				d := world()
				n := 0
				d.keeper.Fault = func(c plugintest.Call) error {
					if c.Method != "Commit" {
						return nil
					}
					if n++; n == kill+1 {
						return plugintest.ErrKilled
					}
					return nil
				}
				_, _, err := d.run(t, now, sources...)
				require.ErrorIs(t, err, plugintest.ErrKilled)
				_, _, err = d.run(t, now, sources...)
				require.NoError(t, err)
				for _, table := range d.tables() {
					require.Equal(t, clean.keeper.Committed(table), d.keeper.Committed(table), "%s, killed at commit %d", table, kill)
				}
				for i := range sources {
					require.Equal(t, clean.reached(t, i), d.reached(t, i), "killed at commit %d", kill)
				}
			}
		})
	}
}

// tables are those that anything was written to.
func (d *target) tables() []string {
	var names []string
	for _, c := range d.keeper.Calls() {
		if c.Method == "Write" && !slices.Contains(names, c.Table) {
			names = append(names, c.Table)
		}
	}
	return names
}

// killAfter kills the run at its n-th commit.
func (d *target) killAfter(n int) {
	seen := 0
	d.keeper.Fault = func(c plugintest.Call) error {
		if c.Method == "Commit" {
			if seen++; seen == n+1 {
				return plugintest.ErrKilled
			}
		}
		return nil
	}
}

// stale makes the cursors that were given out so far refused.
func (d *target) stale() {
	seen := map[string]bool{}
	d.server.SetRules(graphtest.Rule{
		Path:  "*/media",
		Fault: graphtest.ErrorFault("stale cursor", graphtest.Error{Code: 100, Message: "Invalid cursors values"}, graphtest.Refused),
		When: func(c graphtest.Call) bool {
			after := c.Params.Get("after")
			old := after != "" && len(seen) == 0
			if after == "" {
				seen["begun"] = true
			}
			return old
		},
	})
}

func TestAChainWhoseCursorIsDeadBeginsAnewAndMissesNoPost(t *testing.T) {
	list := querying(q("posts", "media", "caption,insights.metric(reach)"))
	list["incremental"] = "true"
	for name, source := range map[string]map[string]string{
		"posts": postsOf("all", nil), "query": list, "whole": postsOf("all", map[string]string{"incremental": ""}),
	} {
		t.Run(name, func(t *testing.T) {
			// The second newest post is made an hour after the first run began.
			d := newTarget(t, 227, graphtest.WithAccount(func(a *graphtest.Account) {
				a.Media, a.OddPerMille, a.PersonalPosts = 400, 0, 150
				a.LastPost, a.FirstPost = now.Add(90*time.Minute), now.AddDate(-1, 0, 0)
			}))
			id := d.world.AccountIDs()[0]
			before := len(d.world.Media(id))
			d.killAfter(2)
			_, _, err := d.run(t, now, source)
			require.ErrorIs(t, err, plugintest.ErrKilled)
			d.keeper.Fault = nil
			d.clock.Advance(2 * time.Hour)
			require.Greater(t, len(d.world.Media(id)), before)
			d.stale()
			_, _, err = d.run(t, now, source)
			require.NoError(t, err)
			require.NotZero(t, d.server.Stats().Faults["stale cursor"])
			table := d.tables()[0]
			require.Len(t, d.keeper.Committed(table), len(d.world.Media(id)))
		})
	}
}

func TestAPostMadeWhileTheListIsReadIsReadNextTime(t *testing.T) {
	list := querying(q("posts", "media", "caption"))
	list["incremental"], list["refreshDays"] = "true", "0"
	for name, source := range map[string]map[string]string{"posts": postsOf("all", map[string]string{"refreshDays": "0"}), "query": list} {
		t.Run(name, func(t *testing.T) {
			d := newTarget(t, 229, graphtest.WithAccount(func(a *graphtest.Account) {
				a.Media, a.OddPerMille = 320, 0
				a.LastPost, a.FirstPost = now.Add(30*time.Minute), now.AddDate(-1, 0, 0)
			}))
			id := d.world.AccountIDs()[0]
			before := d.world.Media(id)
			d.killAfter(1)
			_, _, err := d.run(t, now, source)
			require.ErrorIs(t, err, plugintest.ErrKilled)
			d.keeper.Fault = nil
			d.clock.Advance(time.Hour) // the run goes on behind the cursor: it does not see the newer posts
			_, _, err = d.run(t, now, source)
			require.NoError(t, err)
			require.Len(t, d.keeper.Committed(d.tables()[0]), len(before))
			for _, value := range d.reached(t, 0) {
				require.Contains(t, value, before[0].Timestamp.UTC().Format(time.RFC3339))
			}
			after := d.world.Media(id)
			require.Greater(t, len(after), len(before))
			d.clock.Advance(40 * 24 * time.Hour) // no matter how much later
			made := d.today(t, source)
			require.Len(t, d.keeper.Committed(d.tables()[0]), len(d.world.Media(id)))
			require.LessOrEqual(t, made, int64(3))
		})
	}
}

// setRefusals makes a media fail with an error that is about it alone.
func (d *target) refuse(ids ...string) {
	var rules []graphtest.Rule
	for _, id := range ids {
		rules = append(rules, graphtest.Rule{
			Path:  id + "*",
			Fault: graphtest.ErrorFault("denied", graphtest.Error{Code: 10, Message: "(#10) Application does not have permission for this action"}, graphtest.Refused),
		}, graphtest.Rule{
			Path:  id + "/insights",
			Fault: graphtest.ErrorFault("denied", graphtest.Error{Code: 10, Message: "(#10) Application does not have permission for this action"}, graphtest.Refused),
		})
	}
	d.server.SetRules(rules...)
}

func TestPostsThatFailedAreReadAgain(t *testing.T) {
	// Metrics that only reels have are asked for by the reel, and fail there.
	d := newTarget(t, 233, yearOfPosts(nil))
	id := d.world.AccountIDs()[0]
	var reels []graphtest.Media
	for _, m := range d.world.Media(id)[100:] {
		if m.ProductType == "REELS" {
			reels = append(reels, m)
		}
	}
	require.Greater(t, len(reels), 3)
	source := postsOf(id, map[string]string{"mediaMetrics": "reach,ig_reels_avg_watch_time", "errorHandling": "skipOnError"})
	d.refuse(reels[0].ID, reels[1].ID)
	report, _, err := d.run(t, now, source)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	require.Len(t, d.keeper.Committed("account_media"), 498)
	var value struct {
		Newest time.Time
		Again  map[string]int64
	}
	reached := func() {
		value.Again = nil
		require.NoError(t, json.Unmarshal([]byte(d.reached(t, 0)["account_media/"+id]), &value))
	}
	reached()
	require.Equal(t, map[string]int64{reels[0].ID: reels[0].Timestamp.Unix(), reels[1].ID: reels[1].Timestamp.Unix()}, value.Again)
	require.Equal(t, d.world.Media(id)[0].Timestamp.Unix(), value.Newest.Unix())

	d.clock.Advance(24 * time.Hour)
	d.refuse(reels[1].ID)
	report, _, err = d.run(t, d.clock.Now(), source)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	rows := byID(d.keeper.Committed("account_media"))
	require.Len(t, rows, 499)
	want := wantMedia(d.world, reels[0], []string{"reach", "ig_reels_avg_watch_time"})
	require.Equal(t, want[:len(want)-1], rows[reels[0].ID])
	reached()
	require.Equal(t, map[string]int64{reels[1].ID: reels[1].Timestamp.Unix()}, value.Again)

	d.clock.Advance(24 * time.Hour)
	d.refuse()
	d.today(t, source)
	require.Len(t, d.keeper.Committed("account_media"), 500)
	value.Again = nil
	reached()
	require.Empty(t, value.Again)
	d.asked.take()
	d.clock.Advance(24 * time.Hour)
	d.today(t, source)
	for _, call := range d.asked.take() {
		require.NotContains(t, call, reels[1].ID)
	}
}

// An account's split that fails keeps back the progress of later ones, and of no other account.
func TestProgressIsWithheldBehindALostWindow(t *testing.T) {
	d := newTarget(t, 239, graphtest.WithAccounts(2))
	ids := sorted(d.world)
	source := insightsOf("all", map[string]string{"accountMetrics": "reach", "fromDate": "2026-08-01", "errorHandling": "skipOnError"})
	denied := graphtest.ErrorFault("denied", graphtest.Error{Code: 10, Message: "(#10) Application does not have permission for this action"}, graphtest.Refused)
	fault := graphtest.Rule{Fault: denied, Account: ids[0], When: func(c graphtest.Call) bool {
		return strings.Contains(c.Path, "insights") && c.Params.Get("since") < fmt.Sprint(time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC).Unix()) &&
			c.Params.Get("since") > fmt.Sprint(time.Date(2026, 9, 20, 0, 0, 0, 0, time.UTC).Unix())
	}}
	d.server.SetRules(fault)
	report, _, err := d.run(t, now, source)
	require.NoError(t, err)
	require.Equal(t, plugin.StatusPartial, report.Status)
	var lost string
	for _, s := range report.Splits {
		if s.Status != "complete" {
			require.Empty(t, lost)
			lost = s.ID
		}
	}
	require.NotEmpty(t, lost)
	begin := day(t, strings.Split(strings.TrimPrefix(lost, ids[0]+"/"), "..")[0])
	require.Equal(t, map[string]string{
		"account_insights/" + ids[0]: fmt.Sprintf(`{"from":"2026-08-01","to":"%s"}`, begin-1),
		"account_insights/" + ids[1]: `{"from":"2026-08-01","to":"2026-11-19"}`,
	}, d.reached(t, 0))
	d.server.SetRules()
	d.clock.Advance(24 * time.Hour)
	d.today(t, source)
	require.Equal(t, map[string]string{
		"account_insights/" + ids[0]: `{"from":"2026-08-01","to":"2026-11-20"}`,
		"account_insights/" + ids[1]: `{"from":"2026-08-01","to":"2026-11-20"}`,
	}, d.reached(t, 0))
	require.Len(t, d.keeper.Committed("account_insights"), 2*int(day(t, "2026-11-22")-day(t, "2026-08-01")+1))
}

// Other metrics have come nowhere yet; an earlier beginning is made up for.
func TestChangedPropertiesReadWhatIsMissing(t *testing.T) {
	d := newTarget(t, 241, graphtest.WithAccounts(1))
	id := d.world.AccountIDs()[0]
	one := map[string]string{"accountMetrics": "reach", "fromDate": "2026-10-15"}
	d.today(t, insightsOf(id, one))
	one["fromDate"] = "2026-08-10"
	d.asked.take()
	d.today(t, insightsOf(id, one))
	require.Len(t, d.asked.take(), 3+1, "from 2026-08-10 to 2026-10-14, and three days before the last complete one to yesterday")
	require.Equal(t, map[string]string{"account_insights/" + id: `{"from":"2026-08-10","to":"2026-11-19"}`}, d.reached(t, 0))
	require.Len(t, d.keeper.Committed("account_insights"), int(day(t, "2026-11-21")-day(t, "2026-08-10")+1))
	d.today(t, insightsOf(id, map[string]string{"accountMetrics": "reach,views", "fromDate": "2026-11-01"}))
	require.Len(t, d.keeper.Kept("input0").Reached, 2)
}

func TestIncrementalNeedsWhatItSays(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]string
		want   []string
	}{
		"good":             {map[string]string{"incremental": "TRUE", "lookback": "0"}, []string{}},
		"neither":          {map[string]string{"incremental": "yes"}, []string{"incremental: 'yes' is not a valid incremental. Choose one of 'true', 'false'."}},
		"negative":         {map[string]string{"incremental": "true", "lookback": "-1"}, []string{"lookback: '-1' is not a valid lookback. Enter a number of days from 0 to 3650."}},
		"hidden":           {map[string]string{"lookback": "-1", "refreshDays": "x", "snapshots": "maybe"}, []string{}},
		"a macro":          {map[string]string{"incremental": "${incremental}"}, []string{}},
		"range has no new": {map[string]string{"incremental": "yes", "aggregate": "range"}, []string{}},
		"refresh": {
			map[string]string{"requestType": "account_media", "accountMetrics": "", "period": "", "incremental": "true", "refreshDays": "5000"},
			[]string{"refreshDays: '5000' is not a valid refreshDays. Enter a number of days from 0 to 3650."},
		},
		"snapshots": {
			map[string]string{"requestType": "account_profile", "accountMetrics": "", "period": "", "snapshots": "daily"},
			[]string{"snapshots: 'daily' is not a valid snapshots. Choose one of 'true', 'false'."},
		},
		"words": {map[string]string{"incremental": "true", "lookback": "three"}, []string{"lookback: Value of field Config.lookback is expected to be a number Enter a whole number, not 'three'."}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, lines(configure(t, properties(c.change)).Validate()))
		})
	}
}

// Daily runs build what the API does not keep.
func TestSnapshotsKeepEachDay(t *testing.T) {
	d := newTarget(t, 251, graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 12 }))
	id := d.world.AccountIDs()[0]
	media := d.world.Media(id)[0].ID
	sources := []map[string]string{
		properties(map[string]string{"requestType": "account_profile", "accountId": id, "snapshots": "true"}),
		properties(map[string]string{
			"accountId": id, "accountMetrics": "follower_demographics", "period": "lifetime", "breakdown": "gender", "snapshots": "true", "fromDate": "", "toDate": "",
		}),
		properties(map[string]string{"requestType": "media_insights", "mediaId": media, "mediaMetrics": "reach", "snapshots": "true"}),
		mediaProperties(map[string]string{"accountId": id, "mediaMetrics": "reach", "layout": "long", "snapshots": "true", "fields": "children"}),
	}
	count := map[string]int{}
	for i := range 3 {
		d.today(t, sources...)
		d.clock.Advance(time.Hour) // the same day
		d.today(t, sources...)
		for _, table := range []string{"account_profile", "account_insights", "media_insights", "account_media"} {
			rows := d.keeper.Committed(table)
			if i == 0 {
				count[table] = len(rows)
				require.NotEmpty(t, rows)
			}
			require.Len(t, rows, (i+1)*count[table], table)
			require.Equal(t, fmt.Sprintf("2026-11-%d", 22+i), rows[len(rows)-1][len(rows[0])-1], table)
		}
		d.clock.Advance(23 * time.Hour)
	}
}

// Far back the API has nothing: a backfill says so for each day, and does not ask for each day.
func TestABackfillBeyondWhatIsKept(t *testing.T) {
	d := newTarget(t, 263, graphtest.WithAccounts(1))
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

// A second day of queries costs what is new, and what hangs on young posts is read again.
func TestASecondDayOfQueries(t *testing.T) {
	d := newTarget(t, 269, yearOfPosts(nil))
	id := d.world.AccountIDs()[0]
	source := querying(
		q("posts", "media", "caption,insights.metric(reach)", "accounts", id),
		q("reach", "insights?metric=reach&period=day", "", "accounts", id, "since", "2026-08-01"),
		q("tags", "tags", "caption", "accounts", id),
	)
	source["incremental"] = "true"
	first := d.today(t, source)
	newest := d.world.Media(id)[0].Timestamp.UTC().Format(time.RFC3339)
	require.Equal(t, map[string]string{
		"query/posts/" + id: `{"until":"` + newest + `"}`,
		"query/reach/" + id: `{"since":"2026-08-01T00:00:00Z","until":"2026-11-20T08:00:00Z"}`,
	}, d.reached(t, 0))
	d.asked.take()
	d.clock.Advance(24 * time.Hour)
	second := d.today(t, source)
	t.Log(first, second)
	require.EqualValues(t, 5, second, "the Page's token, one page of posts, one window of reach, and tagged media as ever")
	require.Equal(t, `{"since":"2026-08-01T00:00:00Z","until":"2026-11-21T08:00:00Z"}`, d.reached(t, 0)["query/reach/"+id])
	fresh := &target{clock: d.clock, world: d.world, server: d.server, asked: d.asked}
	fresh.today(t, source)
	require.NotEmpty(t, d.tables())
	for _, table := range d.tables() {
		require.ElementsMatch(t, fresh.keeper.Committed(table), d.keeper.Committed(table), table)
	}
}

func TestIncrementalSourcesKeepThePromisesOfASource(t *testing.T) {
	world := graphtest.NewWorld(271, graphtest.WithNow(now),
		graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 250, 20 }), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }))
	list := querying(q("posts", "media", "caption,comments{text},insights.metric(reach)", "accounts", "all"),
		q("reach", "insights?metric=reach&period=day", "", "accounts", "all", "since", "2026-08-01"))
	list["incremental"], list["errorHandling"] = "true", "skipOnError"
	for name, p := range map[string]map[string]string{
		"insights": insightsOf("all", map[string]string{"accountMetrics": "reach,views"}), "queries": list,
		"posts":     postsOf("all", map[string]string{"errorHandling": "skipOnError", "fields": "children"}),
		"snapshots": mediaProperties(map[string]string{"snapshots": "true", "errorHandling": "skipOnError", "fields": "children"}),
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.TestSource(t, func(t testing.TB) plugin.Source {
				return job{world: world, server: graphtest.Start(t, world), properties: p}.open(t)
			}, plugintest.Start(now), plugintest.Secrets(world.Token(graphtest.Facebook)))
		})
	}
}

package instagram_test

import (
	"context"
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
	assert.EqualValues(t, 91, first, "docs/incremental.md says so")
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

// An account's split that fails keeps back the progress of later ones, and of no other account.
func TestProgressIsWithheldBehindALostWindow(t *testing.T) {
	d := newTarget(t, 239, graphtest.WithAccounts(2))
	ids := sorted(d.world)
	source := insightsOf("all", map[string]string{"accountMetrics": "reach", "fromDate": "2026-08-01", "errorHandling": "skipOnError"})
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

// Whether a table is one of snapshots decides its columns and its key.
func TestSnapshotsDecideTheSchema(t *testing.T) {
	_, err := configure(t, properties(map[string]string{"requestType": "account_profile", "snapshots": "${snapshots}"})).Tables()
	require.ErrorIs(t, err, plugin.ErrSchemaUnknown)
	tables, err := configure(t, properties(map[string]string{"requestType": "account_profile", "snapshots": "true"})).Tables()
	require.NoError(t, err)
	require.Equal(t, []string{"account_id", "snapshot_date"}, tables[0].Key)
	tables, err = configure(t, properties(map[string]string{"snapshots": "true"})).Tables()
	require.NoError(t, err)
	require.Equal(t, []string{"account_id", "period", "date"}, tables[0].Key, "days are history already")
	tables, err = configure(t, properties(map[string]string{"requestType": "account_profile", "snapshots": "true", "fields": "snapshot_date"})).Tables()
	require.ErrorContains(t, err, "snapshot_date is no field of the API; it is the column of a table of snapshots. Leave it out, and set snapshots to true to have it.")
	require.Empty(t, tables)
}

func TestIncrementalSourcesKeepThePromisesOfASource(t *testing.T) {
	list := querying(q("posts", "media", "caption,comments{text},insights.metric(reach)", "accounts", "all", "limit", 30),
		q("reach", "insights?metric=reach&period=day", "", "accounts", "all", "since", "2026-08-01"))
	list["incremental"], list["errorHandling"] = "true", "skipOnError"
	for name, p := range map[string]map[string]string{
		"insights": insightsOf("all", map[string]string{"accountMetrics": "reach,views"}), "queries": list,
		"posts":     postsOf("all", map[string]string{"errorHandling": "skipOnError", "fields": "children"}),
		"snapshots": mediaProperties(map[string]string{"snapshots": "true", "errorHandling": "skipOnError", "fields": "children"}),
	} {
		t.Run(name, func(t *testing.T) {
			posts := int64(250) // three pages
			if name == "queries" {
				posts = 70
			}
			world := graphtest.NewWorld(271, graphtest.WithNow(now),
				graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = posts, 20 }), graphtest.WithAccount(func(a *graphtest.Account) { a.Media = 0 }))
			plugintest.TestSource(t, func(t testing.TB) plugin.Source {
				return job{world: world, server: graphtest.Start(t, world), properties: p}.open(t)
			}, plugintest.Start(now), plugintest.Secrets(world.Token(graphtest.Facebook)))
		})
	}
}

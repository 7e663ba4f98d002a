package instagram_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

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

// refuse makes media fail, and no others any more.
func (d *target) refuse(ids ...string) {
	var rules []graphtest.Rule
	for _, id := range ids {
		rules = append(rules, graphtest.Rule{Path: id, Fault: denied}, graphtest.Rule{Path: id + "/insights", Fault: denied})
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

// denied is what makes a call fail for good.
var denied = graphtest.ErrorFault("denied",
	graphtest.Error{Code: 10, Message: "(#10) Application does not have permission for this action"}, graphtest.Refused)

// The posts to read again are read in several parts, between which a run may be killed like anywhere else; what
// fails beyond those that are remembered withholds the account's progress.
func TestManyPostsThatFailed(t *testing.T) {
	for _, failing := range []int{120, 230} {
		t.Run(fmt.Sprint(failing), func(t *testing.T) {
			world := func() *target {
				return newTarget(t, 277, graphtest.WithAccount(func(a *graphtest.Account) {
					a.Media, a.OddPerMille, a.Kinds = 400, 0, []graphtest.PostKind{graphtest.Reel}
					a.LastPost, a.FirstPost = now.AddDate(0, -3, 0), now.AddDate(-2, 0, 0)
				}))
			}
			first := func(d *target) (source map[string]string) {
				id := d.world.AccountIDs()[0]
				refused := map[string]bool{}
				for _, m := range d.world.Media(id)[20:][:failing] {
					refused[m.ID+"/insights"] = true
				}
				d.server.SetRules(graphtest.Rule{Fault: denied, When: func(c graphtest.Call) bool { return refused[c.Path] }})
				source = postsOf(id, map[string]string{"mediaMetrics": "reach,ig_reels_avg_watch_time", "errorHandling": "skipOnError"})
				report, _, err := d.run(t, now, source)
				require.NoError(t, err)
				require.Equal(t, plugin.StatusPartial, report.Status)
				require.Len(t, d.keeper.Committed("account_media"), 400-failing)
				d.server.SetRules()
				d.clock.Advance(24 * time.Hour)
				return source
			}
			d := world()
			source := first(d)
			if failing > 200 {
				require.NotContains(t, fmt.Sprint(d.reached(t, 0)), "newest")
				d.today(t, source)
				require.Len(t, d.keeper.Committed("account_media"), 400, "the whole list was read again")
				require.NotContains(t, fmt.Sprint(d.reached(t, 0)), "again")
				return
			}
			require.Equal(t, failing, strings.Count(d.reached(t, 0)["account_media/"+d.world.AccountIDs()[0]], `"179`))
			commits := 0
			d.keeper.Fault = func(c plugintest.Call) error {
				if c.Method == "Commit" {
					commits++
				}
				return nil
			}
			made := d.today(t, source)
			require.EqualValues(t, 1+1+2*failing, made, "one page with the newest reel, and each of them with what rides on it and what does not")
			require.Equal(t, 1+3, commits)
			require.Len(t, d.keeper.Committed("account_media"), 400)
			for kill := range commits {
				k := world()
				source := first(k)
				k.killAfter(kill)
				_, _, err := k.run(t, k.clock.Now(), source)
				require.ErrorIs(t, err, plugintest.ErrKilled)
				k.keeper.Fault = nil
				k.today(t, source)
				require.Equal(t, d.keeper.Committed("account_media"), k.keeper.Committed("account_media"), "killed at commit %d", kill)
				require.Equal(t, d.reached(t, 0), k.reached(t, 0))
			}
		})
	}
}

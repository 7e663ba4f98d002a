package instagram_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/graphapi/graphtest"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/plugin/plugintest"
)

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
		q("posts", "media", "caption,insights.metric(reach,saved)", "accounts", "all"),
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
			world := func(t *testing.T) *target {
				return newTarget(t, 223,
					graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.PersonalPosts = 130, 30 }),
					graphtest.WithAccount(func(a *graphtest.Account) { a.Media, a.OddPerMille = 40, 40 }))
			}
			clean := world(t)
			_, _, err := clean.run(t, now, sources...)
			require.NoError(t, err)
			commits := 0
			for _, c := range clean.keeper.Calls() {
				if c.Method == "Commit" {
					commits++
				}
			}
			require.GreaterOrEqual(t, commits, 10)
			rows, reached := map[string][][]string{}, []map[string]string{}
			for _, table := range clean.tables() {
				rows[table] = clean.keeper.Committed(table)
			}
			for i := range sources {
				reached = append(reached, clean.reached(t, i))
			}
			for kill := range commits {
				t.Run(fmt.Sprint("commit ", kill), func(t *testing.T) {
					t.Parallel()
					d := world(t)
					d.killAfter(kill)
					_, _, err := d.run(t, now, sources...)
					require.ErrorIs(t, err, plugintest.ErrKilled)
					_, _, err = d.run(t, now, sources...)
					require.NoError(t, err)
					for _, table := range d.tables() {
						require.Equal(t, rows[table], d.keeper.Committed(table), table)
					}
					for i := range sources {
						require.Equal(t, reached[i], d.reached(t, i))
					}
				})
			}
		})
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

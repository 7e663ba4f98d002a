package instagram

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/timeexpr"
)

func TestCompleteDay(t *testing.T) {
	la := timeexpr.Pacific
	for name, c := range map[string]struct {
		at   time.Time
		want string
	}{
		"at noon":                         {time.Date(2026, 11, 22, 12, 0, 0, 0, la), "2026-11-19"},
		"at midnight":                     {time.Date(2026, 11, 22, 0, 0, 0, 0, la), "2026-11-19"},
		"a second before":                 {time.Date(2026, 11, 21, 23, 59, 59, 0, la), "2026-11-18"},
		"48 hours are not two days":       {time.Date(2026, 11, 3, 0, 0, 0, 0, la), "2026-10-31"},
		"when the clocks have gone ahead": {time.Date(2026, 3, 10, 0, 30, 0, 0, la), "2026-03-06"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, completeDay(c.at).String())
			require.GreaterOrEqual(t, c.at.Sub(midnight(completeDay(c.at)+1)), 48*time.Hour)
			require.Less(t, c.at.Sub(midnight(completeDay(c.at)+2)), 48*time.Hour)
		})
	}
}

// Whatever is asked day after day, what is called complete was read when it was published, no day is asked twice in
// one plan, and none that was asked for is missed.
func TestLawOfNewDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		read := map[timeexpr.Day]bool{} // read when it was complete
		var prev *reachedDays
		lookback := rapid.IntRange(0, 5).Draw(t, "lookback")
		for today := timeexpr.Day(20_000); today < 20_400; today += timeexpr.Day(rapid.IntRange(1, 60).Draw(t, "pause")) {
			asked := window{today - timeexpr.Day(rapid.IntRange(0, 200).Draw(t, "from")), today - timeexpr.Day(rapid.IntRange(-1, 40).Draw(t, "to"))}
			if asked.From > asked.To {
				continue
			}
			complete := today - 3
			got := map[timeexpr.Day]bool{}
			last := timeexpr.Day(0)
			stop := rapid.IntRange(0, 20).Draw(t, "windows before the run breaks off")
			for i, p := range newDays(asked, prev, lookback, complete) {
				if i == stop {
					break
				}
				require.Greater(t, p.days.From, last, "oldest first, without overlap")
				last = p.days.To
				require.LessOrEqual(t, p.days.days(), windowDays)
				for d := p.days.From; d <= p.days.To; d++ {
					got[d] = true
					require.True(t, d >= asked.From && d <= asked.To)
					if d <= complete {
						read[d] = true
					}
				}
				if p.reached != nil {
					if prev != nil && p.reached.From <= prev.To+1 {
						require.GreaterOrEqual(t, p.reached.To, prev.To, "it only grows")
					}
					for d := timeexpr.Day(p.reached.From); d <= timeexpr.Day(p.reached.To); d++ {
						require.True(t, read[d], "%s is called complete", d)
					}
					prev = p.reached
				}
			}
			if stop == 20 {
				for d := asked.From; d <= asked.To; d++ {
					require.True(t, got[d] || read[d], "%s is missed", d)
				}
			}
		}
	})
}

func TestNewPosts(t *testing.T) {
	at := func(text string) timeexpr.Day {
		day, err := timeexpr.ParseDay(text, time.Time{}, timeexpr.Pacific)
		require.NoError(t, err)
		return day
	}
	posted := func(text string) int64 { return midnight(at(text)).Unix() + 60 }
	between := func(from, to string) *window { return &window{at(from), at(to)} }
	newest := time.Unix(posted("2026-11-20"), 0).UTC()
	for name, c := range map[string]struct {
		asked *window
		prev  reachedPosts
		want  *window
		from  string // where what is complete begins afterwards
		again []string
		only  bool
	}{
		"the first run":             {},
		"the first run, from a day": {asked: between("2026-01-01", "2026-11-22"), want: between("2026-01-01", "2026-11-22"), from: "2026-01-01"},
		"nothing but a failure": {
			prev: reachedPosts{Again: map[string]int64{"1": posted("2026-01-01"), "2": 0}}, again: []string{"2"},
		},
		"the next day": {prev: reachedPosts{Newest: newest}, want: between("2026-10-23", "2026-11-22")},
		"after a long time": {
			prev: reachedPosts{Newest: time.Unix(posted("2026-05-05"), 0)}, want: between("2026-05-05", "2026-11-22"),
		},
		"posts that failed": {
			prev: reachedPosts{Newest: newest, Again: map[string]int64{"1": posted("2026-10-23"), "2": posted("2026-10-22"), "3": posted("2026-10-21"), "4": 0}},
			want: between("2026-10-23", "2026-11-22"), again: []string{"2", "3", "4"},
		},
		"a later beginning": {
			asked: between("2026-11-01", "2026-11-22"), prev: reachedPosts{Newest: newest, From: stateDay(at("2026-01-01"))},
			want: between("2026-11-01", "2026-11-22"), from: "2026-01-01",
		},
		"an earlier beginning": {
			asked: between("2025-01-01", "2026-11-22"), prev: reachedPosts{Newest: newest, From: stateDay(at("2026-01-01"))},
			want: between("2025-01-01", "2026-11-22"), from: "2025-01-01",
		},
		"no beginning any more": {prev: reachedPosts{Newest: newest, From: stateDay(at("2026-01-01"))}},
		"far away from what is complete": {
			asked: between("2025-01-01", "2025-02-01"), prev: reachedPosts{Newest: newest, From: stateDay(at("2026-01-01"))},
			want: between("2025-01-01", "2025-02-01"), from: "2026-01-01",
		},
		"days that are complete": {
			asked: between("2026-01-01", "2026-02-01"), prev: reachedPosts{Newest: newest, From: stateDay(at("2026-01-01"))},
			want: between("2026-10-23", "2026-02-01"), from: "2026-01-01", only: true,
		},
		"behind a gap": {
			asked: between("2026-11-21", "2026-11-22"), prev: reachedPosts{Newest: newest},
			want: between("2026-11-21", "2026-11-22"), from: "2026-11-21",
		},
	} {
		t.Run(name, func(t *testing.T) {
			days, w := newPosts(c.asked, c.prev, at("2026-11-22"), 30)
			require.Equal(t, c.want, days)
			require.Equal(t, c.again, append([]string(nil), w.Again...))
			require.Equal(t, c.only, w.Only)
			from := ""
			if w.From != 0 {
				from = timeexpr.Day(w.From).String()
			}
			require.Equal(t, c.from, from)
		})
	}
}

func TestReachedIsReadAsItWasWritten(t *testing.T) {
	days := reachedDays{20_000, 20_100}
	var back reachedDays
	require.NoError(t, json.Unmarshal(written(days), &back))
	require.Equal(t, days, back)
	require.Error(t, json.Unmarshal([]byte(`{"from":"yesterday","to":"2026-01-01"}`), &back))
	posts := reachedPosts{From: 20_000, Newest: time.Unix(1_800_000_000, 0).UTC(), Again: map[string]int64{"17900000000000001": 1_700_000_000}}
	var same reachedPosts
	require.NoError(t, json.Unmarshal(written(posts), &same))
	require.Equal(t, posts, same)
	require.JSONEq(t, `{}`, string(written(reachedPosts{})))
}

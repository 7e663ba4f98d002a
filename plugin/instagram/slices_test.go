package instagram

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/timeexpr"
)

func TestSlicesCoverTheRangeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := timeexpr.Day(rapid.IntRange(14884, 20700).Draw(t, "from"))
		to := from + timeexpr.Day(rapid.IntRange(0, 4000).Draw(t, "days"))
		newest := timeexpr.Day(rapid.IntRange(int(from), int(to)).Draw(t, "newest"))
		oldest := timeexpr.Day(rapid.IntRange(int(from), int(newest)).Draw(t, "oldest"))
		days := window{from, to}
		slices := days.mediaSlices(mediaTimes{newest, oldest, rapid.Bool().Draw(t, "more")})
		next := to
		for _, s := range slices {
			require.Equal(t, next, s.To, "newest first, without a gap")
			require.LessOrEqual(t, s.From, s.To)
			next = s.From - 1
		}
		require.Equal(t, from-1, next)
	})
}

func TestSlicesHaveSeveralPagesEach(t *testing.T) {
	days := window{20000, 20999}
	// A page is 10 days: 100 pages, in slices of 32 days.
	slices := days.mediaSlices(mediaTimes{newest: 20999, oldest: 20990, more: true})
	require.Len(t, slices, 32)
	require.Equal(t, window{20992, 20999}, slices[0])
	require.Equal(t, window{20960, 20991}, slices[1])
	require.Equal(t, []window{days}, days.mediaSlices(mediaTimes{newest: 20999, oldest: 20990}), "one page is all")
	require.Equal(t, []window{days}, days.mediaSlices(mediaTimes{newest: 20999, oldest: 20800, more: true}), "too few pages to be worth it")
}

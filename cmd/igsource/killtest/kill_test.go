//go:build unix

package killtest

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of a run that is killed and gone on with, what it may ask for again of each parallel slot, and how much of
// a clean run's calls it makes on average.
const (
	againPerSlot = 31
	onAverage    = 1.1
)

// kills kills runs at so many points, of each of some targets in turn. Whether they are incremental changes
// every so many points.
func kills(t *testing.T, points, change int, kinds []string) {
	t.Logf("-kill.seed %d", *seed)
	if testServer == nil {
		t.Log("without PostgreSQL: ", errServer)
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return kind == "postgres" })
	}
	if len(kinds) == 0 {
		t.Skip(errServer)
	}
	var shares []float64
	var took time.Duration
	var ended, resumed int
	var most int64
	for i := range points {
		if *only >= 0 && i != *only {
			continue
		}
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		p := point{number: i, target: kinds[i%len(kinds)], incremental: (*seed+uint64(i/change))%2 == 1}
		requests := cleanRun(t, cleanKind{p.target, p.incremental, now}).requests
		o, killed := outcome{}, false
		for !killed { // else the run was over before that
			dir, err := os.MkdirTemp("", "igs-kill-") //nolint:usetesting // what failed is to be looked at
			require.NoError(t, err)
			p.draw(r, requests)
			o, killed = p.try(t, dir)
			if o.wrong != "" {
				t.Errorf("%s\ncalls %d, of a clean run %d, resumed %t; see %s\n%s", p, o.calls, o.clean, o.resumed, dir, o.wrong)
			} else {
				assert.NoError(t, os.RemoveAll(dir))
			}
		}
		took += o.took
		if o.ended {
			ended++
			continue
		}
		if o.resumed {
			resumed++
		}
		all := o.calls[0] + o.calls[1]
		shares = append(shares, float64(all)/float64(o.clean))
		most = max(most, all-o.clean)
		if all > o.clean+againPerSlot*parallelism {
			t.Errorf("%s\nthe two runs made %d and %d calls, %d more than the %d of a clean one: %d is the most", p, o.calls[0], o.calls[1], all-o.clean, o.clean, againPerSlot*parallelism)
		}
	}
	if len(shares) == 0 {
		t.Skip("no point, or one whose run had ended")
	}
	var sum float64
	for _, s := range shares {
		sum += s
	}
	mean := sum / float64(len(shares))
	t.Logf("%d points, %s each; %d had ended, %d were resumed; calls: %.3f of a clean run's on average, %.3f at most, which are %d more", len(shares)+ended,
		(took / time.Duration(len(shares)+ended)).Round(time.Millisecond), ended, resumed, mean, slices.Max(shares), most)
	assert.LessOrEqual(t, mean, onAverage, "of a clean run's calls, on average")
}

func TestKilledAtRandomPoints(t *testing.T) {
	kills(t, 10, 10, targets)
}

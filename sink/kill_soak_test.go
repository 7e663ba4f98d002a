//go:build soak && unix

package sink_test

import (
	"math/rand/v2"
	"testing"
)

func TestKilledAtRandomPointsSoak(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	kills(t, rand.New(rand.NewPCG(seed, 1)), 200)
}

package sqltable

import (
	"time"

	"github.com/igsource/igsource/clock"
)

// A transaction takes several marks while ending it for each would cost too much, and never more than this.
const (
	// MostRows is how many rows a transaction takes before the next mark ends it.
	MostRows = 10_000
	// MostTime is how long a mark waits at most.
	MostTime = time.Second
)

// A Pace says how long the marks of a transaction may wait for others. The first mark waits for none. After
// that a transaction is left open for ten times what ending the last one took, so that at most about a
// tenth of the time goes into ending transactions, and little is lost with a run that is killed: on a fast
// disk, a few milliseconds. It is for one goroutine.
type Pace struct {
	Clock clock.Clock

	ended time.Time
	wait  time.Duration
}

// costShare is how much longer a transaction stays open than ending the last one took.
const costShare = 10

// Left returns how long a transaction of rows may still wait, from now; 0 is to end it.
func (p *Pace) Left(rows int64) time.Duration {
	if rows >= MostRows {
		return 0
	}
	return max(0, p.ended.Add(p.wait).Sub(p.Clock.Now()))
}

// Ended tells that a transaction has ended, and that ending it began at since.
func (p *Pace) Ended(since time.Time) {
	p.ended = p.Clock.Now()
	p.wait = min(MostTime, costShare*p.ended.Sub(since))
}

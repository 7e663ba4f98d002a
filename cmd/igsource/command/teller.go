package command

import (
	"fmt"
	"io"
	"time"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

const (
	// plainEvery is how often a plain line is printed where no bar can be drawn.
	plainEvery = 10 * time.Second
	// longWait is a wait that gets a line of its own.
	longWait = 5 * time.Second
)

// A teller tells the user how far a run has come: a bar on a terminal, plain lines elsewhere.
type teller interface {
	tell(plugin.Progress)
	close()
}

func newTeller(sys *System, wanted bool) teller {
	if !wanted {
		return silent{}
	}
	if width, ok := sys.Terminal(); ok && sys.Getenv("TERM") != "dumb" {
		return newBar(sys.Stderr, width, sys.Clock)
	}
	return newLines(sys)
}

type silent struct{}

func (silent) tell(plugin.Progress) {}
func (silent) close()               {}

// lines prints a line now and then, and one when a long wait begins.
type lines struct {
	out   io.Writer
	clock clock.Clock
	last  time.Time
	until time.Time
}

func newLines(sys *System) *lines {
	return &lines{out: sys.Stderr, clock: sys.Clock, last: sys.Clock.Now()}
}

func (l *lines) tell(p plugin.Progress) {
	now := l.clock.Now()
	waits := p.Waiting.Until.Sub(now) > longWait && !p.Waiting.Until.Equal(l.until)
	if !waits && now.Sub(l.last) < plainEvery {
		return
	}
	l.last, l.until = now, p.Waiting.Until
	text := progressText(p)
	if w := waitText(p.Waiting, now); w != "" {
		text += ", " + w
	}
	fmt.Fprintln(l.out, splitsText(p)+", "+text)
}

func (l *lines) close() {}

// waits returns what prints a line for every long wait of a command without a run; nil if not wanted.
func (sys *System) waits(wanted bool) func(plugin.Note) {
	if !wanted {
		return nil
	}
	return func(n plugin.Note) {
		now := sys.Clock.Now()
		if w, ok := n.(plugin.Waiting); ok && w.Until.Sub(now) > longWait {
			fmt.Fprintln(sys.Stderr, waitText(w, now))
		}
	}
}

// splitsText says how many splits are read.
func splitsText(p plugin.Progress) string {
	if p.Splits == 0 {
		return "planning"
	}
	return fmt.Sprintf("%d of %s read", p.Read, count(p.Splits, "split"))
}

// progressText says what came and what it cost so far.
func progressText(p plugin.Progress) string {
	return count(p.Rows, "row") + ", " + count(p.Calls.Counted, "call")
}

// waitText says until when something waits, and why; it is empty when nothing does.
func waitText(w plugin.Waiting, now time.Time) string {
	if w.Until.IsZero() {
		return ""
	}
	until, today := w.Until.Local(), now.Local()
	layout := "15:04:05 MST"
	if until.YearDay() != today.YearDay() || until.Year() != today.Year() {
		layout = "2006-01-02 " + layout
	}
	text := "waiting until " + until.Format(layout)
	if w.Reason != "" {
		text += " (" + w.Reason + ")"
	}
	return text
}

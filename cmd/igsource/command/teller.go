package command

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

// plainEvery is how often a plain line is printed where no bar can be drawn.
const plainEvery = 10 * time.Second

// A teller tells the user how far a run has come: a bar on a terminal, plain lines elsewhere.
type teller interface {
	tell(plugin.Progress)
	close()
}

func newTeller(sys *System, wanted bool) teller {
	if !wanted {
		return silent{}
	}
	if width, ok := sys.Terminal(); ok {
		return newBar(sys.Stderr, width)
	}
	return &lines{out: sys.Stderr, clock: sys.Clock}
}

type silent struct{}

func (silent) tell(plugin.Progress) {}
func (silent) close()               {}

// lines prints a line now and then, and one when a wait begins.
type lines struct {
	out   io.Writer
	clock clock.Clock
	last  time.Time
	until time.Time
}

func (l *lines) tell(p plugin.Progress) {
	now := l.clock.Now()
	if l.last.IsZero() {
		l.last = now
	}
	waits := !p.Waiting.Until.IsZero() && !p.Waiting.Until.Equal(l.until)
	if !waits && now.Sub(l.last) < plainEvery {
		return
	}
	l.last, l.until = now, p.Waiting.Until
	fmt.Fprintln(l.out, status(p))
}

func (l *lines) close() {}

// status is the progress as one line.
func status(p plugin.Progress) string {
	text := fmt.Sprintf("%d of %s read, %s, %s", p.Read, count(p.Splits, "split"),
		count(int(p.Rows), "row"), count(int(p.Calls.Counted), "call"))
	if w := waiting(p); w != "" {
		text += ", " + w
	}
	return text
}

// waiting says until when the run waits, and why.
func waiting(p plugin.Progress) string {
	if p.Waiting.Until.IsZero() {
		return ""
	}
	text := "waiting until " + p.Waiting.Until.Local().Format("15:04:05")
	if p.Waiting.Reason != "" {
		text += " (" + p.Waiting.Reason + ")"
	}
	return text
}

// bar draws a progress bar.
type bar struct {
	progress *mpb.Progress
	bar      *mpb.Bar
	mu       sync.Mutex
	now      plugin.Progress
}

func newBar(out io.Writer, width int) *bar {
	b := &bar{progress: mpb.New(mpb.WithOutput(out), mpb.WithWidth(min(width, 100)), mpb.WithAutoRefresh())}
	b.bar = b.progress.New(0, mpb.BarStyle().Rbound("]"),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.CountersNoUnit("%d of %d splits")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			text := fmt.Sprintf("%s, %s", count(int(b.now.Rows), "row"), count(int(b.now.Calls.Counted), "call"))
			if w := waiting(b.now); w != "" {
				text += ", " + w
			}
			return text
		})))
	return b
}

func (b *bar) tell(p plugin.Progress) {
	b.mu.Lock()
	b.now = p
	b.mu.Unlock()
	b.bar.SetTotal(int64(p.Splits), false)
	b.bar.SetCurrent(int64(p.Read))
}

func (b *bar) close() {
	b.bar.Abort(true)
	b.progress.Wait()
}

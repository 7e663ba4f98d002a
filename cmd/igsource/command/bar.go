package command

import (
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/igsource/igsource/clock"
	"github.com/igsource/igsource/plugin"
)

const (
	barWidth = 30
	// redrawEvery is how often figures alone redraw the bar.
	redrawEvery = 100 * time.Millisecond
)

// bar draws a progress bar on the last line of a terminal.
type bar struct {
	clock    clock.Clock
	progress *mpb.Progress
	bar      *mpb.Bar
	redraw   chan any
	ended    chan any // holds a value once nothing is drawn any more
	drawn    time.Time

	mu  sync.Mutex
	now plugin.Progress
}

func newBar(out io.Writer, width int, c clock.Clock) *bar {
	b := &bar{clock: c, redraw: make(chan any), ended: make(chan any, 1)}
	b.progress = mpb.New(mpb.WithOutput(out), mpb.WithWidth(width), mpb.WithManualRefresh(b.redraw), mpb.WithShutdownNotifier(b.ended))
	b.bar = b.progress.New(0, mpb.BarStyle(),
		mpb.BarWidth(barWidth),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return splitsText(b.state()) })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			p := b.state()
			text := progressText(p)
			if w := waitText(p.Waiting, b.clock.Now()); w != "" {
				text += ", " + w
			}
			return text
		})))
	b.draw()
	return b
}

func (b *bar) state() plugin.Progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bar) tell(p plugin.Progress) {
	before := b.state()
	b.mu.Lock()
	b.now = p
	b.mu.Unlock()
	if p.Read == before.Read && p.Splits == before.Splits && p.Waiting == before.Waiting && b.clock.Now().Sub(b.drawn) < redrawEvery {
		return
	}
	b.bar.SetTotal(int64(p.Splits), false)
	b.bar.SetCurrent(int64(p.Read))
	b.draw()
}

func (b *bar) draw() {
	select {
	case b.redraw <- nil:
	case end := <-b.ended: // the terminal has gone
		b.ended <- end
	}
	b.drawn = b.clock.Now()
}

// close takes the bar away, so that what is printed next begins on a clean line.
func (b *bar) close() {
	b.bar.Abort(true)
	for range 3 { // the last frame, its removal, and the empty screen
		b.draw()
	}
	b.progress.Wait()
}

package plugin

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A noteBook collects the notes of one split, or of one plan, whichever goroutine they come from. Books
// are merged in the order of delivery, so that the report does not depend on who was faster.
type noteBook struct {
	progress *progress
	split    string
	only     []string // the tables of the run; nil is all

	mu       sync.Mutex
	calls    Calls
	skipped  skips
	unknown  unknowns
	warnings texts
	lost     []Lost
	losses   int
	merged   bool
}

func newNoteBook(p *progress, split string, only []string) *noteBook {
	return &noteBook{progress: p, split: split, only: only}
}

// maxLost is how many losses a split's error tells.
const maxLost = 5

// add takes a note.
func (b *noteBook) add(n Note) {
	switch n := n.(type) {
	case Calls:
		b.progress.calls(n)
	case Waiting:
		b.progress.wait(b, n)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch n := n.(type) {
	case Calls:
		b.calls = b.calls.Add(n)
	case Skipped:
		if n.Split == "" {
			n.Split = b.split
		}
		report := SkippedReport{
			Split: n.Split, Metric: n.Metric, Reason: n.Reason, Code: n.Code, Subcode: n.Subcode,
			Count: n.Count, Objects: []string{}, From: n.From, To: n.To, group: n.Group,
		}
		if n.Object != "" {
			report.Objects = append(report.Objects, n.Object)
		}
		b.skipped.add(report)
	case Unknown:
		if b.only == nil || n.Table == "" || slices.Contains(b.only, n.Table) {
			b.unknown.add(n)
		}
	case Lost:
		b.losses++
		if len(b.lost) < maxLost {
			b.lost = append(b.lost, n)
		}
	case Warning:
		b.warnings.add(n.Text)
	}
}

// rest ends a wait that the source did not end.
func (b *noteBook) rest() {
	if b.progress.waits(b) {
		b.progress.wait(b, Waiting{})
	}
}

// lostText tells what was left out, or is empty.
func (b *noteBook) lostText() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tellLost()
}

func (b *noteBook) tellLost() string {
	if b.losses == 0 {
		return ""
	}
	parts := make([]string, 0, len(b.lost)+1)
	for _, l := range b.lost {
		text := l.Object
		if l.Err != nil {
			text += ": " + l.Err.Error()
		}
		parts = append(parts, text)
	}
	if more := b.losses - len(b.lost); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return "left out " + strings.Join(parts, "; ")
}

// texts are texts in the order of their first, each once.
type texts struct {
	list []string
	seen map[string]bool
}

func (t *texts) add(s string) {
	if t.seen[s] {
		return
	}
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	t.seen[s] = true
	t.list = append(t.list, s)
}

// skips are SkippedReports, one for each metric, reason, code, subcode and group, in the order of their first.
type skips struct {
	list  []*SkippedReport
	index map[skipKey]*SkippedReport
}

type skipKey struct {
	metric, reason, group string
	code, subcode         int
}

func (s *skips) add(r SkippedReport) {
	key := skipKey{r.Metric, r.Reason, r.group, r.Code, r.Subcode}
	have := s.index[key]
	if have == nil {
		if s.index == nil {
			s.index = map[skipKey]*SkippedReport{}
		}
		s.index[key] = &r
		s.list = append(s.list, &r)
		return
	}
	if have.Split != r.Split {
		have.Split = ""
	}
	have.Count += r.Count
	for _, o := range r.Objects {
		if len(have.Objects) < maxObjects && !slices.Contains(have.Objects, o) {
			have.Objects = append(have.Objects, o)
		}
	}
	if r.From != "" && (have.From == "" || r.From < have.From) {
		have.From = r.From
	}
	if r.To > have.To {
		have.To = r.To
	}
}

// A ledger is what the report is made from. It belongs to the goroutine of Run.
type ledger struct {
	order    []string // the tables
	splits   []SplitReport
	settled  []bool
	calls    Calls
	skipped  skips
	unknown  unknowns
	warnings texts
	partial  bool
	failures []error // of splits that failed
}

func newLedger() *ledger { return &ledger{} }

func (l *ledger) table(name string) { l.order = append(l.order, name) }

func (l *ledger) split(source, id string) {
	l.splits = append(l.splits, SplitReport{Source: source, ID: id, Status: StatusNotRead})
	l.settled = append(l.settled, false)
}

func (l *ledger) warn(text string) { l.warnings.add(text) }

// merge adds a book, once.
func (l *ledger) merge(b *noteBook) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.merged {
		return
	}
	b.merged = true
	l.calls = l.calls.Add(b.calls)
	for _, s := range b.skipped.list {
		l.skipped.add(*s)
	}
	l.unknown.merge(b.unknown)
	for _, w := range b.warnings.list {
		l.warn(w)
	}
	if b.split == "" && b.losses > 0 {
		l.warn(b.tellLost()) // while planning: there is no split that could tell it
	}
	l.partial = l.partial || b.losses > 0
	b.skipped, b.unknown, b.warnings = skips{}, unknowns{}, texts{}
}

// settle notes how a lane ended that was delivered, or that the run ended before it was.
func (l *ledger) settle(lane *lane) {
	if l.settled[lane.index] {
		return
	}
	l.settled[lane.index] = true
	s := &l.splits[lane.index]
	s.Rows = lane.rows
	err := lane.err
	switch {
	case lane.fault != nil:
		err = lane.fault
		s.Status = StatusFailed
	case !lane.finished:
		err = nil
		s.Status = StatusNotRead
	case err == nil:
		s.Status = StatusComplete
	default:
		s.Status = StatusFailed
		l.partial = true
	}
	if (lane.commits > 0 || lane.resume != "" && err != nil) && s.Status != StatusComplete {
		s.Status = StatusPartial
	}
	if err != nil {
		s.Error = err.Error()
	}
	if s.Status == StatusFailed {
		l.failures = append(l.failures, err)
	}
	if text := lane.book.lostText(); text != "" {
		if s.Status == StatusComplete {
			s.Status = StatusPartial
		}
		if s.Error != "" {
			s.Error += "; "
		}
		s.Error += text
	}
}

// allFailed is an error when no split gave anything.
func (l *ledger) allFailed() error {
	n := len(l.splits)
	switch {
	case n == 0 || len(l.failures) < n:
		return nil
	case n == 1:
		return l.failures[0]
	}
	return fmt.Errorf("all %d splits failed, the first: %w", n, l.failures[0])
}

package plugintest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// Memory is a sink that keeps all rows in memory, in order. The zero value is ready. Its methods may be
// called by several goroutines.
type Memory struct {
	// Fault, when not nil, is asked before every call what it shall fail with: nil lets it pass. It may
	// panic. Abort and Finish do their work also when they fail.
	Fault func(Call) error
	// Work is what WorkDir answers.
	Work string

	mu        sync.Mutex
	tables    []schema.Table
	pending   []plugin.Batch
	committed map[string][]arrow.Record
	calls     []Call
	finished  bool
	ok        bool
}

// A Call is a call of a sink's method.
type Call struct {
	// Method is Begin, Write, Commit, Abort or Finish, or, of a Keeper, also State, Claim, Keep, Settle, States
	// and ResetState.
	Method string
	// Table and Rows are Write's.
	Table string
	Rows  int64
	// At is Commit's.
	At plugin.Position
	// OK is Finish's.
	OK bool
	// Input is that of State and ResetState, and of Claim all of them; Runs is Keep's.
	Input string
	Runs  []plugin.KeptRun
}

// String is the call as one line.
func (c Call) String() string {
	switch c.Method {
	case "Write":
		return fmt.Sprintf("Write %s %d", c.Table, c.Rows)
	case "Commit":
		last := ""
		if c.At.Last {
			last = " last"
		}
		return fmt.Sprintf("Commit %s %s %s%s", c.At.Source, c.At.Split, c.At.Mark, last)
	case "State":
		return "State " + c.Input
	case "Claim":
		return "Claim " + c.Input
	case "ResetState":
		return "ResetState " + c.Input
	case "Keep":
		var b strings.Builder
		b.WriteString("Keep")
		for _, r := range c.Runs {
			fmt.Fprintf(&b, " %s %s %s", r.Input, r.Start.Format(time.RFC3339Nano), r.Properties)
		}
		return b.String()
	case "Finish":
		return fmt.Sprintf("Finish %t", c.OK)
	}
	return c.Method
}

func (m *Memory) call(c Call) error {
	m.mu.Lock()
	m.calls = append(m.calls, c)
	m.mu.Unlock()
	if m.Fault != nil {
		return m.Fault(c)
	}
	return nil
}

// Begin implements plugin.Sink.
func (m *Memory) Begin(_ context.Context, tables []schema.Table) error {
	if err := m.call(Call{Method: "Begin"}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tables = tables
	m.committed = map[string][]arrow.Record{}
	return nil
}

// WorkDir implements plugin.WorkPlacer.
func (m *Memory) WorkDir() string { return m.Work }

// Write implements plugin.Sink.
func (m *Memory) Write(_ context.Context, b plugin.Batch) error {
	if err := m.call(Call{Method: "Write", Table: b.Table, Rows: b.Record.NumRows()}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	b.Record.Retain()
	m.pending = append(m.pending, b)
	return nil
}

// Commit implements plugin.Sink.
func (m *Memory) Commit(_ context.Context, at plugin.Position) error {
	if err := m.call(Call{Method: "Commit", At: at}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.pending {
		m.committed[b.Table] = append(m.committed[b.Table], b.Record)
	}
	m.pending = nil
	return nil
}

// Abort implements plugin.Sink.
func (m *Memory) Abort(context.Context) error {
	err := m.call(Call{Method: "Abort"})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop()
	return err
}

func (m *Memory) drop() {
	for _, b := range m.pending {
		b.Record.Release()
	}
	m.pending = nil
}

// Finish implements plugin.Sink.
func (m *Memory) Finish(_ context.Context, ok bool) error {
	err := m.call(Call{Method: "Finish", OK: ok})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop()
	m.finished, m.ok = true, ok && err == nil
	return err
}

// Tables returns the tables that Begin announced.
func (m *Memory) Tables() []schema.Table {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tables
}

// Rows returns the rows of a table as Cells, once the run has finished well; before, there are none.
func (m *Memory) Rows(table string) [][]string {
	m.mu.Lock()
	ok := m.finished && m.ok
	m.mu.Unlock()
	if !ok {
		return nil
	}
	return m.Committed(table)
}

// Committed returns the rows of a table that were committed, whether the run has finished or not.
func (m *Memory) Committed(table string) [][]string {
	var rows [][]string
	for _, rec := range m.Records(table) {
		rows = append(rows, Cells(rec)...)
	}
	return rows
}

// Records returns the committed records of a table, in order. They are m's until its Release.
func (m *Memory) Records(table string) []arrow.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]arrow.Record(nil), m.committed[table]...)
}

// Calls returns all calls so far, in order.
func (m *Memory) Calls() []Call {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Call(nil), m.calls...)
}

// Release lets go of all records.
func (m *Memory) Release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop()
	for _, recs := range m.committed {
		for _, rec := range recs {
			rec.Release()
		}
	}
	m.committed = nil
}

var (
	_ plugin.Sink       = (*Memory)(nil)
	_ plugin.WorkPlacer = (*Memory)(nil)
)

package plugintest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// A SinkOption tells TestSink more about a sink.
type SinkOption func(*sinkSuite)

// KeepsCommitted says that the sink keeps committed rows where a run fails, and the rows of earlier
// runs, as databases do.
func KeepsCommitted() SinkOption { return func(s *sinkSuite) { s.keeps = true } }

// ReadSink returns the rows of a table that a reader of the target sees, in order and in the form of
// Cells.
type ReadSink func(t testing.TB, dir string, table schema.Table) [][]string

type sinkSuite struct {
	open  func(testing.TB, string) plugin.Sink
	read  ReadSink
	keeps bool
	more  []func(*sinkSuite) []sinkCheck // of other options
}

// TestSink tests that a sink keeps the promises of plugin.Sink. Open opens a sink whose target is, or is
// in, the folder dir, which may not exist yet; it is called once for every run. Read reads that target
// back.
func TestSink(t *testing.T, open func(t testing.TB, dir string) plugin.Sink, read ReadSink, opts ...SinkOption) {
	t.Helper()
	s := &sinkSuite{open: open, read: read}
	for _, o := range opts {
		o(s)
	}
	for _, c := range s.checks() {
		t.Run(c.name, func(t *testing.T) {
			if err := c.check(t); err != nil {
				t.Error(err)
			}
		})
	}
}

type sinkCheck struct {
	name  string
	check func(testing.TB) error
}

func (s *sinkSuite) checks() []sinkCheck {
	checks := []sinkCheck{
		{"rows and order", s.checkRows},
		{"all types", s.checkTypes},
		{"table without rows", s.checkEmpty},
		{"abort forgets", s.checkAbort},
		{"nothing shows before the end", s.checkBefore},
		{"failed run", s.checkFailed},
		{"failed run on older output", s.checkOlder},
		{"next run", s.checkNext},
		{"target that cannot be written", s.checkBlocked},
		{"through the runner", s.checkRunner},
	}
	for _, m := range s.more {
		checks = append(checks, m(s)...)
	}
	return checks
}

func numbers(from, to int) [][]any {
	var rows [][]any
	for i := from; i < to; i++ {
		rows = append(rows, []any{fmt.Sprintf("n%04d", i), i})
	}
	return rows
}

func (s *sinkSuite) checkRows(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, numberTable, otherTable)
	if err != nil {
		return err
	}
	rows := numbers(0, 2500)
	err = errors.Join(
		r.write(numberTable, rows[:1]...), r.write(otherTable, []any{"a", "x"}), r.write(numberTable, rows[1:3]...),
		r.commit("s1", 2, false),
		r.commit("s1", 3, true), // a mark alone
		r.write(otherTable, []any{"b", nil}, []any{"c", ""}), r.write(numberTable, rows[3:]...),
		r.commit("s2", 1, true),
	)
	if err = errors.Join(err, r.finish(err == nil)); err != nil {
		return err
	}
	return errors.Join(
		s.expect(t, dir, numberTable, rows...),
		s.expect(t, dir, otherTable, []any{"a", "x"}, []any{"b", nil}, []any{"c", ""}),
	)
}

func (s *sinkSuite) checkTypes(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, Sample())
	if err != nil {
		return err
	}
	rows := SampleRows()
	err = r.write(Sample(), rows...)
	for _, row := range rows {
		again := slices.Clone(row)
		again[0] = again[0].(string) + " again"
		err = errors.Join(err, r.write(Sample(), again))
		rows = append(rows, again)
	}
	err = errors.Join(err, r.commit("s", 0, true))
	if err = errors.Join(err, r.finish(err == nil)); err != nil {
		return err
	}
	return s.expect(t, dir, Sample(), rows...)
}

func (s *sinkSuite) checkEmpty(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, numberTable, otherTable, Sample())
	if err != nil {
		return err
	}
	err = r.commits("s", numberTable, numbers(0, 1)...)
	if err = errors.Join(err, r.finish(err == nil)); err != nil {
		return err
	}
	return errors.Join(
		s.expect(t, dir, numberTable, numbers(0, 1)...), s.expect(t, dir, otherTable), s.expect(t, dir, Sample()),
	)
}

func (s *sinkSuite) checkAbort(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, numberTable, otherTable)
	if err != nil {
		return err
	}
	err = errors.Join(
		r.commits("s", numberTable, numbers(0, 2)...),
		r.write(numberTable, numbers(2, 2000)...), r.write(otherTable, []any{"a", "x"}), r.abort(),
		r.commits("s2", numberTable, numbers(2000, 2002)...),
		r.write(numberTable, numbers(3000, 3001)...), r.abort(),
	)
	if err = errors.Join(err, r.finish(err == nil)); err != nil {
		return err
	}
	return errors.Join(
		s.expect(t, dir, numberTable, append(numbers(0, 2), numbers(2000, 2002)...)...), s.expect(t, dir, otherTable),
	)
}

func (s *sinkSuite) checkBefore(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, numberTable)
	if err != nil {
		return err
	}
	if err = r.commits("s", numberTable, numbers(0, 3)...); err == nil {
		err = r.finish(true)
	} else {
		err = errors.Join(err, r.finish(false))
	}
	if err != nil {
		return err
	}
	if r, err = s.begin(t, dir, numberTable); err != nil {
		return err
	}
	err = errors.Join(r.commits("s", numberTable, numbers(10, 12)...), r.write(numberTable, numbers(12, 13)...))
	if !s.keeps {
		err = errors.Join(err, s.expect(t, dir, numberTable, numbers(0, 3)...))
	}
	return errors.Join(err, r.abort(), r.finish(true))
}

func (s *sinkSuite) checkFailed(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	before, err := listing(filepath.Dir(dir))
	if err != nil {
		return err
	}
	r, err := s.begin(t, dir, numberTable)
	if err != nil {
		return err
	}
	err = errors.Join(r.commits("s", numberTable, numbers(0, 3)...), r.write(numberTable, numbers(3, 4)...), r.abort(), r.finish(false))
	if err != nil {
		return err
	}
	if s.keeps {
		return s.expect(t, dir, numberTable, numbers(0, 3)...)
	}
	after, err := listing(filepath.Dir(dir))
	if err != nil {
		return err
	}
	if !slices.Equal(before, after) {
		return fmt.Errorf("a failed run leaves %q behind", after)
	}
	return nil
}

func (s *sinkSuite) checkOlder(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := s.begin(t, dir, numberTable)
	if err != nil {
		return err
	}
	if err := errors.Join(r.commits("s", numberTable, numbers(0, 3)...), r.finish(true)); err != nil {
		return err
	}
	before, err := listing(dir)
	if err != nil {
		return err
	}
	if r, err = s.begin(t, dir, numberTable, otherTable); err != nil {
		return err
	}
	if err := errors.Join(r.commits("s", numberTable, numbers(3, 5)...), r.finish(false)); err != nil {
		return err
	}
	if s.keeps {
		return s.expect(t, dir, numberTable, numbers(0, 5)...)
	}
	after, err := listing(dir)
	if err != nil {
		return err
	}
	if !slices.Equal(before, after) {
		return fmt.Errorf("a failed run changes the files from %q to %q", before, after)
	}
	return s.expect(t, dir, numberTable, numbers(0, 3)...)
}

func (s *sinkSuite) checkNext(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	for from := range 2 {
		r, err := s.begin(t, dir, numberTable)
		if err != nil {
			return err
		}
		if err := errors.Join(r.commits("s", numberTable, numbers(from, from+1)...), r.finish(true)); err != nil {
			return err
		}
	}
	if s.keeps {
		return s.expect(t, dir, numberTable, numbers(0, 2)...)
	}
	return s.expect(t, dir, numberTable, numbers(1, 2)...)
}

// checkBlocked puts a file where a folder would have to be: unlike permissions that stops everyone.
func (s *sinkSuite) checkBlocked(t testing.TB) error {
	blocker := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocker, []byte("mine"), 0o600); err != nil {
		return err
	}
	sink := s.open(t, filepath.Join(blocker, "out"))
	err := sink.Begin(context.Background(), []schema.Table{numberTable})
	var user *plugin.UserError
	if !errors.As(err, &user) {
		return fmt.Errorf("Begin gives %w, want a *plugin.UserError", err)
	}
	if err := sink.Finish(context.Background(), false); err != nil {
		return fmt.Errorf("Finish(false): %w", err)
	}
	if text, err := os.ReadFile(blocker); err != nil || string(text) != "mine" {
		return fmt.Errorf("the file in the way is changed: %q, %w", text, err)
	}
	return nil
}

func (s *sinkSuite) checkRunner(t testing.TB) error {
	dir := filepath.Join(t.TempDir(), "out")
	rows := numbers(0, 60)
	source := &Source{Schemas: []schema.Table{numberTable, otherTable}, Properties: "p"}
	for i := range 10 {
		sp := Split{ID: fmt.Sprintf("s%d", i)}
		for j := range 3 {
			at := i*6 + j*2
			sp.Steps = append(sp.Steps, Step{Table: numberTable.Name, Rows: rows[at : at+2], Mark: j != 0})
		}
		source.Script = append(source.Script, sp)
	}
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "suite", Source: source}}, s.open(t, dir),
		plugin.RunOptions{Parallelism: 4, WorkDir: t.TempDir()})
	if err != nil {
		return err
	}
	if report.Status != plugin.StatusComplete {
		return fmt.Errorf("the run is %s", report.Status)
	}
	return errors.Join(s.expect(t, dir, numberTable, rows...), s.expect(t, dir, otherTable))
}

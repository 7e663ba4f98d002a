package plugintest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// A sinkRun drives a sink as the runner does.
type sinkRun struct {
	input string // of marks, where it is not that of commit
	sink  plugin.Sink
	work  string
	mem   *poison
}

// begin opens a sink over dir and begins a run.
func (s *sinkSuite) begin(t testing.TB, dir string, tables ...schema.Table) (*sinkRun, error) {
	r := &sinkRun{sink: s.open(t, dir), mem: newPoison()}
	if err := r.sink.Begin(context.Background(), tables); err != nil {
		return nil, fmt.Errorf("Begin: %w", err)
	}
	if w, ok := r.sink.(plugin.WorkPlacer); ok && w.WorkDir() != "" {
		r.work = w.WorkDir()
		if err := os.MkdirAll(r.work, 0o700); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// write writes rows; their memory is overwritten as soon as Write has returned and nobody retained it.
func (r *sinkRun) write(t schema.Table, rows ...[]any) error {
	rec := build(r.mem, t, rows)
	defer rec.Release()
	if err := r.sink.Write(context.Background(), plugin.Batch{Table: t.Name, Record: rec}); err != nil {
		return fmt.Errorf("Write: %w", err)
	}
	return nil
}

func (r *sinkRun) commit(split string, step int, last bool) error {
	at := plugin.Position{Source: "suite", Split: split, Mark: StepMark(step), Last: last}
	if err := r.sink.Commit(context.Background(), at); err != nil {
		return fmt.Errorf("Commit: %w", err)
	}
	return nil
}

func (r *sinkRun) abort() error {
	if err := r.sink.Abort(context.Background()); err != nil {
		return fmt.Errorf("Abort: %w", err)
	}
	return nil
}

func (r *sinkRun) finish(ok bool) error {
	if err := r.sink.Finish(context.Background(), ok); err != nil {
		return fmt.Errorf("Finish(%t): %w", ok, err)
	}
	if r.work != "" {
		if err := os.RemoveAll(r.work); err != nil {
			return err
		}
	}
	if n := r.mem.live(); n != 0 {
		return fmt.Errorf("%d bytes of records are not released after Finish", n)
	}
	return nil
}

// commits writes and commits each row of t on its own.
func (r *sinkRun) commits(split string, t schema.Table, rows ...[]any) error {
	for i, row := range rows {
		if err := errors.Join(r.write(t, row), r.commit(split, i, i == len(rows)-1)); err != nil {
			return err
		}
	}
	return nil
}

// expect compares what a reader sees with rows.
func (s *sinkSuite) expect(t testing.TB, dir string, table schema.Table, rows ...[]any) error {
	want := [][]string{}
	if len(rows) > 0 {
		rec := Record(table, rows...)
		defer rec.Release()
		want = Cells(rec)
	}
	got := s.read(t, dir, table)
	if len(got) != len(want) {
		return fmt.Errorf("table %s shows %d rows, want %d: %q", table.Name, len(got), len(want), got)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			return fmt.Errorf("table %s, row %d shows\n%q, want\n%q", table.Name, i+1, got[i], want[i])
		}
	}
	return nil
}

// listing lists the files below dir with their sizes.
func listing(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if path == dir && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || path == dir {
			return err
		}
		if d.IsDir() {
			out = append(out, path)
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out = append(out, fmt.Sprintf("%s %d", path, info.Size()))
		return nil
	})
	return out, err
}

package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema"
)

// files is a small sink that keeps the rules, but for the faults it is given: a JSON file a table.
type files struct {
	Memory
	dir    string
	fault  string
	early  []plugin.Batch
	tables []schema.Table
	made   bool
}

func (f *files) Begin(ctx context.Context, tables []schema.Table) error {
	if err := f.probe(); err != nil {
		if f.fault == "plain error" {
			return err
		}
		return plugin.Userf("the folder cannot be made: %w; choose another one", err)
	}
	f.tables = tables
	return f.Memory.Begin(ctx, tables)
}

// probe makes the folder and leaves nothing behind.
func (f *files) probe() error {
	if _, err := os.Stat(f.dir); errors.Is(err, os.ErrNotExist) {
		f.made = true
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	if f.made {
		return os.Remove(f.dir)
	}
	return nil
}

func (f *files) Write(ctx context.Context, b plugin.Batch) error {
	switch f.fault {
	case "borrows":
		f.early = append(f.early, b)
		return nil
	case "backwards":
		if rec := b.Record; rec.NumRows() > 1 {
			last, rest := rec.NewSlice(rec.NumRows()-1, rec.NumRows()), rec.NewSlice(0, rec.NumRows()-1)
			defer last.Release()
			defer rest.Release()
			return errors.Join(f.Memory.Write(ctx, plugin.Batch{Table: b.Table, Record: last}), f.Memory.Write(ctx, plugin.Batch{Table: b.Table, Record: rest}))
		}
	}
	return f.Memory.Write(ctx, b)
}

func (f *files) Abort(ctx context.Context) error {
	if f.fault == "keeps aborted" {
		return f.Commit(ctx, plugin.Position{})
	}
	return f.Memory.Abort(ctx)
}

func (f *files) Commit(ctx context.Context, at plugin.Position) error {
	err := f.Memory.Commit(ctx, at)
	if f.fault == "shows early" {
		err = errors.Join(err, f.save())
	}
	return err
}

func (f *files) Finish(ctx context.Context, ok bool) error {
	defer f.Release()
	if f.fault == "borrows" {
		for _, b := range f.early {
			if err := f.Memory.Write(ctx, b); err != nil {
				return err
			}
		}
		_ = f.Memory.Commit(ctx, plugin.Position{})
	}
	if (ok || f.fault == "saves failures") && f.tables != nil {
		if err := f.save(); err != nil {
			return err
		}
	}
	return f.Memory.Finish(ctx, ok)
}

func (f *files) save() error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	for _, t := range f.tables {
		rows := f.Committed(t.Name)
		if len(rows) == 0 && f.fault == "no empty tables" {
			continue
		}
		if f.fault == "nulls are empty" {
			for _, r := range rows {
				for i := range r {
					r[i] = strings.TrimSuffix(r[i], Null)
				}
			}
		}
		text, err := json.Marshal(rows)
		if err == nil {
			err = os.WriteFile(filepath.Join(f.dir, t.Name+".json"), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readFiles(_ testing.TB, dir string, table schema.Table) [][]string {
	text, err := os.ReadFile(filepath.Join(dir, table.Name+".json"))
	if err != nil {
		return [][]string{{err.Error()}}
	}
	var rows [][]string
	if err := json.Unmarshal(text, &rows); err != nil {
		return [][]string{{err.Error()}}
	}
	return rows
}

func TestTestSink(t *testing.T) {
	TestSink(t, func(_ testing.TB, dir string) plugin.Sink {
		return &files{dir: dir, Memory: Memory{Work: dir + ".work"}}
	}, readFiles)
}

// database is a sink that keeps what it has committed, run after run.
type database struct {
	*files
	rows map[string][][]string
}

func (d *database) Finish(ctx context.Context, _ bool) error {
	for _, t := range d.Tables() {
		d.rows[t.Name] = append(d.rows[t.Name], d.Committed(t.Name)...)
	}
	d.Release()
	return d.Memory.Finish(ctx, true)
}

func TestTestSinkOfADatabase(t *testing.T) {
	all := map[string]map[string][][]string{}
	TestSink(t, func(_ testing.TB, dir string) plugin.Sink {
		if all[dir] == nil {
			all[dir] = map[string][][]string{}
		}
		return &database{&files{dir: dir}, all[dir]}
	}, func(_ testing.TB, dir string, table schema.Table) [][]string { return all[dir][table.Name] }, KeepsCommitted())
}

func TestTestSinkFindsFaults(t *testing.T) {
	for _, c := range []struct{ fault, check, want string }{
		{"borrows", "rows and order", "row 1 shows"},
		{"backwards", "rows and order", "row 2 shows"},
		{"nulls are empty", "all types", "row 2 shows"},
		{"no empty tables", "table without rows", "shows 1 rows, want 0"},
		{"keeps aborted", "abort forgets", "want 4"},
		{"shows early", "nothing shows before the end", "table numbers shows 2 rows, want 3"},
		{"saves failures", "failed run", "a failed run leaves"},
		{"saves failures", "failed run on older output", "a failed run changes the files"},
		{"plain error", "target that cannot be written", "want a *plugin.UserError"},
	} {
		t.Run(c.fault+", "+c.check, func(t *testing.T) {
			s := &sinkSuite{open: func(_ testing.TB, dir string) plugin.Sink { return &files{dir: dir, fault: c.fault} }, read: readFiles}
			found := false
			for _, check := range s.checks() {
				if check.name == c.check {
					found = true
					err := check.check(t)
					require.Error(t, err)
					assert.Contains(t, err.Error(), c.want)
				}
			}
			assert.True(t, found, "no such check")
		})
	}
}

func TestCells(t *testing.T) {
	rec := Record(Sample(), SampleRows()...)
	defer rec.Release()
	got := Cells(rec)
	assert.Equal(t, []string{"plain", "text", "1", "1", "1.5", "true", "2026-10-01", "2019-09-26T22:36:43Z", `{"0":1,"23":2}`, `["a","b"]`}, got[0])
	assert.Equal(t, []string{"null", Null, Null, Null, Null, Null, Null, Null, Null, Null}, got[1])
	assert.Equal(t, []string{"empty", "", "0", "0", "0", "false", "1970-01-01", "1970-01-01T00:00:00Z", "{}", "[]"}, got[2])
	assert.Equal(t, `{"a \"quoted\" key":-1}`, got[3][8])
	assert.Equal(t, `["","x,y","<&>"]`, got[3][9])
	assert.Equal(t, "9223372036854775807", got[4][2])
	assert.Equal(t, `{"":-9223372036854775808,"none":null}`, got[5][8])
	assert.Equal(t, `["a",null,"b"]`, got[5][9])
	slice := rec.NewSlice(3, 5)
	defer slice.Release()
	assert.Equal(t, got[3:5], Cells(slice))
	seen := map[string]bool{}
	for _, r := range got {
		assert.False(t, seen[r[0]], "key %s stands twice", r[0])
		seen[r[0]] = true
	}
}

func TestRecordRefusesWhatDoesNotFit(t *testing.T) {
	assert.PanicsWithValue(t, "plugintest: string does not fit a column of type int64", func() { Record(numberTable, []any{"a", "b"}) })
	assert.PanicsWithValue(t, "plugintest: a row of 1 values for table numbers of 2 columns", func() { Record(numberTable, []any{"a"}) })
}

func ExampleMemory() {
	source := &Source{
		Schemas: []schema.Table{Sample()}, Properties: "p",
		Script: []Split{{ID: "s", Steps: []Step{{Table: "sample", Rows: SampleRows()[:1], Mark: true}}}},
	}
	sink := new(Memory)
	report, err := plugin.Run(context.Background(), []plugin.Input{{Name: "brand", Source: source}}, sink, plugin.RunOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Status, sink.Rows("sample")[0][:3])
	// Output: complete [plain text 1]
}
